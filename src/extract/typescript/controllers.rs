//! Classes whose decorators say what they answer, for libraries over Express and Koa: inversify-express-utils, routing-controllers, tsoa,
//! OvernightJS; and where a server is made of them. Sources: the documentation of each. NestJS has a module graph and stands apart.

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::decorators::{self, Found};
use super::imports::Origins;
use super::{classes, doc_comment, exports, values};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ClassLibrary, ClassServer, Controller, Fact, Protocol, Route, ServedClass, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/controllers", text: include_str!("../../../queries/typescript/controllers.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.controllers",
    about: "classes of inversify-express-utils, routing-controllers, tsoa and OvernightJS, and the servers made of them",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &["inversify-express-utils", "routing-controllers", "tsoa", "@overnightjs/core", "RegisterRoutes("],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// The library, the module that it is brought in from, and the decorators that make a class answer.
const LIBRARIES: &[(ClassLibrary, &str, &[&str])] = &[
    (ClassLibrary::Inversify, "inversify-express-utils", &["controller"]),
    (ClassLibrary::RoutingControllers, "routing-controllers", &["Controller", "JsonController"]),
    (ClassLibrary::Tsoa, "tsoa", &["Route"]),
    (ClassLibrary::Tsoa, "@tsoa/runtime", &["Route"]),
    (ClassLibrary::Overnight, "@overnightjs/core", &["Controller", "ClassOptions"]),
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for node in cx.matches(&QUERY).iter().filter_map(|found| found.node("class")) {
        emit_class(&ClassCx::of(cx, &origins, node), sink);
    }
    if ["InversifyExpressServer(", "ExpressServer(", "KoaServer(", "RegisterRoutes(", "addControllers("]
        .iter()
        .any(|word| cx.text.contains(word))
    {
        for node in exports::below(tree.root_node()) {
            if let Some(server) = server(cx, &origins, node) {
                sink.fact(cx.line(node.start_byte()), Fact::ClassServer(server));
            }
        }
    }
}

fn library_of(class: &ClassCx<'_, '_>, found: &Found<'_>) -> Option<(ClassLibrary, &'static [&'static str])> {
    let module = class.origins.module(&found.decorator.name)?;
    LIBRARIES.iter().find(|(_, name, _)| *name == module).map(|(library, _, makes)| (*library, *makes))
}

fn emit_class(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    let made = class.decorators.iter().find_map(|found| {
        let (library, makes) = library_of(class, found)?;
        makes.contains(&class.original_name(found)).then_some((library, found))
    });
    let Some((library, found)) = made else { return };
    let prefix = found.first().cloned().unwrap_or_else(|| Value::Text(String::new()));
    let controller = Controller {
        class: class.name.clone(),
        prefixes: vec![prefix],
        decorators: decorators::plain(&class.decorators),
        doc: doc_comment::of(class.node, class.cx.text),
        ..Controller::default()
    };
    let mut routes = Vec::new();
    for node in classes::methods(class.node) {
        let decorators = decorators::of_member(node, class.cx.text);
        for found in &decorators {
            if let Some((verb, paths)) = route(class, library, found) {
                routes.push((class.line(found.node), plain_route(class, node, &decorators, (verb, paths))));
            }
        }
    }
    sink.fact(class.line(class.node), Fact::ServedClass(Box::new(ServedClass { library, controller, routes })));
}

fn plain_route(class: &ClassCx<'_, '_>, node: Node<'_>, decorators: &[Found<'_>], (verb, paths): (String, Vec<Value>)) -> Route {
    Route {
        protocol: Protocol::Http,
        verb,
        paths,
        class: class.name.clone(),
        handler: classes::member_name(node, class.cx.text),
        versions: Vec::new(),
        request: None,
        response: None,
        decorators: decorators::plain(decorators),
        summary: doc_comment::of(node, class.cx.text),
    }
}

/// The method and paths that a decorator states; every library has its own names.
fn route(class: &ClassCx<'_, '_>, library: ClassLibrary, found: &Found<'_>) -> Option<(String, Vec<Value>)> {
    const VERBS: &[&str] = &["Get", "Post", "Put", "Patch", "Delete", "Head", "Options", "All"];
    if library_of(class, found)?.0 != library {
        return None;
    }
    let name = class.original_name(found);
    let arguments = &found.decorator.arguments;
    let (verb, path) = match library {
        // `@httpMethod('propfind', '/x')`, `@Method('propfind', '/x')`
        _ if matches!(name, "httpMethod" | "Method") => (arguments.first()?.as_text()?, arguments.get(1)),
        ClassLibrary::Inversify if name == "all" => ("All", arguments.first()),
        ClassLibrary::Inversify => (name.strip_prefix("http").filter(|verb| VERBS.contains(verb))?, arguments.first()),
        _ => (VERBS.iter().copied().find(|verb| *verb == name)?, arguments.first()),
    };
    let paths = path.map_or_else(|| vec![Value::Text(String::new())], |path| path.items().to_vec());
    Some((verb.to_ascii_uppercase(), paths))
}

/// `new InversifyExpressServer(container, null, { rootPath: '/api' })`, `createExpressServer({ routePrefix: '/api', controllers: [A] })`,
/// `useKoaServer(app, { ... })`, `RegisterRoutes(app)`, `this.addControllers([...])`.
fn server(cx: &FileCx<'_>, origins: &Origins, node: Node<'_>) -> Option<ClassServer> {
    let called = match node.kind() {
        "new_expression" => node.child_by_field_name("constructor")?,
        "call_expression" => node.child_by_field_name("function")?,
        _ => return None,
    };
    let name = values::dotted(called, cx.text)?;
    let original = origins.original(&name);
    let library = match original.rsplit('.').next().unwrap_or(original) {
        "InversifyExpressServer" => ClassLibrary::Inversify,
        "createExpressServer" | "createKoaServer" | "useExpressServer" | "useKoaServer"
            if origins.module(&name) == Some("routing-controllers") =>
        {
            ClassLibrary::RoutingControllers
        }
        "RegisterRoutes" => ClassLibrary::Tsoa,
        "addControllers" if name.starts_with("super.") || name.starts_with("this.") => ClassLibrary::Overnight,
        _ => return None,
    };
    let arguments = values::arguments(node, cx.text);
    let options = arguments.iter().find(|value| matches!(value, Value::Map(_)));
    let option = |name: &str| options.and_then(|options| options.get(name));
    let named = option("controllers").map(Value::items).unwrap_or_default();
    // Globs and lists of other files take whatever is loaded.
    let classes: Option<Vec<String>> = named
        .iter()
        .map(|value| match value {
            Value::Name(name) if name.chars().next().is_some_and(char::is_uppercase) => Some(name.clone()),
            _ => None,
        })
        .collect();
    Some(ClassServer {
        library,
        prefix: option("routePrefix").or_else(|| option("rootPath")).cloned(),
        classes: classes.unwrap_or_default(),
        checks_callers: option("authorizationChecker").is_some(),
    })
}

//! The start of NestJS applications: what is started, and the prefix, versioning, transports, ports and guards set up for it.
//! Set-up in a function of its own is attached to the only application of the file, else it stands as set-up alone.

use tree_sitter::Node;

use super::imports::{self, Origins};
use super::values::{self, text_of, unwrapped};
use super::{called, classes, scope};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Bootstrap, BootstrapKind, Fact, Import, StartCall, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/bootstrap", text: include_str!("../../../queries/typescript/bootstrap.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.bootstrap",
    about: "how NestJS applications are started: root module, global prefix, versioning, transports, ports, global guards",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &[
        "NestFactory",
        "CommandFactory",
        "setGlobalPrefix",
        "enableVersioning",
        "connectMicroservice",
        "useGlobalGuards",
        "registerAs",
        "bootstrap(",
        "bootstrapWorker(",
        "startServer(",
        "startApp(",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// An application that the file starts.
struct Started<'t> {
    call: Node<'t>,
    /// The variable that holds it: `app`.
    variable: Option<String>,
    bootstrap: Bootstrap,
}

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for call in cx.matches(&QUERY).iter().filter_map(|found| found.node("call")).filter(|call| is_starter(*call, cx.text)) {
        if let Some(fact) = start_call(cx, &origins, call) {
            sink.fact(cx.line(call.start_byte()), Fact::StartCall(fact));
        }
    }
    let is_telling = |call: &Node<'_>| called::method(*call, cx.text).is_some_and(|method| starts(method) || sets_up(method));
    let calls: Vec<Node<'_>> = cx.matches(&QUERY).iter().filter_map(|found| found.node("call")).filter(is_telling).collect();
    let mut started: Vec<Started<'_>> = calls.iter().filter_map(|call| start(*call, &origins, cx.text)).collect();
    let mut apart: Option<(Node<'_>, Bootstrap)> = None;
    for call in &calls {
        let Some((receiver, method)) = receiver_of(*call, cx.text) else { continue };
        if !sets_up(&method) {
            continue;
        }
        match application(&started, *call, receiver, cx.text) {
            Some(at) => set_up(&mut started[at].bootstrap, &method, *call, cx.text),
            None if !method.starts_with("listen") || is_typed_application(receiver, cx.text) => {
                let (_, bootstrap) = apart.get_or_insert_with(|| (*call, Bootstrap::default()));
                set_up(bootstrap, &method, *call, cx.text);
            }
            None => {}
        }
    }
    for one in started {
        for import in brought_in(&one, cx.text) {
            sink.fact(cx.line(one.call.start_byte()), Fact::Import(import));
        }
        sink.fact(cx.line(one.call.start_byte()), Fact::Bootstrap(one.bootstrap));
    }
    if let Some((call, bootstrap)) = apart {
        sink.fact(cx.line(call.start_byte()), Fact::Bootstrap(bootstrap));
    }
}

fn receiver_of<'t>(call: Node<'t>, text: &str) -> Option<(Node<'t>, String)> {
    let function = unwrapped(call.child_by_field_name("function")?);
    let method = text_of(function.child_by_field_name("property")?, text).to_owned();
    Some((unwrapped(function.child_by_field_name("object")?), method))
}

/// Whether a call is one of a function that is named like what starts applications; where it comes from is asked behind.
fn is_starter(call: Node<'_>, text: &str) -> bool {
    let starts = |name: &str| ["bootstrap", "start", "launch", "serve"].iter().any(|head| name.starts_with(head));
    called::function(call, text).is_some_and(starts)
}

fn starts(method: &str) -> bool {
    matches!(method, "create" | "createMicroservice" | "createApplicationContext" | "run" | "runWithoutClosing" | "createWithoutRunning")
}

fn sets_up(method: &str) -> bool {
    matches!(method, "setGlobalPrefix" | "enableVersioning" | "connectMicroservice" | "listen" | "listenAsync" | "useGlobalGuards")
}

/// `NestFactory.create(AppModule)`, `NestFactory.createMicroservice(AppModule.forRoot(), options)`, `CommandFactory.run(AppModule)`.
fn start<'t>(call: Node<'t>, origins: &Origins, text: &str) -> Option<Started<'t>> {
    let (receiver, method) = receiver_of(call, text)?;
    let factory = values::dotted(receiver, text)?;
    let kind = match (origins.original(&factory), method.as_str()) {
        ("NestFactory", "create") => BootstrapKind::Http,
        ("NestFactory", "createMicroservice") => BootstrapKind::Microservice,
        ("NestFactory", "createApplicationContext") | ("CommandFactory", "run" | "runWithoutClosing" | "createWithoutRunning") => {
            BootstrapKind::Standalone
        }
        _ => return None,
    };
    let mut arguments = values::arguments(call, text).into_iter().map(|value| scope::resolved(value, call, text));
    let root = match arguments.next()? {
        Value::Name(name) => Some(name),
        Value::Call(name, _) => name.split_once('.').map(|(class, _)| class.to_owned()),
        _ => None,
    };
    let transports = if kind == BootstrapKind::Microservice { arguments.next().into_iter().collect() } else { Vec::new() };
    let function = top_function(call, text);
    let bootstrap = Bootstrap { kind, function, root, transports, ..Bootstrap::default() };
    Some(Started { call, variable: variable_of(call, text), bootstrap })
}

/// A call of a function that another file of this repository defines.
fn start_call(cx: &FileCx<'_>, origins: &Origins, call: Node<'_>) -> Option<StartCall> {
    let function = text_of(call.child_by_field_name("function")?, cx.text).to_owned();
    let module = origins.module(&function)?;
    let is_here = module.starts_with('.') || cx.map().resolve_module(&cx.file.path, module).is_some();
    let arguments = || values::arguments(call, cx.text).into_iter().map(|value| scope::resolved(value, call, cx.text)).collect();
    is_here.then(|| StartCall { function, arguments: arguments() })
}

/// The imports inside the function around a start that bring in the root: `const { AppModule } = await import('./app.module')`.
fn brought_in(started: &Started<'_>, text: &str) -> Vec<Import> {
    let Some(root) = started.bootstrap.root.as_deref().and_then(|root| root.split('.').next()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = started.call.parent();
    while let Some(parent) = at {
        if parent.kind() == "statement_block" {
            let declarations = values::children(parent).into_iter().filter(|one| one.kind() == "lexical_declaration");
            declarations.flat_map(values::children).for_each(|one| imports::read_call(one, text, &mut found));
        }
        at = parent.parent();
    }
    found.retain(|import: &Import| import.local == root);
    found
}

/// The function that a node stands in, when it stands at the top of the file.
fn top_function(node: Node<'_>, text: &str) -> Option<String> {
    let mut at = node;
    let mut outermost = None;
    while let Some(parent) = at.parent() {
        if parent.kind() == "function_declaration" || parent.kind() == "variable_declarator" {
            outermost = parent.child_by_field_name("name").filter(|name| name.kind() == "identifier");
        }
        at = parent;
    }
    outermost.map(|name| text_of(name, text).to_owned())
}

/// The variable or member that the result of a call is kept in.
fn variable_of(call: Node<'_>, text: &str) -> Option<String> {
    let mut at = call.parent()?;
    for _ in 0..4 {
        match at.kind() {
            "variable_declarator" => return at.child_by_field_name("name").map(|name| text_of(name, text).to_owned()),
            "assignment_expression" => return values::dotted(at.child_by_field_name("left")?, text),
            "await_expression" | "parenthesized_expression" | "as_expression" | "non_null_expression" => at = at.parent()?,
            _ => return None,
        }
    }
    None
}

/// Which application a call sets up: the one that its receiver holds, or the only one of the file for another function's parameter.
fn application(started: &[Started<'_>], call: Node<'_>, receiver: Node<'_>, text: &str) -> Option<usize> {
    if receiver.kind() == "call_expression" {
        return started.iter().position(|one| one.call == receiver);
    }
    let name = values::dotted(receiver, text)?;
    let holds = |one: &&Started<'_>| one.variable.as_deref() == Some(&name);
    let near = started.iter().filter(holds).find(|one| function_around(one.call).is_some_and(|around| is_within(call, around)));
    let chosen = near.or_else(|| match started {
        [only] if only.variable.as_deref() == Some(&name) || is_typed_application(receiver, text) => Some(only),
        _ => None,
    })?;
    started.iter().position(|one| one.call == chosen.call)
}

fn is_within(inner: Node<'_>, outer: Node<'_>) -> bool {
    inner.start_byte() >= outer.start_byte() && inner.end_byte() <= outer.end_byte()
}

/// The function that a node stands in; the whole file for top-level code.
fn function_around(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node.parent();
    while let Some(parent) = at {
        if is_function(parent) || parent.kind() == "program" {
            return Some(parent);
        }
        at = parent.parent();
    }
    None
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "function_declaration" | "arrow_function" | "function_expression" | "method_definition")
}

/// Whether a receiver is a parameter whose type is a Nest application.
fn is_typed_application(receiver: Node<'_>, text: &str) -> bool {
    const TYPES: &[&str] = &["INestApplication", "NestExpressApplication", "NestFastifyApplication", "INestMicroservice"];
    let name = text_of(receiver, text);
    let mut at = receiver.parent();
    while let Some(parent) = at {
        if is_function(parent) {
            let parameter = classes::parameters(parent).into_iter().find(|one| classes::parameter_name(*one, text) == Some(name));
            if let Some(parameter) = parameter {
                let stated = classes::type_of(parameter, text).unwrap_or_default();
                return TYPES.iter().any(|one| stated.starts_with(one));
            }
        }
        at = parent.parent();
    }
    false
}

fn set_up(bootstrap: &mut Bootstrap, method: &str, call: Node<'_>, text: &str) {
    let mut arguments: Vec<Value> = values::arguments(call, text).into_iter().map(|value| scope::resolved(value, call, text)).collect();
    let second = if arguments.len() > 1 { Some(arguments.remove(1)) } else { None };
    match method {
        "setGlobalPrefix" => {
            bootstrap.global_prefix = arguments.pop();
            let excludes = second.as_ref().and_then(|options| options.get("exclude"));
            bootstrap.prefix_excludes = excludes.map(|value| value.items().to_vec()).unwrap_or_default();
        }
        // A later call replaces an earlier one, as in the framework; without options versions stand in the path.
        "enableVersioning" => bootstrap.versioning = Some(arguments.pop().unwrap_or_else(|| Value::Map(Vec::new()))),
        "connectMicroservice" => bootstrap.transports.extend(arguments.into_iter().take(1)),
        "useGlobalGuards" => {
            let guards = arguments.into_iter().take(1).chain(second).chain(further(call, text));
            if is_conditional(call) { bootstrap.conditional_guards.extend(guards) } else { bootstrap.global_guards.extend(guards) }
        }
        _ => {
            let port = arguments.into_iter().next();
            bootstrap.ports.extend(port.map(|value| value.get("port").cloned().unwrap_or(value)));
        }
    }
}

/// Whether a condition in the same function decides about a call.
fn is_conditional(call: Node<'_>) -> bool {
    let mut at = call;
    for _ in 0..40 {
        let Some(parent) = at.parent() else { break };
        match parent.kind() {
            "if_statement" | "ternary_expression" if parent.child_by_field_name("condition") != Some(at) => return true,
            "binary_expression" if parent.child_by_field_name("right") == Some(at) => return true,
            "switch_case" | "switch_default" | "catch_clause" => return true,
            "function_declaration" | "arrow_function" | "function_expression" | "method_definition" => break,
            _ => at = parent,
        }
    }
    false
}

/// The arguments behind the second.
fn further(call: Node<'_>, text: &str) -> Vec<Value> {
    values::arguments(call, text).into_iter().skip(2).collect()
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    fn bootstrap(text: &str) -> String {
        facts("typescript.bootstrap", "main.ts", text)
    }

    #[test]
    fn an_application_with_its_set_up() {
        let text = "
            async function bootstrap() {
                const app = await NestFactory.create<NestExpressApplication>(AppModule.register({ a: 1 }), { bufferLogs: true });
                const config = app.get(ConfigService);
                const port = config.get<number>('PORT', 3000);
                app.setGlobalPrefix(`${API}/v1`, { exclude: ['health', { path: 'x', method: RequestMethod.GET }] });
                app.enableVersioning({ type: VersioningType.HEADER, header: 'x' });
                app.enableVersioning();
                app.connectMicroservice<MicroserviceOptions>({ transport: Transport.NATS, options: { queue: 'q' } }, { inheritAppConfig: true });
                app.useGlobalGuards(new JwtGuard(app.get(Reflector)), b, c);
                setup(app);
                await app.listen(port, '0.0.0.0');
                server.listen(99);
            }
            function setup(application: INestApplication) { application.useGlobalGuards(late); }
        ";
        assert_eq!(
            bootstrap(text),
            "3 start Http AppModule prefix API + '/v1' except ['health', {path: 'x', method: RequestMethod.GET}] versions {} transports [{transport: Transport.NATS, options: {queue: 'q'}}] ports [$PORT ?? 3000] guards [JwtGuard(app.get(Reflector)), b, c, late]"
        );
    }

    #[test]
    fn several_applications_and_set_up_apart() {
        let text = "
            const options = { transport: Transport.REDIS };
            async function main() {
                const app = await NestFactory.createMicroservice(WorkerModule, { ...options, queue: 'x' });
                await app.listen();
                const web = await NestFactory.create(WebModule);
                await web.listen({ port: process.env.PORT || 80 });
                (await NestFactory.create(Third)).listen(3);
                await CommandFactory.run(CliModule);
                Other.create(X);
            }
        ";
        assert_eq!(
            bootstrap(text),
            "4 start Microservice WorkerModule transports [{...: options, queue: 'x'}]
6 start Http WebModule ports [$PORT ?? 80]
8 start Http Third ports [3]
9 start Standalone CliModule"
        );
        let text = "
            export function configure(app: NestFastifyApplication, other: Server) {
                app.setGlobalPrefix('api');
                app.listen(1);
                other.listen(2);
            }
        ";
        assert_eq!(bootstrap(text), "3 start Setup ? prefix 'api' ports [1]");
    }
}

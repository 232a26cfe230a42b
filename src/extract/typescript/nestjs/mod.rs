//! NestJS: modules, controllers, routes, GraphQL resolvers, WebSocket gateways and message handlers.
//! Source: the NestJS documentation. Resolves nothing across files: prefixes, versions and guards stay as written.

mod contract;
mod module;
mod route;

use super::class_cx::ClassCx;
use super::decorators::{self, Found};
use super::doc_comment;
use super::imports::Origins;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Controller, ControllerKind, Fact, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/nestjs", text: include_str!("../../../../queries/typescript/nestjs.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.nestjs",
    about: "NestJS modules, controllers, routes, resolvers, gateways and message handlers",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    // Decorators may be imported under another name or composed elsewhere; the packages behind them are markers too.
    markers: &[
        "@Module",
        "@Controller",
        "@Resolver",
        "@WebSocketGateway",
        "@Get(",
        "@Post(",
        "@Put(",
        "@Patch(",
        "@Delete(",
        "@All(",
        "@Sse(",
        "@Query(",
        "@Mutation(",
        "@Subscription(",
        "@MessagePattern",
        "@EventPattern",
        "@SubscribeMessage",
        "@Grpc",
        "DynamicModule",
        "Controller(",
        "applyDecorators",
        "Plugin({",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for node in cx.matches(&QUERY).iter().filter_map(|found| found.node("class")) {
        let class = ClassCx::of(cx, &origins, node);
        module::emit(&class, sink);
        for controller in &class.decorators {
            emit_controller(&class, controller, sink);
        }
        route::emit(&class, sink);
    }
}

/// Frameworks with decorators of the same names and other meanings.
const OTHER_FRAMEWORKS: &[&str] = &[
    "routing-controllers",
    "tsoa",
    "inversify-express-utils",
    "@tsed/",
    "@midwayjs/",
    "@loopback/",
    "@overnightjs/",
    "@angular/",
    "alosaur",
];

impl ClassCx<'_, '_> {
    /// The name that a decorator has in the package it comes from; `None` when that is another framework.
    fn framework_name<'d>(&'d self, found: &'d Found<'_>) -> Option<&'d str> {
        let name = &found.decorator.name;
        let foreign = self.origins.module(name).is_some_and(|module| OTHER_FRAMEWORKS.iter().any(|other| module.starts_with(other)));
        (!foreign).then(|| self.original_name(found))
    }
}

fn emit_controller(class: &ClassCx<'_, '_>, found: &Found<'_>, sink: &mut Sink<'_>) {
    let kind = match class.framework_name(found) {
        Some("Controller") => ControllerKind::Http,
        Some("Resolver") => ControllerKind::GraphQl,
        Some("WebSocketGateway") => ControllerKind::WebSocket,
        _ => return,
    };
    let options = found.decorator.arguments.iter().find(|value| matches!(value, Value::Map(_)));
    let versions = options.and_then(|options| options.get("version")).map(|value| value.items().to_vec()).unwrap_or_default();
    let stated = match kind {
        ControllerKind::Http => found.first().filter(|value| !matches!(value, Value::Map(_))).or_else(|| options?.get("path")),
        ControllerKind::WebSocket => options.and_then(|options| options.get("namespace")),
        ControllerKind::GraphQl => None,
    };
    let controller = Controller {
        kind,
        class: class.name.clone(),
        prefixes: stated.map_or_else(|| vec![Value::Text(String::new())], |value| value.items().to_vec()),
        versions: versions.into_iter().chain(route::versions(class, &class.decorators)).collect(),
        decorators: decorators::plain(&class.decorators),
        doc: doc_comment::of(class.node, class.cx.text),
    };
    sink.fact(class.line(found.node), Fact::Controller(controller));
}

#[cfg(test)]
mod tests;

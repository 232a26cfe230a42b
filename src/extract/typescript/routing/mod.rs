//! Files that set servers up, as what they declare, call and export, for routers to be followed across functions and files.
//! Knows no framework: which calls make a route is the linker's table. Bodies of functions that answer requests are left out.

mod body;
mod functions;
mod needs;
mod plain_http;
mod refusals;
mod terms;

use std::collections::BTreeSet;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Import};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/routing", text: include_str!("../../../../queries/typescript/routing.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.routing",
    about: "routes of Express, Fastify, Koa and Hono, procedures of tRPC, events of Socket.IO, through routers, plugins, classes and files",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &[
        "express()",
        "Express()",
        "express.Router",
        " Router()",
        ".Router()",
        " Router({",
        ".Router({",
        " Router<",
        "PromiseRouter(",
        "new Koa",
        "new KoaRouter",
        "koa-router",
        "@koa/router",
        "new Hono",
        "OpenAPIHono",
        "hono/factory",
        "Fastify(",
        "fastify(",
        "FastifyInstance",
        "FastifyPlugin",
        "fastify-plugin",
        "fastify.register(",
        "fastify.get(",
        "fastify.post(",
        "fastify.route(",
        "@trpc/",
        "createTRPCRouter",
        "mergeRouters(",
        "socket.io'",
        "socket.io\"",
        "polka(",
        "restify.createServer",
        ".getHttpAdapter()",
        ".listen(",
        "@hono/zod-openapi",
        "@ts-rest/",
        "trpc-openapi",
        "trpc-to-openapi",
    ],
    // A file that is parsed for what it reads of the environment may make the middleware or the prefix that a server uses.
    when: When::MarkedOrParsed,
    queries: &[&QUERY],
    extract,
};

/// What is NestJS has routes of its own, and only a file that also makes a server is followed; migrations serve nobody.
fn is_of_others(text: &str) -> bool {
    let makes_server = || ["xpress()", ".listen(", ".getInstance()"].iter().any(|word| text.contains(word));
    let migrates = ["MigrationInterface", "queryInterface", "@mikro-orm/migrations", "exports.up"].iter().any(|word| text.contains(word));
    migrates || text.contains("@nestjs/") && !makes_server()
}

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(root) = cx.matches(&QUERY).first().and_then(|found| found.node("program")) else { return };
    if is_of_others(cx.text) {
        return;
    }
    let mut reader = body::Reader::new(cx);
    reader.program(root);
    let mut script = reader.script;
    script.needs = needs::of(&script).into_iter().collect();
    let brought: BTreeSet<(String, String)> = reader.modules.into_iter().collect();
    for (local, module) in brought {
        let import = Import { local, imported: "*".to_owned(), module, target: None };
        sink.fact(1, Fact::Import(import));
    }
    if !script.body.is_empty() {
        sink.fact(1, Fact::Script(Box::new(script)));
    }
}

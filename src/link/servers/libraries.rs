//! The routers of Node.js that are known, as tables: who makes them and what their methods do.
//! Source: the documentation of each library; a method that is not listed does nothing to routes.

/// A library of routers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Library {
    /// Express and what has its interface (polka, restify, router).
    Express,
    /// Koa; its router stands apart.
    Koa,
    /// @koa/router
    KoaRouter,
    /// Fastify
    Fastify,
    /// Hono
    Hono,
}

use Library::{Express, Fastify, Hono, Koa, KoaRouter};

/// The library and whether a server is made, by what is called: module and name, with `()` after each call on the way.
pub(super) fn made_by(called: &str) -> Option<(Library, bool)> {
    let made = match called {
        "express" | "express.default" | "polka" | "restify.createServer" | "@feathersjs/express" => (Express, true),
        "express.Router"
        | "router"
        | "express-promise-router"
        | "express-promise-router.default"
        | "polka.Router"
        | "restify-router.Router" => (Express, false),
        "koa" | "koa.default" => (Koa, true),
        "koa-router"
        | "@koa/router"
        | "koa-router.Router"
        | "@koa/router.Router"
        | "koa-router.default"
        | "@koa/router.default"
        | "koa-joi-router" => (KoaRouter, false),
        "fastify" | "fastify.default" | "fastify.fastify" => (Fastify, true),
        "hono.Hono" | "hono/quick.Hono" | "hono/tiny.Hono" | "@hono/zod-openapi.OpenAPIHono" | "hono/factory.createFactory().createApp" => {
            (Hono, true)
        }
        _ if called.starts_with("@nestjs/core.NestFactory.create") && called.ends_with(".getHttpAdapter().getInstance") => (Express, true),
        _ => return None,
    };
    Some(made)
}

/// What a method of a router does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Puts a route on for a method of HTTP; empty for all.
    Route(&'static str),
    /// `router.route('/x')`, `fastify.route({ ... })`, `hono.route('/x', app)`
    RouteOf,
    /// Middleware or another router.
    Use,
    /// `fastify.register(plugin, { prefix })`
    Register,
    /// `hono.on(methods, paths, handler)`, `koaRouter.register(path, methods, handler)`
    Stated,
    /// `hono.basePath('/x')`
    BasePath,
    /// `koaRouter.prefix('/x')`
    Prefix,
    /// `hono.openapi(route, handler)`
    OpenApi,
    /// A hook that runs before handlers: `fastify.addHook('onRequest', f)`
    Hook,
    /// The router itself.
    Same,
    /// `hono.mount(path, handler)` and the like: what lies below is not known.
    Foreign,
}

/// What a method does, by library and name.
pub(super) fn method(library: Library, name: &str) -> Option<Method> {
    let method = match (library, name) {
        (Fastify, "register") => Method::Register,
        (Fastify, "addHook") => Method::Hook,
        (Fastify, "after" | "ready" | "withTypeProvider" | "setValidatorCompiler" | "setSerializerCompiler" | "decorate") => Method::Same,
        (Hono, "on") | (KoaRouter, "register") => Method::Stated,
        (Hono, "basePath") => Method::BasePath,
        (Hono, "openapi") => Method::OpenApi,
        (Hono, "doc" | "doc31") => Method::Route("GET"),
        (Hono, "mount") => Method::Foreign,
        (Hono, "onError" | "notFound") | (KoaRouter, "routes" | "middleware" | "param") => Method::Same,
        (Express, "disable" | "enable" | "set" | "param" | "engine") => Method::Same,
        (KoaRouter, "prefix") => Method::Prefix,
        (Express | Fastify | Hono, "route") => Method::RouteOf,
        (Koa | KoaRouter | Express | Hono, "use") | (Fastify, "use") => Method::Use,
        (Express | Fastify | Hono | KoaRouter, "all") => Method::Route(""),
        (Express | KoaRouter, "del") => Method::Route("DELETE"),
        (Express, "opts") => Method::Route("OPTIONS"),
        (Express | Fastify | Hono | KoaRouter, name) => Method::Route(verb(name)?),
        _ => return None,
    };
    Some(method)
}

/// The method of HTTP that a method of a router is named after.
pub(super) fn verb(name: &str) -> Option<&'static str> {
    const VERBS: &[&str] = &[
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "SEARCH", "LINK", "UNLINK", "COPY",
        "MOVE", "LOCK", "UNLOCK", "MKCOL", "REPORT", "PURGE",
    ];
    VERBS.iter().copied().find(|verb| verb.eq_ignore_ascii_case(name) && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// Functions that give back what they are given, as far as routes are concerned, and the place of the argument.
pub(super) fn hands_on(called: &str) -> Option<usize> {
    matches!(called, "express-ws" | "express-ws.default" | "@sentry/node.wrapHandler" | "asyncify-express" | "http.createServer")
        .then_some(0)
}

/// Whether a call marks a plugin as one that shares the context it is put in.
pub(super) fn shares_context(called: &str) -> bool {
    matches!(called, "fastify-plugin" | "fastify-plugin.default" | "fastify-plugin.fastifyPlugin" | "fastify-plugin.fp")
}

/// Middleware from outside that lets nobody through who is not known, by what is called, and the name that a person would write.
const GUARDS: &[(&str, &str)] = &[
    ("express-jwt", "expressjwt"),
    ("express-jwt.expressjwt", "expressjwt"),
    ("express-basic-auth", "basicAuth"),
    ("koa-jwt", "koa-jwt"),
    ("koa-basic-auth", "koa-basic-auth"),
    ("hono/jwt.jwt", "jwt"),
    ("hono/jwk.jwk", "jwk"),
    ("hono/basic-auth.basicAuth", "basicAuth"),
    ("hono/bearer-auth.bearerAuth", "bearerAuth"),
    ("express-oauth2-jwt-bearer.auth", "auth"),
    ("express-oauth2-jwt-bearer.requiredScopes", "requiredScopes"),
    ("express-openid-connect.requiresAuth", "requiresAuth"),
    ("@clerk/express.requireAuth", "requireAuth"),
    ("supertokens-node/recipe/session/framework/express.verifySession", "verifySession"),
    ("connect-ensure-login.ensureLoggedIn", "ensureLoggedIn"),
];

/// The name of a guard that a call from outside makes; passport stands for one unless it only signs in where it can.
pub(super) fn guard(called: &str) -> Option<&'static str> {
    let module = called.split('.').next().unwrap_or(called);
    if matches!(module, "passport" | "koa-passport" | "@fastify/passport") && called.ends_with(".authenticate") {
        return Some("passport.authenticate");
    }
    if module == "keycloak-connect" && called.ends_with(".protect") {
        return Some("keycloak.protect");
    }
    GUARDS.iter().find(|(name, _)| *name == called || called.strip_suffix(".default") == Some(name)).map(|(_, shown)| *shown)
}

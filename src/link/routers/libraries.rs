//! The routers that are known, as tables: who makes them, which of their methods puts a route on, groups, mounts.
//! Source: the documentation of each library; a method that is not listed does nothing to routes.

use crate::finding::package_name;

/// A library of routers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Library {
    /// gin and what was made after it (Hertz).
    Gin,
    /// echo
    Echo,
    /// fiber
    Fiber,
    /// chi
    Chi,
    /// gorilla/mux
    Gorilla,
    /// httprouter
    HttpRouter,
    /// go-zero
    Zero,
    /// Beego
    Beego,
    /// fasthttp/router
    FastHttp,
    /// Iris
    Iris,
    /// go-restful
    Restful,
    /// go-pkgz/routegroup
    RouteGroup,
    /// Macaron, Flamego and routers of a repository's own that keep a prefix while a function runs: `m.Group("/x", func() { ... })`.
    Nested,
    /// net/http
    Standard,
}

use Library::{Chi, Echo, FastHttp, Fiber, Gin, Gorilla, HttpRouter, Iris, Nested, Restful, RouteGroup, Standard, Zero};

/// The start of the path of a package, its functions that make a router, its types that are one.
const LIBRARIES: &[(&str, Library, &[&str], &[&str])] = &[
    ("github.com/gin-gonic/gin", Gin, &["New", "Default"], &["Engine", "RouterGroup", "IRouter", "IRoutes"]),
    ("github.com/cloudwego/hertz", Gin, &["New", "Default"], &["Hertz", "RouterGroup", "IRouter", "IRoutes"]),
    ("github.com/labstack/echo", Echo, &["New", "NewWithConfig"], &["Echo", "Group"]),
    ("github.com/gofiber/fiber", Fiber, &["New"], &["App", "Router", "Group"]),
    ("github.com/go-chi/chi", Chi, &["NewRouter", "NewMux"], &["Router", "Mux"]),
    ("github.com/gorilla/mux", Gorilla, &["NewRouter"], &["Router", "Route"]),
    ("github.com/julienschmidt/httprouter", HttpRouter, &["New"], &["Router"]),
    ("github.com/zeromicro/go-zero/rest", Zero, &["NewServer", "MustNewServer"], &["Server"]),
    ("github.com/fasthttp/router", FastHttp, &["New"], &["Router", "Group"]),
    ("github.com/kataras/iris", Iris, &["New", "Default"], &["Application", "Party"]),
    ("github.com/emicklei/go-restful", Restful, &["WebService"], &["WebService"]),
    ("github.com/go-pkgz/routegroup", RouteGroup, &["New"], &["Bundle"]),
    ("gopkg.in/macaron.v1", Nested, &["New", "NewWithLogger", "Classic", "NewRouter"], &["Macaron", "Router"]),
    ("github.com/flamego/flamego", Nested, &["New", "NewWithLogger", "Classic"], &["Flame", "Router"]),
    ("net/http", Standard, &["NewServeMux"], &["ServeMux"]),
];

/// The library whose type is a router as soon as a value of it is there: `new(restful.WebService)`, `&http.ServeMux{}`.
pub(super) fn made_of(path: &str, name: &str) -> Option<Library> {
    let (start, library, ..) = library_of(path)?;
    let is_whole = matches!((library, name), (Restful, "WebService") | (Standard, "ServeMux") | (Gorilla | HttpRouter, "Router"));
    (is_whole && (path == *start || package_name(path) == package_name(start))).then_some(*library)
}

fn library_of(path: &str) -> Option<&'static (&'static str, Library, &'static [&'static str], &'static [&'static str])> {
    LIBRARIES.iter().find(|(start, ..)| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The library whose function `path.name` makes a router.
pub(super) fn made_by(function: &str) -> Option<Library> {
    let (path, name) = function.rsplit_once('.')?;
    let (start, library, makers, _) = library_of(path)?;
    // Beside the router these packages have others, `middleware.New` among them.
    let own = path.strip_prefix(start).is_some_and(|rest| {
        rest.is_empty() || rest[1..].starts_with('v') && rest[2..].bytes().all(|byte| byte.is_ascii_digit()) || rest.ends_with("/server")
    });
    (own && makers.contains(&name)).then_some(*library)
}

/// Whether a type from outside is a router.
pub(super) fn is_router(path: &str, name: &str) -> bool {
    library_of(path).is_some_and(|(.., types)| types.contains(&name)) || is_huma(path) && matches!(name, "API" | "Group")
}

fn is_huma(path: &str) -> bool {
    path.strip_prefix("github.com/danielgtaylor/huma")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("/v") && !rest[2..].contains('/'))
}

/// What a method of a router does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    /// Puts a route on: the method of HTTP, and where the path stands; the handlers follow.
    Route(&'static str, usize),
    /// Puts a route on whose method of HTTP is the first argument, or several in a list.
    Stated,
    /// Puts a route on with a pattern that may begin with the method of HTTP.
    Pattern,
    /// A part with a prefix; middleware may follow.
    Group,
    /// A part with a prefix that a function fills: `Route("/x", func(r chi.Router) { ... })`.
    Block,
    /// A part without a prefix that a function fills.
    Inline,
    /// A part without a prefix and with middleware.
    With,
    /// Another router is put under a prefix.
    Mount,
    /// Several routes as a table of literals; options follow.
    Table,
    /// A part with a prefix that a function without parameters fills through the router itself; middleware follows.
    Nest,
    /// Starts a route with its path and middleware, for methods to follow.
    Combo,
    /// Puts a route on: the path, its methods as one text, the handlers.
    Listed,
    /// Starts a route with its method and path.
    Built(&'static str),
    /// Says what stands before all paths.
    Prefix,
    /// Middleware for all that follows.
    Use,
    /// One file.
    File,
    /// Files of a folder.
    Files,
    /// The router itself.
    Same,
    /// gorilla/mux: starts a route with a path.
    DraftPath,
    /// gorilla/mux: starts a route with the start of paths.
    DraftPrefix,
    /// gorilla/mux: starts a route with its methods.
    DraftMethods,
    /// gorilla/mux: starts a route without a path.
    DraftBare,
}

/// What a method does, by library and name.
pub(super) fn method(library: Library, name: &str) -> Option<Method> {
    let upper = || Some(Method::Route(verb(name).filter(|verb| *verb == name)?, 0));
    let title = || Some(Method::Route(verb(&name.to_ascii_uppercase()).filter(|_| is_title(name))?, 0));
    match (library, name) {
        (Gin | Echo, "Any") => Some(Method::Route("ALL", 0)),
        (Gin | HttpRouter, "Handle") | (Echo, "Add") | (Gin | Echo, "Match") | (HttpRouter, "Handler" | "HandlerFunc") => {
            Some(Method::Stated)
        }
        (Gin | Echo, "Group") | (Fiber, "Group") => Some(Method::Group),
        (Zero, "AddRoutes" | "AddRoute") => Some(Method::Table),
        (Gin | Echo | Chi | Gorilla | Zero, "Use") | (Fiber, "Use") => Some(Method::Use),
        (Gin, "StaticFile" | "StaticFileFS") | (Echo, "File") => Some(Method::File),
        (Gin, "Static" | "StaticFS") | (Echo | Fiber, "Static") | (HttpRouter, "ServeFiles") => Some(Method::Files),
        (Gin | Echo | HttpRouter, _) => upper(),
        (Fiber, "All") => Some(Method::Route("ALL", 0)),
        (Fiber, "Add") | (Chi, "Method" | "MethodFunc") => Some(Method::Stated),
        (Fiber | Chi, "Route") => Some(Method::Block),
        (Fiber | Chi, "Mount") => Some(Method::Mount),
        (Chi, "Group") => Some(Method::Inline),
        (Chi, "With") => Some(Method::With),
        (Chi | Standard, "Handle" | "HandleFunc") => Some(Method::Pattern),
        (Fiber | Chi, _) => title(),
        (FastHttp, "Group") | (Iris, "Party") | (RouteGroup, "Mount") => Some(Method::Group),
        (FastHttp, "ANY") | (Iris | Nested, "Any") => Some(Method::Route("ALL", 0)),
        (FastHttp | Iris, "Handle") | (Nested, "Methods") => Some(Method::Stated),
        (FastHttp, "ServeFiles" | "ServeFilesCustom") | (Iris, "HandleDir") => Some(Method::Files),
        (FastHttp, _) => upper(),
        (Iris, "PartyFunc") => Some(Method::Block),
        (Iris | RouteGroup | Nested, "Use") | (Restful, "Filter") => Some(Method::Use),
        (RouteGroup, "Group" | "With") => Some(Method::With),
        (RouteGroup, "Route") => Some(Method::Inline),
        (RouteGroup, "Handle" | "HandleFunc") => Some(Method::Pattern),
        (RouteGroup, "HandleFiles") => Some(Method::Files),
        (Nested, "Group") => Some(Method::Nest),
        (Nested, "Combo") => Some(Method::Combo),
        (Nested, "Route" | "Routes") => Some(Method::Listed),
        (Nested, "Mount") => Some(Method::Mount),
        (Iris | Nested, _) => title(),
        (Restful, "Path") => Some(Method::Prefix),
        (Restful, "Consumes" | "Produces" | "Param" | "Doc" | "ApiVersion" | "Route") => Some(Method::Same),
        (Restful, _) => Some(Method::Built(verb(name)?)),
        (Gorilla, "HandleFunc" | "Handle") => Some(Method::Route("", 0)),
        (Gorilla, "Path") => Some(Method::DraftPath),
        (Gorilla, "PathPrefix") => Some(Method::DraftPrefix),
        (Gorilla, "Methods") => Some(Method::DraftMethods),
        (Gorilla, "NewRoute" | "Host" | "Name" | "Headers" | "Queries" | "Schemes") => Some(Method::DraftBare),
        (Gorilla, "StrictSlash" | "SkipClean" | "UseEncodedPath") => Some(Method::Same),
        _ => None,
    }
}

/// Whether some library puts a route on with a method of that name.
pub(super) fn names_a_route(name: &str) -> bool {
    [Gin, Echo, Fiber, Chi, Gorilla, HttpRouter, Standard]
        .into_iter()
        .any(|library| matches!(method(library, name), Some(Method::Route(..) | Method::Stated | Method::Pattern)))
}

fn is_title(name: &str) -> bool {
    name.chars().enumerate().all(|(at, letter)| letter.is_ascii_uppercase() == (at == 0))
}

/// A method of HTTP.
pub(super) fn verb(name: &str) -> Option<&'static str> {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE"].into_iter().find(|verb| *verb == name)
}

/// The method that a constant of net/http or of a framework stands for: `net/http.MethodGet`, `github.com/gofiber/fiber/v2.MethodGet`.
pub(super) fn verb_of_constant(name: &str) -> Option<&'static str> {
    let last = name.rsplit('.').next()?;
    let method = last.strip_prefix("Method").map(str::to_ascii_uppercase);
    method.as_deref().and_then(verb).or_else(|| verb(last))
}

/// Whether a literal of a type from outside states a route: its fields are kept.
pub(super) fn states_route(path: &str, name: &str) -> bool {
    matches!((path, name), ("github.com/zeromicro/go-zero/rest", "Route"))
        || path.starts_with("github.com/danielgtaylor/huma") && name == "Operation"
}

/// What a function of Huma does with the interface that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Huma {
    /// Puts an operation on: method and path stand in a literal.
    Register,
    /// Puts an operation on: the method is the function's name.
    Verb(&'static str),
    /// A part with a prefix.
    Group,
}

/// The function of Huma of that name.
pub(super) fn huma(function: &str) -> Option<Huma> {
    let (path, name) = function.rsplit_once('.')?;
    match name {
        _ if !is_huma(path) => None,
        "Register" => Some(Huma::Register),
        "NewGroup" => Some(Huma::Group),
        _ => verb(&name.to_ascii_uppercase()).filter(|_| is_title(name)).map(Huma::Verb),
    }
}

/// Whether a function hands on what it is given as a handler, with what it takes away from the path.
pub(super) fn strips_prefix(function: &str) -> bool {
    function == "net/http.StripPrefix"
}

/// Middleware from outside that lets nobody through who is not known: the start of the package and the names of its functions.
const GUARDS: &[(&str, &[&str])] = &[
    ("github.com/gin-gonic/gin", &["BasicAuth", "BasicAuthForRealm"]),
    ("github.com/labstack/echo", &["JWT", "JWTWithConfig", "BasicAuth", "BasicAuthWithConfig", "KeyAuth", "KeyAuthWithConfig"]),
    ("github.com/labstack/echo-jwt", &["JWT", "WithConfig"]),
    ("github.com/gofiber/fiber", &["basicauth.New", "keyauth.New"]),
    ("github.com/gofiber/jwt", &["New"]),
    ("github.com/gofiber/contrib/jwt", &["New"]),
    ("github.com/gofiber/keyauth", &["New"]),
    ("github.com/go-chi/chi", &["BasicAuth"]),
    ("github.com/go-chi/jwtauth", &["Authenticator"]),
    ("github.com/auth0/go-jwt-middleware", &["CheckJWT"]),
    ("github.com/zeromicro/go-zero/rest", &["WithJwt", "WithJwtTransition"]),
];

/// Whether a field of the options of middleware lets some requests through.
pub(super) fn lets_through(field: &str) -> bool {
    matches!(
        field,
        "Skipper"
            | "Filter"
            | "Next"
            | "Skip"
            | "SkipPaths"
            | "Optional"
            | "CredentialsOptional"
            | "ContinueOnIgnoredError"
            | "AllowAnonymous"
    )
}

/// The name of a guard from outside, as a person would write it: `gin.BasicAuth`.
pub(super) fn guard(function: &str) -> Option<String> {
    let (path, name) = function.rsplit_once('.')?;
    let package = crate::finding::package_name(path);
    let fits = |(start, names): &&(&str, &[&str])| {
        path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && names.iter().any(|one| *one == name || one.strip_suffix(name).and_then(|head| head.strip_suffix('.')) == Some(package))
    };
    GUARDS.iter().find(fits).map(|_| format!("{package}.{name}"))
}

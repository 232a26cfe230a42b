//! Facts about files that answer requests by where they stand. What path that is follows from the container's folder.

use super::{Controller, Route, Value};

/// A library that makes a server of Express or Koa out of classes, whose decorators say what they answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ClassLibrary {
    /// inversify-express-utils
    Inversify,
    /// routing-controllers
    RoutingControllers,
    /// tsoa
    Tsoa,
    /// OvernightJS
    Overnight,
}

/// A class that such a library serves.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ServedClass {
    /// The library.
    pub(crate) library: ClassLibrary,
    /// What holds for all of its routes.
    pub(crate) controller: Controller,
    /// Its routes, each with its line.
    pub(crate) routes: Vec<(u32, Route)>,
}

/// Where such a server is made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ClassServer {
    /// The library.
    pub(crate) library: ClassLibrary,
    /// The start of all paths.
    pub(crate) prefix: Option<Value>,
    /// The classes that are named to it; none where it takes all that are loaded.
    pub(crate) classes: Vec<String>,
    /// Whether it is told how callers are checked.
    pub(crate) checks_callers: bool,
}

/// A field of a root type in a schema of GraphQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct GraphQlField {
    /// `QUERY`, `MUTATION` or `SUBSCRIPTION`.
    pub(crate) verb: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// The type that it gives back.
    pub(crate) gives: String,
    /// Its description.
    pub(crate) doc: Option<String>,
}

/// The framework whose rule gives a file its path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FileFramework {
    /// Next.js
    #[default]
    Next,
    /// SvelteKit
    SvelteKit,
    /// Nuxt and the Nitro server in it
    Nuxt,
    /// Remix, and React Router as a framework
    Remix,
    /// Astro
    Astro,
}

/// A file that a framework serves by its place, or the configuration that says below which path it serves all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileRoute {
    /// The framework.
    pub(crate) framework: FileFramework,
    /// The methods of HTTP that it answers; none for all.
    pub(crate) verbs: Vec<String>,
    /// The start of all paths; the file is a configuration then and no route.
    pub(crate) base: Option<String>,
    /// The function that its handler is wrapped in: `withAuth` of `export const GET = withAuth(list)`.
    pub(crate) wrapper: Option<String>,
    /// Whether it shows a page. A page of Remix answers requests too, those of its own forms, which are none of an interface.
    pub(crate) page: bool,
}

/// The pages that a file of code gives a router: `createBrowserRouter([{ path, element }])`, `Routes` of Angular, `<Route>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageRoutes {
    /// How many.
    pub(crate) count: usize,
}

//! Facts about files that answer requests by where they stand. What path that is follows from the container's folder.

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
    /// Whether it shows a page. A page of Remix answers requests too, those of its own forms, which are none of an interface.
    pub(crate) page: bool,
}

/// The pages that a file of code gives a router: `createBrowserRouter([{ path, element }])`, `Routes` of Angular, `<Route>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageRoutes {
    /// How many.
    pub(crate) count: usize,
}

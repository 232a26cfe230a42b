//! Routes that files have by where they stand: Next.js, SvelteKit, Nuxt, Remix, Astro; and the pages of frontends, which are counted.

mod pages;
mod places;
mod wrappers;

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::containers::owner_of;
use crate::finding::{Fact, FileFramework, FileRoute};
use crate::location::{Location, RepoPath};
use crate::model::{Model, Operation};

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let found: Vec<(&Location, &FileRoute)> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::FileRoute(route) => Some((&finding.at, route)),
            _ => None,
        })
        .collect();
    let users = Users::of(input);
    let scripts = wrappers::scripts(input);
    let mut bases: BTreeMap<String, String> = BTreeMap::new();
    for (at, route) in &found {
        if let (Some(base), Some((container, _))) = (&route.base, users.owner(model, at, route.framework)) {
            bases.insert(container, base.trim_end_matches('/').to_owned());
        }
    }
    for (at, route) in found.iter().filter(|(_, route)| route.base.is_none()) {
        let Some((container, folder)) = users.owner(model, at, route.framework) else { continue };
        let base = bases.get(&container).map_or("", String::as_str);
        // A configuration that states the paths itself leaves nothing to the places of files.
        if base == "?" {
            continue;
        }
        let Some(path) = places::path_of(route.framework, &at.path, &folder) else { continue };
        if route.page {
            model.containers.entry(container).and_modify(|one| one.pages += 1);
            continue;
        }
        let path = format!("{base}{path}");
        let auth: BTreeSet<String> = route.wrapper.iter().filter_map(|name| wrappers::guard(input, &scripts, &at.path, name)).collect();
        let verbs: Vec<&str> = if route.verbs.is_empty() { vec!["ALL"] } else { route.verbs.iter().map(String::as_str).collect() };
        for verb in verbs {
            let key = format!("{verb} {path}");
            model.prove(at, "route", &["api_endpoints", &container, "operations", &key]);
            let operation = || Operation { auth: auth.clone(), ..Operation::default() };
            model.endpoints.entry(container.clone()).or_default().entry(key).or_insert_with(operation);
        }
    }
    pages::count(input, model);
}

/// The packages that prove that a framework is used.
fn packages(framework: FileFramework) -> &'static [&'static str] {
    match framework {
        FileFramework::Next => &["next"],
        FileFramework::SvelteKit => &["@sveltejs/kit"],
        FileFramework::Nuxt => &["nuxt"],
        FileFramework::Remix => &["@remix-run/react", "@remix-run/node", "@react-router/node", "@react-router/dev"],
        FileFramework::Astro => &["astro"],
    }
}

/// Which manifests ask for which framework.
struct Users {
    roots: Vec<(FileFramework, RepoPath)>,
}

impl Users {
    fn of(input: &Input<'_>) -> Self {
        use FileFramework::{Astro, Next, Nuxt, Remix, SvelteKit};
        let mut roots = Vec::new();
        for finding in input.findings {
            let Fact::Package(package) = &finding.fact else { continue };
            for framework in [Next, SvelteKit, Nuxt, Remix, Astro] {
                if packages(framework).iter().any(|name| package.dependency(name).is_some()) {
                    roots.push((framework, finding.at.path.parent()));
                }
            }
        }
        Self { roots }
    }

    /// The container that a file belongs to and its folder, where it is made with the framework.
    fn owner(&self, model: &Model, at: &Location, framework: FileFramework) -> Option<(String, RepoPath)> {
        let key = owner_of(model, &at.path)?;
        let container = model.containers.get(key)?;
        let folder = container.path.clone().unwrap_or_else(|| RepoPath::new(""));
        let asked = self.roots.iter().any(|(one, root)| *one == framework && folder.is_within(root));
        let is_next = container.kind == "Next.js Application";
        let fits = if framework == FileFramework::Next { is_next } else { asked && !is_next };
        fits.then(|| (key.to_owned(), folder))
    }
}

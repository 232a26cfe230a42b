//! How many pages a frontend has. They are counted and never listed: a page is no interface for programs.

use super::places::path_of;
use crate::finding::{Fact, FileFramework};
use crate::link::Input;
use crate::link::containers::owner_of;
use crate::location::RepoPath;
use crate::model::Model;

/// Whether a file is a page, by the parts of its path in the folder of its application.
type IsPage = fn(&[&str]) -> bool;

/// Counts the pages that files are, and those that code gives to routers.
pub(super) fn count(input: &Input<'_>, model: &mut Model) {
    let by_files: Vec<(String, RepoPath, IsPage)> =
        model.containers.iter().filter_map(|(key, one)| Some((key.clone(), one.path.clone()?, shown_by_files(&one.kind)?))).collect();
    for (key, folder, is_page) in by_files {
        let inner = |path: &RepoPath| path.parts().skip(folder.parts().count()).map(str::to_owned).collect::<Vec<_>>();
        let own = input.map.files_within(&folder).filter(|file| !file.is_test);
        let pages = own.filter(|file| is_page(&inner(&file.path).iter().map(String::as_str).collect::<Vec<_>>())).count();
        model.containers.entry(key).and_modify(|one| one.pages += pages);
    }
    for finding in input.findings {
        let Fact::PageRoutes(pages) = &finding.fact else { continue };
        let Some(key) = owner_of(model, &finding.at.path).map(str::to_owned) else { continue };
        // Where the places of files say what is shown, a router in code is another matter.
        if model.containers.get(&key).is_some_and(|one| shown_by_files(&one.kind).is_some() || one.backing) {
            continue;
        }
        model.prove(&finding.at, "pages", &["containers", &key]);
        model.containers.entry(key).and_modify(|one| one.pages += pages.count);
    }
}

/// Whether a file, by its place in the folder of its application, is a page; for kinds whose pages are files.
fn shown_by_files(kind: &str) -> Option<IsPage> {
    match kind {
        "Next.js Application" => Some(of_next),
        "SvelteKit Application" => Some(|parts| matches!(parts, ["src", "routes", .., last] if last.starts_with("+page.svelte"))),
        "Nuxt Application" => Some(|parts| {
            let parts = parts.strip_prefix(&["src"]).or_else(|| parts.strip_prefix(&["app"])).unwrap_or(parts);
            matches!(parts, ["pages", .., last] if last.ends_with(".vue"))
        }),
        "Astro Application" => Some(|parts| {
            let shown = |last: &str| [".astro", ".md", ".mdx", ".html"].iter().any(|ending| last.ends_with(ending));
            matches!(parts, ["src", "pages", inner @ .., last] if shown(last) && !inner.iter().chain([last]).any(|one| one.starts_with('_')))
        }),
        "Gatsby Application" => Some(|parts| matches!(parts, ["src", "pages", .., last] if is_code(last))),
        _ => None,
    }
}

fn is_code(name: &str) -> bool {
    [".tsx", ".jsx", ".ts", ".js", ".mdx"].iter().any(|ending| name.ends_with(ending)) && !name.ends_with(".d.ts")
}

fn of_next(parts: &[&str]) -> bool {
    let inner = parts.strip_prefix(&["src"]).unwrap_or(parts);
    let last = inner.last().copied().unwrap_or_default();
    let served = || path_of(FileFramework::Next, &RepoPath::new(&parts.join("/")), &RepoPath::new("")).is_some();
    match inner.first() {
        Some(&"app") => last.starts_with("page.") && is_code(last) && served(),
        Some(&"pages") => {
            let is_frame = last.starts_with('_') || matches!(last.split('.').next(), Some("404" | "500"));
            is_code(last) && !is_frame && inner.get(1) != Some(&"api") && inner.len() > 1
        }
        _ => false,
    }
}

//! The path that a file is served at, by the rules of its framework.
//! Sources: the documentation of Next.js ("Project structure"), SvelteKit ("Advanced routing"), Nitro ("Routing"), Remix ("Route File
//! Naming"), Astro ("Routing").

use crate::finding::FileFramework;
use crate::location::RepoPath;

/// The path that a file is served at; `None` for one that is not served.
pub(super) fn path_of(framework: FileFramework, file: &RepoPath, folder: &RepoPath) -> Option<String> {
    let parts: Vec<&str> = file.parts().skip(folder.parts().count()).collect();
    let segments = match framework {
        FileFramework::Next => next(&parts)?,
        FileFramework::SvelteKit => svelte_kit(&parts)?,
        FileFramework::Nuxt => nuxt(&parts)?,
        FileFramework::Remix => remix(&parts)?,
        FileFramework::Astro => astro(&parts)?,
    };
    if segments.is_empty() {
        return Some("/".to_owned());
    }
    Some(segments.iter().map(|one| format!("/{one}")).collect())
}

/// The name of a file without its last ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn is_group(part: &str) -> bool {
    part.starts_with('(') && part.ends_with(')')
}

/// `{id}` of `[id]`, `{slug}` of `[...slug]` and `[[...slug]]`.
fn bracketed(part: &str) -> String {
    let inner = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
    let Some(inner) = inner else { return part.replace("%5F", "_") };
    let inner = inner.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(inner);
    format!("{{{}}}", inner.trim_start_matches("..."))
}

/// Parameters that stand among other letters: `post-[id]`, `[org]-[repo]`, `[id=uuid]`; what follows `=` only checks.
fn inline(part: &str) -> String {
    let part = part.replace("[[", "[").replace("]]", "]");
    let mut out = String::new();
    let mut rest = part.as_str();
    while let Some((head, tail)) = rest.split_once('[') {
        let Some((inner, behind)) = tail.split_once(']') else { break };
        let name = inner.trim_start_matches("...").split('=').next().unwrap_or_default();
        out.push_str(head);
        out.push_str(&format!("{{{}}}", if name.is_empty() { "path" } else { name }));
        rest = behind;
    }
    out.push_str(rest);
    out
}

fn next(parts: &[&str]) -> Option<Vec<String>> {
    let parts = parts.strip_prefix(&["src"]).unwrap_or(parts);
    let mut segments: Vec<&str> = match parts {
        ["app", inner @ .., last] if last.starts_with("route.") || last.starts_with("page.") => inner.to_vec(),
        ["pages", inner @ .., last] => {
            let name = stem(last);
            inner.iter().copied().chain((name != "index").then_some(name)).collect()
        }
        _ => return None,
    };
    let is_app = parts.first() == Some(&"app");
    // A folder that begins with an underscore is private, `(.)x` shows another route in its place.
    if is_app && segments.iter().any(|one| one.starts_with('_') || one.starts_with("(.")) {
        return None;
    }
    segments.retain(|one| !is_app || !(is_group(one) || one.starts_with('@')));
    Some(segments.into_iter().map(bracketed).collect())
}

fn svelte_kit(parts: &[&str]) -> Option<Vec<String>> {
    let ["src", "routes", inner @ .., last] = parts else { return None };
    let served = last.starts_with("+server.") || last.starts_with("+page");
    served.then(|| inner.iter().filter(|one| !is_group(one)).map(|one| inline(one)).collect())
}

fn nuxt(parts: &[&str]) -> Option<Vec<String>> {
    let parts = parts.strip_prefix(&["src"]).unwrap_or(parts);
    let (inner, last) = match parts {
        ["server", "routes", inner @ .., last] => (inner.to_vec(), *last),
        ["server", inner @ .., last] if inner.first() == Some(&"api") => (inner.to_vec(), *last),
        _ => return None,
    };
    // `login.post.ts` answers POST alone; `list.dev.ts` only while it is developed.
    let mut name = stem(last);
    for ending in ["get", "post", "put", "patch", "delete", "head", "options", "connect", "trace"] {
        name = name.strip_suffix(&format!(".{ending}")).unwrap_or(name);
    }
    if name.ends_with(".dev") {
        return None;
    }
    let name = name.strip_suffix(".prod").unwrap_or(name);
    let name = (name != "index").then_some(name);
    Some(inner.into_iter().chain(name).filter(|one| !is_group(one)).map(inline).collect())
}

/// `/users/{id}/edit` of `app/routes/users_.$id.edit.tsx`, also as a folder with `route.tsx` in it.
fn remix(parts: &[&str]) -> Option<Vec<String>> {
    let name = match parts {
        ["app", "routes", file] => stem(file),
        ["app", "routes", folder, file] if matches!(stem(file), "route" | "index") => folder,
        _ => return None,
    };
    let mut segments = Vec::new();
    for part in dotted(name) {
        let plain = part.strip_suffix('_').unwrap_or(&part);
        let plain = plain.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(plain);
        if plain.starts_with('_') {
            continue;
        }
        segments.push(match plain.strip_prefix('$') {
            Some("") => "{path}".to_owned(),
            Some(parameter) => format!("{{{parameter}}}"),
            None => plain.replace(['[', ']'], ""),
        });
    }
    Some(segments)
}

/// The parts between dots; a dot in brackets stands for itself: `sitemap[.]xml`.
fn dotted(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for letter in name.chars() {
        escaped = letter == '[' || escaped && letter != ']';
        match (letter, parts.last_mut()) {
            ('.', _) if !escaped => parts.push(String::new()),
            (_, Some(last)) => last.push(letter),
            (_, None) => {}
        }
    }
    parts
}

fn astro(parts: &[&str]) -> Option<Vec<String>> {
    let ["src", "pages", inner @ .., last] = parts else { return None };
    if inner.iter().chain([last]).any(|one| one.starts_with('_')) {
        return None;
    }
    let name = stem(last);
    Some(inner.iter().copied().chain((name != "index").then_some(name)).map(inline).collect())
}

#[cfg(test)]
mod tests {
    use super::path_of;
    use crate::finding::FileFramework::{self, Astro, Next, Nuxt, Remix, SvelteKit};
    use crate::location::RepoPath;

    fn check(framework: FileFramework, cases: &[(&str, Option<&str>)]) {
        for (file, expected) in cases {
            assert_eq!(path_of(framework, &RepoPath::new(file), &RepoPath::new("web")).as_deref(), *expected, "{file}");
        }
    }

    #[test]
    fn a_file_of_next_is_served_by_where_it_stands() {
        check(
            Next,
            &[
                ("web/src/app/api/users/[id]/route.ts", Some("/api/users/{id}")),
                ("web/app/(shop)/cart/@modal/route.js", Some("/cart")),
                ("web/app/route.ts", Some("/")),
                ("web/app/_lib/route.ts", None),
                ("web/pages/api/index.ts", Some("/api")),
                ("web/pages/api/files/[[...path]].ts", Some("/api/files/{path}")),
                ("web/src/pages/api/a/[...slug].ts", Some("/api/a/{slug}")),
                ("web/lib/app/x/route.ts", None),
            ],
        );
    }

    #[test]
    fn files_of_svelte_kit_nuxt_and_astro_are_served_by_where_they_stand() {
        check(
            SvelteKit,
            &[
                ("web/src/routes/(app)/users/[id=uuid]/+server.ts", Some("/users/{id}")),
                ("web/src/routes/models/[...model]/thumbnail.png/+server.ts", Some("/models/{model}/thumbnail.png")),
                ("web/src/routes/+server.js", Some("/")),
            ],
        );
        check(
            Nuxt,
            &[
                ("web/server/api/users/[id].get.ts", Some("/api/users/{id}")),
                ("web/server/api/users/index.post.ts", Some("/api/users")),
                ("web/server/routes/[...].ts", Some("/{path}")),
                ("web/server/api/seed.dev.ts", None),
                ("web/server/utils/x.ts", None),
            ],
        );
        check(
            Astro,
            &[
                ("web/src/pages/feed.xml.ts", Some("/feed.xml")),
                ("web/src/pages/api/[...path].ts", Some("/api/{path}")),
                ("web/src/pages/_x.ts", None),
            ],
        );
    }

    #[test]
    fn a_module_of_remix_is_served_by_its_name() {
        check(
            Remix,
            &[
                ("web/app/routes/api.v1.runs.$runId.ts", Some("/api/v1/runs/{runId}")),
                ("web/app/routes/_auth.users_.$id.tsx", Some("/users/{id}")),
                ("web/app/routes/sitemap[.]xml.ts", Some("/sitemap.xml")),
                ("web/app/routes/_index.tsx", Some("/")),
                ("web/app/routes/files.$.ts", Some("/files/{path}")),
                ("web/app/routes/settings.team/route.tsx", Some("/settings/team")),
                ("web/app/routes/settings.team/form.tsx", None),
            ],
        );
    }
}

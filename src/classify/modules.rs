//! How a module specifier of TypeScript or JavaScript leads to a file: relative paths, `tsconfig` paths, workspace packages.
//! Source: the module resolution chapter of the TypeScript handbook. Never looks outside the repository.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{FileKind, RepoMap};
use crate::location::RepoPath;

/// The aliases and packages of a repository.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ModuleMap {
    aliases: Vec<Alias>,
    bases: Vec<(RepoPath, RepoPath)>,
    packages: BTreeMap<String, RepoPath>,
    /// The modules of Go with their folders, the longest path first.
    go: Vec<(String, RepoPath)>,
}

/// An entry of `compilerOptions.paths`: `@app/*` -> `libs/*`.
#[derive(Debug, PartialEq, Eq)]
struct Alias {
    scope: RepoPath,
    prefix: String,
    suffix: String,
    targets: Vec<String>,
}

/// What is tried behind a path that names no file, in order.
const ENDINGS: &[&str] =
    &[".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", "/index.ts", "/index.tsx", "/index.js", "/index.mjs"];

impl ModuleMap {
    /// Reads `tsconfig*.json` and the names of all packages.
    pub(super) fn read(map: &RepoMap, read: &dyn Fn(&RepoPath) -> Option<String>) -> Self {
        let mut modules = Self::default();
        let parse = |path: &RepoPath| {
            let text = read(path)?;
            jsonc_parser::parse_to_serde_value::<Json>(&text, &jsonc_parser::ParseOptions::default()).ok()
        };
        for file in &map.files {
            match file.kind {
                FileKind::TsConfig => {
                    if let Some(json) = parse(&file.path) {
                        modules.add_config(&file.path.parent(), &json);
                    }
                }
                FileKind::PackageJson if !file.is_test => {
                    let name = parse(&file.path).and_then(|json| json.get("name")?.as_str().map(str::to_owned));
                    if let Some(name) = name {
                        modules.packages.entry(name).or_insert_with(|| file.path.parent());
                    }
                }
                FileKind::GoMod => {
                    let stated = read(&file.path).and_then(|text| go_module(&text).map(str::to_owned));
                    modules.go.extend(stated.map(|path| (path, file.path.parent())));
                }
                _ => {}
            }
        }
        modules.go.sort_by_key(|(path, folder)| (std::cmp::Reverse(path.len()), folder.clone()));
        modules.aliases.sort_by_key(|alias| std::cmp::Reverse((alias.scope.as_str().len(), alias.prefix.len())));
        modules.bases.sort_by_key(|(scope, _)| std::cmp::Reverse(scope.as_str().len()));
        modules
    }

    fn add_config(&mut self, folder: &RepoPath, json: &Json) {
        let Some(options) = json.get("compilerOptions") else { return };
        let stated = options.get("baseUrl").and_then(Json::as_str);
        let base = folder.join(stated.unwrap_or("."));
        if stated.is_some() {
            self.bases.push((folder.clone(), base.clone()));
        }
        for (pattern, targets) in options.get("paths").and_then(Json::as_object).into_iter().flatten() {
            let (prefix, suffix) = pattern.split_once('*').unwrap_or((pattern, "\0"));
            let targets = targets.as_array().into_iter().flatten().filter_map(Json::as_str);
            let targets = targets.map(|target| base.join(target).as_str().to_owned()).collect();
            self.aliases.push(Alias { scope: folder.clone(), prefix: prefix.to_owned(), suffix: suffix.to_owned(), targets });
        }
    }
}

impl Alias {
    /// The paths that the alias gives for a specifier.
    fn apply(&self, specifier: &str) -> Vec<RepoPath> {
        if self.suffix == "\0" {
            let exact = specifier == self.prefix;
            return self.targets.iter().filter(|_| exact).map(|target| RepoPath::new(target)).collect();
        }
        let middle = specifier.strip_prefix(self.prefix.as_str()).and_then(|rest| rest.strip_suffix(self.suffix.as_str()));
        let Some(middle) = middle else { return Vec::new() };
        self.targets.iter().map(|target| RepoPath::new(&target.replacen('*', middle, 1))).collect()
    }
}

/// The path that a `go.mod` gives its module.
fn go_module(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim_start).find(|line| line.starts_with("module ") || line.starts_with("module\t"))?;
    line["module".len()..].split("//").next().map(|path| path.trim().trim_matches('"')).filter(|path| !path.is_empty())
}

impl RepoMap {
    /// The folder of the package of Go that an import in the file `from` means; `None` for one from outside. Where two modules
    /// call themselves alike (copies of a sample do), the one that holds the importing file is meant.
    pub(crate) fn go_package(&self, from: &RepoPath, import: &str) -> Option<RepoPath> {
        let below = |module: &str| {
            let rest = import.strip_prefix(module)?;
            if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
        };
        let mut found = self.modules.go.iter().filter_map(|(module, folder)| Some((module.len(), folder, folder.join(below(module)?))));
        let (longest, _, first) = found.next()?;
        let alike = found.take_while(|(length, ..)| *length == longest);
        let own = alike.filter(|(_, folder, _)| from.is_within(folder)).max_by_key(|(_, folder, _)| folder.as_str().len());
        Some(own.map_or(first, |(_, _, path)| path))
    }

    /// The folder of the module of Go that holds a path.
    pub(crate) fn go_module_of(&self, path: &RepoPath) -> Option<&RepoPath> {
        let holding = self.modules.go.iter().map(|(_, folder)| folder).filter(|folder| path.is_within(folder));
        holding.max_by_key(|folder| folder.as_str().len())
    }

    /// The file that `specifier` means in the file `from`; `None` for a package from outside.
    pub(crate) fn resolve_module(&self, from: &RepoPath, specifier: &str) -> Option<RepoPath> {
        if specifier.starts_with('.') {
            return self.module_file(&from.parent().join(specifier));
        }
        let modules = &self.modules;
        for alias in modules.aliases.iter().filter(|alias| from.is_within(&alias.scope)) {
            if let Some(path) = alias.apply(specifier).iter().find_map(|path| self.module_file(path)) {
                return Some(path);
            }
        }
        if let Some(path) = self.package_file(specifier) {
            return Some(path);
        }
        let bases = modules.bases.iter().filter(|(scope, _)| from.is_within(scope));
        bases.into_iter().find_map(|(_, base)| self.module_file(&base.join(specifier)))
    }

    fn package_file(&self, specifier: &str) -> Option<RepoPath> {
        let parts: Vec<&str> = specifier.splitn(if specifier.starts_with('@') { 3 } else { 2 }, '/').collect();
        let named = if specifier.starts_with('@') { 2 } else { 1 };
        let name = parts.get(..named)?.join("/");
        let folder = self.modules.packages.get(&name)?;
        let rest = parts.get(named).copied().unwrap_or("");
        let places = if rest.is_empty() { vec!["src/index", "index", "src/main", "lib/index"] } else { vec![rest] };
        places.iter().find_map(|place| {
            let from_dist = place.replacen("dist/", "src/", 1);
            let tries = [folder.join(place), folder.join("src").join(place), folder.join(&from_dist)];
            tries.iter().find_map(|path| self.module_file(path))
        })
    }

    fn module_file(&self, path: &RepoPath) -> Option<RepoPath> {
        if matches!(path.extension(), "ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "json") && self.position(path).is_some() {
            return Some(path.clone());
        }
        let mut candidate = path.as_str().strip_suffix(".js").unwrap_or(path.as_str()).to_owned();
        let stem = candidate.len();
        // Nearly every try is a miss: the names are looked up as text, and only a hit becomes a path.
        ENDINGS.iter().find_map(|ending| {
            candidate.truncate(stem);
            candidate.push_str(if stem == 0 { ending.trim_start_matches('/') } else { ending });
            self.path_of(&candidate)
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::classify::RepoMap;
    use crate::location::RepoPath;
    use crate::source::Entry;

    #[test]
    fn specifiers_lead_to_files() {
        let texts = [
            ("apps/api/src/main.ts", ""),
            ("apps/api/src/users/index.ts", ""),
            ("libs/events/src/index.ts", ""),
            ("libs/events/src/names.ts", ""),
            ("packages/shared/package.json", r#"{"name":"@acme/shared"}"#),
            ("packages/shared/src/index.ts", ""),
            ("packages/shared/src/routes.ts", ""),
            (
                "tsconfig.json",
                r#"{ // comment
                "compilerOptions": {"baseUrl": ".", "paths": {"@app/events": ["libs/events/src"], "@app/events/*": ["libs/events/src/*"]}}}"#,
            ),
        ];
        let mut entries: Vec<Entry> = texts.iter().map(|(path, _)| Entry { path: RepoPath::new(path), size: 0 }).collect();
        entries.sort();
        let read = |path: &RepoPath| texts.iter().find(|(name, _)| *name == path.as_str()).map(|(_, text)| (*text).to_owned());
        let map = RepoMap::classify(&entries, &read);
        let from = RepoPath::new("apps/api/src/main.ts");
        let resolve = |specifier| map.resolve_module(&from, specifier).map(|path| path.as_str().to_owned());
        assert_eq!(resolve("./users").as_deref(), Some("apps/api/src/users/index.ts"));
        assert_eq!(resolve("./users/index.js").as_deref(), Some("apps/api/src/users/index.ts"));
        assert_eq!(resolve("@app/events").as_deref(), Some("libs/events/src/index.ts"));
        assert_eq!(resolve("@app/events/names").as_deref(), Some("libs/events/src/names.ts"));
        assert_eq!(resolve("@acme/shared").as_deref(), Some("packages/shared/src/index.ts"));
        assert_eq!(resolve("@acme/shared/dist/routes").as_deref(), Some("packages/shared/src/routes.ts"));
        assert_eq!(resolve("apps/api/src/users").as_deref(), Some("apps/api/src/users/index.ts"));
        assert_eq!(resolve("@nestjs/common"), None);
    }
}

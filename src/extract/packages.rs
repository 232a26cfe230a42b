//! The second step for Go: the files that hold what a file which talks to others refers to, and those that give it its values.
//! Packages are folders: no import names a file, so that a file is looked into where a wanted name stands in it.

use std::collections::{BTreeMap, BTreeSet};

use super::demand::is_code;
use crate::classify::{FileKind, RepoMap};
use crate::finding::{Expression, Fact, Finding, TypeShape, broker};
use crate::location::RepoPath;

/// Which files are to be looked at, and for which names. A file of the package itself is wanted whole.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// These are to be parsed.
    pub(super) whole: BTreeSet<usize>,
    /// These only if one of the names stands in them.
    pub(super) named: BTreeMap<usize, BTreeSet<String>>,
}

/// The files that those which talk to others lead to: their packages, the packages that import them, and the names that they take from others.
pub(super) fn wanted(map: &RepoMap, found: &[Vec<Finding>], parsed: &[bool]) -> Wanted {
    let mut files: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    for (at, file) in map.files.iter().enumerate().filter(|(_, file)| file.kind == FileKind::Go && is_code(file)) {
        files.entry(file.path.parent()).or_default().push(at);
    }
    let imports = |at: usize| {
        found[at].iter().filter_map(|finding| match &finding.fact {
            Fact::SourceFile(file) => Some(&file.imports),
            _ => None,
        })
    };
    let talking: Vec<usize> =
        files.values().flatten().copied().filter(|at| imports(*at).flatten().any(|import| broker(&import.path))).collect();
    let folders: BTreeSet<RepoPath> = talking.iter().map(|at| map.files[*at].path.parent()).collect();
    let mut wanted = Wanted::default();
    for at in files.values().flatten().copied().filter(|at| parsed[*at]) {
        let (own, others) = paths(&found[at]);
        let mut ask = |folder: &RepoPath, names: &BTreeSet<&str>| {
            for file in files.get(folder).into_iter().flatten().copied().filter(|file| !parsed[*file] && !names.is_empty()) {
                wanted.named.entry(file).or_default().extend(names.iter().map(|name| (*name).to_owned()));
            }
        };
        ask(&map.files[at].path.parent(), &own);
        if !others.is_empty() {
            let imported = imports(at).flatten().filter_map(|import| map.go_package(&map.files[at].path, &import.path));
            imported.for_each(|folder| ask(&folder, &others));
        }
    }
    if folders.is_empty() {
        return wanted;
    }
    for (folder, all) in &files {
        let own = folders.contains(folder);
        for at in all.iter().copied().filter(|at| !parsed[*at]) {
            let uses = || {
                imports(at).flatten().any(|one| map.go_package(&map.files[at].path, &one.path).is_some_and(|one| folders.contains(&one)))
            };
            if own || uses() {
                wanted.whole.insert(at);
            }
        }
    }
    wanted.named.retain(|at, _| !wanted.whole.contains(at));
    for at in talking.into_iter().filter(|at| parsed[*at]) {
        let names = names(&found[at]);
        for import in imports(at).flatten() {
            let Some(folder) = map.go_package(&map.files[at].path, &import.path) else { continue };
            for file in files.get(&folder).into_iter().flatten().copied().filter(|file| !parsed[*file] && !wanted.whole.contains(file)) {
                wanted.named.entry(file).or_default().extend(names.iter().map(|name| (*name).to_owned()));
            }
        }
    }
    wanted
}

/// Calls whose first arguments are paths.
const ROUTING: &[&str] = &[
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "Any",
    "Get",
    "Post",
    "Put",
    "Patch",
    "Delete",
    "Head",
    "Options",
    "All",
    "Handle",
    "HandleFunc",
    "Handler",
    "HandlerFunc",
    "Group",
    "Route",
    "Mount",
    "Path",
    "PathPrefix",
    "Add",
    "Method",
    "MethodFunc",
];

/// The names in paths of routes: those of the file's own package, and those behind a dot.
fn paths(findings: &[Finding]) -> (BTreeSet<&str>, BTreeSet<&str>) {
    let (mut own, mut others) = (BTreeSet::new(), BTreeSet::new());
    for finding in findings {
        let Fact::Function(function) = &finding.fact else { continue };
        for call in function.calls() {
            let Expression::Field(_, method) = &call.function else { continue };
            for argument in call
                .arguments
                .iter()
                .take(2)
                .filter(|_| ROUTING.contains(&method.as_str()) && call.arguments.len() > 1 || method == "Group")
            {
                match argument {
                    Expression::Name(name) => _ = own.insert(name.as_str()),
                    Expression::Field(base, name) if matches!(**base, Expression::Name(_)) => _ = others.insert(name.as_str()),
                    Expression::Concat(parts) => parts.iter().for_each(|part| match part {
                        Expression::Name(name) => _ = own.insert(name.as_str()),
                        Expression::Field(base, name) if matches!(**base, Expression::Name(_)) => _ = others.insert(name.as_str()),
                        _ => {}
                    }),
                    _ => {}
                }
            }
        }
    }
    (own, others)
}

/// The names that a file takes from packages: behind the dot of an expression or a type.
fn names(findings: &[Finding]) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for finding in findings {
        match &finding.fact {
            Fact::Function(function) => {
                let typed = function.parameters.iter().map(|one| one.kind.as_str()).chain(function.results.iter().map(String::as_str));
                names.extend(typed.filter_map(behind_dot));
                function.each(&mut |expression| match expression {
                    Expression::Field(base, name) if matches!(**base, Expression::Name(_)) => _ = names.insert(name.as_str()),
                    Expression::Composite(kind, _) => names.extend(behind_dot(kind)),
                    _ => {}
                });
            }
            Fact::NamedType(named) => {
                if let TypeShape::Struct(fields) = &named.shape {
                    names.extend(fields.iter().filter_map(|field| behind_dot(&field.variable.kind)));
                }
            }
            _ => {}
        }
    }
    names
}

/// `Config` of `*config.Config`.
fn behind_dot(kind: &str) -> Option<&str> {
    kind.split_once('.').map(|(_, name)| name.split(['[', ']', ')', ',', ' ']).next().unwrap_or(name)).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::trial::{extraction, model};

    #[test]
    fn paths_that_constants_hold_are_looked_for() {
        let files = [
            ("go.mod", "module acme.io/shop\n"),
            (
                "main.go",
                "package main\n\nimport (\n\t\"acme.io/shop/paths\"\n\n\t\"github.com/gin-gonic/gin\"\n)\n\nfunc main() {\n\tr := gin.Default()\n\tr.GET(paths.Orders, list)\n\tr.POST(base+\"/login\", list)\n\tr.Run()\n}\n\nfunc list(c *gin.Context) {}\n",
            ),
            ("base.go", "package main\n\nconst base = \"/v1\"\n"),
            ("paths/paths.go", "package paths\n\nconst Orders = \"/orders\"\n"),
            ("paths/other.go", "package paths\n\nconst Other = \"/other\"\n"),
        ];
        let endpoints: Vec<String> = model(&files).endpoints.into_values().flat_map(std::collections::BTreeMap::into_keys).collect();
        assert_eq!(endpoints, ["GET /orders", "POST /v1/login"]);
        assert_eq!(extraction(&files).files_parsed, 3, "what holds no name that is asked for is left");
    }

    #[test]
    fn what_a_publisher_is_given_is_looked_for() {
        let files = [
            ("go.mod", "module acme.io/shop\n"),
            ("main.go", "package main\n\nimport \"acme.io/shop/bus\"\n\nfunc main() { bus.Start() }\n"),
            (
                "bus/send.go",
                "package bus\n\nimport (\n\t\"acme.io/shop/names\"\n\n\t\"github.com/nats-io/nats.go\"\n)\n\nfunc send(nc *nats.Conn) { nc.Publish(names.Paid, nil) }\n",
            ),
            ("bus/start.go", "package bus\n\nfunc Start() {}\n"),
            ("names/subjects.go", "package names\n\nconst Paid = \"order.paid\"\n"),
            ("names/other.go", "package names\n\nconst Other = 1\n"),
            ("far/far.go", "package far\n\nfunc Far() {}\n"),
        ];
        assert_eq!(extraction(&files).files_parsed, 4, "main, both of bus, and the subjects");
    }
}

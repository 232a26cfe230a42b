//! The head of a source file: build constraints, the package clause and its comment, the imports, read without a tree.
//! Source: the Go specification, "Packages"; `go help buildconstraint`. Stops at the first declaration.

use crate::finding::PackageImport;

/// What stands before the first declaration.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Head<'t> {
    /// The name of the package.
    pub(super) package: &'t str,
    /// The comment directly before the package clause.
    pub(super) doc: Option<String>,
    /// The imports.
    pub(super) imports: Vec<PackageImport>,
    /// Whether a build constraint leaves the file out of what is shipped: `//go:build ignore`, `wireinject`, `e2e`.
    pub(super) is_left_out: bool,
}

/// Constraints of files that no build of the product holds.
const LEFT_OUT: &[&str] = &["ignore", "tools", "wireinject", "mage", "e2e", "integration", "never", "none", "generate", "example"];

/// Reads the head; `None` where there is no package clause.
pub(super) fn read(text: &str) -> Option<Head<'_>> {
    let mut head = Head::default();
    let mut comment: Vec<&str> = Vec::new();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    loop {
        let line = lines.next()?.trim();
        if let Some(rest) = line.strip_prefix("//") {
            if let Some(constraint) = rest.strip_prefix("go:build ") {
                head.is_left_out = leaves_out(constraint);
            } else if !rest.starts_with("go:") && !rest.trim_start().starts_with("+build") {
                comment.push(rest.trim());
            }
        } else if let Some(rest) = line.strip_prefix("/*") {
            block(rest, &mut lines, &mut comment);
        } else if line.is_empty() {
            comment.clear();
        } else {
            head.package = line.strip_prefix("package ")?.split(['/', ';', ' ']).next()?.trim();
            break;
        }
    }
    head.doc = plain(&comment);
    head.imports = imports(lines);
    Some(head)
}

fn leaves_out(constraint: &str) -> bool {
    // What stands behind a `!` or beside an alternative may still be built.
    let words = constraint.split("&&").map(str::trim);
    words.into_iter().any(|word| LEFT_OUT.contains(&word))
}

fn block<'t>(first: &'t str, lines: &mut std::str::Lines<'t>, comment: &mut Vec<&'t str>) {
    let mut line = first;
    loop {
        if let Some((inner, _)) = line.split_once("*/") {
            comment.push(inner.trim());
            return;
        }
        comment.push(line.trim());
        match lines.next() {
            Some(next) => line = next,
            None => return,
        }
    }
}

/// The first paragraph of a comment; licences, notes for linters and marks of generators say nothing.
pub(super) fn plain(lines: &[&str]) -> Option<String> {
    let first: Vec<&str> = lines.iter().copied().skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()).collect();
    let text = first.join(" ");
    let silent = ["Copyright", "SPDX", "Licensed", "Code generated", "nolint", "This file is part", "lint:"];
    (!text.is_empty() && !silent.iter().any(|word| text.starts_with(word))).then_some(text)
}

/// The name by which a file calls an imported package: the alias, else the last part of the path without its version.
pub(super) fn local_name(import: &PackageImport) -> &str {
    import.alias.as_deref().unwrap_or_else(|| crate::finding::package_name(&import.path))
}

fn imports<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<PackageImport> {
    let mut found = Vec::new();
    let mut in_block = false;
    let mut in_comment = false;
    for line in lines {
        let line = line.trim();
        if in_comment || line.starts_with("/*") {
            in_comment = !line.contains("*/");
        } else if line.is_empty() || line.starts_with("//") {
        } else if in_block {
            in_block = !line.starts_with(')');
            found.extend(import(line));
        } else if let Some(rest) = line.strip_prefix("import") {
            match rest.trim_start().strip_prefix('(') {
                Some(inner) => {
                    in_block = !inner.contains(')');
                    found.extend(import(inner.trim()));
                }
                None => found.extend(import(rest.trim())),
            }
        } else {
            break;
        }
    }
    found
}

/// `alias "path"`.
fn import(line: &str) -> Option<PackageImport> {
    let (alias, rest) = line.split_once(['"', '`'])?;
    let (path, _) = rest.split_once(['"', '`'])?;
    let alias = alias.trim();
    let named = alias.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.'));
    named.then(|| PackageImport { alias: (!alias.is_empty()).then(|| alias.to_owned()), path: path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_head_is_read_up_to_the_first_declaration() {
        let text = "// Copyright 2024\n\n//go:build !windows\n\n// Package shop sells\n// things.\n//\n// More.\npackage shop // x\n\nimport \"fmt\"\nimport (\n\t// a comment\n\tr \"acme/router\"\n\t_ \"embed\" // y\n)\n\nvar a = \"no\"\n";
        let head = read(text).expect("a head");
        assert_eq!((head.package, head.doc.as_deref(), head.is_left_out), ("shop", Some("Package shop sells things."), false));
        let imports: Vec<String> = head.imports.iter().map(|one| format!("{} {}", one.alias.as_deref().unwrap_or("-"), one.path)).collect();
        assert_eq!(imports, ["- fmt", "r acme/router", "_ embed"]);
    }

    #[test]
    fn build_constraints_leave_files_out() {
        let out = |text: &str| read(text).is_some_and(|head| head.is_left_out);
        assert!(out("//go:build ignore\n\npackage main\n") && out("//go:build wireinject\npackage main\n"));
        assert!(!out("//go:build linux || ignore\n\npackage main\n") && !out("package main\n"));
        assert!(read("/* a\n b */\n").is_none());
    }
}

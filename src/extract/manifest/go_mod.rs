//! `go.mod`: the path of a module, its version of the language, what it requires itself.
//! Source: the Go Modules Reference, "go.mod files". What only others require (`// indirect`) is left out; nothing is resolved.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Dependency, DependencyScope, Fact, Package};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.go_mod",
    about: "Go modules: path, version of Go, direct requirements",
    kinds: &[FileKind::GoMod],
    markers: &["module"],
    when: When::MarkedAndTests,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut package = Package::default();
    let mut at = 1;
    for (number, directive, rest) in directives(cx.text) {
        let mut words = rest.split_whitespace().map(|word| word.trim_matches('"'));
        match directive {
            "module" => {
                package.name = words.next().map(str::to_owned);
                at = number;
            }
            "go" => package.target = words.next().map(str::to_owned),
            "require" if !rest.ends_with("// indirect") => {
                if let (Some(name), Some(version)) = (words.next(), words.next()) {
                    let (name, version) = (name.to_owned(), version.to_owned());
                    package.dependencies.push(Dependency { name, version, scope: DependencyScope::Runtime, line: number });
                }
            }
            _ => {}
        }
    }
    if package.name.is_some() {
        sink.fact(at, Fact::Package(package));
    }
}

/// The lines that say something: `(line, directive, rest)`; in a block each line has the directive of the block.
pub(super) fn directives(text: &str) -> Vec<(u32, &str, &str)> {
    let mut found = Vec::new();
    let mut block: Option<&str> = None;
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        match block {
            Some(_) if line.starts_with(')') => block = None,
            Some(directive) => found.push((number, directive, line)),
            None => {
                let (directive, rest) = line.split_once([' ', '\t', '(']).unwrap_or((line, ""));
                let opens = line.split("//").next().unwrap_or(line).trim_end().ends_with('(');
                if opens {
                    block = Some(directive);
                } else {
                    found.push((number, directive, rest.trim()));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::directives;

    #[test]
    fn blocks_and_single_lines_say_the_same() {
        let text = "module a.b/c // main\n\ngo 1.22\nrequire (\n\tx v1\n\t// no\n\ty v2 // indirect\n)\nrequire z v3\nexclude(\n a v1\n)\n";
        let found: Vec<String> = directives(text).into_iter().map(|(line, name, rest)| format!("{line} {name} {rest}")).collect();
        assert_eq!(
            found,
            ["1 module a.b/c // main", "3 go 1.22", "5 require x v1", "7 require y v2 // indirect", "9 require z v3", "11 exclude a v1"]
        );
    }
}

//! Environment files: the names of the variables that they declare.
//! Skips over values, those of several lines too, so that none of them can pass for a name.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{EnvironmentDeclaration, Fact};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.dotenv",
    about: "environment files: names of variables, never their values",
    kinds: &[FileKind::DotEnv],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if is_for_tests(cx.file.path.name()) {
        return;
    }
    for (name, line) in names(cx.text) {
        sink.fact(line, Fact::EnvironmentDeclaration(EnvironmentDeclaration { name: name.to_owned() }));
    }
}

fn is_for_tests(name: &str) -> bool {
    name.split('.').any(|part| matches!(part, "test" | "testing" | "e2e" | "ci"))
}

/// The declared names with their lines. Commented declarations are not there.
fn names(text: &str) -> Vec<(&str, u32)> {
    let mut found = Vec::new();
    let mut open: Option<char> = None;
    let mut in_key_block = false;
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(quote) = open {
            if closes(line, quote) {
                open = None;
            }
            continue;
        }
        if in_key_block {
            in_key_block = !line.contains("-----END");
            continue;
        }
        let Some((name, value)) = declaration(line) else { continue };
        found.push((name, number));
        let value = value.trim_start();
        open = value.chars().next().filter(|first| matches!(first, '"' | '\'' | '`')).filter(|quote| !closes(&value[1..], *quote));
        in_key_block = open.is_none() && value.contains("-----BEGIN") && !value.contains("-----END");
    }
    found
}

/// Whether an unescaped closing quote stands in the rest of a line.
fn closes(rest: &str, quote: char) -> bool {
    let mut escaped = false;
    rest.chars().any(|character| {
        let end = character == quote && !escaped;
        escaped = character == '\\' && !escaped;
        end
    })
}

fn declaration(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, value) = line.split_once('=')?;
    let name = name.trim_end();
    is_name(name).then_some((name, value))
}

/// A name that a person gave: not a line of a key that happens to end in `=`.
fn is_name(name: &str) -> bool {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    let plain = name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_' || one == '.');
    let mixed = name.chars().any(|one| one.is_ascii_lowercase()) && name.chars().any(|one| one.is_ascii_digit());
    starts && plain && name.len() <= 80 && !(mixed && name.len() > 24)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn names_are_read_and_values_are_stepped_over() {
        let text = "# comment\n#OLD=1\nPORT=3000\nexport NODE_ENV=dev\n KEY = \"a\nFAKE=1\nend\"\nPEM=-----BEGIN KEY-----\nQUJD=\n-----END KEY-----\n\
                    QUOTE='it\\'s'\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC=\nDatabase__Host=\nEMPTY=\n2BAD=1\nno equals\n";
        let expected = [("PORT", 3), ("NODE_ENV", 4), ("KEY", 5), ("PEM", 8), ("QUOTE", 11), ("Database__Host", 13), ("EMPTY", 14)];
        assert_eq!(names(text), expected);
    }
}

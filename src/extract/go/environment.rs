//! Reads of environment variables: `os.Getenv("X")`, `os.LookupEnv("X")`, `viper.BindEnv("key", "X")`, flags of urfave/cli, and struct tags
//! of the usual readers.
//! Reads the text without a tree, comment lines left out; takes names and never a value.

use crate::classify::FileKind;
use crate::extract::hosts::hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{EnvironmentRead, Fact};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "go.environment",
    about: "environment variables that code reads, by calls and by struct tags",
    kinds: &[FileKind::Go],
    markers: &[
        "os.Getenv(",
        "os.LookupEnv(",
        "BindEnv(",
        " env:\"",
        "`env:\"",
        "envconfig:\"",
        "EnvVars(\"",
        "EnvVar(\"",
        "EnvVars: ",
        "EnvVar: ",
    ],
    when: When::Marked,
    queries: &[],
    extract,
};

/// What stands before the name of a variable.
const CALLS: &[&str] = &["os.Getenv(\"", "os.LookupEnv(\""];
/// What stands before the text that holds where a variable of a struct tag is not set.
const DEFAULTS: &[&str] = &["envDefault:\"", "env-default:\"", " default:\""];
const TAGS: &[&str] = &[" env:\"", "`env:\"", "envconfig:\""];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (number, line) in (1..).zip(cx.text.lines()) {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for name in names(line) {
            let defaults = DEFAULTS.iter().find_map(|tag| line.split_once(tag)).and_then(|(_, rest)| rest.split('"').next());
            let defaults = defaults.map(|text| hosts_of(name, text)).unwrap_or_default();
            sink.fact(number, Fact::EnvironmentRead(EnvironmentRead { name: name.to_owned(), defaults }));
        }
    }
}

fn names(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for start in CALLS.iter().chain(TAGS.iter().filter(|_| line.contains('`'))) {
        for (at, _) in line.match_indices(start) {
            let rest = &line[at + start.len()..];
            let name = rest.split(['"', ',']).next().unwrap_or_default();
            // Where more is put behind the name in the code, it is only a part.
            let whole = rest[name.len()..].starts_with(',') || !rest[name.len()..].trim_start_matches('"').trim_start().starts_with('+');
            found.extend(Some(name).filter(|name| whole && is_variable(name)));
        }
    }
    if let Some((_, rest)) = line.split_once("BindEnv(") {
        found.extend(rest.split('"').skip(3).step_by(2).filter(|name| is_variable(name)));
    }
    found.extend(flags(line).into_iter().flat_map(|names| names.split([',', '"', ' '])).filter(|name| is_variable(name)));
    found.sort_unstable();
    found.dedup();
    found
}

/// The names that a flag of urfave/cli is also read from, in the forms of its three major versions: `EnvVar: "A,B"`,
/// `EnvVars: []string{"A", "B"}`, `cli.EnvVars("A", "B")`.
fn flags(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("EnvVar")?;
    let rest = rest.strip_prefix('s').unwrap_or(rest).trim_start_matches([':', ' ', '(']);
    let rest = rest.strip_prefix("[]string{").unwrap_or(rest);
    rest.starts_with('"').then(|| rest.split([')', '}']).next().unwrap_or(rest))
}

/// Upper case, digits and underscores; what the system itself sets is no configuration.
fn is_variable(name: &str) -> bool {
    let letters = name.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    letters
        && name.len() > 1
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && !matches!(name, "HOME" | "PATH" | "PWD" | "USER")
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn variables_are_told_by_call_and_tag() {
        let cases = [
            ("a, ok := os.LookupEnv(\"DB_URL\")", vec!["DB_URL"]),
            ("x := os.Getenv(\"PREFIX_\" + name)", vec![]),
            ("URL string `env-required:\"true\" yaml:\"url\" env:\"PG_URL\"`", vec!["PG_URL"]),
            ("Port int `envconfig:\"PORT\" default:\"80\"`", vec!["PORT"]),
            ("Key string `env:\"KEY,required\"`", vec!["KEY"]),
            ("viper.BindEnv(\"db.url\", \"DATABASE_URL\")", vec!["DATABASE_URL"]),
            ("h := os.Getenv(\"HOME\")", vec![]),
            ("Sources: cli.EnvVars(\"APP_HOST\", \"HOST_NAME\"),", vec!["APP_HOST", "HOST_NAME"]),
            ("EnvVars: []string{\"APP_KEY\"},", vec!["APP_KEY"]),
            ("EnvVar: \"APP_A,APP_B\",", vec!["APP_A", "APP_B"]),
        ];
        for (line, expected) in cases {
            assert_eq!(names(line), expected, "{line}");
        }
    }
}

//! Ignore files: the rules that keep files with secrets out of the repository or out of images.
//! A rule that a later line takes back is not there.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, IgnoreRule};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.ignore_file",
    about: ".gitignore and .dockerignore: rules that keep secrets out of the repository and of images",
    kinds: &[FileKind::IgnoreFile],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Ends of patterns, without leading folders, that name files with secrets.
const SECRET_FILES: &[&str] = &[
    "*.pem",
    "*.key",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "id_rsa",
    "id_rsa*",
    "id_ed25519",
    "credentials.json",
    "secrets.json",
    "secrets.yaml",
    "secrets.yml",
    "service-account.json",
    "serviceAccountKey.json",
    ".npmrc",
    "secrets",
    "secrets/*",
    ".secrets",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let images = cx.file.path.name() == ".dockerignore";
    for (pattern, line) in rules(cx.text, images) {
        let secret = keeps_secrets_out(pattern, images);
        sink.fact(line, Fact::IgnoreRule(IgnoreRule { pattern: pattern.to_owned(), secret }));
    }
}

fn rules(text: &str, images: bool) -> Vec<(&str, u32)> {
    let mut found: Vec<(&str, u32)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if let Some(taken_back) = line.strip_prefix('!') {
            found.retain(|(pattern, _)| base_of(pattern) != base_of(taken_back));
        } else if (keeps_secrets_out(line, images) || images && is_ballast(line)) && found.iter().all(|(pattern, _)| *pattern != line) {
            found.push((line, number));
        }
    }
    found
}

fn base_of(pattern: &str) -> &str {
    pattern.trim_start_matches("**/").trim_start_matches('/').trim_end_matches('/')
}

fn keeps_secrets_out(pattern: &str, images: bool) -> bool {
    if pattern.is_empty() || pattern.starts_with('#') {
        return false;
    }
    let base = base_of(pattern);
    let everything = images && matches!(base, "*" | "**");
    let last = base.rsplit('/').next().unwrap_or(base);
    everything || is_environment(last) || SECRET_FILES.contains(&base) || SECRET_FILES.contains(&last)
}

/// Installed packages, logs, version control and editor folders: what has no place in an image.
fn is_ballast(pattern: &str) -> bool {
    const BALLAST: &[&str] =
        &["node_modules", "*.log", "npm-debug.log", "npm-debug.log*", "logs", ".git", ".idea", ".vscode", "coverage", "test"];
    BALLAST.contains(&base_of(pattern))
}

/// `.env`, `.env*`, `.env.*`, `.env.local`, `*.env`; not a pattern that only names an example.
fn is_environment(name: &str) -> bool {
    let environment = name == "*.env" || name == ".env" || name.starts_with(".env.") || name.starts_with(".env*");
    environment && !["example", "sample", "template"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn only_rules_about_secrets_count() {
        let text = "node_modules\n# .env\n.env\n/.env.*\n!.env.example\n**/*.pem\ndist\nsecrets/\nconfig/.env.local\n.envrc\n.env\n";
        let expected = [(".env", 3), ("/.env.*", 4), ("**/*.pem", 6), ("secrets/", 8), ("config/.env.local", 9)];
        assert_eq!(rules(text, false), expected);
        assert_eq!(rules(".env\n!.env\n", false), []);
        assert_eq!(rules("node_modules\n**/*.log\nsrc\n", true), [("node_modules", 1), ("**/*.log", 2)]);
        assert_eq!(rules("**\n!src\n", true), [("**", 1)]);
        assert_eq!(rules("**\n", false), []);
    }
}

//! The major version that a manifest asks for. Reads what is written; never guesses what an installer would choose.

use crate::finding::{Fact, Finding};

/// The versions that workspaces keep in one place: `catalog:` in a manifest refers to them.
#[derive(Debug, Default)]
pub(super) struct Catalogs<'a> {
    entries: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> Catalogs<'a> {
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut entries = Vec::new();
        for finding in findings {
            if let Fact::Workspace(workspace) = &finding.fact {
                entries
                    .extend(workspace.catalog.iter().map(|(catalog, name, version)| (catalog.as_str(), name.as_str(), version.as_str())));
            }
        }
        Self { entries }
    }

    /// The major version of a package whose manifest says `version`.
    pub(super) fn major(&self, package: &str, version: &str) -> Option<String> {
        let Some(catalog) = version.strip_prefix("catalog:") else { return major(version) };
        let catalog = if catalog.is_empty() { "default" } else { catalog };
        let entry = self.entries.iter().find(|(name, entry, _)| *name == catalog && *entry == package);
        entry.and_then(|(_, _, version)| major(version))
    }
}

/// `10` of `^10.3.2`, `~10`, `>=10 <12`, `npm:other@10.1.0`; `0.70` of `0.70.3`, where the second number is what breaks.
pub(super) fn major(version: &str) -> Option<String> {
    let version = version.rsplit('@').next().unwrap_or(version);
    if version.contains("://") || version.starts_with("workspace:") || version.starts_with("file:") || version.starts_with("link:") {
        return None;
    }
    let numbers = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    let number: String = numbers.chars().take_while(char::is_ascii_digit).collect();
    if number != "0" {
        return Some(number).filter(|number| !number.is_empty());
    }
    let second: String = numbers.strip_prefix("0.")?.chars().take_while(char::is_ascii_digit).collect();
    Some(format!("0.{second}")).filter(|text| text.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn the_major_version_is_read_and_not_guessed() {
        let cases = [
            ("^10.3.2", Some("10")),
            (">=9 <11", Some("9")),
            ("npm:@scope/next@14.2.0", Some("14")),
            ("0.70.3", Some("0.70")),
            ("v3", Some("3")),
            ("latest", None),
            ("*", None),
            ("workspace:^1.0.0", None),
            ("https://example.org/a-1.tgz", None),
        ];
        for (version, expected) in cases {
            assert_eq!(major(version).as_deref(), expected, "{version}");
        }
    }
}

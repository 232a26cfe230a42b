//! Comments that describe a column or table: behind it on its line, or on the lines right above.
//! Leaves out what is no prose: rulers, directives of tools, commented-out SQL.

/// The comment behind a column on its line, else those right above it.
pub(super) fn beside(text: &str, start: usize, end: usize) -> Option<String> {
    behind(text, end).or_else(|| above(text, start))
}

fn behind(text: &str, end: usize) -> Option<String> {
    let line = text.get(end..)?.lines().next()?;
    let comment = line.trim_start().trim_start_matches(',').trim_start().strip_prefix("--")?;
    prose(comment)
}

/// The comment lines right above the line of an offset, when nothing else stands before it on that line.
pub(super) fn above(text: &str, start: usize) -> Option<String> {
    let before = text.get(..start)?;
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    if !before[line_start..].trim().is_empty() {
        return None;
    }
    let mut lines: Vec<String> = Vec::new();
    for line in before[..line_start].lines().rev() {
        let Some(comment) = line.trim().strip_prefix("--") else { break };
        match prose(comment) {
            Some(words) => lines.push(words),
            None => break,
        }
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join(" "))
}

/// Prefixes of comments that tools read.
const DIRECTIVES: &[&str] = &[
    "+",
    "!",
    "@",
    "migrate:",
    "changeset",
    "rollback",
    "liquibase",
    "name:",
    "prettier",
    "sqlfluff",
    "eslint",
    "noqa",
    "atlas:",
    "region",
    "endregion",
];

/// Comments that tools write above statements they generate.
const GENERATED: &[&str] = &[
    "createtable",
    "createenum",
    "createindex",
    "altertable",
    "alterenum",
    "addforeignkey",
    "dropforeignkey",
    "droptable",
    "dropindex",
    "redefinetables",
    "renameindex",
    "renameforeignkey",
    "createextension",
    "createschema",
];

/// Words that open a commented-out statement or a heading that only repeats the statement below.
const STATEMENTS: &[&str] = &[
    "create",
    "alter",
    "drop",
    "insert",
    "update",
    "delete",
    "select",
    "table",
    "tables",
    "add",
    "constraint",
    "primary",
    "foreign",
    "unique",
    "check",
    "references",
    "comment",
    "grant",
    "revoke",
    "rename",
    "set",
    "begin",
    "commit",
    "up",
    "down",
];

fn prose(comment: &str) -> Option<String> {
    let words = comment.trim().trim_matches(|char: char| matches!(char, '-' | '=' | '*' | '#' | '~') || char.is_whitespace());
    let lower = words.to_lowercase();
    let has_letters = words.chars().filter(|char| char.is_alphabetic()).count() >= 2;
    let is_code = words.ends_with([';', ',']) && !words.contains(". ") && words.split_whitespace().count() < 8;
    let first = lower.split(|char: char| !char.is_alphanumeric() && char != '_').next().unwrap_or_default();
    let is_statement = STATEMENTS.contains(&first);
    let is_tool = DIRECTIVES.iter().any(|prefix| lower.starts_with(prefix)) || GENERATED.contains(&lower.as_str());
    let is_short_statement = is_statement && words.split_whitespace().count() < 5;
    let describes = has_letters && !is_code && !is_tool && !is_short_statement;
    describes.then(|| words.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::{above, beside};

    #[test]
    fn comments_beside_and_above_describe() {
        let text = "-- Who pays.\n-- One per tenant.\ncreate table t (\n  id uuid, -- the key\n  -- in cents\n  amount int,\n  note text, -- old int,\n  x int -- see a, b; and c\n)";
        let at = |word: &str| text.find(word).unwrap();
        assert_eq!(above(text, at("create")).as_deref(), Some("Who pays. One per tenant."));
        assert_eq!(beside(text, at("id uuid"), at("id uuid") + 7).as_deref(), Some("the key"));
        assert_eq!(beside(text, at("amount"), at("amount") + 10).as_deref(), Some("in cents"));
        assert_eq!(beside(text, at("note"), at("note") + 9), None);
        assert_eq!(beside(text, at("x int"), at("x int") + 5).as_deref(), Some("see a, b; and c"));
    }

    #[test]
    fn headings_of_tools_do_not() {
        for comment in ["-- CreateTable", "-- +goose Up", "-- --------", "-- migrate:up", "-- Create users", "--changeset a:1"] {
            let text = format!("{comment}\ncreate table t ()");
            assert_eq!(above(&text, text.find("create t").unwrap()), None, "{comment}");
        }
    }
}

//! Directives of migration tools in comments: which part of a file goes forward.
//! The rest is blanked, byte for byte, so that offsets and lines stay what they are.

use std::borrow::Cow;

/// A file as its tool would run it forward.
pub(super) struct Applied<'a> {
    /// The text; what is not run is spaces.
    pub(super) text: Cow<'a, str>,
    /// The tool whose directives stand in it.
    pub(super) tool: Option<&'static str>,
    /// Whether it says how to go back.
    pub(super) has_down: bool,
}

/// How one tool marks the parts: tool, prefixes (lower case) of lines that start the forward part, of lines that start the way back.
struct Marks {
    tool: &'static str,
    up: &'static [&'static str],
    down: &'static [&'static str],
}

/// Source: the documentation of each tool.
const MARKS: &[Marks] = &[
    Marks { tool: "goose", up: &["-- +goose up"], down: &["-- +goose down"] },
    Marks { tool: "dbmate", up: &["-- migrate:up", "--migrate:up"], down: &["-- migrate:down", "--migrate:down"] },
    Marks { tool: "sql-migrate", up: &["-- +migrate up"], down: &["-- +migrate down"] },
    Marks { tool: "micrate", up: &["-- +micrate up"], down: &["-- +micrate down"] },
    Marks { tool: "node-pg-migrate", up: &["-- up migration"], down: &["-- down migration"] },
    Marks { tool: "rambler", up: &["-- rambler up"], down: &["-- rambler down"] },
    Marks { tool: "shmig", up: &["-- ==== up ===="], down: &["-- ==== down ===="] },
    Marks { tool: "tern", up: &[], down: &["---- create above / drop below ----"] },
    Marks { tool: "Play evolutions", up: &["# --- !ups", "-- !ups"], down: &["# --- !downs", "-- !downs"] },
    Marks { tool: "MyBatis Migrations", up: &[], down: &["-- //@undo", "--//@undo"] },
    Marks { tool: "bun", up: &["--bun:up"], down: &["--bun:down"] },
    // Liquibase marks each way back; the next changeset goes forward again.
    Marks { tool: "Liquibase", up: &["--changeset", "-- changeset", "--liquibase", "-- liquibase"], down: &["--rollback", "-- rollback"] },
];

/// The forward part of a file.
pub(super) fn applied(text: &str) -> Applied<'_> {
    let comments = comments(text);
    let Some(marks) = MARKS.iter().find(|marks| stands_in(&comments, marks)) else {
        return Applied { text: Cow::Borrowed(text), tool: None, has_down: false };
    };
    let mut out = String::with_capacity(text.len());
    let (mut down, mut has_down) = (false, false);
    for line in text.split_inclusive('\n') {
        let lower = line.trim().to_ascii_lowercase();
        let starts = |prefixes: &[&str]| prefixes.iter().any(|prefix| lower.starts_with(prefix));
        if starts(marks.down) {
            // A rollback of Liquibase is a line of its own; other tools start a part.
            down = marks.tool != "Liquibase";
            has_down = true;
        } else if starts(marks.up) {
            down = false;
        }
        if down || lower.starts_with("# ---") { blank(line, &mut out) } else { out.push_str(line) }
    }
    Applied { text: Cow::Owned(out), tool: Some(marks.tool), has_down }
}

/// The lines that are comments, in small letters, with their places among all lines.
fn comments(text: &str) -> Vec<(usize, String)> {
    let all = text.lines().map(str::trim).enumerate();
    all.filter(|(_, line)| line.starts_with("--") || line.starts_with('#')).map(|(at, line)| (at, line.to_ascii_lowercase())).collect()
}

fn stands_in(comments: &[(usize, String)], marks: &Marks) -> bool {
    if marks.tool == "Liquibase" {
        let head = comments.iter().take_while(|(at, _)| *at < 5);
        return head.map(|(_, line)| line.trim_start_matches(['-', ' '])).any(|line| line.starts_with("liquibase formatted sql"));
    }
    comments.iter().any(|(_, line)| marks.up.iter().chain(marks.down).any(|mark| line.starts_with(mark)))
}

/// As many spaces as there are bytes; line ends stay.
pub(super) fn blank(text: &str, into: &mut String) {
    into.extend(text.bytes().map(|byte| if byte == b'\n' || byte == b'\r' { char::from(byte) } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::applied;

    #[test]
    fn only_the_forward_part_is_left() {
        let cases = [
            ("-- +goose Up\na;\n-- +goose StatementBegin\nb;\n-- +goose StatementEnd\n-- +goose Down\nc;\n", "goose"),
            ("-- migrate:up transaction:false\na;b;\n-- migrate:down\nc;\n", "dbmate"),
            ("-- +migrate Up\na;b;\n-- +migrate Down\nc;\n", "sql-migrate"),
            ("a;b;\n---- create above / drop below ----\nc;\n", "tern"),
            ("# --- !Ups\na;b;\n# --- !Downs\nc;\n", "Play evolutions"),
        ];
        for (text, tool) in cases {
            let found = applied(text);
            assert_eq!((found.tool, found.has_down), (Some(tool), true));
            assert_eq!(found.text.len(), text.len());
            assert!(found.text.contains("a;") && found.text.contains("b;") && !found.text.contains("c;"), "{tool}");
        }
        let text = "--liquibase formatted sql\n--changeset a:1\na;\n--rollback c;\n--changeset a:2\nb;\n";
        let found = applied(text);
        assert!(found.tool == Some("Liquibase") && found.text.contains("b;"));
        assert_eq!(applied("-- upward\na;").tool, None);
    }
}

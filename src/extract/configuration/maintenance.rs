//! Scripts for the upkeep of data: seeds, and one-off scripts beside the migrations, with the comment at their head.
//! Names the tables that they write; no value of a row is ever read.

use std::collections::BTreeSet;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, MaintenanceScript, ScriptRole};
use crate::location::RepoPath;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.maintenance",
    about: "seeds and one-off data scripts: their leading comment and the tables they write",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript, FileKind::Sql, FileKind::Script],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

const SEED_FOLDERS: &[&str] = &["seed", "seeds", "seeder", "seeders", "seeding", "seed-data", "seeddata"];
const SCRIPT_FOLDERS: &[&str] = &["scripts", "script", "one-off", "oneoff", "one-offs", "data-migrations", "backfill", "backfills"];
/// Folders that hold what belongs to a database: scripts below them change data.
const DATABASE_FOLDERS: &[&str] = &["database", "databases", "db", "migrations", "persistence", "typeorm", "prisma", "sequelize", "knex"];
/// Words in a file name that tell a script that changes data, wherever it lies among scripts.
const ONE_OFF_WORDS: &[&str] = &["backfill", "migrate-data", "data-migration", "data-fix", "datafix", "one-off", "reindex"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let path = &cx.file.path;
    if !matches!(path.extension(), "ts" | "mts" | "js" | "mjs" | "cjs" | "sql" | "sh" | "py") {
        return;
    }
    let Some(role) = role_of(path) else { return };
    // A file that only gives on others is no script.
    if path.stem() == "index" && cx.text.lines().all(|line| line.trim().is_empty() || line.starts_with("export ")) {
        return;
    }
    let purpose = leading_comment(cx.text, path.extension());
    let tables = written_tables(cx.text).into_iter().collect();
    sink.fact(1, Fact::MaintenanceScript(MaintenanceScript { role, purpose, tables }));
}

fn role_of(path: &RepoPath) -> Option<ScriptRole> {
    let stem = path.stem().to_ascii_lowercase();
    let folder = path.parent();
    let folders: Vec<String> = folder.parts().map(str::to_ascii_lowercase).collect();
    let among = |names: &[&str]| folders.iter().any(|part| names.contains(&part.as_str()));
    let named_seed = matches!(stem.as_str(), "seed" | "seeds" | "seeder")
        || [".seed", ".seeder", "-seed", "-seeder", "_seed"].iter().any(|end| stem.ends_with(end));
    if among(SEED_FOLDERS) || named_seed {
        return Some(ScriptRole::Seed);
    }
    if !among(SCRIPT_FOLDERS) {
        return None;
    }
    let one_off = among(DATABASE_FOLDERS) || ONE_OFF_WORDS.iter().any(|word| stem.contains(word));
    one_off.then_some(ScriptRole::OneOff)
}

/// The first comment, when nothing but imports stands before it.
fn leading_comment(text: &str, extension: &str) -> Option<String> {
    let marker = match extension {
        "sql" => "--",
        "sh" | "py" => "#",
        _ => "//",
    };
    let mut lines = text.lines().map(str::trim).peekable();
    let mut in_import = false;
    while let Some(line) = lines.peek().copied() {
        if line.starts_with("/*") {
            let block: Vec<&str> = take_block(&mut lines);
            match prose(&block) {
                Some(found) => return Some(found),
                None => continue,
            }
        }
        if line.starts_with(marker) && !line.starts_with("#!") {
            let mut block = Vec::new();
            while let Some(more) = lines.next_if(|more| more.starts_with(marker)) {
                block.push(more.trim_start_matches(marker));
            }
            // Short words right above a line of code speak of that line and not of the script.
            let apart = lines.peek().is_none_or(|next| next.is_empty());
            match prose(&block).filter(|text| apart || text.ends_with('.') || text.split_whitespace().count() >= 8) {
                Some(found) => return Some(found),
                None => continue,
            }
        }
        let starts = line.starts_with("import ") || line.starts_with("#!") || line.starts_with("'use ") || line.starts_with("\"use ");
        let required = line.starts_with("const ") && line.contains("require(");
        if !(line.is_empty() || starts || required || in_import) {
            return None;
        }
        let opens = starts && line.starts_with("import ") && !line.contains(['\'', '"']);
        in_import = (in_import || opens) && !line.contains(" from ") && !line.starts_with("} from");
        lines.next();
    }
    None
}

fn take_block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut block = Vec::new();
    for line in lines {
        let end = line.ends_with("*/");
        block.push(line.trim_end_matches("*/").trim_start_matches("/*").trim_matches('*'));
        if end {
            break;
        }
    }
    block
}

/// The first paragraph of a comment; none for licences and orders to tools.
fn prose(lines: &[&str]) -> Option<String> {
    let clean = |line: &&str| {
        let line = line.trim();
        ["@file", "@fileoverview", "@description", "@desc"].iter().find_map(|tag| line.strip_prefix(tag)).unwrap_or(line).trim().to_owned()
    };
    let paragraph: Vec<String> =
        lines.iter().map(clean).skip_while(String::is_empty).take_while(|line| !line.is_empty() && !line.starts_with('@')).collect();
    let text = paragraph.join(" ");
    let lower = text.to_ascii_lowercase();
    let orders = [
        "eslint",
        "prettier",
        "@ts-",
        "ts-",
        "tslint",
        "istanbul",
        "biome",
        "copyright",
        "spdx",
        "license",
        "licensed",
        "region",
        "<reference",
        "/ <reference",
    ];
    let is_prose = text.split_whitespace().count() >= 3 && !orders.iter().any(|start| lower.starts_with(start));
    is_prose.then_some(text)
}

/// Names after `INSERT INTO`, `UPDATE` (with a `SET`), `DELETE FROM`, outside of comments.
fn written_tables(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().map(str::trim).filter(|line| !["--", "//", "*", "/*", "#"].iter().any(|mark| line.starts_with(mark))) {
        let words: Vec<&str> =
            line.split(|one: char| one.is_whitespace() || one == '(' || one == ';').filter(|word| !word.is_empty()).collect();
        for (at, pair) in words.windows(2).enumerate() {
            let first = pair[0].trim_start_matches(['`', '"', '\'']);
            let after = if matches!((first, pair[1]), ("INSERT" | "insert", "INTO" | "into") | ("DELETE" | "delete", "FROM" | "from")) {
                words.get(at + 2)
            } else if matches!(first, "UPDATE" | "update") && words.get(at + 2).is_some_and(|set| set.eq_ignore_ascii_case("set")) {
                words.get(at + 1)
            } else {
                None
            };
            found.extend(after.and_then(|word| table_name(word)));
        }
    }
    found
}

fn table_name(word: &str) -> Option<String> {
    let name: String = word.replace(['"', '`', '[', ']'], "");
    let name = name.strip_prefix("public.").unwrap_or(&name);
    let plain = name.chars().all(|one| one.is_ascii_alphanumeric() || one == '_' || one == '.');
    (plain && name.starts_with(|one: char| one.is_ascii_alphabetic() || one == '_')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{leading_comment, role_of, written_tables};
    use crate::finding::ScriptRole::{OneOff, Seed};
    use crate::location::RepoPath;

    #[test]
    fn roles_come_from_places_and_names() {
        let expected = [
            ("apps/api/src/database/seeds/001-plans.sql", Some(Seed)),
            ("prisma/seed.ts", Some(Seed)),
            ("src/users/user.seeder.ts", Some(Seed)),
            ("apps/api/src/infrastructure/database/scripts/create-quotas.ts", Some(OneOff)),
            ("scripts/backfill-users.ts", Some(OneOff)),
            ("scripts/build.ts", None),
            ("src/database/data-source.ts", None),
        ];
        for (path, role) in expected {
            assert_eq!(role_of(&RepoPath::new(path)), role, "{path}");
        }
    }

    #[test]
    fn the_comment_at_the_head_is_the_purpose() {
        let ts = "#!/usr/bin/env ts-node\n/* eslint-disable */\nimport {\n  a,\n} from 'b';\n\n/**\n * Fills `quotas` for\n * old subscriptions.\n */\nrun();\n";
        assert_eq!(leading_comment(ts, "ts").as_deref(), Some("Fills `quotas` for old subscriptions."));
        assert_eq!(
            leading_comment("-- Default plans of the shop\n-- and their limits\nINSERT", "sql").as_deref(),
            Some("Default plans of the shop and their limits")
        );
        assert_eq!(leading_comment("#!/bin/bash\n# Database connection URL\nURL=x\n", "sh"), None);
        assert_eq!(leading_comment("const a = 1;\n// Not the head of it\n", "ts"), None);
    }

    #[test]
    fn written_tables_are_named() {
        let text = "INSERT INTO \"plans\" (id) VALUES ('MARKER');\n-- INSERT INTO old\nawait q(`UPDATE public.users SET a = 1`);\ndelete from x.tags;\nupdate the docs\n";
        assert_eq!(written_tables(text).into_iter().collect::<Vec<_>>(), ["plans", "users", "x.tags"]);
    }
}

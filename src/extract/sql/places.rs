//! What the path of a SQL file says: whether it holds schema at all, and whether it goes back rather than forward.

use crate::location::RepoPath;

/// Folders whose SQL is data, queries, examples or exports rather than schema.
const NO_SCHEMA: &[&str] = &[
    "seed",
    "seeds",
    "seeders",
    "seeding",
    "seed-data",
    "export",
    "exports",
    "dump",
    "dumps",
    "backup",
    "backups",
    "sample",
    "samples",
    "example",
    "examples",
    "queries",
    "query",
    "demo",
    "benchmark",
    "benchmarks",
    "reports",
    "analytics-queries",
    "tests",
    "test",
    "stub",
    "stubs",
    "sample-data",
    "sampledata",
    "test-data",
];

/// Folders of scripts that undo.
const UNDO_FOLDERS: &[&str] = &["down", "downs", "rollback", "rollbacks", "undo", "revert"];

/// Ends of stems that undo: `1_users.down.sql`, `1_users_rollback.sql`, `1-users-down.sql`.
const UNDO_STEMS: &[&str] =
    &[".down", "_down", "-down", ".rollback", "_rollback", "-rollback", ".undo", "_undo", "-undo", ".revert", ".drop"];

/// Whether the statements of a file can be part of a schema.
pub(super) fn holds_schema(path: &RepoPath) -> bool {
    let is_data = |part: &str| {
        let lower = part.to_ascii_lowercase();
        NO_SCHEMA.contains(&lower.as_str()) || lower.starts_with("test-") || lower.ends_with("-test") || lower.ends_with("-tests")
    };
    let stem = path.stem().to_ascii_lowercase();
    let parent = path.parent();
    let mut parts: Vec<&str> = parent.parts().collect();
    // Prisma and others name a folder after each migration; that name says nothing.
    if parts.last().is_some_and(|part| part.starts_with(|char: char| char.is_ascii_digit())) {
        parts.pop();
    }
    !parts.into_iter().any(is_data)
        && !matches!(stem.as_str(), "seed" | "seeds" | "dump" | "backup" | "testdata" | "sample")
        && !stem.ends_with(".seed")
        && !stem.starts_with("seed_")
        && !stem.starts_with("seed-")
}

/// Whether a file undoes another.
pub(super) fn goes_back(path: &RepoPath) -> bool {
    let stem = path.stem().to_ascii_lowercase();
    let folder = path.parent().name().to_ascii_lowercase();
    stem == "down"
        || UNDO_FOLDERS.contains(&folder.as_str())
        || UNDO_STEMS.iter().any(|ending| stem.ends_with(ending))
        || is_flyway_undo(path.stem())
}

/// `U2__name`: Flyway's undo of `V2__name`.
fn is_flyway_undo(stem: &str) -> bool {
    let Some((version, _)) = stem.split_once("__") else { return false };
    version
        .strip_prefix('U')
        .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|char| char.is_ascii_digit() || "._".contains(char)))
}

#[cfg(test)]
mod tests {
    use super::{goes_back, holds_schema};
    use crate::location::RepoPath;

    #[test]
    fn seeds_and_dumps_hold_no_schema() {
        for path in ["db/seeds/1.sql", "exports/dump.sql", "db/seed.sql", "a/queries/users.sql", "infra/samples/01/x.sql"] {
            assert!(!holds_schema(&RepoPath::new(path)), "{path}");
        }
        for path in ["db/migrations/1_seed.sql", "prisma/migrations/2024_seed/migration.sql", "schema.sql"] {
            assert!(holds_schema(&RepoPath::new(path)), "{path}");
        }
    }

    #[test]
    fn scripts_that_undo_are_told_by_name() {
        for path in ["m/down/1.sql", "m/1_a.down.sql", "m/1/down.sql", "m/U2__a.sql", "m/1_a_rollback.sql", "m/20-a-down.sql"] {
            assert!(goes_back(&RepoPath::new(path)), "{path}");
        }
        for path in ["m/1_a.up.sql", "m/1/up.sql", "m/V2__undo_x.sql", "m/2_shutdown.sql", "m/markdown.sql", "m/Users__a.sql"] {
            assert!(!goes_back(&RepoPath::new(path)), "{path}");
        }
    }
}

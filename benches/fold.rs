//! How long it takes to read and fold 1,000 migrations: `cargo bench --bench fold`. The goal is less than a second.
#![expect(clippy::expect_used, reason = "a bench stops where it cannot be set up")]

use std::fs;
use std::time::{Duration, Instant};

use reposcan::{Progress, ScanOptions};

/// How many migrations there are.
const MIGRATIONS: usize = 1_000;
/// How often the scan is timed; the median counts.
const RUNS: usize = 7;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let migrations = folder.path().join("migrations");
    fs::create_dir(&migrations).expect("a folder");
    for number in 0..MIGRATIONS {
        fs::write(migrations.join(format!("{:06}_step.sql", number + 1)), migration(number)).expect("a file");
    }
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            let document = reposcan::scan(folder.path(), &ScanOptions::default(), &Progress::default()).expect("a scan");
            let time = start.elapsed();
            let tables = document.data_schema.map_or(0, |schema| schema.tables.len());
            assert!(tables >= MIGRATIONS / 4, "the tables are there");
            time
        })
        .collect();
    times.sort();
    let _ = std::io::Write::write_fmt(
        &mut std::io::stdout(),
        format_args!("{MIGRATIONS} migrations: {:?} (median of {RUNS})\n", times[RUNS / 2]),
    );
}

/// One table with its keys and indexes in every fourth step; changes of earlier tables in between.
fn migration(number: usize) -> String {
    let table = number / 4;
    match number % 4 {
        0 => format!(
            "CREATE TABLE t{table} (id bigserial PRIMARY KEY, parent_id bigint REFERENCES t{parent} (id), name text NOT NULL, state text \
             CHECK (state <> ''), created_at timestamptz NOT NULL DEFAULT now());\nCREATE INDEX t{table}_name ON t{table} (name);\n\
             CREATE UNIQUE INDEX t{table}_parent ON t{table} (parent_id, name) WHERE state = 'open';",
            parent = table.saturating_sub(1)
        ),
        1 => format!("ALTER TABLE t{table} ADD COLUMN note varchar(200), ALTER COLUMN state SET DEFAULT 'open';"),
        2 => format!("ALTER TABLE t{table} RENAME COLUMN note TO remark;\nCOMMENT ON COLUMN t{table}.remark IS 'What was said.';"),
        _ => format!("DROP INDEX t{table}_name;\nALTER TABLE t{table} ADD CONSTRAINT t{table}_unique UNIQUE (name);"),
    }
}

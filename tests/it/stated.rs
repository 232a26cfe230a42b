//! Systems of which a description exists: every fact that it states is counted in the scan of the fixture that was built after it.
//! The facts stand beside the fixture, one a line; what the code cannot tell stands in the README of the fixture, with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use reposcan::ScanOptions;
use serde_json::Value;

use crate::facts::plain;
use crate::scratch::{project, scan_text};

/// Of each kind of fact at least this much must be told.
const RECALL: f64 = 0.95;

/// The systems, with how many facts their descriptions state at least.
const SYSTEMS: &[(&str, usize)] = &[("acd", 600), ("marketing-saas", 490), ("praetor", 2_160), ("prospectflow", 90)];

fn read(path: &str) -> String {
    fs::read_to_string(project().join("fixtures/systems").join(path)).expect(path)
}

fn stated(system: &str) -> Vec<String> {
    read(&format!("{system}.stated.txt")).lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// The facts that the README says the code cannot tell.
fn exceptions(system: &str) -> BTreeSet<String> {
    let readme = read(&format!("{system}/README.md"));
    let notes = readme.split("## Fixture notes").nth(1).expect("the notes");
    let line = |line: &str| Some(line.strip_prefix("- `")?.split_once("`: ")?.0.to_owned());
    let all: BTreeSet<String> = notes.lines().filter_map(line).collect();
    let count = notes.lines().find_map(|line| line.strip_prefix("Count: ")?.trim().parse::<usize>().ok());
    assert_eq!(Some(all.len()), count, "the README of {system} counts its exceptions");
    all
}

/// The scanned document of a system.
struct Scan(Value);

impl Scan {
    fn table(&self, name: &str) -> &Value {
        &self.0["data_schema"]["tables"][name]
    }

    /// A column by `table.column`, where the table may carry its schema.
    fn column(&self, name: &str) -> Option<&Value> {
        let (table, column) = name.rsplit_once('.')?;
        self.table(table)["columns"].as_array()?.iter().find(|one| one["name"] == column)
    }

    fn primary_key(&self, table: &str) -> Vec<String> {
        let table = self.table(table);
        let composite = table["primary_key"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let composite: Vec<String> = composite.collect();
        let single = || table["columns"].as_array().into_iter().flatten().filter(|one| one["primary_key"] == true);
        if composite.is_empty() { single().filter_map(|one| one["name"].as_str()).map(str::to_owned).collect() } else { composite }
    }

    /// The foreign keys of a table: columns, target, what happens on delete.
    fn foreign_keys(&self, table: &str) -> Vec<(String, &str, &str)> {
        let lines = self.table(table)["relationships"].as_array().into_iter().flatten();
        let here = lines.filter(|line| line["type"] == "many_to_one" || line["type"] == "one_to_one");
        here.map(|line| (joined(&line["foreign_key"]), text(&line["target_table"]), text(&line["on_delete"]))).collect()
    }

    fn tells(&self, fact: &str) -> bool {
        let (kind, rest) = fact.split_once(' ').expect("a kind and more");
        let (name, more) = rest.split_once(' ').unwrap_or((rest, ""));
        match kind {
            "table" => self.table(name).is_object(),
            "column" | "vector" => self.column(name).is_some_and(|own| data_type(text(&own["type"])) == data_type(more)),
            "not-null" => self.column(name).is_some_and(|own| own.get("nullable").is_none()),
            "nullable" => self.column(name).is_some_and(|own| own["nullable"] == true),
            "default" => self.column(name).is_some_and(|own| default(text(&own["default"])) == default(more)),
            "comment" => self.column(name).is_some_and(|own| plain(text(&own["description"])) == plain(more)),
            "primary-key" => self.primary_key(name).join(",") == more,
            "unique" => self.is_unique(name, more),
            "foreign-key" => self.has_foreign_key(name, more),
            "reference" => self.foreign_keys(name).iter().any(|(_, target, _)| *target == more.trim_start_matches("-> ")),
            "tenant-key" => self.has_tenant_key(name, more),
            "index" | "partial-index" | "partial-unique-index" => {
                let (index, definition) = more.split_once(' ').expect("a definition");
                plain(text(&self.table(name)["indexes"][index])) == plain(definition)
            }
            "check" => {
                let checks = self.table(name)["checks"].as_object();
                checks.into_iter().flat_map(|map| map.values()).any(|own| plain(text(own)) == plain(more))
            }
            "row-level-security" => self.table(name)["row_level_security"]["enabled"] == true,
            "policy" => {
                let (policy, expression) = more.split_once(' ').expect("an expression");
                plain(text(&self.table(name)["row_level_security"]["policies"][policy])).contains(&plain(expression))
            }
            "enum-value" => self.0["data_schema"]["enums"][name].as_array().is_some_and(|values| values.iter().any(|one| one == more)),
            "materialized-view" => self.0["data_schema"]["views"][name]["materialized"] == true,
            "key-pattern" => self.0["data_schema"]["key_patterns"].get(name).is_some(),
            "migrations" => {
                let count = name.parse::<u64>().ok();
                let histories = self.0["data_schema"]["maintenance_procedures"]["migrations"].clone();
                histories.as_array().cloned().unwrap_or_else(|| vec![histories]).iter().any(|one| one["count"].as_u64() == count)
            }
            "models" => self.0["data_schema"]["tables"].as_object().is_some_and(|tables| tables.len().to_string() == name),
            "container" => self.0["containers"].get(name).is_some(),
            "port" => self.0["containers"][name]["ports"].as_array().is_some_and(|ports| ports.iter().any(|one| one == more)),
            "endpoint" => self.has_endpoint(rest),
            "absent-container" => self.0["containers"].get(name).is_none(),
            "absent-endpoint" => !self.0["api_endpoints"].to_string().contains(name),
            other => panic!("{other} is no kind of fact"),
        }
    }

    fn is_unique(&self, table: &str, columns: &str) -> bool {
        let alone = self.column(&format!("{table}.{columns}")).is_some_and(|own| own["unique"] == true);
        alone || self.table(table)["unique"].as_array().into_iter().flatten().any(|set| joined(set) == columns)
    }

    fn has_foreign_key(&self, table: &str, stated: &str) -> bool {
        let (columns, rest) = stated.split_once(" -> ").expect("a target");
        let (target, on_delete) = rest.split_once(" on delete ").unwrap_or((rest, ""));
        let same =
            |(own, to, action): &(String, &str, &str)| own == columns && *to == target && (on_delete.is_empty() || *action == on_delete);
        self.foreign_keys(table).iter().any(same)
    }

    /// The tenant comes first in the primary key and in every foreign key to a table that has it, too.
    fn has_tenant_key(&self, table: &str, tenant: &str) -> bool {
        let leads = |columns: &str| columns.split(',').next() == Some(tenant);
        leads(&self.primary_key(table).join(",")) && self.foreign_keys(table).iter().all(|(columns, ..)| leads(columns))
    }

    fn has_endpoint(&self, endpoint: &str) -> bool {
        let containers = self.0["api_endpoints"].as_object().into_iter().flat_map(|map| map.values());
        containers.flat_map(|own| own["endpoints"].as_array().into_iter().flatten()).any(|own| own == endpoint)
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One name, or several with commas.
fn joined(value: &Value) -> String {
    match value {
        Value::Array(items) => items.iter().map(text).collect::<Vec<&str>>().join(","),
        other => text(other).to_owned(),
    }
}

/// A type without what two ways of writing it do not share.
fn data_type(written: &str) -> String {
    let (name, rest) = written.split_at(written.find(['(', '[']).unwrap_or(written.len()));
    let name = match name {
        "int" => "integer",
        "decimal" => "numeric",
        other => other,
    };
    format!("{name}{}", rest.replace(' ', ""))
}

fn default(written: &str) -> String {
    let plain = plain(written);
    if plain == "current timestamp" { "now".to_owned() } else { plain }
}

#[test]
fn what_their_descriptions_state_is_told() {
    let mut faults = String::new();
    for (system, least) in SYSTEMS {
        let document = scan_text(&project().join("fixtures/systems").join(system), &ScanOptions::default());
        let scan = Scan(serde_json::from_str(&document).expect("JSON"));
        let (facts, exceptions) = (stated(system), exceptions(system));
        assert!(facts.len() >= *least, "{system} states {} facts", facts.len());
        let stray: Vec<&String> = exceptions.iter().filter(|one| !facts.contains(one) || scan.tells(one)).collect();
        assert_eq!(stray, Vec::<&String>::new(), "exceptions of {system} that are not stated, or that are told after all");
        let mut counts: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| !exceptions.contains(*fact)) {
            let (all, missing) = counts.entry(fact.split(' ').next().unwrap_or_default()).or_default();
            *all += 1;
            if !scan.tells(fact) {
                missing.push(fact);
            }
        }
        for (kind, (all, missing)) in &counts {
            println!("{system} {kind}: {} of {all}", all - missing.len());
            let enough = (all - missing.len()) as f64 >= RECALL * *all as f64 && (missing.is_empty() || !kind.starts_with("absent"));
            if !enough {
                faults.push_str(&format!("{system} {kind}: {} of {all} are not told\n  {}\n", missing.len(), missing.join("\n  ")));
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn a_fact_that_is_not_there_is_not_told() {
    let document = scan_text(&project().join("fixtures/systems/marketing-saas"), &ScanOptions::default());
    let scan = Scan(serde_json::from_str(&document).expect("JSON"));
    for fact in [
        "table user",
        "column users.id text",
        "not-null users.phone",
        "default users.is_active false",
        "primary-key users email",
        "unique users phone",
        "foreign-key moves campaign_id -> campaigns on delete cascade",
        "index moves idx_moves_user btree (status)",
        "check moves status in ('a')",
        "row-level-security users",
        "policy moves user_isolation_policy user_id is null",
        "materialized-view yearly_usage",
        "key-pattern nothing:{id}",
        "migrations 99",
        "container kafka",
        "endpoint GET /nothing",
    ] {
        assert!(!scan.tells(fact), "{fact}");
    }
}

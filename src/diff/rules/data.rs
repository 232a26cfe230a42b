//! Rules for the data schema: tables, columns, enums, views.

use serde_json::Value;

use super::types::{Fit, fit};
use super::{
    Both, COLUMN_ADDED, COLUMN_ADDED_REQUIRED, COLUMN_CHANGED, COLUMN_DEFAULT_DROPPED, COLUMN_DROPPED, COLUMN_KEY, COLUMN_NARROWED,
    COLUMN_OPTIONAL, COLUMN_REQUIRED, COLUMN_UNIQUE, COLUMN_WIDENED, CONSTRAINT_ADDED, DESCRIPTION_CHANGED, ENUM_ADDED, ENUM_REMOVED,
    ENUM_VALUE_REMOVED, Edit, ROW_SECURITY_LOOSENED, SCHEMA_CHANGED, TABLE_ADDED, TABLE_DROPPED, VIEW_ADDED, VIEW_DROPPED, Verdict, shown,
    told,
};

/// Differences below `data_schema`.
pub(super) fn judge(path: &[&str], edit: &Edit, both: Both<'_>) -> Option<Verdict> {
    Some(match path {
        [_, "description"] | [_, "tables" | "views", _, "description"] | [_, "tables", _, "columns", _, "description"] => {
            let name = path.get(2..path.len() - 1).unwrap_or_default().join(" ");
            Verdict::new(DESCRIPTION_CHANGED, "schema", &name, format!("{name}: other words"))
        }
        // The same lines stand with their tables.
        [_, "relationships", ..] => {
            Verdict::new(SCHEMA_CHANGED, "schema", "relationships", told("line", path[2..].join(" ").as_str(), edit)).derived(true)
        }
        [_, "tables", table] => table_change(table, edit),
        [_, "tables", table, "columns", column] => column_change(&format!("{table}.{column}"), edit),
        [_, "tables", table, "columns", column, fact] => fact_change(table, column, fact, edit, both),
        [_, "tables", table, part] => part_change(table, part, "", edit)?,
        [_, "tables", table, part @ ("checks" | "indexes" | "row_level_security"), one] => part_change(table, part, one, edit)?,
        [_, "tables", table, "row_level_security", "policies", one] => part_change(table, "row_level_security", one, edit)?,
        [_, "enums", name] => match edit {
            Edit::Removed(_) => Verdict::new(ENUM_REMOVED, "enum", *name, format!("the enum {name} is gone")),
            Edit::Added(value, _) => Verdict::new(ENUM_ADDED, "enum", *name, format!("the enum {name} is new: {}", shown(value))),
            _ => return None,
        },
        [_, "enums", name, value] => match edit {
            Edit::Removed(_) => Verdict::new(ENUM_VALUE_REMOVED, "enum", *name, format!("the enum {name} has no {value} any more")),
            Edit::Added(..) => Verdict::new(ENUM_ADDED, "enum", *name, format!("the enum {name} has {value}")),
            _ => return None,
        },
        [_, "views", name] => match edit {
            Edit::Removed(_) => Verdict::new(VIEW_DROPPED, "view", *name, format!("the view {name} is gone")),
            _ => Verdict::new(VIEW_ADDED, "view", *name, format!("the view {name} is new")),
        },
        _ => {
            let name = path[1..].join(" ");
            Verdict::new(SCHEMA_CHANGED, "schema", &name, told("schema", &name, edit))
        }
    })
}

fn table_change(table: &str, edit: &Edit) -> Verdict {
    let columns = |value: &Value| value.get("columns").and_then(Value::as_array).map_or(0, Vec::len);
    match edit {
        Edit::Removed(value) => Verdict::new(TABLE_DROPPED, "table", table, format!("{table} is gone, with {} columns", columns(value))),
        Edit::Added(value, _) => Verdict::new(TABLE_ADDED, "table", table, format!("{table} is new, with {} columns", columns(value))),
        _ => Verdict::new(SCHEMA_CHANGED, "table", table, told("table", table, edit)),
    }
}

fn column_change(name: &str, edit: &Edit) -> Verdict {
    match edit {
        Edit::Removed(_) => Verdict::new(COLUMN_DROPPED, "column", name, format!("{name} is gone")),
        Edit::Added(value, _) => {
            let has = |fact: &str| value.get(fact).is_some();
            let free = !value.is_object() || ["nullable", "default", "generated", "primary_key"].iter().any(|fact| has(fact));
            let kind = value.get("type").map_or_else(|| shown(value), shown);
            if free {
                Verdict::new(COLUMN_ADDED, "column", name, format!("{name} is new: {kind}"))
            } else {
                Verdict::new(COLUMN_ADDED_REQUIRED, "column", name, format!("{name} is new and has no default: {kind}"))
            }
        }
        _ => Verdict::new(COLUMN_CHANGED, "column", name, told("column", name, edit)),
    }
}

fn fact_change(table: &str, column: &str, fact: &str, edit: &Edit, both: Both<'_>) -> Verdict {
    let name = format!("{table}.{column}");
    let on = !matches!(edit, Edit::Removed(_));
    let (rule, message) = match (fact, edit) {
        ("type", Edit::Changed(from, to)) => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let rule = match fit(&text(from), &text(to)) {
                Fit::Same => COLUMN_CHANGED,
                Fit::Wider => COLUMN_WIDENED,
                Fit::Narrower => COLUMN_NARROWED,
            };
            (rule, format!("{name} was {} and is {}", shown(from), shown(to)))
        }
        ("nullable", _) if on => (COLUMN_OPTIONAL, format!("{name} may be null")),
        ("nullable", _) => (COLUMN_REQUIRED, format!("{name} may no longer be null")),
        ("unique", _) if on => (COLUMN_UNIQUE, format!("{name} must be unique")),
        ("unique", _) => (COLUMN_CHANGED, format!("{name} need not be unique any more")),
        ("primary_key", _) if on => (COLUMN_KEY, format!("{name} is of the primary key")),
        ("primary_key", _) => (COLUMN_KEY, format!("{name} is not of the primary key any more")),
        ("default", Edit::Removed(value)) => {
            let needs = column_of(both.new, table, column)
                .is_some_and(|column| column.get("nullable").is_none() && column.get("generated").is_none());
            let rule = if needs { COLUMN_DEFAULT_DROPPED } else { COLUMN_CHANGED };
            (rule, format!("{name} has no default any more (it was {})", shown(value)))
        }
        _ => (COLUMN_CHANGED, told(fact, &format!("of {name}"), edit)),
    };
    Verdict::new(rule, "column", name, message)
}

fn column_of<'a>(document: &'a Value, table: &str, column: &str) -> Option<&'a Value> {
    let columns = document.get("data_schema")?.get("tables")?.get(table)?.get("columns")?.as_array()?;
    columns.iter().find(|one| one.get("name").is_some_and(|name| name == column))
}

/// Keys, constraints, indexes and policies of a table.
fn part_change(table: &str, part: &str, one: &str, edit: &Edit) -> Option<Verdict> {
    let name = if one.is_empty() { format!("{table} {part}") } else { format!("{table} {one}") };
    let unique = |value: &Value| value.to_string().contains("unique");
    let rule = match (part, edit) {
        ("primary_key", _) => COLUMN_KEY,
        ("unique" | "checks", Edit::Added(..)) => CONSTRAINT_ADDED,
        ("unique" | "checks", Edit::Changed(..)) => CONSTRAINT_ADDED,
        ("indexes", Edit::Added(value, _)) if unique(value) => CONSTRAINT_ADDED,
        ("indexes", Edit::Changed(from, to)) if unique(to) && !unique(from) => CONSTRAINT_ADDED,
        ("row_level_security", Edit::Removed(_) | Edit::Changed(..)) if *edit != Edit::Changed(Value::Bool(false), Value::Bool(true)) => {
            ROW_SECURITY_LOOSENED
        }
        ("relationships", Edit::Reordered(_)) => return Some(Verdict::new(SCHEMA_CHANGED, "table", table, "another order").derived(true)),
        ("columns", Edit::Reordered(_)) => COLUMN_CHANGED,
        _ => SCHEMA_CHANGED,
    };
    // A unique constraint that became smaller holds less; which of its lists changed, the values say.
    let shrunk = |from: &Value, to: &Value| {
        let (Some(from), Some(to)) = (from.as_array(), to.as_array()) else { return false };
        to.iter().all(|one| from.contains(one))
    };
    let rule = match edit {
        Edit::Changed(from, to) if part == "unique" && shrunk(from, to) => SCHEMA_CHANGED,
        _ => rule,
    };
    Some(Verdict::new(rule, "table", &name, told(part, &format!("of {name}"), edit)))
}

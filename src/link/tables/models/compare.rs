//! Columns that a model and its table both have: where one may be null and the other not, where the types are of another kind.
//! Mappers name types in their own way, so that only kinds are compared, and only on the engine that has a type for each.

use super::super::catalog::{Rule, TableState};
use super::drift::is_same_name;
use crate::finding::entity::Mapper;

/// What differs, in words.
pub(super) fn differences(mapper: Mapper, own: &TableState, table: &TableState) -> Vec<String> {
    // A model of Sequelize leaves to the database what may be null.
    let tells_null = mapper != Mapper::Sequelize;
    let mut found = Vec::new();
    for column in &own.columns {
        let Some(other) = table.columns.iter().find(|other| is_same_name(&other.name, &column.name)) else { continue };
        if let (Some(here), Some(there)) = (kind(&column.data_type), kind(&other.data_type))
            && here != there
        {
            found.push(format!("{} is {} in this model and {} there", column.name, column.data_type, other.data_type));
        } else if tells_null && column.not_null != other.not_null && !is_key(own, &column.name) && !is_key(table, &other.name) {
            // The key of a relation may be null unless something else is said, which says little.
            if !column.not_null && points_elsewhere(own, &column.name) {
                continue;
            }
            let side = if other.not_null { "in this model alone" } else { "there alone" };
            found.push(format!("{} may be null {side}", column.name));
        }
    }
    found
}

fn points_elsewhere(table: &TableState, column: &str) -> bool {
    table.constraints.iter().any(|one| matches!(&one.rule, Rule::ForeignKey(key) if key.columns.iter().any(|name| name == column)))
}

fn is_key(table: &TableState, column: &str) -> bool {
    table.constraints.iter().any(|one| matches!(&one.rule, Rule::PrimaryKey(columns) if columns.iter().any(|name| name == column)))
}

/// The kind of a type of PostgreSQL; `None` for those that may stand for several, and for lists.
fn kind(data_type: &str) -> Option<&'static str> {
    if data_type.ends_with(']') {
        return None;
    }
    let base = data_type.split(['(', ' ']).next().unwrap_or(data_type);
    Some(match base {
        "text" | "varchar" | "character" | "char" | "citext" | "bpchar" => "text",
        "int" | "int2" | "int4" | "int8" | "integer" | "bigint" | "smallint" | "serial" | "bigserial" | "smallserial" | "numeric"
        | "decimal" | "real" | "double" | "float" | "float4" | "float8" => "number",
        "boolean" | "bool" => "boolean",
        "timestamp" | "timestamptz" | "date" => "time",
        "json" | "jsonb" => "json",
        "uuid" => "uuid",
        "bytea" => "bytes",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::kind;

    #[test]
    fn only_kinds_of_types_are_told_apart() {
        assert_eq!(kind("character varying(80)"), kind("text"));
        assert_eq!(kind("serial"), kind("numeric(10,2)"));
        assert_ne!(kind("uuid"), kind("text"));
        assert_eq!((kind("text[]"), kind("app.mood")), (None, None));
    }
}

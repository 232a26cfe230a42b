//! Fields as columns: their names, whether they may be null, defaults, and the indexes that their tags name.

use super::reader::{Reader, Spot, key_fields};
use crate::finding::Value;
use crate::finding::entity::{AUTO_INCREMENT, ColumnType, Entity, EntityConstraint, EntityConstraintKind, Property, PropertyKind};
use crate::link::tables::models::conventions::snake;

/// The place of a column in an index that states none.
const PRIORITY: i64 = 10;

impl<'a> Reader<'_, 'a> {
    pub(super) fn add_column(&self, made: &mut Entity, spot: &Spot<'a>, (data_type, spots): (String, &[Spot<'a>])) {
        let (tag, column) = (&spot.tag, spot.column());
        let name = format!("{}{}", spot.prefix, spot.field.variable.name);
        let mut property = Property::new(name, PropertyKind::Column(ColumnType::Stated(data_type.clone())), spot.line);
        property.column = Some(Value::Text(column.clone()));
        property.primary_key = key_fields(spots).iter().any(|one| std::ptr::eq(*one, spot) || one.column() == column);
        property.nullable = !property.primary_key && !tag.is("not null") && !tag.is("notnull");
        property.unique = tag.is("unique");
        let is_text = matches!(self.underlying(spot).as_str(), "string" | "uuid.UUID" | "decimal.Decimal");
        property.default = tag.get("default").filter(|text| *text != "(-)").map(|text| default(text, is_text));
        let counts = || property.primary_key && property.default.is_none() && is_whole(&self.underlying(spot));
        let is_counted = tag.get("autoincrement").map_or_else(counts, |stated| stated != "false");
        property.generated = is_counted.then(|| AUTO_INCREMENT.to_owned());
        property.doc = tag.get("comment").map(|text| text.trim_matches('\'').to_owned());
        if let Some(check) = tag.get("check") {
            let named = check.split_once(',').filter(|(name, _)| name.chars().all(|one| one.is_alphanumeric() || one == '_'));
            let (name, sql) = named.map_or((None, check), |(name, sql)| (Some(name.to_owned()), sql.trim()));
            let predicate = Some(sql.to_owned());
            let kind = EntityConstraintKind::Check;
            made.constraints.push(EntityConstraint { kind, name, members: Vec::new(), method: None, predicate, line: spot.line });
        }
        // A struct states a column again that an embedded one has.
        match made.properties.iter_mut().find(|one| one.column == property.column) {
            Some(known) => *known = property,
            None => made.properties.push(property),
        }
    }

    /// The indexes that fields name; their columns stand in the order of their priorities.
    pub(super) fn add_indexes(&self, made: &mut Entity, spots: &[Spot<'a>]) {
        let mut stated = Vec::new();
        for spot in spots {
            let plain = spot.tag.all("index").map(|text| Index::of(text, false));
            stated.extend(plain.chain(spot.tag.all("uniqueindex").map(|text| Index::of(text, true))).map(|one| (spot, one)));
        }
        stated.sort_by_key(|(_, one)| one.priority());
        for (spot, one) in stated.into_iter().filter(|(spot, _)| self.data_type(spot).is_some()) {
            add_index(made, spot, &one);
        }
    }
}

/// What one setting says of an index: `idx_name,sort:desc,priority:2`.
struct Index<'t> {
    name: Option<&'t str>,
    options: Vec<(&'t str, &'t str)>,
    unique: bool,
}

impl<'t> Index<'t> {
    fn of(stated: &'t str, unique: bool) -> Self {
        let mut parts = stated.split(',').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty());
        Self { name, options: parts.map(|one| one.split_once(':').unwrap_or((one, ""))).collect(), unique }
    }

    fn option(&self, name: &str) -> Option<&'t str> {
        self.options.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }

    fn priority(&self) -> i64 {
        self.option("priority").and_then(|text| text.parse().ok()).unwrap_or(PRIORITY)
    }
}

fn add_index(made: &mut Entity, spot: &Spot<'_>, stated: &Index<'_>) {
    let table = made.table.as_ref().and_then(Value::as_text).unwrap_or_default();
    let by_field = || format!("idx_{table}_{}", stated.option("composite").map_or_else(|| snake(&spot.field.variable.name), str::to_owned));
    let name = stated.name.map_or_else(by_field, str::to_owned);
    let order = stated.option("sort").filter(|order| order.eq_ignore_ascii_case("desc")).map_or("", |_| "desc");
    let member = (spot.column(), order.to_owned());
    let is_unique = stated.unique || stated.option("unique").is_some();
    let at = made.constraints.iter().position(|one| one.name.as_deref() == Some(&name)).unwrap_or_else(|| {
        let kind = EntityConstraintKind::Index;
        let (method, predicate) = (stated.option("type").map(str::to_lowercase), stated.option("where").map(str::to_owned));
        made.constraints.push(EntityConstraint { kind, name: Some(name), members: Vec::new(), method, predicate, line: spot.line });
        made.constraints.len() - 1
    });
    made.constraints[at].members.push(member);
    if is_unique {
        made.constraints[at].kind = EntityConstraintKind::UniqueIndex;
    }
}

/// Whether the type of a field is a whole number.
fn is_whole(kind: &str) -> bool {
    let bits = kind.trim_start_matches('u').strip_prefix("int");
    bits.is_some_and(|bits| matches!(bits, "" | "8" | "16" | "32" | "64"))
}

/// A default as the engine is given it: fields of text are quoted unless a function makes them.
fn default(text: &str, is_text: bool) -> String {
    let is_made = text.is_empty() || text.contains('(') && text.contains(')') || text.eq_ignore_ascii_case("null");
    if is_text && !is_made { format!("'{}'", text.trim_matches('\'').trim_matches('"')) } else { text.to_owned() }
}

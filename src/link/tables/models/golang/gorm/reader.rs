//! Structs as entities: their tables, the fields that count, and which further structs they bring with them.

use std::sync::LazyLock;

use super::super::rows::key;
use super::super::structs::{StructId, Structs, bare, given_back};
use super::Settings;
use super::types::{Tag, is_plain, scalar, text};
use crate::finding::entity::{Engine, Entity, Mapper, Property, PropertyKind};
use crate::finding::schema::Dialect;
use crate::finding::{Expression, Field, Value, Variable};
use crate::gap::{Gap, GapCode};
use crate::link::tables::models::conventions::{plural, snake};
use crate::location::{Location, RepoPath};

/// Structs embed each other no deeper than this.
const DEPTH: usize = 8;

/// Reads the models of one program.
pub(super) struct Reader<'s, 'a> {
    pub(super) structs: &'s Structs<'a>,
    pub(super) dialect: Dialect,
    pub(super) settings: Settings,
    /// Structs that are still to be read.
    pub(super) open: Vec<StructId>,
    /// Keys that the table of one struct has because of a field of another.
    pub(super) owed: Vec<(StructId, StructId, Property)>,
    pub(super) gaps: Vec<Gap>,
}

/// A field with where it stands and what embedding puts before its column.
pub(super) struct Spot<'a> {
    pub(super) file: RepoPath,
    pub(super) field: &'a Field,
    pub(super) tag: Tag,
    pub(super) prefix: String,
    pub(super) line: u32,
}

impl Spot<'_> {
    /// The name of its column.
    pub(super) fn column(&self) -> String {
        let own = self.tag.get("column").map_or_else(|| snake(&self.field.variable.name), str::to_owned);
        format!("{}{own}", self.prefix)
    }

    /// Whether a setting means it: by the name of the field or that of the column.
    pub(super) fn is_called(&self, name: &str) -> bool {
        self.field.variable.name == name || self.column() == name
    }
}

impl<'s, 'a> Reader<'s, 'a> {
    pub(super) fn new(structs: &'s Structs<'a>, dialect: Dialect, settings: Settings) -> Self {
        Self { structs, dialect, settings, open: Vec::new(), owed: Vec::new(), gaps: Vec::new() }
    }

    /// The entities of structs and of those that GORM makes tables of for their sake.
    pub(super) fn read(&mut self, given: Vec<StructId>) -> Vec<(Location, Entity)> {
        self.open = given.into_iter().rev().collect();
        let mut seen: Vec<StructId> = Vec::new();
        let mut made: Vec<(Location, Entity)> = Vec::new();
        while let Some(id) = self.open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id.clone());
            made.extend(self.entity(&id));
        }
        for (parent, child, property) in std::mem::take(&mut self.owed) {
            let Some((_, entity)) = made.iter_mut().find(|(_, one)| one.name == key(&child)) else { continue };
            let PropertyKind::Relation(new) = &property.kind else { continue };
            // Where both sides speak of one key, the side without it decides.
            entity.properties.retain(|one| match &one.kind {
                PropertyKind::Relation(old) => old.target != key(&parent) || old.join_columns != new.join_columns,
                _ => true,
            });
            entity.properties.push(property);
        }
        made
    }

    fn entity(&mut self, id: &StructId) -> Option<(Location, Entity)> {
        let (at, named) = self.structs.get(id)?;
        self.structs.fields(id)?;
        let Some(table) = self.table(id) else {
            self.tell(at, format!("the name of the table of {} is worked out", id.1));
            return None;
        };
        let mut made = Entity::new(Mapper::Gorm, key(id));
        made.engine = Some(Engine::Sql(self.dialect));
        match table.split_once('.') {
            Some((schema, name)) => {
                made.schema = Some(Value::Text(schema.to_owned()));
                made.table = Some(Value::Text(name.to_owned()));
            }
            None => made.table = Some(Value::Text(table)),
        }
        made.doc.clone_from(&named.doc);
        let spots = self.spots(id);
        for spot in &spots {
            match self.data_type(spot) {
                Some(data_type) => self.add_column(&mut made, spot, (data_type, &spots)),
                None => self.add_relation(&mut made, (id, spot), &spots),
            }
        }
        self.add_indexes(&mut made, &spots);
        let keys = made.properties.iter().filter(|one| one.primary_key).count();
        if keys > 1 {
            made.properties.iter_mut().filter(|one| one.name != "ID").for_each(|one| one.generated = None);
        }
        Some((at.clone(), made))
    }

    /// The name of the table; `None` where the program works it out.
    fn table(&self, id: &StructId) -> Option<String> {
        let Some((at, method)) = self.structs.methods(id).find(|(_, one)| one.name == "TableName") else {
            let name = snake(&id.1);
            let name = if self.settings.singular { name } else { plural(&name) };
            return Some(format!("{}{name}", self.settings.prefix));
        };
        match given_back(method)? {
            Expression::Text(name) => Some(name.clone()),
            other => self.structs.text(&at.path, other).map(str::to_owned),
        }
    }

    pub(super) fn tell(&mut self, at: &Location, message: String) {
        self.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
    }

    /// The fields of a struct with those of embedded ones.
    pub(super) fn spots(&self, id: &StructId) -> Vec<Spot<'a>> {
        let line = self.structs.get(id).map_or(0, |(at, _)| at.line);
        let mut found = Vec::new();
        self.add_spots(id, ("", line, DEPTH), &mut found);
        found
    }

    fn add_spots(&self, id: &StructId, (prefix, line, depth): (&str, u32, usize), found: &mut Vec<Spot<'a>>) {
        let (Some(depth), Some(fields)) = (depth.checked_sub(1), self.structs.fields(id)) else { return };
        let file = self.structs.get(id).map(|(at, _)| at.path.clone()).unwrap_or_default();
        let spot = |field: &'a Field| Spot { file: file.clone(), field, tag: Tag::of(&field.tag), prefix: prefix.to_owned(), line };
        for field in fields {
            let one = spot(field);
            let kind = field.variable.kind.trim_start_matches('*');
            if one.tag.is_left_out() {
                continue;
            }
            let is_embedded = field.embedded || one.tag.is("embedded");
            let inner = self.structs.find(&file, kind).filter(|inner| is_embedded && self.structs.fields(inner).is_some());
            if is_embedded && kind == "gorm.Model" {
                found.extend(MODEL.iter().map(spot));
            } else if let Some(inner) = inner {
                let prefix = format!("{prefix}{}", one.tag.get("embeddedprefix").unwrap_or_default());
                self.add_spots(&inner, (&prefix, line, depth), found);
            } else if field.variable.name.starts_with(char::is_uppercase) && !kind.starts_with("func(") {
                found.push(one);
            }
        }
    }

    /// The type of the column of a field; `None` where it leads to other structs, or is not known.
    pub(super) fn data_type(&self, spot: &Spot<'_>) -> Option<String> {
        let tag = &spot.tag;
        if let Some(stated) = tag.get("type").filter(|stated| !is_plain(stated)) {
            return Some(stated.to_lowercase());
        }
        if tag.get("serializer").is_some() {
            return Some(text(self.dialect, tag, false));
        }
        let written = tag.get("type").map_or_else(|| self.underlying(spot), str::to_owned);
        let limited = spot.tag.is_key() || ["index", "unique", "default"].iter().any(|key| tag.get(key).is_some());
        scalar(&written, self.dialect, tag, limited)
    }

    /// The type of a field behind the names that the program gives it.
    pub(super) fn underlying(&self, spot: &Spot<'_>) -> String {
        self.structs.underlying(&spot.file, &spot.field.variable.kind)
    }

    /// The struct that a field holds, or a list of.
    pub(super) fn target(&self, spot: &Spot<'_>) -> Option<StructId> {
        let id = self.structs.find(&spot.file, bare(&spot.field.variable.kind))?;
        self.structs.fields(&id).is_some().then_some(id)
    }
}

/// The fields of the primary key: those that say so, else the one that is called ID.
pub(super) fn key_fields<'s, 'a>(spots: &'s [Spot<'a>]) -> Vec<&'s Spot<'a>> {
    let stated: Vec<&Spot<'a>> = spots.iter().filter(|one| one.tag.is_key()).collect();
    if stated.is_empty() { spots.iter().filter(|one| one.column() == "id").take(1).collect() } else { stated }
}

/// The fields of `gorm.Model`.
static MODEL: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let field = |name: &str, kind: &str, tag: &str| Field {
        variable: Variable { name: name.to_owned(), kind: kind.to_owned() },
        tag: tag.to_owned(),
        embedded: false,
    };
    vec![
        field("ID", "uint", "gorm:\"primarykey\""),
        field("CreatedAt", "time.Time", ""),
        field("UpdatedAt", "time.Time", ""),
        field("DeletedAt", "gorm.DeletedAt", "gorm:\"index\""),
    ]
});

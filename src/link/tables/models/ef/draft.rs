//! The model of one context while it is put together: what each entity has, and what configuration says of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::location::RepoPath;

/// The place of an entity in its model.
pub(super) type At = usize;

/// A model.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) entities: Vec<EntityDraft>,
    /// The schema of tables without one.
    pub(super) schema: Option<String>,
    /// Types that are told to be no entities.
    pub(super) ignored: BTreeSet<usize>,
    /// Types that are always part of their owner.
    pub(super) owned: BTreeSet<usize>,
    /// Types that are always values of several columns.
    pub(super) complex: BTreeSet<usize>,
    pub(super) relations: Vec<RelationDraft>,
    /// What holds for every property of a type: `Properties<string>().HaveMaxLength(100)`.
    pub(super) by_type: Vec<(String, PropertyDraft)>,
    /// Enums of the database, by the type of the program: name and schema.
    pub(super) enums: BTreeMap<String, (Option<String>, Option<String>)>,
    /// What a loop over all foreign keys sets.
    pub(super) on_delete: Option<Option<String>>,
}

/// How an entity is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Storage {
    /// In a table, its own or that of its base.
    #[default]
    Table,
    /// It only shows what a view or a query gives.
    View,
}

/// What an entity is to another one that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding {
    /// One object, in the table of its owner.
    One,
    /// Several, in a table of their own.
    Many,
    /// A value without an identity.
    Complex,
}

/// An entity of a model.
#[derive(Debug, Default)]
pub(super) struct EntityDraft {
    /// The type, by its place among all.
    pub(super) class: usize,
    pub(super) arguments: Vec<String>,
    /// What holds it: the owner, the property there, and how.
    pub(super) owner: Option<(At, String, Holding)>,
    pub(super) storage: Storage,
    pub(super) is_json: bool,
    pub(super) table: Option<String>,
    pub(super) schema: Option<String>,
    /// The set of the context that holds it.
    pub(super) set: Option<String>,
    pub(super) base: Option<At>,
    pub(super) strategy: Strategy,
    pub(super) properties: Vec<PropertyDraft>,
    pub(super) navigations: Vec<Navigation>,
    pub(super) ignored: BTreeSet<String>,
    pub(super) key: Option<Vec<String>>,
    pub(super) is_keyless: bool,
    pub(super) indexes: Vec<IndexDraft>,
    pub(super) alternate_keys: Vec<(Option<String>, Vec<String>)>,
    pub(super) checks: Vec<(String, String)>,
    /// The column that tells derived types apart, where it is stated: name and type.
    pub(super) discriminator: Option<(String, Option<String>)>,
    /// The columns of the key to the owner, where they are stated.
    pub(super) owner_key: Vec<String>,
    pub(super) description: Option<String>,
    pub(super) line: u32,
}

/// How derived types are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Strategy {
    /// All in one table.
    #[default]
    Shared,
    /// What a type adds in a table of its own.
    Apart,
    /// Each whole in a table of its own.
    Whole,
}

/// A property that is stored in a column.
#[derive(Clone, Debug, Default)]
pub(super) struct PropertyDraft {
    pub(super) name: String,
    /// The type of the program without a question mark.
    pub(super) data_type: String,
    pub(super) nullable: bool,
    pub(super) column: Option<String>,
    /// The stated type of the column.
    pub(super) stated: Option<String>,
    pub(super) length: Option<String>,
    pub(super) precision: Option<String>,
    pub(super) is_plain_text: bool,
    pub(super) is_fixed: bool,
    pub(super) default: Option<String>,
    pub(super) computed: Option<String>,
    /// The type that values are converted to.
    pub(super) conversion: Option<String>,
    pub(super) is_row_version: bool,
    /// How values are made: `Some(false)` never by the database.
    pub(super) is_generated: Option<bool>,
    /// Its own words for that: `always as identity`.
    pub(super) generated: Option<String>,
    /// Whether only the database has it.
    pub(super) is_shadow: bool,
    /// Where the code says so, whether it may be null.
    pub(super) required: Option<bool>,
    pub(super) description: Option<String>,
    pub(super) file: RepoPath,
    pub(super) line: u32,
}

/// A property that leads to other objects.
#[derive(Clone, Debug)]
pub(super) struct Navigation {
    pub(super) name: String,
    pub(super) target: usize,
    pub(super) arguments: Vec<String>,
    pub(super) is_many: bool,
    /// Whether there must be one.
    pub(super) required: bool,
    /// The foreign key and the other side that attributes state.
    pub(super) foreign_key: Vec<String>,
    pub(super) inverse: Option<String>,
    pub(super) line: u32,
    pub(super) file: RepoPath,
}

/// An index.
#[derive(Clone, Debug, Default)]
pub(super) struct IndexDraft {
    pub(super) properties: Vec<String>,
    pub(super) name: Option<String>,
    pub(super) is_unique: bool,
    pub(super) filter: Option<String>,
    pub(super) method: Option<String>,
    pub(super) is_descending: Vec<bool>,
    pub(super) line: u32,
}

/// A relationship as configuration states it.
#[derive(Clone, Debug, Default)]
pub(super) struct RelationDraft {
    pub(super) from: At,
    /// The property here.
    pub(super) navigation: Option<String>,
    pub(super) target: At,
    pub(super) has_many: bool,
    /// The property there.
    pub(super) inverse: Option<String>,
    /// Whether there are many here for one there; `None` until it is said.
    pub(super) with_many: Option<bool>,
    pub(super) foreign_key: Vec<String>,
    /// The class that holds the key, where it is stated.
    pub(super) dependent: Option<String>,
    pub(super) principal_key: Vec<String>,
    pub(super) on_delete: Option<Option<String>>,
    pub(super) required: Option<bool>,
    pub(super) constraint: Option<String>,
    /// The entity between both sides, its class or its table.
    pub(super) join: Option<JoinDraft>,
    pub(super) line: u32,
    pub(super) file: RepoPath,
}

/// What joins both sides of a many-to-many relationship.
#[derive(Clone, Debug, Default)]
pub(super) struct JoinDraft {
    pub(super) entity: Option<At>,
    pub(super) table: Option<String>,
    pub(super) schema: Option<String>,
    /// The foreign keys: to the other side, and to this one.
    pub(super) right: Vec<String>,
    pub(super) left: Vec<String>,
}

impl Draft {
    /// The entity of a type that nothing holds.
    pub(super) fn entity_of(&self, class: usize) -> Option<At> {
        self.entities.iter().position(|one| one.class == class && one.owner.is_none())
    }

    /// The entity that a property of another one holds.
    pub(super) fn held(&self, owner: At, property: &str) -> Option<At> {
        let is_it = |one: &EntityDraft| one.owner.as_ref().is_some_and(|(at, name, _)| *at == owner && name == property);
        self.entities.iter().position(is_it)
    }

    /// An entity and the entities that it is derived from.
    pub(super) fn lineage(&self, at: At) -> Vec<At> {
        let mut found = vec![at];
        while let Some(base) = found.last().and_then(|last| self.entities[*last].base).filter(|base| !found.contains(base)) {
            found.push(base);
        }
        found
    }
}

impl EntityDraft {
    /// The property of a name.
    pub(super) fn property(&self, name: &str) -> Option<&PropertyDraft> {
        self.properties.iter().find(|one| one.name == name)
    }
}

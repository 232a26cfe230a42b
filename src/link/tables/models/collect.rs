//! Entities by database: which connection each is stored through, its engine and its naming, and what a name of another entity means.
//! A schema file belongs to its datasource; classes belong to the container or package that they stand in, joined where relations cross.

use std::collections::{BTreeMap, BTreeSet};

use super::conventions::Conventions;
use super::documents::{self, Registered};
use super::groups::Groups;
use super::samples::samples;
use crate::finding::entity::{Engine, Entity, EntityEnum, EntityKind, EntityStore, Mapper, PropertyKind};
use crate::finding::schema::Dialect;
use crate::finding::{Fact, Package, Value};
use crate::link::Input;
use crate::link::containers::owner_of;
use crate::link::names::last_part;
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// No more classes than this stand between an entity and its base.
const CLASSES: usize = 6;

/// An entity and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'a> {
    pub(super) at: &'a Location,
    pub(super) entity: &'a Entity,
}

/// The entities of one database.
#[derive(Debug)]
pub(super) struct Database<'a> {
    pub(super) conventions: Conventions,
    /// The schema of tables without one, where the connection sets it.
    pub(super) schema: Option<String>,
    /// Whether relations are kept by foreign keys, and not by the mapper alone.
    pub(super) has_foreign_keys: bool,
    /// The folder that holds all of its entities.
    pub(super) folder: RepoPath,
    /// Places in the list of all entities.
    pub(super) entities: Vec<usize>,
    pub(super) enums: Vec<(&'a Location, &'a EntityEnum)>,
}

/// Everything that facts say of entities.
pub(super) struct Entities<'a, 'i> {
    input: &'a Input<'i>,
    pub(super) all: Vec<Stated<'a>>,
    by_name: BTreeMap<(Mapper, &'a str), Vec<usize>>,
    enums: Vec<(&'a Location, &'a EntityEnum)>,
    stores: Vec<(&'a Location, &'a EntityStore)>,
    /// Schema files that are only data.
    pub(super) samples: BTreeSet<RepoPath>,
    /// Every manifest with its folder.
    packages: Vec<(RepoPath, &'a Package)>,
    /// The place of each entity, in the same order.
    places: Vec<String>,
    /// The entities whose properties each has too.
    bases: Vec<Vec<usize>>,
    /// What each entity stands for, all files together.
    kinds: Vec<EntityKind>,
    /// The names that documents' classes are registered under, which references may use too, with a stated collection.
    registered: Vec<Registered>,
}

impl<'a, 'i> Entities<'a, 'i> {
    pub(super) fn of(input: &'a Input<'i>, derived: &'a [(Location, Entity)], model: &Model) -> Self {
        let mut found = Self {
            input,
            all: Vec::new(),
            by_name: BTreeMap::new(),
            enums: Vec::new(),
            stores: Vec::new(),
            samples: BTreeSet::new(),
            packages: Vec::new(),
            places: Vec::new(),
            bases: Vec::new(),
            kinds: Vec::new(),
            registered: Vec::new(),
        };
        found.samples = samples(input);
        let is_sample = |path: &RepoPath| found.samples.contains(path);
        for finding in input.findings.iter().filter(|finding| !is_sample(&finding.at.path)).collect::<Vec<_>>() {
            match &finding.fact {
                Fact::Entity(entity) => {
                    found.by_name.entry((entity.mapper, entity.name.as_str())).or_default().push(found.all.len());
                    found.all.push(Stated { at: &finding.at, entity });
                }
                Fact::EntityEnum(one) => found.enums.push((&finding.at, one)),
                Fact::EntityStore(store) => found.stores.push((&finding.at, store)),
                Fact::Package(package) => found.packages.push((finding.at.path.parent(), package)),
                _ => {}
            }
        }
        for (at, entity) in derived {
            found.by_name.entry((entity.mapper, entity.name.as_str())).or_default().push(found.all.len());
            found.all.push(Stated { at, entity });
        }
        let place = |one: &Stated<'_>| match &one.entity.group {
            Some(group) => format!("context {group}"),
            None => found.place(one.entity.mapper, &one.at.path, model),
        };
        found.places = found.all.iter().map(place).collect();
        found.registered = documents::registered(&found);
        found.bases = (0..found.all.len()).map(|at| found.find_bases(at)).collect();
        found.kinds = documents::kinds(&found);
        found
    }

    /// What an entity stands for.
    pub(super) fn kind(&self, at: usize) -> EntityKind {
        self.kinds[at]
    }

    /// The name that a class is registered under as a model, and its collection where that is stated there.
    pub(super) fn registration(&self, at: usize) -> Option<&Registered> {
        self.registered.iter().find(|one| one.entity == at)
    }

    /// Every finding with its file.
    pub(super) fn findings(&self) -> impl Iterator<Item = &'a crate::finding::Finding> {
        self.input.findings.iter()
    }

    /// The value of an expression in a file, with every name in it put in.
    pub(super) fn value_in(&self, file: &RepoPath, value: &Value) -> Value {
        self.input.names.resolve(file, value)
    }

    /// The entity that a name means in a file: one there, else the one that its import leads to.
    pub(super) fn named_in(&self, mapper: Mapper, file: &RepoPath, name: &str) -> Option<usize> {
        let at_file = |name: &str, file: &RepoPath| {
            let named = self.by_name.get(&(mapper, last_part(name)))?;
            named.iter().find(|one| self.all[**one].at.path == *file).copied()
        };
        at_file(name, file).or_else(|| {
            let definition = self.input.names.member_definition(file, name);
            at_file(&definition.name, definition.file.as_ref()?)
        })
    }

    /// What decides which database an entity belongs to.
    fn place(&self, mapper: Mapper, path: &RepoPath, model: &Model) -> String {
        if mapper == Mapper::Prisma {
            return self.store(mapper, path).map(|(at, _)| format!("store {}", at.path)).unwrap_or_default();
        }
        match owner_of(model, path) {
            Some(owner) => format!("owner {owner}"),
            None => format!("folder {}", self.package_folder(path)),
        }
    }

    /// The folder of the innermost manifest around a file.
    fn package_folder(&self, path: &RepoPath) -> RepoPath {
        let folders = self.packages.iter().map(|(folder, _)| folder).filter(|folder| path.is_within(folder));
        folders.max_by_key(|folder| folder.as_str().len()).cloned().unwrap_or_default()
    }

    /// The connection of a file: one in the file itself, else the nearest.
    fn store(&self, mapper: Mapper, path: &RepoPath) -> Option<(&'a Location, &'a EntityStore)> {
        let near = |at: &Location| {
            let shared = at.path.parts().zip(path.parts()).take_while(|(one, other)| one == other).count();
            (at.path == *path, shared, path.is_within(&at.path.parent()))
        };
        let of_mapper = self.stores.iter().filter(|(_, store)| store.mapper == mapper);
        of_mapper.max_by_key(|(at, _)| (near(at), std::cmp::Reverse(*at))).copied()
    }

    /// The entity that a name means in the file of another.
    pub(super) fn resolve(&self, from: usize, name: &str) -> Option<usize> {
        let Stated { at, entity } = self.all.get(from)?;
        if let Some(found) = self.named_in(entity.mapper, &at.path, name) {
            return Some(found);
        }
        // A constant may hold the name of a model.
        let text = self.input.names.text(&at.path, &Value::Name(name.to_owned()));
        let name = text.as_deref().unwrap_or_else(|| last_part(name));
        if let Some(one) = self.registered.iter().find(|one| one.model == name) {
            return Some(one.entity);
        }
        let of_name = self.by_name.get(&(entity.mapper, name)).map(Vec::as_slice).unwrap_or_default();
        // Sequelize knows a model by the name that it was defined with, or its table by its own.
        let alike = if of_name.is_empty() && entity.mapper == Mapper::Sequelize { self.alike(name) } else { Vec::new() };
        let candidates = if of_name.is_empty() { alike.as_slice() } else { of_name };
        let near: Vec<usize> = candidates.iter().copied().filter(|one| self.places[*one] == self.places[from]).collect();
        match (near.as_slice(), candidates) {
            ([only], _) | ([], [only]) if entity.mapper != Mapper::Prisma || !near.is_empty() => Some(*only),
            _ => None,
        }
    }

    /// The entities whose properties an entity has too, nearest first. Classes between them that add nothing are passed over.
    pub(super) fn bases(&self, at: usize) -> &[usize] {
        &self.bases[at]
    }

    fn find_bases(&self, at: usize) -> Vec<usize> {
        let stated = self.all[at];
        let direct = |name: &String| {
            self.resolve(at, name).or_else(|| self.through_classes(stated.entity.mapper, &stated.at.path, name)).filter(|base| *base != at)
        };
        stated.entity.bases.iter().filter_map(direct).collect()
    }

    /// The defaults of the connection that an entity is stored through.
    pub(super) fn defaults(&self, at: usize) -> Option<&'a Value> {
        let stated = self.all[at];
        self.store(stated.entity.mapper, &stated.at.path)?.1.defaults.as_ref()
    }

    /// What a decorator of the program stands for, where that is one of a mapper: `const IdColumn = isMongo ? ObjectIdColumn : PrimaryColumn`.
    pub(super) fn decorator(&self, at: usize, name: &str) -> Option<String> {
        let (_, value) = self.input.names.constant_at(&self.all[at].at.path, name)?;
        let named = |value: &Value| if let Value::Name(name) = value { Some(last_part(name).to_owned()) } else { None };
        let names: Vec<String> = match &value {
            Value::Either(items) => items.iter().filter_map(named).collect(),
            other => named(other).into_iter().collect(),
        };
        let mut columns = names.into_iter().filter(|name| matches!(name.as_str(), "Column" | "PrimaryColumn"));
        columns.next().filter(|_| columns.next().is_none())
    }

    /// The entity behind plain classes: `User extends Audited`, `Audited extends Stored` without anything of its own.
    fn through_classes(&self, mapper: Mapper, file: &RepoPath, name: &str) -> Option<usize> {
        let (mut file, mut name) = (file.clone(), name.to_owned());
        for _ in 0..CLASSES {
            let (at, class) = self.input.names.class(&file, &name)?;
            let found = class.bases.iter().find_map(|base| self.named_in(mapper, &at.path, base));
            if found.is_some() {
                return found;
            }
            (file, name) = (at.path.clone(), class.bases.first()?.clone());
        }
        None
    }

    /// Models that are called alike but for case and underscores, or whose table has that name.
    fn alike(&self, name: &str) -> Vec<usize> {
        let letters = |name: &str| name.replace('_', "").to_lowercase();
        let is_alike = |stated: &Stated<'_>| {
            let entity = stated.entity;
            let is_model = entity.mapper == Mapper::Sequelize && entity.kind == EntityKind::Table;
            let of_table = || matches!(&entity.table, Some(Value::Text(table)) if table == name);
            is_model && (letters(&entity.name) == letters(name) || of_table())
        };
        (0..self.all.len()).filter(|at| is_alike(&self.all[*at])).collect()
    }

    /// The entity of that name, where there is one alone.
    pub(super) fn unique(&self, mapper: Mapper, name: &str) -> Option<usize> {
        match self.by_name.get(&(mapper, last_part(name)))?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The enum that a name means for the entities of a database.
    pub(super) fn enumeration(&self, database: &Database<'a>, name: &str) -> Option<&'a EntityEnum> {
        database.enums.iter().find(|(_, one)| one.name == name).map(|(_, one)| *one)
    }

    /// The text of a stated name; constants of other files are looked up.
    pub(super) fn text(&self, of: usize, value: &Value) -> Option<String> {
        self.input.names.text(&self.all[of].at.path, value)
    }

    /// A value with every name in it put in.
    pub(super) fn value(&self, of: usize, value: &Value) -> Value {
        self.input.names.resolve(&self.all[of].at.path, value)
    }

    /// The databases, in the order of their first entity.
    pub(super) fn databases(&self, model: &Model) -> Vec<Database<'a>> {
        let keys: Vec<(Mapper, Engine, String)> = (0..self.all.len()).map(|at| self.key(at)).collect();
        let mut groups = Groups::of(&keys);
        for (at, stated) in self.all.iter().enumerate().filter(|(_, one)| one.entity.mapper != Mapper::Prisma) {
            for target in stated.entity.properties.iter().filter_map(|property| match &property.kind {
                PropertyKind::Relation(relation) => self.resolve(at, &relation.target),
                _ => None,
            }) {
                if (keys[target].0, keys[target].1) == (keys[at].0, keys[at].1) {
                    groups.join(at, target);
                }
            }
        }
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in 0..self.all.len() {
            members.entry(groups.head(at)).or_default().push(at);
        }
        members.into_iter().map(|(head, entities)| self.database(&keys[head], entities, model)).collect()
    }

    fn database(&self, (mapper, engine, place): &(Mapper, Engine, String), entities: Vec<usize>, model: &Model) -> Database<'a> {
        let first = entities.first().map(|at| &self.all[*at].at.path);
        let store = first.and_then(|path| self.store(*mapper, path));
        let places: BTreeSet<&str> = entities.iter().map(|at| self.places[*at].as_str()).collect();
        let of_place = |at: &Location| places.contains(self.place(*mapper, &at.path, model).as_str());
        let enums = self.enums.iter().filter(|(at, one)| one.mapper == *mapper && of_place(at)).copied().collect();
        let mut folder = place.strip_prefix("store ").map(|path| RepoPath::new(path).parent());
        for at in &entities {
            let own = self.all[*at].at.path.parent();
            let mut common = folder.unwrap_or_else(|| own.clone());
            while !own.is_within(&common) {
                common = common.parent();
            }
            folder = Some(common);
        }
        Database {
            conventions: Conventions { mapper: *mapper, engine: *engine, naming: store.and_then(|(_, store)| store.naming) },
            schema: store.and_then(|(_, store)| store.schema.clone()),
            has_foreign_keys: store.and_then(|(_, store)| store.defaults.as_ref()?.get("relationMode")?.as_text()) != Some("prisma"),
            folder: folder.unwrap_or_default(),
            entities,
            enums,
        }
    }

    fn key(&self, at: usize) -> (Mapper, Engine, String) {
        let Stated { at: location, entity } = self.all[at];
        // A program that can do with several engines states them side by side; one stands for all.
        let stated = self.store(entity.mapper, &location.path).and_then(|(at, _)| {
            let beside = self.stores.iter().filter(|(other, store)| other.path == at.path && store.mapper == entity.mapper);
            beside.filter_map(|(_, store)| store.engine).min()
        });
        let engine = match entity.mapper {
            Mapper::Mongoose => Engine::MongoDb,
            _ => entity.engine.or(stated).or_else(|| self.driver(&location.path)).unwrap_or(Engine::Sql(Dialect::Postgres)),
        };
        (entity.mapper, engine, self.places[at].clone())
    }

    /// The engine whose driver a package around a file depends on, where it is one alone.
    fn driver(&self, path: &RepoPath) -> Option<Engine> {
        const DRIVERS: &[(&str, Engine)] = &[
            ("pg", Engine::Sql(Dialect::Postgres)),
            ("postgres", Engine::Sql(Dialect::Postgres)),
            ("mysql", Engine::Sql(Dialect::MySql)),
            ("mysql2", Engine::Sql(Dialect::MySql)),
            ("mariadb", Engine::Sql(Dialect::MySql)),
            ("sqlite3", Engine::Sql(Dialect::Sqlite)),
            ("better-sqlite3", Engine::Sql(Dialect::Sqlite)),
            ("mssql", Engine::Sql(Dialect::SqlServer)),
            ("tedious", Engine::Sql(Dialect::SqlServer)),
        ];
        let mut around: Vec<_> = self.packages.iter().filter(|(folder, _)| path.is_within(folder)).collect();
        around.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.as_str().len()));
        around.into_iter().find_map(|(_, package)| {
            let used: BTreeSet<Engine> =
                DRIVERS.iter().filter(|(name, _)| package.dependency(name).is_some()).map(|(_, engine)| *engine).collect();
            let mut used = used.into_iter();
            used.next().filter(|_| used.next().is_none())
        })
    }

    /// The major version of a package that a manifest around a folder asks for, the innermost first.
    pub(super) fn major_version(&self, folder: &RepoPath, names: &[&str]) -> Option<u32> {
        let packages = self.packages.iter().filter(|(own, _)| folder.is_within(own)).map(|(own, package)| (own.as_str().len(), package));
        let versions = packages.filter_map(|(length, package)| {
            let version = &names.iter().find_map(|name| package.dependency(name))?.version;
            let digits: String = version.chars().skip_while(|letter| !letter.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
            Some((length, digits.parse().ok()?))
        });
        versions.max_by_key(|(length, _)| *length).map(|(_, major)| major)
    }
}

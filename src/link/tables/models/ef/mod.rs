//! Contexts of EF Core as entities: which types each stores, by its sets, its configuration and the conventions, and in which database.
//! Source: the EF Core documentation, "Creating and configuring a model". Where migrations make the tables, they decide; see `drift`.

mod contexts;
mod discover;
mod draft;
mod emit;
mod fluent;
mod identity;
mod keys;
mod relations;
mod scalars;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use super::Stored;
use crate::finding::entity::{Engine, Entity};
use crate::finding::mapped::MappedKind;
use crate::finding::schema::Dialect;
use crate::gap::{Gap, GapCode};
use crate::link::Input;
use crate::link::names::Names;
use crate::link::wording;
use crate::location::Location;
use crate::model::Model;
pub(in crate::link) use contexts::COMPONENT as DB_CONTEXT;
use contexts::Context;
use draft::{At, Draft, Holding, IndexDraft};
use emit::Emitter;
use fluent::{Fluent, Setups};
use types::{Types, parse};

/// The classes that a context stores, with their words.
type Classes = BTreeMap<String, Option<String>>;

/// The entities of all contexts, and what is known of each context.
pub(super) fn derive(input: &Input<'_>, model: &mut Model) -> (Vec<(Location, Entity)>, Vec<Stored>) {
    let (mut entities, mut stored) = (Vec::new(), Vec::new());
    if !contexts::may_have(input) {
        return (entities, stored);
    }
    let types = Types::of(input);
    let setups = Setups::of(input);
    for context in contexts::find(input, &types, &setups) {
        let group = format!("{}#{}", types.all[context.class].one.name, context.class);
        let at = types.all[context.class].at.clone();
        if contexts::is_unused(input, model, &types, &context) {
            let message = format!("{} belongs to no program of the repository", types.all[context.class].one.name);
            model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
            continue;
        }
        if contexts::is_only_offered(input, model, &types, &context) {
            let message = format!("a library offers to register {}, and no program takes it up", types.all[context.class].one.name);
            model.gaps.push(Gap::line(GapCode::NotMounted, &at.path, at.line, message));
            continue;
        }
        if context.is_elsewhere {
            let message = format!("{} keeps its entities in a database without tables", types.all[context.class].one.name);
            model.gaps.push(Gap::line(GapCode::NotUnderstood, &at.path, at.line, message));
            continue;
        }
        if let Some(base) = &context.foreign_base {
            let message =
                format!("what {base} stores for {} by itself stands outside of the repository", types.all[context.class].one.name);
            model.gaps.push(Gap::line(GapCode::UnresolvedReference, &at.path, at.line, message));
        }
        let (made, classes) = entities_of((&types, &setups, &input.names), &context, &group, model);
        contexts::add_components(input, model, (&types, &context), &classes);
        let owner = contexts::owner(input, model, &types, &context);
        if owner.is_none() {
            model.gaps.extend(contexts::several(input, model, &types, &context));
        }
        stored.push(Stored { group, at, owner, store: context.store(), mapper: "EF Core" });
        entities.extend(made);
    }
    (entities, stored)
}

fn entities_of<'a>(
    (types, setups, names): (&Types, &Setups<'a>, &Names<'a>),
    context: &Context,
    group: &str,
    model: &mut Model,
) -> (Vec<(Location, Entity)>, Classes) {
    let mut draft = Draft::default();
    for (at, one) in types.all.iter().enumerate() {
        let is_marked = |name: &str| one.one.decorators.iter().any(|decorator| decorator.name == name);
        draft.owned.extend(is_marked("Owned").then_some(at));
        draft.complex.extend(is_marked("ComplexType").then_some(at));
    }
    add_identity(types, &mut draft, context);
    add_sets(types, &mut draft, context);
    let mut fluent = Fluent::new((types, setups, names), draft, context.class);
    fluent.run_context();
    let mut draft = fluent.draft;
    discover_more(types, &mut draft);
    add_bases(types, &mut draft);
    let mut found = relations::find(types, &draft);
    found.foreign.retain_mut(|foreign| keys::complete(types, &mut draft, foreign));
    found.foreign.extend(context.identity.as_ref().map(|given| identity_keys(types, &draft, given)).unwrap_or_default());
    add_join_keys(types, &mut draft, &found);
    tell_keyless(types, &draft, model);
    let conventions = scalars::conventions(context.engine.unwrap_or(Engine::Sql(Dialect::SqlServer)), context.naming);
    let stored = draft.entities.iter().filter(|one| one.owner.is_none()).map(|one| &types.all[one.class].one);
    let classes = stored.map(|one| (one.name.clone(), one.doc.as_deref().map(wording::first_paragraph))).collect();
    let emitter = Emitter { types, draft: &draft, found: &found, conventions, group: group.to_owned(), major: context.major };
    (emitter.entities(), classes)
}

/// The sets of a context, those of its bases among them; the table is called after the set where there is one alone.
fn add_sets(types: &Types, draft: &mut Draft, context: &Context) {
    for member in types.members(context.class, &[]) {
        let written = parse(&member.property.data_type);
        if !matches!(written.name.as_str(), "DbSet" | "IDbSet") {
            continue;
        }
        let Some(stored) = written.arguments.first().map(|one| parse(one)) else { continue };
        let Some(class) = types.resolve_in(context.class, &stored.name).filter(|class| types.all[*class].one.kind == MappedKind::Class)
        else {
            continue;
        };
        let is_known = draft.entity_of(class).is_some();
        let at = discover::entity(types, draft, class, &stored.arguments);
        draft.entities[at].set = if is_known { None } else { Some(member.property.name.clone()) };
    }
}

/// What a context of ASP.NET Core Identity stores by itself.
fn add_identity(types: &Types, draft: &mut Draft, context: &Context) {
    for (class, written) in context.identity.iter().flatten() {
        let Some(stored) = identity::STORED.iter().find(|one| one.class == *class) else { continue };
        let name = parse(written);
        let Some(id) = types.resolve_in(context.class, &name.name) else { continue };
        let at = discover::entity(types, draft, id, &name.arguments);
        let entity = &mut draft.entities[at];
        entity.table = Some(stored.table.to_owned());
        entity.key = Some(stored.key.iter().map(|key| (*key).to_owned()).collect());
        entity.indexes.extend(stored.indexes.iter().map(|(property, name, unique)| IndexDraft {
            properties: vec![(*property).to_owned()],
            name: Some((*name).to_owned()),
            is_unique: *unique,
            ..IndexDraft::default()
        }));
        for property in entity.properties.iter_mut().filter(|one| stored.short.contains(&one.name.as_str())) {
            property.length = Some("256".to_owned());
        }
    }
}

fn identity_keys(types: &Types, draft: &Draft, given: &[(&'static str, String)]) -> Vec<relations::Foreign> {
    // The class that stands for one of the package, by its written name; a derived one is the entity itself.
    let entity = |class: &str| {
        let (_, written) = given.iter().find(|(one, _)| *one == class)?;
        let name = parse(written).name;
        draft.entities.iter().position(|one| types.all[one.class].one.name == name && one.owner.is_none())
    };
    let mut found = Vec::new();
    for stored in identity::STORED {
        let Some(dependent) = entity(stored.class) else { continue };
        for (column, of_user) in stored.foreign {
            let Some(principal) = entity(if *of_user { "IdentityUser" } else { "IdentityRole" }) else { continue };
            found.push(relations::Foreign {
                dependent,
                principal,
                foreign_key: vec![(*column).to_owned()],
                principal_key: vec!["Id".to_owned()],
                required: Some(true),
                ..relations::Foreign::default()
            });
        }
    }
    found
}

/// Types that properties of entities lead to are entities too, or parts of them.
fn discover_more(types: &Types, draft: &mut Draft) {
    let mut at = 0;
    while at < draft.entities.len() {
        for navigation in draft.entities[at].navigations.clone() {
            let target = navigation.target;
            if draft.ignored.contains(&target) || draft.held(at, &navigation.name).is_some() || draft.entities.len() > 5_000 {
                continue;
            }
            let holding = match (draft.owned.contains(&target), draft.complex.contains(&target), navigation.is_many) {
                (_, true, _) => Some(Holding::Complex),
                (true, _, false) => Some(Holding::One),
                (true, _, true) => Some(Holding::Many),
                _ => None,
            };
            match holding {
                Some(holding) => {
                    let members = types.members(target, &navigation.arguments);
                    let mut made = discover::described(types, target, &navigation.arguments, &members);
                    made.owner = Some((at, navigation.name.clone(), holding));
                    draft.entities.push(made);
                }
                None if is_held_everywhere(draft, target) => {}
                // Without a key it can be no entity: it is a value that some converter knows.
                None if draft.entity_of(target).is_none() && !has_key(types, target, &navigation.arguments) => {
                    as_value(types, draft, at, &navigation);
                }
                None => _ = discover::entity(types, draft, target, &navigation.arguments),
            }
        }
        at += 1;
    }
}

/// Whether conventions find a key in a type.
fn has_key(types: &Types, class: usize, arguments: &[String]) -> bool {
    let name = &types.all[class].one.name;
    let is_key = |member: &types::Member| {
        let own = member.property.name.to_lowercase();
        own == "id" || own == format!("{}id", name.to_lowercase()) || member.property.decorators.iter().any(|one| one.name == "Key")
    };
    let is_marked =
        |at: usize| types.all[at].one.decorators.iter().any(|one| matches!(one.name.as_str(), "PrimaryKey" | "Keyless" | "Table"));
    let chain = types.chain(class, arguments);
    types.members(class, arguments).iter().any(is_key) || chain.iter().any(|(at, _)| is_marked(*at))
}

/// A property of a type that wraps one value is a column; what holds more and has no key is left out.
fn as_value(types: &Types, draft: &mut Draft, at: At, navigation: &draft::Navigation) {
    let (class, arguments) = (draft.entities[at].class, draft.entities[at].arguments.clone());
    let member = types.members(class, &arguments).into_iter().find(|one| one.property.name == navigation.name);
    let wraps = types.wrapped(navigation.target, &navigation.arguments).is_some();
    if let Some(member) = member.filter(|one| wraps && !navigation.is_many && draft.entities[at].property(&one.property.name).is_none()) {
        draft.entities[at].properties.push(discover::column(types, class, &member));
    }
    draft.entities[at].navigations.retain(|one| one.name != navigation.name);
}

/// Whether a type is only a part of others in this model.
fn is_held_everywhere(draft: &Draft, class: usize) -> bool {
    draft.entity_of(class).is_none() && draft.entities.iter().any(|one| one.class == class && one.owner.is_some())
}

/// Entities whose type extends that of another one are derived from it; what the base has they have from there.
fn add_bases(types: &Types, draft: &mut Draft) {
    for at in 0..draft.entities.len() {
        if draft.entities[at].owner.is_some() {
            continue;
        }
        let (class, arguments) = (draft.entities[at].class, draft.entities[at].arguments.clone());
        let base = types.chain(class, &arguments).into_iter().skip(1).find_map(|(class, _)| draft.entity_of(class));
        // The types of a package are entities only by themselves.
        draft.entities[at].base = base.filter(|base| types.all[draft.entities[*base].class].at.line > 0);
    }
    for at in 0..draft.entities.len() {
        let line: Vec<At> = draft.lineage(at).into_iter().skip(1).collect();
        let inherited: BTreeSet<String> = line
            .iter()
            .flat_map(|base| {
                let class = (draft.entities[*base].class, draft.entities[*base].arguments.clone());
                types.members(class.0, &class.1).into_iter().map(|member| member.property.name)
            })
            .collect();
        let entity = &mut draft.entities[at];
        entity.properties.retain(|one| !inherited.contains(&one.name));
        entity.navigations.retain(|one| !inherited.contains(&one.name));
        if entity.base.is_some() {
            entity.indexes.retain(|one| !one.properties.iter().all(|name| inherited.contains(name)));
        }
    }
}

/// The class between both sides of a many-to-many relationship has both keys for its own, where it states none.
fn add_join_keys(types: &Types, draft: &mut Draft, found: &relations::Found) {
    let joins: Vec<At> = draft.relations.iter().filter_map(|one| one.join.as_ref()?.entity).collect();
    for at in joins {
        if keys::primary(types, draft, at).is_empty() {
            let own = found.foreign.iter().filter(|one| one.dependent == at);
            let key: Vec<String> = own.flat_map(|one| one.foreign_key.clone()).collect();
            draft.entities[at].key = Some(key);
        }
    }
}

/// An entity without a key would stop the program, and a base from elsewhere may hold more: both are told.
fn tell_keyless(types: &Types, draft: &Draft, model: &mut Model) {
    for (at, entity) in draft.entities.iter().enumerate() {
        let one = &types.all[entity.class];
        let is_expected = entity.is_keyless || entity.owner.is_some() || entity.storage == draft::Storage::View || one.at.line == 0;
        let message = match types.foreign_base(entity.class, &entity.arguments) {
            _ if is_expected => continue,
            Some(base) => format!("what {} gives {} stands outside of the repository; columns may be missing", base.name, one.one.name),
            None if keys::primary(types, draft, at).is_empty() => format!("the key of {} stands where it is not read", one.one.name),
            None => continue,
        };
        model.gaps.push(Gap::line(GapCode::UnresolvedReference, &one.at.path, one.at.line, message));
    }
}

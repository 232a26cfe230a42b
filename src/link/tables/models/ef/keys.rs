//! Primary keys and the properties of foreign keys, as conventions find them; what no property holds becomes a column of its own.
//! Source: the EF Core documentation, "Keys", "Foreign keys".

use super::draft::{At, Draft, Holding, PropertyDraft};
use super::relations::Foreign;
use super::types::{Types, parse};

/// The property of an entity by name, wherever in its line it is declared.
pub(super) fn property<'d>(draft: &'d Draft, at: At, name: &str) -> Option<&'d PropertyDraft> {
    draft.lineage(at).into_iter().find_map(|at| draft.entities[at].property(name))
}

fn find<'d>(draft: &'d Draft, at: At, name: &str) -> Option<&'d PropertyDraft> {
    let line = draft.lineage(at);
    line.into_iter().find_map(|at| draft.entities[at].properties.iter().find(|one| one.name.eq_ignore_ascii_case(name)))
}

fn class_name(types: &Types, draft: &Draft, at: At) -> String {
    types.all[draft.entities[at].class].one.name.clone()
}

/// The primary key of an entity, by properties.
pub(super) fn primary(types: &Types, draft: &Draft, at: At) -> Vec<String> {
    let root = draft.lineage(at).last().copied().unwrap_or(at);
    let entity = &draft.entities[root];
    if entity.is_keyless {
        return Vec::new();
    }
    if let Some(key) = &entity.key {
        return key.clone();
    }
    match &entity.owner {
        Some((owner, _, Holding::One | Holding::Complex)) => primary(types, draft, *owner),
        Some((owner, _, Holding::Many)) => {
            let mut key = owner_key(types, draft, root, *owner);
            key.push("Id".to_owned());
            key
        }
        None => {
            let own = class_name(types, draft, root);
            let by_name = find(draft, root, "Id").or_else(|| find(draft, root, &format!("{own}Id")));
            by_name.map(|one| vec![one.name.clone()]).unwrap_or_default()
        }
    }
}

/// The properties by which what is held points at its owner.
pub(super) fn owner_key(types: &Types, draft: &Draft, at: At, owner: At) -> Vec<String> {
    let stated = &draft.entities[at].owner_key;
    if !stated.is_empty() {
        return stated.clone();
    }
    let name = class_name(types, draft, owner);
    primary(types, draft, owner).into_iter().map(|key| joined(&name, &key)).collect()
}

/// `Blog` and `Id` make BlogId, `Blog` and `BlogId` too.
pub(super) fn joined(name: &str, key: &str) -> String {
    if key.to_lowercase().starts_with(&name.to_lowercase()) { key.to_owned() } else { format!("{name}{key}") }
}

/// The properties of an entity that conventions take for the key to another one.
pub(super) fn by_convention(types: &Types, draft: &Draft, at: At, navigation: Option<&str>, principal: At) -> Vec<String> {
    let wanted = primary(types, draft, principal);
    let own_key = primary(types, draft, at);
    let class = class_name(types, draft, principal);
    let fits = |found: &&PropertyDraft, key: &str| {
        let other = property(draft, principal, key).map(|one| parse(&one.data_type).name);
        other.is_none_or(|other| parse(&found.data_type).name == other)
            && !(at == principal && wanted.contains(&found.name))
            && own_key != [found.name.clone()]
    };
    for start in navigation.into_iter().chain([class.as_str()]) {
        let of_key = |key: &String| find(draft, at, &format!("{start}{key}")).filter(|one| fits(one, key)).map(|one| one.name.clone());
        let by_key: Option<Vec<String>> = wanted.iter().map(of_key).collect();
        if let Some(found) = by_key.filter(|found| !found.is_empty()) {
            return found;
        }
        if let [only] = wanted.as_slice() {
            let starts = [format!("{start}Id"), joined(start, only)];
            if let Some(found) = starts.iter().find_map(|name| find(draft, at, name).filter(|one| fits(one, only))) {
                return vec![found.name.clone()];
            }
        }
    }
    Vec::new()
}

/// Gives every foreign key its properties; those that do not exist become columns without a property.
pub(super) fn complete(types: &Types, draft: &mut Draft, foreign: &mut Foreign) -> bool {
    if foreign.principal_key.is_empty() {
        foreign.principal_key = primary(types, draft, foreign.principal);
    }
    if foreign.principal_key.is_empty() {
        return false;
    }
    if foreign.foreign_key.is_empty() {
        foreign.foreign_key = by_convention(types, draft, foreign.dependent, foreign.navigation.as_deref(), foreign.principal);
    }
    if foreign.foreign_key.is_empty() {
        let start = foreign.navigation.clone().unwrap_or_else(|| class_name(types, draft, foreign.principal));
        foreign.foreign_key = foreign.principal_key.iter().map(|key| joined(&start, key)).collect();
    }
    if foreign.foreign_key.len() != foreign.principal_key.len() {
        return false;
    }
    for (name, key) in foreign.foreign_key.clone().into_iter().zip(foreign.principal_key.clone()) {
        if property(draft, foreign.dependent, &name).is_none() {
            add(types, draft, foreign, &name, &key);
            continue;
        }
        // A key of a type of its own is converted like what it points at.
        let model = referenced(types, draft, foreign.principal, &key);
        let line = draft.lineage(foreign.dependent);
        let own = line.into_iter().find(|at| draft.entities[*at].property(&name).is_some()).unwrap_or(foreign.dependent);
        if let Some(one) = draft.entities[own].properties.iter_mut().find(|one| one.name == name && one.data_type == model.data_type) {
            one.conversion = one.conversion.take().or(model.conversion);
            one.length = one.length.take().or(model.length);
            one.stated = one.stated.take().or(model.stated);
        }
    }
    true
}

fn add(types: &Types, draft: &mut Draft, foreign: &Foreign, name: &str, key: &str) {
    let model = referenced(types, draft, foreign.principal, key);
    let in_key = primary(types, draft, foreign.dependent).iter().any(|one| one == name);
    let made = PropertyDraft {
        name: name.to_owned(),
        nullable: !(foreign.required == Some(true) || in_key),
        is_shadow: true,
        is_generated: Some(false),
        file: foreign.file.clone(),
        line: foreign.line,
        ..model
    };
    draft.entities[foreign.dependent].properties.push(made);
}

/// What a column that points at a key takes over from it: type, length, conversion.
pub(super) fn referenced(types: &Types, draft: &Draft, principal: At, key: &str) -> PropertyDraft {
    let found = property(draft, principal, key).cloned().or_else(|| {
        // The key of what is held may be the key of its owner.
        let (owner, _, _) = draft.entities[principal].owner.as_ref()?;
        let names = owner_key(types, draft, principal, *owner);
        let at = names.iter().position(|one| one == key)?;
        property(draft, *owner, primary(types, draft, *owner).get(at)?).cloned()
    });
    let found = found.unwrap_or_else(|| PropertyDraft { data_type: "int".to_owned(), ..PropertyDraft::default() });
    PropertyDraft {
        data_type: found.data_type,
        stated: found.stated,
        length: found.length,
        precision: found.precision,
        is_plain_text: found.is_plain_text,
        is_fixed: found.is_fixed,
        conversion: found.conversion,
        ..PropertyDraft::default()
    }
}

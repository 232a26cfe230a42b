//! Relationships of a model: those that configuration states, and those that conventions find between properties of two entities.
//! Source: the EF Core documentation, "Conventions for relationship discovery".

use std::collections::BTreeSet;

use super::discover;
use super::draft::{At, Draft, Holding, JoinDraft, Navigation, RelationDraft};
use super::keys;
use super::types::Types;
use crate::location::RepoPath;

/// A foreign key between two entities, by properties.
#[derive(Clone, Debug, Default)]
pub(super) struct Foreign {
    pub(super) dependent: At,
    pub(super) principal: At,
    /// The property of the dependent that leads to the other side.
    pub(super) navigation: Option<String>,
    /// Whether there is at most one dependent.
    pub(super) is_unique: bool,
    pub(super) foreign_key: Vec<String>,
    pub(super) principal_key: Vec<String>,
    pub(super) on_delete: Option<Option<String>>,
    pub(super) required: Option<bool>,
    pub(super) constraint: Option<String>,
    pub(super) line: u32,
    pub(super) file: RepoPath,
}

/// A table between two entities.
#[derive(Clone, Debug)]
pub(super) struct Join {
    pub(super) left: At,
    pub(super) right: At,
    /// The property of the left side that leads to the right, and the other way.
    pub(super) to_right: Option<String>,
    pub(super) to_left: Option<String>,
    pub(super) draft: JoinDraft,
    pub(super) line: u32,
    pub(super) file: RepoPath,
}

/// What relationships amount to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) foreign: Vec<Foreign>,
    pub(super) joins: Vec<Join>,
}

/// Finds all relationships of a model.
pub(super) fn find(types: &Types, draft: &Draft) -> Found {
    let mut finder = Finder { types, draft, used: BTreeSet::new(), found: Found::default() };
    for relation in &draft.relations {
        finder.stated(relation);
    }
    for at in 0..draft.entities.len() {
        for navigation in &draft.entities[at].navigations {
            finder.by_convention(at, navigation);
        }
    }
    finder.found
}

struct Finder<'d> {
    types: &'d Types,
    draft: &'d Draft,
    /// Properties that are part of a relationship already, by the root of their entity.
    used: BTreeSet<(At, String)>,
    found: Found,
}

impl Finder<'_> {
    fn root(&self, at: At) -> At {
        self.draft.lineage(at).last().copied().unwrap_or(at)
    }

    fn use_up(&mut self, at: At, name: Option<&String>) {
        if let Some(name) = name {
            self.used.insert((self.root(at), name.clone()));
        }
    }

    fn is_used(&self, at: At, name: &str) -> bool {
        self.used.contains(&(self.root(at), name.to_owned()))
    }

    /// The property of an entity by name, wherever in its line it is declared.
    fn navigation(&self, at: At, name: &str) -> Option<&Navigation> {
        self.draft.lineage(at).into_iter().find_map(|at| self.draft.entities[at].navigations.iter().find(|one| one.name == name))
    }

    fn stated(&mut self, relation: &RelationDraft) {
        // A relationship may be stated from both sides.
        if relation.navigation.as_ref().is_some_and(|name| self.is_used(relation.from, name)) && relation.foreign_key.is_empty() {
            return;
        }
        let inverse = relation.inverse.clone().or_else(|| {
            let own = relation.navigation.as_deref().unwrap_or_default();
            if relation.with_many.is_some() { None } else { self.answer(relation.from, own, relation.target) }
        });
        let found_many = || inverse.as_ref().and_then(|name| self.navigation(relation.target, name)).map(|one| one.is_many);
        let with_many = relation.with_many.or_else(found_many).unwrap_or(!relation.has_many);
        self.use_up(relation.from, relation.navigation.as_ref());
        self.use_up(relation.target, inverse.as_ref());
        if relation.has_many && with_many {
            let join = relation.join.clone().unwrap_or_default();
            return self.join(
                (relation.from, relation.navigation.clone()),
                (relation.target, inverse),
                join,
                (relation.line, &relation.file),
            );
        }
        let is_here = if relation.has_many {
            false
        } else if with_many {
            true
        } else {
            self.holds_key(relation, inverse.as_deref())
        };
        let (dependent, principal, navigation) =
            if is_here { (relation.from, relation.target, relation.navigation.clone()) } else { (relation.target, relation.from, inverse) };
        let own = navigation.as_ref().and_then(|name| self.navigation(dependent, name)).cloned();
        let attributes = || own.as_ref().map(|one| self.stated_key(dependent, one)).unwrap_or_default();
        let foreign_key = if relation.foreign_key.is_empty() { attributes() } else { relation.foreign_key.clone() };
        self.push(Foreign {
            dependent,
            principal,
            navigation,
            is_unique: !relation.has_many && !with_many,
            foreign_key,
            principal_key: relation.principal_key.clone(),
            on_delete: relation.on_delete.clone(),
            required: relation.required.or_else(|| own.as_ref().filter(|one| one.required).map(|_| true)),
            constraint: relation.constraint.clone(),
            line: relation.line,
            file: relation.file.clone(),
        });
    }

    /// Which side of a one-to-one relationship has the key.
    fn holds_key(&self, relation: &RelationDraft, inverse: Option<&str>) -> bool {
        let name = |at: At| self.types.all[self.draft.entities[at].class].one.name.as_str();
        if let Some(dependent) = &relation.dependent {
            return dependent == name(relation.from) && name(relation.from) != name(relation.target) || dependent != name(relation.target);
        }
        let has_all = |at: At| {
            !relation.foreign_key.is_empty() && relation.foreign_key.iter().all(|one| keys::property(self.draft, at, one).is_some())
        };
        if has_all(relation.from) != has_all(relation.target) {
            return has_all(relation.from);
        }
        let by_name =
            |at: At, navigation: Option<&str>, other: At| !keys::by_convention(self.types, self.draft, at, navigation, other).is_empty();
        !by_name(relation.target, inverse, relation.from) || by_name(relation.from, relation.navigation.as_deref(), relation.target)
    }

    fn push(&mut self, foreign: Foreign) {
        let same = |known: &&Foreign| {
            known.dependent == foreign.dependent
                && known.principal == foreign.principal
                && known.foreign_key == foreign.foreign_key
                && !known.foreign_key.is_empty()
        };
        if self.found.foreign.iter().find(same).is_none() {
            self.found.foreign.push(foreign);
        }
    }

    fn join(&mut self, left: (At, Option<String>), right: (At, Option<String>), draft: JoinDraft, (line, file): (u32, &RepoPath)) {
        if let Some(entity) = draft.entity {
            // The entity between both sides has the keys; its own properties may lead to them.
            for (other, stated) in [(right.0, &draft.right), (left.0, &draft.left)] {
                let own = self.draft.entities[entity].navigations.iter().find(|one| self.target(entity, one) == Some(other)).cloned();
                if own.as_ref().is_some_and(|one| self.is_used(entity, &one.name)) {
                    continue;
                }
                self.use_up(entity, own.as_ref().map(|one| &one.name));
                self.push(Foreign {
                    dependent: entity,
                    principal: other,
                    navigation: own.map(|one| one.name),
                    foreign_key: stated.clone(),
                    required: Some(true),
                    line,
                    file: file.clone(),
                    ..Foreign::default()
                });
            }
            return;
        }
        let name = |at: At| self.types.all[self.draft.entities[at].class].one.name.clone();
        let is_turned = name(left.0) > name(right.0);
        let turned = JoinDraft { right: draft.left.clone(), left: draft.right.clone(), ..draft.clone() };
        let (left, right, draft) = if is_turned { (right, left, turned) } else { (left, right, draft) };
        self.found.joins.push(Join { left: left.0, right: right.0, to_right: left.1, to_left: right.1, draft, line, file: file.clone() });
    }

    /// The entity that a property leads to.
    fn target(&self, at: At, navigation: &Navigation) -> Option<At> {
        if self.draft.held(at, &navigation.name).is_some() {
            return None;
        }
        self.draft.entity_of(navigation.target)
    }

    /// The one property of the other entity that leads back, where both sides have one alone.
    fn answer(&self, at: At, name: &str, target: At) -> Option<String> {
        let own_line = self.draft.lineage(at);
        let is_back = |one: &&Navigation| {
            self.target(target, one).is_some_and(|back| own_line.contains(&back) || self.draft.lineage(back).contains(&at))
        };
        let open = |at: At| {
            let line = self.draft.lineage(at);
            line.into_iter()
                .flat_map(|one| &self.draft.entities[one].navigations)
                .filter(move |one| !self.is_used(at, &one.name))
                .collect::<Vec<_>>()
        };
        let mine: Vec<_> = open(at)
            .into_iter()
            .filter(|one| self.target(at, one).is_some_and(|other| self.draft.lineage(target).contains(&other)))
            .collect();
        let theirs: Vec<_> = open(target).into_iter().filter(is_back).filter(|one| !(target == at && one.name == name)).collect();
        let others =
            mine.iter().filter(|one| one.name != name && !(target == at && theirs.iter().any(|back| back.name == one.name))).count();
        match theirs.as_slice() {
            [only] if others == 0 && only.inverse.as_deref().is_none_or(|inverse| inverse == name) => Some(only.name.clone()),
            _ => None,
        }
    }

    fn by_convention(&mut self, at: At, navigation: &Navigation) {
        if self.is_used(at, &navigation.name) || matches!(self.draft.entities[at].owner, Some((.., Holding::Complex))) {
            return;
        }
        let Some(target) = self.target(at, navigation) else { return };
        // What is held leads back to its owner.
        if self.draft.entities[at].owner.as_ref().is_some_and(|(owner, ..)| *owner == target) {
            return;
        }
        let stated = || {
            let back = |one: &&Navigation| one.inverse.as_deref() == Some(&navigation.name) && self.target(target, one) == Some(at);
            self.draft.entities[target].navigations.iter().find(back).map(|one| one.name.clone())
        };
        let inverse = navigation.inverse.clone().or_else(stated).or_else(|| self.answer(at, &navigation.name, target));
        let back = inverse.as_ref().and_then(|name| self.navigation(target, name)).cloned();
        self.use_up(at, Some(&navigation.name));
        self.use_up(target, inverse.as_ref());
        let place = (navigation.line, &navigation.file);
        let back_many = back.as_ref().map(|one| one.is_many);
        let is_here = match (navigation.is_many, back_many) {
            (true, Some(true)) => return self.join((at, Some(navigation.name.clone())), (target, inverse), JoinDraft::default(), place),
            (true, _) => false,
            (false, Some(false)) => {
                let relation = RelationDraft { from: at, target, navigation: Some(navigation.name.clone()), ..RelationDraft::default() };
                let by_attribute = |one: &Navigation, at: At| !self.stated_key(at, one).is_empty();
                match back.as_ref() {
                    Some(back) if by_attribute(back, target) => false,
                    _ if by_attribute(navigation, at) => true,
                    _ => self.holds_key(&relation, inverse.as_deref()),
                }
            }
            (false, _) => true,
        };
        let (dependent, principal, own) = if is_here { (at, target, Some(navigation.clone())) } else { (target, at, back.clone()) };
        let mut foreign_key = own.as_ref().map(|one| self.stated_key(dependent, one)).unwrap_or_default();
        if foreign_key.is_empty() && !is_here {
            // An attribute on the list names the key on the other side.
            foreign_key = navigation.foreign_key.clone();
        }
        self.push(Foreign {
            dependent,
            principal,
            navigation: own.as_ref().map(|one| one.name.clone()),
            is_unique: back_many == Some(false) && !navigation.is_many,
            foreign_key,
            required: own.filter(|one| one.required).map(|_| true),
            line: navigation.line,
            file: navigation.file.clone(),
            ..Foreign::default()
        });
    }

    /// The foreign key that attributes name for a property.
    fn stated_key(&self, at: At, navigation: &Navigation) -> Vec<String> {
        if !navigation.foreign_key.is_empty() {
            let known = navigation.foreign_key.iter().all(|one| keys::property(self.draft, at, one).is_some());
            return if known { navigation.foreign_key.clone() } else { Vec::new() };
        }
        let pairs = discover::keys_of_columns(self.types, &self.draft.entities[at]);
        pairs.into_iter().filter(|(name, _)| *name == navigation.name).map(|(_, column)| column).collect()
    }
}

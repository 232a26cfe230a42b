//! Calls on the builder of a relationship: the other side, the key, what happens when the other side goes.

use super::super::discover;
use super::super::draft::{At, JoinDraft, RelationDraft};
use super::super::types::parse;
use super::{Fluent, Target, all_picked, named, picked, text};
use crate::finding::Call;
use crate::location::Location;

/// What a behaviour does in the database; what only the program does is nothing there.
pub(super) fn on_delete(behavior: &str) -> Option<String> {
    match behavior.rsplit('.').next()? {
        "Cascade" => Some("cascade".to_owned()),
        "SetNull" => Some("set null".to_owned()),
        "Restrict" => Some("restrict".to_owned()),
        _ => None,
    }
}

/// Whether either side may hold the key.
fn relation_is_open(relation: &RelationDraft) -> bool {
    !relation.has_many && relation.with_many == Some(false)
}

impl Fluent<'_, '_> {
    pub(super) fn relation(&mut self, at: At, call: &Call, place: &Location) -> Target {
        let navigation = call.arguments.iter().flat_map(picked).next();
        let (class, arguments) = (self.draft.entities[at].class, self.draft.entities[at].arguments.clone());
        let written = match (&navigation, call.type_arguments.first()) {
            (_, Some(stated)) => Some(parse(stated)),
            (Some(name), None) => {
                let member = self.types.members(class, &arguments).into_iter().find(|one| one.property.name == *name);
                member.map(|one| parse(&one.property.data_type))
            }
            (None, None) => None,
        };
        let Some(written) = written else { return Target::Nothing };
        let is_list = written.is_array || discover::is_list(&written.name);
        let inner = if is_list { written.arguments.first().map(|one| parse(one)).unwrap_or_default() } else { written };
        let found = self.types.resolve_in(class, &inner.name).or_else(|| self.class_of(&inner.name));
        let Some(target) = found.map(|found| discover::entity(self.types, &mut self.draft, found, &inner.arguments)) else {
            return Target::Nothing;
        };
        self.draft.relations.push(RelationDraft {
            from: at,
            navigation,
            target,
            has_many: call.name == "HasMany",
            line: place.line,
            file: place.path.clone(),
            ..RelationDraft::default()
        });
        Target::Relation(self.draft.relations.len() - 1)
    }

    pub(super) fn on_relation(&mut self, at: usize, call: &Call) -> Target {
        if call.name == "UsingEntity" {
            self.joined_by(at, call);
            return Target::Relation(at);
        }
        let Some(relation) = self.draft.relations.get_mut(at) else { return Target::Nothing };
        match call.name.as_str() {
            "WithMany" | "WithOne" => {
                relation.with_many = Some(call.name == "WithMany");
                relation.inverse = call.arguments.iter().flat_map(picked).next();
            }
            "HasForeignKey" => {
                relation.foreign_key = all_picked(call);
                relation.dependent = call.type_arguments.first().map(|one| parse(one).name);
                let (names, sides) = (relation.foreign_key.clone(), [relation.from, relation.target]);
                let side = usize::from(relation.has_many || relation.with_many == Some(false));
                self.known(sides[side], names.clone());
                self.known(sides[1 - side], if relation_is_open(&self.draft.relations[at]) { names } else { Vec::new() });
            }
            "HasPrincipalKey" => relation.principal_key = all_picked(call),
            "OnDelete" => relation.on_delete = call.arguments.first().map(|one| on_delete(&named(&one.value))),
            "IsRequired" => relation.required = Some(text(call, 0).as_deref() != Some("false")),
            "HasConstraintName" => relation.constraint = text(call, 0),
            _ => {}
        }
        Target::Relation(at)
    }

    /// `UsingEntity("Joins")`, `UsingEntity<Join>(right, left, join => join.ToTable("Joins"))`
    fn joined_by(&mut self, at: usize, call: &Call) {
        let mut join = JoinDraft { table: text(call, 0), ..JoinDraft::default() };
        let stated = call.type_arguments.first().map(|one| parse(one));
        let class = stated.as_ref().and_then(|one| self.class_of(&one.name));
        join.entity = class.map(|class| discover::entity(self.types, &mut self.draft, class, &stated.unwrap_or_default().arguments));
        let mut sides = Vec::new();
        for lambda in call.arguments.iter().filter_map(|one| one.lambda.as_ref()) {
            for inner in lambda.steps.iter().flat_map(|step| &step.calls) {
                match inner.name.as_str() {
                    "ToTable" => {
                        join.table = text(inner, 0).or(join.table);
                        join.schema = text(inner, 1).or(join.schema);
                    }
                    "HasOne" => sides.push(Vec::new()),
                    "HasForeignKey" => {
                        if let Some(side) = sides.last_mut() {
                            *side = all_picked(inner);
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut sides = sides.into_iter();
        join.right = sides.next().unwrap_or_default();
        join.left = sides.next().unwrap_or_default();
        if let Some(relation) = self.draft.relations.get_mut(at) {
            relation.join = Some(join);
        }
    }
}

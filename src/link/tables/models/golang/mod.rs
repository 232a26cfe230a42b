//! Models of Go programs as entities: structs that GORM, bun and xorm map, schemas of ent.
//! A struct is a table where the code hands it to the mapper; which file declares it is told by imports.

mod bun;
mod drivers;
mod ent;
mod gorm;
mod rows;
mod structs;
mod xorm;

use super::Stored;
use crate::finding::entity::Entity;
use crate::link::Input;
use crate::link::tables::owner_of_file;
use crate::location::{Location, RepoPath};
use crate::model::Model;
use structs::Structs;

/// The entities of all programs of Go, and where each group of them is kept.
pub(super) fn derive<'a>(input: &Input<'a>, model: &mut Model) -> (Vec<(Location, Entity)>, Vec<Stored>) {
    let (mut entities, mut stored) = (Vec::new(), Vec::new());
    let structs = Structs::of(input.map, input.findings);
    let mut told = Vec::new();
    let mappers = [
        ("GORM", gorm::groups(&structs, |file| owner(input, model, file))),
        ("ent", ent::groups(&structs, |file| owner(input, model, file))),
        ("bun", bun::groups(&structs, |file| owner(input, model, file))),
        ("xorm", xorm::groups(&structs, |file| owner(input, model, file))),
    ];
    for (mapper, (groups, gaps)) in mappers {
        told.extend(gaps);
        for (group, one) in groups {
            stored.push(Stored { group: group.clone(), at: one.at, owner: one.owner, store: None, mapper });
            entities.extend(one.entities.into_iter().map(|(at, entity)| (at, Entity { group: Some(group.clone()), ..entity })));
        }
    }
    model.gaps.extend(told);
    (entities, stored)
}

/// The one program that brings a package in, else the one that its folder belongs to.
fn owner(input: &Input<'_>, model: &Model, file: &RepoPath) -> Option<String> {
    let mut users = input.usage(model).containers(model, file).into_iter();
    users.next().filter(|_| users.next().is_none()).or_else(|| owner_of_file(input, model, file))
}

//! Models of Go programs as entities: structs that GORM maps.
//! A struct is a table where the code hands it to the mapper; which file declares it is told by imports.

mod gorm;
mod structs;

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
    let groups = gorm::groups(&structs, |file| owner(input, model, file));
    let (groups, gaps) = groups;
    model.gaps.extend(gaps);
    for (group, one) in groups {
        stored.push(Stored { group: group.clone(), at: one.at, owner: one.owner, store: None, mapper: "GORM" });
        entities.extend(one.entities.into_iter().map(|(at, entity)| (at, Entity { group: Some(group.clone()), ..entity })));
    }
    (entities, stored)
}

/// The one program that brings a package in, else the one that its folder belongs to.
fn owner(input: &Input<'_>, model: &Model, file: &RepoPath) -> Option<String> {
    let mut users = input.usage(model).containers(model, file).into_iter();
    users.next().filter(|_| users.next().is_none()).or_else(|| owner_of_file(input, model, file))
}

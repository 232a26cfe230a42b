//! Packages of a program as its components: what it imports of its own repository, grouped so that a person can take it in.
//! A dependency is an import. What is generated, and the program's own `main` package, is no component.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Fact, SourceFile};
use crate::link::{Input, wording};
use crate::location::{Location, RepoPath};
use crate::model::{Component, Model};

/// A program shows no more components than this, as far as folders tell how to group its packages.
const MOST: usize = 20;

/// Folders that only say who may import what lies in them.
const PLAIN: &[&str] = &["internal", "pkg", "src", "lib", "libs", "app", "cmd", "go", "backend", "server", "services", "modules"];

/// A package with the files that are not generated.
type Files<'a> = Vec<(&'a Location, &'a SourceFile)>;

/// The pass.
pub(crate) fn link(input: &Input<'_>, model: &mut Model) {
    let packages = input.packages();
    let mut files: BTreeMap<RepoPath, Files<'_>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::SourceFile(file) = &finding.fact {
            files.entry(finding.at.path.parent()).or_default().push((&finding.at, file));
        }
    }
    let programs: Vec<(String, RepoPath)> = model
        .containers
        .iter()
        .filter_map(|(key, container)| Some((key.clone(), container.path.clone()?)))
        .filter(|(_, folder)| packages.package(folder).is_some_and(|package| package.name == "main"))
        .collect();
    for (container, home) in programs {
        let reached = packages.reach(&home).folders.into_iter();
        let own: BTreeSet<RepoPath> = reached.filter(|folder| *folder != home && files.contains_key(folder)).collect();
        let groups = grouped(own);
        let keys = keys(&container, groups.keys());
        for (folder, members) in &groups {
            let component = component(input, (&container, folder, members), (&groups, &keys), &files);
            let Some(key) = keys.get(folder) else { continue };
            if let Some((at, _)) = first(&files, folder, members) {
                model.prove(at, "package", &["components", key]);
            }
            model.components.insert(key.clone(), component);
        }
    }
}

/// The packages by the folder that stands for them.
fn grouped(folders: BTreeSet<RepoPath>) -> BTreeMap<RepoPath, BTreeSet<RepoPath>> {
    let mut groups: BTreeMap<RepoPath, BTreeSet<RepoPath>> =
        folders.into_iter().map(|folder| (folder.clone(), BTreeSet::from([folder]))).collect();
    while groups.len() > MOST {
        let Some(parent) = next(&groups, &|parent| !is_plain(parent)).or_else(|| next(&groups, &|_| true)) else { break };
        let below: Vec<RepoPath> = groups.keys().filter(|folder| folder.is_within(&parent)).cloned().collect();
        let members = below.iter().filter_map(|folder| groups.remove(folder)).flatten().collect();
        groups.insert(parent, members);
    }
    groups
}

/// The folder whose packages are put together next: the deepest, and of those the one with most packages.
fn next(groups: &BTreeMap<RepoPath, BTreeSet<RepoPath>>, fits: &dyn Fn(&RepoPath) -> bool) -> Option<RepoPath> {
    let mut parents: BTreeMap<RepoPath, usize> = BTreeMap::new();
    for folder in groups.keys().filter(|folder| !folder.is_root()) {
        *parents.entry(folder.parent()).or_default() += 1;
    }
    let merges = |(parent, number): &(RepoPath, usize)| (*number > 1 || groups.contains_key(parent)) && !parent.is_root() && fits(parent);
    parents.into_iter().filter(merges).max_by_key(|(parent, number)| (parent.parts().count(), *number)).map(|(parent, _)| parent)
}

fn is_plain(folder: &RepoPath) -> bool {
    PLAIN.contains(&folder.name())
}

/// The key of each group: the name of its folder; where two have one name, the shortest end of the path that tells them apart.
fn keys<'f>(container: &str, folders: impl Iterator<Item = &'f RepoPath>) -> BTreeMap<RepoPath, String> {
    let folders: Vec<&RepoPath> = folders.collect();
    let end = |folder: &RepoPath, length: usize| -> String {
        let parts: Vec<&str> = folder.parts().collect();
        if parts.is_empty() { ".".to_owned() } else { parts[parts.len().saturating_sub(length)..].join("/") }
    };
    let key = |folder: &RepoPath| {
        let alone = |length: &usize| folders.iter().filter(|other| end(other, *length) == end(folder, *length)).count() == 1;
        let length = (1..=folder.parts().count()).find(alone).unwrap_or(usize::MAX);
        format!("{container}.{}", end(folder, length))
    };
    folders.iter().map(|folder| ((*folder).clone(), key(folder))).collect()
}

fn component(
    input: &Input<'_>,
    (container, folder, members): (&str, &RepoPath, &BTreeSet<RepoPath>),
    (groups, keys): (&BTreeMap<RepoPath, BTreeSet<RepoPath>>, &BTreeMap<RepoPath, String>),
    files: &BTreeMap<RepoPath, Files<'_>>,
) -> Component {
    let imports: BTreeSet<&RepoPath> =
        members.iter().filter_map(|member| input.packages().package(member)).flat_map(|package| &package.imports).collect();
    let needed = groups.iter().filter(|(other, inner)| *other != folder && inner.iter().any(|one| imports.contains(one)));
    let name = if folder.is_root() { container.to_owned() } else { folder.name().to_owned() };
    Component {
        kind: "Go Package".to_owned(),
        technology: Some("Go".to_owned()),
        container: container.to_owned(),
        path: Some(folder.clone()),
        dependencies: needed.filter_map(|(other, _)| keys.get(other).cloned()).collect(),
        description: described(files, folder, members),
        name,
        ..Component::default()
    }
}

/// What the comment of the package says, else how much there is of it.
fn described(files: &BTreeMap<RepoPath, Files<'_>>, folder: &RepoPath, members: &BTreeSet<RepoPath>) -> String {
    let docs = |folder: &RepoPath| files.get(folder).into_iter().flatten().find_map(|(_, file)| file.doc.clone());
    let doc = docs(folder).or_else(|| members.first().filter(|_| members.len() == 1).and_then(docs));
    if let Some(doc) = doc {
        return wording::first_paragraph(&doc);
    }
    let number = members.iter().filter_map(|member| files.get(member)).map(Vec::len).sum();
    let counted = wording::count(number, "file");
    if members.len() == 1 {
        format!("Go package with {counted}.")
    } else {
        format!("{} of Go with {counted}.", wording::count(members.len(), "package"))
    }
}

/// The file that stands for a group: the one with the comment of its package, else the first.
fn first<'a>(
    files: &BTreeMap<RepoPath, Files<'a>>,
    folder: &RepoPath,
    members: &BTreeSet<RepoPath>,
) -> Option<(&'a Location, &'a SourceFile)> {
    let all = files.get(folder).or_else(|| members.first().and_then(|member| files.get(member)))?;
    all.iter().find(|(_, file)| file.doc.is_some()).or_else(|| all.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::{grouped, keys};
    use crate::location::RepoPath;

    #[test]
    fn packages_are_grouped_by_their_deepest_folders_first() {
        let folders = (0..30)
            .map(|number| RepoPath::new(&format!("internal/store/s{number}")))
            .chain([RepoPath::new("internal/api"), RepoPath::new("pkg/log")]);
        let groups: Vec<String> = grouped(folders.collect()).into_keys().map(|folder| folder.to_string()).collect();
        assert_eq!(groups, ["internal/api", "internal/store", "pkg/log"]);
    }

    #[test]
    fn a_component_is_called_like_its_folder() {
        let folders = ["internal/api", "internal/orders/api", "internal/log"].map(RepoPath::new);
        let keys: Vec<String> = keys("shop", folders.iter()).into_values().collect();
        assert_eq!(keys, ["shop.internal/api", "shop.log", "shop.orders/api"]);
    }
}

//! Names that a person would use, each once: the folder's name, and where two folders share one, the shortest path that tells them apart.

use std::collections::{BTreeMap, BTreeSet};

use super::units::{Unit, without_scope};

/// A key for each unit, in the same order.
pub(super) fn of_folders(units: &[&Unit<'_>], root_name: &str) -> Vec<String> {
    let paths: Vec<Vec<String>> = units.iter().map(|unit| parts(unit, root_name)).collect();
    shortest(&paths)
}

/// The names that deployments give, where they are there and no other unit has them; else the keys of the folders.
pub(super) fn preferring(named: &[Option<String>], folders: Vec<String>) -> Vec<String> {
    let is_free = |name: &String, at: usize| {
        let mut others = folders.iter().zip(named).enumerate().filter(|(other, _)| *other != at);
        others.all(|(_, (folder, given))| folder != name && given.as_ref() != Some(name))
    };
    let chosen = named.iter().enumerate().map(|(at, name)| name.clone().filter(|name| is_free(name, at)));
    chosen.zip(folders.iter()).map(|(name, folder)| name.unwrap_or_else(|| folder.clone())).collect()
}

/// The parts of the key, the name last. The root is called by its package, since the name of its folder is the reader's.
fn parts(unit: &Unit<'_>, root_name: &str) -> Vec<String> {
    if !unit.folder.is_root() {
        let parts: Vec<String> = unit.folder.parts().map(str::to_owned).collect();
        // The folder of an application in a bare `src` says nothing: the folder above names it.
        let bare = parts.len() > 1 && parts.last().is_some_and(|last| last == "src" || last == "app");
        return if bare { parts[..parts.len() - 1].to_vec() } else { parts };
    }
    let package = unit.package.and_then(|(_, package)| package.name.as_deref()).map(without_scope);
    let module = unit.program.as_ref().and_then(|program| program.module()).filter(|(at, _)| at.path.parent().is_root());
    let module = module.and_then(|(_, module)| module.name.as_deref()).map(module_name);
    let project = unit.projects.first().map(|(_, project)| project.name.as_str());
    vec![package.or(project).or(module).filter(|name| !name.is_empty()).unwrap_or(root_name).to_owned()]
}

/// `shop` of `github.com/acme/shop/v2`.
pub(in crate::link) fn module_name(path: &str) -> &str {
    let is_version = |part: &&str| part.len() > 1 && part.starts_with('v') && part[1..].bytes().all(|byte| byte.is_ascii_digit());
    path.rsplit('/').find(|part| !is_version(part)).unwrap_or(path)
}

/// For each path the shortest end of it that no other path ends with.
pub(super) fn shortest(paths: &[Vec<String>]) -> Vec<String> {
    let mut lengths = vec![1; paths.len()];
    loop {
        let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, path) in paths.iter().enumerate() {
            by_key.entry(end(path, lengths[at])).or_default().push(at);
        }
        let clashes = by_key.values().filter(|places| places.len() > 1).flatten().copied();
        let longer: BTreeSet<usize> = clashes.filter(|at| lengths[*at] < paths[*at].len()).collect();
        if longer.is_empty() {
            return paths.iter().zip(lengths).map(|(path, length)| end(path, length)).collect();
        }
        longer.into_iter().for_each(|at| lengths[at] += 1);
    }
}

fn end(path: &[String], length: usize) -> String {
    path[path.len().saturating_sub(length)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::shortest;

    fn keys(paths: &[&str]) -> Vec<String> {
        shortest(&paths.iter().map(|path| path.split('/').map(str::to_owned).collect()).collect::<Vec<_>>())
    }

    #[test]
    fn two_of_one_name_get_the_shortest_path_that_tells_them_apart() {
        assert_eq!(keys(&["apps/api", "apps/web"]), ["api", "web"]);
        assert_eq!(keys(&["apps/shop/api", "apps/crm/api", "apps/web"]), ["shop/api", "crm/api", "web"]);
        assert_eq!(keys(&["a/x/api", "b/x/api", "b/y/api"]), ["a/x/api", "b/x/api", "y/api"]);
        assert_eq!(keys(&["api", "apps/api"]), ["api", "apps/api"]);
    }
}

//! Whose a file is when no container's folder holds it: the containers whose files import it, directly or through others.
//! Knows the imports of parsed files only: a container may be missing here, but none stands here wrongly.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::containers::owner_of;
use crate::finding::{DependencyScope, Fact, Package};
use crate::location::RepoPath;
use crate::model::Model;

/// The containers that use each file outside of all containers.
#[derive(Debug, Default)]
pub(super) struct Usage {
    shared: BTreeMap<RepoPath, BTreeSet<String>>,
    /// The same for the folders of libraries that hold shared files.
    folders: BTreeMap<RepoPath, BTreeSet<String>>,
    /// Folder of a workspace package -> the containers whose manifests need it, directly or through others.
    packages: BTreeMap<RepoPath, BTreeSet<String>>,
    /// Folder of a package of Go -> the containers whose program brings it in.
    programs: BTreeMap<RepoPath, BTreeSet<String>>,
}

impl Usage {
    /// Follows the imports from the files of every container.
    pub(super) fn of(input: &Input<'_>, model: &Model) -> Self {
        let mut edges: BTreeMap<&RepoPath, BTreeSet<RepoPath>> = BTreeMap::new();
        for finding in input.findings {
            if let Fact::Import(import) | Fact::Reexport(import) = &finding.fact
                && let Some(target) = &import.target
            {
                edges.entry(&finding.at.path).or_default().insert(target.clone());
            }
        }
        let targets = edges.values().flatten();
        let files: BTreeSet<&RepoPath> = edges.keys().copied().chain(targets).collect();
        let owners: BTreeMap<&RepoPath, Option<&str>> = files.into_iter().map(|file| (file, owner_of(model, file))).collect();
        let mut starts: BTreeMap<&str, Vec<&RepoPath>> = BTreeMap::new();
        for (file, owner) in &owners {
            if let Some(owner) = owner {
                starts.entry(owner).or_default().push(file);
            }
        }
        let mut usage = Self { packages: package_users(input, model), programs: program_users(input, model), ..Self::default() };
        for (container, files) in starts {
            let mut open = files;
            let mut seen: BTreeSet<&RepoPath> = BTreeSet::new();
            while let Some(file) = open.pop() {
                let shared = |target: &&RepoPath| owners.get(target).is_some_and(Option::is_none);
                for target in edges.get(file).into_iter().flatten().filter(shared) {
                    if seen.insert(target) {
                        usage.add(target, container);
                        open.push(target);
                    }
                }
            }
        }
        usage
    }

    fn add(&mut self, file: &RepoPath, container: &str) {
        self.shared.entry(file.clone()).or_default().insert(container.to_owned());
        let folder = library_folder(file);
        if !folder.is_root() {
            self.folders.entry(folder).or_default().insert(container.to_owned());
        }
    }

    /// The containers that a file works for: its owner, else those that import it, else those whose manifests need its package,
    /// else those that import anything of its library.
    pub(super) fn containers(&self, model: &Model, file: &RepoPath) -> BTreeSet<String> {
        if file.extension() == "go" && !self.programs.is_empty() {
            return self.programs.get(&file.parent()).cloned().unwrap_or_default();
        }
        if let Some(owner) = owner_of(model, file) {
            return BTreeSet::from([owner.to_owned()]);
        }
        let found = self.shared.get(file).or_else(|| self.package_of(file)).or_else(|| self.folders.get(&library_folder(file)));
        found.cloned().unwrap_or_default()
    }

    /// The users of the innermost package that holds a file.
    fn package_of(&self, file: &RepoPath) -> Option<&BTreeSet<String>> {
        let holding = self.packages.iter().filter(|(folder, _)| !folder.is_root() && file.is_within(folder));
        holding.max_by_key(|(folder, _)| folder.as_str().len()).map(|(_, users)| users).filter(|users| !users.is_empty())
    }
}

/// The packages of Go that the program of each container brings in.
fn program_users(input: &Input<'_>, model: &Model) -> BTreeMap<RepoPath, BTreeSet<String>> {
    let mut users: BTreeMap<RepoPath, BTreeSet<String>> = BTreeMap::new();
    for (key, container) in &model.containers {
        let folder = container.path.as_ref().filter(|folder| input.packages().package(folder).is_some_and(|one| one.name == "main"));
        for reached in folder.into_iter().flat_map(|folder| input.packages().reach(folder).folders) {
            users.entry(reached).or_default().insert(key.clone());
        }
    }
    users
}

/// Follows the dependencies of manifests from every container through the packages of the workspace.
fn package_users(input: &Input<'_>, model: &Model) -> BTreeMap<RepoPath, BTreeSet<String>> {
    let mut packages: BTreeMap<&str, (RepoPath, &Package)> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::Package(package) = &finding.fact
            && let Some(name) = &package.name
        {
            let stated = (finding.at.path.parent(), package);
            match packages.get(name.as_str()) {
                // The manifest that joins a workspace may be called like a package in it.
                Some((folder, _)) if !folder.is_root() => {}
                _ => _ = packages.insert(name, stated),
            }
        }
    }
    let mut users: BTreeMap<RepoPath, BTreeSet<String>> = packages.values().map(|(folder, _)| (folder.clone(), BTreeSet::new())).collect();
    for (key, container) in &model.containers {
        let starts = packages.iter().filter(|(_, (folder, _))| container.path.as_ref() == Some(folder));
        let mut open: Vec<&str> = starts.map(|(name, _)| *name).collect();
        let mut seen: BTreeSet<&str> = open.iter().copied().collect();
        while let Some(name) = open.pop() {
            let Some((folder, package)) = packages.get(name) else { continue };
            users.entry(folder.clone()).or_default().insert(key.clone());
            let needed = package.dependencies.iter().filter(|one| one.scope == DependencyScope::Runtime);
            open.extend(needed.map(|one| one.name.as_str()).filter(|name| packages.contains_key(name) && seen.insert(name)));
            let references: BTreeSet<&RepoPath> = input.projects().references(folder).collect();
            let built_with = packages.iter().filter(|(_, (folder, _))| references.contains(folder)).map(|(name, _)| *name);
            open.extend(built_with.filter(|name| seen.insert(name)));
        }
    }
    users
}

/// `libs/mailer` of `libs/mailer/src/x.ts`: what stands before the folder of sources.
fn library_folder(file: &RepoPath) -> RepoPath {
    let parts: Vec<&str> = file.parts().collect();
    let sources = parts.iter().position(|part| matches!(*part, "src" | "lib")).filter(|at| *at > 0);
    sources.map_or_else(|| RepoPath::new(""), |at| RepoPath::new(&parts[..at].join("/")))
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn libraries_work_for_the_containers_that_need_them() {
        let start = "import { NestFactory } from '@nestjs/core';\nNestFactory.create(AppModule).then((app) => app.listen(3000));\n";
        let manifest = |name: &str, needs: &str| {
            format!("{{\"name\":\"{name}\",\"dependencies\":{{\"@nestjs/core\":\"10\"{needs}}},\"scripts\":{{\"start\":\"nest start\"}}}}")
        };
        let (api, worker) = (manifest("api", ",\"@shop/mail\":\"workspace:*\""), manifest("worker", ""));
        let files = [
            ("apps/api/package.json", api.as_str()),
            ("apps/api/src/main.ts", start),
            ("apps/worker/package.json", worker.as_str()),
            ("apps/worker/src/main.ts", start),
            (
                "packages/mail/package.json",
                "{\"name\":\"@shop/mail\",\"main\":\"dist/index.js\",\"types\":\"dist/index.d.ts\",\"dependencies\":{\"mailgun.js\":\"9\"}}",
            ),
            ("packages/mail/src/send.ts", "import Mailgun from 'mailgun.js';\n"),
        ];
        let model = model(&files);
        let shown: Vec<String> =
            model.integrations.iter().map(|(name, one)| format!("{name}: {:?} {}", one.used_by, one.description)).collect();
        assert_eq!(shown, ["Mailgun: {\"api\"} Used by 1 container through the package `mailgun.js`."]);
    }

    #[test]
    fn a_workspace_may_be_called_like_a_package_in_it() {
        let files = [
            ("package.json", "{\"name\":\"shop\",\"private\":true,\"workspaces\":[\"packages/*\"]}"),
            (
                "packages/server/package.json",
                "{\"name\":\"shop\",\"scripts\":{\"start\":\"nest start\"},\"dependencies\":{\"@nestjs/core\":\"10\",\"@shop/mail\":\"workspace:*\"}}",
            ),
            (
                "packages/server/src/main.ts",
                "import { NestFactory } from '@nestjs/core';\nNestFactory.create(AppModule).then((app) => app.listen(3000));\n",
            ),
            ("packages/zmail/package.json", "{\"name\":\"@shop/mail\",\"main\":\"dist/index.js\",\"dependencies\":{\"mailgun.js\":\"9\"}}"),
            ("packages/zmail/src/send.ts", "import Mailgun from 'mailgun.js';\n"),
        ];
        let model = model(&files);
        assert_eq!(model.integrations["Mailgun"].used_by.len(), 1);
    }
}

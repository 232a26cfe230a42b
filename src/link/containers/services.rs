//! Services of compose files: merged over all files by name, joined with the unit that they run, or containers of their own.
//! Values of variables are not here; a line to another service is proved by `depends_on` or by a host name.

use std::collections::{BTreeMap, BTreeSet};

use super::affinity::{self, Affinity};
use super::builds;
use super::units::{Found, Image, Unit, is_example_deployment, nearest};
use super::{dotnet, frameworks, platforms};
use crate::finding::{ComposeService, Fact, Finding, ImageBuild};
use crate::link::images;
use crate::location::RepoPath;

/// A service with all the files that describe it.
#[derive(Debug)]
pub(super) struct Service<'a> {
    /// Its key in the compose files.
    pub(super) name: String,
    /// Where it is described, in the order of paths.
    pub(super) facts: Vec<Found<'a, ComposeService>>,
    /// The folder of the unit that it runs.
    pub(super) unit: Option<RepoPath>,
    /// The image files that build it.
    pub(super) images: Vec<Image<'a>>,
}

impl<'a> Service<'a> {
    /// The image that it runs: as the main compose file says it, else the first one that names an image.
    pub(super) fn image(&self) -> Option<&'a str> {
        let is_main = |path: &RepoPath| matches!(path.stem(), "docker-compose" | "compose");
        let main = self.facts.iter().filter(|(at, _)| is_main(&at.path));
        main.chain(&self.facts).find_map(|(_, service)| service.image.as_deref()).map(stated)
    }

    /// The image of its own that it runs: not a bare run time that is given the code from outside.
    pub(super) fn own_image(&self) -> Option<&'a str> {
        self.image().filter(|image| platforms::of_base(image).is_none())
    }

    /// The command that it is started with, where a file states one.
    pub(super) fn command(&self) -> Option<&'a str> {
        self.facts.iter().find_map(|(_, service)| service.command.as_deref())
    }

    /// Whether a file builds it here.
    pub(super) fn is_built(&self) -> bool {
        self.facts.iter().any(|(_, service)| service.build.is_some())
    }

    /// The folder that it is built from.
    pub(super) fn context(&self) -> Option<&'a RepoPath> {
        let build = self.facts.iter().find_map(|(_, service)| service.build.as_ref())?;
        Some(&build.context).filter(|context| !context.is_root())
    }

    /// The ports inside the container.
    pub(super) fn ports(&self) -> BTreeSet<String> {
        self.facts.iter().flat_map(|(_, service)| &service.ports).filter_map(|port| inner_port(port)).collect()
    }

    /// Whether it runs once and ends.
    pub(super) fn is_job(&self) -> bool {
        let once = self.facts.iter().any(|(_, service)| matches!(service.restart.as_deref(), Some("no" | "on-failure")));
        let says = |text: &str| text.split(|c: char| !c.is_alphanumeric()).any(is_job_word);
        says(&self.name) || self.command().is_some_and(|command| command.split_whitespace().any(says)) && (once || self.ports().is_empty())
    }

    /// Whether it only runs tests.
    pub(super) fn is_test(&self) -> bool {
        let says = |text: &str| {
            text.split(|c: char| !c.is_alphanumeric())
                .any(|word| matches!(word, "test" | "tests" | "sut" | "e2e" | "cypress" | "playwright" | "lint"))
        };
        says(&self.name) || self.command().is_some_and(|command| command.split_whitespace().any(says))
    }

    /// Whether no file says what it runs: it changes a service that is not there.
    pub(super) fn is_ghost(&self) -> bool {
        let runs = |one: &ComposeService| one.image.is_some() || one.build.is_some() || one.extends.is_some();
        self.unit.is_none() && !self.facts.iter().any(|(_, service)| runs(service))
    }

    /// The names by which others reach it.
    pub(super) fn hosts(&self) -> BTreeSet<&str> {
        let aliases = self.facts.iter().flat_map(|(_, service)| service.aliases.iter().chain(&service.container_name));
        aliases.map(String::as_str).chain([self.name.as_str()]).collect()
    }
}

/// The image without a tag that only a variable would tell.
fn stated(image: &str) -> &str {
    image.find(":$").map_or(image, |at| &image[..at])
}

/// Words by which work that ends is told from a server.
pub(super) fn is_job_word(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(
        word.as_str(),
        "migrate"
            | "migration"
            | "migrations"
            | "migrator"
            | "seed"
            | "seeds"
            | "seeder"
            | "seeding"
            | "init"
            | "initialize"
            | "bootstrap"
            | "setup"
            | "provision"
            | "createbuckets"
            | "createbucket"
            | "dbmigrate"
    )
}

/// `80` of `8080:80`, `127.0.0.1:8080:80/tcp`, `80`; a port over UDP keeps its `/udp`.
pub(super) fn inner_port(port: &str) -> Option<String> {
    let port = port.trim_end_matches("/tcp");
    let inner = port.rsplit(':').next().unwrap_or(port);
    let digits = inner.trim_end_matches("/udp");
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    plain.then(|| inner.to_owned())
}

/// Collects the services and joins each with a unit where one is proved.
pub(super) fn collect<'a>(findings: &'a [Finding], units: &BTreeMap<RepoPath, Unit<'_>>) -> Vec<Service<'a>> {
    let mut by_name: BTreeMap<&str, Vec<Found<'a, ComposeService>>> = BTreeMap::new();
    let mut files: BTreeMap<&RepoPath, Image<'a>> = BTreeMap::new();
    let others = findings.iter().any(|one| matches!(one.fact, Fact::ComposeService(_)) && !is_for_tests(&one.at.path));
    let left_out = |path: &RepoPath| is_example_deployment(path) || others && is_for_tests(path);
    for finding in findings {
        match &finding.fact {
            Fact::ComposeService(service) if !left_out(&finding.at.path) => {
                by_name.entry(service.name.as_str()).or_default().push((&finding.at, service));
            }
            Fact::Dockerfile(file) => {
                files.insert(&finding.at.path, Image { at: &finding.at, file, target: None });
            }
            _ => {}
        }
    }
    let repository = repository_names(findings);
    by_name.into_iter().flat_map(|(name, facts)| join(name, facts, units, (&files, &repository))).collect()
}

/// What the repository is called by the manifests at its root: `shop` of the module `acme.io/shop/v2`.
fn repository_names(findings: &[Finding]) -> BTreeSet<String> {
    let names = findings.iter().filter(|finding| finding.at.path.parent().is_root()).filter_map(|finding| match &finding.fact {
        Fact::Package(package) => package.name.as_deref(),
        _ => None,
    });
    names.map(|name| super::keys::module_name(name).to_owned()).filter(|name| !name.is_empty()).collect()
}

/// Whether a compose file or image file only sets up tests or what they run against: what waits for what there, and which doubles stand in, is no
/// fact of the system.
pub(in crate::link) fn is_for_tests(path: &RepoPath) -> bool {
    // Projects of .NET say in the name of their folder that they hold tests: `Shop.Tests`, `TestSuite`.
    let is_project = |part: &str| part.ends_with("Tests") && part.contains('.') || part.ends_with(".Test") || part.ends_with("TestSuite");
    path.name().split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "test" | "tests" | "testing" | "e2e" | "sut"))
        || path.parent().parts().any(is_project)
}

/// One service for each unit that is built under the name; what is not built joins the only one there is.
fn join<'a>(
    name: &str,
    facts: Vec<Found<'a, ComposeService>>,
    units: &BTreeMap<RepoPath, Unit<'_>>,
    (files, repository): (&BTreeMap<&RepoPath, Image<'a>>, &BTreeSet<String>),
) -> Vec<Service<'a>> {
    let mut services: BTreeMap<Option<RepoPath>, Service<'a>> = BTreeMap::new();
    let blank = || Service { name: name.to_owned(), facts: Vec::new(), unit: None, images: Vec::new() };
    let has_file = |fact: &ComposeService| fact.build.as_ref().is_some_and(|build| files.contains_key(&build.dockerfile));
    // A file laid over others may only add arguments to a build; what is built then stands in another file.
    let told = facts.iter().any(|(_, fact)| has_file(fact));
    let (built, bare): (Vec<_>, Vec<_>) = facts.into_iter().partition(|(_, fact)| fact.build.is_some() && (!told || has_file(fact)));
    for (at, fact) in built {
        let Some(build) = &fact.build else { continue };
        let image = files.get(&build.dockerfile).map(|image| Image { target: build.target.as_deref(), ..*image });
        let unit = workplace(fact, units).or_else(|| built_unit((name, fact.image.as_deref()), build, image, units));
        let service = services.entry(unit.clone()).or_insert_with(blank);
        service.unit = unit;
        service.images.extend(image);
        service.facts.push((at, fact));
    }
    if let (1, Some(service)) = (services.len(), services.values_mut().next()) {
        service.facts.extend(bare);
    } else if !bare.is_empty() {
        let service = services.entry(None).or_insert_with(blank);
        service.facts.extend(bare);
        service.unit = service.unit.take().or_else(|| by_name(service, units, repository));
    }
    services.values_mut().for_each(|service| service.facts.sort_by_key(|(at, _)| *at));
    services.into_values().collect()
}

/// The unit whose folder a service is given and works in: what several services share is then only the tool that runs it.
fn workplace(fact: &ComposeService, units: &BTreeMap<RepoPath, Unit<'_>>) -> Option<RepoPath> {
    let folder = fact.workplace.as_ref().filter(|folder| !folder.is_root())?;
    units.get(folder).filter(|unit| !unit.joins_others).map(|unit| unit.folder.clone())
}

/// The unit that a build makes; where the image file does not tell, the one that is called like the service.
fn built_unit(
    (name, tag): (&str, Option<&str>),
    build: &ImageBuild,
    image: Option<Image<'_>>,
    units: &BTreeMap<RepoPath, Unit<'_>>,
) -> Option<RepoPath> {
    let own = || units.values().filter(|unit| frameworks::may_run(unit));
    let found = match image {
        Some(image) if platforms::of_image(image.file).is_some_and(|platform| platform.runs_go()) => {
            return builds::unit_of(units, image, Some(build))
                .or_else(|| program_called(&[name, tag.map(image_word).unwrap_or_default()], units));
        }
        Some(image) if platforms::of_image(image.file).is_some_and(|platform| !platform.runs_npm) => {
            return dotnet::image_unit(units, image);
        }
        Some(image) => builds::unit_of(units, image, Some(build)),
        None => nearest(units, &build.context.join("any"))
            .filter(|folder| !folder.is_root() || build.context.is_root())
            .filter(|folder| units.get(folder).is_some_and(|unit| !unit.joins_others))
            .or_else(|| builds::by_path(units, &build.dockerfile)),
    };
    let found = found.filter(|folder| units.get(folder).is_some_and(|unit| !unit.joins_others));
    found.or_else(|| affinity::best(own(), &[name], Affinity::Alike).map(|unit| unit.folder.clone()))
}

/// `trainer` of `gcr.io/acme/trainer:1.2`.
fn image_word(image: &str) -> &str {
    images::name_of(image).rsplit('/').next().unwrap_or_default()
}

/// The program that is called like a service or the image that it makes.
fn program_called(names: &[&str], units: &BTreeMap<RepoPath, Unit<'_>>) -> Option<RepoPath> {
    let programs = units.values().filter(|unit| unit.program.is_some());
    affinity::best(programs, names, Affinity::Alike).map(|unit| unit.folder.clone())
}

/// The unit that a service with an image from elsewhere runs: the image of a known product runs none.
fn by_name(service: &Service<'_>, units: &BTreeMap<RepoPath, Unit<'_>>, repository: &BTreeSet<String>) -> Option<RepoPath> {
    let image = service.image()?;
    if images::software(image).is_some() {
        return None;
    }
    let mut names = vec![service.name.as_str(), image_word(image)];
    names.extend(service.facts.iter().filter_map(|(_, fact)| fact.container_name.as_deref()));
    let own = || units.values().filter(|unit| frameworks::may_run(unit));
    // `shop-server` of the repository `shop` is its server, whatever little that word says elsewhere.
    let image = image_word(image);
    let bare = repository.iter().find_map(|name| image.strip_prefix(name.as_str())?.strip_prefix(['-', '_']));
    let of_repository = bare.and_then(|bare| affinity::best(own(), &[bare], Affinity::Same));
    of_repository.or_else(|| affinity::best(own(), &names, Affinity::Prefixed)).map(|unit| unit.folder.clone())
}

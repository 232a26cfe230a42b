//! Programs of Go: which folder is one, which image builds it, what it is made with.
//! A program that serves nothing, waits for nothing and that no image builds is a tool and no container.

use std::collections::BTreeMap;

use super::affinity::{self, Affinity};
use super::builds;
use super::units::{Found, Image, Unit};
use crate::finding::{Fact, Finding, ImageBuild, Package, ServingKind, SourceFile};
use crate::link::Input;
use crate::link::packages::Reach;
use crate::location::RepoPath;

/// A `main` package with what it is made of.
#[derive(Debug)]
pub(super) struct Program<'a> {
    /// The files that hold `func main()`.
    pub(super) files: Vec<Found<'a, SourceFile>>,
    /// The packages that it brings in.
    reach: Reach<'a>,
    /// The manifest of its module.
    module: Option<Found<'a, Package>>,
}

/// Frameworks in the order in which they are named; a package is recognised by the start of its path.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("github.com/gin-gonic/gin", "gin"),
    ("github.com/labstack/echo", "echo"),
    ("github.com/gofiber/fiber", "fiber"),
    ("github.com/cloudwego/hertz", "Hertz"),
    ("github.com/beego/beego", "Beego"),
    ("github.com/astaxie/beego", "Beego"),
    ("github.com/zeromicro/go-zero", "go-zero"),
    ("github.com/go-kratos/kratos", "Kratos"),
    ("github.com/kataras/iris", "Iris"),
    ("github.com/danielgtaylor/huma", "Huma"),
    ("github.com/go-chi/chi", "chi"),
    ("github.com/gorilla/mux", "gorilla/mux"),
    ("github.com/julienschmidt/httprouter", "httprouter"),
    ("goji.io", "Goji"),
    ("github.com/emicklei/go-restful", "go-restful"),
    ("github.com/99designs/gqlgen", "gqlgen"),
    ("github.com/grpc-ecosystem/grpc-gateway", "grpc-gateway"),
    ("connectrpc.com/connect", "Connect"),
    ("sigs.k8s.io/controller-runtime", "controller-runtime"),
    ("go.temporal.io/sdk/worker", "Temporal"),
    ("github.com/aws/aws-lambda-go", "AWS Lambda"),
    ("github.com/hyperledger/fabric-contract-api-go", "Fabric contract API"),
    ("github.com/hyperledger/fabric-chaincode-go", "Fabric chaincode shim"),
];

/// How many frameworks a technology names.
const SHOWN: usize = 2;

impl Program<'_> {
    /// What it is.
    pub(super) fn kind(&self) -> &'static str {
        if self.reach.serving.contains(&ServingKind::Chaincode) { "Chaincode" } else { "Go Service" }
    }

    /// Whether it listens, consumes or waits.
    pub(super) fn serves(&self) -> bool {
        !self.reach.serving.is_empty()
    }

    /// "Go 1.22 (gin + gRPC)".
    pub(super) fn technology(&self) -> String {
        let used = |package: &str| {
            let below = |path: &&str| path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            self.reach.outside.iter().any(below)
        };
        let mut names: Vec<&str> = Vec::new();
        for (_, name) in FRAMEWORKS.iter().filter(|(package, _)| used(package)) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        if self.kind() == "Chaincode" {
            names.retain(|name| name.starts_with("Fabric"));
        } else {
            names.retain(|name| !name.starts_with("Fabric"));
            if self.reach.serving.contains(&ServingKind::Grpc) {
                names.insert(names.len().min(1), "gRPC");
            }
        }
        if names.is_empty() && self.reach.serving.contains(&ServingKind::Http) {
            names.push("net/http");
        }
        names.truncate(SHOWN);
        let version = self.module.and_then(|(_, module)| module.target.as_deref());
        let go = version.map_or_else(|| "Go".to_owned(), |version| format!("Go {}", minor(version)));
        if names.is_empty() { go } else { format!("{go} ({})", names.join(" + ")) }
    }

    /// The comment of the program: `Command x does ...`.
    pub(super) fn doc(&self) -> Option<&str> {
        self.files.iter().find_map(|(_, file)| file.doc.as_deref())
    }

    /// The manifest of its module, when it lies in the program's own folder.
    pub(super) fn module(&self) -> Option<Found<'_, Package>> {
        self.module
    }
}

/// `1.22` of `1.22.3`.
fn minor(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

/// Puts the programs into the units of their folders.
pub(super) fn add<'a>(input: &Input<'a>, units: &mut BTreeMap<RepoPath, Unit<'a>>, live: &dyn Fn(&RepoPath) -> bool) {
    let modules = modules(input.findings);
    let mut programs: BTreeMap<RepoPath, Vec<Found<'a, SourceFile>>> = BTreeMap::new();
    for finding in input.findings {
        let folder = finding.at.path.parent();
        if let Fact::SourceFile(file) = &finding.fact
            && file.starts
            && live(&folder)
        {
            programs.entry(folder).or_default().push((&finding.at, file));
        }
    }
    for (folder, files) in programs {
        let module = input.map.go_module_of(&folder).and_then(|module| modules.get(module)).copied();
        let program = Program { files, reach: input.packages().reach(&folder), module };
        let unit = units.entry(folder.clone()).or_insert_with(|| Unit { folder, ..Unit::default() });
        unit.program = Some(program);
    }
}

fn modules(findings: &[Finding]) -> BTreeMap<RepoPath, Found<'_, Package>> {
    let stated = findings.iter().filter(|finding| is_module(finding));
    stated
        .filter_map(|finding| match &finding.fact {
            Fact::Package(package) => Some((finding.at.path.parent(), (&finding.at, package))),
            _ => None,
        })
        .collect()
}

/// Whether a fact is of a manifest of Go.
pub(super) fn is_module(finding: &Finding) -> bool {
    finding.at.path.name() == "go.mod"
}

/// Folders of programs that people run by hand while they work on the system.
const TOOL_FOLDERS: &[&str] = &["hack", "tools", "tool", "scripts", "script", "contrib", "misc", "dev", "internal/tools"];

/// Whether a program runs on its own: an image or a service is proof, else what it does.
pub(super) fn is_deployed(unit: &Unit<'_>, is_served: bool) -> bool {
    let Some(program) = &unit.program else { return false };
    let by_hand = unit.folder.parts().any(|part| TOOL_FOLDERS.contains(&part));
    is_served || !unit.images.is_empty() || program.serves() && !by_hand
}

/// The folder of the program that an image of Go builds: as its commands say, else by folder, name and context.
pub(super) fn unit_of(units: &BTreeMap<RepoPath, Unit<'_>>, image: Image<'_>, build: Option<&ImageBuild>) -> Option<RepoPath> {
    let programs: Vec<&Unit<'_>> = units.values().filter(|unit| unit.program.is_some()).collect();
    let home = image.at.path.parent();
    let context = build.map_or(&home, |build| &build.context);
    let arguments = build.map(|build| &build.arguments);
    let near: Vec<&Unit<'_>> = programs.iter().copied().filter(|unit| unit.folder.is_within(context)).collect();
    let places = if near.is_empty() { &programs } else { &near };
    let built = builds::reached(image.file, image.target);
    let mut targets = Vec::new();
    for command in built.iter().flat_map(|stage| &stage.builds).filter(|command| command.starts_with("go ")) {
        targets.extend(command.split_whitespace().skip(2).filter_map(|word| target(word, arguments)));
    }
    let by_target = targets.iter().find_map(|target| only(places.iter().copied().filter(|unit| ends_with(&unit.folder, target))));
    let here = |folder: &RepoPath| programs.iter().find(|unit| unit.folder == *folder).map(|unit| unit.folder.clone());
    by_target
        .or_else(|| here(&home))
        .or_else(|| here(context).filter(|folder| !folder.is_root()))
        .or_else(|| by_name(places, image))
        .or_else(|| copied(&built, &programs))
        .or_else(|| only(programs.iter().copied().filter(|unit| !home.is_root() && unit.folder.is_within(&home))))
        .or_else(|| only(places.iter().copied()))
        .or_else(|| here(context))
}

/// `cmd/api` of `./cmd/api`, `acme.io/shop/cmd/api`, `cmd/api/main.go`, `./cmd/${SERVICE}`; nothing of options and outputs.
fn target(word: &str, arguments: Option<&BTreeMap<String, String>>) -> Option<String> {
    let mut word = word.trim_matches('"').to_owned();
    for (name, value) in arguments.into_iter().flatten() {
        word = word.replace(&format!("${{{name}}}"), value).replace(&format!("${name}"), value);
    }
    let path = word.strip_suffix("/...").unwrap_or(&word);
    let path = match path.rsplit_once('/') {
        Some((folder, file)) if file.ends_with(".go") => folder,
        _ if path.ends_with(".go") => return None,
        _ => path,
    };
    let path = path.trim_start_matches("./").trim_matches('/');
    (!path.is_empty() && path != "." && !path.starts_with(['-', '$', '/']) && path.contains(|c: char| c.is_alphanumeric()))
        .then(|| path.to_owned())
}

/// Whether a folder is what a command names: as a path from somewhere above, or as a path of the module.
fn ends_with(folder: &RepoPath, target: &str) -> bool {
    let (own, named): (Vec<&str>, Vec<&str>) = (folder.parts().collect(), target.split('/').collect());
    let imported = target.split('/').next().is_some_and(|host| host.contains('.'));
    if imported { !own.is_empty() && named.ends_with(&own) } else { own.ends_with(&named) }
}

fn by_name(programs: &[&Unit<'_>], image: Image<'_>) -> Option<RepoPath> {
    let words = |text: &Option<String>| text.as_deref().and_then(|text| text.split_whitespace().next()).map(str::to_owned);
    let started =
        builds::shipped(image.file, image.target).into_iter().find_map(|stage| words(&stage.entrypoint).or_else(|| words(&stage.command)));
    let binary = started.as_deref().and_then(|path| path.rsplit('/').next());
    let folder = image.at.path.parent();
    let names = [image.target, builds::variant(&image.at.path), binary, Some(folder.name())];
    let named = names.into_iter().flatten().filter(|name| !name.is_empty());
    named.into_iter().find_map(|name| affinity::best(programs.iter().copied(), &[name], Affinity::Alike).map(|unit| unit.folder.clone()))
}

/// The program whose files the image copies: `COPY ./src/checkout/main.go main.go`.
fn copied(stages: &[&crate::finding::DockerStage], programs: &[&Unit<'_>]) -> Option<RepoPath> {
    let sources: Vec<RepoPath> = stages
        .iter()
        .flat_map(|stage| &stage.copies)
        .filter(|copy| copy.from.is_none())
        .flat_map(|copy| &copy.sources)
        .map(|source| RepoPath::new(source))
        .filter(|source| !source.is_root())
        .collect();
    let holds =
        |unit: &&Unit<'_>| !unit.folder.is_root() && sources.iter().any(|source| source.is_within(&unit.folder) || unit.folder == *source);
    only(programs.iter().copied().filter(holds))
}

/// The only one.
fn only<'u, 'a: 'u>(mut found: impl Iterator<Item = &'u Unit<'a>>) -> Option<RepoPath> {
    let first = found.next()?;
    found.next().is_none().then(|| first.folder.clone())
}

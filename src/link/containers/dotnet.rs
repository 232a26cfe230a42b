//! Units that are projects of .NET: whether they are deployed, what they are and what they are made with.
//! Source: the documentation of the .NET SDK, Aspire, Azure Functions and AWS Lambda.

use std::collections::{BTreeMap, BTreeSet};

use super::Placed;
use super::builds;
use super::services::Service;
use super::units::{Image, Unit, nearest};
use crate::finding::Fact;
use crate::link::Input;
use crate::link::aspire::{Hosted, Resource, ResourceKind};
use crate::link::images;
use crate::link::projects::{DotnetProject, is_test_package};
use crate::location::{Location, RepoPath};
use crate::model::{Container, Model, Relationship};

/// The project that a unit is.
pub(super) fn project<'i, 'a>(unit: &Unit<'_>, input: &'i Input<'a>) -> Option<&'i DotnetProject<'a>> {
    unit.package.filter(|(_, package)| package.is_dotnet()).and_then(|_| input.projects().at(&unit.folder))
}

/// Whether a project runs on its own.
pub(super) fn is_deployed(project: &DotnetProject<'_>, unit: &Unit<'_>, services: &[Service<'_>], input: &Input<'_>) -> bool {
    if project.is_test() || project.is_app_host() || !is_program(project, unit, input) {
        return false;
    }
    let hosted = || input.resources().values().flat_map(|host| host.values());
    let in_image = !unit.images.is_empty() || services.iter().any(|service| service.unit.as_ref() == Some(&unit.folder));
    let is_hosted = hosted().any(|one| one.kind == ResourceKind::Project(unit.folder.clone()));
    let others_hosted = hosted().any(|one| matches!(one.kind, ResourceKind::Project(_)));
    // An AppHost names all that makes up the system; what it leaves out is a tool, unless an image is built of it.
    in_image || is_hosted || is_installed(project) || !others_hosted && (kind(project, unit, input) != CONSOLE)
}

const CONSOLE: &str = ".NET Console Application";

/// Whether there is something to start: not a library, and code in the folder.
fn is_program(project: &DotnetProject<'_>, unit: &Unit<'_>, input: &Input<'_>) -> bool {
    let output = project.property("OutputType").unwrap_or_default();
    let has_code = || input.map.files_within(&unit.folder).any(|file| matches!(file.path.extension(), "cs" | "razor" | "vb" | "fs"));
    if output.eq_ignore_ascii_case("Library") || project.is("PackAsTool") || !has_code() {
        return false;
    }
    let sdk = project.package.sdk.as_deref().unwrap_or_default();
    let by_sdk = matches!(sdk, "Microsoft.NET.Sdk.Web" | "Microsoft.NET.Sdk.Worker" | "Microsoft.NET.Sdk.BlazorWebAssembly");
    by_sdk && (starts(unit, input) || is_browser(project))
        || output.eq_ignore_ascii_case("Exe")
        || output.eq_ignore_ascii_case("WinExe")
        || is_function(project)
        || is_installed(project)
}

/// Whether people install it on their devices: an application of .NET MAUI has an identifier there, a library of parts has none. No AppHost runs one.
fn is_installed(project: &DotnetProject<'_>) -> bool {
    project.is("UseMaui") && project.property("ApplicationId").is_some()
}

/// Whether a program stands in the folder: top-level statements or `Main`. A project of a web SDK without one is a library of parts.
fn starts(unit: &Unit<'_>, input: &Input<'_>) -> bool {
    let is_main = |fact: &Fact| matches!(fact, Fact::Procedure(one) if one.name.is_empty() || one.name == "Main");
    let here = |path: &RepoPath| input.projects().folder_of(path) == Some(&unit.folder);
    if input.map.file(&unit.folder.join("Program.cs")).is_some() {
        return true;
    }
    input.findings.iter().any(|finding| is_main(&finding.fact) && here(&finding.at.path))
}

fn is_browser(project: &DotnetProject<'_>) -> bool {
    project.package.sdk.as_deref() == Some("Microsoft.NET.Sdk.BlazorWebAssembly")
}

fn is_function(project: &DotnetProject<'_>) -> bool {
    project.property("AzureFunctionsVersion").is_some() || project.property("AWSProjectType") == Some("Lambda")
}

/// What the project is: "ASP.NET Core Application".
pub(super) fn kind(project: &DotnetProject<'_>, unit: &Unit<'_>, input: &Input<'_>) -> &'static str {
    let sdk = project.package.sdk.as_deref().unwrap_or_default();
    if project.property("AzureFunctionsVersion").is_some() {
        "Azure Functions Application"
    } else if project.property("AWSProjectType") == Some("Lambda") {
        "AWS Lambda Function"
    } else if is_browser(project) {
        "Blazor WebAssembly Application"
    } else if project.is("UseMaui") {
        ".NET MAUI Application"
    } else if project.is("UseWPF") || project.is("UseWindowsForms") {
        "Windows Application"
    } else if sdk == "Microsoft.NET.Sdk.Worker" {
        ".NET Worker Service"
    } else if sdk == "Microsoft.NET.Sdk.Web" || project.uses("Microsoft.AspNetCore.App") {
        if is_worker(unit, input) { ".NET Worker Service" } else { "ASP.NET Core Application" }
    } else if is_worker(unit, input) {
        ".NET Worker Service"
    } else {
        CONSOLE
    }
}

/// Whether its program starts a host without a web server.
fn is_worker(unit: &Unit<'_>, input: &Input<'_>) -> bool {
    let mut hosts = false;
    for finding in input.findings {
        let Fact::Procedure(procedure) = &finding.fact else { continue };
        if input.projects().folder_of(&finding.at.path) != Some(&unit.folder) {
            continue;
        }
        for step in &procedure.steps {
            let makes = |name: &str| step.calls.iter().any(|call| call.name == name);
            let is_web = step.receiver.ends_with("WebApplication") || step.receiver.ends_with("WebHost");
            if is_web || makes("ConfigureWebHostDefaults") || makes("UseStartup") || makes("ConfigureWebHost") {
                return false;
            }
            let of_host = step.receiver == "Host" || step.receiver.ends_with(".Host") || step.receiver == "HostBuilder";
            hosts |= of_host && (makes("CreateApplicationBuilder") || makes("CreateDefaultBuilder") || step.receiver == "HostBuilder");
        }
    }
    hosts
}

/// Frameworks that are named beside the platform, by package.
const PARTS: &[(&str, &str)] = &[
    ("Yarp.ReverseProxy", "YARP"),
    ("Ocelot", "Ocelot"),
    ("Grpc.AspNetCore", "gRPC"),
    ("HotChocolate.AspNetCore", "HotChocolate"),
    ("FastEndpoints", "FastEndpoints"),
    ("Carter", "Carter"),
    ("Microsoft.Orleans.Server", "Orleans"),
];

/// ".NET 9 (ASP.NET Core + YARP)".
pub(super) fn technology(project: &DotnetProject<'_>, kind: &str) -> String {
    let platform = project.target().map_or_else(|| ".NET".to_owned(), platform);
    let framework = match kind {
        "ASP.NET Core Application" => Some("ASP.NET Core"),
        "Blazor WebAssembly Application" => Some("Blazor WebAssembly"),
        ".NET Worker Service" => Some("Worker"),
        "Azure Functions Application" => Some("Azure Functions"),
        "AWS Lambda Function" => Some("AWS Lambda"),
        ".NET MAUI Application" => Some("MAUI"),
        _ => None,
    };
    let parts = PARTS.iter().filter(|(package, _)| project.uses(package)).map(|(_, name)| *name);
    let all: Vec<&str> = framework.into_iter().chain(parts).collect();
    if all.is_empty() { platform } else { format!("{platform} ({})", all.join(" + ")) }
}

/// `.NET 9` of `net9.0-android`, `.NET Core 3.1` of `netcoreapp3.1`, `.NET Framework 4.8` of `net48` and `v4.8`.
fn platform(target: &str) -> String {
    let framework = target.split('-').next().unwrap_or(target);
    if let Some(version) = framework.strip_prefix("netcoreapp") {
        return format!(".NET Core {version}");
    }
    if let Some(version) = framework.strip_prefix("netstandard") {
        return format!(".NET Standard {version}");
    }
    if let Some(version) = framework.strip_prefix('v') {
        return format!(".NET Framework {version}");
    }
    let version = framework.strip_prefix("net").unwrap_or_default();
    match version.split_once('.') {
        Some((major, _)) => format!(".NET {major}"),
        None if version.is_empty() => ".NET".to_owned(),
        None => format!(".NET Framework {}", version.chars().map(String::from).collect::<Vec<_>>().join(".")),
    }
}

/// The name that a deployment gives to a project, where there is one for it alone: that of an AppHost, else of a compose service.
pub(super) fn deployed_name(unit: &Unit<'_>, services: &[&Service<'_>], input: &Input<'_>) -> Option<String> {
    project(unit, input)?;
    let all = input.resources().values().flat_map(|host| host.values());
    let hosted = all.filter(|one| one.kind == ResourceKind::Project(unit.folder.clone()));
    let hosted: Vec<&str> = hosted.map(|one| one.name.as_str()).collect();
    match (hosted.as_slice(), services) {
        ([name], _) => Some((*name).to_owned()),
        ([], [service]) => Some(service.name.clone()),
        _ => None,
    }
}

/// The project that an image file of .NET builds: the one whose program it starts or publishes, else the one that it lies in.
pub(super) fn image_unit(units: &BTreeMap<RepoPath, Unit<'_>>, image: Image<'_>) -> Option<RepoPath> {
    let projects = || units.values().filter_map(|unit| Some((unit, unit.package.filter(|(_, package)| package.is_dotnet())?.1)));
    let stages = builds::shipped(image.file, image.target);
    let started: Vec<&str> = stages.iter().flat_map(|stage| stage.entrypoint.iter().chain(&stage.command)).map(String::as_str).collect();
    let words = |lines: &[&str]| -> Vec<String> {
        let split =
            lines.iter().flat_map(|line| line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '[' | ']' | '/')));
        split.map(str::to_owned).collect()
    };
    let starts = words(&started);
    let of_program = projects().find(|(_, package)| {
        let assembly = package.property("AssemblyName").filter(|name| !name.contains("$(")).or(package.name.as_deref()).unwrap_or_default();
        starts.iter().any(|word| word.strip_suffix(".dll").unwrap_or(word) == assembly)
    });
    let built: Vec<&str> = image.file.stages.iter().flat_map(|stage| &stage.builds).map(String::as_str).collect();
    let built = words(&built);
    let published = || projects().find(|(_, package)| built.iter().any(|word| word.strip_suffix(".csproj") == package.name.as_deref()));
    let of_own = || nearest(units, &image.at.path).and_then(|folder| units.get(&folder));
    // What an image file beside tests builds is something that the tests talk to.
    let holds_tests = |unit: &Unit<'_>| unit.package.is_some_and(|(_, package)| is_test_package(package));
    let own = of_own().filter(|unit| unit.package.is_some_and(|(_, package)| package.is_dotnet()) && !holds_tests(unit));
    of_program.map(|(unit, _)| unit).or(own).or_else(|| published().map(|(unit, _)| unit)).map(|unit| unit.folder.clone())
}

/// Adds what each AppHost runs besides projects, and the lines between all that it runs.
pub(super) fn add_resources(input: &Input<'_>, placed: &mut Placed<'_, '_>, model: &mut Model) {
    for hosted in input.resources().values() {
        add_hosted(hosted, placed, model);
    }
}

fn add_hosted(resources: &Hosted<'_>, placed: &mut Placed<'_, '_>, model: &mut Model) {
    let mut keys: BTreeMap<&str, String> = BTreeMap::new();
    for (name, resource) in resources {
        if let ResourceKind::Project(folder) = &resource.kind {
            let built = model.containers.iter().find(|(_, one)| one.path.as_ref() == Some(folder)).map(|(key, _)| key.clone());
            keys.extend(built.map(|key| (name.as_str(), key)));
            continue;
        }
        let Some(container) = backing(resource, resources) else { continue };
        let known = model.containers.get(name).is_some_and(|one| one.path.is_none() && is_same(one, &container));
        let key = if known { name.clone() } else { placed.add(name.clone(), container, &[], model) };
        keys.insert(name, key);
    }
    for (name, resource) in resources {
        let Some(key) = keys.get(name.as_str()).cloned() else { continue };
        model.prove(&Location::new(&resource.at.path, resource.line), "Aspire resource", &["containers", &key]);
        let lines: BTreeSet<Relationship> =
            resource.references.iter().filter_map(|given| line(given, resources, &keys)).filter(|line| line.target != key).collect();
        if let Some(container) = model.containers.get_mut(&key) {
            let known: BTreeSet<String> = container.relationships.iter().map(|line| line.target.clone()).collect();
            container.relationships.extend(lines.into_iter().filter(|line| !known.contains(&line.target)));
        }
    }
}

/// Whether a container of a compose file and a resource of an AppHost are one product, whatever version each names.
fn is_same(one: &Container, other: &Container) -> bool {
    let product = |container: &Container| {
        let text = container.technology.clone()?;
        let end = text
            .char_indices()
            .find(|(at, c)| *at > 0 && c.is_ascii_digit() && text[..*at].ends_with(' '))
            .map_or(text.len(), |(at, _)| at);
        Some(text[..end].trim().to_owned())
    };
    let image = |container: &Container| container.image.as_deref().map(|image| images::name_of(image).to_owned());
    product(one) == product(other) && (product(one).is_some() || image(one) == image(other))
}

fn line((target, means): &(String, String), resources: &Hosted<'_>, keys: &BTreeMap<&str, String>) -> Option<Relationship> {
    let given = resources.get(target)?;
    let (key, description) = match &given.kind {
        ResourceKind::Database(server) => (keys.get(server.as_str())?, format!("Uses the database {target}")),
        _ if means.is_empty() => (keys.get(target.as_str())?, "Is given its address by the AppHost".to_owned()),
        _ => (keys.get(target.as_str())?, format!("Is given its address as {means}")),
    };
    let technology = match resources.get(if let ResourceKind::Database(server) = &given.kind { server } else { target })?.kind {
        ResourceKind::Product(product, _, _) => Some(product.to_owned()),
        ResourceKind::Project(_) => Some("HTTP".to_owned()),
        _ => None,
    };
    Some(Relationship { target: key.clone(), description, technology })
}

fn backing(resource: &Resource<'_>, all: &Hosted<'_>) -> Option<Container> {
    let databases = all.values().filter(|one| one.kind == ResourceKind::Database(resource.name.clone())).map(|one| one.name.as_str());
    let databases: Vec<&str> = databases.collect();
    let (name, kind, image) = match &resource.kind {
        ResourceKind::Product(product, kind, image) => ((*product).to_owned(), *kind, image.clone()),
        ResourceKind::Image(image) => match images::software(image) {
            Some(software) => (software.name.to_owned(), software.kind, Some(image.clone())),
            None => (images::name_of(image).to_owned(), "Service", Some(image.clone())),
        },
        _ => return None,
    };
    let holds = if databases.is_empty() { String::new() } else { format!(" It holds the databases {}.", databases.join(", ")) };
    Some(Container {
        description: format!("{name}, run by the Aspire AppHost.{holds}"),
        kind: kind.to_owned(),
        technology: Some(name),
        image,
        backing: kind != "API Gateway",
        ..Container::default()
    })
}

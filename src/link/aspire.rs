//! What an Aspire AppHost runs: projects, servers with their databases, images, and which of them is given to which.
//! Source: the Aspire documentation, "App host overview". A resource whose name is computed is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use crate::finding::{Argument, Call, Fact, Step, Value};
use crate::location::{Location, RepoPath};

/// Something that the AppHost runs.
#[derive(Clone, Debug)]
pub(super) struct Resource<'a> {
    /// Its stated name.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: ResourceKind,
    /// Where it is added.
    pub(super) at: &'a Location,
    /// The line of that.
    pub(super) line: u32,
    /// The resources that are given to it, with what is given: the name of a database, or of the variable that it is set to.
    pub(super) references: BTreeSet<(String, String)>,
    /// Of a gateway the paths that it routes, with the resources they lead to and where that stands.
    pub(super) routes: BTreeSet<(String, String, Location)>,
}

/// What a resource is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ResourceKind {
    /// A project of this repository: its folder.
    Project(RepoPath),
    /// Software that others wrote: name, kind of container, image.
    Product(&'static str, &'static str, Option<String>),
    /// An image: its name.
    Image(String),
    /// A database on a server: the name of that one.
    Database(String),
}

/// The calls that add software, with its name and what a container of it is.
const PRODUCTS: &[(&str, &str, &str)] = &[
    ("AddPostgres", "PostgreSQL", "Database"),
    ("AddAzurePostgresFlexibleServer", "PostgreSQL", "Database"),
    ("AddSqlServer", "Microsoft SQL Server", "Database"),
    ("AddAzureSqlServer", "Microsoft SQL Server", "Database"),
    ("AddMySql", "MySQL", "Database"),
    ("AddOracle", "Oracle Database", "Database"),
    ("AddMongoDB", "MongoDB", "Database"),
    ("AddAzureCosmosDB", "Azure Cosmos DB", "Database"),
    ("AddRedis", "Redis", "Cache"),
    ("AddAzureRedis", "Redis", "Cache"),
    ("AddAzureManagedRedis", "Redis", "Cache"),
    ("AddValkey", "Valkey", "Cache"),
    ("AddGarnet", "Garnet", "Cache"),
    ("AddRabbitMQ", "RabbitMQ", "Message Broker"),
    ("AddKafka", "Apache Kafka", "Message Broker"),
    ("AddNats", "NATS", "Message Broker"),
    ("AddAzureServiceBus", "Azure Service Bus", "Message Broker"),
    ("AddAzureEventHubs", "Azure Event Hubs", "Message Broker"),
    ("AddAzureStorage", "Azure Storage", "Object Storage"),
    ("AddMinioContainer", "MinIO", "Object Storage"),
    ("AddKeycloak", "Keycloak", "Identity Provider"),
    ("AddSeq", "Seq", "Monitoring"),
    ("AddElasticsearch", "Elasticsearch", "Search Engine"),
    ("AddMeilisearch", "Meilisearch", "Search Engine"),
    ("AddQdrant", "Qdrant", "Vector Database"),
    ("AddMilvus", "Milvus", "Vector Database"),
    ("AddYarp", "YARP", "API Gateway"),
    ("AddMailPit", "Mailpit", "Mail Server"),
    ("AddMailDev", "MailDev", "Mail Server"),
];

/// What one AppHost runs, by name.
pub(super) type Hosted<'a> = BTreeMap<String, Resource<'a>>;

/// The resources of every AppHost, by its folder.
pub(super) fn resources<'a>(input: &Input<'a>) -> BTreeMap<RepoPath, Hosted<'a>> {
    let mut all: BTreeMap<RepoPath, Hosted<'a>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::Procedure(procedure) = &finding.fact else { continue };
        let Some(folder) = input.projects().folder_of(&finding.at.path) else { continue };
        if input.projects().at(folder).is_some_and(|project| project.is_app_host() && !super::containers::is_example(folder)) {
            let found = all.entry(folder.clone()).or_default();
            AppHost { input, at: &finding.at, variables: BTreeMap::new(), found }.steps(&procedure.steps, DEPTH);
        }
    }
    all
}

struct AppHost<'f, 'i, 'a> {
    input: &'i Input<'a>,
    at: &'a Location,
    /// Variable -> the resource that it holds, or whose address it holds.
    variables: BTreeMap<String, String>,
    found: &'f mut Hosted<'a>,
}

/// Functions are followed into each other no deeper.
const DEPTH: usize = 8;

impl<'a> AppHost<'_, '_, 'a> {
    fn steps(&mut self, steps: &'a [Step], depth: usize) {
        for step in steps {
            let mut current = self.variables.get(&step.receiver).cloned();
            for call in &step.calls {
                current = self.call(call, current, depth);
            }
            if let (Some(variable), Some(name)) = (&step.assigned, current) {
                self.variables.insert(variable.clone(), name);
            }
        }
    }

    /// What a chain goes on with after a call.
    fn call(&mut self, call: &'a Call, current: Option<String>, depth: usize) -> Option<String> {
        if let Some(name) = self.added(call, current.as_deref()) {
            return Some(name);
        }
        let held = |one: &Argument| self.variables.get(root(&one.value)?).cloned();
        match (call.name.as_str(), &current) {
            // A cluster of a gateway is what answers in it.
            ("AddCluster", Some(_)) => return call.arguments.iter().find_map(held),
            ("AddRoute", Some(gateway)) => {
                let path = call.arguments.first().and_then(|one| self.input.names.text(&self.at.path, &one.value));
                let target = call.arguments.iter().find_map(held);
                if let (Some(target), Some(resource)) = (target, self.found.get_mut(gateway)) {
                    resource.routes.insert((path.unwrap_or_default(), target, Location::new(&self.at.path, call.line)));
                }
                return current;
            }
            _ => self.given(call, current.as_deref()),
        }
        if let (Some(resource), Some(lambda), Some(depth)) = (&current, call.lambda(), depth.checked_sub(1)) {
            let bound = lambda.parameters.first().map(|one| (one.name.clone(), resource.clone()));
            self.within(bound, &lambda.steps, depth);
        }
        if let (Some(resource), Some(depth)) = (&current, depth.checked_sub(1)) {
            self.extension(call, resource, depth);
        }
        current
    }

    /// A function of the AppHost that is called on a resource, with what it is given.
    fn extension(&mut self, call: &Call, resource: &str, depth: usize) {
        let home = self.input.projects().folder_of(&self.at.path);
        let found = self.input.findings.iter().find_map(|finding| match &finding.fact {
            Fact::Procedure(one) if one.is_extension && one.name == call.name && one.parameters.len() == call.arguments.len() + 1 => {
                (self.input.projects().folder_of(&finding.at.path) == home).then_some((&finding.at, one))
            }
            _ => None,
        });
        let Some((at, procedure)) = found else { return };
        let given = call.arguments.iter().map(|one| self.variables.get(root(&one.value)?).cloned());
        let given: Vec<Option<String>> = [Some(resource.to_owned())].into_iter().chain(given).collect();
        let names = procedure.parameters.iter().map(|one| one.name.clone());
        let bound: Vec<(String, String)> = names.zip(given).filter_map(|(name, held)| Some((name, held?))).collect();
        let outer = std::mem::take(&mut self.variables);
        self.variables.extend(bound);
        let outer_place = std::mem::replace(&mut self.at, at);
        self.steps(&procedure.steps, depth);
        self.at = outer_place;
        self.variables = outer;
    }

    /// Reads steps with one more variable.
    fn within(&mut self, bound: Option<(String, String)>, steps: &'a [Step], depth: usize) {
        let outer = self.variables.clone();
        self.variables.extend(bound);
        self.steps(steps, depth);
        self.variables = outer;
    }

    /// The name of the resource that a call adds.
    fn added(&mut self, call: &Call, current: Option<&str>) -> Option<String> {
        let name = call.argument("name", 0).and_then(|one| self.input.names.text(&self.at.path, &one.value));
        let kind = match call.name.as_str() {
            "AddProject" => ResourceKind::Project(self.project(call)?),
            "AddDatabase" => ResourceKind::Database(current?.to_owned()),
            "AddContainer" => {
                let image = call.argument("image", 1).and_then(|one| self.input.names.text(&self.at.path, &one.value))?;
                ResourceKind::Image(image)
            }
            other => {
                let (_, product, kind) = PRODUCTS.iter().find(|(method, _, _)| *method == other)?;
                ResourceKind::Product(product, kind, None)
            }
        };
        let name = name?;
        let resource =
            Resource { name: name.clone(), kind, at: self.at, line: call.line, references: BTreeSet::new(), routes: BTreeSet::new() };
        self.found.entry(name.clone()).or_insert(resource);
        Some(name)
    }

    /// `AddProject<Projects.Catalog_API>("x")`, `AddProject("x", "../Catalog.API/Catalog.API.csproj")`
    fn project(&self, call: &Call) -> Option<RepoPath> {
        if let Some(class) = call.type_arguments.first() {
            let wanted = class.rsplit('.').next().unwrap_or(class);
            let same = |name: &str| {
                let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
                plain == wanted || plain.trim_start_matches('_') == wanted.trim_start_matches('_')
            };
            let mut all = self.input.projects().all();
            return all.find(|(_, one)| one.package.name.as_deref().is_some_and(same)).map(|(folder, _)| folder.clone());
        }
        let path = call.argument("projectPath", 1).and_then(|one| self.input.names.text(&self.at.path, &one.value))?;
        let place = self.at.path.parent().join(&path);
        Some(if place.extension() == "csproj" { place.parent() } else { place })
    }

    /// `WithReference(catalogDb)`, `WithEnvironment("Identity__Url", identityEndpoint)`, `WithImage("ankane/pgvector")`
    fn given(&mut self, call: &Call, current: Option<&str>) {
        let Some(resource) = current.and_then(|name| self.found.get_mut(name)) else { return };
        let text = |place: usize| match call.arguments.get(place).map(|one| &one.value) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        match (call.name.as_str(), &mut resource.kind) {
            ("WithImage", ResourceKind::Product(_, _, image)) => *image = text(0),
            ("WithReference" | "WithEnvironment", _) => {
                let given = call.arguments.iter().find_map(|one| self.variables.get(root(&one.value)?));
                let means = if call.name == "WithEnvironment" { text(0).unwrap_or_default() } else { String::new() };
                if let Some(target) = given.filter(|target| Some(target.as_str()) != current) {
                    resource.references.insert((target.clone(), means));
                }
            }
            _ => {}
        }
    }
}

/// The variable that a value begins with: `api` of `api`, `api.GetEndpoint("http")`.
fn root(value: &Value) -> Option<&str> {
    match value {
        Value::Name(name) | Value::Call(name, _) => name.split('.').next(),
        _ => None,
    }
}

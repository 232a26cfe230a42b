//! Fact: the vocabulary between extractors and the linker.
//! Named by subject (route, module, table change, workload), never by framework; holds no syntax and nothing resolved across files.

pub(crate) mod architecture;
pub(crate) mod client;
pub(crate) mod code;
pub(crate) mod configuration;
pub(crate) mod contract;
pub(crate) mod controller;
pub(crate) mod deployment;
#[allow(dead_code, reason = "the vocabulary is whole from the start; mappers that are not read yet use the rest of it")]
pub(crate) mod entity;
pub(crate) mod golang;
pub(crate) mod keys;
pub(crate) mod machine;
pub(crate) mod manifest;
pub(crate) mod mapped;
pub(crate) mod messaging;
pub(crate) mod program;
pub(crate) mod prose;
pub(crate) mod routing;
pub(crate) mod schema;
pub(crate) mod script;
pub(crate) mod served;
pub(crate) mod service;
pub(crate) mod settings;
pub(crate) mod start;
pub(crate) mod stored;
pub(crate) mod value;

use crate::location::Location;
pub(crate) use architecture::*;
pub(crate) use client::*;
pub(crate) use code::*;
pub(crate) use configuration::*;
pub(crate) use contract::*;
pub(crate) use controller::*;
pub(crate) use deployment::*;
pub(crate) use golang::*;
pub(crate) use keys::*;
pub(crate) use machine::*;
pub(crate) use manifest::*;
pub(crate) use messaging::*;
pub(crate) use program::*;
pub(crate) use prose::*;
pub(crate) use routing::*;
pub(crate) use served::*;
pub(crate) use service::*;
pub(crate) use settings::*;
pub(crate) use start::*;
pub(crate) use stored::*;
pub(crate) use value::{Value, string_literal};

/// One thing that an extractor read in one file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Finding {
    /// The extractor's id, stamped by the engine: `typescript.nestjs`.
    pub(crate) extractor: &'static str,
    /// Where it stands.
    pub(crate) at: Location,
    /// What it is.
    pub(crate) fact: Fact,
}

/// What a finding says.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "facts are moved once, into one list; boxes would cost more than they save")]
pub(crate) enum Fact {
    /// Names that a file brings in from other files and packages.
    Import(Import),
    /// A name that a file gives on from another file: `export * from './x'`.
    Reexport(Import),
    /// A constant, enum or object literal whose value stands in the code.
    Constant(Constant),
    /// A class or interface.
    Class(Class),
    /// A method of a class.
    Method(Method),
    /// A function as the chains of calls that it makes.
    Procedure(Procedure),
    /// A module of a dependency-injection framework.
    Module(Module),
    /// A class that serves routes.
    Controller(Controller),
    /// How an attribute that may state a route is made.
    AttributeConstructor(AttributeConstructor),
    /// A route, or a handler of a message, of one class or file.
    Route(Route),
    /// What the start of an application sets up.
    Bootstrap(Bootstrap),
    /// A call of a function that may start an application.
    StartCall(StartCall),
    /// A handler of a CQRS command, query or event.
    CqrsHandler(CqrsHandler),
    /// A method that handles messages where a library goes by names.
    NamedHandler(NamedHandler),
    /// A message sent on, or a subscription to, a channel.
    Channel(Channel),
    /// A method that sends on what it is given.
    Relay(Relay),
    /// A call that sends a message if the called method is a relay.
    RelayCall(RelayCall),
    /// A state machine as a library declares it.
    StateMachine(StateMachine),
    /// Work that a schedule or a queue starts.
    Job(Job),
    /// A method of an RPC service, as a contract states it.
    RpcMethod(RpcMethod),
    /// A service of gRPC that a server answers for, by the name that generated code gives it.
    RpcServed(String),
    /// A contract of HTTP.
    HttpContract(HttpContract),
    /// Requests that a service is tried out with.
    RequestCollection(RequestCollection),
    /// A message whose payload a file of its own states.
    MessageSchema(MessageSchema),
    /// A contract of messages.
    MessageContract(MessageContract),
    /// A read of an environment variable.
    EnvironmentRead(EnvironmentRead),
    /// A client that code gives an address to.
    OutgoingClient(OutgoingClient),
    /// A file of settings.
    SettingsFile(SettingsFile),
    /// A read of a setting.
    SettingRead(SettingRead),
    /// What a gateway is told.
    ProxyRules(ProxyRules),
    /// Where a developer's tools start an application.
    LaunchProfiles(LaunchProfiles),
    /// A compose file.
    ComposeFile(ComposeFile),
    /// A service of a compose file.
    ComposeService(ComposeService),
    /// The hosts that a file of a proxy passes requests on to.
    Upstreams(Upstreams),
    /// A part of a deployment beside compose and Kubernetes.
    PlatformResource(PlatformResource),
    /// A Dockerfile.
    Dockerfile(Dockerfile),
    /// A Helm chart.
    Chart(Chart),
    /// A resource of Kubernetes.
    KubernetesResource(Box<KubernetesResource>),
    /// A folder that Kustomize builds.
    Kustomization(Kustomization),
    /// A pipeline of continuous integration or delivery.
    Pipeline(Pipeline),
    /// The README of a folder.
    Readme(Readme),
    /// A term of a glossary document.
    GlossaryTerm(GlossaryTerm),
    /// A class that is an entity or aggregate of the domain.
    DomainEntity(DomainEntity),
    /// A script for the upkeep of data.
    MaintenanceScript(MaintenanceScript),
    /// An environment variable that a file declares.
    EnvironmentDeclaration(EnvironmentDeclaration),
    /// Where the name of a variable stands that is only declared, or only read.
    VariableMention(VariableMention),
    /// A rule that keeps secrets out of the repository, or secrets and ballast out of images.
    IgnoreRule(IgnoreRule),
    /// A registry that packages come from.
    PackageRegistry(PackageRegistry),
    /// A development tool that a file configures.
    DevelopmentTool(DevelopmentTool),
    /// A third-party service that a file uses.
    ServiceUse(ServiceUse),
    /// A way in which people sign in.
    SignIn(SignIn),
    /// A protection that code switches on.
    ProtectionUse(ProtectionUse),
    /// A source file of Go: its package and what it imports.
    SourceFile(SourceFile),
    /// A call that makes a program serve or wait for work.
    Serving(Serving),
    /// The functions that the `Invoke` of chaincode tells apart.
    InvokeSwitch(InvokeSwitch),
    /// A function of Go, and what it does with routers.
    Function(Box<Function>),
    /// A variable or constant of a package of Go.
    PackageVariable(PackageVariable),
    /// A named type of Go.
    NamedType(NamedType),
    /// A file that is served by where it stands.
    FileRoute(FileRoute),
    /// A class that a library serves by its decorators.
    ServedClass(Box<ServedClass>),
    /// A server that is made of such classes.
    ClassServer(ClassServer),
    /// A field of a root type in a schema of GraphQL.
    GraphQlField(GraphQlField),
    /// Where a server is made of schemas of GraphQL.
    GraphQlServer,
    /// Pages that code gives a router of a frontend.
    PageRoutes(PageRoutes),
    /// A file of JavaScript as what it sets up.
    Script(Box<script::Script>),
    /// The manifest of a package.
    Package(Package),
    /// What a file says for all projects below its folder.
    ProjectDefaults(ProjectDefaults),
    /// A project that a workspace tool declares.
    Project(Project),
    /// A file that joins packages into a workspace.
    Workspace(Workspace),
    /// Where scripts put names without a schema.
    DefaultSchema(schema::DefaultSchema),
    /// A file of statements for a database.
    SchemaScript(schema::SchemaScript),
    /// What the marks in the statements of a file stand for.
    SchemaReferences(schema::SchemaReferences),
    /// A function that migrations of other files may call.
    SchemaProcedure(schema::SchemaProcedure),
    /// One change of a database catalog; boxed, as it is larger than the others.
    SchemaStatement(Box<schema::SchemaStatement>),
    /// A type as a mapper that goes by conventions reads it.
    MappedType(Box<mapped::MappedType>),
    /// A function that says how types are stored.
    ModelSetup(Box<mapped::ModelSetup>),
    /// An entity of an object-relational mapper.
    Entity(Box<entity::Entity>),
    /// An enum of a mapper's schema file.
    EntityEnum(entity::EntityEnum),
    /// A connection or context that entities are stored through.
    EntityStore(entity::EntityStore),
    /// A part of a catalog as a document describes it; nothing runs it.
    DocumentedSchema(Box<schema::SchemaStatement>),
    /// A pattern of keys in a key-value store, as a document describes it.
    DocumentedKeys(DocumentedKeys),
    /// What an architecture document draws.
    ArchitectureDiagram(Box<ArchitectureDiagram>),
    /// A type that is stored as documents.
    StoredDocument(StoredDocument),
    /// A key that code hands to a client of a key-value store.
    StoreKey(StoreKey),
}

impl Fact {
    /// The names in it of which only the file matters that defines them.
    pub(crate) fn listed(&self) -> Vec<&str> {
        let mut names = Vec::new();
        match self {
            Self::Constant(constant) => constant.listed(&mut names),
            Self::Module(module) => module.listed(&mut names),
            Self::Controller(controller) => decorator_classes(&controller.decorators, &mut names),
            Self::Route(route) => decorator_classes(&route.decorators, &mut names),
            Self::CqrsHandler(handler) => decorator_classes(&handler.decorators, &mut names),
            _ => {}
        }
        names
    }

    /// The names in it that the same file or others define, as written, dotted (`routes.user.root`), in order; the class it stands in among them.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        match self {
            Self::Constant(constant) => constant.names(&mut names),
            Self::Class(class) => class.names(&mut names),
            Self::Method(method) => method.names(&mut names),
            Self::Procedure(procedure) => procedure.names(&mut names),
            Self::Module(module) => module.names(&mut names),
            Self::Controller(controller) => controller.names(&mut names),
            Self::Route(route) => route.names(&mut names),
            Self::ServedClass(served) => {
                served.controller.names(&mut names);
                served.routes.iter().for_each(|(_, route)| route.names(&mut names));
            }
            Self::ClassServer(server) => server.prefix.iter().for_each(|value| value.names(&mut names)),
            Self::Bootstrap(bootstrap) => bootstrap.names(&mut names),
            Self::CqrsHandler(handler) => names.extend([handler.message.as_str(), &handler.class]),
            Self::StartCall(call) => call.names(&mut names),
            Self::NamedHandler(handler) => names.push(&handler.message),
            Self::Channel(channel) => channel.name.names(&mut names),
            Self::Relay(relay) => relay.channel.name.names(&mut names),
            Self::RelayCall(call) => {
                names.push(&call.class);
                call.arguments.iter().for_each(|value| value.names(&mut names));
            }
            Self::Job(job) => job.names(&mut names),
            Self::SettingRead(read) => read.names(&mut names),
            Self::OutgoingClient(client) => {
                names.push(&client.class);
                client.address.names(&mut names);
            }
            Self::StoreKey(used) => used.names(&mut names),
            Self::StoredDocument(document) => {
                names.push(&document.class);
                document.collection.iter().for_each(|value| value.names(&mut names));
            }
            Self::Entity(entity) => entity.names(&mut names),
            Self::FileRoute(route) => names.extend(route.wrapper.as_deref()),
            Self::Script(script) => names.extend(script.needs.iter().map(String::as_str)),
            Self::SchemaReferences(references) => references.0.iter().for_each(|value| value.names(&mut names)),
            Self::SchemaStatement(statement) => {
                if let schema::SchemaChange::Call(call) = &statement.change {
                    names.push(&call.name);
                }
            }
            // Every other fact stands on its own: it refers to no name that another file may define.
            _ => {}
        }
        names
    }
}

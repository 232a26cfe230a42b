//! Functions that set an application up: the program itself, `Startup`, and those that are given a builder or a router.
//! Reads which calls are made on what; decides nothing about what they mean.

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::attributes;
use super::nodes::{child_of, children, enclosing_type, field, is_dead, members, modifiers, text_of};
use super::{steps, values};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Parameter, Procedure, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/procedures", text: include_str!("../../../queries/csharp/procedures.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.procedures",
    about: "ASP.NET Core: start-up code, routes of minimal APIs, registered services, resources of an Aspire AppHost",
    kinds: &[FileKind::CSharp],
    markers: &[
        "WebApplication",
        "RouteBuilder",
        "RouteGroupBuilder",
        "IApplicationBuilder",
        "IServiceCollection",
        "HostApplicationBuilder",
        "CreateApplicationBuilder",
        "HostBuilder",
        "CreateDefaultBuilder",
        "DistributedApplication",
        "IResourceBuilder",
        "IBusRegistrationConfigurator",
        "ICarterModule",
        "CarterModule",
        "MapWolverineEndpoints",
        "Endpoint<",
        "EndpointWithoutRequest",
        ": Group",
        "IRequestExecutorBuilder",
        "ObjectTypeDescriptor",
        "ODataConventionModelBuilder",
        "ODataModelBuilder",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// Ends of the types of what is set up.
const BUILDERS: &[&str] = &[
    "RouteBuilder",
    "RouteGroupBuilder",
    "ApplicationBuilder",
    "WebApplication",
    "WebApplicationBuilder",
    "ServiceCollection",
    "HostBuilder",
    "MvcBuilder",
    "BusRegistrationConfigurator",
    "EndpointConventionBuilder",
    "RequestExecutorBuilder",
    "ObjectTypeDescriptor",
    "ODataModelBuilder",
    "ODataConventionModelBuilder",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let top: Vec<Node<'_>> = cx.matches(&QUERY).iter().filter_map(|found| found.node("statement")).filter(|one| !is_dead(*one)).collect();
    if let Some(first) = top.first() {
        let steps = steps::of_program(cx, top.iter().flat_map(|one| children(*one)).collect(), locals(&top, cx.text));
        sink.fact(cx.line(first.start_byte()), Fact::Procedure(Procedure { steps, ..Procedure::default() }));
    }
    for found in cx.matches(&QUERY) {
        if let Some(node) = found.node("function").filter(|node| !is_dead(*node))
            && let Some(procedure) = procedure(node, cx)
        {
            sink.fact(cx.line(node.start_byte()), Fact::Procedure(procedure));
        }
    }
}

/// The functions without parameters that stand among the statements of a program, with their bodies.
fn locals<'c, 't>(top: &[Node<'t>], text: &'c str) -> BTreeMap<&'c str, Node<'t>> {
    let all = top.iter().flat_map(|one| children(*one)).filter(|one| one.kind() == "local_function_statement");
    let plain = all.filter(|one| one.child_by_field_name("parameters").is_none_or(|list| children(list).is_empty()));
    plain.filter_map(|one| Some((field(one, "name", text)?, one.child_by_field_name("body")?))).collect()
}

fn procedure(node: Node<'_>, cx: &FileCx<'_>) -> Option<Procedure> {
    let name = field(node, "name", cx.text)?;
    let list = node.child_by_field_name("parameters");
    let parameters = attributes::parameters(list, cx.text);
    // One that uses the variables of the program is read where the program calls it.
    if parameters.is_empty() && node.parent().is_some_and(|parent| parent.kind() == "global_statement") {
        return None;
    }
    // A group of FastEndpoints says its prefix in its constructor.
    let is_group = node.kind() == "constructor_declaration"
        && enclosing_type(node)
            .and_then(|owner| child_of(owner, "base_list"))
            .is_some_and(|bases| text_of(bases, cx.text).contains("Group"));
    // The entity sets of OData are put together in a function that gives their model back.
    let is_model = ["returns", "type"].iter().any(|part| field(node, part, cx.text) == Some("IEdmModel"));
    if !(is_group || is_model || matches!(name, "Main" | "Configure" | "ConfigureServices") || parameters.iter().any(is_builder)) {
        return None;
    }
    whole(node, cx)
}

/// A function with everything that it calls.
pub(super) fn whole(node: Node<'_>, cx: &FileCx<'_>) -> Option<Procedure> {
    let list = node.child_by_field_name("parameters");
    let body = node.child_by_field_name("body")?;
    let first = list.and_then(|list| child_of(list, "parameter"));
    let owner = enclosing_type(node);
    let steps = steps::of_function(cx, body);
    Some(Procedure {
        class: owner.and_then(|owner| field(owner, "name", cx.text)).unwrap_or_default().to_owned(),
        name: field(node, "name", cx.text)?.to_owned(),
        parameters: attributes::parameters(list, cx.text),
        type_parameters: child_of(node, "type_parameter_list")
            .map(children)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|one| field(one, "name", cx.text).map(str::to_owned))
            .collect(),
        is_extension: first.is_some_and(|first| modifiers(first, cx.text).iter().any(|one| one == "this")),
        is_static: modifiers(node, cx.text).iter().any(|one| one == "static"),
        base_arguments: owner.map(|owner| base_arguments(owner, cx.text)).unwrap_or_default(),
        steps,
    })
}

fn is_builder(parameter: &Parameter) -> bool {
    let name = parameter.data_type.split('<').next().unwrap_or_default().trim_end_matches('?');
    BUILDERS.iter().any(|end| name.ends_with(end)) || name == "IResourceBuilder"
}

/// What the class hands to the constructor of its base: `: base("/api")`, or in the list of bases.
fn base_arguments(owner: Node<'_>, text: &str) -> Vec<Value> {
    let constructors = owner.child_by_field_name("body").map(members).unwrap_or_default();
    let of_constructor = constructors.into_iter().filter(|one| one.kind() == "constructor_declaration").find_map(|one| {
        let initializer = child_of(one, "constructor_initializer")?;
        text_of(initializer, text).trim_start_matches([':', ' ', '\n', '\r', '\t']).starts_with("base").then_some(initializer)
    });
    let of_list = || child_of(child_of(owner, "base_list")?, "primary_constructor_base_type").or_else(|| child_of(owner, "base_list"));
    let list = of_constructor.or_else(of_list).and_then(|one| child_of(one, "argument_list"));
    list.map(children).unwrap_or_default().into_iter().map(|one| values::read(one, text)).collect()
}

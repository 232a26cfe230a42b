//! Operations of HotChocolate: the fields of the types that are put behind Query, Mutation and Subscription, by attributes,
//! registration or descriptor. Source: the HotChocolate documentation, "Defining a schema", "Extending types", "Authorization".

use std::collections::{BTreeMap, BTreeSet};

use super::authorization::Access;
use super::fast_endpoints::EndpointRoute;
use super::program::{Found, Program};
use super::signature;
use crate::finding::{Call, Class, Decorator, Method, Procedure, Step, Value};
use crate::gap::{Gap, GapCode};
use crate::link::names::last_part;
use crate::location::{Location, RepoPath};
use crate::model::Operation;

/// The types at the root: how a client calls them, the usual name, the call that registers a class, the attribute that marks one.
const ROOTS: &[(&str, &str, &str, &str)] = &[
    ("QUERY", "Query", "AddQueryType", "QueryType"),
    ("MUTATION", "Mutation", "AddMutationType", "MutationType"),
    ("SUBSCRIPTION", "Subscription", "AddSubscriptionType", "SubscriptionType"),
];

/// The operations of an application; `access` is what is asked of the endpoint.
pub(super) fn operations(
    program: &Program<'_, '_>,
    (access, fallback): (&Access, bool),
    mapped: Option<&Location>,
    gaps: &mut Vec<Gap>,
) -> Vec<EndpointRoute> {
    let mut found = Vec::new();
    for (kind, name, call, mark) in ROOTS {
        let mut root = Root { program, kind, names: BTreeSet::from([(*name).to_owned()]), mark, fields: BTreeMap::new() };
        let registered = root.registered(call);
        for (at, class) in registered.iter().copied().chain(root.extensions()) {
            root.add(at, class);
        }
        root.add_marked(name);
        found.extend(root.fields.into_iter().map(|(name, field)| EndpointRoute {
            at: field.at,
            key: format!("{kind} {name}"),
            // What is asked of the endpoint is asked before any field: a field that is open to all does not open that.
            operation: Operation { auth: &access.proved(fallback) | &field.access.proved(false), ..field.operation },
        }));
    }
    if let Some(at) = mapped.filter(|_| found.is_empty()) {
        let message = "GraphQL is served here, and no field of its root types was found in the code";
        gaps.push(Gap::line(GapCode::NotUnderstood, &at.path, at.line, message));
    }
    found
}

/// One of the root types while its fields are gathered.
struct Root<'r, 'i, 'a> {
    program: &'r Program<'i, 'a>,
    kind: &'static str,
    /// What the type is called: by itself, and by the classes that are registered as it.
    names: BTreeSet<String>,
    mark: &'static str,
    fields: BTreeMap<String, Field>,
}

struct Field {
    at: Location,
    access: Access,
    operation: Operation,
}

impl<'a> Root<'_, '_, 'a> {
    /// The classes that a call makes the root type.
    fn registered(&mut self, call: &str) -> Vec<Found<'a, Class>> {
        let mut found = Vec::new();
        for ((at, _), call) in self.program.all_calls().filter(|(_, one)| one.name == call) {
            let stated = call.arguments.first().and_then(|one| name_of(&one.value));
            let Some(name) = call.type_arguments.first().cloned().or(stated) else { continue };
            if let Some(class) = self.program.class(&at.path, &name) {
                self.names.insert(class.1.name.clone());
                self.names.extend(described(class.1));
                found.push(class);
            }
        }
        found
    }

    /// The classes that add fields to the root type: by an attribute, or as extensions that say so in their descriptor.
    fn extensions(&self) -> Vec<Found<'a, Class>> {
        let adds = |(at, class): &Found<'a, Class>| {
            has(&class.decorators, self.mark)
                || class.decorators.iter().any(|one| one.name == "ExtendObjectType" && self.is_meant(at, one))
                || class.bases.iter().any(|base| base == "ObjectTypeExtension") && self.is_described(at, class)
        };
        self.program.classes.iter().copied().filter(adds).collect()
    }

    /// `[ExtendObjectType("Query")]`, `[ExtendObjectType(typeof(Query))]`, `[ExtendObjectType(OperationTypeNames.Query)]`
    fn is_meant(&self, at: &Location, attribute: &Decorator) -> bool {
        let means = |value: &Value| {
            let text = self.program.input.names.text(&at.path, value).or_else(|| name_of(value));
            text.is_some_and(|text| self.names.contains(last_part(&text)))
        };
        attribute.arguments.iter().any(|one| match one {
            Value::Map(entries) => entries.iter().any(|(key, value)| matches!(key.as_str(), "Name" | "ExtendsType") && means(value)),
            other => means(other),
        })
    }

    fn is_described(&self, at: &Location, class: &Class) -> bool {
        let named = |procedure: &Procedure| {
            let calls = procedure.steps.iter().flat_map(|step| &step.calls);
            let mut names = calls.filter(|call| call.name == "Name").filter_map(|call| call.arguments.first());
            names.any(|one| {
                let text = self.program.input.names.text(&at.path, &one.value).or_else(|| name_of(&one.value));
                text.is_some_and(|text| self.names.contains(last_part(&text)))
            })
        };
        described(class).is_some_and(|name| self.names.contains(&name))
            || self.configure(&at.path, class).is_some_and(|(_, procedure)| named(procedure))
    }

    /// The function that describes a type.
    fn configure(&self, file: &RepoPath, class: &Class) -> Option<Found<'a, Procedure>> {
        let all = self.program.procedures("Configure").iter().copied();
        all.into_iter().find(|(at, one)| at.path == *file && one.class == class.name)
    }

    /// Adds the fields of a class, or of the class that it describes.
    fn add(&mut self, at: &'a Location, class: &'a Class) {
        let subject = described(class);
        let by_descriptor = class.bases.iter().any(|base| matches!(base.as_str(), "ObjectType" | "ObjectTypeExtension"));
        let configure = self.configure(&at.path, class).filter(|_| by_descriptor);
        let mut hidden = BTreeSet::new();
        let mut of_type = Access::of_attributes(self.program, &at.path, &class.decorators);
        if let Some((place, procedure)) = configure {
            let calls = || procedure.steps.iter().filter(|step| is_descriptor(step, procedure)).filter_map(|step| step.calls.first());
            calls().for_each(|call| self.take(&mut of_type, call, place));
            let is_explicit = calls().any(|call| call.name == "BindFieldsExplicitly");
            for step in procedure.steps.iter().filter(|step| is_descriptor(step, procedure)) {
                hidden.extend(self.describe(step, place, (class, subject.as_deref()), &of_type));
            }
            if is_explicit {
                return;
            }
        }
        let meant = match &subject {
            Some(name) => self.program.class(&at.path, name),
            None => (!by_descriptor).then_some((at, class)),
        };
        if let Some((place, owner)) = meant {
            self.members(place, owner, &of_type, &hidden);
        }
    }

    /// Methods that an attribute makes a field of the root, wherever they stand: `[Query]`.
    fn add_marked(&mut self, mark: &str) {
        for (line, method) in self.program.all_methods().filter(|(_, one)| has(&one.decorators, mark) && is_field(one)) {
            let name = self.stated_name(line, &method.decorators).unwrap_or_else(|| field_name(&method.name));
            let access = Access::of_attributes(self.program, &line.path, &method.decorators);
            self.enter(name, Field { at: line.clone(), access, operation: operation(self.kind, &method.class, method) });
        }
    }

    /// The public methods of a class, its bases included.
    fn members(&mut self, at: &'a Location, class: &'a Class, of_type: &Access, hidden: &BTreeSet<String>) {
        for (place, owner) in self.program.chain(at, class) {
            let methods = self.program.methods_of(&place.path, &owner.name);
            let is_static = methods.iter().all(|(_, one)| one.is("static") || !one.is("public"));
            let subscribes = methods.iter().any(|(_, one)| has(&one.decorators, "Subscribe"));
            for (line, method) in methods {
                let is_field = is_field(method)
                    && (is_static || !method.is("static"))
                    && (!subscribes || has(&method.decorators, "Subscribe"))
                    && !hidden.contains(&method.name);
                if is_field {
                    let name = self.stated_name(line, &method.decorators).unwrap_or_else(|| field_name(&method.name));
                    let own = Access::of_attributes(self.program, &line.path, &method.decorators);
                    let operation = operation(self.kind, &class.name, method);
                    self.enter(name, Field { at: line.clone(), access: of_type.and(&own), operation });
                }
            }
        }
    }

    fn enter(&mut self, name: String, field: Field) {
        self.fields.entry(name).or_insert(field);
    }

    fn stated_name(&self, at: &Location, decorators: &[Decorator]) -> Option<String> {
        let stated = decorators.iter().find(|one| one.name == "GraphQLName")?;
        self.program.input.names.text(&at.path, stated.arguments.first()?)
    }

    /// `descriptor.Field(t => t.GetBook(default)).Name("book").Authorize("staff")`; the member that it speaks of.
    fn describe(&mut self, step: &Step, at: &Location, (class, subject): (&Class, Option<&str>), of_type: &Access) -> Option<String> {
        let first = step.calls.first().filter(|call| matches!(call.name.as_str(), "Field" | "Ignore"))?;
        let argument = first.arguments.first()?;
        let member = argument.lambda.as_ref().and_then(member_of);
        if first.name == "Ignore" || step.calls.iter().any(|call| call.name == "Ignore") {
            return member;
        }
        let text = |value: &Value| self.program.input.names.text(&at.path, value);
        let owner = subject.and_then(|name| self.program.class(&at.path, name));
        let method = member.as_ref().zip(owner).and_then(|(name, (place, owner))| {
            let chain = self.program.chain(place, owner);
            chain.iter().flat_map(|(at, one)| self.program.methods_of(&at.path, &one.name)).find(|(_, one)| one.name == *name)
        });
        let mut name = text(&argument.value).or_else(|| member.as_deref().map(field_name))?;
        let (mut access, mut operation) = match method {
            Some((line, one)) => {
                (Access::of_attributes(self.program, &line.path, &one.decorators), operation(self.kind, owner?.1.name.as_str(), one))
            }
            None => (Access::default(), Operation { handler: Some(class.name.clone()), ..Operation::default() }),
        };
        for call in step.calls.iter().skip(1) {
            self.take(&mut access, call, at);
            match call.name.as_str() {
                "Name" => name = call.arguments.first().and_then(|one| text(&one.value)).unwrap_or(name),
                "Type" => operation.response = call.type_arguments.first().cloned().or(operation.response),
                "ResolveWith" => {
                    let resolver = call.type_arguments.first().zip(call.lambda().and_then(member_of));
                    operation.handler = resolver.map(|(class, method)| format!("{class}.{method}")).or(operation.handler);
                }
                "Description" => operation.summary = call.arguments.first().and_then(|one| text(&one.value)).or(operation.summary),
                _ => {}
            }
        }
        self.enter(name, Field { at: Location::new(&at.path, first.line), access: of_type.and(&access), operation });
        member
    }

    fn take(&self, access: &mut Access, call: &Call, at: &Location) {
        match call.name.as_str() {
            "AllowAnonymous" => access.open = true,
            "Authorize" => {
                let policy = call.arguments.first().and_then(|one| self.program.input.names.text(&at.path, &one.value));
                access.asked.insert(policy.map_or_else(|| "Authorize".to_owned(), |policy| format!("Authorize(Policy: {policy})")));
            }
            _ => {}
        }
    }
}

fn has(decorators: &[Decorator], name: &str) -> bool {
    decorators.iter().any(|one| one.name == name)
}

/// `Query` of `typeof(Query)`, `OperationTypeNames.Query`.
fn name_of(value: &Value) -> Option<String> {
    if let Value::Name(name) = value { Some(last_part(name).to_owned()) } else { None }
}

/// `Query` of `ObjectType<Query>`.
fn described(class: &Class) -> Option<String> {
    let inner = |base: &String| {
        let (name, rest) = base.split_once('<')?;
        matches!(last_part(name), "ObjectType" | "ObjectTypeExtension").then(|| last_part(rest.trim_end_matches('>')).to_owned())
    };
    class.full_bases.iter().find_map(inner)
}

fn is_descriptor(step: &Step, procedure: &Procedure) -> bool {
    procedure.parameters.first().is_some_and(|one| one.name == step.receiver)
}

/// `GetBook` of `t => t.GetBook(default)`, `Title` of `t => t.Title`.
fn member_of(lambda: &crate::finding::Lambda) -> Option<String> {
    let step = lambda.steps.first()?;
    match (step.calls.first(), &step.value) {
        (Some(call), _) => Some(call.name.clone()),
        (None, Some(Value::Name(name))) => Some(last_part(name).to_owned()),
        (None, _) => step.receiver.split_once('.').map(|(_, member)| last_part(member).to_owned()),
    }
}

fn is_field(method: &Method) -> bool {
    const OF_OBJECTS: &[&str] = &["ToString", "Equals", "GetHashCode", "Dispose", "DisposeAsync", "Deconstruct"];
    method.is("public")
        && method.returns != "void"
        && !OF_OBJECTS.contains(&method.name.as_str())
        && !method.decorators.iter().any(|one| matches!(one.name.as_str(), "GraphQLIgnore" | "DataLoader" | "Ignore"))
}

/// The conventions: `GetBooksAsync` is `books`, `OnAdded` is `onAdded`.
fn field_name(member: &str) -> String {
    let name = member.strip_prefix("Get").filter(|rest| rest.starts_with(char::is_uppercase)).unwrap_or(member);
    let name = name.strip_suffix("Async").filter(|rest| !rest.is_empty()).unwrap_or(name);
    let capitals = name.chars().take_while(|letter| letter.is_uppercase()).count();
    // Of several capitals the last begins the next word: `IPAddress` is `ipAddress`.
    let lowered = if capitals > 1 && capitals < name.chars().count() { capitals - 1 } else { capitals };
    name.chars().enumerate().map(|(at, letter)| if at < lowered { letter.to_ascii_lowercase() } else { letter }).collect()
}

fn operation(kind: &str, class: &str, method: &Method) -> Operation {
    let is_input = |one: &&crate::finding::Parameter| one.name == "input" || one.data_type.trim_end_matches('?').ends_with("Input");
    let input = method.parameters.iter().find(is_input).filter(|_| kind != "SUBSCRIPTION");
    let message = || method.parameters.iter().find(|one| has(&one.decorators, "EventMessage"));
    Operation {
        handler: Some(format!("{class}.{}", method.name)),
        request: input.map(|one| one.data_type.clone()),
        response: signature::answered(&method.returns).or_else(|| message().map(|one| one.data_type.clone())),
        summary: method.doc.clone(),
        ..Operation::default()
    }
}

#[cfg(test)]
mod tests {
    use super::field_name;

    #[test]
    fn fields_are_named_by_convention() {
        let cases = [
            ("GetBooksAsync", "books"),
            ("OnAdded", "onAdded"),
            ("IPAddress", "ipAddress"),
            ("Get", "get"),
            ("Getaway", "getaway"),
            ("ID", "id"),
        ];
        for (member, expected) in cases {
            assert_eq!(field_name(member), expected);
        }
    }
}

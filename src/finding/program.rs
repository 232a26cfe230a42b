//! Facts about methods and about functions that set something up by chains of calls: routers, services, resources.
//! Says what is called on what, in written order; what a call means is for the linker to find out.

use super::{Decorator, Value};

/// A parameter of a method or lambda.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parameter {
    /// Its name.
    pub(crate) name: String,
    /// Its type as written; empty where none is.
    pub(crate) data_type: String,
    /// Its decorators or attributes.
    pub(crate) decorators: Vec<Decorator>,
}

/// A method of a class or interface.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Method {
    /// The class it stands in.
    pub(crate) class: String,
    /// Its name.
    pub(crate) name: String,
    /// Its modifiers: `public`, `static`, `override`.
    pub(crate) modifiers: Vec<String>,
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
    /// The type that it gives back, as written.
    pub(crate) returns: String,
    /// Its decorators or attributes.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl Method {
    /// Whether a modifier stands before it.
    pub(crate) fn is(&self, modifier: &str) -> bool {
        self.modifiers.iter().any(|one| one == modifier)
    }

    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        super::code::decorator_names(&self.decorators, into);
    }
}

/// A function as the chains of calls that it makes, in written order, those of branches and loops among them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Procedure {
    /// The class it stands in; empty for the top-level statements of a program.
    pub(crate) class: String,
    /// Its name; empty for the top-level statements of a program.
    pub(crate) name: String,
    /// Its parameters; that of an extension method which stands before the dot comes first.
    pub(crate) parameters: Vec<Parameter>,
    /// The names of its type parameters.
    pub(crate) type_parameters: Vec<String>,
    /// Whether its first parameter stands before the dot of a call.
    pub(crate) is_extension: bool,
    /// Whether it belongs to the class and not to an object of it.
    pub(crate) is_static: bool,
    /// What the constructor of its class hands to the base class.
    pub(crate) base_arguments: Vec<Value>,
    /// What it does.
    pub(crate) steps: Vec<Step>,
}

impl Procedure {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        self.base_arguments.iter().for_each(|value| value.names(into));
        step_names(&self.steps, into);
    }

    /// The classes that it registers with a container of dependencies: what each is asked for by, and the class.
    pub(crate) fn registered(&self) -> Vec<(&str, &str)> {
        let calls = self.steps.iter().flat_map(|step| &step.calls);
        let registers = calls.filter(|call| matches!(call.name.as_str(), "AddScoped" | "AddTransient" | "AddSingleton"));
        registers.filter_map(|call| Some((call.type_arguments.first()?.as_str(), call.type_arguments.last()?.as_str()))).collect()
    }
}

/// One statement of a procedure: `assigned = receiver.call(...).call(...)`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Step {
    /// The line it starts in.
    pub(crate) line: u32,
    /// The variable or member that takes the result: `group`, `options.FallbackPolicy`.
    pub(crate) assigned: Option<String>,
    /// Whether the result is given back to the caller.
    pub(crate) returned: bool,
    /// What the first call is made on, dotted; the type of `new T()`; empty for a plain call.
    pub(crate) receiver: String,
    /// The calls in written order; none for a plain value.
    pub(crate) calls: Vec<Call>,
    /// What is taken of the result of the calls: `Value.Url`; empty for the result itself.
    pub(crate) member: String,
    /// The value, where no call is made.
    pub(crate) value: Option<Value>,
    /// The conditions that it stands under, the outermost first.
    pub(crate) under: Vec<Condition>,
}

impl Step {
    /// Whether a condition around it decides, and not only whether the procedure goes on.
    pub(crate) fn is_conditional(&self) -> bool {
        self.under.iter().any(|one| !one.asked.is_empty())
    }
}

/// The way of a branching that a statement stands in.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Condition {
    /// The branching, by a number that no other one of the file has.
    pub(crate) choice: usize,
    /// Which of its ways.
    pub(crate) way: usize,
    /// How many ways it has.
    pub(crate) of: usize,
    /// What is asked, as written; empty behind a branching of which a way leaves the procedure.
    pub(crate) asked: String,
}

/// One call of a chain.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Call {
    /// The line of its name.
    pub(crate) line: u32,
    /// The called name.
    pub(crate) name: String,
    /// The type arguments as written.
    pub(crate) type_arguments: Vec<String>,
    /// The arguments.
    pub(crate) arguments: Vec<Argument>,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument {
    /// Its name, where one is written.
    pub(crate) name: Option<String>,
    /// Its value; opaque for a function.
    pub(crate) value: Value,
    /// The function that stands there.
    pub(crate) lambda: Option<Lambda>,
    /// The chain of calls that stands there, where one of them maps something: `app.MapGroup("/x").RequireAuthorization()`.
    pub(crate) chain: Option<Step>,
}

/// A function without a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lambda {
    /// Its parameters.
    pub(crate) parameters: Vec<Parameter>,
    /// Its attributes.
    pub(crate) decorators: Vec<Decorator>,
    /// The type that it gives back, where it is written.
    pub(crate) returns: String,
    /// What it does.
    pub(crate) steps: Vec<Step>,
}

impl Call {
    /// The argument of a name, or the one at a place among those without a name.
    pub(crate) fn argument(&self, name: &str, place: usize) -> Option<&Argument> {
        let named = self.arguments.iter().find(|one| one.name.as_deref() == Some(name));
        named.or_else(|| self.arguments.get(place).filter(|one| one.name.is_none()))
    }

    /// The first function among the arguments.
    pub(crate) fn lambda(&self) -> Option<&Lambda> {
        self.arguments.iter().find_map(|one| one.lambda.as_ref())
    }
}

/// Starts of calls whose type arguments mean a class that is looked into; a class that is only registered is not.
const MEANT_TYPES: &[&str] = &[
    "Map",
    "AddHttpClient",
    "AddHostedService",
    "AddDbContext",
    "AddPooledDbContext",
    "AddRefitClient",
    "AddConsumer",
    "AddQueryType",
    "AddMutationType",
    "AddSubscriptionType",
    "AddTypeExtension",
];

/// Lambdas nest no deeper than the extractors' limit.
fn step_names<'a>(steps: &'a [Step], into: &mut Vec<&'a str>) {
    let mut open: Vec<&'a [Step]> = vec![steps];
    while let Some(steps) = open.pop() {
        for step in steps {
            into.push(&step.receiver);
            step.value.iter().for_each(|value| value.names(into));
            for call in &step.calls {
                if MEANT_TYPES.iter().any(|start| call.name.starts_with(start)) {
                    into.extend(call.type_arguments.iter().map(String::as_str));
                }
                for argument in &call.arguments {
                    argument.value.names(into);
                    open.extend(argument.lambda.iter().map(|lambda| lambda.steps.as_slice()));
                }
            }
        }
    }
}

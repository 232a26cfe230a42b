//! What functions do with the values that routers are made of: a small language of calls, fields and composite values.
//! Names of one function are resolved to slots; everything else stays symbolic, and the linker follows it from file to file.

/// A parameter, result or field: its name and its type as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Variable {
    /// Its name; for an embedded field the last part of the type.
    pub(crate) name: String,
    /// Its type as written: `*gin.Engine`.
    pub(crate) kind: String,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invocation {
    /// What is called.
    pub(crate) function: Expression,
    /// The arguments.
    pub(crate) arguments: Vec<Expression>,
    /// The line of what is called.
    pub(crate) line: u32,
    /// Which call of the file it is, told by where its name starts: two calls may stand in one line.
    pub(crate) place: usize,
}

/// An expression, as far as a router, a handler or a path may come from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// A slot of the function.
    Local(usize),
    /// A name that the function does not declare: of the package, of an import, or built in.
    Name(String),
    /// `a.b`
    Field(Box<Expression>, String),
    /// A call.
    Call(Box<Invocation>),
    /// `T{a: b}`; the keys are empty where only values stand.
    Composite(String, Vec<(String, Expression)>),
    /// `map[K]V{a: b}`
    Map(String, Vec<(Expression, Expression)>),
    /// `a[b]`
    Index(Box<Expression>, Box<Expression>),
    /// A string.
    Text(String),
    /// A number.
    Number(String),
    /// One of both: what a name stood for before, and what a condition may have made of it.
    Either(Box<Expression>, Box<Expression>),
    /// Strings put together.
    Concat(Vec<Expression>),
    /// A function literal, by its place in the function.
    Closure(usize),
    /// Something else.
    Other,
}

impl Expression {
    /// Visits it and everything in it; expressions nest no deeper than the extractor's limit.
    pub(crate) fn each<'e>(&'e self, visit: &mut dyn FnMut(&'e Self)) {
        visit(self);
        match self {
            Self::Field(base, _) => base.each(visit),
            Self::Call(call) => {
                call.function.each(visit);
                call.arguments.iter().for_each(|one| one.each(visit));
            }
            Self::Composite(_, entries) => entries.iter().for_each(|(_, one)| one.each(visit)),
            Self::Map(_, entries) => entries.iter().for_each(|(key, one)| {
                key.each(visit);
                one.each(visit);
            }),
            Self::Either(one, other) | Self::Index(one, other) => {
                one.each(visit);
                other.each(visit);
            }
            Self::Concat(parts) => parts.iter().for_each(|one| one.each(visit)),
            Self::Local(_) | Self::Name(_) | Self::Text(_) | Self::Number(_) | Self::Closure(_) | Self::Other => {}
        }
    }
}

/// Where the value of a slot comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// The receiver of the method.
    Receiver,
    /// A parameter of the function.
    Parameter(usize),
    /// A parameter of a function literal: which one, which parameter, and its type as written.
    ClosureParameter(usize, usize, String),
    /// A declared type and no value.
    Typed(String),
    /// The value of an expression.
    Value(Expression),
    /// One of several results of a call.
    Part(Expression, usize),
    /// The items of what a loop goes over.
    Each(Expression),
    /// Their keys: the slot of the items.
    Key(usize),
}

/// What a statement does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Works something out.
    Evaluate(Expression),
    /// Sets a field or a variable of the package.
    Set(Expression, Expression),
    /// Gives back.
    Return(Vec<Expression>),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// What it does.
    pub(crate) action: Action,
    /// The function literal that it stands in.
    pub(crate) closure: Option<usize>,
    /// The way that it stands in, where only a condition makes it happen.
    pub(crate) way: Option<usize>,
}

/// One of the ways that a condition chooses from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Way {
    /// The way around it.
    pub(crate) within: Option<usize>,
    /// What chooses it: the same number for all ways of one branching.
    pub(crate) choice: usize,
    /// How many ways the program may go on by; those that end it are not among them.
    pub(crate) of: usize,
    /// Whether it is what stands behind the branching, because other ways leave the function.
    pub(crate) behind: bool,
}

/// A function literal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Closure {
    /// The slots of its parameters.
    pub(crate) parameters: Vec<usize>,
    /// The function literal that it stands in.
    pub(crate) within: Option<usize>,
    /// Whether it answers requests itself: its body is not followed.
    pub(crate) handles: bool,
}

/// A function or method.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// Its receiver.
    pub(crate) receiver: Option<Variable>,
    /// Its parameters.
    pub(crate) parameters: Vec<Variable>,
    /// The types of its results.
    pub(crate) results: Vec<String>,
    /// Its slots.
    pub(crate) slots: Vec<Slot>,
    /// What it does, in written order.
    pub(crate) statements: Vec<Statement>,
    /// Its function literals.
    pub(crate) closures: Vec<Closure>,
    /// The ways of its branchings.
    pub(crate) ways: Vec<Way>,
    /// Its comment.
    pub(crate) doc: Option<String>,
    /// Whether it answers some requests with `401 Unauthorized`.
    pub(crate) rejects: bool,
    /// Whether it asks where a request goes before it does so, or lets some pass by a switch.
    pub(crate) exempts: bool,
    /// Whether it answers requests: what it does is known only where it talks to others, and puts no routes on.
    pub(crate) answers: bool,
}

impl Function {
    /// Visits every expression of its body; what several names take from one call is visited for each of them.
    pub(crate) fn each<'e>(&'e self, visit: &mut dyn FnMut(&'e Expression)) {
        for slot in &self.slots {
            match slot {
                Slot::Value(value) | Slot::Part(value, _) | Slot::Each(value) => value.each(visit),
                Slot::Receiver | Slot::Parameter(_) | Slot::ClosureParameter(..) | Slot::Typed(_) | Slot::Key(_) => {}
            }
        }
        for statement in &self.statements {
            match &statement.action {
                Action::Evaluate(value) => value.each(visit),
                Action::Set(target, value) => {
                    target.each(visit);
                    value.each(visit);
                }
                Action::Return(values) => values.iter().for_each(|value| value.each(visit)),
            }
        }
    }

    /// Its calls, each once, in the order of their lines.
    pub(crate) fn calls(&self) -> Vec<&Invocation> {
        let mut found: Vec<&Invocation> = Vec::new();
        self.each(&mut |expression| {
            if let Expression::Call(call) = expression {
                found.push(call);
            }
        });
        found.sort_by_key(|call| call.line);
        let mut kept: Vec<&Invocation> = Vec::new();
        for call in found {
            if !kept.iter().rev().take_while(|one| one.line == call.line).any(|one| *one == call) {
                kept.push(call);
            }
        }
        kept
    }

    /// `Publisher.Send`, or the name alone.
    pub(crate) fn label(&self) -> String {
        let owner = self.receiver.as_ref().map(|one| one.kind.trim_start_matches('*').split('[').next().unwrap_or_default());
        owner.filter(|owner| !owner.is_empty()).map_or_else(|| self.name.clone(), |owner| format!("{owner}.{}", self.name))
    }
}

/// A variable or constant of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PackageVariable {
    /// Its name and type.
    pub(crate) variable: Variable,
    /// Its first value.
    pub(crate) value: Expression,
}

/// What a named type is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TypeShape {
    /// A struct with its fields.
    Struct(Vec<Field>),
    /// An interface with the names of its methods and the interfaces that it takes in.
    Interface(Vec<String>),
    /// Another type, as written.
    Other(String),
}

/// A field of a struct.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Field {
    /// Its name and type.
    pub(crate) variable: Variable,
    /// Its tag without quotes.
    pub(crate) tag: String,
    /// Whether only the type is written.
    pub(crate) embedded: bool,
}

/// A named type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedType {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) shape: TypeShape,
    /// Its comment.
    pub(crate) doc: Option<String>,
}

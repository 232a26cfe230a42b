//! A file of JavaScript as what it sets up: declarations, calls, exports, without the bodies of functions that answer requests.
//! Says what is called on what; which calls make a server or a route is the linker's work.

/// The parameter that a server of `node:http` stands for in the function that states its routes; no program has one of this name.
pub(crate) const SERVER: &str = "#server";

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    /// A string.
    Text(String),
    /// Strings put together.
    Concat(Vec<Term>),
    /// `true` or `false`.
    Bool(bool),
    /// `undefined` or `null`.
    Nothing,
    /// A regular expression as written.
    Regex(String),
    /// A variable.
    Name(String),
    /// `this`; `super` is a name.
    This,
    /// A member: `a.b`, `a['b']`.
    Member(Box<Term>, String),
    /// Any item: `a[index]`.
    Item(Box<Term>),
    /// A call.
    Call(Box<Invoke>),
    /// `new X()`.
    New(Box<Invoke>),
    /// A function, by its place in the script.
    Function(usize),
    /// A class, by its place in the script.
    Class(usize),
    /// An array.
    List(Vec<Term>),
    /// An object literal in written order; the key of `...other` is `...`.
    Record(Vec<(String, Term)>),
    /// `...list` in an array or among arguments.
    Spread(Box<Term>),
    /// One of both, by what is asked, where that is a name: `one ? a : b`, `one && a`.
    Either(Box<Term>, Box<Term>, Box<Term>),
    /// The second where the first is not there: `a ?? b`, `a || b`.
    Fallback(Box<Term>, Box<Term>),
    /// `left = right` within an expression.
    Assign(Box<Term>, Box<Term>),
    /// Anything else.
    Other,
}

/// A call or `new`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Invoke {
    /// What is called.
    pub(crate) function: Term,
    /// The arguments.
    pub(crate) arguments: Vec<Term>,
    /// The line of the called name.
    pub(crate) line: u32,
}

/// What takes a value: a name or a pattern that takes it apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A variable.
    Name(String),
    /// `{ a, b: c }`
    Record(Vec<(String, Shape)>),
    /// `[a, b]`
    List(Vec<Shape>),
    /// `...rest`
    Rest(Box<Shape>),
    /// A pattern with what stands in where nothing is given.
    Default(Box<Shape>, Term),
    /// Nothing that is read.
    Ignored,
}

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Deed {
    /// A new variable.
    Declare(Shape, Term),
    /// A call or another expression that is thrown away.
    Do(Term),
    /// `return x`
    Return(Term),
    /// Blocks of which a condition chooses. Where a name is asked for, the first is for what is true.
    Branch(Term, Vec<Vec<Deed>>),
    /// A loop over the items of a list.
    Each(Shape, Term, Vec<Deed>),
    /// A name that the file gives to others.
    Export(String, Term),
}

/// A function.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lambda {
    /// Its name, or that of the variable or member it is given to.
    pub(crate) name: String,
    /// Its parameters, each with its type as written; empty where none is.
    pub(crate) parameters: Vec<(Shape, String)>,
    /// What it does; nothing where it answers requests.
    pub(crate) body: Vec<Deed>,
    /// Whether its parameters say that it answers requests: `(req, res)`.
    pub(crate) handles: bool,
    /// Whether `401 Unauthorized` or `403 Forbidden` stands in it.
    pub(crate) rejects: bool,
    /// Whether it has a `this` of its own.
    pub(crate) own_this: bool,
    /// Its line.
    pub(crate) line: u32,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

/// A class as what its objects do.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Blueprint {
    /// Its name; empty where it has none.
    pub(crate) name: String,
    /// What it extends.
    pub(crate) base: Option<Term>,
    /// Fields: the name, what it starts as, whether it belongs to the class itself.
    pub(crate) fields: Vec<(String, Term, bool)>,
    /// Methods, the constructor among them: the name, the function, whether it belongs to the class itself.
    pub(crate) methods: Vec<(String, usize, bool)>,
    /// Parameters of the constructor that are fields too.
    pub(crate) kept: Vec<String>,
}

/// A file as what it sets up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Script {
    /// What it does when it is loaded.
    pub(crate) body: Vec<Deed>,
    /// Its functions.
    pub(crate) functions: Vec<Lambda>,
    /// Its classes.
    pub(crate) classes: Vec<Blueprint>,
    /// Names of other files that it needs to set a server up, in order.
    pub(crate) needs: Vec<String>,
}

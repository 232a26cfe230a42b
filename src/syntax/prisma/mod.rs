//! The Prisma Schema Language: blocks with fields and attributes, each with its line and doc comment.
//! Source: the Prisma schema reference. Knows no meaning of an attribute; what is broken costs its line and nothing else.

mod lexer;
mod parser;

/// A schema file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Schema {
    /// Its blocks in written order.
    pub(crate) blocks: Vec<Block>,
    /// The lines, from 1, that could not be read.
    pub(crate) faults: Vec<u32>,
}

/// A block: `model User { ... }`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Block {
    /// `model`, `view`, `enum`, `type`, `datasource`, `generator`.
    pub(crate) keyword: String,
    /// Its name.
    pub(crate) name: String,
    /// Its line, from 1.
    pub(crate) line: u32,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
    /// Its fields, or the values of an enum.
    pub(crate) fields: Vec<Field>,
    /// What stands behind `@@`.
    pub(crate) attributes: Vec<Attribute>,
    /// `name = value` of a datasource or generator.
    pub(crate) settings: Vec<(String, Expression)>,
}

/// A field, or a value of an enum.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Field {
    /// Its name.
    pub(crate) name: String,
    /// Its line, from 1.
    pub(crate) line: u32,
    /// The name of its type; empty for a value of an enum.
    pub(crate) type_name: String,
    /// The text of `Unsupported("...")`.
    pub(crate) unsupported: Option<String>,
    /// `?`
    pub(crate) is_optional: bool,
    /// `[]`
    pub(crate) is_list: bool,
    /// What stands behind `@`.
    pub(crate) attributes: Vec<Attribute>,
    /// Its doc comment, above it or behind it.
    pub(crate) doc: Option<String>,
}

/// An attribute without its `@`: `id`, `db.VarChar`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Attribute {
    /// Its name, dotted.
    pub(crate) name: String,
    /// Its line, from 1.
    pub(crate) line: u32,
    /// Its arguments.
    pub(crate) arguments: Vec<Argument>,
}

/// An argument with its name, where one is given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument {
    /// `fields` of `fields: [a, b]`.
    pub(crate) name: Option<String>,
    /// What is given.
    pub(crate) value: Expression,
}

/// What an argument or a setting says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expression {
    /// A string without its quotes.
    Text(String),
    /// A number as written.
    Number(String),
    /// A name: a field, a value of an enum, `true`.
    Name(String),
    /// `[a, b]`
    List(Vec<Expression>),
    /// `now()`, `createdAt(sort: Desc)`
    Call(String, Vec<Argument>),
}

impl Schema {
    /// Reads a file. Never fails.
    pub(crate) fn parse(text: &str) -> Self {
        parser::parse(&lexer::tokens(text))
    }
}

impl Attribute {
    /// The argument of that name.
    pub(crate) fn named(&self, name: &str) -> Option<&Expression> {
        self.arguments.iter().find(|one| one.name.as_deref() == Some(name)).map(|one| &one.value)
    }

    /// The argument of that name, else the first without a name.
    pub(crate) fn named_or_first(&self, name: &str) -> Option<&Expression> {
        self.named(name).or_else(|| self.arguments.iter().find(|one| one.name.is_none()).map(|one| &one.value))
    }
}

impl Expression {
    /// The text of a string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A name, also one that is called: `createdAt(sort: Desc)`.
    pub(crate) fn as_name(&self) -> Option<&str> {
        match self {
            Self::Name(name) | Self::Call(name, _) => Some(name),
            _ => None,
        }
    }

    /// The items of a list; anything else is a list of itself.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }
}

/// The attribute of that name.
pub(crate) fn attribute<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|one| one.name == name)
}

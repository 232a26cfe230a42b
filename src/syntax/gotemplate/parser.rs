//! The tree of a template: text, actions, branches, named templates.
//! Nesting is bounded; what cannot be parsed is told with its line and never guessed.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::lexer::{Piece, Token, pieces, tokens};

/// A part of a template.
#[derive(Debug)]
pub(super) enum Node {
    /// Printed as it is.
    Text(Rc<str>),
    /// `{{ pipeline }}`.
    Action(Pipeline),
    /// `if`, `with`, `range`.
    Branch(Box<Branch>),
    /// `{{ template "name" pipeline }}`.
    Template(String, Option<Pipeline>),
    /// `break` of a range.
    Break,
    /// `continue` of a range.
    Continue,
}

/// Which branch it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `if`
    If,
    /// `with`
    With,
    /// `range`
    Range,
}

/// A branch with what is printed where it holds and where it does not.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) kind: Kind,
    pub(super) condition: Pipeline,
    pub(super) then: Vec<Node>,
    pub(super) otherwise: Vec<Node>,
    /// Whether a whole resource stands in `then`, so that the branch decides whether it exists.
    pub(super) guards: bool,
}

/// Commands, each given to the next as its last argument.
#[derive(Debug, Default)]
pub(super) struct Pipeline {
    /// Variables that take the value.
    pub(super) variables: Vec<String>,
    /// Whether they are new (`:=`) or known (`=`).
    pub(super) declares: bool,
    /// The commands.
    pub(super) commands: Vec<Vec<Operand>>,
    /// The line, from 1.
    pub(super) line: u32,
}

/// An operand of a command.
#[derive(Debug)]
pub(super) enum Operand {
    /// A constant.
    Text(Rc<str>),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `nil`.
    Nil,
    /// A function.
    Function(String),
    /// `.a.b`.
    Field(Vec<String>),
    /// `$x.a`.
    Variable(String, Vec<String>),
    /// `(pipeline).a`.
    Group(Box<Pipeline>, Vec<String>),
}

/// Named templates of one or many files.
pub(super) type Definitions = BTreeMap<String, Rc<Vec<Node>>>;

/// What cannot be parsed: the line and why.
pub(super) type ParseFault = (u32, &'static str);

const NESTING_LIMIT: usize = 60;

/// Parses a file; its `define` and `block` go to `definitions`.
pub(super) fn parse(text: &str, definitions: &mut Definitions) -> Result<Vec<Node>, ParseFault> {
    let pieces = pieces(text).map_err(|line| (line, "an action is not closed"))?;
    let mut parser = Parser { pieces: pieces.into_iter(), definitions, depth: 0 };
    let (nodes, end) = parser.list()?;
    match end {
        End::File => Ok(nodes),
        End::Closed(line) | End::Else(_, line) => Err((line, "an `end` or `else` without its beginning")),
    }
}

struct Parser<'a, 'd> {
    pieces: std::vec::IntoIter<Piece<'a>>,
    definitions: &'d mut Definitions,
    depth: usize,
}

/// What ended a list.
enum End {
    File,
    Closed(u32),
    /// The tokens behind `else`.
    Else(Vec<Token>, u32),
}

impl Parser<'_, '_> {
    fn list(&mut self) -> Result<(Vec<Node>, End), ParseFault> {
        self.depth += 1;
        let mut nodes = Vec::new();
        let end = loop {
            match self.pieces.next() {
                None => break End::File,
                Some(Piece::Text(text)) => nodes.push(Node::Text(text.into())),
                Some(Piece::Action(text, line)) => {
                    let mut tokens = tokens(text).ok_or((line, "an action is not understood"))?;
                    let word = match tokens.first() {
                        Some(Token::Name(word)) => word.clone(),
                        Some(_) => String::new(),
                        None => continue,
                    };
                    if self.depth > NESTING_LIMIT {
                        return Err((line, "branches nest too deep"));
                    }
                    match word.as_str() {
                        "end" => break End::Closed(line),
                        "else" => break End::Else(tokens.split_off(1), line),
                        _ => nodes.extend(self.action(&word, tokens, line)?),
                    }
                }
            }
        };
        self.depth -= 1;
        Ok((nodes, end))
    }

    fn action(&mut self, word: &str, mut tokens: Vec<Token>, line: u32) -> Result<Option<Node>, ParseFault> {
        let node = match word {
            "if" => self.branch(Kind::If, tokens.split_off(1), line)?,
            "with" => self.branch(Kind::With, tokens.split_off(1), line)?,
            "range" => self.branch(Kind::Range, tokens.split_off(1), line)?,
            "break" => Node::Break,
            "continue" => Node::Continue,
            "define" => {
                let (name, _) = named(tokens, line)?;
                let (nodes, _) = self.list()?;
                self.define(name, nodes);
                return Ok(None);
            }
            "block" => {
                let (name, argument) = named(tokens, line)?;
                let (nodes, _) = self.list()?;
                self.define(name.clone(), nodes);
                Node::Template(name, argument)
            }
            "template" => {
                let (name, argument) = named(tokens, line)?;
                Node::Template(name, argument)
            }
            _ => Node::Action(pipeline(tokens, line)?),
        };
        Ok(Some(node))
    }

    /// A later definition replaces an earlier one, but for one that is empty.
    fn define(&mut self, name: String, nodes: Vec<Node>) {
        let empty = nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()));
        if !empty || !self.definitions.contains_key(&name) {
            self.definitions.insert(name, Rc::new(nodes));
        }
    }

    fn branch(&mut self, kind: Kind, condition: Vec<Token>, line: u32) -> Result<Node, ParseFault> {
        let condition = pipeline(condition, line)?;
        let (then, end) = self.list()?;
        let otherwise = match end {
            End::Else(mut tokens, line) => match tokens.first() {
                None => self.list()?.0,
                Some(Token::Name(word)) if word == "if" || word == "with" => {
                    // `else if` is a branch of its own that shares the end of this one.
                    let kind = if word == "if" { Kind::If } else { Kind::With };
                    self.depth += 1;
                    if self.depth > NESTING_LIMIT {
                        return Err((line, "branches nest too deep"));
                    }
                    let inner = self.branch(kind, tokens.split_off(1), line)?;
                    self.depth -= 1;
                    vec![inner]
                }
                Some(_) => return Err((line, "an `else` is not understood")),
            },
            End::Closed(_) => Vec::new(),
            End::File => return Err((line, "a branch has no `end`")),
        };
        let guards = holds_resource(&then);
        Ok(Node::Branch(Box::new(Branch { kind, condition, then, otherwise, guards })))
    }
}

/// Whether a whole resource stands in the nodes: where its version stands outside, the branch only decides of which kind it is.
fn holds_resource(nodes: &[Node]) -> bool {
    let here = |key: &str| nodes.iter().any(|node| starts_line(node, key));
    let inner = |node: &Node| matches!(node, Node::Branch(branch) if branch.guards || branch.otherwise.iter().any(|node| matches!(node, Node::Branch(inner) if inner.guards)));
    here("kind:") && here("metadata:") && holds_line(nodes, "apiVersion:") || nodes.iter().any(inner)
}

fn starts_line(node: &Node, key: &str) -> bool {
    matches!(node, Node::Text(text) if text.lines().any(|line| line.starts_with(key)))
}

/// The same in branches of the nodes too; the parser bounds their depth.
fn holds_line(nodes: &[Node], key: &str) -> bool {
    nodes.iter().any(|node| match node {
        Node::Branch(branch) => holds_line(&branch.then, key) || holds_line(&branch.otherwise, key),
        node => starts_line(node, key),
    })
}

/// `"name" pipeline` behind a keyword.
fn named(mut tokens: Vec<Token>, line: u32) -> Result<(String, Option<Pipeline>), ParseFault> {
    let rest = tokens.split_off(2.min(tokens.len()));
    let Some(Token::Text(name)) = tokens.pop() else { return Err((line, "a template without a name")) };
    let argument = if rest.is_empty() { None } else { Some(pipeline(rest, line)?) };
    Ok((name, argument))
}

fn pipeline(tokens: Vec<Token>, line: u32) -> Result<Pipeline, ParseFault> {
    let mut reader = Reader { tokens: tokens.into_iter().peekable(), line };
    let (pipeline, closing) = reader.pipeline(0)?;
    if closing.is_some() { Err((line, "a closing bracket without its opening one")) } else { Ok(pipeline) }
}

struct Reader {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    line: u32,
}

impl Reader {
    fn fault<T>(&self, why: &'static str) -> Result<T, ParseFault> {
        Err((self.line, why))
    }

    /// A pipeline, and the fields behind the bracket that closed it.
    fn pipeline(&mut self, depth: usize) -> Result<(Pipeline, Option<Vec<String>>), ParseFault> {
        if depth > NESTING_LIMIT {
            return self.fault("brackets nest too deep");
        }
        let mut out = Pipeline { line: self.line, ..Pipeline::default() };
        let mut command: Vec<Operand> = Vec::new();
        let mut closing = None;
        while let Some(token) = self.tokens.next() {
            match token {
                Token::Sign("|") => out.commands.push(std::mem::take(&mut command)),
                Token::Sign("(") => {
                    let (inner, fields) = self.pipeline(depth + 1)?;
                    let Some(fields) = fields else { return self.fault("a bracket is not closed") };
                    command.push(Operand::Group(Box::new(inner), fields));
                }
                Token::Close(fields) => {
                    closing = Some(fields);
                    break;
                }
                Token::Sign(sign @ (":=" | "=" | ",")) => {
                    // Only variables may stand before a declaration.
                    for operand in command.drain(..) {
                        match operand {
                            Operand::Variable(name, fields) if fields.is_empty() => out.variables.push(name),
                            _ => return self.fault("an assignment is not understood"),
                        }
                    }
                    out.declares |= sign == ":=";
                }
                Token::Sign(_) => return self.fault("an action is not understood"),
                Token::Field(fields, false) if !command.is_empty() => append_fields(&mut command, fields),
                other => command.push(operand(other, self.line)?),
            }
        }
        if !command.is_empty() {
            out.commands.push(command);
        }
        if out.commands.is_empty() || out.commands.iter().any(Vec::is_empty) {
            return self.fault("a command is missing");
        }
        Ok((out, closing))
    }
}

/// Fields right behind an operand belong to it.
fn append_fields(command: &mut [Operand], more: Vec<String>) {
    if let Some(Operand::Field(fields) | Operand::Variable(_, fields) | Operand::Group(_, fields)) = command.last_mut() {
        fields.extend(more);
    }
}

fn operand(token: Token, line: u32) -> Result<Operand, ParseFault> {
    Ok(match token {
        Token::Text(text) => Operand::Text(text.into()),
        Token::Number(text) => number(&text).ok_or((line, "a number is not understood"))?,
        Token::Name(name) => match name.as_str() {
            "true" => Operand::Bool(true),
            "false" => Operand::Bool(false),
            "nil" => Operand::Nil,
            _ => Operand::Function(name),
        },
        Token::Field(fields, _) => Operand::Field(fields),
        Token::Variable(name, fields) => Operand::Variable(name, fields),
        Token::Sign(_) | Token::Close(_) => return Err((line, "an action is not understood")),
    })
}

fn number(text: &str) -> Option<Operand> {
    let plain = text.replace('_', "");
    let (sign, digits) = plain.strip_prefix('-').map_or((1, plain.trim_start_matches('+')), |rest| (-1, rest));
    let radix = [("0x", 16), ("0X", 16), ("0b", 2), ("0o", 8)];
    if let Some((prefix, radix)) = radix.iter().find(|(prefix, _)| digits.starts_with(prefix)) {
        return i64::from_str_radix(&digits[prefix.len()..], *radix).ok().map(|number| Operand::Int(sign * number));
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return i64::from_str_radix(digits, 8).ok().map(|number| Operand::Int(sign * number));
    }
    digits.parse().map(|number: i64| Operand::Int(sign * number)).ok().or_else(|| plain.parse().ok().map(Operand::Float))
}

//! What names stand for at a point of a migration: loop variables, parameters, constants of the function, the class and the file.
//! Follows names inside one file only, and never further than its limits.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use tree_sitter::Node;

use crate::extract::typescript::values::{self, children, text_of, unwrapped};
use crate::extract::typescript::{classes, constants, imports, scope, strings};
use crate::finding::schema::{Dialect, SchemaReferences, reference};
use crate::finding::{Constant, Import, Value};

/// How often a name that stands for a name is followed, and how deep values nest.
const STEPS: usize = 16;

/// What a name stands for.
#[derive(Clone, Debug)]
pub(in crate::extract::typescript) enum Bound<'t> {
    /// An expression, and how many of the bindings it sees.
    Node(Node<'t>, usize),
    /// A value that no single expression spells.
    Value(Value),
}

/// The names that are known at one point.
#[derive(Clone)]
pub(in crate::extract::typescript) struct Scope<'a, 't> {
    pub(in crate::extract::typescript) text: &'a str,
    /// The engine that the migration is read for.
    pub(in crate::extract::typescript) engine: Dialect,
    root: Node<'t>,
    class: Option<Node<'t>>,
    bindings: Vec<(String, Bound<'t>)>,
    constants: OnceCell<Vec<Constant>>,
    imports: OnceCell<imports::Origins>,
    /// What was met that only other files know.
    references: Rc<RefCell<SchemaReferences>>,
}

/// Packages whose names are the words of a tool, and those of Node.js: what they export is no name or text of the repository.
const TOOLS: &[&str] =
    &["knex", "sequelize", "typeorm", "@mikro-orm", "umzug", "node-pg-migrate", "sql", "path", "fs", "crypto", "os", "util", "url", "uuid"];

/// Words of the tools, from wherever a repository takes them.
const WORDS: &[&str] = &["Sequelize", "sequelize", "DataTypes", "DataType", "Knex", "knex"];

impl<'a, 't> Scope<'a, 't> {
    pub(in crate::extract::typescript) fn new(root: Node<'t>, function: Node<'t>, text: &'a str, engine: Dialect) -> Self {
        Self {
            text,
            engine,
            root,
            class: classes::around(function),
            bindings: Vec::new(),
            constants: OnceCell::new(),
            imports: OnceCell::new(),
            references: Rc::default(),
        }
    }

    /// The same names, with the references of another scope of the file counted on.
    pub(in crate::extract::typescript) fn counting(self, references: Rc<RefCell<SchemaReferences>>) -> Self {
        Self { references, ..self }
    }

    /// What a name of this file was called where it comes from, unless it is a word of a tool.
    pub(in crate::extract::typescript) fn import(&self, name: &str) -> Option<&Import> {
        let import = self.imports.get_or_init(|| imports::Origins::of(self.root, self.text)).import(name)?;
        let module = import.module.strip_prefix("node:").unwrap_or(&import.module);
        let is_tool =
            TOOLS.iter().any(|tool| module.strip_prefix(tool).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '-'])));
        (!is_tool).then_some(import)
    }

    /// A mark for a value that only another file knows.
    fn mark(&self, value: Value) -> Value {
        let mut references = self.references.borrow_mut();
        let at = references.0.iter().position(|one| *one == value).unwrap_or_else(|| {
            references.0.push(value);
            references.0.len() - 1
        });
        Value::Text(reference(at))
    }

    /// A mark for a parameter of a function that another file calls.
    pub(in crate::extract::typescript) fn parameter(&self, name: &str) -> Bound<'t> {
        Bound::Value(self.mark(Value::Name(name.to_owned())))
    }

    /// A mark for what a name stands for that is brought in from another file.
    fn imported(&self, name: &str) -> Option<Value> {
        let is_word = WORDS.contains(&name.split('.').next().unwrap_or(name));
        self.import(name).filter(|_| !is_word).map(|_| self.mark(Value::Name(name.to_owned())))
    }

    /// The value that a mark stands for.
    fn marked(&self, value: &Value) -> Option<Value> {
        self.references.borrow().value(value.as_text()?).cloned()
    }

    /// How many names are bound; a mark to come back to.
    pub(in crate::extract::typescript) fn len(&self) -> usize {
        self.bindings.len()
    }

    /// Forgets the names that were bound after a mark.
    pub(in crate::extract::typescript) fn truncate(&mut self, mark: usize) {
        self.bindings.truncate(mark);
    }

    /// Binds the names of a parameter or declaration.
    pub(in crate::extract::typescript) fn bind(&mut self, pattern: Node<'t>, bound: Option<Bound<'t>>) {
        let opaque = || Bound::Value(Value::Opaque("unknown".to_owned()));
        match pattern.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => {
                let name = text_of(pattern, self.text).to_owned();
                let bound = bound.map(|bound| self.settled(bound)).unwrap_or_else(opaque);
                self.bindings.push((name, bound));
            }
            "object_pattern" => {
                for part in children(pattern) {
                    let (key, target) = match part.kind() {
                        "pair_pattern" => (part.child_by_field_name("key"), part.child_by_field_name("value")),
                        "object_assignment_pattern" => (part.child_by_field_name("left"), part.child_by_field_name("left")),
                        _ => (Some(part), Some(part)),
                    };
                    let (Some(key), Some(target)) = (key, target) else { continue };
                    let inner = bound.as_ref().and_then(|bound| self.property(bound, text_of(key, self.text)));
                    self.bind(target, inner);
                }
            }
            "array_pattern" => {
                for (place, target) in children(pattern).into_iter().enumerate() {
                    let inner = bound.as_ref().and_then(|bound| self.items_of(bound)?.into_iter().nth(place));
                    self.bind(target, inner);
                }
            }
            "assignment_pattern" => {
                let default = pattern.child_by_field_name("right").map(|node| Bound::Node(node, self.len()));
                if let Some(left) = pattern.child_by_field_name("left") {
                    self.bind(left, bound.or(default));
                }
            }
            _ => {}
        }
    }

    /// A name for a name is what that stands for now: it may be bound anew later.
    fn settled(&self, bound: Bound<'t>) -> Bound<'t> {
        match bound {
            Bound::Node(node, limit) if matches!(unwrapped(node).kind(), "identifier" | "member_expression") => {
                self.resolve(node, limit).unwrap_or(Bound::Node(node, limit))
            }
            other => other,
        }
    }

    fn lookup(&self, name: &str, limit: usize) -> Option<Bound<'t>> {
        let bound = self.bindings.get(..limit)?.iter().rev().find(|(local, _)| local == name).map(|(_, bound)| bound.clone());
        bound.or_else(|| {
            let declarator = scope::declarator(self.root, name, self.text)?;
            Some(Bound::Node(declarator.child_by_field_name("value")?, 0))
        })
    }

    /// The field of the class around: `this.name`, `Migration.NAME`.
    fn field(&self, name: &str) -> Option<Node<'t>> {
        let body = self.class?.child_by_field_name("body")?;
        let mut members = children(body).into_iter().filter(|member| member.kind() == "public_field_definition");
        members.find(|member| classes::member_name(*member, self.text) == name)?.child_by_field_name("value")
    }

    /// The method of the class around, or the function of the file, that a callee means.
    pub(in crate::extract::typescript) fn function(&self, callee: Node<'t>) -> Option<Node<'t>> {
        let callee = unwrapped(callee);
        if callee.kind() == "member_expression" {
            let object = text_of(callee.child_by_field_name("object")?, self.text);
            let name = text_of(callee.child_by_field_name("property")?, self.text);
            let class = self.class?;
            if object != "this" && object != classes::name(class, self.text) {
                return None;
            }
            let method = classes::methods(class).into_iter().find(|method| classes::member_name(*method, self.text) == name);
            return method.map(classes::function_of).or_else(|| self.field(name).map(unwrapped).filter(|node| is_function(*node)));
        }
        let name = (callee.kind() == "identifier").then(|| text_of(callee, self.text))?;
        if let Some(Bound::Node(node, _)) = self.lookup(name, self.len()) {
            return Some(unwrapped(node)).filter(|node| is_function(*node));
        }
        let statements = children(self.root).into_iter().map(|one| one.child_by_field_name("declaration").unwrap_or(one));
        let mut functions = statements.filter(|one| one.kind() == "function_declaration");
        functions.find(|one| one.child_by_field_name("name").is_some_and(|own| text_of(own, self.text) == name))
    }

    /// What an expression stands for, names followed.
    pub(in crate::extract::typescript) fn resolve(&self, node: Node<'t>, limit: usize) -> Option<Bound<'t>> {
        let (mut node, mut limit) = (unwrapped(node), limit);
        for _ in 0..STEPS {
            let next = match node.kind() {
                "identifier" | "shorthand_property_identifier" => self.lookup(text_of(node, self.text), limit)?,
                "member_expression" => {
                    let object = node.child_by_field_name("object")?;
                    let name = text_of(node.child_by_field_name("property")?, self.text);
                    let is_class = self.class.is_some_and(|class| classes::name(class, self.text) == text_of(object, self.text));
                    if object.kind() == "this" || is_class {
                        Bound::Node(self.field(name)?, limit)
                    } else {
                        let inner = Box::new(self.resolve_once(object, limit)?);
                        self.property(&inner, name)?
                    }
                }
                _ => return Some(Bound::Node(node, limit)),
            };
            match next {
                Bound::Node(inner, seen) => (node, limit) = (unwrapped(inner), seen),
                value => return Some(value),
            }
        }
        None
    }

    /// The object of a member: a plain name, or a member of one; deeper chains are not followed.
    fn resolve_once(&self, node: Node<'t>, limit: usize) -> Option<Bound<'t>> {
        match unwrapped(node).kind() {
            "identifier" => self.lookup(text_of(unwrapped(node), self.text), limit),
            "object" => Some(Bound::Node(unwrapped(node), limit)),
            _ => {
                let value = self.value(node, limit);
                (!matches!(value, Value::Opaque(_) | Value::Name(_))).then_some(Bound::Value(value))
            }
        }
    }

    fn property(&self, bound: &Bound<'t>, key: &str) -> Option<Bound<'t>> {
        match bound {
            Bound::Value(value) => value.get(key).cloned().map(Bound::Value),
            Bound::Node(node, limit) if node.kind() == "object" || unwrapped(*node).kind() == "object" => {
                let pairs = children(unwrapped(*node)).into_iter();
                let mut named = pairs.filter(|pair| pair.child_by_field_name("key").is_some_and(|own| self.key(own) == key));
                Some(Bound::Node(named.next()?.child_by_field_name("value")?, *limit))
            }
            Bound::Node(node, limit) => self.value(*node, *limit).get(key).cloned().map(Bound::Value),
        }
    }

    fn key(&self, node: Node<'_>) -> String {
        if node.kind() == "string" { strings::literal(node, self.text) } else { text_of(node, self.text).to_owned() }
    }

    /// The items of a list that stands in the code; `None` when they are known only when it runs.
    pub(in crate::extract::typescript) fn items(&self, node: Node<'t>) -> Option<Vec<Bound<'t>>> {
        let bound = self.resolve(node, self.len())?;
        self.items_of(&bound)
    }

    fn items_of(&self, bound: &Bound<'t>) -> Option<Vec<Bound<'t>>> {
        match bound {
            Bound::Node(node, limit) if unwrapped(*node).kind() == "array" => {
                let items = children(unwrapped(*node));
                if items.iter().any(|item| item.kind() == "spread_element") {
                    return list(self.value(*node, *limit));
                }
                Some(items.into_iter().map(|item| Bound::Node(item, *limit)).collect())
            }
            Bound::Node(node, limit) if node.kind() == "call_expression" => {
                self.mapped(*node, *limit).or_else(|| list(self.value(*node, *limit)))
            }
            Bound::Node(node, limit) => list(self.value(*node, *limit)),
            Bound::Value(value) => list(value.clone()),
        }
    }

    /// `list.map(item => ...)`: what the function gives back for each item.
    fn mapped(&self, call: Node<'t>, limit: usize) -> Option<Vec<Bound<'t>>> {
        let function = call.child_by_field_name("function").map(unwrapped)?;
        let is_map = function.child_by_field_name("property").is_some_and(|name| text_of(name, self.text) == "map");
        let body =
            children(call.child_by_field_name("arguments")?).first().copied().map(unwrapped).filter(|one| is_map && is_function(*one))?;
        let object = self.resolve(function.child_by_field_name("object")?, limit)?;
        let made = |item: Bound<'t>| {
            let inner = self.with_arguments(body, &[item]);
            Some(Bound::Value(inner.value(values::returned(body)?, inner.len())))
        };
        self.items_of(&object)?.into_iter().map(made).collect()
    }

    /// The scope inside of a function that is called with these arguments.
    pub(in crate::extract::typescript) fn with_arguments(&self, function: Node<'t>, arguments: &[Bound<'t>]) -> Self {
        let mut inner = self.clone();
        for (place, pattern) in super::walk::patterns(function).into_iter().enumerate() {
            inner.bind(pattern, arguments.get(place).cloned());
        }
        inner
    }

    /// The value of an expression with every name put in that is known here.
    pub(in crate::extract::typescript) fn value(&self, node: Node<'t>, limit: usize) -> Value {
        self.filled(values::read(node, self.text), limit, STEPS)
    }

    /// The value of an expression where it stands.
    pub(in crate::extract::typescript) fn value_of(&self, node: Node<'_>) -> Value {
        self.filled(values::read(node, self.text), self.len(), STEPS)
    }

    /// The function that an expression is, or that it names.
    pub(in crate::extract::typescript) fn callable(&self, node: Node<'t>) -> Option<Node<'t>> {
        if is_function(node) { Some(node) } else { self.function(node) }
    }

    fn filled(&self, value: Value, limit: usize, depth: usize) -> Value {
        let Some(depth) = depth.checked_sub(1) else { return value };
        let all = |items: Vec<Value>| -> Vec<Value> { items.into_iter().map(|item| self.filled(item, limit, depth)).collect() };
        match value {
            Value::Name(name) => self.named(&name, limit, depth).or_else(|| self.imported(&name)).unwrap_or(Value::Name(name)),
            Value::Concat(items) => joined(all(items)),
            Value::List(items) => Value::List(all(items).into_iter().flat_map(spread).collect()),
            Value::Either(items) => Value::Either(all(items)),
            Value::Spread(inner) => Value::Spread(Box::new(self.filled(*inner, limit, depth))),
            Value::Map(entries) => Value::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| (self.computed(key, limit, depth), self.filled(value, limit, depth)))
                    .flat_map(|(key, value)| match value {
                        Value::Map(inner) if key == "..." => inner,
                        other => vec![(key, other)],
                    })
                    .collect(),
            ),
            Value::Call(name, arguments) => self.called(name, all(arguments), depth),
            other => other,
        }
    }

    /// A key in brackets, where it stands for a text.
    fn computed(&self, key: String, limit: usize, depth: usize) -> String {
        let inner = key.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        match inner.and_then(|name| self.named(name, limit, depth).or_else(|| self.imported(name))) {
            Some(Value::Text(text)) => text,
            _ => key,
        }
    }

    fn named(&self, name: &str, limit: usize, depth: usize) -> Option<Value> {
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        let path = |value: Value| rest.split('.').filter(|part| !part.is_empty()).try_fold(value, |value, key| value.get(key).cloned());
        if root == "this" || self.class.is_some_and(|class| classes::name(class, self.text) == root) {
            let (field, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let value = self.filled(values::read(self.field(field)?, self.text), 0, depth);
            return rest.split('.').filter(|part| !part.is_empty()).try_fold(value, |value, key| value.get(key).cloned());
        }
        match self.lookup(root, limit) {
            Some(Bound::Node(node, _)) if is_function(unwrapped(node)) => None,
            Some(Bound::Node(node, limit)) => path(self.filled(values::read(node, self.text), limit, depth)),
            Some(Bound::Value(value)) => path(value),
            None => {
                let constant = self.constants().iter().find(|one| one.name == root && one.parameters.is_empty())?;
                path(constant.value.clone())
            }
        }
        .filter(|value| !matches!(value, Value::Opaque(_)))
    }

    fn constants(&self) -> &[Constant] {
        self.constants.get_or_init(|| constants::of(self.root, self.text).into_iter().map(|(_, constant)| constant).collect())
    }

    /// What a call gives back, where that is plain: the values of an object, a function of the file that only makes a value.
    fn called(&self, name: String, arguments: Vec<Value>, depth: usize) -> Value {
        match (name.as_str(), arguments.first()) {
            ("Object.values", Some(marked)) if self.marked(marked).is_some() => {
                let arguments = arguments.iter().filter_map(|one| self.marked(one)).collect();
                return self.mark(Value::Call(name, arguments));
            }
            ("Object.values", Some(Value::Map(entries))) => return Value::List(entries.iter().map(|(_, value)| value.clone()).collect()),
            ("Object.keys", Some(Value::Map(entries))) => {
                return Value::List(entries.iter().map(|(key, _)| Value::Text(key.clone())).collect());
            }
            ("Object.entries", Some(Value::Map(entries))) => {
                let pair = |(key, value): &(String, Value)| Value::List(vec![Value::Text(key.clone()), value.clone()]);
                return Value::List(entries.iter().map(pair).collect());
            }
            _ => {}
        }
        match self.constants().iter().find(|one| one.name == name && !one.parameters.is_empty()) {
            Some(function) => self.filled(function.value.with_arguments(&function.parameters, &arguments), 0, depth),
            None => Value::Call(name, arguments),
        }
    }
}

/// Whether a node is a function.
pub(in crate::extract::typescript) fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression" | "function_declaration" | "method_definition")
}

fn list<'t>(value: Value) -> Option<Vec<Bound<'t>>> {
    match value {
        Value::List(items) if items.iter().all(|item| !matches!(item, Value::Spread(_))) => {
            Some(items.into_iter().map(Bound::Value).collect())
        }
        _ => None,
    }
}

fn spread(item: Value) -> Vec<Value> {
    match item {
        Value::Spread(inner) => match *inner {
            Value::List(items) => items,
            other => vec![Value::Spread(Box::new(other))],
        },
        other => vec![other],
    }
}

/// Texts and numbers put together are one text.
fn joined(parts: Vec<Value>) -> Value {
    let plain = |part: &Value| match part {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        _ => None,
    };
    parts.iter().map(plain).collect::<Option<String>>().map_or(Value::Concat(parts), Value::Text)
}

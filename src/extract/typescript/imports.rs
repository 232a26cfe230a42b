//! What a file brings in: ES imports, `import x = require()`, CommonJS `require`, and `import()` that is waited for.
//! Follows nothing to another file.

use tree_sitter::Node;

use super::strings;
use super::values::{children, returned, text_of, unwrapped};
use crate::finding::Import;

/// The imports of a file, with the statement that each stands in.
pub(super) fn of<'t>(root: Node<'t>, text: &str) -> Vec<(Node<'t>, Import)> {
    let mut found = Vec::new();
    for statement in children(root) {
        let mut imports = Vec::new();
        match statement.kind() {
            "import_statement" => read_import(statement, text, &mut imports),
            "lexical_declaration" | "variable_declaration" => {
                children(statement).into_iter().for_each(|declarator| read_call(declarator, text, &mut imports));
            }
            _ => {}
        }
        found.extend(imports.into_iter().map(|import| (statement, import)));
    }
    found
}

/// What CommonJS gives on: `module.exports = require('./a')`, `module.exports = { ...require('./a'), b: require('./b'), c }` with a `c`
/// that is brought in, `exports.d = require('./d')`.
pub(super) fn given_on<'t>(root: Node<'t>, text: &str) -> Vec<(Node<'t>, Import)> {
    let mut found = Vec::new();
    for statement in children(root).into_iter().filter(|one| one.kind() == "expression_statement") {
        let Some(set) = children(statement).first().copied().filter(|one| one.kind() == "assignment_expression") else { continue };
        let (Some(left), Some(right)) = (set.child_by_field_name("left"), set.child_by_field_name("right").map(unwrapped)) else {
            continue;
        };
        let target = text_of(left, text);
        let own = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports."));
        let whole = |local: &str, value: Node<'_>| {
            let module = required(unwrapped(value), text)?;
            Some(Import { local: local.to_owned(), imported: "*".to_owned(), module, target: None })
        };
        match (own, right.kind()) {
            (Some(name), _) => found.extend(whole(name, right).map(|one| (statement, one))),
            (None, "object") if target == "module.exports" => {
                let given = |entry: Node<'t>| match entry.kind() {
                    "spread_element" => whole("*", *children(entry).first()?),
                    "pair" => whole(text_of(entry.child_by_field_name("key")?, text), entry.child_by_field_name("value")?),
                    "shorthand_property_identifier" => {
                        let local = text_of(entry, text);
                        of(root, text).into_iter().map(|(_, import)| import).find(|import| import.local == local)
                    }
                    _ => None,
                };
                found.extend(children(right).into_iter().filter_map(given).map(|one| (statement, one)));
            }
            (None, _) if target == "module.exports" => found.extend(whole("*", right).map(|one| (statement, one))),
            _ => {}
        }
    }
    found
}

/// What a local name was called where it comes from, and the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins(Vec<Import>);

impl Origins {
    /// The imports of a file.
    pub(super) fn of(root: Node<'_>, text: &str) -> Self {
        Self(of(root, text).into_iter().map(|(_, import)| import).collect())
    }

    /// The import behind a local name, or behind the namespace in front of a dotted one.
    pub(super) fn import(&self, name: &str) -> Option<&Import> {
        let root = name.split('.').next().unwrap_or(name);
        self.0.iter().find(|import| import.local == root)
    }

    /// The name in the module that a name of this file stands for: `Get` of `import { Get as HttpGet }`; itself when it is not imported.
    pub(super) fn original<'a>(&'a self, name: &'a str) -> &'a str {
        match self.import(name) {
            Some(import) if import.imported == "*" => name.split_once('.').map_or(name, |(_, rest)| rest),
            Some(import) if !name.contains('.') && import.imported != "default" => &import.imported,
            _ => name,
        }
    }

    /// The module that a name of this file comes from.
    pub(super) fn module(&self, name: &str) -> Option<&str> {
        self.import(name).map(|import| import.module.as_str())
    }

    /// Whether anything comes from a module of one of these names.
    pub(super) fn any_from(&self, modules: &[&str]) -> bool {
        self.0.iter().any(|import| modules.contains(&import.module.as_str()))
    }
}

fn read_import(statement: Node<'_>, text: &str, into: &mut Vec<Import>) {
    let stated = statement.child_by_field_name("source").map(|source| strings::literal(source, text));
    // `import './users.controller'` takes no name: that the file is loaded is all that counts.
    if let Some(module) = stated.as_ref().filter(|module| module.starts_with('.') && children(statement).len() == 1) {
        into.push(Import { local: String::new(), imported: String::new(), module: module.clone(), target: None });
    }
    for clause in children(statement) {
        match (clause.kind(), &stated) {
            ("import_require_clause", _) => {
                let source = clause.child_by_field_name("source").map(|source| strings::literal(source, text));
                let local = children(clause).into_iter().find(|child| child.kind() == "identifier");
                if let (Some(module), Some(local)) = (source, local) {
                    into.push(Import { local: text_of(local, text).to_owned(), imported: "*".to_owned(), module, target: None });
                }
            }
            ("import_clause", Some(module)) => children(clause).into_iter().for_each(|part| read_clause(part, text, module, into)),
            _ => {}
        }
    }
}

fn read_clause(part: Node<'_>, text: &str, module: &str, into: &mut Vec<Import>) {
    let mut push = |local: &str, imported: &str| {
        into.push(Import { local: local.to_owned(), imported: imported.to_owned(), module: module.to_owned(), target: None });
    };
    match part.kind() {
        "identifier" => push(text_of(part, text), "default"),
        "namespace_import" => {
            if let Some(name) = children(part).first() {
                push(text_of(*name, text), "*");
            }
        }
        "named_imports" => {
            for one in children(part) {
                let Some(name) = one.child_by_field_name("name") else { continue };
                let local = one.child_by_field_name("alias").unwrap_or(name);
                push(text_of(local, text), text_of(name, text));
            }
        }
        _ => {}
    }
}

/// `const a = require('x')`, `const { a, b: c } = await import('x')`, `const a = require('x').b`, `import('x').then((m) => m.b)`.
pub(super) fn read_call(declarator: Node<'_>, text: &str, into: &mut Vec<Import>) {
    let (Some(name), Some(value)) = (declarator.child_by_field_name("name"), declarator.child_by_field_name("value")) else { return };
    let Some((module, property)) = brought(unwrapped(value), text) else { return };
    let mut push = |local: &str, imported: &str| {
        into.push(Import { local: local.to_owned(), imported: imported.to_owned(), module: module.clone(), target: None });
    };
    match (name.kind(), &property) {
        ("identifier", None) => push(text_of(name, text), "*"),
        ("identifier", Some(property)) => push(text_of(name, text), property),
        ("object_pattern", None) => {
            for one in children(name) {
                let pair = one.child_by_field_name("key").zip(one.child_by_field_name("value"));
                match pair {
                    Some((key, value)) => push(text_of(value, text), text_of(key, text)),
                    None if one.kind() == "shorthand_property_identifier_pattern" => push(text_of(one, text), text_of(one, text)),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// The module that an expression brings in, and what of it.
fn brought(value: Node<'_>, text: &str) -> Option<(String, Option<String>)> {
    if let Some(module) = required(value, text) {
        return Some((module, None));
    }
    let member = if value.kind() == "call_expression" { unwrapped(value.child_by_field_name("function")?) } else { value };
    let (object, property) = (member.child_by_field_name("object")?, text_of(member.child_by_field_name("property")?, text));
    let module = required(unwrapped(object), text)?;
    if value.kind() == "member_expression" {
        return Some((module, Some(property.to_owned())));
    }
    let function = children(value.child_by_field_name("arguments")?).first().copied().filter(|_| property == "then")?;
    let given = unwrapped(returned(function)?);
    Some((module, Some(text_of(given.child_by_field_name("property")?, text).to_owned())))
}

fn required(call: Node<'_>, text: &str) -> Option<String> {
    let function = call.child_by_field_name("function").filter(|_| call.kind() == "call_expression")?;
    let argument = *children(call.child_by_field_name("arguments")?).first()?;
    let brings = function.kind() == "import" || text_of(function, text) == "require";
    (brings && argument.kind() == "string").then(|| strings::literal(argument, text))
}

//! `@Module` and the dynamic modules that `forRoot`, `register` and their like give back.
//! Items keep their calls and conditions; which of them is in force is the linker's question.

use tree_sitter::Node;

use crate::extract::Sink;
use crate::extract::typescript::class_cx::ClassCx;
use crate::extract::typescript::decorators::Found;
use crate::extract::typescript::values::{self, children};
use crate::extract::typescript::{classes, doc_comment, scope};
use crate::finding::{Fact, Module, Value};

/// The modules that a class states.
pub(super) fn emit(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    let decorator = class.decorators.iter().find(|found| states_module(class, found));
    if let Some(found) = decorator {
        let mut module = read(class, found.first());
        module.doc = doc_comment::of(class.node, class.cx.text);
        sink.fact(class.line(found.node), Fact::Module(module));
    }
    for method in classes::methods(class.node).into_iter().filter(|method| classes::is_static(*method)) {
        for statement in values::returns(classes::function_of(method)) {
            let Some(given) = children(statement).first().copied() else { continue };
            let value = scope::resolved(values::read(given, class.cx.text), given, class.cx.text);
            if value.get("module").is_some() {
                sink.fact(class.line(statement), Fact::Module(read(class, Some(&value))));
            }
        }
    }
}

/// `@Module`, or a decorator of the repository that takes the same metadata and hands it on: `@Plugin({ imports: [...], controllers: [...] })`.
fn states_module(class: &ClassCx<'_, '_>, found: &Found<'_>) -> bool {
    match class.framework_name(found) {
        Some("Module") => true,
        Some(name) if name.ends_with("Plugin") || name.ends_with("Module") => {
            let stated = |key: &str| matches!(found.first().and_then(|options| options.get(key)), Some(Value::List(_)));
            ["imports", "providers", "controllers"].into_iter().any(stated)
        }
        _ => false,
    }
}

fn read(class: &ClassCx<'_, '_>, metadata: Option<&Value>) -> Module {
    let given: Vec<Value> = metadata.map(|value| given(class, value)).unwrap_or_default();
    let list = |key: &str| given.iter().flat_map(|value| items(value, key)).collect();
    Module {
        class: class.name.clone(),
        imports: list("imports"),
        providers: list("providers"),
        controllers: list("controllers"),
        exports: list("exports"),
        doc: None,
    }
}

/// Metadata that a function of this file gives back is what its `return` statements say; one of another file is left to the linker.
fn given(class: &ClassCx<'_, '_>, metadata: &Value) -> Vec<Value> {
    let Value::Call(name, _) = metadata else { return vec![metadata.clone()] };
    let root = class.cx.tree().map(tree_sitter::Tree::root_node);
    let is_it = |one: &Node<'_>| {
        one.kind() == "function_declaration"
            && one.child_by_field_name("name").is_some_and(|own| values::text_of(own, class.cx.text) == name)
    };
    let function = root.and_then(|root| children(root).into_iter().map(exported).find(is_it));
    let Some(function) = function else { return vec![Value::Name(name.clone())] };
    let value = |node: Node<'_>| scope::resolved(values::read(node, class.cx.text), node, class.cx.text);
    let given = values::returns(function).into_iter().filter_map(|statement| Some(value(*children(statement).first()?)));
    given.map(|value| if let Value::Call(name, _) = value { Value::Name(name) } else { value }).collect()
}

fn exported(statement: Node<'_>) -> Node<'_> {
    statement.child_by_field_name("declaration").filter(|_| statement.kind() == "export_statement").unwrap_or(statement)
}

/// The items of one list. Metadata that is a constant, or spreads one, leads to the list of that constant.
fn items(metadata: &Value, key: &str) -> Vec<Value> {
    let inner = |name: &str| Value::Spread(Box::new(Value::Name(format!("{name}.{key}"))));
    match metadata {
        Value::Name(name) => vec![inner(name)],
        Value::Map(entries) => {
            let mut items = Vec::new();
            for (name, value) in entries {
                match value {
                    Value::Name(constant) if name == "..." => items.push(inner(constant)),
                    Value::List(list) if name == key => items.extend(list.iter().cloned()),
                    other if name == key => items.push(Value::Spread(Box::new(other.clone()))),
                    _ => {}
                }
            }
            items
        }
        _ => Vec::new(),
    }
}

//! Attributes of a repository that state routes: their constructors with what they hand to their base, and templates that they set.
//! Source: the ASP.NET Core documentation, "Custom route attributes using `IRouteTemplateProvider`".

use tree_sitter::Node;

use super::attributes;
use super::nodes::{child_of, children, field, members, text_of};
use super::values;
use crate::extract::{FileCx, Sink};
use crate::finding::{AttributeConstructor, Fact, Value};

/// Emits the constructors of a class that is an attribute.
pub(super) fn read(class: Node<'_>, name: &str, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !name.ends_with("Attribute") || child_of(class, "base_list").is_none() {
        return;
    }
    let body = class.child_by_field_name("body").map(members).unwrap_or_default();
    let stated = body.iter().filter(|one| one.kind() == "property_declaration").find_map(|one| template(*one, cx.text));
    let of_class = child_of(class, "parameter_list").map(|list| (list, child_of(class, "base_list"), None));
    let constructors = body.iter().filter(|one| one.kind() == "constructor_declaration");
    let constructors = constructors.filter_map(|one| {
        Some((one.child_by_field_name("parameters")?, child_of(*one, "constructor_initializer"), one.child_by_field_name("body")))
    });
    let mut found: Vec<AttributeConstructor> = of_class
        .into_iter()
        .chain(constructors)
        .map(|(list, base, body)| AttributeConstructor {
            class: name.to_owned(),
            parameters: parameters(list, cx.text),
            base_arguments: base.map(|base| handed_on(base, cx.text)).unwrap_or_default(),
            template: body.and_then(|body| assigned(body, cx.text)).or_else(|| stated.clone()),
        })
        .collect();
    if found.is_empty() {
        let base_arguments = child_of(class, "base_list").map(|base| handed_on(base, cx.text)).unwrap_or_default();
        found.push(AttributeConstructor { class: name.to_owned(), base_arguments, template: stated, ..AttributeConstructor::default() });
    }
    found.into_iter().for_each(|one| sink.fact(cx.line(class.start_byte()), Fact::AttributeConstructor(one)));
}

/// `public string Template => "api/[controller]";`, `public string Template { get; } = "x";`
fn template(property: Node<'_>, text: &str) -> Option<Value> {
    let value = property.child_by_field_name("value").filter(|_| field(property, "name", text) == Some("Template"))?;
    let value = if value.kind() == "arrow_expression_clause" { children(value).first().copied()? } else { value };
    Some(values::read(value, text))
}

/// `Template = $"api/v{version}/{resource}";` in the body of a constructor.
fn assigned(body: Node<'_>, text: &str) -> Option<Value> {
    members(body).into_iter().filter(|one| one.kind() == "expression_statement").find_map(|statement| {
        let assignment = children(statement).first().copied().filter(|one| one.kind() == "assignment_expression")?;
        let name = field(assignment, "left", text)?;
        let value = assignment.child_by_field_name("right").filter(|_| matches!(name, "Template" | "this.Template"))?;
        Some(values::read(value, text))
    })
}

fn handed_on(base: Node<'_>, text: &str) -> Vec<Value> {
    let list = child_of(base, "argument_list").or_else(|| {
        let primary = child_of(base, "primary_constructor_base_type");
        primary.and_then(|one| child_of(one, "argument_list"))
    });
    list.map(children).unwrap_or_default().into_iter().map(|one| values::read(one, text)).collect()
}

fn parameters(list: Node<'_>, text: &str) -> Vec<(String, Option<Value>)> {
    let nodes = children(list).into_iter().filter(|one| one.kind() == "parameter");
    let default =
        |node: Node<'_>| text_of(node, text).contains('=').then(|| children(node).last().map(|one| values::read(*one, text))).flatten();
    attributes::parameters(Some(list), text).into_iter().zip(nodes).map(|(one, node)| (one.name, default(node))).collect()
}

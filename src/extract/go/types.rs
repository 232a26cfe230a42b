//! Types as written: parameters, results, structs with their tags, interfaces.
//! Nothing is resolved; a type is the text of its node.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use tree_sitter::Node;

use super::values::{children, text_of};
use crate::finding::{Field, TypeShape, Variable};

/// The parameters of a list; those without a name have an empty one.
pub(super) fn variables(list: Node<'_>, text: &str) -> Vec<Variable> {
    let mut found = Vec::new();
    for parameter in children(list) {
        let Some(kind) = parameter.child_by_field_name("type") else { continue };
        let dots = if parameter.kind() == "variadic_parameter_declaration" { "..." } else { "" };
        let kind = format!("{dots}{}", text_of(kind, text));
        let mut cursor = parameter.walk();
        let names: Vec<Node<'_>> = parameter.children_by_field_name("name", &mut cursor).filter(|name| name.is_named()).collect();
        if names.is_empty() {
            found.push(Variable { name: String::new(), kind });
        } else {
            found.extend(names.into_iter().map(|name| Variable { name: text_of(name, text).to_owned(), kind: kind.clone() }));
        }
    }
    found
}

/// The types of the results.
pub(super) fn results(result: Node<'_>, text: &str) -> Vec<String> {
    if result.kind() == "parameter_list" {
        return variables(result, text).into_iter().map(|one| one.kind).collect();
    }
    vec![text_of(result, text).to_owned()]
}

/// What a named type is.
pub(super) fn shape(node: Node<'_>, text: &str) -> TypeShape {
    match node.kind() {
        "struct_type" => {
            let lists = children(node);
            TypeShape::Struct(lists.into_iter().flat_map(children).flat_map(|field| fields(field, text)).collect())
        }
        "interface_type" => {
            let name =
                |element: Node<'_>| element.child_by_field_name("name").map_or_else(|| text_of(element, text), |name| text_of(name, text));
            TypeShape::Interface(children(node).into_iter().map(|element| name(element).to_owned()).collect())
        }
        _ => TypeShape::Other(text_of(node, text).to_owned()),
    }
}

/// The fields of a struct that stands in place of the name of a type, also as what a list or map is of.
pub(super) fn unnamed_fields(node: Node<'_>, text: &str) -> Vec<String> {
    let mut at = node;
    for _ in 0..4 {
        let inner = match at.kind() {
            "slice_type" | "array_type" | "implicit_length_array_type" => at.child_by_field_name("element"),
            "map_type" => at.child_by_field_name("value"),
            "pointer_type" => children(at).first().copied(),
            "struct_type" => {
                let lists = children(at);
                return lists
                    .into_iter()
                    .flat_map(children)
                    .flat_map(|field| fields(field, text))
                    .map(|field| field.variable.name)
                    .collect();
            }
            _ => return Vec::new(),
        };
        let Some(inner) = inner else { return Vec::new() };
        at = inner;
    }
    Vec::new()
}

fn fields(declaration: Node<'_>, text: &str) -> Vec<Field> {
    let Some(kind) = declaration.child_by_field_name("type") else { return Vec::new() };
    let tag = declaration.child_by_field_name("tag").map(|tag| text_of(tag, text).trim_matches(['`', '"']).to_owned()).unwrap_or_default();
    let mut cursor = declaration.walk();
    let names: Vec<Node<'_>> = declaration.children_by_field_name("name", &mut cursor).filter(|name| name.is_named()).collect();
    let written = text_of(kind, text);
    if names.is_empty() {
        let star = if text_of(declaration, text).starts_with('*') { "*" } else { "" };
        let name = written.rsplit('.').next().unwrap_or(written).split('[').next().unwrap_or(written).trim_start_matches('*');
        let variable = Variable { name: name.to_owned(), kind: format!("{star}{written}") };
        return vec![Field { variable, tag, embedded: true }];
    }
    let field = |name: Node<'_>| Field {
        variable: Variable { name: text_of(name, text).to_owned(), kind: written.to_owned() },
        tag: tag.clone(),
        embedded: false,
    };
    names.into_iter().map(field).collect()
}

/// The types by which a function is told that answers a request.
const REQUESTS: &[&str] = &[
    "http.ResponseWriter",
    "*gin.Context",
    "echo.Context",
    "*echo.Context",
    "*fiber.Ctx",
    "fiber.Ctx",
    "httprouter.Params",
    "*app.RequestContext",
    "iris.Context",
    "*fasthttp.RequestCtx",
];

/// Whether a function with these parameters answers a request.
pub(super) fn handles(parameters: &[Variable]) -> bool {
    parameters.iter().any(|one| REQUESTS.contains(&one.kind.as_str()))
}

/// Whether code answers with `401 Unauthorized`.
pub(super) fn rejects(code: &str) -> bool {
    ["StatusUnauthorized", "ErrUnauthorized", "(401", " 401,", " 401)"].iter().any(|word| code.contains(word))
}

/// The path of a request, as the libraries give it.
const PATHS: &[&str] = &["URL.Path", ".Path()", "FullPath()", "RequestURI", "OriginalURL()"];

/// Words of switches by which some requests pass.
const SWITCHES: &[&str] = &["skip", "Skip", "isPublic", "IsPublic", "whitelist", "allowlist", "exempt"];

/// Whether any of the words stands in code, in one pass over it.
fn may_exempt(code: &str) -> bool {
    static WORDS: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let words = WORDS.get_or_init(|| AhoCorasick::new(PATHS.iter().chain(SWITCHES)).ok());
    words.as_ref().is_none_or(|words| words.is_match(code))
}

/// Whether code asks where a request goes before it decides on it, or has a switch that lets some pass: what answers `401` there does so on
/// some routes only.
pub(super) fn exempts(code: &str) -> bool {
    // Hardly any function has one of the words; only those are looked at line by line.
    if !may_exempt(code) {
        return false;
    }
    let decides = |line: &str| {
        let line = line.trim_start();
        let branches = line.starts_with("if ") || line.starts_with("switch ") || line.starts_with("} else if ") || line.starts_with("for ");
        let by_path = PATHS.iter().any(|path| line.contains(path)) && (branches || line.contains(":=") || line.contains(".Match"));
        let by_name = branches && SWITCHES.iter().any(|word| line.contains(word));
        by_path || by_name || line.starts_with("Skipper:")
    };
    code.lines().any(decides)
}

//! The functions of the template language, of Sprig and of Helm, by group.
//! Source: the documentation of text/template, Sprig 3 and Helm 3. Time, chance, keys and the network give holes.

mod lists;
mod maps;
mod numbers;
mod paths;
mod printf;
mod regexes;
mod texts;
mod versions;

use super::evaluate::{Renderer, Run};
use super::value::{HOLE, Value};
use super::yaml_value::{from_json, from_yaml, to_json, to_yaml};

/// Functions whose value differs every time, or comes from outside.
const UNKNOWN: &[&str] = &[
    "now",
    "date",
    "dateInZone",
    "date_in_zone",
    "dateModify",
    "date_modify",
    "mustDateModify",
    "ago",
    "toDate",
    "mustToDate",
    "unixEpoch",
    "htmlDate",
    "htmlDateInZone",
    "duration",
    "durationRound",
    "randAlphaNum",
    "randAlpha",
    "randAscii",
    "randNumeric",
    "randBytes",
    "randInt",
    "shuffle",
    "uuidv4",
    "genPrivateKey",
    "genCA",
    "genCAWithKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "buildCustomCert",
    "derivePassword",
    "htpasswd",
    "bcrypt",
    "encryptAES",
    "decryptAES",
    "env",
    "expandenv",
    "getHostByName",
    "sha1sum",
    "sha256sum",
    "sha512sum",
    "adler32sum",
    "urlParse",
    "urlJoin",
];

/// Functions that hand values on, or look at their top alone.
const HANDS_ON: &[&str] = &[
    "include",
    "tpl",
    "required",
    "lookup",
    "dict",
    "list",
    "tuple",
    "set",
    "unset",
    "get",
    "hasKey",
    "index",
    "keys",
    "values",
    "pick",
    "omit",
    "pluck",
    "dig",
    "default",
    "ternary",
    "coalesce",
    "empty",
    "not",
    "all",
    "any",
    "len",
    "first",
    "last",
    "rest",
    "initial",
    "append",
    "push",
    "prepend",
    "concat",
    "reverse",
    "compact",
    "slice",
    "chunk",
    "kindIs",
    "kindOf",
    "typeIs",
    "typeIsLike",
    "typeOf",
];

/// Calls a function.
pub(super) fn call(run: &mut Renderer<'_>, name: &str, arguments: Vec<Value>) -> Run<Value> {
    if UNKNOWN.contains(&name) {
        return Ok(Value::Hole);
    }
    if !HANDS_ON.contains(&name) {
        arguments.iter().try_for_each(|argument| run.weigh(argument))?;
    }
    let value = called(run, name, arguments)?;
    run.take(value)
}

fn called(run: &mut Renderer<'_>, name: &str, arguments: Vec<Value>) -> Run<Value> {
    if let Some(value) = special(run, name, &arguments) {
        return value;
    }
    let plain = name.strip_prefix("must").filter(|rest| rest.starts_with(|letter: char| letter.is_ascii_uppercase())).map(lower_first);
    let name = plain.as_deref().unwrap_or(name);
    if let Some(value) = tolerant(name, &arguments) {
        return Ok(value);
    }
    // A function of texts or numbers makes nothing known of what is unknown.
    if arguments.iter().any(|argument| matches!(argument, Value::Hole)) && !maps::takes_holes(name) {
        return Ok(if matches!(name, "indent" | "nindent") { Value::text("") } else { Value::Hole });
    }
    let groups = [paths::call, texts::call, lists::call, maps::call, numbers::call, regexes::call, versions::call];
    match groups.iter().find_map(|group| group(name, &arguments)) {
        Some(value) => Ok(value),
        None => {
            run.note(format!("the function {name} is not known"));
            Ok(Value::Hole)
        }
    }
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Functions that run templates or stop.
fn special(run: &mut Renderer<'_>, name: &str, arguments: &[Value]) -> Option<Run<Value>> {
    Some(match (name, arguments) {
        ("include", [Value::Text(template), argument, ..]) => run.include(template, argument),
        ("include", [Value::Text(template)]) => run.include(template, &Value::Nil),
        ("tpl", [text, context]) => {
            let text = text.print();
            run.run_text(&text, context)
        }
        ("required", [_, value]) => {
            if matches!(value, Value::Nil) || matches!(value, Value::Text(text) if text.is_empty()) {
                run.note("a value is required that the files of values do not give".to_owned());
                return Some(Ok(Value::Hole));
            }
            Ok(value.clone())
        }
        ("fail", _) => {
            run.note("the template refuses these values with fail".to_owned());
            Ok(Value::text(""))
        }
        ("lookup", _) => Ok(Value::empty_map()),
        _ => return None,
    })
}

/// Functions that know what to do with a hole.
fn tolerant(name: &str, arguments: &[Value]) -> Option<Value> {
    let shown = || arguments.iter().map(Value::verbose).collect::<Vec<_>>();
    Some(match (name, arguments) {
        ("not", [Value::Hole]) => Value::Bool(false),
        ("not", [value]) => Value::Bool(!value.is_true()),
        ("default", [default, value, ..]) => {
            if value.is_true() {
                value.clone()
            } else {
                default.clone()
            }
        }
        ("default", [only]) => only.clone(),
        ("empty", [Value::Hole]) => Value::Bool(false),
        ("empty", [value]) => Value::Bool(!value.is_true()),
        ("coalesce", all) => all.iter().find(|value| value.is_true()).cloned().unwrap_or_default(),
        ("all", all) => Value::Bool(all.iter().all(Value::is_true)),
        ("any", all) => Value::Bool(all.iter().any(Value::is_true)),
        ("ternary", [yes, no, test]) => {
            if test.is_true() {
                yes.clone()
            } else {
                no.clone()
            }
        }
        ("print", _) => Value::text(print(arguments)),
        ("println", _) => Value::text(shown().join(" ") + "\n"),
        ("printf", [format, rest @ ..]) => Value::text(printf::printf(&format.print(), rest)),
        ("quote", all) => Value::text(
            all.iter().filter(|one| !matches!(one, Value::Nil)).map(|one| printf::quoted(&one.print())).collect::<Vec<_>>().join(" "),
        ),
        ("squote", all) => Value::text(
            all.iter().filter(|one| !matches!(one, Value::Nil)).map(|one| format!("'{}'", one.print())).collect::<Vec<_>>().join(" "),
        ),
        ("toString", [value]) => Value::text(value.verbose()),
        ("toYaml" | "toYamlPretty", [Value::Hole]) => Value::text(""),
        ("toYaml" | "toYamlPretty", [value]) => Value::text(to_yaml(value)),
        ("toJson" | "toRawJson", [value]) => Value::text(to_json(value, false)),
        ("toPrettyJson", [value]) => Value::text(to_json(value, true)),
        ("fromYaml", [Value::Hole]) => Value::empty_map(),
        ("fromYaml", [text]) => from_yaml(&text.print()).filter(|value| matches!(value, Value::Map(_))).unwrap_or_else(Value::empty_map),
        ("fromYamlArray", [text]) => {
            from_yaml(&text.print()).filter(|value| matches!(value, Value::List(_))).unwrap_or_else(|| Value::list(Vec::new()))
        }
        ("fromJson", [text]) => from_json(&text.print()).unwrap_or_else(Value::empty_map),
        ("fromJsonArray", [text]) => from_json(&text.print()).unwrap_or_else(|| Value::list(Vec::new())),
        // Only what is open stands in the text: printed it would be a word where a mapping is wanted.
        ("indent" | "nindent", [_, Value::Text(text)]) if text.trim() == HOLE => Value::text(""),
        ("kindIs" | "typeIs" | "typeIsLike", [_, Value::Hole]) => Value::Bool(false),
        ("kindIs", [kind, value]) => Value::Bool(kind.print() == value.kind()),
        ("kindOf", [value]) => Value::text(value.kind()),
        ("typeIs" | "typeIsLike", [name, value]) => {
            Value::Bool(type_name(value).trim_start_matches('*') == name.print().trim_start_matches('*'))
        }
        ("typeOf", [value]) => Value::text(type_name(value)),
        _ => return None,
    })
}

/// Go's Print puts a blank between operands when neither is a text.
fn print(arguments: &[Value]) -> String {
    let mut out = String::new();
    for (at, one) in arguments.iter().enumerate() {
        let texts = at == 0 || matches!(one, Value::Text(_)) || matches!(arguments[at - 1], Value::Text(_));
        if !texts {
            out.push(' ');
        }
        out.push_str(&one.verbose());
    }
    out
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Nil | Value::Hole => "<nil>",
        Value::Map(_) => "map[string]interface {}",
        Value::List(_) => "[]interface {}",
        other => other.kind(),
    }
}

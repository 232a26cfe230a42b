//! Functions of texts.

use std::collections::BTreeMap;

use crate::syntax::gotemplate::evaluate::SIZE_LIMIT;
use crate::syntax::gotemplate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let text = |at: usize| arguments.get(at).map(Value::print).unwrap_or_default();
    let last = || text(arguments.len().saturating_sub(1));
    let out = match name {
        "upper" => last().to_uppercase(),
        "lower" => last().to_lowercase(),
        "trim" => last().trim().to_owned(),
        "trimAll" | "trimall" => last().trim_matches(|letter| text(0).contains(letter)).to_owned(),
        "trimPrefix" => last().strip_prefix(&text(0)).map_or_else(last, str::to_owned),
        "trimSuffix" => last().strip_suffix(&text(0)).map_or_else(last, str::to_owned),
        "title" => title(&last(), |first| first.to_uppercase().collect()),
        "untitle" => title(&last(), |first| first.to_lowercase().collect()),
        "nospace" => last().split_whitespace().collect(),
        "repeat" => repeated(&last(), arguments.first()?.to_int()),
        "trunc" => truncated(&last(), arguments.first()?.to_int()),
        "abbrev" => abbreviated(&last(), arguments.first()?.to_int()),
        "substr" => substring(&last(), arguments.first()?.to_int(), arguments.get(1)?.to_int()),
        "replace" => last().replace(&text(0), &text(1)),
        "indent" => indented(&last(), arguments.first()?.to_int()),
        "nindent" => format!("\n{}", indented(&last(), arguments.first()?.to_int())),
        "cat" => arguments.iter().filter(|one| !matches!(one, Value::Nil)).map(Value::print).collect::<Vec<_>>().join(" "),
        "snakecase" => cased(&last(), '_'),
        "kebabcase" => cased(&last(), '-'),
        "camelcase" => camel(&last()),
        "initials" => last().split_whitespace().filter_map(|word| word.chars().next()).collect(),
        "plural" => {
            if arguments.get(2)?.to_int() == 1 {
                text(0)
            } else {
                text(1)
            }
        }
        "swapcase" => last().chars().map(swapped).collect(),
        "b64enc" => base64(last().as_bytes()),
        "urlquery" | "html" | "js" => last(),
        _ => return other(name, arguments),
    };
    Some(Value::text(out))
}

fn other(name: &str, arguments: &[Value]) -> Option<Value> {
    let text = |at: usize| arguments.get(at).map(Value::print).unwrap_or_default();
    Some(match name {
        "contains" => Value::Bool(text(1).contains(&text(0))),
        "hasPrefix" => Value::Bool(text(1).starts_with(&text(0))),
        "hasSuffix" => Value::Bool(text(1).ends_with(&text(0))),
        "splitList" => Value::list(text(1).split(text(0).as_str()).map(Value::text).collect()),
        "split" => numbered(text(1).split(text(0).as_str()).map(str::to_owned)),
        "splitn" => numbered(text(2).splitn(arguments.get(1)?.to_int().max(1) as usize, text(0).as_str()).map(str::to_owned)),
        "join" => Value::text(joined(arguments.get(1)?, &text(0))),
        "sortAlpha" => {
            let mut items: Vec<String> = arguments.first()?.items().iter().map(Value::print).collect();
            items.sort();
            Value::list(items.into_iter().map(Value::text).collect())
        }
        "toStrings" => Value::list(arguments.first()?.items().iter().map(|item| Value::text(item.print())).collect()),
        // What is encoded may be secret; nothing of a resource that is told depends on it.
        "b64dec" | "b32dec" | "b32enc" => Value::Hole,
        _ => return None,
    })
}

fn swapped(letter: char) -> String {
    if letter.is_uppercase() { letter.to_lowercase().collect() } else { letter.to_uppercase().collect() }
}

fn numbered(parts: impl Iterator<Item = String>) -> Value {
    Value::map(parts.enumerate().map(|(at, part)| (format!("_{at}"), Value::text(part))).collect::<BTreeMap<_, _>>())
}

fn joined(value: &Value, with: &str) -> String {
    match value {
        Value::List(items) => items.iter().filter(|item| !matches!(item, Value::Nil)).map(Value::print).collect::<Vec<_>>().join(with),
        other => other.print(),
    }
}

fn title(text: &str, change: impl Fn(char) -> String) -> String {
    let mut out = String::new();
    let mut start = true;
    for letter in text.chars() {
        if start {
            out.push_str(&change(letter))
        } else {
            out.push(letter)
        }
        start = !letter.is_alphanumeric() && letter != '_' && letter != '\'';
    }
    out
}

fn repeated(text: &str, count: i64) -> String {
    let most = SIZE_LIMIT / text.len().max(1);
    text.repeat((count.max(0) as usize).min(most))
}

fn truncated(text: &str, length: i64) -> String {
    let letters: Vec<char> = text.chars().collect();
    let size = length.unsigned_abs() as usize;
    if letters.len() <= size {
        return text.to_owned();
    }
    if length >= 0 { letters[..size].iter().collect() } else { letters[letters.len() - size..].iter().collect() }
}

fn abbreviated(text: &str, length: i64) -> String {
    let length = length.max(4) as usize;
    if text.chars().count() <= length { text.to_owned() } else { text.chars().take(length - 3).collect::<String>() + "..." }
}

fn substring(text: &str, start: i64, end: i64) -> String {
    let letters: Vec<char> = text.chars().collect();
    let start = start.clamp(0, letters.len() as i64) as usize;
    let end = if end < 0 { letters.len() } else { (end as usize).min(letters.len()) };
    letters.get(start..end).map(|part| part.iter().collect()).unwrap_or_default()
}

fn indented(text: &str, width: i64) -> String {
    let pad = " ".repeat(width.clamp(0, 1_000) as usize);
    format!("{pad}{}", text.replace('\n', &format!("\n{pad}")))
}

/// Words in lower case with a letter between them; an acronym is one word (`HTTPServer` is `http_server`).
fn cased(text: &str, between: char) -> String {
    let mut out = String::new();
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().copied().enumerate() {
        if letter == '_' || letter == '-' || letter.is_whitespace() {
            out.push(between);
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after_lower = before.is_some_and(|one| one.is_lowercase() || one.is_ascii_digit());
        let ends_acronym = before.is_some_and(char::is_uppercase) && letters.get(at + 1).is_some_and(|one| one.is_lowercase());
        if letter.is_uppercase() && (after_lower || ends_acronym) {
            out.push(between);
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn camel(text: &str) -> String {
    let parts = text.split(['_', '-', ' ']).filter(|part| !part.is_empty());
    parts.map(|part| title(&part.to_lowercase(), |first| first.to_uppercase().collect())).collect()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let index = (word >> (18 - 6 * at) & 63) as usize;
            out.push(if at <= chunk.len() { char::from(LETTERS[index]) } else { '=' });
        }
    }
    out
}

//! Functions of regular expressions; the engine takes linear time, so that no expression can hang a scan.

use regex::{Regex, RegexBuilder};

use crate::syntax::gotemplate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    if !name.starts_with("regex") {
        return None;
    }
    let text = |at: usize| arguments.get(at).map(Value::print).unwrap_or_default();
    if name == "regexQuoteMeta" {
        return Some(Value::text(regex::escape(&text(0))));
    }
    let Some(pattern) = compile(&text(0)) else { return Some(Value::Hole) };
    Some(match name {
        "regexMatch" => Value::Bool(pattern.is_match(&text(1))),
        "regexFind" => Value::text(pattern.find(&text(1)).map(|found| found.as_str().to_owned()).unwrap_or_default()),
        "regexFindAll" => {
            let (subject, most) = (text(1), count(arguments.get(2)));
            Value::list(pattern.find_iter(&subject).take(most).map(|found| Value::text(found.as_str())).collect())
        }
        "regexReplaceAll" => Value::text(pattern.replace_all(&text(1), text(2).as_str()).into_owned()),
        "regexReplaceAllLiteral" => Value::text(pattern.replace_all(&text(1), regex::NoExpand(&text(2))).into_owned()),
        "regexSplit" => {
            let (subject, most) = (text(1), count(arguments.get(2)));
            Value::list(pattern.splitn(&subject, most.max(1)).map(Value::text).collect())
        }
        _ => return None,
    })
}

fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(1 << 20).build().ok()
}

fn count(value: Option<&Value>) -> usize {
    value.map(Value::to_int).and_then(|count| usize::try_from(count).ok()).unwrap_or(10_000)
}

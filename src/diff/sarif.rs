//! Changes in SARIF 2.1.0, for tools that show findings beside the code.

use serde_json::{Value, json};

use super::change::{Change, Changes, Class};
use super::rules::RULES;

/// The changes as SARIF, without those that follow from others.
#[must_use]
pub fn sarif(changes: &Changes) -> String {
    let shown = changes.changes.iter().filter(|change| !change.derived);
    let rules = RULES.iter().map(|rule| {
        json!({
            "id": rule.id,
            "shortDescription": {"text": rule.when},
            "defaultConfiguration": {"level": level(rule.class)},
            "properties": {"class": rule.class.as_str()}
        })
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "reposcan", "version": env!("CARGO_PKG_VERSION"), "rules": rules.collect::<Vec<Value>>()}},
            "columnKind": "unicodeCodePoints",
            "results": shown.map(result).collect::<Vec<Value>>()
        }]
    });
    format!("{log:#}\n")
}

fn level(class: Class) -> &'static str {
    match class {
        Class::Breaking => "error",
        Class::Additive => "note",
        Class::Neutral => "none",
    }
}

fn result(change: &Change) -> Value {
    let mut result = json!({
        "ruleId": change.rule,
        "level": level(change.class),
        "message": {"text": change.message},
        "partialFingerprints": {"reposcanChange/v1": format!("{} {}", change.rule, change.pointer)}
    });
    if let Some((path, line)) = change.source.as_deref().and_then(|source| source.rsplit_once(':')) {
        let line: u32 = line.parse().unwrap_or(1);
        result["locations"] = json!([{
            "physicalLocation": {"artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"}, "region": {"startLine": line.max(1)}},
            "logicalLocations": [{"fullyQualifiedName": change.pointer}]
        }]);
    }
    result
}

/// A relative path as a URI reference (RFC 3986): what is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

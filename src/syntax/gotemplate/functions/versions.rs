//! Comparing versions against constraints.
//! Source: the constraint forms of the library that Sprig uses; a version before its release fits only a constraint that names one.

use crate::syntax::gotemplate::value::Value;

pub(super) fn call(name: &str, arguments: &[Value]) -> Option<Value> {
    let text = |at: usize| arguments.get(at).map(Value::print).unwrap_or_default();
    Some(match name {
        "semverCompare" => Value::Bool(fits(&text(0), &text(1))),
        "semver" => {
            let (parts, _) = version(&text(0))?;
            Value::map_of([
                ("Major", Value::Int(parts[0])),
                ("Minor", Value::Int(parts[1])),
                ("Patch", Value::Int(parts[2])),
                ("Original", Value::text(text(0))),
            ])
        }
        _ => return None,
    })
}

/// The three numbers of a version, and how many were written; wildcards end it.
fn version(text: &str) -> Option<([i64; 3], usize)> {
    let plain = text.trim().trim_start_matches(['v', 'V', '=']).split(['-', '+']).next()?;
    let mut parts = [0; 3];
    let mut written = 0;
    for (at, part) in plain.split('.').take(3).enumerate() {
        if matches!(part, "x" | "X" | "*") || part.is_empty() && at > 0 {
            break;
        }
        parts[at] = part.parse().ok()?;
        written = at + 1;
    }
    Some((parts, written))
}

/// Whether a version fits `>=1.19-0 <2 || ^3`.
fn fits(constraint: &str, text: &str) -> bool {
    let Some((own, _)) = version(text) else { return false };
    constraint.split("||").any(|all| {
        let spaced = all.replace(',', " ");
        let mut words: Vec<String> = Vec::new();
        for word in spaced.split_whitespace() {
            // A blank may stand between the operator and its version.
            match words.last_mut() {
                Some(last) if last.bytes().all(|byte| b"<>=!~^".contains(&byte)) => last.push_str(word),
                _ => words.push(word.to_owned()),
            }
        }
        let early = is_early(text);
        words.iter().all(|word| (!early || is_early(word)) && holds(word, own))
    })
}

/// Whether a version is one before its release: `1.2.0-rc.1`.
fn is_early(text: &str) -> bool {
    text.split('+').next().is_some_and(|text| text.contains('-'))
}

fn holds(word: &str, own: [i64; 3]) -> bool {
    let at = word.find(|letter: char| !"<>=!~^".contains(letter)).unwrap_or(word.len());
    let (operator, rest) = word.split_at(at);
    if matches!(rest, "*" | "x" | "X") {
        return true;
    }
    let Some((other, written)) = version(rest) else { return false };
    match operator {
        ">" if written < 3 => own[..written] > other[..written],
        ">" => own > other,
        ">=" | "=>" => own >= other,
        "<" => own < other,
        "<=" | "=<" => own <= other || written < 3 && own[..written] == other[..written],
        "!=" => own[..written.max(1)] != other[..written.max(1)],
        "~" | "~>" => own >= other && own[..written.clamp(1, 2)] == other[..written.clamp(1, 2)],
        "^" => {
            let fixed = if other[0] > 0 {
                1
            } else if other[1] > 0 {
                2
            } else {
                3
            };
            own >= other && own[..fixed] == other[..fixed]
        }
        _ => own[..written.max(1)] == other[..written.max(1)],
    }
}

//! Placeholders of templates in SQL: `{{ .Schema }}`, `${schema}`, `<%= x %>`, `%(x)s`.
//! They become blanks or a name of the same length, so that a parser gets through and offsets stay what they are.

use std::borrow::Cow;

use super::directives::blank;

const FORMS: &[(&str, &str)] = &[("{{", "}}"), ("${", "}"), ("<%", "%>"), ("{%", "%}")];

/// Words that open a tag of control rather than of a value.
const CONTROL: &[&str] =
    &["if", "else", "end", "range", "with", "define", "template", "block", "for", "endif", "endfor", "set", "-", "/*", "#"];

/// The text with every placeholder filled, and whether there was one.
pub(super) fn filled(text: &str) -> (Cow<'_, str>, bool) {
    let Some(first) = FORMS.iter().filter_map(|(open, _)| text.find(open)).min() else { return (Cow::Borrowed(text), false) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    let mut found = false;
    while !rest.is_empty() {
        let next = FORMS.iter().filter_map(|form| rest.find(form.0).map(|at| (at, form))).min_by_key(|(at, _)| *at);
        let Some((at, (open, close))) = next else { break };
        let Some(length) = rest[at..].find(close).map(|end| end + close.len()) else { break };
        let tag = &rest[at..at + length];
        out.push_str(&rest[..at]);
        rest = &rest[at + length..];
        if tag.contains('\n') && *open == "${" {
            out.push_str(tag);
            continue;
        }
        found = true;
        let inner = &tag[open.len()..tag.len() - close.len()];
        rest = fill(tag, inner, rest, &mut out);
    }
    out.push_str(rest);
    (Cow::Owned(out), found)
}

/// Fills one tag; a value before a dot is a schema, which is left out with its dot.
fn fill<'a>(tag: &str, inner: &str, rest: &'a str, out: &mut String) -> &'a str {
    let inner = inner.trim_start_matches('-').trim_start();
    let word = inner.split(|char: char| char.is_whitespace() || char == '(').next().unwrap_or_default();
    let quoted = out.ends_with('"') && rest.starts_with("\".");
    if CONTROL.contains(&word) || inner.starts_with(['/', '#', '%']) {
        blank(tag, out);
        return rest;
    }
    if let Some(after) = rest.strip_prefix('.') {
        blank(tag, out);
        out.push(' ');
        return after;
    }
    if quoted {
        out.pop();
        out.push(' ');
        blank(tag, out);
        out.push_str("  ");
        return &rest[2..];
    }
    let name: String = "placeholder".chars().chain(std::iter::repeat('_')).take(tag.len()).collect();
    out.push_str(&name);
    rest
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn values_become_names_and_schemas_vanish() {
        let cases = [
            ("create table {{ index .Options \"Namespace\" }}.users (a int)", "create table users (a int)"),
            ("create table \"${schema}\".a ()", "create table a ()"),
            ("grant x to ${role}", "grant x to placeho"),
            ("{{ if .X }}a{{ end }}", "a"),
            ("select '{{a}}' }}", "select 'place' }}"),
        ];
        for (text, expected) in cases {
            let (out, found) = filled(text);
            let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!((&*words, found, out.len()), (expected, true, text.len()), "{text}");
        }
        assert!(!filled("select 1").1);
    }
}

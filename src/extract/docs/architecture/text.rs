//! Words and texts of diagram languages: quotes, arguments in parentheses, lines with their numbers.

/// The first word of a diagram: front matter, comments and directives do not count.
pub(super) fn opening(body: &str) -> Option<&str> {
    let mut in_front_matter = false;
    for line in body.lines().map(str::trim) {
        if line == "---" {
            in_front_matter = !in_front_matter;
        } else if !in_front_matter && !line.is_empty() && !line.starts_with("%%") {
            return line.split([' ', ';', '-']).next();
        }
    }
    None
}

/// The lines of a text that carry meaning, each with its number from 1 within the text.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1_u32..).zip(text.lines()).map(|(number, line)| (number, line.trim())).filter(|(_, line)| !line.is_empty())
}

/// The texts in quotes of a line, in their order.
pub(super) fn quoted(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find(['"', '\'']) {
        let sign = rest[at..].chars().next().unwrap_or('"');
        let Some((inner, after)) = rest[at + 1..].split_once(sign) else { break };
        found.push(inner);
        rest = after;
    }
    found
}

/// The parts between commas outside of quotes and parentheses, trimmed, without their quotes.
pub(super) fn arguments(inner: &str) -> Vec<String> {
    let (mut parts, mut part) = (Vec::new(), String::new());
    let (mut in_quotes, mut depth) = (false, 0_usize);
    for letter in inner.chars() {
        match letter {
            '"' => in_quotes = !in_quotes,
            '(' if !in_quotes => depth += 1,
            ')' if !in_quotes => depth = depth.saturating_sub(1),
            ',' if !in_quotes && depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    parts.push(part);
    parts.into_iter().map(|part| part.trim().trim_matches('"').trim().to_owned()).collect()
}

/// What a reader sees of a label: one line, without markup.
pub(super) fn label(written: &str) -> String {
    let first = written.split("<br").next().unwrap_or_default().split("\\n").next().unwrap_or_default();
    let plain: String = first.chars().filter(|letter| !matches!(letter, '*' | '`' | '"')).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text that says something.
pub(super) fn told(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether a text can be the key of an element.
pub(super) fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::{arguments, label, opening, quoted};

    #[test]
    fn texts_are_cut_at_their_signs() {
        assert_eq!(opening("---\ntitle: x\n---\n%% note\nflowchart LR\n"), Some("flowchart"));
        assert_eq!(arguments(r#"api, "API, public", "Go (chi)", $tags="x""#), ["api", "API, public", "Go (chi)", "$tags=\"x"]);
        assert_eq!(quoted("a = container \"Web\" 'Shows pages' \"open"), ["Web", "Shows pages"]);
        assert_eq!(label("**Web** <br/>Angular"), "Web");
    }
}

//! `${NAME:-default}` as compose files, Dockerfiles and shells write it, and which names say that a value is secret.
//! Never reads the environment of the process.

/// Replaces variables by their defaults; one without a default stays as `${NAME}`.
pub(crate) fn interpolate(text: &str) -> String {
    substitute(text, &|_| None)
}

/// Replaces variables by what `known` gives, else by their defaults; others stay as `${NAME}`.
pub(crate) fn substitute(text: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('{') {
            let Some(end) = closing_brace(inner) else {
                out.push('$');
                continue;
            };
            out.push_str(&expand(&inner[..end], known));
            rest = &inner[end + 1..];
        } else {
            let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
            let name = &rest[..end];
            match known(name) {
                _ if name.is_empty() => out.push('$'),
                Some(value) => out.push_str(&value),
                None => out.push_str(&format!("${{{name}}}")),
            }
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    out
}

fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn expand(inner: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(inner.len());
    let (name, operator) = inner.split_at(end);
    if let Some(value) = known(name) {
        return value;
    }
    let default = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'));
    match default {
        // A default may name another variable; one level is read, more is not seen in real files.
        Some(default) if !default.contains("${") || default.len() < inner.len() && default.matches("${").count() == 1 => {
            if default.contains("${") { one_more(default, known) } else { default.to_owned() }
        }
        _ => format!("${{{name}}}"),
    }
}

fn one_more(default: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let (before, rest) = default.split_once("${").unwrap_or((default, ""));
    let (inner, after) = rest.split_once('}').unwrap_or((rest, ""));
    let name = inner.split(':').next().unwrap_or(inner);
    let plain = inner.split_once(":-").map(|(_, value)| value.to_owned());
    let value = known(name).or(plain).unwrap_or_else(|| format!("${{{name}}}"));
    format!("{before}{value}{after}")
}

/// Whether a name says that its value is secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const WORDS: &[&str] = &["PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PRIVATE", "SALT", "DSN", "AUTH", "CERT", "SIGNATURE"];
    // Products whose names hold a word that would say so.
    let upper = name.to_ascii_uppercase().replace("VALKEY", "").replace("KEYCLOAK", "").replace("KEYSPACE", "").replace("KEYDB", "");
    WORDS.iter().any(|word| upper.contains(word))
}

#[cfg(test)]
mod tests {
    use super::interpolate;

    #[test]
    fn defaults_are_taken_and_the_rest_stays() {
        let expected = [
            ("postgres:${TAG:-15}", "postgres:15"),
            ("${A-x}${B:?must be set}", "x${B}"),
            ("$REG/app:$TAG", "${REG}/app:${TAG}"),
            ("${A:-${B:-c}}", "c"),
            ("$$HOME $", "$HOME $"),
            ("${open", "${open"),
        ];
        for (text, result) in expected {
            assert_eq!(interpolate(text), result, "{text}");
        }
    }
}

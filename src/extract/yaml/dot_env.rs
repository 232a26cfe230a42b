//! The `.env` beside a compose file, which compose itself reads to fill in `${NAME}`.
//! Only plain words, paths, hosts and numbers are filled in, and nothing whose name says that it is secret.

use std::collections::BTreeMap;

use crate::extract::FileCx;
use crate::syntax::variables::{is_secret_name, substitute};

/// The text of a compose file with what its `.env` settles filled in, line by line; `None` where there is nothing to fill in.
pub(super) fn filled_in(cx: &FileCx<'_>) -> Option<String> {
    let path = cx.file.path.parent().join(".env");
    if !cx.text.contains('$') || cx.map().position(&path).is_none() {
        return None;
    }
    let known = settings(&cx.companion(&path)?);
    let look_up = |name: &str| known.get(name).cloned();
    let mut out = String::with_capacity(cx.text.len());
    for line in cx.text.split_inclusive('\n') {
        let item = line.trim().strip_prefix("- ").map(|item| item.trim_matches(['"', '\'']));
        match item.and_then(|name| Some((name, known.get(name)?))) {
            // A variable that is only named in a list is handed through from there.
            Some((name, value)) => out.push_str(&line.replacen(name, &format!("{name}={value}"), 1)),
            None if line.contains('$') && !line.trim_start().starts_with('#') => out.push_str(&fill(line, &look_up)),
            None => out.push_str(line),
        }
    }
    Some(out)
}

/// Fills in what is known and leaves the rest of the line as it was written: defaults and escapes have their turn later.
fn fill(line: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let inner = &rest[at + 2..];
        let end = inner.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(inner.len());
        // `$${NAME}` is a dollar sign of the container's own shell.
        let escaped = rest[..at].ends_with('$');
        match (known(&inner[..end]), closing_brace(inner)) {
            (Some(value), Some(close)) if !escaped => {
                out.push_str(&value);
                rest = &inner[close + 1..];
            }
            _ => {
                out.push_str("${");
                rest = inner;
            }
        }
    }
    out.push_str(rest);
    out
}

fn closing_brace(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| match byte {
        b'{' => {
            depth += 1;
            false
        }
        b'}' if depth == 0 => true,
        b'}' => {
            depth -= 1;
            false
        }
        _ => false,
    })
}

fn settings(text: &str) -> BTreeMap<String, String> {
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for line in text.lines() {
        let line = line.trim();
        let Some((name, value)) = line.strip_prefix("export ").unwrap_or(line).split_once('=') else { continue };
        let value = substitute(value.trim().trim_matches(['"', '\'']), &|name| known.get(name).cloned());
        let plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:,+".contains(&byte));
        if !name.starts_with('#') && plain && !value.is_empty() && !value.ends_with(':') && !is_secret_name(name) {
            known.insert(name.trim().to_owned(), value);
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::{fill, settings};

    #[test]
    fn plain_values_are_filled_in_and_secrets_never() {
        let known = settings("# A=1\nIMAGE=acme/shop\nTAG=1.2\nHOST=\"db\"\nURL=http://${HOST}:80\nDB_PASSWORD=MARKER\nNOTE=two words\n");
        let look_up = |name: &str| known.get(name).cloned();
        assert_eq!(
            fill("image: ${IMAGE}:${TAG:-9}-api ${DB_PASSWORD} $${TAG} ${NOTE:-x}", &look_up),
            "image: acme/shop:1.2-api ${DB_PASSWORD} $${TAG} ${NOTE:-x}"
        );
        assert_eq!(fill("- URL=${URL}", &look_up), "- URL=http://db:80");
    }
}

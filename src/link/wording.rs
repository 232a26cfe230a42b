//! Names for people made of names in code, and counted facts put into words.

/// Short forms that are written in capitals.
const ACRONYMS: &[&str] = &[
    "ai", "api", "cms", "crm", "crud", "db", "faq", "html", "http", "id", "ip", "jwt", "kyc", "llm", "mfa", "ocr", "otp", "pdf", "rbac",
    "rpc", "sma", "sms", "sql", "sso", "ui", "url", "ws",
];

/// The words of a name in code: `AIBridgeModule` -> `AI`, `Bridge`, `Module`; dashes, dots and underscores part words too.
pub(crate) fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let before = at.checked_sub(1).map(|before| letters[before]);
        let next_is_lower = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit() || before.is_uppercase() && next_is_lower);
        if starts {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(*letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A title: `ai-bridge` -> `AI Bridge`.
pub(crate) fn title(name: &str) -> String {
    let shown = words(name).into_iter().map(|word| {
        let lower = word.to_lowercase();
        if ACRONYMS.contains(&lower.as_str()) {
            return word.to_uppercase();
        }
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// Lower case with dashes: `AiBridgeModule` -> `ai-bridge-module`.
pub(crate) fn kebab(name: &str) -> String {
    words(name).join("-").to_lowercase()
}

/// What the case functions of well-known packages (`camelCase`, `kebabCase`, ...) make of a text; `None` for any other function.
pub(crate) fn cased(function: &str, text: &str) -> Option<String> {
    let lower = || words(text).into_iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let capital = |word: &String| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    Some(match function {
        "camelCase" => lower().iter().enumerate().map(|(at, word)| if at == 0 { word.clone() } else { capital(word) }).collect(),
        "pascalCase" => lower().iter().map(capital).collect(),
        "kebabCase" | "paramCase" => lower().join("-"),
        "snakeCase" => lower().join("_"),
        "upperFirst" | "capitalize" => capital(&text.to_owned()),
        _ => return None,
    })
}

/// "1 route", "3 routes".
pub(crate) fn count(number: usize, one: &str) -> String {
    match (number, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{number} {stem}ies"),
        _ if one.ends_with('s') => format!("{number} {one}es"),
        _ => format!("{number} {one}s"),
    }
}

/// "a", "a and b", "a, b and c"; what is beyond `most` is counted.
pub(crate) fn list<'a>(items: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let items: Vec<&str> = items.into_iter().collect();
    if items.len() > most {
        return format!("{} and {} more", items[..most].join(", "), items.len() - most);
    }
    match items.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

/// The first paragraph of a text, on one line.
pub(crate) fn first_paragraph(text: &str) -> String {
    let lines = text.trim().lines().map(str::trim);
    lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{count, kebab, list, title};

    #[test]
    fn names_become_words() {
        assert_eq!(title("AIBridge"), "AI Bridge");
        assert_eq!(title("ai-bridge"), "AI Bridge");
        assert_eq!(title("user_workspace.v2"), "User Workspace V2");
        assert_eq!(kebab("Oauth2Clients"), "oauth2-clients");
        assert_eq!((count(1, "query"), count(2, "query"), count(0, "key")), ("1 query".into(), "2 queries".into(), "0 keys".into()));
        assert_eq!(list(["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(["a", "b", "c"], 2), "a, b and 1 more");
    }
}

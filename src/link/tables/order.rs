//! In which order a tool applies its scripts.
//! Source: the documentation of each tool; numbers compare as numbers, the rest as text.

use std::cmp::Ordering;

/// A part of a name: digits compare as a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Number(u128),
    Text(String),
}

/// What scripts are sorted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderKey {
    /// Repeatable scripts of Flyway come after all others.
    repeatable: bool,
    /// The version, part by part.
    version: Vec<Part>,
}

impl PartialOrd for OrderKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OrderKey {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.repeatable, &self.version).cmp(&(other.repeatable, &other.version))
    }
}

/// The name as text, for tools that sort folders by name alone.
pub(super) fn name_key(name: &str) -> OrderKey {
    OrderKey { repeatable: false, version: vec![Part::Text(name.to_owned())] }
}

/// A number that the tool sorts by, and the name for those that share it.
pub(super) fn number_key(number: u64, name: &str) -> OrderKey {
    OrderKey { repeatable: false, version: vec![Part::Number(u128::from(number)), Part::Text(name.to_owned())] }
}

/// Numbers as numbers, the rest as text.
pub(super) fn natural_key(name: &str) -> OrderKey {
    OrderKey { repeatable: false, version: parts(name) }
}

fn parts(name: &str) -> Vec<Part> {
    let mut found = Vec::new();
    let (version, mut rest) = dated(name);
    if let Some(number) = version {
        found.push(Part::Number(number));
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let length = if digits > 0 { digits } else { rest.find(|char: char| char.is_ascii_digit()).unwrap_or(rest.len()) };
        let (part, after) = rest.split_at(length);
        found.push(part.parse().map_or_else(|_| Part::Text(part.to_owned()), Part::Number));
        rest = after;
    }
    found
}

/// Diesel leaves the dashes of `2017-09-23-182408_name` out of the version, beside `20140929103756_name`.
fn dated(name: &str) -> (Option<u128>, &str) {
    let length = name.find(|char: char| !char.is_ascii_digit() && char != '-').unwrap_or(name.len());
    let digits: String = name[..length].chars().filter(char::is_ascii_digit).collect();
    let is_date = digits.len() >= 8 && name[..length].contains('-') && name[length..].starts_with('_');
    if is_date { (digits.parse().ok(), &name[length..]) } else { (None, name) }
}

/// The key of a Flyway script: `V1_2__name`, `V1.2__name`, `R__name`; `None` for other names.
/// Undo scripts (`U`) have a key too, so that they are counted with their history.
pub(super) fn flyway_key(stem: &str) -> Option<OrderKey> {
    if let Some(name) = stem.strip_prefix("R__") {
        return Some(OrderKey { repeatable: true, version: vec![Part::Text(name.to_owned())] });
    }
    let rest = stem.strip_prefix(['V', 'v', 'U'])?;
    let version = rest.split("__").next().unwrap_or_default();
    let is_version =
        version.starts_with(|char: char| char.is_ascii_digit()) && version.chars().all(|char| char.is_ascii_digit() || "._".contains(char));
    if !is_version || !rest.contains("__") {
        return None;
    }
    let numbers = version.split(['.', '_']).filter(|part| !part.is_empty()).map(|part| Part::Number(part.parse().unwrap_or(0)));
    // `1` and `1.0` are the same version.
    let mut numbers: Vec<Part> = numbers.collect();
    while numbers.last() == Some(&Part::Number(0)) {
        numbers.pop();
    }
    Some(OrderKey { repeatable: false, version: numbers })
}

/// Whether a name starts with a number as migrations do: `001_users`, `20240101120000-users`, `1.users`, `0001`.
pub(super) fn is_versioned(name: &str) -> bool {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let after = &name[digits..];
    digits > 0 && (after.is_empty() || after.starts_with(['_', '-', '.', ' ']) || digits >= 3)
}

/// Whether a name is a release: `0.19`, `v2.1.3`.
pub(super) fn is_release(name: &str) -> bool {
    let parts: Vec<&str> = name.strip_prefix(['v', 'V']).unwrap_or(name).split('.').collect();
    parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{flyway_key, is_release, is_versioned, natural_key};

    #[test]
    fn releases_are_told() {
        assert!(["0.19", "v2.1.3", "2.0.0"].iter().all(|name| is_release(name)));
        assert!(["1", "v1", "0.19_users", "1..2", "20240101.120000"].iter().all(|name| !is_release(name)));
    }

    #[test]
    fn numbers_sort_as_numbers() {
        let mut names = vec!["10_c", "9_b", "001_a", "100_d"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["001_a", "9_b", "10_c", "100_d"]);
        let mut names = vec!["2017-09-23-182408_b", "20140929103756_a", "2018-01-01-000000_c"];
        names.sort_by_key(|name| natural_key(name));
        assert_eq!(names, ["20140929103756_a", "2017-09-23-182408_b", "2018-01-01-000000_c"]);
    }

    #[test]
    fn flyway_sorts_by_version_and_repeats_last() {
        let mut names = vec!["R__views", "V1.10__c", "V1_2__b", "V1__a", "V2__d"];
        names.sort_by_key(|name| flyway_key(name));
        assert_eq!(names, ["V1__a", "V1_2__b", "V1.10__c", "V2__d", "R__views"]);
        assert!(flyway_key("Very__odd").is_none() && flyway_key("V1_a").is_none());
    }

    #[test]
    fn versioned_names_start_with_a_number() {
        assert!(["001_a", "20240101-a", "1.a", "0001", "2024a"].iter().all(|name| is_versioned(name)));
        assert!(["schema", "a1", "2fa", "view", "v1-core"].iter().all(|name| !is_versioned(name)));
    }
}

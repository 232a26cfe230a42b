//! Whether two names mean one thing: `credebl-user` and `apps/user`, `geolocation-service` and `geo-location`.
//! Only whole words are taken away, and a name that fits two units fits none.

use super::units::Unit;
use crate::finding::ProjectKind;

/// How near two names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Affinity {
    /// One has a prefix before the other: `acme-user`.
    Prefixed,
    /// They differ in words that say nothing: `user-service`.
    Alike,
    /// They differ in case and separators at most.
    Same,
}

/// Words at the end or start of a name that do not tell what it is.
const PLAIN_WORDS: &[&str] = &["service", "svc", "server", "app", "application", "container", "ms", "microservice"];

/// The words of a name, lower case.
fn words(name: &str) -> Vec<String> {
    name.split(['-', '_', '.', ' ', '/', '@']).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

/// How near two names are, if at all.
pub(super) fn between(left: &str, right: &str) -> Option<Affinity> {
    let (left, right) = (words(left), words(right));
    if left.is_empty() || right.is_empty() {
        return None;
    }
    if left.concat() == right.concat() {
        return Some(Affinity::Same);
    }
    let (left, right) = (telling(&left), telling(&right));
    if left.concat() == right.concat() {
        return Some(Affinity::Alike);
    }
    let ends = |long: &[String], short: &[String]| long.len() == short.len() + 1 && long.ends_with(short) && short.concat().len() > 2;
    (ends(&left, &right) || ends(&right, &left)).then_some(Affinity::Prefixed)
}

/// The words without those that say nothing, unless nothing would be left.
fn telling(words: &[String]) -> Vec<String> {
    let kept: Vec<String> = words.iter().filter(|word| !PLAIN_WORDS.contains(&word.as_str())).cloned().collect();
    if kept.is_empty() { words.to_vec() } else { kept }
}

/// The one unit that a name fits best, at least as well as `least`.
pub(super) fn best<'u, 'a: 'u>(units: impl Iterator<Item = &'u Unit<'a>>, names: &[&str], least: Affinity) -> Option<&'u Unit<'a>> {
    let mut found: Vec<(Affinity, &'u Unit<'a>)> = Vec::new();
    for unit in units.filter(|unit| !unit.is_declared(ProjectKind::Library)) {
        let own = unit.names().into_iter().chain((!unit.folder.is_root()).then(|| unit.folder.name()));
        let near = own.flat_map(|own| names.iter().filter_map(move |name| between(own, name))).max();
        if let Some(near) = near.filter(|near| *near >= least) {
            found.push((near, unit));
        }
    }
    let top = found.iter().map(|(near, _)| *near).max()?;
    let mut at_top = found.into_iter().filter(|(near, _)| *near == top);
    let (_, unit) = at_top.next()?;
    at_top.next().is_none().then_some(unit)
}

#[cfg(test)]
mod tests {
    use super::Affinity::{Alike, Prefixed, Same};
    use super::between;

    #[test]
    fn names_of_one_thing_are_told_from_names_of_two() {
        let expected = [
            ("geo-location", "geolocation", Some(Same)),
            ("geo-location", "geolocation-service", Some(Alike)),
            ("user", "credebl-user", Some(Prefixed)),
            ("api", "API", Some(Same)),
            ("api", "api-gateway", None),
            ("oid4vc-issuance", "issuance", Some(Prefixed)),
            ("user", "power-user-admin", None),
            ("service", "app", None),
        ];
        for (left, right, near) in expected {
            assert_eq!(between(left, right), near, "{left} {right}");
        }
    }
}

//! What resources of one environment are called: `Kind/name`, and where two have one name what tells them apart before it.

use std::collections::{BTreeMap, BTreeSet};

use super::kustomize::Stated;
use crate::finding::KubernetesResource;

/// The resources of an environment with their keys. What is switched off gives way to what is on under the same name,
/// and what stands twice without a difference stands once.
pub(super) fn keyed(resources: &[Stated]) -> Vec<(String, &Stated)> {
    let mut groups: BTreeMap<String, Vec<&Stated>> = BTreeMap::new();
    for stated in resources {
        groups.entry(plain_key(stated)).or_default().push(stated);
    }
    groups.into_iter().flat_map(|(key, group)| apart(&key, group)).collect()
}

/// `Kind/name`; the template's name stands in where only rendering would tell.
fn plain_key((at, one): &Stated) -> String {
    format!("{}/{}", one.kind, one.name.as_deref().unwrap_or_else(|| at.path.stem()))
}

fn apart<'s>(key: &str, mut group: Vec<&'s Stated>) -> Vec<(String, &'s Stated)> {
    if group.iter().any(|(_, one)| one.enabled_by.is_none()) {
        group.retain(|(_, one)| one.enabled_by.is_none());
    } else {
        group.truncate(1);
    }
    let mut distinct: Vec<(KubernetesResource, &Stated)> = Vec::new();
    let mut places = Vec::with_capacity(group.len());
    for stated in &group {
        // Two that say the same are one, whatever the comment over them.
        let plain = KubernetesResource { description: None, ..stated.1.clone() };
        places.push(distinct.iter().position(|(known, _)| *known == plain).unwrap_or_else(|| {
            distinct.push((plain, stated));
            distinct.len() - 1
        }));
    }
    let prefixes = prefixes(&distinct);
    let (kind, name) = key.split_once('/').unwrap_or((key, ""));
    let key_of = |place: &usize| match prefixes.get(*place).map(String::as_str) {
        None | Some("") => key.to_owned(),
        Some(prefix) => format!("{kind}/{prefix}/{name}"),
    };
    places.iter().map(key_of).zip(group).collect()
}

/// What stands before each name: the namespace or the file where that tells all apart, else a number.
fn prefixes(distinct: &[(KubernetesResource, &Stated)]) -> Vec<String> {
    if distinct.len() == 1 {
        return vec![String::new()];
    }
    let namespaces: Vec<String> = distinct.iter().map(|(one, _)| one.namespace.clone().unwrap_or_default()).collect();
    let files: Vec<String> = distinct.iter().map(|(_, (at, _))| at.path.stem().to_owned()).collect();
    let numbers = (1..=distinct.len()).map(|number| if number == 1 { String::new() } else { number.to_string() });
    let tells = |all: &Vec<String>| all.iter().collect::<BTreeSet<_>>().len() == all.len();
    [namespaces, files].into_iter().find(tells).unwrap_or_else(|| numbers.collect())
}

#[cfg(test)]
mod tests {
    use super::keyed;
    use crate::finding::KubernetesResource;
    use crate::location::{Location, RepoPath};

    /// File, namespace, replicas, what switches it on.
    type Role<'a> = (&'a str, Option<&'a str>, Option<i64>, Option<&'a str>);

    fn keys(all: &[Role<'_>]) -> Vec<String> {
        let stated: Vec<_> = all
            .iter()
            .map(|(path, namespace, replicas, enabled_by)| {
                let one = KubernetesResource {
                    kind: "Role".to_owned(),
                    name: Some("a".to_owned()),
                    namespace: namespace.map(str::to_owned),
                    replicas: *replicas,
                    enabled_by: enabled_by.map(str::to_owned),
                    ..KubernetesResource::default()
                };
                (Location::new(&RepoPath::new(path), 1), one)
            })
            .collect();
        keyed(&stated).into_iter().map(|(key, _)| key).collect()
    }

    #[test]
    fn twins_are_told_apart_by_the_least_that_does() {
        assert_eq!(keys(&[("a.yaml", None, None, None), ("b.yaml", None, None, None)]), ["Role/a", "Role/a"]);
        assert_eq!(keys(&[("a.yaml", None, None, None), ("a.yaml", Some("x"), None, None)]), ["Role/a", "Role/x/a"]);
        assert_eq!(keys(&[("a.yaml", None, Some(1), None), ("b.yaml", None, Some(2), None)]), ["Role/a/a", "Role/b/a"]);
        assert_eq!(keys(&[("a.yaml", None, Some(1), None), ("a.yaml", None, Some(2), None)]), ["Role/a", "Role/2/a"]);
        assert_eq!(keys(&[("a.yaml", None, Some(1), Some("x")), ("a.yaml", None, Some(2), None)]), ["Role/a"]);
    }
}

//! What resources of access control allow: rules of roles, and whom network policies let talk to their pods.

use std::collections::BTreeSet;

use super::names_of;
use super::resource::{is_settled, text};
use crate::syntax::yaml::YamlNode;

/// The rules of a role: `get, list pods`, `* secrets (one-name)`.
pub(super) fn rules(node: YamlNode<'_>) -> BTreeSet<String> {
    let one = |rule: YamlNode<'_>| {
        let list = |key: &str| names_of(rule.get(key)).into_iter().filter(|name| is_settled(name)).collect::<Vec<_>>().join(", ");
        let (verbs, resources, paths, names) = (list("verbs"), list("resources"), list("nonResourceURLs"), list("resourceNames"));
        let what = if resources.is_empty() { paths } else { resources };
        let names = if names.is_empty() { names } else { format!(" ({names})") };
        (!verbs.is_empty() && !what.is_empty()).then(|| format!("{verbs}: {what}{names}"))
    };
    node.get("rules").map(YamlNode::items).unwrap_or_default().into_iter().filter_map(one).collect()
}

/// What a network policy lets in and out; a direction that it names without a rule is closed.
pub(super) fn network_rules(node: YamlNode<'_>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let types = names_of(node.path(&["spec", "policyTypes"]));
    for (direction, key, side, word) in [("Ingress", "ingress", "from", "from"), ("Egress", "egress", "to", "to")] {
        let stated = node.path(&["spec", key]);
        let rules = stated.map(YamlNode::items).unwrap_or_default();
        let closed = rules.is_empty() && (types.contains(direction) || stated.is_some_and(YamlNode::is_sequence));
        if closed {
            all.insert(format!("no {key}"));
        }
        for rule in rules {
            let peers = rule.get(side).map(YamlNode::items).unwrap_or_default();
            let ports = rule.get("ports").map(YamlNode::items).unwrap_or_default();
            let ports: Vec<String> = ports.into_iter().filter_map(|port| text(port, &["port"])).collect();
            let ports = if ports.is_empty() { String::new() } else { format!(" on {}", ports.join(", ")) };
            if peers.is_empty() {
                all.insert(format!("{key} {word} anywhere{ports}"));
            }
            all.extend(peers.into_iter().filter_map(peer).map(|peer| format!("{key} {word} {peer}{ports}")));
        }
    }
    all
}

/// `pods app=web`, `pods app=web of namespaces team=shop`, `10.0.0.0/8`.
fn peer(node: YamlNode<'_>) -> Option<String> {
    if let Some(block) = text(node, &["ipBlock", "cidr"]) {
        return Some(block);
    }
    let selected = |key: &str, word: &str| {
        let selector = node.get(key)?;
        let labels = selector.get("matchLabels").map(YamlNode::entries).unwrap_or_default();
        let labels: Vec<String> = labels.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value.text()?))).collect();
        let open = selector.get("matchExpressions").is_some() || labels.iter().any(|label| !is_settled(label));
        match (open, labels.is_empty()) {
            (true, _) => None,
            (false, true) => Some(format!("all {word}")),
            (false, false) => Some(format!("{word} {}", labels.join(", "))),
        }
    };
    match (selected("podSelector", "pods"), selected("namespaceSelector", "namespaces")) {
        (Some(pods), Some(namespaces)) => Some(format!("{pods} of {namespaces}")),
        (found, None) | (None, found) => found,
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn policies_and_roles_say_what_they_allow() {
        let text = concat!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: api}\nspec:\n  podSelector: {matchLabels: {app: api}}\n  policyTypes: [Ingress, Egress]\n  ingress:\n",
            "    - from: [{podSelector: {matchLabels: {app: web}}}, {namespaceSelector: {}}]\n      ports: [{port: 80}]\n---\n",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules:\n  - {apiGroups: [''], resources: [secrets], resourceNames: [a], verbs: [get]}\n",
        );
        let found = extraction(&[("k8s/a.yaml", text)]);
        let rules: Vec<Vec<String>> = found
            .findings
            .into_iter()
            .filter_map(|finding| match finding.fact {
                Fact::KubernetesResource(one) => Some(one.rules.into_iter().collect()),
                _ => None,
            })
            .collect();
        let expected =
            [vec!["ingress from all namespaces on 80", "ingress from pods app=web on 80", "no egress"], vec!["get: secrets (a)"]];
        assert_eq!(rules, expected);
    }
}

//! Rules for what others see of a system: endpoints, commands, channels, ports, hosts, outside systems, variables.

use serde_json::Value;

use super::{
    Both, CHANNEL_JOINED, CHANNEL_LEFT, CONTAINER_ADDED, CONTAINER_REMOVED, ENDPOINT_ADDED, ENDPOINT_AUTH_CHANGED, ENDPOINT_AUTH_DROPPED,
    ENDPOINT_AUTH_REQUIRED, ENDPOINT_REMOVED, ENDPOINT_TYPE_CHANGED, ENDPOINT_TYPE_STATED, Edit, HOST_EXPOSED, LAST_CONSUMER_GONE,
    LAST_PUBLISHER_GONE, MESSAGE_ADDED, MESSAGE_REMOVED, MESSAGE_TYPE_CHANGED, MOVED, OTHER_CHANGED, OUTSIDE_SYSTEM_ADDED, PORT_EXPOSED,
    RESOURCE_ADDED, SECRET_NEEDED, VARIABLE_ADDED, VARIABLE_REMOVED, Verdict, shown, told,
};

/// Differences below `api_endpoints`.
pub(super) fn endpoint(path: &[&str], edit: &Edit, both: Both<'_>) -> Option<Verdict> {
    let frame = |name: &str| Verdict::new(OTHER_CHANGED, "endpoints", name, told("endpoints of", name, edit)).derived(true);
    Some(match (path, edit) {
        (["api_endpoints", container] | ["api_endpoints", container, "operations"], Edit::Added(..) | Edit::Removed(_)) => frame(container),
        (["api_endpoints", container, list @ ("endpoints" | "routes"), one], Edit::Added(..) | Edit::Removed(_)) => {
            let fresh = matches!(edit, Edit::Added(..));
            let document = if fresh { both.new } else { both.old };
            let derived = *list == "endpoints" && Both::stands(document, &["api_endpoints", container, "operations", one]);
            offered(container, one, fresh).derived(derived)
        }
        (["api_endpoints", container, "routes", route], Edit::Changed(_, to)) => {
            let name = format!("{container} {route}");
            Verdict::new(OTHER_CHANGED, "endpoint", name, format!("{container}: {}", shown(to)))
        }
        (["api_endpoints", container, "endpoints" | "routes"], Edit::Reordered(_)) => frame(container),
        (["api_endpoints", container, "operations", one], Edit::Added(..)) => offered(container, one, true),
        (["api_endpoints", container, "operations", one], Edit::Removed(_)) => offered(container, one, false),
        (["api_endpoints", container, "operations", one, "auth"], _) => auth(&format!("{container} {one}"), edit),
        (["api_endpoints", container, "operations", one, part @ ("request" | "response")], _) => {
            let name = format!("{container} {one}");
            match edit {
                Edit::Changed(from, to) => {
                    let message = format!("{name}: the {part} was {} and is {}", shown(from), shown(to));
                    Verdict::new(ENDPOINT_TYPE_CHANGED, "endpoint", name, message)
                }
                _ => Verdict::new(ENDPOINT_TYPE_STATED, "endpoint", &name, told("the type of", &format!("the {part} of {name}"), edit)),
            }
        }
        (["api_endpoints", container, "operations", one, part], _) => {
            let name = format!("{container} {one}");
            Verdict::new(OTHER_CHANGED, "endpoint", &name, told(part, &format!("of {name}"), edit))
        }
        _ => return None,
    })
}

fn offered(container: &str, one: &str, fresh: bool) -> Verdict {
    let name = format!("{container} {one}");
    if fresh {
        Verdict::new(ENDPOINT_ADDED, "endpoint", &name, format!("{container} offers {one}"))
    } else {
        Verdict::new(ENDPOINT_REMOVED, "endpoint", &name, format!("{container} no longer offers {one}"))
    }
}

fn auth(name: &str, edit: &Edit) -> Verdict {
    let texts =
        |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<String>>();
    let (rule, message) = match edit {
        Edit::Removed(before) => (ENDPOINT_AUTH_DROPPED, format!("{name} was protected by {} and is open", shown(before))),
        Edit::Changed(before, after) => {
            let (from, to) = (texts(before), texts(after));
            if to.is_empty() {
                (ENDPOINT_AUTH_DROPPED, format!("{name} was protected by {} and is open", shown(before)))
            } else if from.iter().all(|one| to.contains(one)) {
                (ENDPOINT_AUTH_REQUIRED, format!("{name} asks for {} (it asked for {})", shown(after), shown(before)))
            } else {
                (ENDPOINT_AUTH_CHANGED, format!("{name} was protected by {} and is by {}", shown(before), shown(after)))
            }
        }
        Edit::Added(after, _) => (ENDPOINT_AUTH_REQUIRED, format!("{name} was open and asks for {}", shown(after))),
        Edit::Reordered(_) => (OTHER_CHANGED, format!("{name}: the same protection in another order")),
    };
    Verdict::new(rule, "endpoint", name, message)
}

/// Differences below `containers`.
pub(super) fn container(path: &[&str], edit: &Edit, both: Both<'_>) -> Option<Verdict> {
    Some(match (path, edit) {
        (["containers", key], Edit::Added(value, _)) => {
            Verdict::new(CONTAINER_ADDED, "container", *key, format!("{key} is new: {}", what_it_is(value)))
        }
        (["containers", key], Edit::Removed(value)) => {
            Verdict::new(CONTAINER_REMOVED, "container", *key, format!("{key} is gone: {}", what_it_is(value)))
        }
        (["containers", key, "path"], Edit::Changed(from, to)) => {
            Verdict::new(MOVED, "container", *key, format!("{key} moved from {} to {}", shown(from), shown(to)))
        }
        (["containers", key, "ports", port], Edit::Added(..)) => {
            Verdict::new(PORT_EXPOSED, "port", format!("{key} {port}"), format!("{key} exposes port {port}"))
        }
        (["containers", key, "ports"], Edit::Added(value, _)) => {
            let message = format!("{key} exposes port {}", shown(value));
            Verdict::new(PORT_EXPOSED, "port", format!("{key} {}", shown(value)), message)
        }
        (["containers", key, "messaging", role @ ("publishes" | "subscribes"), channel], Edit::Added(..) | Edit::Removed(_)) => {
            channel_change(key, role, channel, edit, both)
        }
        (["containers", key, "messaging"] | ["containers", key, "messaging", _], Edit::Added(..) | Edit::Removed(_)) => {
            Verdict::new(OTHER_CHANGED, "channel", *key, format!("messaging of {key}")).derived(true)
        }
        (["containers", key, "api_surface", rest @ ..], _) => return surface(key, rest, edit),
        _ => return None,
    })
}

fn what_it_is(value: &Value) -> String {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let path = text("path").map(|path| format!(" in {path}")).unwrap_or_default();
    format!("{}{path}", text("technology").or(text("type")).unwrap_or("a container"))
}

fn channel_change(key: &str, role: &str, channel: &str, edit: &Edit, both: Both<'_>) -> Verdict {
    let others = |document: &Value| {
        let all = document.get("containers").and_then(Value::as_object).into_iter().flatten();
        let of =
            |container: &Value| container.pointer(&format!("/messaging/{role}")).and_then(Value::as_array).cloned().unwrap_or_default();
        all.filter(|(_, container)| of(container).iter().any(|one| one == channel)).count()
    };
    let verb = if role == "publishes" { "publish to" } else { "subscribe to" };
    let name = format!("{channel} ({key})");
    if matches!(edit, Edit::Added(..)) {
        return Verdict::new(CHANNEL_JOINED, "channel", name, format!("{key} {role} {channel}"));
    }
    let rule = match (others(both.new), role) {
        (0, "publishes") => LAST_PUBLISHER_GONE,
        (0, _) => LAST_CONSUMER_GONE,
        _ => CHANNEL_LEFT,
    };
    let nobody = if rule == CHANNEL_LEFT { "" } else { ", and nobody else does" };
    Verdict::new(rule, "channel", name, format!("{key} does not {verb} {channel} any more{nobody}"))
}

fn surface(key: &str, rest: &[&str], edit: &Edit) -> Option<Verdict> {
    let ["domains", domain, kind @ ("commands" | "queries"), message, part @ ..] = rest else { return None };
    let name = format!("{key} {message}");
    let kind = if *kind == "commands" { "command" } else { "query" };
    Some(match (part, edit) {
        ([], Edit::Added(..)) => Verdict::new(MESSAGE_ADDED, kind, name, format!("{key} has the {kind} {message} in {domain}")),
        ([], Edit::Removed(_)) => Verdict::new(MESSAGE_REMOVED, kind, name, format!("{key} no longer has the {kind} {message}")),
        (["payload" | "response" | "permissions"], Edit::Changed(from, to)) => {
            let message = format!("{name}: the {} was {} and is {}", part[0], shown(from), shown(to));
            Verdict::new(MESSAGE_TYPE_CHANGED, kind, name, message)
        }
        _ => return None,
    })
}

/// Differences below `contexts`. A third party is told as an integration where it is one.
pub(super) fn context(path: &[&str], edit: &Edit, both: Both<'_>) -> Option<Verdict> {
    let ["contexts", key] = path else { return None };
    let Edit::Added(..) = edit else { return None };
    let told = Both::stands(both.new, &["external_integrations", key]) && !Both::stands(both.old, &["external_integrations", key]);
    Some(Verdict::new(OUTSIDE_SYSTEM_ADDED, "context", *key, format!("the system talks to {key}")).derived(told))
}

/// Differences below `external_integrations`.
pub(super) fn integration(path: &[&str], edit: &Edit) -> Option<Verdict> {
    let (["external_integrations", key], Edit::Added(value, _)) = (path, edit) else { return None };
    let kind = value.get("type").and_then(Value::as_str).map(|kind| format!(" ({kind})")).unwrap_or_default();
    Some(Verdict::new(OUTSIDE_SYSTEM_ADDED, "integration", *key, format!("the system talks to {key}{kind}")))
}

/// Differences below `configuration`.
pub(super) fn configuration(path: &[&str], edit: &Edit, both: Both<'_>) -> Option<Verdict> {
    let ["configuration", "runtime", container, rest @ ..] = path else { return None };
    Some(match (rest, edit) {
        ([], Edit::Added(..) | Edit::Removed(_)) => {
            Verdict::new(OTHER_CHANGED, "variable", *container, format!("variables of {container}")).derived(true)
        }
        ([variable], Edit::Added(..)) => {
            let rule = if is_secret(variable) && !was_read(both.old, variable) { SECRET_NEEDED } else { VARIABLE_ADDED };
            let what = if rule == SECRET_NEEDED { "needs the secret" } else { "reads" };
            Verdict::new(rule, "variable", format!("{container} {variable}"), format!("{container} {what} {variable}"))
        }
        ([variable], Edit::Removed(_)) => {
            let name = format!("{container} {variable}");
            Verdict::new(VARIABLE_REMOVED, "variable", name, format!("{container} no longer reads {variable}"))
        }
        _ => return None,
    })
}

/// Whether any container read a variable: who deploys has given it already.
fn was_read(document: &Value, variable: &str) -> bool {
    let all = document.pointer("/configuration/runtime").and_then(Value::as_object).into_iter().flatten();
    all.filter_map(|(_, names)| names.as_array()).any(|names| names.iter().any(|name| name == variable))
}

/// Whether the name of a variable says that its value is secret: a word of it does, and none says that it is a place or a number.
fn is_secret(name: &str) -> bool {
    const SECRET: &[&str] = &[
        "SECRET",
        "SECRETS",
        "PASSWORD",
        "PASSWD",
        "PASS",
        "PWD",
        "TOKEN",
        "KEY",
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
        "PRIVATEKEY",
        "DSN",
    ];
    const PLAIN: &[&str] = &[
        "PUBLIC",
        "PATH",
        "FILE",
        "DIR",
        "NAME",
        "URL",
        "URI",
        "TTL",
        "EXPIRES",
        "EXPIRY",
        "EXPIRATION",
        "LENGTH",
        "SIZE",
        "TIMEOUT",
        "ENDPOINT",
        "HOST",
        "PREFIX",
        "HEADER",
        "ENABLED",
        "LIMIT",
        "ISSUER",
        "AUDIENCE",
        "ROUNDS",
        "ARN",
        "PER",
        "COUNT",
        "DURATION",
    ];
    let words = words(name);
    words.iter().any(|word| SECRET.contains(&word.as_str())) && !words.iter().any(|word| PLAIN.contains(&word.as_str()))
}

/// The words of `JWT_SECRET`, `Jwt__SigningKey` and `jwtSecret`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last_lower = false;
    for letter in name.chars() {
        let starts = !letter.is_alphanumeric() || letter.is_uppercase() && last_lower;
        if starts {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_uppercase());
        }
        last_lower = letter.is_lowercase();
    }
    words
}

/// Differences below `deployment_topology`.
pub(super) fn deployment(path: &[&str], edit: &Edit) -> Option<Verdict> {
    Some(match (path, edit) {
        (["deployment_topology", platform, "resources", _, resource, "hosts", host], Edit::Added(..)) => {
            let message = format!("the host {host} leads to {resource} of {platform}");
            Verdict::new(HOST_EXPOSED, "host", format!("{platform} {host}"), message)
        }
        (["deployment_topology", platform, "resources", _, resource, "hosts"], Edit::Added(value, _)) if !value.is_array() => {
            let message = format!("the host {} leads to {resource} of {platform}", shown(value));
            Verdict::new(HOST_EXPOSED, "host", format!("{platform} {}", shown(value)), message)
        }
        (["deployment_topology", platform, "resources", _, resource, "hosts"], Edit::Changed(from, to)) => {
            let message = format!("{resource} of {platform} answers at {} (it was {})", shown(to), shown(from));
            Verdict::new(HOST_EXPOSED, "host", format!("{platform} {}", shown(to)), message)
        }
        (["deployment_topology", platform, "resources", _], Edit::Added(..) | Edit::Removed(_)) => {
            Verdict::new(OTHER_CHANGED, "deployment", *platform, format!("resources of {platform}")).derived(true)
        }
        (["deployment_topology", platform, "resources", _, resource], Edit::Added(..)) => {
            Verdict::new(RESOURCE_ADDED, "resource", format!("{platform} {resource}"), format!("{platform} has {resource}"))
        }
        (["deployment_topology", platform, "resources", _, resource], Edit::Removed(_)) => {
            Verdict::new(OTHER_CHANGED, "resource", format!("{platform} {resource}"), format!("{platform} no longer has {resource}"))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn secrets_are_told_by_the_words_of_a_name() {
        let secret = ["JWT_SECRET", "DB_PASSWORD", "Stripe__ApiKey", "githubToken", "SENTRY_DSN", "AWS_SECRET_ACCESS_KEY"];
        let plain = ["PORT", "KEYCLOAK_URL", "JWT_TOKEN_TTL", "PUBLIC_KEY", "TOKEN_ISSUER", "MONKEY", "PASSPORT_MODE", "API_KEY_HEADER"];
        assert!(secret.iter().all(|name| is_secret(name)), "{secret:?}");
        assert!(!plain.iter().any(|name| is_secret(name)), "{plain:?}");
    }
}

//! Terraform and OpenTofu: resources and modules by type, with what says how large and which version, and what they refer to.
//! Only attributes of a fixed list leave this file, and none whose name says that it is secret.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::extract::hosts::hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PlatformResource};
use crate::gap::GapCode;
use crate::syntax::hcl::{self, Block};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "platform.terraform",
    about: "Terraform and OpenTofu: resources and modules by type, what they refer to",
    kinds: &[FileKind::Terraform],
    markers: &["resource", "module"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Attribute -> the name of the fact.
const ATTRIBUTES: &[(&str, &str)] = &[
    ("name", "name"),
    ("bucket", "name"),
    ("identifier", "name"),
    ("function_name", "name"),
    ("family", "name"),
    ("engine", "engine"),
    ("engine_type", "engine"),
    ("engine_version", "version"),
    ("database_version", "version"),
    ("redis_version", "version"),
    ("version", "version"),
    ("instance_class", "size"),
    ("instance_type", "size"),
    ("node_type", "size"),
    ("machine_type", "size"),
    ("vm_size", "size"),
    ("tier", "size"),
    ("sku", "size"),
    ("sku_name", "size"),
    ("cpu", "cpu"),
    ("memory", "memory"),
    ("memory_size", "memory"),
    ("memory_size_gb", "memory"),
    ("allocated_storage", "storage"),
    ("runtime", "runtime"),
    ("handler", "handler"),
    ("image", "image"),
    ("image_uri", "image"),
    ("desired_count", "replicas"),
    ("replicas", "replicas"),
    ("min_size", "min_replicas"),
    ("min_capacity", "min_replicas"),
    ("min_replicas", "min_replicas"),
    ("max_size", "max_replicas"),
    ("max_capacity", "max_replicas"),
    ("max_replicas", "max_replicas"),
    ("schedule", "schedule"),
    ("schedule_expression", "schedule"),
    ("port", "ports"),
    ("target_port", "ports"),
    ("container_port", "ports"),
    ("chart", "chart"),
    ("repository", "repository"),
    ("source", "source"),
    ("namespace", "namespace"),
    ("domain_name", "hosts"),
    ("launch_type", "type"),
    ("location", "location"),
    ("region", "location"),
];

/// Resources that only help the tool itself.
const OWN_TOOLS: &[&str] = &["null_", "random_", "time_", "tls_", "local_", "template_", "external", "terraform_data", "archive_"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(all) = hcl::blocks(cx.text) else {
        sink.gap(GapCode::LimitReached, None, "the file nests too deep and was not read");
        return;
    };
    for block in &all {
        let (kind, name) = match (block.kind.as_str(), block.labels.as_slice()) {
            ("resource", [kind, name]) if !OWN_TOOLS.iter().any(|prefix| kind.starts_with(prefix)) => (kind.as_str(), name),
            ("module", [name]) => ("module", name),
            _ => continue,
        };
        sink.fact(block.line, Fact::PlatformResource(resource(kind, name, block)));
    }
}

fn resource(kind: &str, name: &str, block: &Block) -> PlatformResource {
    let mut facts: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut add = |block: &Block| {
        for (attribute, fact) in ATTRIBUTES {
            if let Some(value) = block.plain(attribute).filter(|value| !value.is_empty() && !value.contains('@')) {
                facts.entry(fact).or_default().insert(value.to_owned());
            }
        }
    };
    add(block);
    // Workloads keep image, ports and size in blocks of their own.
    let mut inner: Vec<&Block> = block.blocks.iter().collect();
    while let Some(one) = inner.pop() {
        if matches!(
            one.kind.as_str(),
            "template" | "containers" | "container" | "spec" | "ports" | "port" | "scaling" | "settings" | "ingress"
        ) {
            add(one);
            inner.extend(&one.blocks);
        }
    }
    let variables = variables(block);
    let hosts =
        variables.iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).flat_map(|(name, value)| hosts_of(name, value));
    let hosts = hosts.collect();
    if !variables.is_empty() {
        facts.insert("env", variables.into_keys().collect());
    }
    let expressions = block.expressions();
    let references = expressions.iter().filter(|(name, _)| *name != "depends_on").flat_map(|(_, value)| references(value)).collect();
    let enabled_by = block.attributes.get("count").and_then(|count| condition(count));
    PlatformResource {
        tool: "terraform",
        by_folder: true,
        kind: kind.to_owned(),
        name: name.to_owned(),
        facts,
        references,
        hosts,
        enabled_by,
    }
}

/// The variables of a function or container, with the value where it is a plain text.
fn variables(block: &Block) -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    let mut open = vec![block];
    while let Some(one) = open.pop() {
        open.extend(&one.blocks);
        match (one.kind.as_str(), one.plain("name")) {
            ("env", Some(name)) => _ = found.insert(name.to_owned(), one.plain("value").map(str::to_owned)),
            _ => {
                let maps = ["variables", "environment_variables", "environment", "app_settings", "env_vars"];
                for map in maps.iter().filter_map(|name| one.attributes.get(*name)).filter(|value| value.starts_with('{')) {
                    found.extend(pairs(map));
                }
            }
        }
    }
    found
}

/// The lines `NAME = value` of a map.
fn pairs(map: &str) -> Vec<(String, Option<String>)> {
    let lines = map.trim_start_matches('{').trim_end_matches('}').lines().filter_map(|line| line.split_once(['=', ':']));
    let named = lines.map(|(name, value)| (name.trim().trim_matches('"'), value.trim().trim_end_matches(',')));
    let named =
        named.filter(|(name, _)| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte)));
    let plain = |value: &str| {
        value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).filter(|text| !text.contains("${")).map(str::to_owned)
    };
    named.map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

/// `aws_sqs_queue.orders` and `module.db` in an expression.
fn references(expression: &str) -> Vec<String> {
    let words = expression.split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-')));
    let named = words.filter_map(|word| {
        let mut parts = word.split('.').filter(|part| !part.is_empty());
        let (kind, name) = (parts.next()?, parts.next()?);
        (kind == "module" || kind.contains('_') && kind.starts_with(|first: char| first.is_ascii_lowercase()))
            .then(|| format!("{kind}.{name}"))
    });
    named.collect()
}

/// What `count = condition ? 1 : 0` asks for.
fn condition(count: &str) -> Option<String> {
    let (condition, rest) = count.split_once('?')?;
    let sides: Vec<&str> = rest.split(':').map(str::trim).collect();
    let condition = condition.trim();
    let plain = !condition.contains(['"', '\n']) && condition.len() <= 80;
    let told = match sides.as_slice() {
        ["0", _] => format!("not {condition}"),
        [_, "0"] => condition.to_owned(),
        _ => return None,
    };
    plain.then_some(told)
}

#[cfg(test)]
mod tests {
    use crate::finding::{Fact, PlatformResource};
    use crate::trial::extraction;

    fn resources(text: &str) -> Vec<PlatformResource> {
        let found = extraction(&[("infra/main.tf", text)]);
        assert!(!format!("{found:?}").contains("MARKER"), "{found:?}");
        let all = found.findings.into_iter().filter_map(|finding| match finding.fact {
            Fact::PlatformResource(one) => Some(one),
            _ => None,
        });
        all.collect()
    }

    #[test]
    fn resources_have_facts_references_and_conditions() {
        let text = concat!(
            "resource \"aws_sqs_queue\" \"mail\" { name = \"mail\" }\nresource \"aws_lambda_function\" \"mailer\" {\n  runtime = \"nodejs22.x\"\n  count = var.mail ? 1 : 0\n",
            "  environment {\n    variables = {\n      QUEUE_URL = aws_sqs_queue.mail.url\n      API_URL = \"https://u:MARKER@api.internal/MARKER\"\n      API_KEY = \"MARKER\"\n    }\n  }\n}\n",
            "resource \"random_password\" \"p\" { length = 8 }\ndata \"aws_vpc\" \"x\" {}\n",
        );
        let all = resources(text);
        let [queue, lambda] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((queue.kind.as_str(), queue.name.as_str()), ("aws_sqs_queue", "mail"));
        assert_eq!(lambda.references.iter().collect::<Vec<_>>(), ["aws_sqs_queue.mail"]);
        assert_eq!(lambda.facts["env"].iter().collect::<Vec<_>>(), ["API_KEY", "API_URL", "QUEUE_URL"]);
        assert_eq!(
            (lambda.hosts.first().map(|host| host.host.as_str()), lambda.enabled_by.as_deref()),
            (Some("api.internal"), Some("var.mail"))
        );
    }

    #[test]
    fn secrets_of_resources_stay_in_the_file() {
        let text = concat!(
            "resource \"aws_db_instance\" \"db\" {\n  engine = \"postgres\"\n  username = \"MARKER\"\n  password = \"MARKER\"\n  tags = { name = \"MARKER\" }\n}\n",
            "resource \"aws_secretsmanager_secret_version\" \"s\" {\n  secret_string = jsonencode({ \"k\" = \"MARKER\" })\n}\nvariable \"token\" { default = \"MARKER\" }\n",
            "resource \"x_y\" \"z\" {\n  user_data = <<-EOT\n    export TOKEN=MARKER\n  EOT\n}\nlocals { key = \"MARKER\" }\n",
        );
        assert_eq!(resources(text).len(), 3);
    }
}

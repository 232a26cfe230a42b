//! Schemas of messages beside the messages that code sends and receives: which of them are used, and which by nobody.
//! Names are the same when their letters are: `order.placed` is `OrderPlaced`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, wording};
use crate::finding::{Fact, MessageSchema};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// How many names a diagnostic lists.
const NAMED: usize = 8;

/// The pass; messaging must have run.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut catalogs: BTreeMap<(&RepoPath, &str), Vec<(&Location, &MessageSchema)>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::MessageSchema(schema) = &finding.fact {
            catalogs.entry((&schema.folder, schema.standard)).or_default().push((&finding.at, schema));
        }
    }
    if catalogs.is_empty() {
        return;
    }
    let used = messages(model);
    for ((_, standard), schemas) in catalogs {
        let mut unused: BTreeSet<&str> = BTreeSet::new();
        for (at, schema) in &schemas {
            let places: Vec<&(String, &str)> = schema.names.iter().filter_map(|name| used.get(&letters(name))).flatten().collect();
            if places.is_empty() {
                unused.extend(schema.names.first().map(String::as_str));
            }
            for (container, list) in places {
                model.prove(at, "schema", &["containers", container, "messaging", list]);
            }
        }
        let Some((first, _)) = schemas.first().filter(|_| !unused.is_empty()) else { continue };
        let code = if unused.len() < schemas.len() { GapCode::ContractDrift } else { GapCode::NotUnderstood };
        let names = wording::list(unused, NAMED);
        model.gaps.push(Gap::line(code, &first.path, first.line, format!("{standard}: no code was found that sends or receives {names}")));
    }
}

/// The letters of each message -> the containers that send or receive it.
fn messages(model: &Model) -> BTreeMap<String, BTreeSet<(String, &'static str)>> {
    let mut found: BTreeMap<String, BTreeSet<(String, &'static str)>> = BTreeMap::new();
    for (key, container) in &model.containers {
        for (names, list) in [(&container.publishes, "publishes"), (&container.subscribes, "subscribes")] {
            for name in names {
                found.entry(letters(name)).or_default().insert((key.clone(), list));
            }
        }
    }
    found
}

fn letters(name: &str) -> String {
    name.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn used_schemas_are_evidence_and_unused_ones_are_told() {
        let schema = |title: &str| {
            format!("{{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"title\": \"{title}\", \"properties\": {{}}}}")
        };
        let (placed, lost) = (schema("order.placed"), schema("OrderLost"));
        let files = [
            (
                "package.json",
                r#"{"name": "shop", "dependencies": {"kafkajs": "2", "express": "4"}, "scripts": {"start": "node server.js"}}"#,
            ),
            (
                "server.js",
                "const { Kafka } = require('kafkajs');\nconst app = require('express')();\nconst producer = new Kafka({}).producer();\napp.post('/orders', async (req, res) => { await producer.send({ topic: 'order-placed', messages: [] }); res.end(); });\napp.listen(3000);\n",
            ),
            ("events/placed.schema.json", placed.as_str()),
            ("events/lost.schema.json", lost.as_str()),
        ];
        let model = model(&files);
        assert!(model.evidence.iter().any(|one| one.what == "schema" && one.at.path.as_str() == "events/placed.schema.json"));
        let told: Vec<&str> = model.gaps.iter().map(|gap| gap.message.as_str()).filter(|text| text.starts_with("JSON Schema")).collect();
        assert_eq!(told, ["JSON Schema: no code was found that sends or receives OrderLost"]);
    }
}

//! The OIS-CFA fixture against the document that a person wrote of such a platform: every fact of it is looked for in the scan.
//! What goes by another name here, and what the code cannot tell, stands beside the fixture, each with a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use reposcan::ScanOptions;
use serde_json::Value;

use crate::facts::plain;
use crate::scratch::{project, scan_text};

/// Of all facts that the code can tell at least this much must be told.
const RECALL: f64 = 0.95;

/// Words that hold no fact of their own.
const EMPTY_WORDS: &[&str] = &["a", "against", "and", "api", "by", "defined", "for", "in", "of", "on", "per", "the", "to", "via", "with"];

/// One thing that the example says.
struct Fact {
    /// The keys down to it.
    place: Vec<String>,
    /// The text; empty where the key itself is the fact.
    text: String,
}

impl Fact {
    fn shown(&self) -> String {
        format!("/{}", self.place.join("/"))
    }
}

/// Every key that is a name, and every text; the C4 level of an element is no fact of its own.
fn facts(example: &Value) -> Vec<Fact> {
    let mut all = Vec::new();
    let mut open = vec![(Vec::<String>::new(), example)];
    while let Some((place, value)) = open.pop() {
        let inner = |key: &str| place.iter().cloned().chain([key.to_owned()]).collect::<Vec<String>>();
        match value {
            Value::Object(map) => {
                for (key, value) in
                    map.iter().filter(|(key, _)| *key != "c4_level" && (place.len() != 1 || place[0] != "meta" || *key == "project"))
                {
                    let is_name = place.len() == 1 && place[0] != "data_schema" && place[0] != "meta" || place == ["data_schema", "tables"];
                    if is_name {
                        all.push(Fact { place: inner(key), text: String::new() });
                    }
                    open.push((inner(key), value));
                }
            }
            // A line between two things is one fact; what is said of it is another.
            Value::Array(items) if place.last().is_some_and(|last| last == "relationships") => {
                for item in items {
                    let end = |keys: [&str; 2]| keys.iter().find_map(|key| item[*key].as_str()).expect("an end").to_owned();
                    let edge = format!("{} -> {}", end(["source", "from"]), end(["destination", "to"]));
                    all.push(Fact { place: inner(&edge), text: String::new() });
                    all.push(Fact {
                        place: [inner(&edge), vec!["description".to_owned()]].concat(),
                        text: text(&item["description"]).to_owned(),
                    });
                }
            }
            Value::Array(items) if place[0] == "external_services" => {
                for item in items {
                    let name = text(&item["name"]);
                    all.push(Fact { place: inner(name), text: String::new() });
                    open.push((inner(name), item));
                }
            }
            Value::Array(items) => all.extend(items.iter().map(|item| Fact { place: inner(text(item)), text: text(item).to_owned() })),
            Value::String(text) => all.push(Fact { place, text: text.clone() }),
            other => panic!("{other} at {place:?}"),
        }
    }
    // The name of a service is its key here; what a source gave is said by the facts themselves.
    all.retain(|fact| !(fact.place[0] == "external_services" && fact.place.last().is_some_and(|last| last == "name")));
    all.retain(|fact| !(fact.place[0] == "sources" && fact.place.len() == 3));
    all.sort_by(|a, b| a.place.cmp(&b.place));
    all
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What stands beside the fixture: names that differ (`same KIND NAME = NAME, NAME`), and places that the code cannot tell.
#[derive(Default)]
struct Notes {
    same: BTreeMap<(String, String), Vec<String>>,
    untold: BTreeSet<String>,
}

impl Notes {
    fn read() -> Self {
        let all = fs::read_to_string(project().join("fixtures/systems/ois-cfa.untold.txt")).expect("the notes");
        let mut notes = Self::default();
        for line in all.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(rest) = line.strip_prefix("same ") {
                let (kind, rest) = rest.split_once(' ').expect("a kind");
                let (name, others) = rest.split_once(" = ").expect("other names");
                notes.same.insert((kind.to_owned(), name.to_owned()), others.split(", ").map(str::to_owned).collect());
            } else {
                let (place, reason) = line.split_once(": ").expect("a place and a reason");
                assert!(reason.len() > 10, "{line} gives no reason");
                assert!(notes.untold.insert(place.to_owned()), "{place} stands twice");
            }
        }
        notes
    }

    fn names(&self, kind: &str, name: &str) -> Vec<String> {
        self.same.get(&(kind.to_owned(), name.to_owned())).cloned().unwrap_or_else(|| vec![name.to_owned()])
    }
}

/// The scanned document.
struct Ours {
    document: Value,
    words: BTreeSet<String>,
    all: String,
    notes: Notes,
}

impl Ours {
    fn tells(&self, fact: &Fact) -> bool {
        let parts: Vec<&str> = fact.place.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["containers", key, rest @ ..] => self.tells_container(key, rest, &fact.text),
            ["components", key, rest @ ..] => self.tells_component(key, rest, &fact.text),
            ["domain_glossary", term] => self.document["domain_glossary"].get(term).is_some(),
            ["domain_glossary", term, _] => text(&self.document["domain_glossary"][term]["definition"]) == fact.text,
            ["contexts", name] => self.notes.names("context", name).iter().all(|own| self.document["contexts"].get(own).is_some()),
            ["deployment_topology", _, "relationships", edge] => !self.edges(edge).is_empty(),
            ["deployment_topology", _, "relationships", edge, _] => holds(&self.edges(edge).join(" "), &fact.text),
            ["deployment_topology", name] => {
                self.notes.names("platform", name).iter().all(|own| self.document["deployment_topology"].get(own).is_some())
            }
            ["data_schema", "tables", table, rest @ ..] => self.tables(table).iter().any(|own| tells_table(own, rest, &fact.text)),
            ["data_schema", "relationships", edge] => self.tells_reference(edge),
            ["api_endpoints", container] => self.served(container).is_some(),
            ["api_endpoints", container, _, endpoint] => self.serves(container, endpoint),
            ["external_services", name] => self.service(name).is_some(),
            ["external_services", name, "type"] => {
                let kinds = self.notes.names("service-type", &fact.text);
                self.service(name).is_some_and(|own| kinds.iter().any(|kind| kind == text(&own["type"])))
            }
            ["sources", path] => path.split(" + ").all(|path| self.has_source(path)),
            _ => self.all.contains(&plain(&fact.text)) || self.mentions(&fact.text),
        }
    }

    /// Whether every word of a text stands in the document.
    fn mentions(&self, text: &str) -> bool {
        words(text).iter().all(|word| self.words.contains(word))
    }

    fn tells_container(&self, key: &str, rest: &[&str], said: &str) -> bool {
        let own: Option<Vec<&Value>> = self.notes.names("container", key).iter().map(|own| self.document["containers"].get(own)).collect();
        let Some(own) = own else { return false };
        match rest {
            // A product that others wrote has the name of the product.
            ["name"] => own.iter().any(|one| {
                let product = text(&one["technology"]).trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
                [text(&one["name"]), text(&one["type"]), product].iter().any(|name| plain(name) == plain(said))
            }),
            ["description"] => own.iter().any(|one| plain(text(&one["description"])).contains(&plain(said))),
            ["technology"] => {
                let services = self.document["external_services"].as_array().into_iter().flatten();
                let backing = services.filter(|one| self.notes.names("container", key).iter().any(|own| text(&one["notes"]).contains(own)));
                let all: String = own
                    .into_iter()
                    .chain(backing)
                    .map(|one| {
                        format!("{} {} {} {} ", text(&one["type"]), text(&one["technology"]), text(&one["name"]), text(&one["notes"]))
                    })
                    .collect();
                holds(&all, said)
            }
            _ => true,
        }
    }

    fn tells_component(&self, key: &str, rest: &[&str], said: &str) -> bool {
        let own: Vec<&Value> = self.notes.names("component", key).iter().filter_map(|own| self.document["components"].get(own)).collect();
        let Some(first) = own.first() else { return false };
        match rest {
            ["name"] => plain(text(&first["name"])).replace(' ', "") == plain(said).replace(' ', ""),
            ["description"] => plain(text(&first["description"])).contains(&plain(said)),
            ["technology"] => holds(&format!("{} {}", text(&first["technology"]), text(&first["type"])), said),
            ["dependencies", target] => {
                let named: Vec<String> = ["component", "container"].iter().flat_map(|kind| self.notes.names(kind, target)).collect();
                let direct = targets(first);
                // What its clients and contexts reach it reaches through them.
                let through = direct.iter().filter_map(|key| self.document["components"].get(key)).flat_map(targets);
                let needs: Vec<&str> = through.chain(direct.iter().copied()).collect();
                named.iter().any(|own| needs.contains(&own.as_str()))
            }
            _ => true,
        }
    }

    /// What is said of the lines between two containers, wherever they are drawn.
    fn edges(&self, edge: &str) -> Vec<String> {
        let (from, to) = edge.split_once(" -> ").expect("two ends");
        let (from, to) = (self.notes.names("container", from), self.notes.names("container", to));
        let platforms = self.document["deployment_topology"].as_object().into_iter().flat_map(|map| map.values());
        let mut found: Vec<String> = platforms
            .flat_map(|platform| platform["relationships"].as_array().into_iter().flatten())
            .filter(|one| from.iter().any(|own| own == text(&one["source"])) && to.iter().any(|own| own == text(&one["destination"])))
            .map(|one| text(&one["description"]).to_owned())
            .collect();
        for own in &from {
            let lines = self.document["containers"][own]["relationships"].as_array().into_iter().flatten();
            let lines = lines.filter(|one| to.iter().any(|own| own == text(&one["target"])));
            found.extend(lines.map(|one| format!("{} {}", text(&one["description"]), text(&one["technology"]))));
        }
        found
    }

    /// The tables of a name; in several databases each has its owner before it.
    fn tables(&self, name: &str) -> Vec<&Value> {
        let tables = self.document["data_schema"]["tables"].as_object().into_iter().flatten();
        tables.filter(|(key, _)| key.rsplit('/').next() == Some(name)).map(|(_, table)| table).collect()
    }

    fn tells_reference(&self, edge: &str) -> bool {
        let (from, to) = edge.split_once(" -> ").expect("two ends");
        let points =
            |table: &&Value, target: &str| table["relationships"].as_array().into_iter().flatten().any(|one| one["target_table"] == target);
        self.tables(from).iter().any(|table| points(table, to)) || self.tables(to).iter().any(|table| points(table, from))
    }

    fn served(&self, container: &str) -> Option<&Value> {
        self.notes.names("container", container).iter().find_map(|own| self.document["api_endpoints"].get(own))
    }

    fn serves(&self, container: &str, endpoint: &str) -> bool {
        let Some(own) = self.served(container) else { return false };
        if let Some((path, clusters)) = endpoint.split_once(" → clusters: ") {
            let routes = own["routes"].to_string();
            return path == "/*" && clusters.split(", ").all(|cluster| routes.contains(cluster));
        }
        let endpoint = endpoint.split("  ").next().unwrap_or(endpoint).split('?').next().unwrap_or(endpoint);
        own["endpoints"].as_array().into_iter().flatten().any(|one| one == endpoint)
    }

    fn service(&self, name: &str) -> Option<&Value> {
        let services = self.document["external_services"].as_array()?;
        services.iter().find(|one| plain(text(&one["name"])).contains(&plain(name)))
    }

    /// Whether a file that fits a path with `*` gave facts.
    fn has_source(&self, pattern: &str) -> bool {
        let parts: Vec<&str> = pattern.split('*').collect();
        let fits = |path: &String| {
            let mut rest = path.as_str();
            let all = parts.iter().all(|part| rest.find(part).map(|at| rest = &rest[at + part.len()..]).is_some());
            all && (path.starts_with(parts[0]) || !pattern.contains('/'))
        };
        self.document["sources"].as_object().is_some_and(|sources| sources.keys().any(fits))
    }
}

/// What a component needs, by its dependencies and its lines.
fn targets(component: &Value) -> Vec<&str> {
    let needs = component["dependencies"].as_array().into_iter().flatten().map(text);
    needs.chain(component["relationships"].as_array().into_iter().flatten().map(|one| text(&one["target"]))).collect()
}

/// The words of a text that say something.
fn words(text: &str) -> BTreeSet<String> {
    let plain = plain(text).replace("otel", "opentelemetry").replace("hlf", "fabric");
    plain.split(' ').filter(|word| !word.is_empty() && !EMPTY_WORDS.contains(word)).map(str::to_owned).collect()
}

/// Whether every word of what is said stands in a text.
fn holds(all: &str, said: &str) -> bool {
    words(said).is_subset(&words(all))
}

/// A column, a key or an index as the example writes it: `id uuid PK`, `UNIQUE(a, b)`.
fn tells_table(own: &Value, rest: &[&str], said: &str) -> bool {
    match rest {
        [] => true,
        ["description"] => plain(text(&own["description"])).contains(&plain(said)),
        _ => match said.split_once('(').filter(|(head, _)| *head == "UNIQUE" || *head == "INDEX") {
            Some((head, columns)) => {
                let columns = columns.trim_end_matches(')').replace(' ', "");
                if head == "UNIQUE" {
                    is_unique(own, &columns)
                } else {
                    own["indexes"].to_string().replace(' ', "").contains(&format!("({columns})"))
                }
            }
            None => tells_column(own, said),
        },
    }
}

fn tells_column(own: &Value, said: &str) -> bool {
    let mut parts = said.splitn(3, ' ');
    let (name, kind, more) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let Some(column) = own["columns"].as_array().into_iter().flatten().find(|one| one["name"] == name) else { return false };
    let same_type =
        text(&column["type"]) == kind.replace("varchar", "character varying").replace("timestamptz", "timestamp with time zone");
    let nullable = column["nullable"] == true;
    let unique = more.split_once("UNIQUE").map(|(_, with)| with.trim());
    let unique = match unique {
        Some(with) => with.strip_prefix("WITH ").map_or_else(|| is_unique(own, name), |other| is_unique(own, &format!("{other},{name}"))),
        None => true,
    };
    same_type
        && unique
        && nullable != (more.contains("NOT NULL") || more.contains("PK"))
        && (!more.contains("PK") || column["primary_key"] == true)
}

fn is_unique(own: &Value, columns: &str) -> bool {
    let joined = |set: &Value| set.as_array().into_iter().flatten().map(text).collect::<Vec<&str>>().join(",");
    let alone = own["columns"].as_array().into_iter().flatten().any(|one| one["name"] == columns && one["unique"] == true);
    alone || own["unique"].as_array().into_iter().flatten().any(|set| joined(set) == columns)
}

/// The facts of the example, and what the scan of the fixture says.
fn read() -> (Vec<Fact>, Ours) {
    let example = fs::read_to_string(project().join("fixtures/examples/ois-cfa.reposcan.json")).expect("the example");
    let scanned = scan_text(&project().join("fixtures/systems/ois-cfa"), &ScanOptions::default());
    let document = serde_json::from_str(&scanned).expect("JSON");
    let ours = Ours { document, words: words(&scanned), all: plain(&scanned), notes: Notes::read() };
    (facts(&serde_json::from_str(&example).expect("JSON")), ours)
}

#[test]
fn the_example_of_a_platform_is_told() {
    let (facts, ours) = read();
    let places: BTreeSet<String> = facts.iter().map(Fact::shown).collect();
    let stray: Vec<&String> = ours.notes.untold.iter().filter(|place| !places.contains(*place)).collect();
    assert_eq!(stray, Vec::<&String>::new(), "notes on what the example does not say");
    let told_after_all: Vec<String> =
        facts.iter().filter(|fact| ours.notes.untold.contains(&fact.shown()) && ours.tells(fact)).map(Fact::shown).collect();
    assert_eq!(told_after_all, Vec::<String>::new(), "these are told: take them out of the notes");
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut missing = String::new();
    for fact in facts.iter().filter(|fact| !ours.notes.untold.contains(&fact.shown())) {
        let count = counts.entry(&fact.place[0]).or_default();
        count.1 += 1;
        if ours.tells(fact) {
            count.0 += 1;
        } else {
            missing.push_str(&format!("{} {}\n", fact.shown(), fact.text));
        }
    }
    for (section, (told, all)) in &counts {
        println!("{section}: {told} of {all}");
    }
    println!("{} facts left to a person\nmissing:\n{missing}", ours.notes.untold.len());
    let (told, all) = counts.values().fold((0, 0), |(told, all), count| (told + count.0, all + count.1));
    assert!(all > 250, "{all} facts");
    assert!(told as f64 >= RECALL * all as f64, "{told} of {all} are told; missing:\n{missing}");
}

#[test]
fn every_line_between_its_containers_is_told() {
    let (facts, ours) = read();
    let edges: Vec<&Fact> = facts.iter().filter(|fact| fact.place[0] == "deployment_topology" && fact.place.len() == 4).collect();
    assert_eq!(edges.len(), 24);
    let missing: Vec<String> = edges.iter().filter(|fact| !ours.tells(fact)).map(|fact| fact.shown()).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn what_the_platform_does_not_hold_is_not_told() {
    let (_, ours) = read();
    let fact = |place: &[&str], text: &str| Fact { place: place.iter().map(|part| (*part).to_owned()).collect(), text: text.to_owned() };
    for fact in [
        fact(&["containers", "mongodb"], ""),
        fact(&["containers", "portal", "technology"], "Next.js 12"),
        fact(&["deployment_topology", "k8s-dev", "relationships", "portal -> postgres"], ""),
        fact(&["data_schema", "tables", "wallets", "columns", ""], "balance numeric(20,8) NULL"),
        fact(&["data_schema", "tables", "wallets", "columns", ""], "UNIQUE(balance, blocked)"),
        fact(&["data_schema", "tables", "orders", "columns", ""], "idem_key varchar(50) UNIQUE"),
        fact(&["api_endpoints", "bank-adapter", "endpoints", "GET /nominal/nothing"], ""),
        fact(&["external_services", "Redis"], ""),
        fact(&["sources", "services/registry/Nothing*.cs"], ""),
    ] {
        assert!(!ours.tells(&fact), "{}", fact.shown());
    }
}

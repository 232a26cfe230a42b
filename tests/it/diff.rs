//! What changed between two documents: identity, classes, formats, exit codes, and the laws that hold for any two documents.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use reposcan::diff::{Changes, Class, Kind, RULES, apply, diff, markdown, sarif, text};
use reposcan::{Document, ScanOptions, landscape};
use serde_json::{Value, json};

use crate::facts::places;
use crate::git::{commit, git, init};
use crate::scratch::{Scratch, project, scan_text};

fn fixture(path: &str) -> Value {
    let text = fs::read_to_string(project().join("fixtures").join(path)).expect("a fixture");
    serde_json::from_str(&text).expect("JSON")
}

fn document(value: &Value) -> Document {
    Document::read(&value.to_string()).expect("a document")
}

fn changes(old: &Value, new: &Value) -> Changes {
    diff(&document(old), &document(new))
}

/// `class rule name` of the changes that a person is shown, without other words.
fn shown(changes: &Changes) -> Vec<String> {
    let told = changes.changes.iter().filter(|change| !change.derived && change.rule != "description-changed");
    told.map(|change| format!("{} {} {}", change.class.as_str(), change.rule, change.name)).collect()
}

fn small() -> Value {
    json!({
        "meta": {"project": "shop", "version": "shtgn-1.0", "commit": "1111111111111111111111111111111111111111"},
        "contexts": {"shop": {"description": "", "c4_level": "Context"}},
        "containers": {
            "api": {"name": "api", "description": "", "type": "NestJS Application", "c4_level": "Container", "path": "apps/api", "ports": ["80"],
                "messaging": {"publishes": ["order.paid"], "subscribes": []}},
            "mail": {"name": "mail", "description": "", "type": "NestJS Application", "c4_level": "Container", "path": "apps/mail",
                "messaging": {"publishes": [], "subscribes": ["order.paid"]}}
        },
        "components": {"api.orders": {"name": "orders", "description": "", "c4_level": "Component", "container": "api", "path": "apps/api/orders"}},
        "api_endpoints": {"api": {"endpoints": ["GET /orders", "POST /orders"], "operations": {
            "GET /orders": {"handler": "OrdersController.list", "response": "Order[]", "auth": ["JwtGuard"], "declared_in": ["code"]},
            "POST /orders": {"handler": "OrdersController.create", "request": "NewOrder", "declared_in": ["code"]}
        }}},
        "data_schema": {"description": "", "tables": {"orders": {"description": "", "columns": [
            {"name": "id", "type": "uuid", "primary_key": true},
            {"name": "note", "type": "varchar(100)", "nullable": true},
            {"name": "total", "type": "int", "default": "0"},
            {"name": "state", "type": "order_state"}
        ]}}, "enums": {"order_state": ["open", "paid"]}},
        "configuration": {"description": "", "runtime": {"api": ["PORT"]}},
        "external_integrations": {},
        "sources": {"apps/api/orders.ts": ["L7 route -> /api_endpoints/api/operations/GET ~1orders"]}
    })
}

/// The small document with something else in it.
fn with(edit: impl FnOnce(&mut Value)) -> Value {
    let mut value = small();
    edit(&mut value);
    value
}

#[test]
fn each_rule_of_the_issue_is_met() {
    let column = |value: &mut Value, at: usize, key: &str, to: Value| value["data_schema"]["tables"]["orders"]["columns"][at][key] = to;
    let remove = |value: &mut Value, pointer: &str, key: &str| {
        value.pointer_mut(pointer).and_then(Value::as_object_mut).expect("an object").shift_remove(key);
    };
    let operations = "/api_endpoints/api/operations";
    let cases: Vec<(Value, &str)> = vec![
        (with(|value| remove(value, operations, "GET /orders")), "breaking endpoint-removed api GET /orders"),
        (
            with(|value| remove(value, "/api_endpoints/api/operations/GET ~1orders", "auth")),
            "breaking endpoint-auth-dropped api GET /orders",
        ),
        (
            with(|value| value["api_endpoints"]["api"]["operations"]["GET /orders"]["response"] = json!("Page")),
            "breaking endpoint-type-changed api GET /orders",
        ),
        (
            with(|value| value["api_endpoints"]["api"]["operations"]["POST /orders"]["request"] = json!("Other")),
            "breaking endpoint-type-changed api POST /orders",
        ),
        (
            with(|value| value["api_endpoints"]["api"]["operations"]["POST /orders"]["auth"] = json!(["JwtGuard"])),
            "breaking endpoint-auth-required api POST /orders",
        ),
        (
            with(|value| {
                value["data_schema"]["tables"]["orders"]["columns"].as_array_mut().expect("columns").remove(2);
            }),
            "breaking column-dropped orders.total",
        ),
        (with(|value| column(value, 1, "type", json!("varchar(50)"))), "breaking column-narrowed orders.note"),
        (with(|value| column(value, 1, "type", json!("text"))), "additive column-widened orders.note"),
        (with(|value| remove(value, "/data_schema/tables/orders/columns/1", "nullable")), "breaking column-made-required orders.note"),
        (with(|value| column(value, 2, "nullable", json!(true))), "additive column-made-optional orders.total"),
        (with(|value| column(value, 1, "name", json!("remark"))), "breaking column-renamed orders.note"),
        (with(|value| value["data_schema"]["enums"]["order_state"] = json!(["open"])), "breaking enum-value-removed order_state"),
        (with(|value| value["containers"]["mail"]["messaging"]["subscribes"] = json!([])), "breaking last-consumer-gone order.paid (mail)"),
        (with(|value| value["containers"]["api"]["messaging"]["publishes"] = json!([])), "breaking last-publisher-gone order.paid (api)"),
        (with(|value| value["containers"]["api"]["ports"] = json!(["80", "9090"])), "breaking port-exposed api 9090"),
        (
            with(|value| {
                value["external_integrations"]["Stripe"] = json!({"description": "", "type": "payments", "c4_level": "Container"})
            }),
            "breaking outside-system-added Stripe",
        ),
        (with(|value| value["configuration"]["runtime"]["api"] = json!(["JWT_SECRET", "PORT"])), "breaking secret-needed api JWT_SECRET"),
        (with(|value| value["configuration"]["runtime"]["api"] = json!(["LOG_LEVEL", "PORT"])), "additive variable-added api LOG_LEVEL"),
        (with(|value| value["containers"]["api"]["path"] = json!("services/api")), "neutral moved api"),
    ];
    for (new, expected) in cases {
        assert_eq!(shown(&changes(&small(), &new)), [expected]);
    }
    assert!(RULES.iter().any(|rule| rule.id == "secret-needed" && rule.class == Class::Breaking));
}

#[test]
fn a_renamed_container_and_a_moved_endpoint_are_one_change_each() {
    let text = small().to_string().replace("\"api\"", "\"gateway\"").replace("\"api.orders\"", "\"gateway.orders\"");
    let renamed: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        shown(&changes(&small(), &renamed)),
        ["neutral container-renamed api", "neutral other-changed gateway name"],
        "the key and the name, and nothing that refers to them"
    );
    let moved: Value = serde_json::from_str(&small().to_string().replace("POST /orders", "POST /v2/orders")).expect("JSON");
    let found = changes(&small(), &moved);
    assert_eq!(shown(&found), ["breaking endpoint-moved api POST /orders"]);
    assert_eq!(found.changes[0].kind, Kind::Renamed);
}

#[test]
fn meta_and_sources_never_count_and_gaps_cast_doubt() {
    let other = with(|value| {
        value["meta"]["commit"] = json!("2222222222222222222222222222222222222222");
        value["sources"] = json!({"b.ts": ["L1 x -> /containers/api"]});
    });
    let found = changes(&small(), &other);
    assert_eq!(found.changes, []);
    assert_eq!((text(&found, true), markdown(&found)), (String::new(), String::new()));
    let unread = with(|value| {
        value["meta"]["diagnostics"] =
            json!([{"severity": "warning", "code": "syntax-error", "path": "apps/api/orders.ts", "message": "m"}]);
        value.pointer_mut("/api_endpoints/api/operations").and_then(Value::as_object_mut).expect("operations").shift_remove("GET /orders");
    });
    let found = changes(&small(), &unread);
    let gone = found.changes.iter().find(|change| change.rule == "endpoint-removed" && !change.derived).expect("the endpoint");
    assert_eq!(gone.source.as_deref(), Some("apps/api/orders.ts:7"));
    assert!(gone.doubtful.as_deref().is_some_and(|why| why.contains("syntax-error")), "{gone:?}");
}

#[test]
fn formats_tell_the_same_changes() {
    let new = with(|value| {
        value["containers"]["api"]["ports"] = json!(["80", "90`|<b>@all"]);
        value["containers"]["new"] = json!({"name": "n", "description": "", "c4_level": "Container", "relationships": [{"target": "api"}]});
        value["containers"]["api"]["relationships"] = json!([{"target": "new", "description": ""}]);
        value["containers"]["mail"]["description"] = json!("other");
        value.pointer_mut("/api_endpoints/api/operations").and_then(Value::as_object_mut).expect("operations").shift_remove("GET /orders");
    });
    let found = changes(&small(), &new);
    let plain = text(&found, false);
    assert!(plain.starts_with("shop 1111111 -> 1111111: 2 breaking, 1 additive, "), "{plain}");
    assert!(plain.contains("  - endpoint-removed: api no longer offers GET /orders (apps/api/orders.ts:7)\n"), "{plain}");
    assert!(!plain.contains('\u{1b}') && text(&found, true).contains("\u{1b}[1;31mbreaking"));
    let comment = markdown(&found);
    assert!(comment.contains("```mermaid\nflowchart LR\n") && comment.contains(":::added") && comment.contains("-->|new|"), "{comment}");
    assert!(!comment.contains("<b>") && !comment.contains("@all") && comment.contains("<details>"), "{comment}");
    let log: Value = serde_json::from_str(&sarif(&found)).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.iter().filter(|one| one["level"] == "error").count(), 2);
    let known: BTreeSet<&str> =
        log["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert!(results.iter().all(|one| one["ruleId"].as_str().is_some_and(|rule| known.contains(rule))));
    assert!(results.iter().any(|one| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "apps/api/orders.ts"));
    let schema: Value = serde_json::from_str(&reposcan::diff::schema_text()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let json: Value = serde_json::from_str(&found.to_json()).expect("JSON");
    assert_eq!(validator.iter_errors(&json).map(|error| error.to_string()).collect::<Vec<String>>(), Vec::<String>::new());
    assert_eq!(Changes::from_json(&found.to_json()), Ok(found));
}

#[test]
fn the_schema_of_changes_is_the_generated_one() {
    let file = fs::read_to_string(project().join("schema/reposcan-diff.schema.json")).unwrap_or_default();
    assert!(file == reposcan::diff::schema_text(), "run: cargo run -- schema diff > schema/reposcan-diff.schema.json");
}

#[test]
fn every_rule_stands_in_the_documentation() {
    let page = fs::read_to_string(project().join("docs/diff.md")).expect("the page");
    for rule in RULES {
        let line = format!("| `{}` | {} | {} |", rule.id, rule.class.as_str(), rule.when);
        assert!(page.contains(&line), "docs/diff.md lacks: {line}");
    }
}

#[test]
fn the_documents_that_people_wrote_can_be_compared() {
    let read = |name: &str| fixture(&format!("examples/{name}.reposcan.json"));
    let (one, other) = (read("hypetrain-backend"), read("ois-cfa"));
    assert_eq!(changes(&one, &one).changes, []);
    assert_eq!(changes(&other, &other).changes, []);
    let mut edited = other.clone();
    let columns = edited.pointer_mut("/data_schema/tables/wallets/columns").and_then(Value::as_array_mut).expect("columns");
    columns[0] = json!("id bigint PK");
    columns.remove(2);
    assert_eq!(shown(&changes(&other, &edited)), ["neutral column-changed wallets.id", "breaking column-dropped wallets.owner_id"]);
    let across = changes(&one, &other);
    assert!(across.changes.len() > 50);
    assert!(across.not_compared.contains(&"api_endpoints".to_owned()), "{:?}", across.not_compared);
}

fn run(scratch: &Scratch, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reposcan"));
    command.env_remove("SOURCE_DATE_EPOCH").current_dir(scratch.root()).args(arguments).stdin(Stdio::null());
    command.output().expect("the command runs")
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A repository of two commits: the second drops a column, adds one, and adds a file that is not understood.
fn history() -> Scratch {
    let scratch = Scratch::with(&[
        ("package.json", br#"{"name":"shop","dependencies":{"@nestjs/core":"10.0.0"},"scripts":{"start":"nest start"}}"#),
        ("migrations/001.sql", b"CREATE TABLE orders (id int PRIMARY KEY, note text, total int);"),
        ("src/main.ts", b"import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nasync function bootstrap() { const app = await NestFactory.create(AppModule); await app.listen(3000); }\nbootstrap();\n"),
        ("src/app.module.ts", b"import { OrdersController } from './orders.controller';\n@Module({ controllers: [OrdersController] })\nexport class AppModule {}\n"),
        ("src/orders.controller.ts", b"@Controller('orders')\nexport class OrdersController {\n  @Get()\n  list() {}\n  @Get('old')\n  old() {}\n}\n"),
    ]);
    init(&scratch);
    scratch.file("migrations/002.sql", b"ALTER TABLE orders DROP COLUMN note;\nALTER TABLE orders ADD COLUMN remark text;");
    scratch.file("src/orders.controller.ts", b"@Controller('orders')\nexport class OrdersController {\n  @Get()\n  list() {}\n}\n");
    commit(&scratch, "second");
    scratch
}

#[test]
fn revisions_files_and_folders_can_be_sides() {
    let scratch = history();
    let (code, out, err) = told(&run(&scratch, &["diff", "HEAD~1..HEAD"]));
    assert_eq!((code, err.as_str()), (Some(1), ""), "{out}");
    assert!(out.contains("- endpoint-removed: shop no longer offers GET /orders/old (src/orders.controller.ts:5)"), "{out}");
    assert!(out.contains("- column-dropped: orders.note is gone") && out.contains("+ column-added: orders.remark is new: text"), "{out}");
    let stored = |revision: &str, name: &str| {
        let (code, ..) = told(&run(&scratch, &["--rev", revision, "-o", name, "."]));
        assert_eq!(code, Some(0));
    };
    stored("HEAD~1", "a.json");
    stored("HEAD", "b.json");
    for arguments in [
        vec!["diff", "a.json", "b.json"],
        vec!["diff", "HEAD~1", "HEAD"],
        vec!["diff", "a.json", "HEAD"],
        vec!["diff", "HEAD~1", "b.json"],
        vec!["diff", "HEAD~1..."],
    ] {
        assert_eq!(told(&run(&scratch, &arguments)).1, out, "{arguments:?}");
    }
    let same = told(&run(&scratch, &["diff", "HEAD", "HEAD"]));
    assert_eq!(same, (Some(0), String::new(), String::new()));
    assert_eq!(told(&run(&scratch, &["diff", "b.json", "HEAD"])), (Some(0), String::new(), String::new()));
    let tree = git(&scratch.root(), &["rev-parse", "HEAD^{tree}"]);
    assert_eq!(told(&run(&scratch, &["diff", "HEAD", &tree])).0, Some(0), "a tree is a side, as `git write-tree` gives one");
}

#[test]
fn a_folder_as_it_stands_is_a_side() {
    let scratch = history();
    scratch.file("migrations/003.sql", b"ALTER TABLE orders ADD COLUMN late int;");
    let (code, out, _) = told(&run(&scratch, &["diff", "HEAD", "."]));
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("+ column-added: orders.late is new: int"), "{out}");
}

#[test]
fn the_exit_code_says_what_was_found() {
    let scratch = history();
    let code = |arguments: &[&str]| run(&scratch, &[&["diff"], arguments].concat()).status.code();
    assert_eq!(code(&["HEAD~1..HEAD", "--fail-on", "none"]), Some(0));
    assert_eq!(code(&["HEAD~1..HEAD", "--fail-on", "any"]), Some(1));
    assert_eq!(code(&["HEAD..HEAD", "--fail-on", "any"]), Some(0));
    for (arguments, says) in [
        (vec!["nowhere", "HEAD"], "'nowhere' is no revision"),
        (vec!["missing.json", "HEAD"], "there is no file missing.json"),
        (vec!["package.json", "HEAD"], "it has none of its sections"),
        (vec!["src/main.ts", "HEAD"], "it is no JSON"),
        (vec!["HEAD"], "is one side; give two"),
        (vec!["HEAD", "HEAD", "--baseline", "package.json"], "no diff of reposcan"),
        (vec!["HEAD..nowhere"], "'nowhere' is no revision"),
        (vec!["-", "-"], "only one side"),
        (vec!["-", "HEAD"], "it is no JSON"),
    ] {
        let (code, out, err) = told(&run(&scratch, &[&["diff"], arguments.as_slice()].concat()));
        assert_eq!((code, out.as_str(), err.lines().count()), (Some(2), "", 1), "{arguments:?}: {err}");
        assert!(err.contains(says), "{arguments:?}: {err}");
    }
}

#[test]
fn a_baseline_accepts_its_changes_and_no_others() {
    let scratch = history();
    let (_, json, _) = told(&run(&scratch, &["diff", "HEAD~1..HEAD", "--format", "json"]));
    scratch.file("accepted.json", json.as_bytes());
    let (code, out, err) = told(&run(&scratch, &["diff", "HEAD~1..HEAD", "--baseline", "accepted.json"]));
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(err.contains("accepts") && err.contains("; 0 of its changes"), "{err}");
    scratch.file("migrations/003.sql", b"ALTER TABLE orders DROP COLUMN total;");
    git(&scratch.root(), &["add", "migrations"]);
    git(&scratch.root(), &["commit", "-q", "-m", "third"]);
    let (code, out, _) = told(&run(&scratch, &["diff", "HEAD~2..HEAD", "--baseline", "accepted.json", "-q"]));
    assert_eq!(code, Some(1));
    assert!(out.contains("orders.total is gone") && !out.contains("orders.note"), "{out}");
}

#[test]
fn a_pair_of_revisions_gives_the_documents_of_two_scans() {
    let scratch = history();
    let same = |old: &str, new: &str| {
        let options = ScanOptions::default();
        let (a, b) = reposcan::scan_both(&scratch.root(), old, new, &options).expect("two scans");
        for (document, revision) in [(a, old), (b, new)] {
            let mut bytes = Vec::new();
            document.write_json(&mut bytes, false).expect("JSON");
            let alone = scan_text(&scratch.root(), &ScanOptions { revision: Some(revision.to_owned()), ..ScanOptions::default() });
            assert_eq!(String::from_utf8_lossy(&bytes), alone, "{revision}");
        }
    };
    same("HEAD~1", "HEAD");
    same("HEAD", "HEAD~1");
    scratch.file("src/deals/deals.controller.ts", b"@Controller('deals')\nexport class DealsController {\n  @Get()\n  list() {}\n}\n");
    scratch.file(
        "src/app.module.ts",
        b"import { OrdersController } from './orders.controller';\nimport { DealsController } from './deals/deals.controller';\n@Module({ controllers: [OrdersController, DealsController] })\nexport class AppModule {}\n",
    );
    scratch.file("chart/Chart.yaml", b"apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    scratch.file("chart/templates/a.yaml", b"apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n");
    scratch.file("chart/values.yaml", b"name: one\n");
    commit(&scratch, "third");
    same("HEAD~1", "HEAD");
    scratch.file("chart/values.yaml", b"name: two\n");
    commit(&scratch, "fourth");
    same("HEAD~1", "HEAD");
}

/// Documents to change: a scanned one, one of small tables, and one that people wrote.
fn starts() -> [Value; 3] {
    let scanned = fixture("systems/hypetrain-backend.expected.json");
    [scanned, small(), fixture("examples/ois-cfa.reposcan.json")]
}

/// Changes a place: removes it, renames it, says something else there, turns or doubles a list.
fn change(value: &mut Value, at: usize, how: usize) {
    // A section as a whole is no place where a change is made.
    let places: Vec<String> = places(value).into_iter().filter(|place| place.matches('/').count() > 1).collect();
    let place = places[at % places.len()].clone();
    let (parent, key) = place.rsplit_once('/').expect("a parent");
    let key = key.replace("~1", "/").replace("~0", "~");
    match (how, value.pointer_mut(parent).expect("the parent")) {
        (0, Value::Object(map)) => {
            map.shift_remove(&key);
        }
        (0, Value::Array(items)) => {
            items.remove(key.parse().expect("an index"));
        }
        (1, Value::Object(map)) => {
            if let Some(one) = map.shift_remove(&key) {
                map.insert(format!("{key}_2"), one);
            }
        }
        (2, Value::Array(items)) => items.reverse(),
        (3, Value::Array(items)) => {
            let one = items[key.parse::<usize>().expect("an index")].clone();
            items.insert(0, one);
        }
        _ => {
            if let Some(Value::String(text)) = value.pointer_mut(&place) {
                text.push_str("_x");
            }
        }
    }
}

fn facts(document: &Document) -> Value {
    let mut bytes = Vec::new();
    document.write_json(&mut bytes, true).expect("JSON");
    let mut value: Value = serde_json::from_slice(&bytes).expect("JSON");
    let map = value.as_object_mut().expect("an object");
    map.shift_remove("meta");
    map.shift_remove("sources");
    value
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_lead_from_the_old_document_to_the_new_one(
        start in 0_usize..3,
        edits in prop::collection::vec((0_usize..100_000, 0_usize..5), 0..9),
    ) {
        let old = starts()[start].clone();
        let mut new = old.clone();
        for (at, how) in &edits {
            change(&mut new, *at, *how);
        }
        let (Ok(a), Ok(b)) = (Document::read(&old.to_string()), Document::read(&new.to_string())) else { return Ok(()) };
        prop_assert_eq!(diff(&b, &b).changes, vec![]);
        let found = diff(&a, &b);
        prop_assume!(found.not_compared.is_empty());
        prop_assert_eq!(found.changes.is_empty(), facts(&a) == facts(&b));
        let made = apply(&a, &found).expect("it can be carried out");
        prop_assert_eq!(facts(&made), facts(&b));
        let told = Changes::from_json(&found.to_json()).expect("JSON");
        prop_assert_eq!(facts(&apply(&a, &told).expect("it can be carried out")), facts(&b));
    }

    #[test]
    fn merging_knows_no_order_and_no_groups(order in Just(vec![0_usize, 1, 2, 3]).prop_shuffle(), split in 1_usize..4, edits in prop::collection::vec((0_usize..100_000, 0_usize..5), 0..4)) {
        let names = ["shop", "mail", "@scope/shop", "zeta"];
        let all: Option<Vec<Document>> = names.iter().enumerate().map(|(at, name)| {
            let mut value = small();
            for (place, how) in edits.iter().skip(at) {
                change(&mut value, *place, *how);
            }
            value["meta"]["project"] = json!(name);
            Document::read(&value.to_string()).ok()
        }).collect();
        let Some(all) = all else { return Ok(()) };
        let whole = landscape::merge(&all).expect("a landscape");
        let shuffled: Vec<Document> = order.iter().map(|at| all[*at].clone()).collect();
        prop_assert_eq!(&landscape::merge(&shuffled).expect("a landscape"), &whole);
        let (left, right) = shuffled.split_at(split);
        let grouped = [landscape::merge(left).expect("a landscape"), landscape::merge(right).expect("a landscape")];
        prop_assert_eq!(&landscape::merge(&grouped).expect("a landscape"), &whole);
        prop_assert_eq!(&landscape::merge(&[whole.clone(), all[0].clone()]).expect("a landscape"), &whole);
    }
}

#[test]
fn a_landscape_is_a_valid_document() {
    let scratch = Scratch::with(&[]);
    let write = |name: &str, value: &Value| scratch.file(name, value.to_string().as_bytes());
    write("a.json", &fixture("systems/hypetrain-backend.expected.json"));
    write("b.json", &small());
    let (code, out, err) = told(&run(&scratch, &["merge", "a.json", "b.json"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(Document::faults(&out), []);
    let value: Value = serde_json::from_str(&out).expect("JSON");
    for (path, texts) in value["sources"].as_object().expect("sources") {
        for text in texts.as_array().expect("texts").iter().filter_map(Value::as_str) {
            let pointer = text.rsplit_once(" -> ").map_or("", |(_, pointer)| pointer);
            assert!(value.pointer(pointer).is_some(), "{path}: {text}");
        }
    }
    assert_eq!(told(&run(&scratch, &["merge", "b.json", "a.json"])).1, out);
    scratch.file("c.json", b"{\"containers\":{}}");
    let (code, _, err) = told(&run(&scratch, &["merge", "a.json", "c.json"]));
    assert_eq!((code, err.lines().count()), (Some(2), 1), "{err}");
}

/// The path with this command before everything else on it.
fn with_command(command: &mut Command) -> &mut Command {
    let own = std::path::Path::new(env!("CARGO_BIN_EXE_reposcan")).parent().expect("a folder").to_path_buf();
    let old = std::env::var_os("PATH").unwrap_or_default();
    let all = std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&old))).expect("a path");
    command.env("PATH", all)
}

#[test]
fn the_hook_compares_what_is_about_to_be_committed() {
    let scratch = history();
    let hook = || {
        let mut command = Command::new("sh");
        command.arg(project().join("ci/pre-commit")).current_dir(scratch.root()).env_remove("GIT_INDEX_FILE").env_remove("GIT_DIR");
        told(&with_command(&mut command).output().expect("the hook runs"))
    };
    assert_eq!(hook(), (Some(0), String::new(), String::new()));
    scratch.file("migrations/003.sql", b"ALTER TABLE orders DROP COLUMN total;");
    assert_eq!(hook().0, Some(0), "what is not staged is not committed");
    git(&scratch.root(), &["add", "migrations"]);
    let (code, out, _) = hook();
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("- column-dropped: orders.total is gone"), "{out}");
}

#[test]
fn git_shows_stored_documents_as_facts() {
    let scratch = history();
    let store = |revision: &str| assert_eq!(run(&scratch, &["--rev", revision, "-o", "shop.reposcan.json", "."]).status.code(), Some(0));
    store("HEAD~1");
    scratch.file(".gitattributes", b"*.reposcan.json diff=reposcan\n");
    git(&scratch.root(), &["add", "."]);
    git(&scratch.root(), &["commit", "-q", "-m", "document"]);
    store("HEAD~1");
    let page = fs::read_to_string(project().join("docs/diff.md")).expect("the page");
    let recipe = page.lines().find_map(|line| line.strip_prefix("git config diff.reposcan.command ")).expect("the recipe");
    let recipe = recipe.split("    #").next().unwrap_or(recipe);
    let mut command = Command::new("sh");
    command.current_dir(scratch.root()).args(["-c", &format!("git config diff.reposcan.command {recipe} && git diff && git diff --stat")]);
    let (code, out, err) = told(&with_command(&mut command).output().expect("git runs"));
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(out.contains("- column-dropped: orders.note is gone"), "{out}");
}

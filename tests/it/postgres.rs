//! The fold against a real PostgreSQL: the migrations of each fixture are applied to a throw-away server, and what its
//! catalog then holds must be exactly what the document says. Fails, and never skips, where no PostgreSQL is installed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use reposcan::ScanOptions;
use serde_json::Value;

use crate::scratch::{project, scan_text};

/// A fixture with its files in the order that its tool documents, the schema it is set up with, and whether all of it is valid.
struct Case {
    fixture: &'static str,
    files: &'static [&'static str],
    schema: &'static str,
    valid: bool,
}

const CASES: &[Case] = &[
    Case {
        fixture: "sql/scripts/catalog",
        files: &["db/migrations/001_tables.sql", "db/migrations/002_alter.sql", "db/migrations/003_views_policies.sql"],
        schema: "public",
        valid: true,
    },
    Case {
        fixture: "sql/scripts/not-understood",
        files: &["migrations/1_init.sql", "migrations/2_more.sql"],
        schema: "public",
        valid: false,
    },
    Case {
        fixture: "sql/scripts/umzug",
        files: &["src/database/migrations/2024.01.01T00.00.00.users.sql", "src/database/migrations/2024.01.02T00.00.00.sessions.sql"],
        schema: "public",
        valid: true,
    },
    Case {
        fixture: "sql/scripts/golang-migrate",
        files: &["db/000001_init.up.sql", "db/000009_transfers.up.sql", "db/000010_rename.up.sql"],
        schema: "public",
        valid: true,
    },
    Case {
        fixture: "sql/scripts/prisma",
        files: &["prisma/migrations/20240101000000_init/migration.sql", "prisma/migrations/20240102000000_many/migration.sql"],
        schema: "public",
        valid: true,
    },
    Case { fixture: "sql/scripts/schema-file", files: &["database/init.sql"], schema: "public", valid: true },
    Case {
        fixture: "sql/flyway/default-schema",
        files: &[
            "database/migrations/V1__people.sql",
            "database/migrations/V1.2__boss.sql",
            "database/migrations/V1.10__rename.sql",
            "database/migrations/R__view.sql",
        ],
        schema: "crm",
        valid: true,
    },
    // No migrations: what the models amount to, against the SQL that their tool writes for them.
    Case { fixture: "prisma/schema/basic", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/drizzle/basic", files: &["../server.sql"], schema: "public", valid: true },
    // What the tool itself made of migrations that are written in code; it is not run here.
    Case { fixture: "typescript/typeorm/basic", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/typeorm/entities", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/knex/basic", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/migrations/other-files", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "sql/liquibase/xml", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/sequelize/basic", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/sequelize/models", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/mikro_orm/basic", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/mikro_orm/entities", files: &["../server.sql"], schema: "public", valid: true },
    Case { fixture: "typescript/node_pg_migrate/basic", files: &["../server.sql"], schema: "public", valid: true },
];

/// A server in a temporary folder, stopped with the value.
struct Server {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").expect("a temporary folder");
        open_to_all(folder.path());
        let server = Self { folder, programs: programs() };
        let data = server.data();
        server.run("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"]);
        let options = format!("-k {} -c listen_addresses= -c fsync=off", server.socket());
        let log = format!("{}/log", server.socket());
        server.run("pg_ctl", &["-D", &data, "-w", "-l", &log, "-o", &options, "start"]);
        server
    }

    fn data(&self) -> String {
        format!("{}/data", self.socket())
    }

    fn socket(&self) -> String {
        self.folder.path().display().to_string()
    }

    /// Runs a program of the server, which refuses to run as root.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        let output = command.args(arguments).current_dir("/tmp").stdin(Stdio::null()).output().expect("the server's programs run");
        assert!(output.status.success(), "{} failed: {}", program.display(), String::from_utf8_lossy(&output.stderr));
    }

    fn psql(&self, database: &str, arguments: &[&str]) -> Output {
        let psql = self.programs.join("psql");
        let mut command = Command::new(if psql.exists() { psql } else { PathBuf::from("psql") });
        command.args(["-h", &self.socket(), "-U", "postgres", "-d", database, "-X", "-q", "-At"]).args(arguments);
        command.stdin(Stdio::null()).output().expect("psql runs")
    }

    /// The JSON that a query gives.
    fn json(&self, database: &str, query: &str) -> Value {
        let output = self.psql(database, &["-v", "ON_ERROR_STOP=1", "-c", query]);
        assert!(output.status.success(), "{query}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.data();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "stop"]);
        if is_root() {
            // The data folder belongs to the server's user; root may remove it all the same.
            let _ = fs::remove_dir_all(&data);
        }
    }
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().expect("id runs");
    String::from_utf8_lossy(&output.stdout).trim() == "0"
}

fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).expect("permissions");
}

/// The folder that holds `initdb`: what `pg_config` says, else where Debian puts it.
fn programs() -> PathBuf {
    let said = Command::new("pg_config").arg("--bindir").output().ok();
    let said = said.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path().join("bin")));
    let mut found: Vec<PathBuf> = said.into_iter().chain(versions).filter(|folder| folder.join("initdb").exists()).collect();
    found.sort();
    found.pop().expect("PostgreSQL is installed (Debian: apt-get install postgresql); this test cannot do without it")
}

/// What is compared, in words, so that a difference reads as one.
type Facts = BTreeSet<String>;

const CATALOG: &str = r"
with rel as (
  select c.oid, c.relname, c.relrowsecurity, case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end as name, c.relkind
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_' and not c.relispartition
)
select json_build_object(
  'tables', (select json_agg(json_build_object('name', name, 'rls', relrowsecurity,
    'columns', (select json_agg(json_build_object('name', attname, 'type', format_type(atttypid, atttypmod), 'null', not attnotnull) order by attnum)
       from pg_attribute where attrelid = rel.oid and attnum > 0 and not attisdropped),
    'constraints', (select json_agg(json_build_object('name', conname, 'kind', contype, 'delete', confdeltype,
        'target', (select name from rel r where r.oid = confrelid),
        'columns', (select json_agg(attname order by o) from unnest(conkey) with ordinality k(n, o) join pg_attribute a on a.attrelid = conrelid and a.attnum = k.n),
        'references', (select json_agg(attname order by o) from unnest(confkey) with ordinality k(n, o) join pg_attribute a on a.attrelid = confrelid and a.attnum = k.n)))
       from pg_constraint where conrelid = rel.oid),
    'indexes', (select json_agg(json_build_object('name', ic.relname, 'unique', indisunique, 'plain', indpred is null and indexprs is null,
        'columns', (select json_agg(attname order by o) from unnest(string_to_array(indkey::text, ' ')::int[]) with ordinality k(n, o)
           join pg_attribute a on a.attrelid = indrelid and a.attnum = k.n where o <= indnkeyatts)))
       from pg_index join pg_class ic on ic.oid = indexrelid
       where indrelid = rel.oid and not exists (select 1 from pg_constraint k where k.conindid = indexrelid and k.contype in ('p', 'u', 'x'))),
    'policies', (select json_agg(polname) from pg_policy where polrelid = rel.oid)
  )) from rel where relkind in ('r', 'p')),
  'views', (select json_agg(name || case relkind when 'm' then ' materialized' else '' end) from rel where relkind in ('v', 'm')),
  'enums', (select json_agg(line) from (select typname || ' ' || string_agg(enumlabel, ',' order by enumsortorder) as line
     from pg_type t join pg_enum e on e.enumtypid = t.oid group by typname) x)
)";

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The facts of a server.
fn server_facts(server: &Server, database: &str) -> Facts {
    let catalog = server.json(database, CATALOG);
    let mut facts = Facts::new();
    for table in list(&catalog["tables"]) {
        let name = text(&table["name"]);
        facts.insert(format!("table {name}"));
        for (place, column) in list(&table["columns"]).enumerate() {
            facts.insert(format!("column {name} {place} {} {} null={}", text(&column["name"]), text(&column["type"]), column["null"]));
        }
        for constraint in list(&table["constraints"]) {
            facts.extend(server_constraint(name, constraint));
        }
        for index in list(&table["indexes"]) {
            facts.insert(format!("index {name} {}", text(&index["name"])));
            if index["unique"] == true && index["plain"] == true {
                facts.insert(format!("unique {name} {:?}", strings(&index["columns"])));
            }
        }
        facts.extend(strings(&table["policies"]).iter().map(|policy| format!("policy {name} {policy}")));
        facts.extend((table["rls"] == true).then(|| format!("row level security {name}")));
    }
    facts.extend(strings(&catalog["views"]).iter().map(|view| format!("view {view}")));
    facts.extend(strings(&catalog["enums"]).iter().map(|line| format!("enum {line}")));
    facts
}

fn server_constraint(table: &str, constraint: &Value) -> Option<String> {
    let columns = strings(&constraint["columns"]);
    match text(&constraint["kind"]) {
        "p" => Some(format!("primary key {table} {columns:?}")),
        "u" => Some(format!("unique {table} {columns:?}")),
        "c" => Some(format!("check {table} {}", text(&constraint["name"]))),
        "x" => Some(format!("index {table} {}", text(&constraint["name"]))),
        "f" => {
            let action = match text(&constraint["delete"]) {
                "c" => "cascade",
                "n" => "set null",
                "d" => "set default",
                "r" => "restrict",
                _ => "",
            };
            let references = strings(&constraint["references"]);
            Some(format!("foreign key {table} {columns:?} {} {references:?} {action}", text(&constraint["target"])))
        }
        _ => None,
    }
}

/// The facts of a document; types are put into the server's words by the server.
fn document_facts(document: &Value, types: &BTreeMap<String, String>) -> Facts {
    let schema = &document["data_schema"];
    let mut facts = Facts::new();
    for (name, table) in schema["tables"].as_object().into_iter().flatten() {
        facts.insert(format!("table {name}"));
        let mut key = Vec::new();
        for (place, column) in list(&table["columns"]).enumerate() {
            let own = text(&column["name"]);
            let data_type = types.get(text(&column["type"])).map_or("?", String::as_str);
            facts.insert(format!("column {name} {place} {own} {data_type} null={}", column["nullable"] == true));
            key.extend((column["primary_key"] == true).then(|| own.to_owned()));
            facts.extend((column["unique"] == true).then(|| format!("unique {name} {:?}", [own])));
        }
        let composite = strings(&table["primary_key"]);
        let key = if composite.is_empty() { key } else { composite };
        facts.extend((!key.is_empty()).then(|| format!("primary key {name} {key:?}")));
        facts.extend(list(&table["unique"]).map(|columns| format!("unique {name} {:?}", strings(columns))));
        facts.extend(list(&table["relationships"]).filter_map(|one| foreign_key(name, one)));
        let keys = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        facts.extend(keys(&table["indexes"]).iter().map(|index| format!("index {name} {index}")));
        facts.extend(keys(&table["checks"]).iter().map(|check| format!("check {name} {check}")));
        facts.extend(keys(&table["row_level_security"]["policies"]).iter().map(|policy| format!("policy {name} {policy}")));
        facts.extend((table["row_level_security"]["enabled"] == true).then(|| format!("row level security {name}")));
    }
    for (name, view) in schema["views"].as_object().into_iter().flatten() {
        facts.insert(format!("view {name}{}", if view["materialized"] == true { " materialized" } else { "" }));
    }
    for (name, labels) in schema["enums"].as_object().into_iter().flatten() {
        facts.insert(format!("enum {name} {}", strings(labels).join(",")));
    }
    facts
}

/// The foreign key that stands in this table; what stands in the other is told by its lack of references.
fn foreign_key(table: &str, one: &Value) -> Option<String> {
    let either = |value: &Value| value.as_str().map_or_else(|| strings(value), |one| vec![one.to_owned()]);
    let references = either(&one["references"]);
    let here = matches!(text(&one["type"]), "many_to_one" | "one_to_one") && !references.is_empty();
    let columns = either(&one["foreign_key"]);
    here.then(|| format!("foreign key {table} {columns:?} {} {references:?} {}", text(&one["target_table"]), text(&one["on_delete"])))
}

/// What the server calls each type that the document writes.
fn server_types(server: &Server, database: &str, document: &Value) -> BTreeMap<String, String> {
    let tables = document["data_schema"]["tables"].as_object().expect("tables");
    let written: BTreeSet<&str> = tables.values().flat_map(|table| list(&table["columns"])).map(|column| text(&column["type"])).collect();
    let enums = document["data_schema"]["enums"].as_object().cloned().unwrap_or_default();
    let quoted = |one: &str| {
        // Types are written in lower case; names of enums keep their case.
        let (base, rest) = one.split_at(one.find('[').unwrap_or(one.len()));
        enums.keys().find(|name| name.to_lowercase() == base).map_or_else(|| one.to_owned(), |name| format!("\"{name}\"{rest}"))
    };
    written
        .into_iter()
        .map(|one| {
            let create = format!("create temporary table probe (c {})", quoted(one));
            let read = "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'probe'::regclass and attnum = 1";
            let output = server.psql(database, &["-c", &create, "-c", read]);
            (one.to_owned(), String::from_utf8_lossy(&output.stdout).trim().to_owned())
        })
        .collect()
}

#[test]
fn the_fold_is_what_a_server_holds() {
    let server = Server::start();
    for (number, case) in CASES.iter().enumerate() {
        let repository = project().join("fixtures").join(case.fixture).join("repo");
        let database = format!("case{number}");
        assert!(server.psql("postgres", &["-c", &format!("create database {database}")]).status.success());
        if case.schema != "public" {
            let setting = format!("create schema {0}; alter database {database} set search_path to {0}, public", case.schema);
            assert!(server.psql(&database, &["-c", &setting]).status.success());
        }
        for file in case.files {
            let stop = if case.valid { "ON_ERROR_STOP=1" } else { "ON_ERROR_STOP=0" };
            let output = server.psql(&database, &["-v", stop, "-f", &repository.join(file).display().to_string()]);
            let faults = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() || !case.valid, "{} {file}: {faults}", case.fixture);
        }
        let document: Value = serde_json::from_str(&scan_text(&repository, &ScanOptions::default())).expect("JSON");
        let expected = server_facts(&server, &database);
        let found = document_facts(&document, &server_types(&server, &database, &document));
        let missing: Vec<&String> = expected.difference(&found).collect();
        let wrong: Vec<&String> = found.difference(&expected).collect();
        assert!(missing.is_empty() && wrong.is_empty(), "{}\nmissing: {missing:#?}\nwrong: {wrong:#?}", case.fixture);
        assert!(expected.len() > 5, "{} holds next to nothing", case.fixture);
    }
}

#[test]
fn what_is_not_understood_is_told_and_nothing_after_it_is_lost() {
    let repository = project().join("fixtures/sql/scripts/not-understood/repo");
    let document: Value = serde_json::from_str(&scan_text(&repository, &ScanOptions::default())).expect("JSON");
    let gaps: Vec<String> = list(&document["meta"]["diagnostics"])
        .filter(|one| text(&one["path"]).ends_with(".sql"))
        .map(|one| format!("{} {}:{}", text(&one["code"]), text(&one["path"]), one["line"]))
        .collect();
    let expected = [
        "statement-not-understood migrations/1_init.sql:2",
        "statement-not-applied migrations/2_more.sql:1",
        "dynamic-statement migrations/2_more.sql:2",
    ];
    assert_eq!(gaps, expected);
    let tables: Vec<&String> = document["data_schema"]["tables"].as_object().expect("tables").keys().collect();
    assert_eq!(tables, ["after", "before"]);
}

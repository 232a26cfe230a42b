//! Hostile input gets a diagnostic, never a crash, and what stands around it is still read.

use std::fs;
use std::time::Instant;

use serde_json::Value;

use crate::golden::document_faults;
use crate::scratch::{Scratch, diagnostics};

const CONTROLLER: &[u8] = b"import { Controller, Get } from '@nestjs/common';\n@Controller('users')\nexport class UserController {\n  @Get(':id')\n  one() {}\n}\n";
const MANIFEST: &[u8] = br#"{"name":"shop","dependencies":{"@nestjs/core":"^10.0.0"},"scripts":{"start":"nest start"}}"#;

fn has(document: &Value, diagnostic: &str) -> bool {
    diagnostics(document).iter().any(|one| one == diagnostic)
}

#[test]
fn an_empty_folder_is_a_valid_empty_document() {
    let scratch = Scratch::with(&[]);
    let text = scratch.scan();
    assert_eq!(document_faults(&text), Vec::<String>::new());
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let keys: Vec<&String> = document.as_object().expect("an object").keys().collect();
    assert_eq!(keys, reposcan::document::SECTIONS, "every section stands there, in order, even when empty");
    assert_eq!(document["containers"], serde_json::json!({}));
    assert_eq!(document["external_services"], serde_json::json!([]));
    assert_eq!(document["meta"]["diagnostics"], serde_json::json!([]));
}

#[test]
fn binary_files_under_source_names_are_told() {
    let mut bytes = CONTROLLER.to_vec();
    bytes.extend([0, 1, 2, 0xff]);
    let scratch =
        Scratch::with(&[("package.json", MANIFEST), ("src/a.controller.ts", &bytes), ("src/b.sql", b"\x00\x01"), ("c.png", b"\x00")]);
    let document = scratch.document();
    assert!(has(&document, "not-text src/a.controller.ts"), "{:?}", diagnostics(&document));
    assert!(!has(&document, "not-text c.png"), "a picture is no source");
}

#[test]
fn utf16_is_read_like_utf8() {
    let text = String::from_utf8(CONTROLLER.to_vec()).expect("UTF-8");
    let mut wide = vec![0xff, 0xfe];
    wide.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let plain = Scratch::with(&[
        ("package.json", MANIFEST),
        ("src/main.ts", b"NestFactory.create(AppModule)"),
        ("src/a.controller.ts", CONTROLLER),
    ]);
    let utf16 =
        Scratch::with(&[("package.json", MANIFEST), ("src/main.ts", b"NestFactory.create(AppModule)"), ("src/a.controller.ts", &wide)]);
    assert_eq!(plain.scan(), utf16.scan());
}

#[test]
fn a_huge_generated_file_is_left_out_in_no_time() {
    let line = b"export const a = [1, 2, 3, '@Controller', '@Module'];\n";
    let huge: Vec<u8> = line.iter().copied().cycle().take(50 * 1024 * 1024).collect();
    let scratch = Scratch::with(&[("package.json", MANIFEST), ("src/huge.ts", &huge), ("dump.sql", &huge), ("values.yaml", &huge)]);
    let start = Instant::now();
    let document = scratch.document();
    assert!(start.elapsed().as_secs() < 20, "took {:?}", start.elapsed());
    assert!(has(&document, "too-large src/huge.ts"), "{:?}", diagnostics(&document));
}

#[test]
fn unclosed_and_broken_sql_keeps_what_stands_around_it() {
    let broken = b"CREATE TABLE users (id int PRIMARY KEY);\nCREATE TABLE (((;\nINSERT INTO users VALUES ('never closed);\n";
    let scratch = Scratch::with(&[
        ("migrations/001_users.sql", broken),
        ("migrations/002_orders.sql", b"CREATE TABLE orders (id int PRIMARY KEY);\n"),
        ("migrations/003_dollar.sql", b"CREATE FUNCTION f() RETURNS int AS $x$ BEGIN"),
        ("migrations/004_comment.sql", b"/* never closed CREATE TABLE phantom (id int);"),
    ]);
    let document = scratch.document();
    let tables: Vec<&String> = document["data_schema"]["tables"].as_object().expect("tables").keys().collect();
    assert_eq!(tables, ["orders", "users"]);
    assert!(has(&document, "statement-not-understood migrations/001_users.sql"), "{:?}", diagnostics(&document));
}

#[test]
fn invalid_yaml_and_json_are_told() {
    let scratch = Scratch::with(&[
        ("package.json", b"{\"name\": \"shop\","),
        ("docker-compose.yml", b"services:\n  a: [1, 2\n b: }\n"),
        ("deploy/k.yaml", b"apiVersion: v1\nkind: Service\n\tmetadata: {"),
        ("nest-cli.json", b"[[["),
        ("tsconfig.json", b"}"),
    ]);
    let document = scratch.document();
    for file in ["package.json", "docker-compose.yml"] {
        assert!(diagnostics(&document).iter().any(|one| one.ends_with(&format!(" {file}"))), "{file}: {:?}", diagnostics(&document));
    }
}

#[cfg(unix)]
#[test]
fn symbolic_links_are_not_followed() {
    let scratch = Scratch::with(&[("package.json", MANIFEST), ("src/a.controller.ts", CONTROLLER)]);
    std::os::unix::fs::symlink("..", scratch.root().join("src/loop")).expect("a link");
    std::os::unix::fs::symlink(scratch.root().join("src/a.controller.ts"), scratch.root().join("b.controller.ts")).expect("a link");
    std::os::unix::fs::symlink("nowhere", scratch.root().join("broken")).expect("a link");
    let document = scratch.document();
    for link in ["b.controller.ts", "broken", "src/loop"] {
        assert!(has(&document, &format!("symlink-skipped {link}")), "{:?}", diagnostics(&document));
    }
    assert_eq!(document["meta"]["stats"]["files"]["listed"], 2);
}

/// Root reads everything, so that the command is run as another user there.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_told() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    use std::os::unix::process::CommandExt;
    let scratch = Scratch::with(&[("package.json", MANIFEST), ("src/a.controller.ts", CONTROLLER), ("closed/b.ts", CONTROLLER)]);
    let mode = |path: &str, mode: u32| fs::set_permissions(scratch.root().join(path), fs::Permissions::from_mode(mode)).expect("a mode");
    mode("src/a.controller.ts", 0);
    mode("closed", 0);
    let folder = scratch.root().parent().expect("a folder").to_path_buf();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).expect("a mode");
    let program = folder.join("reposcan");
    fs::copy(env!("CARGO_BIN_EXE_reposcan"), &program).expect("the program");
    let mut command = std::process::Command::new(&program);
    command.arg(scratch.root());
    if fs::metadata(&folder).expect("data").uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().expect("the command runs");
    mode("closed", 0o755);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    for path in ["closed", "src/a.controller.ts"] {
        assert!(has(&document, &format!("unreadable {path}")), "{:?}", diagnostics(&document));
    }
}

#[test]
fn deep_nesting_ends_with_a_diagnostic() {
    let nested = |open: &str, close: &str, middle: &str| format!("{}{middle}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes();
    let mut code = CONTROLLER.to_vec();
    code.extend(nested("(", ")", "1"));
    let mut template = b"@Controller(`".to_vec();
    template.extend(nested("${`", "`}", "a"));
    let mut sql = b"CREATE TABLE deep (id int DEFAULT ".to_vec();
    sql.extend(nested("(", ")", "1"));
    sql.extend(b");\nCREATE TABLE flat (id int);");
    let mut yaml = b"services:\n  a: ".to_vec();
    yaml.extend(nested("[", "]", "1"));
    let mut markdown = b"# Glossary\n".to_vec();
    markdown.extend(nested("> ", "", "word"));
    let scratch = Scratch::with(&[
        ("package.json", &nested("{\"a\":", "}", "1")),
        ("src/a.controller.ts", &code),
        ("src/b.controller.ts", &template),
        ("src/c.tsx", &nested("<a>", "</a>", "@Controller")),
        ("migrations/001_deep.sql", &sql),
        ("docker-compose.yml", &yaml),
        ("deploy/values.yaml", &nested("{a: ", "}", "1")),
        ("deploy/templates/a.yaml", &nested("{{ if a }}", "{{ end }}", "x")),
        ("GLOSSARY.md", &markdown),
        ("Dockerfile", &nested("RUN (", ")", "a")),
    ]);
    let document = scratch.document();
    assert!(has(&document, "limit-reached src/a.controller.ts"), "{:?}", diagnostics(&document));
    assert!(document["data_schema"]["tables"].get("flat").is_some(), "{:?}", diagnostics(&document));
}

#[test]
fn odd_names_and_many_small_files_are_no_trouble() {
    let scratch = Scratch::with(&[
        ("a b/ü/'quote\".ts", CONTROLLER),
        ("-rf", b""),
        ("package.json", b""),
        ("x/package.json", b"null"),
        ("y/package.json", b"[]"),
    ]);
    for at in 0..300 {
        scratch.file(&format!("many/{at}/{at}.ts"), b"");
    }
    assert_eq!(scratch.document()["meta"]["stats"]["files"]["listed"], 305);
}

const CHART: &[u8] = b"apiVersion: v2\nname: hostile\nversion: 1.0.0\n";
const SERVICE: &[u8] = b"apiVersion: v1\nkind: Service\nmetadata: {name: kept}\nspec: {ports: [{port: 80}]}\n";

/// Scans a chart with one hostile file; it must end soon, tell what it gave up, and still read what stands beside it.
fn hostile_chart(path: &str, text: &[u8], diagnostic: &str) {
    let scratch =
        Scratch::with(&[("chart/Chart.yaml", CHART), ("chart/templates/service.yaml", SERVICE), (path, text), ("k8s/a.yaml", SERVICE)]);
    let start = Instant::now();
    let document = scratch.document();
    assert!(start.elapsed().as_secs() < 60, "{path} took {:?}", start.elapsed());
    assert!(has(&document, diagnostic), "{:?}", diagnostics(&document));
    for key in ["helm: hostile (values)", "kubernetes: k8s"] {
        let kept = &document["deployment_topology"][key]["resources"]["Networking"]["Service/kept"];
        assert_eq!(kept["ports"], serde_json::json!(["80"]), "{key} beside {path}");
    }
}

#[test]
fn templates_that_never_end_are_given_up() {
    let refused = "template-not-rendered chart/templates/bad.yaml";
    let bad = |text: &str| hostile_chart("chart/templates/bad.yaml", text.as_bytes(), refused);
    bad("{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}");
    bad("{{ define \"a\" }}{{ tpl \"{{ include \\\"a\\\" . }}\" . }}{{ end }}{{ include \"a\" . }}");
    let loops = "{{ range until 9999 }}".repeat(6) + "x" + &"{{ end }}".repeat(6);
    bad(&loops);
    bad(&format!("{{{{ $a := \"aaaaaaaaaaaaaaaa\" }}}}{}{{{{ $a }}}}", "{{ $a = printf \"%s%s\" $a $a }}".repeat(60)));
    bad(&format!("{{{{ $a := list 1 2 }}}}{}{{{{ $a }}}}", "{{ $a = concat $a $a }}".repeat(60)));
    bad(&format!("{{{{ $a := dict \"a\" 1 }}}}{}{{{{ toYaml $a }}}}", "{{ $a = dict \"x\" $a \"y\" $a }}".repeat(60)));
    bad(&format!("{{{{ $a := dict }}}}{}{{{{ toYaml $a }}}}", "{{ range until 9999 }}{{ $a = dict \"x\" $a }}{{ end }}".repeat(9)));
    let inner = format!("{}{{{{ include \"a\" . }}}}{}", "{{ if (((true))) }}".repeat(50), "{{ end }}".repeat(50));
    bad(&format!("{{{{ define \"a\" }}}}{inner}{{{{ end }}}}{{{{ include \"a\" . }}}}"));
    bad(&format!("{}x{}", "{{ if true }}".repeat(5_000), "{{ end }}".repeat(5_000)));
    bad(&format!("{{{{ {}1{} }}}}", "(".repeat(5_000), ")".repeat(5_000)));
}

#[test]
fn a_map_that_holds_itself_is_printed_within_bounds() {
    let text = b"{{ $a := dict }}{{ $_ := set $a \"a\" $a }}{{ $_ := set $a \"b\" $a }}apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {{ toYaml $a | nindent 2 }}\n";
    hostile_chart("chart/templates/bad.yaml", text, "template-not-rendered chart/templates/bad.yaml");
}

#[test]
fn values_that_grow_without_end_are_given_up() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let one = format!("*a{}", level - 1);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", [one.as_str(); 9].join(", ")));
    }
    hostile_chart("chart/values.yaml", bomb.as_bytes(), "syntax-error chart/values.yaml");
    let deep = format!("a: {}1{}\n", "[".repeat(20_000), "]".repeat(20_000));
    hostile_chart("chart/values.yaml", deep.as_bytes(), "syntax-error chart/values.yaml");
    let line = b"key: [1, 2, 3, some text that fills the line]\n";
    let huge: Vec<u8> = line.iter().copied().cycle().take(20 * 1024 * 1024).collect();
    hostile_chart("chart/values.yaml", &huge, "too-large chart/values.yaml");
}

//! What the template language and its functions print, held against what Go prints.

use super::value::HOLE;
use super::{Renderer, Templates, Value, from_yaml};

fn rendered(text: &str, values: &str) -> String {
    let mut templates = Templates::default();
    templates.add("t", text).unwrap();
    let context = Value::map_of([
        ("Values", from_yaml(values).unwrap()),
        ("Release", Value::map_of([("Name", Value::text("rel")), ("Namespace", Value::text("ns"))])),
        ("Chart", Value::map_of([("Name", Value::text("app")), ("Version", Value::text("1.0"))])),
    ]);
    match Renderer::new(&templates, false).render("t", &context).0 {
        Ok(text) => text,
        Err(fault) => format!("{}: {}", fault.line, fault.why),
    }
}

#[test]
fn white_space_is_trimmed_as_go_does() {
    assert_eq!(rendered("a {{- 1 -}} b {{ 2 }} c\n{{- /* x */ -}}\nd", ""), "a1b 2 cd");
    assert_eq!(rendered("{{ \"a}}b\" }}{{`c\\d`}}", ""), "a}}bc\\d");
}

#[test]
fn branches_loops_and_variables_work() {
    let values = "list: [a, b]\nmap: {y: 2, x: 1}\non: true\nempty: {}";
    let expected = [
        ("{{ if .Values.on }}1{{ else }}2{{ end }}", "1"),
        ("{{ if .Values.no }}1{{ else if .Values.on }}2{{ else }}3{{ end }}", "2"),
        ("{{ range $i, $x := .Values.list }}{{ $i }}{{ $x }}{{ end }}", "0a1b"),
        ("{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }} {{ end }}", "x=1 y=2 "),
        ("{{ range .Values.none }}x{{ else }}none{{ end }}", "none"),
        ("{{ with .Values.map }}{{ .x }}{{ $.Release.Name }}{{ end }}", "1rel"),
        ("{{ $a := 1 }}{{ if true }}{{ $a = 2 }}{{ end }}{{ $a }}", "2"),
        ("{{ range .Values.list }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"),
        ("{{ and .Values.on 0 }}{{ or 0 \"x\" }}{{ not 0 }}", "0xtrue"),
        ("{{ (index .Values.list 1) | upper | printf \"%s-%d\" | trimSuffix \"-%!d(MISSING)\" }}", "B"),
        ("{{ (dict \"a\" (dict \"b\" 1)).a.b }}", "1"),
    ];
    for (text, result) in expected {
        assert_eq!(rendered(text, values), result, "{text}");
    }
}

#[test]
fn maps_are_shared_and_templates_included() {
    assert_eq!(rendered("{{ $d := dict }}{{ $_ := set $d \"a\" 1 }}{{ $d.a }}", ""), "1");
    let text = "{{ define \"n\" }}{{ .x | quote }}{{ end }}{{ include \"n\" (dict \"x\" \"y\") | nindent 2 }}{{ template \"n\" . }}";
    assert_eq!(rendered(text, ""), "\n  \"y\"");
    assert_eq!(rendered("{{ tpl .Values.t . }}", "t: '{{ .Release.Name }}!'"), "rel!");
}

#[test]
fn functions_print_what_sprig_prints() {
    let expected = [
        ("{{ default \"a\" \"\" }}{{ \"x\" | default \"a\" }}{{ coalesce 0 \"\" \"c\" }}{{ ternary 1 2 false }}", "axc2"),
        (
            "{{ \"abcdef\" | trunc 3 }}{{ \"abcdef\" | trunc -2 }}{{ \"a-\" | trimSuffix \"-\" }}{{ replace \"a\" \"b\" \"aa\" }}",
            "abcefabb",
        ),
        ("{{ list 1 2 | join \",\" }}{{ splitList \"/\" \"a/b\" | last }}{{ has 2 (list 1 2) }}{{ list 1 1 | uniq | len }}", "1,2btrue1"),
        ("{{ add 1 2 3 }}{{ sub 5 2 }}{{ div 7 2 }}{{ mod 7 2 }}{{ max 1 3 2 }}{{ int \"4\" }}{{ mulf 1.5 2 }}", "6331343"),
        (
            "{{ semverCompare \">=1.19-0\" \"v1.31.0\" }}{{ semverCompare \"<1.14\" \"1.20.1\" }}{{ semverCompare \"^1.2\" \"1.9.0\" }}",
            "truefalsetrue",
        ),
        ("{{ regexReplaceAll \"a(b+)\" \"xabb\" \"${1}\" }}{{ regexMatch \"^a\" \"ba\" }}", "xbbfalse"),
        ("{{ printf \"%05d|%-4s|%q|%v|%.2f\" 7 \"a\" \"b\" true 1.5 }}", "00007|a   |\"b\"|true|1.50"),
        ("{{ dict \"b\" (list 1 \"x: y\") \"a\" dict | toYaml }}", "a: {}\nb:\n- 1\n- 'x: y'"),
        ("{{ dict \"a\" (list 1 true nil) | toJson }}{{ \"{\\\"a\\\":1}\" | fromJson | len }}", "{\"a\":[1,true,null]}1"),
        (
            "{{ \"hello\" | b64enc }}{{ kindIs \"map\" dict }}{{ typeOf \"\" }}{{ dig \"a\" \"b\" \"d\" (dict \"a\" dict) }}",
            "aGVsbG8=truestringd",
        ),
        ("{{ camelcase \"a_b\" }}{{ kebabcase \"aB\" }}{{ title \"a b\" }}{{ untilStep 0 6 2 }}{{ until 3 }}", "ABa-bA B[0 2 4][0 1 2]"),
        (
            "{{ merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) | toJson }}{{ mergeOverwrite (dict \"a\" 1) (dict \"a\" 2) | toJson }}",
            "{\"a\":1,\"b\":3}{\"a\":2}",
        ),
        (
            "{{ pick (dict \"a\" 1 \"b\" 2) \"a\" | toJson }}{{ omit (dict \"a\" 1 \"b\" 2) \"a\" | keys | first }}{{ hasKey dict \"a\" }}",
            "{\"a\":1}bfalse",
        ),
    ];
    for (text, result) in expected {
        assert_eq!(rendered(text, ""), result, "{text}");
    }
}

#[test]
fn what_is_unknown_is_a_hole_and_the_rest_is_printed() {
    assert_eq!(rendered("a: {{ include \"none\" . }}\nb: {{ include \"none\" . | nindent 2 }}\nc: 1", ""), format!("a: {HOLE}\nb: \nc: 1"));
    assert_eq!(
        rendered("{{ required \"m\" .Values.x }}|{{ fail \"no\" }}|{{ lookup \"v1\" \"Pod\" \"\" \"\" }}", ""),
        format!("{HOLE}||map[]")
    );
    assert_eq!(rendered("{{ .Values.a.b.c }}{{ .Values.a.b.c | default \"d\" }}", ""), "d");
}

#[test]
fn endless_and_deep_templates_end() {
    let endless = "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}";
    assert_eq!(rendered(endless, ""), "1: named templates include each other too deep");
    let wide = "{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}";
    assert_eq!(rendered(wide, ""), "1: the template takes too many steps or prints too much");
    let double = format!("{{{{ $x := \"xxxxxxxx\" }}}}{}{{{{ $x | len }}}}", "{{ $x = cat $x $x $x $x }}".repeat(40));
    assert_eq!(rendered(&double, ""), "1: a text grows too large");
    let cycle = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d | len | lt 1 }}{{ $d | toJson | len | lt 1 }}";
    assert_eq!(rendered(cycle, ""), "1: a value grows too large or holds itself");
    let deep = format!("{}{}", "{{ if 1 }}".repeat(5_000), "{{ end }}".repeat(5_000));
    assert!(Templates::default().add("t", &deep).is_err());
    assert!(Templates::default().add("t", &format!("{{{{ {}1{} }}}}", "(".repeat(5_000), ")".repeat(5_000))).is_err());
}

#[test]
fn broken_templates_are_told_with_their_line() {
    let fault = |text: &str| Templates::default().add("t", text).unwrap_err();
    assert_eq!(fault("a\n{{ if }}x{{ end }}").0, 2);
    assert_eq!(fault("{{ if 1 }}x").1, "a branch has no `end`");
    assert_eq!(fault("a\nb {{ x").0, 2);
}

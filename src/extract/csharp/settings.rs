//! Settings and environment variables that C# reads: one by one, or as sections that fill the properties of a class.
//! Reads names; what a setting holds is in files that others read.

use tree_sitter::Node;

use super::nodes::{children, is_dead, simple_name, type_arguments, unwrapped};
use super::setting_keys::{self, Asked};
use super::values;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{EnvironmentRead, Fact, SettingRead, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "csharp/settings", text: include_str!("../../../queries/csharp/settings.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "csharp.settings",
    about: ".NET: settings, sections bound to classes and environment variables that code reads",
    kinds: &[FileKind::CSharp],
    markers: &[
        "GetConnectionString(",
        "GetSection(",
        "GetRequiredSection(",
        "onfiguration[",
        "onfig[",
        "onfiguration.GetValue",
        "onfig.GetValue",
        "BindConfiguration(",
        "GetEnvironmentVariable(",
    ],
    when: When::MarkedOrParsed,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for found in cx.matches(&QUERY) {
        if let Some(node) = found.node("access").filter(|node| !is_dead(*node)) {
            if let Some(Asked::Setting(key)) = setting_keys::asked(node, cx.text) {
                setting(node, key, cx, sink);
            }
        } else if let Some(call) = found.node("call") {
            let function = call.child_by_field_name("function").filter(|one| one.kind() == "member_access_expression");
            if let Some(name) = function.and_then(|function| function.child_by_field_name("name")) {
                called(call, name, cx, sink);
            }
        }
    }
}

fn setting(node: Node<'_>, key: Value, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    sink.fact(cx.line(node.start_byte()), Fact::SettingRead(SettingRead { key, options: None, is_section: false }));
}

fn called(call: Node<'_>, name: Node<'_>, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let arguments = || call.child_by_field_name("arguments").map(children).unwrap_or_default();
    match simple_name(name, cx.text) {
        "GetConnectionString" | "GetValue" => {
            if let Some(Asked::Setting(key)) = setting_keys::asked(call, cx.text).filter(|_| !is_dead(call)) {
                setting(call, key, cx, sink);
            }
        }
        "GetSection" | "GetRequiredSection" => {
            if let Some(Asked::Section(key)) = setting_keys::asked(call, cx.text).filter(|_| !is_dead(call)) {
                bound(call, key, cx, sink);
            }
        }
        "BindConfiguration" if !is_dead(call) => {
            let Some(key) = arguments().first().map(|one| values::read(*one, cx.text)) else { return };
            let options = call.child_by_field_name("function").and_then(|one| options_of(one, cx.text));
            sink.fact(cx.line(call.start_byte()), Fact::SettingRead(SettingRead { key, options, is_section: true }));
        }
        "GetEnvironmentVariable" if !is_dead(call) => {
            if let Some(Value::Text(name)) = arguments().first().map(|one| values::read(*one, cx.text)) {
                sink.fact(cx.line(call.start_byte()), Fact::EnvironmentRead(EnvironmentRead { name, defaults: Vec::new() }));
            }
        }
        // `Configure<T>(configuration)`: all settings fill one class.
        "Configure" if !is_dead(call) => {
            let whole = arguments().first().is_some_and(|one| setting_keys::is_configuration(unwrapped(*one), cx.text));
            if let Some(options) = type_arguments(name, cx.text).into_iter().next().filter(|_| whole) {
                let read = SettingRead { key: Value::Text(String::new()), options: Some(options), is_section: true };
                sink.fact(cx.line(call.start_byte()), Fact::SettingRead(read));
            }
        }
        _ => {}
    }
}

/// A section with the class that it fills, where the code around the call tells it. One that is only a step to what lies in it is no read.
fn bound(call: Node<'_>, key: Value, cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let line = cx.line(call.start_byte());
    let mut at = call;
    while let Some(parent) = at.parent() {
        match parent.kind() {
            "member_access_expression" => {
                let name = parent.child_by_field_name("name").filter(|_| parent.child_by_field_name("expression") == Some(at));
                let Some(name) = name else { break };
                match simple_name(name, cx.text) {
                    "Get" => {
                        let options = type_arguments(name, cx.text).into_iter().next();
                        sink.fact(line, Fact::SettingRead(SettingRead { key, options, is_section: true }));
                        return;
                    }
                    "Value" => return setting(call, key, cx, sink),
                    "GetSection" | "GetValue" | "GetRequiredSection" => return,
                    _ => break,
                }
            }
            "argument" => {
                let options = parent.parent().and_then(|list| list.parent()).and_then(|outer| filled(outer, cx.text));
                sink.fact(line, Fact::SettingRead(SettingRead { key, options, is_section: true }));
                return;
            }
            "element_access_expression" | "equals_value_clause" => return,
            // What a variable holds is read where the variable is asked.
            "variable_declarator" => return,
            "parenthesized_expression" | "postfix_unary_expression" => at = parent,
            _ => break,
        }
    }
    sink.fact(line, Fact::SettingRead(SettingRead { key, options: None, is_section: true }));
}

/// The class of `Configure<T>(section)`, `AddOptions<T>().Bind(section)`.
fn filled(call: Node<'_>, text: &str) -> Option<String> {
    let function = call.child_by_field_name("function").filter(|_| call.kind() == "invocation_expression")?;
    let name = function.child_by_field_name("name").unwrap_or(function);
    match simple_name(name, text) {
        "Bind" => options_of(function, text),
        called if called.starts_with("Configure") || called.starts_with("Add") => type_arguments(name, text).into_iter().next(),
        _ => None,
    }
}

/// `T` of a chain that begins with `AddOptions<T>()`.
fn options_of(function: Node<'_>, text: &str) -> Option<String> {
    let mut at = function.child_by_field_name("expression")?;
    while at.kind() == "invocation_expression" {
        let function = at.child_by_field_name("function")?;
        let name = function.child_by_field_name("name").unwrap_or(function);
        if simple_name(name, text).starts_with("AddOptions") {
            return type_arguments(name, text).into_iter().next();
        }
        at = function.child_by_field_name("expression")?;
    }
    None
}

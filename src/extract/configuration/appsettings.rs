//! `appsettings.json` and its like for one environment: names of settings as the variables that set them, hosts and databases that they name.
//! Source: the documentation of .NET, "Configuration providers". No value becomes a fact, and levels of logs are left out.

use crate::classify::FileKind;
use crate::extract::hosts::all_hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{DatabaseReference, Fact, Setting, SettingsFile};
use crate::syntax::database;
use crate::syntax::json::{Json, JsonValue};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.appsettings",
    about: "appsettings.json of .NET: names of settings, hosts and databases that they name",
    kinds: &[FileKind::AppSettings],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Sections that say no more than how much is logged, or that a reader of their own takes.
const LEFT_OUT: &[&str] = &["LogLevel", "MinimumLevel", "$schema"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    let mut settings = Vec::new();
    let mut open: Vec<(String, u32, &Json)> = vec![(String::new(), json.line, json)];
    while let Some((name, line, at)) = open.pop() {
        let members = at.members().iter().filter(|member| !LEFT_OUT.contains(&member.name.as_str()) && !is_proxy(&member.value));
        let members = members.map(|member| (below(&name, &member.name), member.line, &member.value));
        match &at.value {
            JsonValue::Map(_) => open.extend(members.rev()),
            // Items of a list are set one by one; what a person looks for is the list.
            JsonValue::List(items) => settings.push(setting(name, line, items.iter().filter_map(Json::text).collect())),
            JsonValue::Text(text) => settings.push(setting(name, line, vec![text])),
            _ => settings.push(setting(name, line, Vec::new())),
        }
    }
    let environment = environment(cx.file.path.name());
    sink.fact(1, Fact::SettingsFile(SettingsFile { environment, settings }));
}

/// `A__B` of `B` below `A`.
fn below(name: &str, member: &str) -> String {
    let member = member.replace(':', "__");
    if name.is_empty() { member } else { format!("{name}__{member}") }
}

/// Rules of a gateway are read as such.
fn is_proxy(json: &Json) -> bool {
    let first_has = |section: &str, key: &str| {
        let section = json.get_any_case(section).map(|one| (one.members().first().map(|member| &member.value), one.items().first()));
        section.and_then(|(member, item)| member.or(item)).is_some_and(|one| one.get_any_case(key).is_some())
    };
    first_has("Clusters", "Destinations") || first_has("Routes", "ClusterId")
}

fn setting(name: String, line: u32, values: Vec<&str>) -> Setting {
    let found = values.iter().find_map(|value| database::database(value));
    let database = found.map(|found| DatabaseReference { engine: found.engine.map(str::to_owned), name: found.name });
    let hosts = values.iter().flat_map(|value| all_hosts_of(&name, value)).collect();
    Setting { name, line, hosts, database }
}

/// `Production` of `appsettings.Production.json`.
pub(super) fn environment(file: &str) -> Option<String> {
    let inner = file.get("appsettings".len()..).filter(|_| file.to_ascii_lowercase().starts_with("appsettings"))?;
    let inner = inner.strip_suffix(".json").unwrap_or(inner).trim_matches(['.', '-']);
    (!inner.is_empty()).then(|| inner.to_owned())
}

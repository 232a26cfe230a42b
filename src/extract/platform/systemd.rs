//! Units of systemd: services and timers, with what they start, after what, as whom and when.
//! Of variables only names and hosts are taken.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::extract::hosts::hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PlatformResource};
use crate::syntax::shell;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "platform.systemd",
    about: "units of systemd: services and timers",
    kinds: &[FileKind::SystemdUnit],
    markers: &["[Service]", "[Timer]"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Setting -> the name of the fact.
const SETTINGS: &[(&str, &str)] = &[
    ("Description", "description"),
    ("User", "user"),
    ("Type", "type"),
    ("Restart", "restart"),
    ("OnCalendar", "schedule"),
    ("Unit", "targets"),
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut facts: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    let mut hosts = BTreeSet::new();
    let (mut section, mut first) = ("", 1);
    for (number, line) in (1..).zip(cx.text.lines()) {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, first) = (name, if matches!(name, "Service" | "Timer") { number } else { first });
        }
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) else { continue };
        let (key, value) = (key.trim(), value.trim());
        let mut add = |name: &'static str, value: String| _ = facts.entry(name).or_default().insert(value);
        match key {
            "ExecStart" if section == "Service" => {
                if let Some(command) = shell::plain_command(value.trim_start_matches(['-', '@', ':', '+', '!'])) {
                    add("command", command);
                }
            }
            "Environment" => {
                for (name, value) in value.split('"').flat_map(str::split_whitespace).filter_map(|pair| pair.split_once('=')) {
                    add("env", name.to_owned());
                    hosts.extend(hosts_of(name, value));
                }
            }
            "EnvironmentFile" => add("env_files", value.trim_start_matches('-').to_owned()),
            "After" | "Requires" | "Wants" | "BindsTo" => {
                value
                    .split_whitespace()
                    .filter(|unit| unit.ends_with(".service"))
                    .for_each(|unit| add("depends_on", unit.trim_end_matches(".service").to_owned()));
            }
            _ => {
                if let Some((_, fact)) = SETTINGS.iter().find(|(name, _)| *name == key) {
                    add(fact, value.to_owned());
                }
            }
        }
    }
    let kind = if cx.file.path.extension() == "timer" { "Timer" } else { "Service" };
    let name = cx.file.path.stem().to_owned();
    let one =
        PlatformResource { tool: "systemd", by_folder: true, kind: kind.to_owned(), name, facts, hosts, ..PlatformResource::default() };
    sink.fact(first, Fact::PlatformResource(one));
}

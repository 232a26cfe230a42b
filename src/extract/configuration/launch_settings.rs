//! `launchSettings.json`: the ports that an application listens on when a developer's tools start it.
//! Names of variables only; profiles of containers and of other programs state no port of this one.

use std::collections::BTreeSet;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, LaunchProfiles};
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.launch_settings",
    about: "launchSettings.json of .NET: ports and names of variables of a start by hand",
    kinds: &[FileKind::LaunchSettings],
    markers: &["profiles"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(json) = cx.json(sink) else { return };
    let profiles = json.get("profiles").map(Json::members).unwrap_or_default();
    let mut found = LaunchProfiles::default();
    for profile in profiles {
        found.ports.extend(profile.value.text_of("applicationUrl").map(ports).unwrap_or_default());
        let variables = profile.value.get("environmentVariables").map(Json::members).unwrap_or_default();
        found.environment.extend(variables.iter().map(|one| one.name.clone()));
        let urls = variables.iter().find(|one| one.name == "ASPNETCORE_URLS").and_then(|one| one.value.text());
        found.ports.extend(urls.map(ports).unwrap_or_default());
    }
    sink.fact(1, Fact::LaunchProfiles(found));
}

/// `5001` and `5000` of `https://localhost:5001;http://localhost:5000`.
fn ports(urls: &str) -> BTreeSet<String> {
    let port = |url: &str| url.trim_end_matches('/').rsplit(':').next().map(str::to_owned);
    urls.split([';', ',']).filter_map(port).filter(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

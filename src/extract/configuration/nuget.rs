//! `nuget.config`: feeds that packages of .NET come from, other than the public one, and what they are asked for.
//! Of a password only the name of its variable is told, or that it stands in the file.

use roxmltree::{Document, Node};

use super::registries::host_of;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PackageRegistry};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.nuget",
    about: "nuget.config: private feeds, the packages they are asked for, the variable that holds their password",
    kinds: &[FileKind::ToolConfig],
    markers: &["packageSources"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Hosts of the public feed.
const PUBLIC_HOSTS: &[&str] = &["api.nuget.org", "www.nuget.org", "nuget.org"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.file.path.name().eq_ignore_ascii_case("nuget.config") {
        return;
    }
    let Ok(document) = Document::parse(cx.text) else { return };
    let root = document.root_element();
    let entries = |section: &str| -> Vec<Node<'_, '_>> {
        let sections = root.children().filter(|one| one.tag_name().name().eq_ignore_ascii_case(section));
        sections.flat_map(|one| one.children().filter(Node::is_element).collect::<Vec<_>>()).collect()
    };
    let (mappings, credentials) = (entries("packageSourceMapping"), entries("packageSourceCredentials"));
    for source in entries("packageSources") {
        let (Some(key), Some(address)) = (source.attribute("key"), source.attribute("value")) else { continue };
        let host = host_of(address);
        // A folder beside the code is no registry.
        if host.is_empty() || PUBLIC_HOSTS.contains(&host.as_str()) {
            continue;
        }
        let asked = mappings.iter().filter(|one| one.attribute("key") == Some(key)).flat_map(Node::children);
        let patterns: Vec<&str> = asked.filter_map(|one| one.attribute("pattern")).collect();
        let scope = (!patterns.is_empty() && patterns != ["*"]).then(|| patterns.join("`, `"));
        // A space in a key is written as its code in the name of an element.
        let password = credentials
            .iter()
            .filter(|one| one.tag_name().name().replace("_x0020_", " ") == key)
            .flat_map(Node::children)
            .find(|one| one.attribute("key").is_some_and(|name| name.ends_with("Password")))
            .and_then(|one| one.attribute("value"));
        let token_variable = password.and_then(|value| value.strip_prefix('%')?.strip_suffix('%')).map(str::to_owned);
        let token_in_file = password.is_some_and(|value| !value.is_empty()) && token_variable.is_none();
        sink.fact(cx.line(source.range().start), Fact::PackageRegistry(PackageRegistry { scope, host, token_variable, token_in_file }));
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn private_feeds_are_read_without_their_passwords() {
        let text = "<?xml version=\"1.0\"?>\n<configuration>\n  <packageSources>\n    <clear />\n    <add key=\"nuget.org\" value=\"https://api.nuget.org/v3/index.json\" />\n    <add key=\"Acme Feed\" value=\"https://pkgs.acme.dev/feed/index.json\" />\n    <add key=\"local\" value=\"./packages\" />\n  </packageSources>\n  <packageSourceCredentials><Acme_x0020_Feed><add key=\"Username\" value=\"ci\" /><add key=\"ClearTextPassword\" value=\"%FEED_TOKEN%\" /></Acme_x0020_Feed></packageSourceCredentials>\n  <packageSourceMapping><packageSource key=\"Acme Feed\"><package pattern=\"Acme.*\" /></packageSource></packageSourceMapping>\n</configuration>\n";
        let found = extraction(&[("NuGet.Config", text)]).findings;
        let shown: Vec<String> = found
            .iter()
            .filter_map(|finding| match &finding.fact {
                Fact::PackageRegistry(one) => {
                    Some(format!("{} {:?} {} {:?} {}", finding.at.line, one.scope, one.host, one.token_variable, one.token_in_file))
                }
                _ => None,
            })
            .collect();
        assert_eq!(shown, ["6 Some(\"Acme.*\") pkgs.acme.dev Some(\"FEED_TOKEN\") false"]);
    }
}

//! Software catalogs of Backstage (`catalog-info.yaml`): components, resources and systems that a team says it has.
//! Source: Backstage, "Descriptor Format of Catalog Entities". Owners, users and API entities are no units that run.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ArchitectureDiagram, DrawnElement, DrawnKind, DrawnLine, Fact, PART_OF};
use crate::syntax::yaml::YamlNode;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "yaml.catalog",
    about: "software catalogs of Backstage: components, resources and what they depend on",
    kinds: &[FileKind::Yaml],
    markers: &["backstage.io/"],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Types of components that nothing runs.
const NOT_RUN: &[&str] = &["library", "documentation", "docs", "template", "package", "tool", "dataset"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut diagram = ArchitectureDiagram { notation: "software catalog", elements: Vec::new(), lines: Vec::new() };
    for root in cx.yaml().documents() {
        if root.text_at(&["apiVersion"]).is_some_and(|version| version.starts_with("backstage.io/")) {
            diagram.elements.extend(element(root));
            diagram.lines.extend(lines(root));
        }
    }
    if let Some(first) = diagram.elements.first() {
        sink.fact(first.line, Fact::ArchitectureDiagram(Box::new(diagram)));
    }
}

fn element(root: YamlNode<'_>) -> Option<DrawnElement> {
    let kind = root.text_at(&["spec", "type"]).unwrap_or_default().to_lowercase();
    let drawn = match root.text_at(&["kind"])? {
        "Component" if !NOT_RUN.contains(&kind.as_str()) => DrawnKind::Container,
        "Resource" => DrawnKind::Container,
        "System" => DrawnKind::System,
        _ => return None,
    };
    let key = root.text_at(&["metadata", "name"])?.to_owned();
    let name = root.text_at(&["metadata", "title"]).map_or_else(|| key.clone(), str::to_owned);
    let description = root.text_at(&["metadata", "description"]).map(str::to_owned);
    Some(DrawnElement { key, name, kind: drawn, technology: None, description, line: root.line() })
}

/// `dependsOn: [component:default/orders, resource:db]`, `system: sales`
fn lines(root: YamlNode<'_>) -> Vec<DrawnLine> {
    let Some(from) = root.text_at(&["metadata", "name"]) else { return Vec::new() };
    let targets = root.path(&["spec", "dependsOn"]).map(YamlNode::items).unwrap_or_default();
    let named = targets.into_iter().filter_map(|target| target.text()?.rsplit(['/', ':']).next());
    let needs = named.map(|to| DrawnLine { from: from.to_owned(), to: to.to_owned(), text: None });
    let system = root.text_at(&["spec", "system"]).and_then(|name| name.rsplit(['/', ':']).next());
    let part = system.map(|to| DrawnLine { from: from.to_owned(), to: to.to_owned(), text: Some(PART_OF.to_owned()) });
    needs.chain(part).collect()
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    #[test]
    fn components_that_run_and_their_needs_are_read() {
        let text = concat!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: orders\n  description: Takes orders\n",
            "spec:\n  type: service\n  dependsOn:\n    - resource:default/orders-db\n---\n",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: kit}\nspec: {type: library}\n---\n",
            "apiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {name: orders-db}\nspec: {type: database}\n",
        );
        let findings = extraction(&[("catalog-info.yaml", text)]).findings;
        let found = findings.iter().find_map(|finding| match &finding.fact {
            Fact::ArchitectureDiagram(diagram) => Some(diagram),
            _ => None,
        });
        let found = found.expect("a catalog");
        let names: Vec<&str> = found.elements.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["orders", "orders-db"]);
        assert_eq!((found.lines[0].from.as_str(), found.lines[0].to.as_str()), ("orders", "orders-db"));
    }
}

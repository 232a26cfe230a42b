//! Entities and aggregates of the domain: classes that extend a known base or carry an entity decorator.
//! Says only that a class is one; its doc comment is a fact of the class itself.

use tree_sitter::Node;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{DomainEntity, EntityRole, Fact};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "docs/entities", text: include_str!("../../../queries/docs/entities.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.entities",
    about: "entities and aggregates of the domain, for the glossary",
    kinds: &[FileKind::TypeScript],
    markers: &["AggregateRoot", "extends Aggregate", "extends Entity", "extends BaseEntity", "ValueObject", "@Entity(", "@Schema("],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// Bases of aggregates.
const AGGREGATES: &[&str] = &["AggregateRoot", "Aggregate", "BaseAggregateRoot", "AggregateRootBase"];
/// Bases of entities and value objects.
const ENTITIES: &[&str] = &["Entity", "BaseEntity", "EntityBase", "ValueObject"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let stem = cx.file.path.stem().to_ascii_lowercase();
    for found in cx.matches(&QUERY) {
        let Some((class, name)) = found.node("class").and_then(|class| Some((class, class.child_by_field_name("name")?))) else { continue };
        let bases = bases(class, cx.text);
        let extends = |known: &[&str]| bases.iter().any(|base| known.contains(base));
        let role = if extends(AGGREGATES) || stem.ends_with(".aggregate") || stem.ends_with(".aggregate-root") {
            EntityRole::Aggregate
        } else if extends(ENTITIES) || is_decorated(class, cx.text) {
            EntityRole::Entity
        } else {
            continue;
        };
        let class = cx.text[name.byte_range()].to_owned();
        sink.fact(cx.line(name.start_byte()), Fact::DomainEntity(DomainEntity { class, role }));
    }
}

/// The names of what a class extends or implements, without type arguments and qualifiers.
fn bases<'a>(class: Node<'_>, text: &'a str) -> Vec<&'a str> {
    let mut cursor = class.walk();
    let heritage = class.children(&mut cursor).find(|child| child.kind() == "class_heritage");
    let written = heritage.map(|node| &text[node.byte_range()]).unwrap_or_default();
    let words = written.split(|one: char| one.is_whitespace() || ",<({".contains(one));
    words.filter(|word| !matches!(*word, "" | "extends" | "implements")).map(|word| word.rsplit('.').next().unwrap_or(word)).collect()
}

/// Whether `@Entity()` or a document's `@Schema()` stands on the class, or on its `export`.
fn is_decorated(class: Node<'_>, text: &str) -> bool {
    let holders = [Some(class), class.parent().filter(|parent| parent.kind() == "export_statement")];
    holders.into_iter().flatten().any(|holder| {
        let mut cursor = holder.walk();
        holder.children(&mut cursor).filter(|child| child.kind() == "decorator").any(|decorator| {
            let written = &text[decorator.byte_range()];
            written.starts_with("@Entity(") || written.starts_with("@Schema(")
        })
    })
}

//! The glossary: terms of glossary documents, then entities and aggregates that carry a doc comment.
//! A document wins over a comment; no term is made up from a name alone.

use std::collections::BTreeMap;

use super::{Input, wording};
use crate::finding::{Class, EntityRole, Fact};
use crate::location::{Location, RepoPath};
use crate::model::{Model, Term};

/// Fills `domain_glossary`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        if let Fact::GlossaryTerm(one) = &finding.fact {
            add(model, &one.term, (&one.definition, "glossary document"), &finding.at);
        }
    }
    let entities: BTreeMap<(&RepoPath, &str), EntityRole> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::DomainEntity(one) => Some(((&finding.at.path, one.class.as_str()), one.role)),
            _ => None,
        })
        .collect();
    for finding in input.findings {
        if let Fact::Class(class) = &finding.fact
            && let Some(role) = entities.get(&(&finding.at.path, class.name.as_str())).filter(|_| !is_technical(class))
            && let Some(doc) = class.doc.as_deref().filter(|doc| !doc.trim().is_empty())
        {
            let source = match role {
                EntityRole::Aggregate => "aggregate",
                EntityRole::Entity => "entity",
            };
            add(model, &term_of(&class.name), (&definition_of(doc), source), &finding.at);
        }
    }
}

/// The first definition of a term stays.
fn add(model: &mut Model, term: &str, (definition, source): (&str, &str), at: &Location) {
    let known = model.glossary.keys().find(|known| known.to_lowercase() == term.to_lowercase()).cloned();
    let key = known.unwrap_or_else(|| {
        let entry = Term { definition: definition.to_owned(), source: source.to_owned() };
        model.glossary.insert(term.to_owned(), entry);
        term.to_owned()
    });
    if model.glossary.get(&key).is_some_and(|entry| entry.source == source && entry.definition == definition) {
        model.prove(at, source, &["domain_glossary", &key]);
    }
}

/// Classes that are no term of the domain though they stand on an entity's base: abstract bases, and parts named after their work.
fn is_technical(class: &Class) -> bool {
    let endings =
        ["Dto", "Mapper", "Repository", "Factory", "Props", "Module", "Service", "Error", "Exception", "Input", "Args", "Response"];
    let bases = ["Aggregate", "AggregateRoot", "BaseEntity", "DomainEvent", "Entity", "ValueObject"];
    class.is_abstract || bases.contains(&class.name.as_str()) || endings.iter().any(|end| class.name.ends_with(end))
}

/// `Campaign Deal` of `CampaignDealEntity`.
fn term_of(class: &str) -> String {
    let mut name = class;
    for ending in ["AggregateRoot", "Aggregate", "OrmEntity", "TypeOrmEntity", "Entity", "Model"] {
        if let Some(rest) = name.strip_suffix(ending).filter(|rest| !rest.is_empty()) {
            name = rest;
            break;
        }
    }
    wording::words(name).join(" ")
}

/// The first paragraph of a comment, without its tags.
fn definition_of(doc: &str) -> String {
    let paragraph =
        doc.lines().map(str::trim).skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty() && !line.starts_with('@'));
    paragraph.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::term_of;
    use crate::trial::model;

    #[test]
    fn terms_are_words() {
        assert_eq!(
            ["CampaignDealEntity", "SMAProfile", "Entity", "OrderAggregate", "User2FA"].map(term_of),
            ["Campaign Deal", "SMA Profile", "Entity", "Order", "User2 FA"]
        );
    }

    #[test]
    fn documents_win_and_comments_fill_in() {
        let files = [
            ("docs/GLOSSARY.md", "# Glossary\n\n- **Deal**: What two sides agree on.\n"),
            (
                "src/deals/deal.entity.ts",
                "import { Entity } from 'typeorm';\n/** A row. */\n@Entity('deals')\nexport class Deal {}\n\n/**\n * A paid booking.\n *\n * @see x\n */\n@Entity()\nexport class BookingEntity {}\n\nexport class Bare {}\n",
            ),
        ];
        let model = model(&files);
        let shown: Vec<String> = model.glossary.iter().map(|(term, one)| format!("{term} = {} ({})", one.definition, one.source)).collect();
        assert_eq!(shown, ["Booking = A paid booking. (entity)", "Deal = What two sides agree on. (glossary document)"]);
    }
}

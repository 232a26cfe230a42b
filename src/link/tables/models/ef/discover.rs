//! What conventions and attributes make of a type: properties with columns, properties that lead to other entities, keys and indexes.
//! Source: the EF Core documentation, "Entity types", "Entity properties", "Keys", "Data annotations".

use super::draft::{At, Draft, EntityDraft, IndexDraft, Navigation, PropertyDraft, Storage};
use super::scalars::{self, Kind};
use super::types::{Member, Types, parse};
use crate::finding::mapped::MappedKind;
use crate::finding::{Decorator, Value};
use crate::link::names::plain;

/// Types that hold several others.
const LISTS: &[&str] = &[
    "List",
    "IList",
    "ICollection",
    "IEnumerable",
    "IReadOnlyCollection",
    "IReadOnlyList",
    "HashSet",
    "ISet",
    "Collection",
    "ObservableCollection",
    "ReadOnlyCollection",
    "SortedSet",
    "IReadOnlySet",
    "EntitySet",
    "ObservableHashSet",
];

/// Adds the entity of a type, if it is not there yet.
pub(super) fn entity(types: &Types, draft: &mut Draft, class: usize, arguments: &[String]) -> At {
    if let Some(known) = draft.entity_of(class) {
        return known;
    }
    let made = described(types, class, arguments, &types.members(class, arguments));
    draft.entities.push(made);
    draft.entities.len() - 1
}

/// The entity of a type that is stated from all of its members.
pub(super) fn described(types: &Types, class: usize, arguments: &[String], members: &[Member]) -> EntityDraft {
    let stored = &types.all[class];
    let mut made = EntityDraft {
        class,
        arguments: arguments.to_vec(),
        description: stored.one.doc.clone(),
        line: stored.at.line,
        ..EntityDraft::default()
    };
    of_type(types, &mut made);
    for member in members {
        add_member(types, &mut made, member);
    }
    made
}

/// The attributes of the type and of its bases.
fn of_type(types: &Types, made: &mut EntityDraft) {
    let class = made.class;
    for (at, _) in types.chain(class, &made.arguments.clone()) {
        for decorator in &types.all[at].one.decorators {
            let text = |place: usize| decorator.arguments.get(place).and_then(plain);
            let named = |key: &str| decorator.arguments.iter().find_map(|one| plain(one.get(key)?));
            match decorator.name.as_str() {
                "Table" if at == class => {
                    made.table = text(0);
                    made.schema = named("Schema");
                }
                "Keyless" if at == class => made.is_keyless = true,
                "PrimaryKey" if made.key.is_none() => made.key = Some(texts(&decorator.arguments)),
                "Index" => made.indexes.push(IndexDraft {
                    properties: texts(&decorator.arguments),
                    name: named("Name"),
                    is_unique: named("IsUnique").as_deref() == Some("true"),
                    line: types.all[at].at.line,
                    ..IndexDraft::default()
                }),
                _ => {}
            }
        }
    }
    if made.is_keyless && made.table.is_none() {
        made.storage = Storage::Table;
    }
}

/// The texts among values.
pub(super) fn texts(values: &[Value]) -> Vec<String> {
    values.iter().flat_map(Value::items).filter_map(|one| one.as_text().map(str::to_owned)).collect()
}

fn attribute<'m>(member: &'m Member, name: &str) -> Option<&'m Decorator> {
    member.property.decorators.iter().find(|one| one.name == name)
}

fn add_member(types: &Types, made: &mut EntityDraft, member: &Member) {
    let property = &member.property;
    if attribute(member, "NotMapped").is_some() {
        made.ignored.insert(property.name.clone());
        return;
    }
    if !property.is_public {
        return;
    }
    match scalars::kind(types, made.class, &property.data_type) {
        Kind::Scalar(..) | Kind::Enum(_) | Kind::List(_) if property.has_setter => made.properties.push(column(types, made.class, member)),
        Kind::Scalar(..) | Kind::Enum(_) | Kind::List(_) => {}
        // A stated type of the column makes a column of a type that is not known.
        Kind::Unknown | Kind::Class(..) if property.has_setter && stated_type(member).is_some() => {
            made.properties.push(column(types, made.class, member))
        }
        Kind::Class(..) | Kind::Unknown => {
            if let Some(found) = navigation(types, made.class, member) {
                made.navigations.push(found);
            }
        }
    }
    if attribute(member, "Key").is_some() {
        made.key.get_or_insert_default().push(property.name.clone());
    }
}

fn stated_type(member: &Member) -> Option<String> {
    attribute(member, "Column")?.arguments.iter().find_map(|one| plain(one.get("TypeName")?))
}

/// The column of a property, as its type and attributes say.
pub(super) fn column(types: &Types, class: usize, member: &Member) -> PropertyDraft {
    let property = &member.property;
    let data_type = parse(&property.data_type);
    let may_miss = data_type.is_nullable || !member.tells_null && scalars::is_object(types, class, &property.data_type);
    let number = |name: &str| attribute(member, name).and_then(|one| one.arguments.first()).and_then(plain);
    let precision = attribute(member, "Precision").map(|one| one.arguments.iter().filter_map(plain).collect::<Vec<_>>().join(","));
    let option = || attribute(member, "DatabaseGenerated")?.arguments.first().map(|one| format!("{one:?}"));
    PropertyDraft {
        name: property.name.clone(),
        data_type: property.data_type.trim_end_matches('?').to_owned(),
        nullable: may_miss && attribute(member, "Required").is_none(),
        column: attribute(member, "Column").and_then(|one| one.arguments.first()).and_then(|one| one.as_text().map(str::to_owned)),
        stated: stated_type(member),
        length: number("MaxLength").or_else(|| number("StringLength")),
        precision: precision.filter(|text| !text.is_empty()),
        is_plain_text: attribute(member, "Unicode").is_some_and(|one| one.arguments.first() == Some(&Value::Bool(false))),
        is_row_version: attribute(member, "Timestamp").is_some(),
        is_generated: option().map(|one| !one.contains("None")),
        required: attribute(member, "Required").map(|_| true),
        description: attribute(member, "Comment").and_then(|one| plain(one.arguments.first()?)).or_else(|| property.doc.clone()),
        file: member.file.clone(),
        line: property.line,
        ..PropertyDraft::default()
    }
}

/// A property whose type is a class of the repository, or a list of such.
fn navigation(types: &Types, class: usize, member: &Member) -> Option<Navigation> {
    let property = &member.property;
    let written = parse(&property.data_type);
    let is_many = written.is_array || LISTS.contains(&written.name.as_str());
    let inner = if is_many { parse(written.arguments.first()?) } else { written.clone() };
    let target = types.resolve_in(class, &inner.name)?;
    if types.all[target].one.kind != MappedKind::Class || !is_many && !property.has_setter {
        return None;
    }
    let foreign = attribute(member, "ForeignKey").and_then(|one| plain(one.arguments.first()?));
    Some(Navigation {
        name: property.name.clone(),
        target,
        arguments: inner.arguments,
        is_many,
        required: !is_many && (member.tells_null && !written.is_nullable || attribute(member, "Required").is_some()),
        foreign_key: foreign.map(|text| text.split(',').map(|one| one.trim().to_owned()).collect()).unwrap_or_default(),
        inverse: attribute(member, "InverseProperty").and_then(|one| plain(one.arguments.first()?)),
        line: property.line,
        file: member.file.clone(),
    })
}

/// Whether a name is that of a type that holds several others.
pub(super) fn is_list(name: &str) -> bool {
    LISTS.contains(&name)
}

/// A foreign key that a property names for its navigation: `[ForeignKey("Author")] int AuthorFk`.
pub(super) fn keys_of_columns(types: &Types, made: &EntityDraft) -> Vec<(String, String)> {
    let members = types.members(made.class, &made.arguments);
    let pairs = members.iter().filter_map(|member| {
        let is_column = made.property(&member.property.name).is_some();
        let named = attribute(member, "ForeignKey").filter(|_| is_column)?.arguments.first().and_then(plain)?;
        Some((named, member.property.name.clone()))
    });
    pairs.collect()
}

//! One member of an entity of TypeORM: a column, a relation, an embedded entity, and what stands beside them.
//! Source: the TypeORM documentation of columns and relations. Types that TypeORM takes from the language are left to the linker.

use super::entity::{constraint, engine_of, known, tree_parent};
use crate::extract::typescript::class_cx::ClassCx;
use crate::extract::typescript::entity_class::{Member, Written};
use crate::extract::typescript::stated::{self, Stated};
use crate::finding::Value;
use crate::finding::entity::{
    AUTO_INCREMENT, ColumnType, Entity, EntityConstraint, EntityConstraintKind, EnumType, GENERATED_UUID, JoinColumn, JoinTable, Property,
    PropertyKind, Relation, RelationKind, Scalar,
};

/// Adds what the decorators of a member say; gives the name of one that the program makes itself, where it may have made a column.
pub(super) fn add<'m>(class: &ClassCx<'_, '_>, entity: &mut Entity, member: &'m Member<'_>) -> Option<&'m str> {
    let mut property = None;
    let mut beside: Vec<EntityConstraint> = Vec::new();
    for found in &member.decorators {
        let Some(name) = known(class, found) else { continue };
        let stated = Stated::of(class.cx, found.node);
        entity.engine = entity.engine.or(engine_of(&name));
        match name.as_str() {
            "Index" | "Unique" | "Check" => beside.extend(constraint(&name, &stated, class.line(found.node))),
            _ => property = made(class, (&name, &stated), member).or(property),
        }
    }
    let Some(mut property) = property else { return foreign(class, entity, member) };
    for found in &member.decorators {
        if let Some(name) = known(class, found) {
            amend(&mut property, &name, &Stated::of(class.cx, found.node));
        }
    }
    // An index or key that names no column is one of this.
    for one in beside.iter_mut().filter(|one| one.members.is_empty() && one.kind != EntityConstraintKind::Check) {
        one.members = vec![(member.name.clone(), String::new())];
    }
    entity.constraints.extend(beside);
    entity.properties.push(property);
    None
}

/// A decorator of the program itself: what is called like a column may be another name of one, which another file tells.
fn foreign<'m>(class: &ClassCx<'_, '_>, entity: &mut Entity, member: &'m Member<'_>) -> Option<&'m str> {
    let name = unknown(class, member)?;
    let found = member.decorators.iter().find(|found| found.decorator.name == name)?;
    if class.origins.module(name).is_none() || !name.ends_with("Column") {
        return Some(name);
    }
    let property = column(("Column", &Stated::of(class.cx, found.node)), member)?;
    entity.properties.push(Property { made_by: Some(name.to_owned()), ..property });
    None
}

/// A decorator of the program itself that is named like one that makes a column.
fn unknown<'m>(class: &ClassCx<'_, '_>, member: &'m Member<'_>) -> Option<&'m str> {
    const LIKE: &[&str] = &["Column", "ManyToOne", "OneToOne"];
    // Other libraries mark columns too, of documents for example.
    const OTHERS: &[&str] = &["@nestjs/", "@mikro-orm/", "sequelize-typescript", "typeorm"];
    let is_like = |name: &&str| LIKE.iter().any(|end| name.ends_with(end));
    let is_theirs = |name: &&str| !class.origins.module(name).is_some_and(|module| OTHERS.iter().any(|other| module.starts_with(other)));
    member.decorators.iter().map(|found| found.decorator.name.as_str()).find(|name| is_like(name) && is_theirs(name))
}

/// The property that a decorator makes.
fn made(class: &ClassCx<'_, '_>, (decorator, stated): (&str, &Stated<'_>), member: &Member<'_>) -> Option<Property> {
    let kind = match decorator {
        "Column" if stated.is_function(0) => {
            let prefix = match stated.get("prefix") {
                Some(Value::Bool(false)) => String::new(),
                Some(Value::Text(prefix)) => prefix.clone(),
                _ => member.name.clone(),
            };
            PropertyKind::Embedded { entity: stated.first().and_then(stated::target)?, prefix }
        }
        "Column"
        | "PrimaryColumn"
        | "ViewColumn"
        | "VirtualColumn"
        | "PrimaryGeneratedColumn"
        | "CreateDateColumn"
        | "UpdateDateColumn"
        | "DeleteDateColumn"
        | "VersionColumn"
        | "ObjectIdColumn" => return column((decorator, stated), member),
        "ManyToOne" => PropertyKind::Relation(relation(RelationKind::ManyToOne, stated)?),
        "OneToOne" => PropertyKind::Relation(relation(RelationKind::OneToOne, stated)?),
        "ManyToMany" => PropertyKind::Relation(relation(RelationKind::ManyToMany, stated)?),
        "TreeParent" => {
            PropertyKind::Relation(Relation { on_delete: stated.text("onDelete").as_deref().and_then(action), ..tree_parent(&class.name) })
        }
        _ => return None,
    };
    let nullable = match &kind {
        PropertyKind::Relation(_) => stated.flag("nullable").unwrap_or(true) && !stated.is("primary"),
        _ => false,
    };
    Some(Property {
        nullable,
        primary_key: stated.is("primary"),
        doc: member.doc.clone(),
        ..Property::new(member.name.clone(), kind, member.line)
    })
}

fn column((decorator, stated): (&str, &Stated<'_>), member: &Member<'_>) -> Option<Property> {
    let property = Property::new(member.name.clone(), PropertyKind::Column(ColumnType::Stated(String::new())), member.line);
    let property = of_options(property, (decorator, stated), &member.written)?;
    Some(Property { doc: member.doc.clone().or_else(|| stated.text("comment")), ..property })
}

/// A column as its options tell it.
pub(super) fn of_options(property: Property, (decorator, stated): (&str, &Stated<'_>), written: &Written) -> Option<Property> {
    let is_date = matches!(decorator, "CreateDateColumn" | "UpdateDateColumn" | "DeleteDateColumn");
    let fallback = match decorator {
        _ if is_date => Some(Scalar::DateTime),
        "VersionColumn" => Some(Scalar::Integer),
        "ObjectIdColumn" => Some(Scalar::ObjectId),
        "VirtualColumn" => return None,
        _ => None,
    };
    let mut property = property;
    property.kind = match (written_type(stated), fallback) {
        (None, None) if stated.get("enum").is_some() => column_type(stated.values(), Some(Scalar::Text)),
        (None, None) => match written.scalar() {
            Some(scalar) => column_type(stated.values(), Some(scalar)),
            None if written.name.is_empty() => column_type(stated.values(), Some(Scalar::Text)),
            None => PropertyKind::Column(ColumnType::Language(written.name.clone())),
        },
        _ => column_type(stated.values(), fallback),
    };
    property.column = stated.name("name").or_else(|| (decorator == "ObjectIdColumn").then(|| Value::Text("_id".to_owned())));
    property.is_list = stated.is("array");
    property.nullable = stated.is("nullable") || decorator == "DeleteDateColumn";
    property.primary_key = matches!(decorator, "PrimaryColumn" | "PrimaryGeneratedColumn" | "ObjectIdColumn") || stated.is("primary");
    property.unique = stated.is("unique");
    if decorator == "PrimaryGeneratedColumn" {
        generate(&mut property, stated.first().and_then(Value::as_text).unwrap_or("increment"), written_type(stated).is_some());
    } else if let Some(generated) = stated.get("generated").filter(|value| !matches!(value, Value::Bool(false))) {
        generate(&mut property, generated.as_text().unwrap_or("increment"), true);
    }
    if let Some(expression) = stated.text("asExpression") {
        let kind = stated.text("generatedType").unwrap_or_else(|| "virtual".to_owned()).to_lowercase();
        property.generated = Some(format!("always as ({expression}) {kind}"));
    }
    if matches!(decorator, "CreateDateColumn" | "UpdateDateColumn") {
        property.default = Some("now()".to_owned());
    }
    set_default(&mut property, stated);
    Some(property)
}

fn set_default(property: &mut Property, stated: &Stated<'_>) {
    let Some(value) = stated.get("default") else { return };
    let is_json = matches!(&property.kind, PropertyKind::Column(ColumnType::Stated(stated)) if stated.starts_with("json"));
    property.default = match value {
        // What a function gives is SQL already.
        Value::Text(text) if stated.is_called("default") => Some(text.clone()),
        Value::List(items) if items.is_empty() && is_json => Some("'[]'".to_owned()),
        other => stated::default_text(other),
    };
    property.default_value = Some(value.clone()).filter(|value| matches!(value, Value::Name(_)));
}

/// How the database makes the values.
fn generate(property: &mut Property, strategy: &str, has_type: bool) {
    let scalar = |scalar: Scalar| PropertyKind::Column(ColumnType::Scalar(scalar, None));
    match strategy {
        "uuid" => {
            property.generated = Some(GENERATED_UUID.to_owned());
            if property.primary_key {
                property.kind = scalar(Scalar::Uuid);
            }
        }
        _ => {
            property.generated = Some(if strategy == "identity" { "by default as identity" } else { AUTO_INCREMENT }.to_owned());
            if !has_type {
                property.kind = scalar(Scalar::Integer);
            }
        }
    }
}

/// The type that is stated, lower case.
fn written_type(stated: &Stated<'_>) -> Option<String> {
    stated_type(stated.values())
}

fn stated_type<'v>(mut values: impl Iterator<Item = &'v Value>) -> Option<String> {
    let of = |value: &Value| match value {
        Value::Text(text) => Some(text.to_lowercase()),
        _ => None,
    };
    values.find_map(|value| match value {
        Value::Map(_) => value.get("type").and_then(of),
        // The strategy of a generated key is no type.
        other => of(other).filter(|text| !matches!(text.as_str(), "uuid" | "increment" | "identity" | "rowid") || text == "uuid"),
    })
}

/// The type of a column: stated with its size, an enum, or one of the language.
pub(super) fn column_type<'v>(values: impl Iterator<Item = &'v Value> + Clone, fallback: Option<Scalar>) -> PropertyKind {
    let get = |key: &str| values.clone().filter_map(|value| value.get(key)).last();
    let text = |key: &str| get(key).and_then(stated::plain);
    let stated = stated_type(values.clone());
    let constructor = match get("type").or_else(|| values.clone().next()) {
        Some(Value::Name(name)) => Written { name: name.clone(), ..Written::default() }.scalar(),
        _ => None,
    };
    let is_enum = matches!(stated.as_deref(), Some("enum" | "simple-enum" | "set")) || stated.is_none() && get("enum").is_some();
    if let Some(values) = get("enum").filter(|_| is_enum) {
        return PropertyKind::Column(ColumnType::Enum(EnumType { name: text("enumName"), values: values.clone() }));
    }
    let size = match (text("precision"), text("scale")) {
        (Some(precision), Some(scale)) => Some(format!("{precision},{scale}")),
        (Some(precision), None) => Some(precision),
        (None, _) => text("length"),
    };
    let kind = match (stated, constructor.or(fallback)) {
        (Some(stated), _) => {
            let unsigned = if matches!(get("unsigned"), Some(Value::Bool(true))) { " unsigned" } else { "" };
            let base = match stated.as_str() {
                "simple-array" | "simple-json" => "text",
                other => other,
            };
            // The zone stands behind the precision.
            let (head, zone) = base.split_once(" with").map_or((base, String::new()), |(head, rest)| (head, format!(" with{rest}")));
            ColumnType::Stated(size.map_or_else(|| format!("{base}{unsigned}"), |size| format!("{head}({size}){zone}{unsigned}")))
        }
        (None, scalar) => ColumnType::Scalar(scalar.unwrap_or(Scalar::Text), size),
    };
    PropertyKind::Column(kind)
}

fn relation(kind: RelationKind, stated: &Stated<'_>) -> Option<Relation> {
    let inverse = stated.values().nth(1).and_then(|value| match value {
        Value::Text(name) => Some(name.clone()),
        Value::Name(name) => name.split_once('.').map(|(_, rest)| rest.to_owned()),
        _ => None,
    });
    Some(Relation {
        owns: kind == RelationKind::ManyToOne,
        inverse,
        on_delete: stated.text("onDelete").as_deref().and_then(action),
        has_constraint: stated.flag("createForeignKeyConstraints") != Some(false),
        ..Relation::new(kind, stated.first_target()?)
    })
}

/// A relation of a definition, which states all in one object.
pub(super) fn of_definition(kind: RelationKind, stated: &Stated<'_>) -> Option<Relation> {
    let join = |key: &str| stated.get(key).filter(|value| !matches!(value, Value::Bool(false)));
    let columns = join("joinColumn").or_else(|| join("joinColumns"));
    let table = join("joinTable");
    Some(Relation {
        owns: kind == RelationKind::ManyToOne || columns.is_some() || table.is_some(),
        inverse: stated.text("inverseSide"),
        join_columns: columns.map(columns_of).unwrap_or_default(),
        join_table: table.map(join_table),
        on_delete: stated.text("onDelete").as_deref().and_then(action),
        ..Relation::new(kind, stated.get("target").and_then(stated::target)?)
    })
}

/// What a database does where nothing is said is not said either.
fn action(written: &str) -> Option<String> {
    let action = written.to_lowercase();
    (!matches!(action.as_str(), "no action" | "default")).then_some(action)
}

/// What other decorators say of a property.
fn amend(property: &mut Property, decorator: &str, stated: &Stated<'_>) {
    if decorator == "Generated" {
        let strategy = stated.first().and_then(Value::as_text).unwrap_or("increment").to_owned();
        generate(property, &strategy, true);
    }
    if decorator == "PrimaryColumn" {
        (property.primary_key, property.nullable) = (true, false);
    }
    let PropertyKind::Relation(relation) = &mut property.kind else { return };
    match decorator {
        "JoinColumn" => {
            relation.owns = true;
            relation.join_columns = stated.values().flat_map(columns_of).collect();
            relation.constraint = stated.text("foreignKeyConstraintName");
        }
        "JoinTable" => {
            relation.owns = true;
            relation.join_table = Some(stated.first().map(join_table).unwrap_or_default());
        }
        _ => {}
    }
}

/// `{ name: 'a' }`, or a list of them.
fn columns_of(value: &Value) -> Vec<JoinColumn> {
    value.items().iter().filter(|value| matches!(value, Value::Map(_))).map(join_column).collect()
}

fn join_column(value: &Value) -> JoinColumn {
    let text = |key: &str| value.get(key).and_then(stated::plain);
    JoinColumn { name: text("name"), references: text("referencedColumnName") }
}

fn join_table(value: &Value) -> JoinTable {
    let columns = |one: &str, several: &str| value.get(one).or_else(|| value.get(several)).map(columns_of).unwrap_or_default();
    let text = |key: &str| value.get(key).and_then(stated::plain);
    JoinTable {
        name: stated::plain(value).or_else(|| text("name")),
        schema: text("schema"),
        columns: columns("joinColumn", "joinColumns"),
        inverse_columns: columns("inverseJoinColumn", "inverseJoinColumns"),
        is_entity: false,
    }
}

//! Models of Sequelize: `sequelize.define('user', { ... }, { ... })`, `User.init({ ... }, { ... })`, and the associations that calls make.
//! What the options leave to Sequelize (time stamps, an id, the name of the table) the linker fills in.

use tree_sitter::Node;

use super::attribute;
use crate::extract::FileCx;
use crate::extract::typescript::migrations::options::{action, is_true, text};
use crate::extract::typescript::stated::{self, Stated};
use crate::extract::typescript::values::{callee, children, text_of, unwrapped};
use crate::extract::typescript::{classes, doc_comment};
use crate::finding::Value;
use crate::finding::entity::{
    ColumnType, Entity, EntityConstraint, EntityConstraintKind, EntityKind, JoinColumn, JoinTable, Mapper, Property, PropertyKind,
    Relation, RelationKind,
};

/// What a call makes: a model, or an association of one; `None` for calls of other things.
pub(super) fn of_call<'a>(cx: &FileCx<'a>, call: Node<'a>) -> Option<Entity> {
    let name = callee(call.child_by_field_name("function")?, cx.text);
    let (receiver, method) = name.rsplit_once('.')?;
    match method {
        "define" => defined(cx, call),
        "init" => initialised(cx, (call, receiver)),
        _ => association(cx, call, (receiver, method)),
    }
}

/// `const User = sequelize.define('user', { ... }, { ... })`
fn defined<'a>(cx: &FileCx<'a>, call: Node<'a>) -> Option<Entity> {
    let arguments = children(call.child_by_field_name("arguments")?);
    let model = Stated::one(cx, *arguments.first()?);
    let name = model.first()?.as_text()?.to_owned();
    let mut entity = Entity::new(Mapper::Sequelize, name);
    let declarator = call.parent().filter(|parent| parent.kind() == "variable_declarator");
    entity.doc = declarator.and_then(|declarator| doc_comment::of(declarator.parent()?, cx.text));
    fill(cx, &mut entity, (arguments.get(1).copied()?, arguments.get(2).copied()))?;
    Some(entity)
}

/// `User.init({ ... }, { sequelize, tableName: 'users' })`, also `super.init` and `this.init` within the class.
fn initialised<'a>(cx: &FileCx<'a>, (call, receiver): (Node<'a>, &str)) -> Option<Entity> {
    let arguments = children(call.child_by_field_name("arguments")?);
    let options = arguments.get(1).map(|node| Stated::one(cx, *node))?;
    let has_connection = ["sequelize", "modelName", "tableName", "timestamps"].iter().any(|key| options.get(key).is_some());
    if !has_connection {
        return None;
    }
    let own = classes::around(call);
    let class = match receiver {
        "super" | "this" => classes::name(own?, cx.text),
        other => other.rsplit('.').next().unwrap_or(other).to_owned(),
    };
    let mut entity = Entity::new(Mapper::Sequelize, class.clone());
    entity.doc = own.or_else(|| class_of(cx, &class)).and_then(|class| doc_comment::of(class, cx.text));
    fill(cx, &mut entity, (arguments.first().copied()?, arguments.get(1).copied()))?;
    Some(entity)
}

/// The class of that name at the top of the file.
fn class_of<'a>(cx: &FileCx<'a>, name: &str) -> Option<Node<'a>> {
    let statements = children(cx.tree()?.root_node()).into_iter();
    let mut classes =
        statements.map(|one| one.child_by_field_name("declaration").unwrap_or(one)).filter(|one| one.kind().starts_with("class"));
    classes.find(|class| classes::name(*class, cx.text) == name)
}

fn fill<'a>(cx: &FileCx<'a>, entity: &mut Entity, (attributes, options): (Node<'a>, Option<Node<'a>>)) -> Option<()> {
    let attributes = unwrapped(attributes);
    let attributes = if attributes.kind() == "identifier" { local_object(cx, attributes)? } else { attributes };
    if attributes.kind() != "object" {
        return None;
    }
    for entry in children(attributes) {
        let line = cx.line(entry.start_byte());
        let (Some(key), Some(value)) = (entry.child_by_field_name("key"), entry.child_by_field_name("value")) else {
            entity.is_partial = true;
            continue;
        };
        let name = text_of(key, cx.text).trim_matches(['\'', '"', '`']).to_owned();
        let property = Property {
            doc: doc_comment::of(entry, cx.text),
            ..Property::new(name, PropertyKind::Column(ColumnType::Stated(String::new())), line)
        };
        let stated = Stated::one(cx, value);
        if let Some((property, reference)) = attribute::read(property, stated.first()?, None) {
            shared_key(entity, &property, stated.first()?);
            entity.properties.push(property);
            entity.properties.extend(reference);
        }
    }
    if let Some(options) = options {
        set_options(entity, Stated::one(cx, options).first()?, cx.line(options.start_byte()));
    }
    Some(())
}

/// The object that a constant of the file holds.
fn local_object<'a>(cx: &FileCx<'a>, name: Node<'a>) -> Option<Node<'a>> {
    let root = cx.tree()?.root_node();
    let statements = children(root).into_iter().map(|one| one.child_by_field_name("declaration").unwrap_or(one));
    let mut declarators = statements.filter(|one| one.kind() == "lexical_declaration").flat_map(children);
    let found =
        declarators.find(|one| one.child_by_field_name("name").is_some_and(|own| text_of(own, cx.text) == text_of(name, cx.text)))?;
    found.child_by_field_name("value").map(unwrapped)
}

/// `unique: 'by_team'`: attributes of one such name make one key.
pub(super) fn shared_key(entity: &mut Entity, property: &Property, options: &Value) {
    let Some(name) = options.get("unique").and_then(|unique| unique.as_text().map(str::to_owned).or_else(|| text(unique, "name"))) else {
        return;
    };
    let member = (property.name.clone(), String::new());
    match entity.constraints.iter_mut().find(|one| one.name.as_ref() == Some(&name)) {
        Some(one) => one.members.push(member),
        None => entity.constraints.push(EntityConstraint {
            kind: EntityConstraintKind::Unique,
            name: Some(name),
            members: vec![member],
            method: None,
            predicate: None,
            line: property.line,
        }),
    }
}

/// What the options of a model say of its table; the linker reads the rest of them.
pub(super) fn set_options(entity: &mut Entity, options: &Value, line: u32) {
    let name = |key: &str| options.get(key).filter(|value| stated::is_name(value)).cloned();
    entity.table = name("tableName").or(entity.table.take());
    entity.schema = name("schema");
    if entity.table.is_none()
        && let Some(model) = text(options, "modelName")
    {
        entity.name = model;
    }
    for index in options.get("indexes").map(Value::items).unwrap_or_default() {
        let fields = index.get("fields").map(Value::items).unwrap_or_default();
        let member = |field: &Value| match field {
            Value::Text(name) => Some((name.clone(), String::new())),
            Value::Map(_) => {
                let name = text(field, "name").or_else(|| text(field, "attribute"))?;
                Some((
                    name,
                    text(field, "order").filter(|order| order.eq_ignore_ascii_case("desc")).map(|_| "desc".to_owned()).unwrap_or_default(),
                ))
            }
            _ => None,
        };
        let members: Vec<(String, String)> = fields.iter().filter_map(member).collect();
        if members.len() == fields.len() && !members.is_empty() {
            let unique = is_true(index, "unique") || text(index, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("unique"));
            entity.constraints.push(EntityConstraint {
                kind: if unique { EntityConstraintKind::UniqueIndex } else { EntityConstraintKind::Index },
                name: text(index, "name"),
                members,
                method: text(index, "using").map(|method| method.to_lowercase()),
                predicate: None,
                line,
            });
        }
    }
    entity.options = Some(options.clone());
}

/// `User.belongsTo(Team, { foreignKey: 'teamId' })` adds to the table of User, wherever it is called.
fn association<'a>(cx: &FileCx<'a>, call: Node<'a>, (receiver, method): (&str, &str)) -> Option<Entity> {
    let stated = Stated::of(cx, call);
    let target = stated.first().and_then(stated::target)?;
    let owner = match receiver {
        "this" => classes::name(classes::around(call)?, cx.text),
        other => other.rsplit('.').next().unwrap_or(other).to_owned(),
    };
    let line = cx.line(call.start_byte());
    let property = relation(method, target, &stated, line)?;
    Some(Entity {
        kind: EntityKind::Child,
        bases: vec![owner.clone()],
        properties: vec![property],
        ..Entity::new(Mapper::Sequelize, format!("{owner}.{line}"))
    })
}

/// The relation that an association states; `None` where the other side keeps the key.
pub(super) fn relation(method: &str, target: String, stated: &Stated<'_>, line: u32) -> Option<Property> {
    let key = stated.get("foreignKey");
    let key_name = key.and_then(|key| key.as_text().map(str::to_owned).or_else(|| text(key, "name")).or_else(|| text(key, "field")));
    let nullable = key.and_then(|key| key.get("allowNull")) != Some(&Value::Bool(false));
    let last = target.rsplit('.').next().unwrap_or(&target).to_owned();
    let alias = stated.text("as").unwrap_or_else(|| last.clone());
    let mut relation = Relation::new(RelationKind::ManyToOne, target);
    relation.has_constraint = stated.flag("constraints") != Some(false);
    match method {
        "belongsTo" => {
            relation.owns = true;
            relation.on_delete = action(stated.text("onDelete"));
            relation.join_columns =
                key_name.map(|name| JoinColumn { name: Some(name), references: stated.text("targetKey") }).into_iter().collect();
        }
        "belongsToMany" => {
            let through = stated.get("through").or_else(|| stated.values().nth(1).filter(|value| !matches!(value, Value::Map(_))))?;
            let through = through.get("model").unwrap_or(through);
            let is_entity = stated::plain(through).is_none();
            // Of a model between two the name is only a name, and its table is made elsewhere.
            let name = stated::target(through);
            let column = |name: Option<String>| name.map(|name| JoinColumn { name: Some(name), references: None }).into_iter().collect();
            relation.kind = RelationKind::ManyToMany;
            relation.owns = true;
            relation.join_table = Some(JoinTable {
                is_entity,
                name,
                schema: None,
                columns: column(key_name),
                inverse_columns: column(stated.text("otherKey")),
            });
        }
        _ => return None,
    }
    Some(Property { nullable, ..Property::new(alias, PropertyKind::Relation(relation), line) })
}

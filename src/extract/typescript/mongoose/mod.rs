//! Mongoose: schemas as classes of `@nestjs/mongoose` and as `new Schema({ ... })`, the models made of them, their indexes and references.
//! A schema is a base that models name; whether a class is a collection or a part of one only all files together tell.

mod property;

use std::collections::BTreeMap;

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::imports::Origins;
use super::values::{self, callee, children, text_of, unwrapped};
use super::{classes, doc_comment};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::entity::{Entity, EntityConstraint, EntityConstraintKind, EntityKind, Mapper};
use crate::finding::{Fact, Value};
use crate::gap::GapCode;
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/mongoose", text: include_str!("../../../../queries/typescript/mongoose.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.mongoose",
    about: "Mongoose schemas and models, also as classes of NestJS: collections with their fields, indexes and references",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["mongoose"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    if !origins.any_from(&["mongoose", "@nestjs/mongoose"]) {
        return;
    }
    let mut entities: Vec<(u32, Entity)> = Vec::new();
    // The schema constant of a class: `const UserSchema = SchemaFactory.createForClass(User)`.
    let mut aliases: BTreeMap<String, String> = BTreeMap::new();
    let mut indexes: Vec<(String, EntityConstraint)> = Vec::new();
    for found in cx.matches(&QUERY) {
        if let Some(class) = found.node("class") {
            entities.extend(of_class(&ClassCx::of(cx, &origins, class)));
        } else if let Some(schema) = found.node("new").filter(|node| origins.original(&constructor(*node, cx.text)).ends_with("Schema")) {
            entities.extend(of_schema(cx, schema, tree.root_node(), sink));
        } else if let Some(call) = found.node("call") {
            read_call(cx, call, &mut Calls { entities: &mut entities, aliases: &mut aliases, indexes: &mut indexes });
        }
    }
    for (schema, index) in indexes {
        let name = aliases.get(&schema).unwrap_or(&schema);
        if let Some((_, entity)) = entities.iter_mut().find(|(_, entity)| entity.name == *name) {
            entity.constraints.push(index);
        }
    }
    for (line, entity) in entities {
        sink.fact(line, Fact::Entity(Box::new(entity)));
    }
}

fn constructor(schema: Node<'_>, text: &str) -> String {
    schema.child_by_field_name("constructor").map(|name| callee(name, text)).unwrap_or_default()
}

/// A class with `@Schema()` of `@nestjs/mongoose`.
fn of_class(class: &ClassCx<'_, '_>) -> Option<(u32, Entity)> {
    let is_nest = |name: &str| class.origins.module(name) == Some("@nestjs/mongoose");
    let schema = class.decorators.iter().find(|one| class.original_name(one) == "Schema" && is_nest(&one.decorator.name))?;
    let text = class.cx.text;
    let mut entity = Entity::new(Mapper::Mongoose, class.name.clone());
    entity.bases = classes::bases(class.node, text);
    entity.doc = doc_comment::of(class.node, text);
    if class.node.kind() == "abstract_class_declaration" {
        entity.kind = EntityKind::Base;
    }
    let body = class.node.child_by_field_name("body").map(children).unwrap_or_default();
    for member in body.into_iter().filter(|member| member.kind() == "public_field_definition") {
        let decorators = super::decorators::of_member(member, text);
        let Some(prop) = decorators.iter().find(|one| class.original_name(one) == "Prop" && is_nest(&one.decorator.name)) else { continue };
        let stated =
            property::Stated { name: classes::member_name(member, text), line: class.line(member), doc: doc_comment::of(member, text) };
        let written = classes::type_of(member, text);
        property::of_decorator(&stated, prop.first(), written.as_deref()).add_to(&mut entity);
    }
    entity.options = schema.first().cloned();
    Some((class.line(class.node), entity))
}

/// `const userSchema = new Schema({ ... }, { ... })`; one that stands in no constant is read where it is used.
fn of_schema(cx: &FileCx<'_>, schema: Node<'_>, root: Node<'_>, sink: &mut Sink<'_>) -> Option<(u32, Entity)> {
    let declarator = schema.parent().map(|parent| if is_wrapper(parent) { parent.parent().unwrap_or(parent) } else { parent })?;
    let name = match declarator.kind() {
        "variable_declarator" => text_of(declarator.child_by_field_name("name")?, cx.text).to_owned(),
        "export_statement" => "default".to_owned(),
        "arguments" => return of_inline(cx, schema, declarator, root, sink),
        _ => return None,
    };
    let mut entity = Entity { kind: EntityKind::Base, ..Entity::new(Mapper::Mongoose, name) };
    entity.doc = declarator.parent().and_then(|declaration| doc_comment::of(declaration, cx.text));
    fill(cx, &mut entity, schema, root, sink);
    Some((cx.line(schema.start_byte()), entity))
}

fn is_wrapper(node: Node<'_>) -> bool {
    matches!(node.kind(), "as_expression" | "satisfies_expression" | "parenthesized_expression" | "non_null_expression")
}

/// `model('User', new Schema({ ... }))`
fn of_inline(cx: &FileCx<'_>, schema: Node<'_>, arguments: Node<'_>, root: Node<'_>, sink: &mut Sink<'_>) -> Option<(u32, Entity)> {
    let call = arguments.parent().filter(|call| call.kind() == "call_expression")?;
    let called = callee(call.child_by_field_name("function")?, cx.text);
    let first = values::arguments(call, cx.text).into_iter().next()?;
    let name = first.as_text().filter(|_| called.rsplit('.').next() == Some("model"))?.to_owned();
    let mut entity = Entity::new(Mapper::Mongoose, name);
    fill(cx, &mut entity, schema, root, sink);
    Some((cx.line(call.start_byte()), entity))
}

fn fill(cx: &FileCx<'_>, entity: &mut Entity, schema: Node<'_>, root: Node<'_>, sink: &mut Sink<'_>) {
    let arguments = schema.child_by_field_name("arguments").map(children).unwrap_or_default();
    if let Some(definition) = arguments.first().copied() {
        add_fields(cx, entity, (definition, root), sink, FIELDS_DEPTH);
    }
    entity.options = values::arguments(schema, cx.text).into_iter().nth(1);
}

/// Definitions are put together of no more objects than this.
const FIELDS_DEPTH: usize = 4;

fn add_fields(cx: &FileCx<'_>, entity: &mut Entity, (definition, root): (Node<'_>, Node<'_>), sink: &mut Sink<'_>, depth: usize) {
    let definition = unwrapped(definition);
    let object =
        if definition.kind() == "identifier" { local_object(root, text_of(definition, cx.text), cx.text) } else { Some(definition) };
    let Some((object, depth)) = object.filter(|object| object.kind() == "object").zip(depth.checked_sub(1)) else {
        let message = "the fields of this schema come from another place and are not read";
        return sink.gap(GapCode::UnresolvedReference, Some(cx.line(definition.start_byte())), message);
    };
    for entry in children(object) {
        match entry.kind() {
            "pair" => {
                let (Some(key), Some(value)) = (entry.child_by_field_name("key"), entry.child_by_field_name("value")) else { continue };
                let stated = property::Stated {
                    name: text_of(key, cx.text).trim_matches(['\'', '"', '`']).to_owned(),
                    line: cx.line(entry.start_byte()),
                    doc: doc_comment::of(entry, cx.text),
                };
                property::of_definition(&stated, &values::read(value, cx.text)).add_to(entity);
            }
            "spread_element" => {
                for inner in children(entry) {
                    add_fields(cx, entity, (inner, root), sink, depth);
                }
            }
            _ => {}
        }
    }
}

/// The object that a constant at the top of the file holds.
fn local_object<'t>(root: Node<'t>, name: &str, text: &str) -> Option<Node<'t>> {
    let statements = children(root)
        .into_iter()
        .map(|one| if one.kind() == "export_statement" { one.child_by_field_name("declaration") } else { Some(one) });
    let declarations = statements.flatten().filter(|one| matches!(one.kind(), "lexical_declaration" | "variable_declaration"));
    let mut declarators = declarations.flat_map(children).filter(|one| one.kind() == "variable_declarator");
    let found = declarators.find(|one| one.child_by_field_name("name").is_some_and(|own| text_of(own, text) == name))?;
    found.child_by_field_name("value").map(unwrapped)
}

/// What calls add to.
struct Calls<'c> {
    entities: &'c mut Vec<(u32, Entity)>,
    aliases: &'c mut BTreeMap<String, String>,
    indexes: &'c mut Vec<(String, EntityConstraint)>,
}

fn read_call(cx: &FileCx<'_>, call: Node<'_>, calls: &mut Calls<'_>) {
    let Some(function) = call.child_by_field_name("function") else { return };
    let name = callee(function, cx.text);
    let (receiver, method) = name.rsplit_once('.').unwrap_or(("", &name));
    let arguments = values::arguments(call, cx.text);
    let line = cx.line(call.start_byte());
    match (method, arguments.as_slice()) {
        ("createForClass", [Value::Name(class), ..]) => {
            let declarator = call.parent().filter(|parent| parent.kind() == "variable_declarator");
            if let Some(own) = declarator.and_then(|declarator| declarator.child_by_field_name("name")) {
                calls.aliases.insert(text_of(own, cx.text).to_owned(), class.clone());
            }
        }
        ("index", [Value::Map(keys), rest @ ..]) => {
            let options = rest.first().cloned().unwrap_or(Value::Map(Vec::new()));
            calls.indexes.push((receiver.to_owned(), property::index(keys, &options, line)));
        }
        ("model", [Value::Text(model) | Value::Name(model), Value::Name(schema), rest @ ..]) => {
            let mut entity = Entity::new(Mapper::Mongoose, model.clone());
            entity.bases = vec![calls.aliases.get(schema).unwrap_or(schema).clone()];
            entity.table = rest.first().filter(|value| matches!(value, Value::Text(_) | Value::Name(_))).cloned();
            calls.entities.push((line, entity));
        }
        ("discriminator", [Value::Text(model), Value::Name(schema), ..]) if !receiver.is_empty() => {
            let mut entity = Entity { kind: EntityKind::Child, ..Entity::new(Mapper::Mongoose, model.clone()) };
            entity.bases = vec![receiver.to_owned(), schema.clone()];
            calls.entities.push((line, entity));
        }
        _ => {}
    }
}

/// A key or index at one field.
fn at_field(kind: EntityConstraintKind, field: &str, line: u32) -> EntityConstraint {
    EntityConstraint {
        kind,
        name: Some(format!("{field}_1")),
        members: vec![(field.to_owned(), String::new())],
        method: None,
        predicate: None,
        line,
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn schemas_and_models_are_read() {
        let text = "
            import mongoose, { Schema, model } from 'mongoose';
            const shared = { note: String };
            const addressSchema = new Schema({ street: String }, { _id: false });
            const userSchema = new mongoose.Schema<IUser>({
                /** Sign-in name. */
                email: { type: String, required: [true, 'missing'], unique: true },
                age: Number,
                tags: [String],
                home: addressSchema,
                past: [{ type: addressSchema }],
                inner: { a: String, b: { c: Number } },
                team: { type: Schema.Types.ObjectId, ref: 'Team', required: true, index: true },
                friends: [{ type: mongoose.Types.ObjectId, ref: 'User' }],
                role: { type: String, enum: ['a', 'b'], default: 'a' },
                at: { type: Date, default: Date.now },
                ...shared,
                ...imported,
            }, { timestamps: { createdAt: 'created_at' }, collection: 'members' });
            userSchema.index({ role: 1, at: -1 }, { unique: true, partialFilterExpression: { role: 'a' } });
            export const User = model<IUser>('User', userSchema);
            export default mongoose.models.Team || mongoose.model('Team', new Schema({ name: String }));
            const user = await connection.model('User');
        ";
        assert_eq!(
            facts("typescript.mongoose", "a.ts", text),
            "4 entity addressSchema Base {street: string?} with {_id: false}
5 entity userSchema Base {email: string, age: number?, tags: string[]?, home: (addressSchema)?, past: (addressSchema)[]?, inner: object?, team: objectid, -> Team, friends: objectid[]?, -> User, role: string? = 'a', at: date? = now(), note: string?} with {timestamps: {createdAt: 'created_at'}, collection: 'members'} UniqueIndex email_1 [email] Index team_1 [team] UniqueIndex role_1_at_-1 [role, at desc]
18 gap the fields of this schema come from another place and are not read
21 entity User Table : userSchema {}
22 entity Team Table {name: string?}"
        );
    }

    #[test]
    fn classes_of_nestjs_are_read() {
        let text = "
            import { Prop, Schema as Collection, SchemaFactory } from '@nestjs/mongoose';
            import { Types } from 'mongoose';
            @Collection({ collection: 'cats', timestamps: true })
            export class Cat extends Animal {
                /** What it is called. */
                @Prop({ required: true }) name: string;
                @Prop() age?: number;
                @Prop([String]) tags: string[];
                @Prop({ type: Types.ObjectId, ref: Owner.name }) owner: Owner;
                @Prop({ type: [{ type: Types.ObjectId, ref: () => Toy }] }) toys: Toy[];
                @Prop({ type: () => Home }) home: Home;
                @Prop({ enum: Mood, default: Mood.Calm }) mood: Mood;
                @Prop(raw({ a: { type: String } })) details: Record<string, any>;
                plain: string;
            }
            export const CatSchema = SchemaFactory.createForClass(Cat);
            CatSchema.index({ name: 1 });
            @Collection({ _id: false }) class Part { @Prop() born: Date | null; }
        ";
        assert_eq!(
            facts("typescript.mongoose", "a.ts", text),
            "5 entity Cat Table : Animal {name: string, age: number?, tags: string[]?, owner: objectid?, -> Owner, toys: objectid[]?, -> Toy, home: (Home)?, mood: (Mood)?, details: object?} with {collection: 'cats', timestamps: true} Index name_1 [name]
19 entity Part Table {born: date?} with {_id: false}"
        );
    }
}

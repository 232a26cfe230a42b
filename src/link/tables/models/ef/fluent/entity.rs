//! Calls on the builder of an entity: table, key, indexes, what it holds, what is left out.

use super::super::discover;
use super::super::draft::{At, Holding, IndexDraft, PropertyDraft, Storage, Strategy};
use super::super::types::parse;
use super::{Fluent, Scope, Target, all_picked, is_selector, picked, stated_type, text};
use crate::finding::{Call, Value};
use crate::location::Location;

impl Fluent<'_, '_> {
    pub(super) fn on_entity(&mut self, at: At, call: &Call, place: &Location, scope: &Scope) -> Target {
        match call.name.as_str() {
            "ToTable" => self.put_in_table(at, call),
            "ToView" | "ToSqlQuery" | "ToFunction" => {
                let entity = &mut self.draft.entities[at];
                entity.storage = Storage::View;
                entity.table = text(call, 0);
                entity.schema = text(call, 1);
            }
            "ToJson" => self.draft.entities[at].is_json = true,
            "HasNoKey" => self.draft.entities[at].is_keyless = true,
            "HasKey" => self.draft.entities[at].key = Some(self.known(at, all_picked(call))),
            "HasAlternateKey" => {
                let properties = self.known(at, all_picked(call));
                self.draft.entities[at].alternate_keys.push((None, properties));
            }
            "Property" | "PrimitiveCollection" => return self.property(at, call, place),
            "Ignore" => {
                let names = all_picked(call);
                let entity = &mut self.draft.entities[at];
                entity.properties.retain(|one| !names.contains(&one.name));
                entity.navigations.retain(|one| !names.contains(&one.name));
                entity.ignored.extend(names);
            }
            "HasIndex" => return self.index(at, call, place),
            "HasOne" | "HasMany" => return self.relation(at, call, place),
            "WithOwner" => return Target::Owner(at),
            "OwnsOne" => return self.holds(at, call, Holding::One, scope),
            "OwnsMany" => return self.holds(at, call, Holding::Many, scope),
            "ComplexProperty" => return self.holds(at, call, Holding::Complex, scope),
            "Navigation" => {
                return all_picked(call).pop().map_or(Target::Nothing, |name| Target::Navigation(at, name));
            }
            "HasDiscriminator" => {
                let name = all_picked(call).pop().or_else(|| text(call, 0));
                let data_type = call.type_arguments.first().cloned();
                self.draft.entities[at].discriminator = Some((name.unwrap_or_else(|| "Discriminator".to_owned()), data_type));
                return Target::Discriminator(at);
            }
            "UseTptMappingStrategy" => self.draft.entities[at].strategy = Strategy::Apart,
            "UseTpcMappingStrategy" => self.draft.entities[at].strategy = Strategy::Whole,
            "HasComment" => self.draft.entities[at].description = text(call, 0),
            "HasCheckConstraint" => self.check(at, call),
            name => self.extension(name, call, &Target::Entity(at), scope),
        }
        Target::Entity(at)
    }

    fn put_in_table(&mut self, at: At, call: &Call) {
        let (name, schema) = (text(call, 0), text(call, 1));
        if let Some(name) = name {
            let entity = &mut self.draft.entities[at];
            entity.table = Some(name);
            entity.schema = schema.or_else(|| entity.schema.take());
        }
        let inner: Vec<Call> =
            call.lambda().map(|lambda| lambda.steps.iter().flat_map(|step| step.calls.clone()).collect()).unwrap_or_default();
        for call in &inner {
            match call.name.as_str() {
                "HasCheckConstraint" => self.check(at, call),
                "HasComment" => self.draft.entities[at].description = text(call, 0),
                _ => {}
            }
        }
    }

    fn check(&mut self, at: At, call: &Call) {
        if let (Some(name), Some(sql)) = (text(call, 0), text(call, 1)) {
            self.draft.entities[at].checks.push((name, sql));
        }
    }

    /// Makes properties that a call names, and that conventions left out, properties of the entity.
    pub(super) fn known(&mut self, at: At, names: Vec<String>) -> Vec<String> {
        for name in &names {
            self.make_property(at, name, None);
        }
        names
    }

    /// The property of an entity by name; one that the type does not have is a column without a property.
    pub(super) fn make_property(&mut self, at: At, name: &str, place: Option<&Location>) {
        let (class, arguments) = (self.draft.entities[at].class, self.draft.entities[at].arguments.clone());
        let member = self.types.members(class, &arguments).into_iter().find(|one| one.property.name == name);
        let entity = &mut self.draft.entities[at];
        entity.ignored.remove(name);
        if entity.property(name).is_some() {
            return;
        }
        if let Some(member) = member {
            entity.navigations.retain(|one| one.name != name);
            entity.properties.push(discover::column(self.types, class, &member));
        } else if let Some(place) = place {
            let fields = self.types.chain(class, &arguments).into_iter().flat_map(|(at, _)| self.types.all[at].one.fields.clone());
            let field = fields.into_iter().find(|(field, _)| field == name).map(|(_, data_type)| data_type);
            let written = field.clone().unwrap_or_default();
            let property = PropertyDraft {
                name: name.to_owned(),
                data_type: written.trim_end_matches('?').to_owned(),
                nullable: parse(&written).is_nullable,
                is_shadow: true,
                file: place.path.clone(),
                line: place.line,
                ..PropertyDraft::default()
            };
            entity.properties.push(property);
        }
    }

    fn property(&mut self, at: At, call: &Call, place: &Location) -> Target {
        let Some(name) = call.arguments.iter().flat_map(picked).next() else { return Target::Nothing };
        // `x => x.Address.City` goes into what the entity holds.
        if let Some((held, inner)) = name.split_once('.') {
            let Some(held) = self.draft.held(at, held) else { return Target::Nothing };
            self.make_property(held, inner, None);
            return Target::Property(held, inner.to_owned());
        }
        self.make_property(at, &name, Some(place));
        let class = self.draft.entities[at].class;
        let (types, tells_null) = (self.types, self.types.tells_null(class));
        if let Some(stated) = call.type_arguments.first()
            && let Some(property) = self.draft.entities[at].properties.iter_mut().find(|one| one.name == name && one.is_shadow)
        {
            property.data_type = stated.trim_end_matches('?').to_owned();
            property.nullable = stated.ends_with('?') || !tells_null && super::super::scalars::is_object(types, class, stated);
        }
        Target::Property(at, name)
    }

    fn index(&mut self, at: At, call: &Call, place: &Location) -> Target {
        let properties = match call.arguments.first() {
            Some(first) if first.lambda.is_some() || matches!(first.value, Value::List(_)) => picked(first),
            _ => all_picked(call),
        };
        let name =
            call.arguments.get(1).filter(|_| call.arguments[0].lambda.is_some()).and_then(|one| one.value.as_text().map(str::to_owned));
        let properties = self.known(at, properties);
        if properties.is_empty() {
            return Target::Nothing;
        }
        let entity = &mut self.draft.entities[at];
        let index = IndexDraft { properties, name, line: place.line, ..IndexDraft::default() };
        match entity.indexes.iter().position(|one| one.properties == index.properties && one.name == index.name) {
            Some(known) => Target::Index(at, known),
            None => {
                entity.indexes.push(index);
                Target::Index(at, entity.indexes.len() - 1)
            }
        }
    }

    pub(super) fn on_index(&mut self, at: At, index: usize, call: &Call) -> Target {
        if let Some(one) = self.draft.entities[at].indexes.get_mut(index) {
            match call.name.as_str() {
                "IsUnique" => one.is_unique = text(call, 0).as_deref() != Some("false"),
                "HasDatabaseName" | "HasName" => one.name = text(call, 0),
                "HasFilter" => one.filter = text(call, 0).or(Some(String::new())),
                "HasMethod" => one.method = text(call, 0),
                "IsDescending" if call.arguments.is_empty() => one.is_descending = vec![true; one.properties.len()],
                "IsDescending" => one.is_descending = call.arguments.iter().map(|one| one.value == Value::Bool(true)).collect(),
                _ => {}
            }
        }
        Target::Index(at, index)
    }

    /// Something that the entity holds as a part of itself.
    fn holds(&mut self, at: At, call: &Call, holding: Holding, scope: &Scope) -> Target {
        let selected = call.arguments.iter().find(|one| one.lambda.as_ref().is_some_and(is_selector) || one.value.as_text().is_some());
        let Some(name) = selected.and_then(|one| picked(one).pop()) else { return Target::Nothing };
        let (class, arguments) = (self.draft.entities[at].class, self.draft.entities[at].arguments.clone());
        let member = self.types.members(class, &arguments).into_iter().find(|one| one.property.name == name);
        let inner = match (call.type_arguments.first(), &member) {
            (Some(stated), _) => parse(stated),
            (None, Some(member)) => {
                let written = parse(&member.property.data_type);
                let is_list = written.is_array || discover::is_list(&written.name);
                if is_list { written.arguments.first().map(|one| parse(one)).unwrap_or_default() } else { written }
            }
            (None, None) => stated_type(call).map(|one| parse(&one)).unwrap_or_default(),
        };
        let held = match self.draft.held(at, &name) {
            Some(known) => known,
            None => {
                let Some(target) = self.types.resolve_in(class, &inner.name) else { return Target::Nothing };
                let mut made = discover::described(self.types, target, &inner.arguments, &self.types.members(target, &inner.arguments));
                let line = member.map_or(0, |one| one.property.line);
                made.owner = Some((at, name.clone(), holding));
                made.line = if line > 0 { line } else { made.line };
                made.description = None;
                self.draft.entities.push(made);
                self.draft.entities.len() - 1
            }
        };
        let entity = &mut self.draft.entities[at];
        entity.properties.retain(|one| one.name != name);
        self.inner(call, Target::Entity(held), scope);
        Target::Entity(held)
    }

    pub(super) fn on_owner(&mut self, at: At, call: &Call) -> Target {
        if call.name == "HasForeignKey" {
            self.draft.entities[at].owner_key = all_picked(call);
        }
        Target::Owner(at)
    }

    pub(super) fn on_navigation(&mut self, at: At, name: &str, call: &Call) -> Target {
        if call.name == "IsRequired" {
            let required = text(call, 0).as_deref() != Some("false");
            for one in self.draft.entities[at].navigations.iter_mut().filter(|one| one.name == name) {
                one.required = required;
            }
        }
        Target::Navigation(at, name.to_owned())
    }
}

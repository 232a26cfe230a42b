//! The type of the column that a property has: stated, of the language by the mapper's convention, of an enum, of a function of the program.

use super::plan::{Plan, Planner};
use crate::finding::entity::{ColumnType, Engine, EntityKind, EnumType, Mapper, Property, PropertyKind, Scalar};
use crate::finding::schema::{ConstraintDefinition, ConstraintKind, Dialect, ObjectName};
use crate::finding::{Value, string_literal};

impl<'a> Planner<'_, 'a, '_> {
    /// The type of the column of a property; `None` for relations and what is no column.
    pub(super) fn data_type(&self, plan: &mut Plan<'a>, at: usize, property: &Property) -> Option<String> {
        let conventions = self.database.conventions;
        let base = match &property.kind {
            PropertyKind::Column(ColumnType::Stated(stated)) => stated.clone(),
            PropertyKind::Column(ColumnType::Scalar(scalar, size)) => conventions.data_type(*scalar, size.as_deref()),
            PropertyKind::Column(ColumnType::Enum(one)) => self.enum_type(plan, at, property, one),
            PropertyKind::Column(ColumnType::Language(name)) => self.language_type(at, name),
            PropertyKind::Embedded { entity, .. } => self.embedded_type(at, entity),
            PropertyKind::Relation(relation) => match self.entities.enumeration(self.database, &relation.target) {
                Some(one) => self.type_of_enum(one),
                None if conventions.mapper == Mapper::Drizzle && !relation.owns => self.custom_type(at, &relation.target),
                None => {
                    let target = self.entities.resolve(at, &relation.target)?;
                    let is_embedded = self.entities.kind(target) == EntityKind::Embedded;
                    is_embedded.then(|| conventions.data_type(Scalar::Json, None))?
                }
            },
        };
        Some(match (property.is_list, conventions.engine) {
            (false, _) => base,
            (true, Engine::Sql(Dialect::Postgres) | Engine::MongoDb) => format!("{base}[]"),
            (true, _) => conventions.data_type(Scalar::Json, None),
        })
    }

    /// The type that a function of the program makes: `customType({ dataType() { return 'tsvector' } })`.
    fn custom_type(&self, at: usize, function: &str) -> String {
        let stated = match self.entities.value(at, &Value::Name(function.to_owned())) {
            Value::Call(_, arguments) => arguments.first().and_then(|options| crate::link::names::plain(options.get("dataType")?)),
            _ => None,
        };
        stated.unwrap_or_else(|| crate::link::names::last_part(function).to_owned()).to_lowercase()
    }

    /// The type of a property that holds another thing as a whole: an object, unless the name is that of an enum of the language.
    fn embedded_type(&self, at: usize, name: &str) -> String {
        let scalar = match self.entities.value(at, &Value::Name(name.to_owned())) {
            Value::Map(entries) if entries.iter().all(|(_, value)| matches!(value, Value::Number(_))) => return "number".to_owned(),
            Value::Map(_) => Scalar::Text,
            _ => Scalar::Json,
        };
        self.database.conventions.data_type(scalar, None)
    }

    /// What a mapper makes of a type of the language: an enum is text or a number. Another name is that of a type of texts: nothing else
    /// can be stored without a stated type.
    fn language_type(&self, at: usize, name: &str) -> String {
        let scalar = match self.entities.value(at, &Value::Name(name.to_owned())) {
            Value::Map(entries) if entries.iter().all(|(_, value)| matches!(value, Value::Number(_))) => Scalar::Integer,
            _ => Scalar::Text,
        };
        self.database.conventions.data_type(scalar, None)
    }

    /// The type of an enum of a schema file.
    fn type_of_enum(&self, one: &crate::finding::entity::EntityEnum) -> String {
        let name = one.mapped.as_ref().unwrap_or(&one.name);
        match self.database.conventions.engine {
            Engine::Sql(Dialect::Postgres) => match &one.schema {
                Some(schema) if schema != "public" => format!("{schema}.{name}").to_lowercase(),
                _ => name.to_lowercase(),
            },
            _ => self.values_type(&one.values),
        }
    }

    /// The type of an enum that a column states itself.
    fn enum_type(&self, plan: &mut Plan<'a>, at: usize, property: &Property, one: &EnumType) -> String {
        let values = enum_values(&self.entities.value(at, &one.values));
        let conventions = self.database.conventions;
        let stated = property.column.as_ref().and_then(|value| self.entities.text(at, value));
        let column = stated.unwrap_or_else(|| plan.conventions.column(&property.name));
        if conventions.engine == Engine::Sql(Dialect::Postgres) && conventions.mapper == Mapper::MikroOrm && one.name.is_none() {
            return self.checked_text(plan, at, (&column, one), &values);
        }
        if conventions.engine != Engine::Sql(Dialect::Postgres) {
            return self.values_type(&values);
        }
        let made_up = match conventions.mapper {
            Mapper::Sequelize => format!("enum_{}_{column}", plan.name.name),
            _ => format!("{}_{}_enum", plan.name.name, column.to_lowercase()),
        };
        let name = one.name.clone().unwrap_or(made_up);
        let data_type = name.to_lowercase();
        // Values that only run time knows make no enum that could be told.
        if !values.is_empty() {
            let schema = plan.name.schema.clone();
            plan.enums.push((ObjectName { schema, name }, values));
        }
        data_type
    }

    /// MikroORM keeps an enum as text with a check, one of numbers as a small number.
    fn checked_text(&self, plan: &mut Plan<'a>, at: usize, (column, one): (&str, &EnumType), values: &[String]) -> String {
        let is_number = |value: &Value| matches!(value, Value::Number(_));
        let has_numbers = match self.entities.value(at, &one.values) {
            Value::Map(entries) => !entries.is_empty() && entries.iter().all(|(_, value)| is_number(value)),
            Value::List(items) => !items.is_empty() && items.iter().all(is_number),
            _ => false,
        };
        if has_numbers {
            return "smallint".to_owned();
        }
        if !values.is_empty() {
            let labels: Vec<String> = values.iter().map(|value| string_literal(value)).collect();
            let kind = ConstraintKind::Check(format!("{column} in ({})", labels.join(", ")));
            plan.constraints.push(ConstraintDefinition { name: Some(format!("{}_{column}_check", plan.name.name)), kind });
        }
        "text".to_owned()
    }

    /// Engines without types for enums: a list of values, or text.
    fn values_type(&self, values: &[String]) -> String {
        match self.database.conventions.engine {
            Engine::Sql(Dialect::MySql) if !values.is_empty() => {
                let labels: Vec<String> = values.iter().map(|value| string_literal(value)).collect();
                format!("enum({})", labels.join(","))
            }
            _ => self.database.conventions.data_type(Scalar::Text, None),
        }
    }
}

/// The values of an enum: of a list its texts, of a map its values.
fn enum_values(value: &Value) -> Vec<String> {
    let texts = |items: &mut dyn Iterator<Item = &Value>| -> Vec<String> { items.filter_map(crate::link::names::plain).collect() };
    match value {
        Value::List(items) => texts(&mut items.iter()),
        Value::Map(entries) => texts(&mut entries.iter().map(|(_, value)| value)),
        // `Object.values(Status)`
        Value::Call(name, arguments) if name == "Object.values" => arguments.first().map(enum_values).unwrap_or_default(),
        _ => Vec::new(),
    }
}

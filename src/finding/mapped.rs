//! Types of a program as a mapper that goes by conventions reads them: properties with their types and attributes, and the functions that
//! say how they are stored. Which of them are stored, and in which tables, is for the linker to find out.

use super::{Decorator, Procedure};

/// What a type is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MappedKind {
    /// A class, or a record that is one.
    #[default]
    Class,
    /// A struct: never empty by itself.
    Struct,
    /// An enum.
    Enum,
}

/// A type, or one part of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MappedType {
    /// Its name without type parameters.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: MappedKind,
    /// Whether it may have more parts.
    pub(crate) is_partial: bool,
    /// Whether no object is of it alone.
    pub(crate) is_abstract: bool,
    /// The names of its type parameters.
    pub(crate) type_parameters: Vec<String>,
    /// What it extends and implements with type arguments; for an enum the type of its numbers.
    pub(crate) bases: Vec<String>,
    /// Its attributes.
    pub(crate) decorators: Vec<Decorator>,
    /// Its properties, in written order.
    pub(crate) properties: Vec<MappedProperty>,
    /// Its fields that belong to an object: name and type.
    pub(crate) fields: Vec<(String, String)>,
    /// Whether the file switches on that types of objects say whether they may be null; `None` where it leaves that to the project.
    pub(crate) tells_null: Option<bool>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl MappedType {
    /// The names of other types in those of its properties and bases.
    pub(crate) fn type_names(&self) -> impl Iterator<Item = &str> {
        let properties = self.properties.iter().map(|property| property.data_type.as_str());
        properties.chain(self.bases.iter().map(String::as_str)).flat_map(words)
    }

    /// The types that a context of it would store: `DbSet<Order>` names Order.
    pub(crate) fn set_names(&self) -> impl Iterator<Item = &str> {
        let sets = self.properties.iter().filter(|property| property.data_type.contains("DbSet<"));
        sets.flat_map(|property| words(&property.data_type))
    }
}

/// The names in a type: `List<Order?>` has List and Order.
pub(crate) fn words(data_type: &str) -> impl Iterator<Item = &str> {
    let names = data_type.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    names.filter(|name| name.starts_with(|first: char| first.is_alphabetic() || first == '_'))
}

/// A property.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MappedProperty {
    /// Its name.
    pub(crate) name: String,
    /// Its type as written.
    pub(crate) data_type: String,
    /// Its attributes.
    pub(crate) decorators: Vec<Decorator>,
    /// Whether everyone may read it.
    pub(crate) is_public: bool,
    /// Whether it can be set at all.
    pub(crate) has_setter: bool,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
    /// The line it stands in, from 1.
    pub(crate) line: u32,
}

/// A function that says how types are stored: it is given the builder of a model, or of one of its entities.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ModelSetup {
    /// What it calls.
    pub(crate) procedure: Procedure,
}

impl ModelSetup {
    /// The types that it speaks of: type arguments of calls, classes that are made, types of parameters.
    pub(crate) fn type_names(&self) -> Vec<&str> {
        let mut found: Vec<&str> = self.procedure.parameters.iter().flat_map(|one| words(&one.data_type)).collect();
        let mut open = vec![self.procedure.steps.as_slice()];
        while let Some(steps) = open.pop() {
            for step in steps {
                found.extend(step.receiver.split('.').next().filter(|root| root.starts_with(char::is_uppercase)));
                for call in &step.calls {
                    found.extend(call.type_arguments.iter().flat_map(|one| words(one)));
                    for argument in &call.arguments {
                        argument.value.names(&mut found);
                        open.extend(argument.lambda.iter().map(|lambda| lambda.steps.as_slice()));
                    }
                }
            }
        }
        found.retain(|name| name.starts_with(char::is_uppercase));
        // `Limits.Name` is a constant of a type.
        found.into_iter().map(|name| name.split('.').next().unwrap_or(name)).collect()
    }
}

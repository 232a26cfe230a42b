//! The type that a conversion makes of the values of a property.
//! Source: the EF Core documentation, "Value conversions".

use super::super::types::parse;
use super::Fluent;
use crate::finding::{Call, Lambda, Value};
use crate::link::plain_types::is_plain;

/// Converters that come with EF Core and make texts.
const TO_TEXT: &[&str] = &[
    "EnumToStringConverter",
    "GuidToStringConverter",
    "DateTimeToStringConverter",
    "DateTimeOffsetToStringConverter",
    "TimeSpanToStringConverter",
    "BoolToStringConverter",
    "UriToStringConverter",
    "NumberToStringConverter",
];

impl Fluent<'_, '_> {
    /// The type that values are stored as; `None` where that cannot be told.
    pub(super) fn conversion(&self, class: usize, data_type: &str, call: &Call) -> Option<String> {
        if let Some(stated) = call.type_arguments.first() {
            return Some(self.converted(stated).unwrap_or_else(|| stated.clone()));
        }
        let first = call.arguments.first()?;
        let found = match (&first.lambda, &first.value) {
            (Some(lambda), _) => self.given_back(class, data_type, lambda),
            (None, Value::Call(name, _) | Value::Name(name)) => self.converted(name),
            _ => None,
        };
        found.or_else(|| self.only_value(class, data_type))
    }

    /// The type that a converter makes.
    fn converted(&self, name: &str) -> Option<String> {
        let written = parse(name);
        if TO_TEXT.contains(&written.name.as_str()) {
            return Some("string".to_owned());
        }
        if matches!(written.name.as_str(), "EnumToNumberConverter" | "ValueConverter" | "CastingConverter") {
            return written.arguments.get(1).cloned();
        }
        if is_plain(&written.name) {
            return Some(written.name);
        }
        let class = self.class_of(&written.name)?;
        let chain = self.types.chain(class, &written.arguments);
        let bases = chain.into_iter().flat_map(|(at, arguments)| self.types.bases(at, &arguments));
        bases.into_iter().find(|base| base.name == "ValueConverter")?.arguments.get(1).cloned()
    }

    /// The type of what a function gives back for a value: `id => id.Value`, `v => v.ToString()`.
    fn given_back(&self, class: usize, data_type: &str, lambda: &Lambda) -> Option<String> {
        let [step] = lambda.steps.as_slice() else { return None };
        if let Some(last) = step.calls.last() {
            let makes_text =
                matches!(last.name.as_str(), "ToString" | "Serialize" | "Join" | "SerializeObject" | "GetDescription" | "ToLower");
            return makes_text.then(|| "string".to_owned());
        }
        let parameter = &lambda.parameters.first()?.name;
        let path = step.receiver.strip_prefix(parameter.as_str())?;
        let mut at = data_type.to_owned();
        for part in path.split('.').filter(|part| !part.is_empty()) {
            let name = parse(&at);
            let target = self.types.resolve_in(class, &name.name)?;
            let member = self.types.members(target, &name.arguments).into_iter().find(|one| one.property.name == part)?;
            at = member.property.data_type.trim_end_matches('?').to_owned();
        }
        // `v => (int)v` reads as the value itself.
        (at != data_type).then_some(at)
    }

    /// The type of the one value that a type wraps.
    fn only_value(&self, class: usize, data_type: &str) -> Option<String> {
        let name = parse(data_type);
        let target = self.types.resolve_in(class, &name.name)?;
        self.types.wrapped(target, &name.arguments).filter(|found| is_plain(&parse(found).name))
    }
}

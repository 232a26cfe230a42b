//! Calls on the builder of a property: column, type, length, default, conversion.

use super::super::draft::{At, PropertyDraft};
use super::{Fluent, Target, text};
use crate::finding::Call;
use crate::link::names::plain;

impl Fluent<'_, '_> {
    pub(super) fn on_property(&mut self, at: At, name: &str, call: &Call) -> Target {
        let target = Target::Property(at, name.to_owned());
        let class = self.draft.entities[at].class;
        let data_type = self.draft.entities[at].property(name).map(|one| one.data_type.clone()).unwrap_or_default();
        let conversion = if is_conversion(call) { self.conversion(class, &data_type, call) } else { None };
        let Some(property) = self.draft.entities[at].properties.iter_mut().find(|one| one.name == name) else { return target };
        set(property, call, conversion);
        target
    }

    pub(super) fn on_properties(&mut self, at: usize, call: &Call) -> Target {
        let data_type = self.draft.by_type[at].0.clone();
        let conversion = if is_conversion(call) { self.conversion(self.context, &data_type, call) } else { None };
        set(&mut self.draft.by_type[at].1, call, conversion);
        Target::OfType(at)
    }
}

fn is_conversion(call: &Call) -> bool {
    matches!(call.name.as_str(), "HasConversion" | "HaveConversion")
}

fn set(property: &mut PropertyDraft, call: &Call, conversion: Option<String>) {
    let is_on = || text(call, 0).as_deref() != Some("false");
    match call.name.as_str() {
        "HasColumnName" => property.column = text(call, 0).or_else(|| property.column.take()),
        "HasColumnType" | "HaveColumnType" => property.stated = text(call, 0).or_else(|| property.stated.take()),
        "HasMaxLength" | "HaveMaxLength" => property.length = text(call, 0).or_else(|| property.length.take()),
        "HasPrecision" | "HavePrecision" => {
            let numbers: Vec<String> = call.arguments.iter().filter_map(|one| plain(&one.value)).collect();
            property.precision = Some(numbers.join(",")).filter(|text| !text.is_empty());
        }
        "IsRequired" => property.required = Some(is_on()),
        "IsUnicode" | "AreUnicode" => property.is_plain_text = !is_on(),
        "IsFixedLength" | "AreFixedLength" => property.is_fixed = is_on(),
        "HasDefaultValueSql" => property.default = text(call, 0),
        "HasDefaultValue" => property.default = call.arguments.first().and_then(|one| one.value.sql_literal()),
        "HasComputedColumnSql" => property.computed = text(call, 0),
        "HasConversion" | "HaveConversion" => property.conversion = conversion,
        "IsRowVersion" => property.is_row_version = true,
        "ValueGeneratedNever" => property.is_generated = Some(false),
        "ValueGeneratedOnAdd" => property.is_generated = Some(true),
        "UseHiLo" | "UseSequence" => property.is_generated = Some(false),
        "UseIdentityAlwaysColumn" => property.generated = Some("always as identity".to_owned()),
        "UseIdentityByDefaultColumn" => property.generated = Some("by default as identity".to_owned()),
        "UseSerialColumn" => property.generated = Some("serial".to_owned()),
        "HasComment" => property.description = text(call, 0),
        _ => {}
    }
}

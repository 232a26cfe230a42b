//! JSON as people write it (comments, trailing commas) with the line of every value.
//! Never follows nesting beyond the parser's own limit, and never resolves references.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::source::Lines;

/// A value and where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Json {
    /// The line, from 1.
    pub(crate) line: u32,
    /// What it is.
    pub(crate) value: JsonValue,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum JsonValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string without its quotes and escapes.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in written order; a name may stand twice.
    Map(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// The line of its name, from 1.
    pub(crate) line: u32,
    /// Its value.
    pub(crate) value: Json,
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct JsonFault {
    /// The line, from 1.
    pub(crate) line: u32,
    /// What is wrong there, without any text of the file.
    pub(crate) message: String,
}

impl Json {
    /// Reads a whole text; an empty one is `null`. A byte order mark was taken away when the file was decoded.
    pub(crate) fn parse(text: &str) -> Result<Self, JsonFault> {
        let lines = Lines::of(text);
        let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default());
        let ast = parsed.map_err(|error| JsonFault { line: lines.at(error.range().start), message: error.kind().to_string() })?;
        Ok(ast.value.map_or(Self { line: 1, value: JsonValue::Null }, |value| convert(value, &lines)))
    }

    /// The member of that name; the last one where it stands twice, as every JSON reader takes it.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The member of that name in any case of its letters, as settings of .NET are found.
    pub(crate) fn get_any_case(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|member| member.name.eq_ignore_ascii_case(name)).map(|member| &member.value)
    }

    /// The members of an object; none for anything else.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.value {
            JsonValue::Map(members) => members,
            _ => &[],
        }
    }

    /// The items of an array; none for anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.value {
            JsonValue::List(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            JsonValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the member of that name.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// Whether the value is `true`.
    pub(crate) fn is_true(&self) -> bool {
        self.value == JsonValue::Bool(true)
    }

    /// Whether the value is an object.
    pub(crate) fn is_map(&self) -> bool {
        matches!(self.value, JsonValue::Map(_))
    }
}

/// The parser allows 512 levels, so that the depth of this recursion is bounded.
fn convert(value: Value<'_>, lines: &Lines) -> Json {
    let line = lines.at(value.start());
    let value = match value {
        Value::NullKeyword(_) => JsonValue::Null,
        Value::BooleanLit(node) => JsonValue::Bool(node.value),
        Value::NumberLit(node) => JsonValue::Number(node.value.to_owned()),
        Value::StringLit(node) => JsonValue::Text(node.value.into_owned()),
        Value::Array(node) => JsonValue::List(node.elements.into_iter().map(|item| convert(item, lines)).collect()),
        Value::Object(node) => {
            let member = |prop: jsonc_parser::ast::ObjectProp<'_>| Member {
                line: lines.at(prop.name.start()),
                name: prop.name.into_string(),
                value: convert(prop.value, lines),
            };
            JsonValue::Map(node.properties.into_iter().map(member).collect())
        }
    };
    Json { line, value }
}

#[cfg(test)]
mod tests {
    use super::{Json, JsonFault};

    #[test]
    fn values_keep_their_lines() {
        let json = Json::parse("{ // a comment\n  \"a\": [1,\n 'x',],\n \"b\": {\"c\": true}\n}").unwrap();
        let items: Vec<_> = json.get("a").unwrap().items().iter().map(|item| item.line).collect();
        assert_eq!(items, [2, 3]);
        assert_eq!(json.members().iter().map(|one| (one.name.as_str(), one.line)).collect::<Vec<_>>(), [("a", 2), ("b", 4)]);
        assert!(json.get("b").unwrap().get("c").unwrap().is_true());
        assert_eq!(json.get("a").unwrap().items()[1].text(), Some("x"));
    }

    #[test]
    fn what_is_not_json_is_a_fault_with_a_line() {
        assert_eq!(Json::parse("{\n \"a\": \n").map_err(|JsonFault { line, .. }| line).unwrap_err(), 3);
        assert!(Json::parse(&"[".repeat(10_000)).is_err());
        assert!(Json::parse(&format!("{}{}", "[".repeat(400), "]".repeat(400))).is_ok());
        assert!(Json::parse("").unwrap().members().is_empty());
    }
}

//! A value as far as the code of one file states it; names stay symbolic until the linker resolves them.
//! Never holds anything evaluated by running code.

/// A literal, a name, or a composition of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// A string without its quotes.
    Text(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`.
    Bool(bool),
    /// A name that stands for something else, dotted: `Routes.user.root`.
    Name(String),
    /// Strings put together: a template literal or `+`.
    Concat(Vec<Value>),
    /// An array.
    List(Vec<Value>),
    /// An object literal, in written order; the key of `...other` is `...`.
    Map(Vec<(String, Value)>),
    /// `...list` among the items of an array or the arguments of a call.
    Spread(Box<Value>),
    /// One of several, decided at run time: the branches of `a ? b : c`, `a && b`, `a || b`.
    Either(Vec<Value>),
    /// A call or `new`: the called name and the arguments.
    Call(String, Vec<Value>),
    /// An environment variable and the value that stands in where it is not set.
    Environment(String, Option<Box<Value>>),
    /// Something else; the text is for messages only.
    Opaque(String),
}

/// A text as a literal of SQL: quotes in it are doubled.
pub(crate) fn string_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Value {
    /// The text of a plain string.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, number or truth value as a literal of SQL; `None` for anything else.
    pub(crate) fn sql_literal(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(string_literal(text)),
            Self::Number(number) => Some(number.clone()),
            Self::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The entry of an object literal.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The items of a list; any other value is a list of itself.
    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            other => std::slice::from_ref(other),
        }
    }

    /// The value with arguments put in for the names of parameters; `...rest` takes all that are left.
    pub(crate) fn with_arguments(&self, parameters: &[String], arguments: &[Self]) -> Self {
        if parameters.is_empty() { self.clone() } else { put_in(self, parameters, arguments, PUT_IN_DEPTH) }
    }

    /// Adds every name in it, called names too. Values nest no deeper than the extractors' limit.
    pub(crate) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match self {
            Self::Name(name) => into.push(name),
            Self::Concat(items) | Self::List(items) | Self::Either(items) => items.iter().for_each(|item| item.names(into)),
            Self::Map(entries) => entries.iter().for_each(|(_, value)| value.names(into)),
            Self::Call(name, arguments) => {
                into.push(name);
                arguments.iter().for_each(|item| item.names(into));
            }
            Self::Environment(_, Some(inner)) | Self::Spread(inner) => inner.names(into),
            Self::Text(_) | Self::Number(_) | Self::Bool(_) | Self::Environment(_, None) | Self::Opaque(_) => {}
        }
    }
}

/// Values nest less deep than this; see the extractors' limit.
const PUT_IN_DEPTH: usize = 64;

/// The name of the class of an object that is made where a function is called: `message.constructor.name` for `publish(new OrderPlaced())`.
/// Such an object always has a constructor, so that what a function gives back where there is none is never given back.
fn class_given(items: &[Value], parameters: &[String], arguments: &[Value]) -> Option<Value> {
    items.iter().find_map(|item| {
        let Value::Name(name) = item else { return None };
        let root = name.strip_suffix(".constructor.name")?;
        let at = parameters.iter().position(|parameter| parameter == root)?;
        match arguments.get(at)? {
            Value::Call(class, _) if class.chars().next().is_some_and(char::is_uppercase) => {
                Some(Value::Text(class.rsplit('.').next().unwrap_or(class).to_owned()))
            }
            _ => None,
        }
    })
}

fn put_in(value: &Value, parameters: &[String], arguments: &[Value], depth: usize) -> Value {
    if depth == 0 {
        return value.clone();
    }
    let all = |items: &[Value]| items.iter().map(|item| put_in(item, parameters, arguments, depth - 1)).collect::<Vec<_>>();
    match value {
        Value::Name(name) => class_given(std::slice::from_ref(value), parameters, arguments)
            .or_else(|| argument_of(name, parameters, arguments))
            .unwrap_or_else(|| value.clone()),
        Value::Concat(items) => Value::Concat(all(items)),
        Value::List(items) => Value::List(all(items)),
        Value::Either(items) => class_given(items, parameters, arguments).unwrap_or_else(|| Value::Either(all(items))),
        Value::Spread(inner) => Value::Spread(Box::new(put_in(inner, parameters, arguments, depth - 1))),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, item)| (key.clone(), put_in(item, parameters, arguments, depth - 1))).collect())
        }
        Value::Call(name, items) => {
            let items = all(items);
            let items = items.into_iter().flat_map(|item| match item {
                Value::Spread(inner) => match *inner {
                    Value::List(inner) => inner,
                    other => vec![Value::Spread(Box::new(other))],
                },
                other => vec![other],
            });
            Value::Call(name.clone(), items.collect())
        }
        _ => value.clone(),
    }
}

fn argument_of(name: &str, parameters: &[String], arguments: &[Value]) -> Option<Value> {
    let (root, rest) = name.split_once('.').unwrap_or((name, ""));
    let at = parameters.iter().position(|parameter| parameter.trim_start_matches("...") == root)?;
    if parameters[at].starts_with("...") {
        return Some(Value::List(arguments.get(at..).unwrap_or_default().to_vec()));
    }
    let argument = arguments.get(at)?;
    // A class knows its own name; everything else by a capital letter has been replaced by what it holds before.
    if let (Value::Name(class), "name") = (argument, rest)
        && class.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase))
    {
        return class.rsplit('.').next().map(|last| Value::Text(last.to_owned()));
    }
    rest.split('.').filter(|part| !part.is_empty()).try_fold(argument, |value, key| value.get(key)).cloned()
}

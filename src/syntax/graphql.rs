//! The schema language of GraphQL, as far as it names what a server can be asked: the fields of its root types.
//! Source: the specification of GraphQL (October 2021), "Type System". Everything else is passed over; nothing in it is an error here.

/// A field of a root type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RootField {
    /// `QUERY`, `MUTATION` or `SUBSCRIPTION`.
    pub(crate) verb: &'static str,
    /// Its name.
    pub(crate) name: String,
    /// The type that it gives back, as written: `[User!]!`.
    pub(crate) gives: String,
    /// Its description.
    pub(crate) doc: Option<String>,
    /// How many bytes stand before it.
    pub(crate) offset: usize,
}

/// A word of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    Name(&'t str),
    Text(&'t str),
    Sign(u8),
}

/// The fields of the root types of a text, also where it extends them.
pub(crate) fn root_fields(text: &str) -> Vec<RootField> {
    let tokens = tokens(text);
    let roots = roots(&tokens);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let named = match (tokens.get(at).map(|one| one.1), tokens.get(at + 1).map(|one| one.1)) {
            (Some(Token::Name("type")), Some(Token::Name(name))) => roots.iter().find(|(root, _)| *root == name),
            _ => None,
        };
        at += 1;
        let Some(verb) = named.map(|(_, verb)| *verb) else { continue };
        // What the type implements and the directives on it stand before its fields.
        while tokens.get(at).is_some_and(|one| !matches!(one.1, Token::Sign(b'{') | Token::Name("type" | "input" | "enum"))) {
            at += 1;
        }
        if tokens.get(at).map(|one| one.1) == Some(Token::Sign(b'{')) {
            at = fields(&tokens, at + 1, verb, &mut found);
        }
    }
    found
}

/// The names of the root types: as `schema { query: Root }` says, else their usual ones.
fn roots<'t>(tokens: &[(usize, Token<'t>)]) -> Vec<(&'t str, &'static str)> {
    let mut roots = vec![("Query", "QUERY"), ("Mutation", "MUTATION"), ("Subscription", "SUBSCRIPTION")];
    let schema = tokens.windows(2).position(|two| two[0].1 == Token::Name("schema") && two[1].1 == Token::Sign(b'{'));
    for three in schema.map(|at| &tokens[at..]).unwrap_or_default().windows(3).take(12) {
        let [(_, Token::Name(key)), (_, Token::Sign(b':')), (_, Token::Name(name))] = three else { continue };
        let verb = match *key {
            "query" => "QUERY",
            "mutation" => "MUTATION",
            "subscription" => "SUBSCRIPTION",
            _ => continue,
        };
        roots.retain(|(_, one)| *one != verb);
        roots.push((*name, verb));
    }
    roots
}

/// Reads fields up to the brace that closes them; gives the place behind it.
fn fields(tokens: &[(usize, Token<'_>)], from: usize, verb: &'static str, into: &mut Vec<RootField>) -> usize {
    let mut at = from;
    let mut doc = None;
    while let Some((offset, token)) = tokens.get(at).copied() {
        at += 1;
        match token {
            Token::Sign(b'}') => break,
            Token::Text(text) => doc = Some(text),
            Token::Name(name) => {
                at = behind(tokens, at, b'(', b')');
                if tokens.get(at).map(|one| one.1) == Some(Token::Sign(b':')) {
                    let (gives, next) = type_at(tokens, at + 1);
                    let doc = doc.take().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
                    into.push(RootField { verb, name: name.to_owned(), gives, doc, offset });
                    at = next;
                }
                doc = None;
            }
            Token::Sign(b'@') => {
                at = behind(tokens, at + 1, b'(', b')');
            }
            Token::Sign(_) => {}
        }
    }
    at
}

/// The place behind brackets, where some open here.
fn behind(tokens: &[(usize, Token<'_>)], from: usize, open: u8, close: u8) -> usize {
    let mut at = from;
    if tokens.get(at).map(|one| one.1) != Some(Token::Sign(open)) {
        return at;
    }
    let mut depth = 0_usize;
    while let Some((_, token)) = tokens.get(at) {
        at += 1;
        match token {
            Token::Sign(sign) if *sign == open => depth += 1,
            Token::Sign(sign) if *sign == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// A type and the place behind it: `[User!]!`.
fn type_at(tokens: &[(usize, Token<'_>)], from: usize) -> (String, usize) {
    let mut text = String::new();
    let mut at = from;
    let mut named = false;
    while let Some((_, token)) = tokens.get(at) {
        match token {
            Token::Sign(b'[') if !named => text.push('['),
            Token::Sign(sign @ (b']' | b'!')) => text.push(char::from(*sign)),
            Token::Name(name) if !named => {
                named = true;
                text.push_str(name);
            }
            _ => break,
        }
        at += 1;
    }
    (text, at)
}

/// The words of a text, each with its place; comments and commas are none.
fn tokens(text: &str) -> Vec<(usize, Token<'_>)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b'#' => at += bytes[at..].iter().position(|one| *one == b'\n').unwrap_or(bytes.len() - at),
            b'"' if bytes[at..].starts_with(b"\"\"\"") => {
                let inner = &text[at + 3..];
                let end = inner.find("\"\"\"").unwrap_or(inner.len());
                found.push((at, Token::Text(&inner[..end])));
                at += end + 6;
            }
            b'"' => {
                let inner = &text[at + 1..];
                let end = inner.find(['"', '\n']).unwrap_or(inner.len());
                found.push((at, Token::Text(&inner[..end])));
                at += end + 2;
            }
            byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                let end = bytes[at..].iter().position(|one| !one.is_ascii_alphanumeric() && *one != b'_').unwrap_or(bytes.len() - at);
                found.push((at, Token::Name(&text[at..at + end])));
                at += end;
            }
            b'{' | b'}' | b'(' | b')' | b'[' | b']' | b':' | b'!' | b'@' => {
                found.push((at, Token::Sign(byte)));
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::root_fields;

    fn shown(text: &str) -> Vec<String> {
        root_fields(text)
            .into_iter()
            .map(|one| format!("{} {} -> {} {}", one.verb, one.name, one.gives, one.doc.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn fields_of_root_types_are_read_with_arguments_directives_and_descriptions() {
        let text = "# type Query { no: Int }\n type Query @key(fields: \"id\") { \"One user.\" user(\"its id\" id: ID!, filter: F = { a: 1 }): User @auth(requires: ADMIN)\n \
                    \"\"\"\n All\n users.\n \"\"\" users: [User!]! }\n type User { name(upper: Boolean): String } extend type Mutation { add(input: In!): User }";
        assert_eq!(shown(text), ["QUERY user -> User One user.", "QUERY users -> [User!]! All users.", "MUTATION add -> User "]);
    }

    #[test]
    fn a_schema_may_name_its_root_types() {
        let text = "schema { query: Root subscription: Live } type Root { ping: String } type Query { none: Int } type Live { tick: Int } input In { a: Int }";
        assert_eq!(shown(text), ["QUERY ping -> String ", "SUBSCRIPTION tick -> Int "]);
        assert!(shown("query { user { id } } fragment F on Query { x }").is_empty() && shown("type Query { \"").is_empty());
    }
}

//! What follows a column that is renamed or dropped: keys, indexes, expressions, foreign keys of other tables.

use super::{Catalog, Rule, Target};

impl Catalog {
    pub(super) fn rename_in_table(&mut self, id: usize, old: &str, new: &str) {
        let Some(table) = self.table_mut(id) else { return };
        let rename = |names: &mut Vec<String>| names.iter_mut().filter(|name| *name == old).for_each(|name| new.clone_into(name));
        for column in table.columns.iter_mut().filter(|column| column.name == old) {
            new.clone_into(&mut column.name);
        }
        for constraint in &mut table.constraints {
            match &mut constraint.rule {
                Rule::PrimaryKey(columns) | Rule::Unique(columns) => rename(columns),
                Rule::ForeignKey(key) => rename(&mut key.columns),
                Rule::Check(text) | Rule::Exclude(text) => *text = renamed(text, old, new),
            }
        }
        for index in &mut table.indexes {
            rename(&mut index.include);
            index.predicate = index.predicate.as_deref().map(|text| renamed(text, old, new));
            for key in &mut index.keys {
                key.text = renamed(&key.text, old, new);
                if key.column.as_deref() == Some(old) {
                    key.column = Some(new.to_owned());
                }
            }
        }
        for policy in table.policies.values_mut() {
            policy.using = policy.using.as_deref().map(|text| renamed(text, old, new));
            policy.check = policy.check.as_deref().map(|text| renamed(text, old, new));
        }
        for column in &mut table.columns {
            column.generated = column.generated.as_deref().map(|text| renamed(text, old, new));
        }
        for key in self.tables.iter_mut().flatten().flat_map(|table| &mut table.constraints) {
            if let Rule::ForeignKey(key) = &mut key.rule
                && key.target == Target::Table(id)
            {
                rename(&mut key.references);
            }
        }
    }

    /// Takes a column away with every key, index and check that names it.
    pub(super) fn forget_column(&mut self, id: usize, name: &str) {
        let Some(table) = self.table_mut(id) else { return };
        let is_gone = |columns: &[String]| columns.iter().any(|column| column == name);
        let keys: Vec<Vec<String>> =
            table.constraints.iter().map(|one| one.rule.columns().to_vec()).filter(|columns| is_gone(columns)).collect();
        table.columns.retain(|column| column.name != name);
        table.constraints.retain(|one| !is_gone(one.rule.columns()) && !one.rule.expression().is_some_and(|text| mentions(text, name)));
        table.indexes.retain(|index| {
            let in_keys =
                index.keys.iter().any(|key| key.column.as_deref() == Some(name) || key.column.is_none() && mentions(&key.text, name));
            let in_predicate = index.predicate.as_deref().is_some_and(|text| mentions(text, name));
            !in_keys && !in_predicate && !index.include.iter().any(|column| column == name)
        });
        for columns in keys {
            self.forget_references(id, &columns);
        }
        let points = |rule: &Rule| matches!(rule, Rule::ForeignKey(key) if key.target == Target::Table(id) && key.references.iter().any(|one| one == name));
        for table in self.tables.iter_mut().flatten() {
            table.constraints.retain(|one| !points(&one.rule));
        }
    }
}

/// Whether an expression names a column, quoted or not, outside strings.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    words(text).any(|(start, end)| bare(&text[start..end]) == name)
}

/// The expression with a column renamed.
pub(super) fn renamed(text: &str, old: &str, new: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in words(text).filter(|(start, end)| bare(&text[*start..*end]) == old) {
        out.push_str(&text[at..start]);
        let plain = new.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_');
        if plain {
            out.push_str(new)
        } else {
            out.push_str(&format!("\"{new}\""))
        }
        at = end;
    }
    out.push_str(&text[at..]);
    out
}

/// A word as the server reads it: quotes off, or folded.
fn bare(word: &str) -> String {
    match word.strip_prefix('"') {
        Some(inner) => inner.trim_end_matches('"').replace("\"\"", "\""),
        None => word.to_lowercase(),
    }
}

/// The spans of names and keywords in an expression; strings are stepped over.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            match bytes[at] {
                quote @ (b'\'' | b'"') => {
                    let end = bytes[at + 1..].iter().position(|byte| *byte == quote).map_or(bytes.len(), |length| at + length + 2);
                    at = end;
                    if quote == b'"' {
                        return Some((start, end));
                    }
                }
                byte if is_word(byte) => {
                    at = bytes[start..].iter().position(|byte| !is_word(*byte)).map_or(bytes.len(), |length| start + length);
                    return Some((start, at));
                }
                _ => at += 1,
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::{mentions, renamed};

    #[test]
    fn columns_in_expressions_are_told_from_strings() {
        assert!(mentions("lower(Email) = 'x'", "email") && mentions("\"userId\" > 0", "userId"));
        assert!(!mentions("kind = 'email'", "email") && !mentions("email_address > 0", "email"));
        assert_eq!(renamed("a > 0 and b <> 'a' and \"a\" < 5", "a", "c"), "c > 0 and b <> 'a' and c < 5");
        assert_eq!(renamed("a", "a", "userId"), "\"userId\"");
    }
}

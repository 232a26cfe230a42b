//! How a name finds its thing, and the names that a server makes up for things without one.

use super::{Catalog, Key, TableState};
use crate::finding::schema::{Dialect, ObjectName};

/// PostgreSQL's limit for names, in bytes.
const LIMIT: usize = 63;

impl Catalog {
    /// Where a new thing of this name goes.
    pub(super) fn place(&self, name: &ObjectName) -> Key {
        let schema = name.schema.clone().or_else(|| self.search_path.first().cloned());
        (schema.unwrap_or_else(|| self.default_schema().to_owned()), name.name.clone())
    }

    /// The keys that a name may mean, in the order they are looked for.
    pub(super) fn candidates(&self, name: &ObjectName) -> Vec<Key> {
        match &name.schema {
            Some(schema) => vec![(schema.clone(), name.name.clone())],
            None => {
                let fallback = self.default_schema().to_owned();
                let path = self.search_path.iter().chain(std::iter::once(&fallback));
                path.map(|schema| (schema.clone(), name.name.clone())).collect()
            }
        }
    }

    /// The table that a name means.
    pub(in crate::link::tables) fn find(&self, name: &ObjectName) -> Option<usize> {
        let found = self.candidates(name).iter().find_map(|key| self.names.get(key)).copied();
        // Engines other than PostgreSQL do not tell case apart in names of tables, or not on every machine.
        found.or_else(|| if self.dialect == Some(Dialect::Postgres) { None } else { self.find_any_case(name) })
    }

    fn find_any_case(&self, name: &ObjectName) -> Option<usize> {
        let wanted = self.candidates(name);
        let same = |a: &Key, b: &Key| a.0.eq_ignore_ascii_case(&b.0) && a.1.eq_ignore_ascii_case(&b.1);
        self.names.iter().find(|(key, _)| wanted.iter().any(|one| same(one, key))).map(|(_, id)| *id)
    }

    /// Whether a name is a partition, which is a part of its parent.
    pub(super) fn is_partition(&self, name: &ObjectName) -> bool {
        self.candidates(name).iter().any(|key| self.partitions.contains_key(key))
    }

    /// The key of a type, view or other thing kept in a map.
    pub(super) fn find_key(&self, name: &ObjectName, holds: impl Fn(&Key) -> bool) -> Option<Key> {
        self.candidates(name).into_iter().find(|key| holds(key))
    }

    /// Whether a relation (table or index) of this name stands in a schema.
    pub(super) fn relation_exists(&self, schema: &str, name: &str) -> bool {
        let is_table = self.names.contains_key(&(schema.to_owned(), name.to_owned()));
        is_table
            || self.standing().any(|(key, _, table)| {
                key.0 == schema
                    && (table.indexes.iter().any(|index| index.name == name) || table.constraints.iter().any(|one| one.name == name))
            })
    }

    /// The name of a constraint or index without one: the table, what it is about and a label, numbered while taken.
    pub(super) fn made_up(&self, table: &TableState, middle: &str, label: &str) -> String {
        let mut number = 0;
        loop {
            let numbered = if number == 0 { label.to_owned() } else { format!("{label}{number}") };
            let name = join(&table.name, middle, &numbered);
            let taken_here = table.constraints.iter().any(|one| one.name == name) || table.indexes.iter().any(|index| index.name == name);
            if !taken_here && !self.relation_exists(&table.schema, &name) {
                return name;
            }
            number += 1;
        }
    }
}

/// `table_middle_label`, the longer of the first two cut until all fit.
fn join(table: &str, middle: &str, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(!middle.is_empty());
    let available = LIMIT.saturating_sub(overhead);
    let (mut first, mut second) = (table.len(), middle.len());
    while first + second > available {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let (table, middle) = (cut(table, first), cut(middle, second));
    if middle.is_empty() { format!("{table}_{label}") } else { format!("{table}_{middle}_{label}") }
}

fn cut(text: &str, length: usize) -> &str {
    let end = (0..=length.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn names_are_made_as_the_server_makes_them() {
        assert_eq!(join("users", "email", "key"), "users_email_key");
        assert_eq!(join("users", "", "pkey"), "users_pkey");
        let long = join(&"t".repeat(60), &"c".repeat(40), "fkey");
        assert_eq!(long.len(), 63);
        assert!(long.starts_with(&"t".repeat(29)) && long.ends_with("c_fkey"), "{long}");
    }
}

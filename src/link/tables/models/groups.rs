//! Sets of entities that grow together, each known by its first member.

use std::collections::BTreeMap;

/// Which entities belong together.
pub(super) struct Groups(Vec<usize>);

impl Groups {
    /// Entities of one key belong together.
    pub(super) fn of<K: Ord>(keys: &[K]) -> Self {
        let mut first: BTreeMap<&K, usize> = BTreeMap::new();
        Self(keys.iter().enumerate().map(|(at, key)| *first.entry(key).or_insert(at)).collect())
    }

    pub(super) fn head(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.head(one), self.head(other));
        self.0[one.max(other)] = one.min(other);
    }
}

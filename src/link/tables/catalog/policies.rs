//! Row level security policies.

use super::{Applied, Catalog, exists, missing};
use crate::finding::schema::{ObjectName, Policy};
use crate::location::Location;

impl Catalog {
    pub(super) fn create_policy(&mut self, table: &ObjectName, policy: &Policy, at: &Location) -> Applied {
        let id = self.find(table).ok_or_else(|| missing("table", &table.name))?;
        let Some(state) = self.table_mut(id) else { return Ok(()) };
        if state.policies.contains_key(&policy.name) {
            return Err(exists("policy", &policy.name));
        }
        state.policies.insert(policy.name.clone(), policy.clone());
        state.changed = Some(at.clone());
        Ok(())
    }

    pub(super) fn alter_policy(&mut self, table: &ObjectName, change: &Policy, at: &Location) -> Applied {
        let id = self.find(table).ok_or_else(|| missing("table", &table.name))?;
        let Some(state) = self.table_mut(id) else { return Ok(()) };
        let Some(policy) = state.policies.get_mut(&change.name) else { return Err(missing("policy", &change.name)) };
        for (new, old) in [(&change.roles, &mut policy.roles), (&change.using, &mut policy.using), (&change.check, &mut policy.check)] {
            if new.is_some() {
                old.clone_from(new);
            }
        }
        state.changed = Some(at.clone());
        Ok(())
    }

    pub(super) fn rename_policy(&mut self, table: &ObjectName, old: &str, new: &str) -> Applied {
        let id = self.find(table).ok_or_else(|| missing("table", &table.name))?;
        let Some(state) = self.table_mut(id) else { return Ok(()) };
        let mut policy = state.policies.remove(old).ok_or_else(|| missing("policy", old))?;
        new.clone_into(&mut policy.name);
        state.policies.insert(new.to_owned(), policy);
        Ok(())
    }

    pub(super) fn drop_policy(&mut self, table: &ObjectName, name: &str) -> Applied {
        let id = self.find(table).ok_or_else(|| missing("table", &table.name))?;
        let Some(state) = self.table_mut(id) else { return Ok(()) };
        state.policies.remove(name).map(|_| ()).ok_or_else(|| missing("policy", name))
    }
}

//! The insides of maps and lists. They are taken apart one by one when the last holder goes, so that values that a template nests
//! a hundred thousand deep overflow no stack.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;

use super::value::Value;

/// The entries of a map.
#[derive(Debug, Default)]
pub(crate) struct Entries(RefCell<BTreeMap<String, Value>>);

/// The items of a list.
#[derive(Debug, Default)]
pub(crate) struct Items(Vec<Value>);

impl Entries {
    pub(super) fn new(entries: BTreeMap<String, Value>) -> Self {
        Self(RefCell::new(entries))
    }
}

impl Items {
    pub(super) fn new(items: Vec<Value>) -> Self {
        Self(items)
    }
}

impl Deref for Entries {
    type Target = RefCell<BTreeMap<String, Value>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Deref for Items {
    type Target = Vec<Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        take_apart(std::mem::take(self.0.get_mut()).into_values());
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        take_apart(std::mem::take(&mut self.0).into_iter());
    }
}

fn take_apart(values: impl Iterator<Item = Value>) {
    let mut open: Vec<Value> = values.filter(|value| matches!(value, Value::Map(_) | Value::List(_))).collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Map(map) => {
                if let Some(mut entries) = Rc::into_inner(map) {
                    open.extend(std::mem::take(entries.0.get_mut()).into_values());
                }
            }
            Value::List(list) => {
                if let Some(mut items) = Rc::into_inner(list) {
                    open.append(&mut items.0);
                }
            }
            _ => {}
        }
    }
}

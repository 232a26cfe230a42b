//! Chains of calls by which schemas of ent say something: `field.String("name").Unique()`, `edge.To("pets", Pet.Type)`.

use crate::finding::{Action, Expression, Function, Slot};

/// Values nest no deeper than this.
const DEPTH: usize = 24;

/// One chain: the function of a package that it starts with, and the methods that follow.
pub(super) struct Chain<'e> {
    /// The function that starts it, without its package.
    pub(super) start: &'e str,
    /// What that function is given.
    pub(super) arguments: &'e [Expression],
    /// The methods that follow, with what they are given.
    pub(super) calls: Vec<(&'e str, &'e [Expression])>,
    /// Its line.
    pub(super) line: u32,
}

impl<'e> Chain<'e> {
    /// A chain that starts with a function of a package.
    fn of(expression: &'e Expression, package: &str) -> Option<Self> {
        let mut calls = Vec::new();
        let mut at = expression;
        for _ in 0..DEPTH * 2 {
            let Expression::Call(call) = at else { return None };
            let Expression::Field(base, name) = &call.function else { return None };
            if matches!(&**base, Expression::Name(other) if other == package) {
                calls.reverse();
                return Some(Self { start: name, arguments: &call.arguments, calls, line: call.line });
            }
            calls.push((name.as_str(), call.arguments.as_slice()));
            at = base;
        }
        None
    }

    /// Whether a method of that name follows.
    pub(super) fn has(&self, name: &str) -> bool {
        self.calls.iter().any(|(called, _)| *called == name)
    }

    /// What a method of that name is given.
    pub(super) fn given(&self, name: &str) -> Option<&'e [Expression]> {
        self.calls.iter().find(|(called, _)| *called == name).map(|(_, arguments)| *arguments)
    }

    /// The text that a method of that name is given first.
    pub(super) fn text(&self, name: &str) -> Option<&'e str> {
        match self.given(name)?.first()? {
            Expression::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text that the chain starts with.
    pub(super) fn name(&self) -> Option<&'e str> {
        match self.arguments.first()? {
            Expression::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The chains of a package in what a function gives back.
pub(super) fn chains<'e>(function: &'e Function, package: &str) -> Vec<Chain<'e>> {
    let mut found = Vec::new();
    each_given(function, &mut |one| match Chain::of(one, package) {
        Some(chain) => {
            found.push(chain);
            false
        }
        None => true,
    });
    found
}

/// Visits everything that a function gives back, as long as the visitor wants to know what stands in it.
pub(super) fn each_given<'e>(function: &'e Function, visit: &mut dyn FnMut(&'e Expression) -> bool) {
    let given = function.statements.iter().filter_map(|one| match &one.action {
        Action::Return(values) if one.closure.is_none() => Some(values),
        _ => None,
    });
    let mut open: Vec<(&Expression, usize)> = given.flatten().map(|one| (one, DEPTH)).collect();
    open.reverse();
    while let Some((one, depth)) = open.pop() {
        let Some(depth) = depth.checked_sub(1).filter(|_| visit(one)) else { continue };
        match one {
            Expression::Composite(_, items) => open.extend(items.iter().rev().map(|(_, item)| (item, depth))),
            Expression::Call(call) => open.extend(call.arguments.iter().rev().map(|item| (item, depth))),
            Expression::Either(first, second) => open.extend([(&**second, depth), (&**first, depth)]),
            Expression::Local(at) => {
                if let Some(Slot::Value(value)) = function.slots.get(*at) {
                    open.push((value, depth));
                }
            }
            _ => {}
        }
    }
}

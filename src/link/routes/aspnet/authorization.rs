//! What attributes and calls prove about who may call a route, and what opens it.
//! Source: the ASP.NET Core documentation, "Simple authorization" and "Policy-based authorization": an `AllowAnonymous` anywhere opens.

use std::collections::BTreeSet;

use super::program::Program;
use crate::finding::{Argument, Call, Decorator, Value};
use crate::link::conditions::{Doubt, Guard, Taken, settled};
use crate::link::names::{last_part, plain};
use crate::location::{Location, RepoPath};

/// What one place says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Access {
    /// What is asked of the caller.
    pub(super) asked: BTreeSet<String>,
    /// What is asked only under conditions.
    pub(super) doubts: Vec<Guard>,
    /// Whether anybody may call.
    pub(super) open: bool,
}

impl Access {
    /// What attributes say.
    pub(super) fn of_attributes(program: &Program<'_, '_>, file: &RepoPath, attributes: &[Decorator]) -> Self {
        let mut found = Self::default();
        for one in attributes {
            match (one.name.as_str(), kind_of(program, file, one)) {
                ("AllowAnonymous", _) | (_, Kind::Opens) => found.open = true,
                ("Authorize", _) | (_, Kind::Asks) => _ = found.asked.insert(described(program, file, one)),
                _ => {}
            }
        }
        found
    }

    /// What a call on a router or endpoint says; `false` when it says nothing of this.
    pub(super) fn take(&mut self, call: &Call, text: &dyn Fn(&Value) -> Option<String>) -> bool {
        match call.name.as_str() {
            "AllowAnonymous" => self.open = true,
            "RequireAuthorization" => _ = self.asked.insert(required(&call.arguments, text)),
            _ => return false,
        }
        true
    }

    /// What holds under this and another place.
    pub(super) fn and(&self, other: &Self) -> Self {
        let doubts = self.doubts.iter().chain(&other.doubts).cloned().collect();
        Self { asked: self.asked.union(&other.asked).cloned().collect(), doubts, open: self.open || other.open }
    }

    /// What is asked under conditions is told apart from what is asked in any case.
    pub(super) fn under(mut self, at: &Location, conditions: &[Taken]) -> Self {
        if !conditions.is_empty() {
            let asked = std::mem::take(&mut self.asked).into_iter();
            self.doubts.extend(asked.map(|name| Guard { name, at: at.clone(), under: conditions.to_vec() }));
        }
        self
    }

    /// What holds for something that is reached by some ways: what they lead to as well is asked in any case.
    pub(super) fn reached_by(mut self, ways: &[Taken]) -> Self {
        let (proven, _) = settled(&self.doubts, ways);
        self.asked.extend(proven);
        self.doubts.iter_mut().for_each(|one| one.under.retain(|way| !ways.contains(way)));
        self.doubts.retain(|one| !one.under.is_empty());
        self
    }

    /// What is asked under conditions alone.
    pub(super) fn open_doubts(&self) -> BTreeSet<Doubt> {
        if self.open { BTreeSet::new() } else { settled(&self.doubts, &[]).1 }
    }

    /// What is proved in the end; `fallback` holds where nothing is asked.
    pub(super) fn proved(&self, fallback: bool) -> BTreeSet<String> {
        if self.open {
            BTreeSet::new()
        } else if self.asked.is_empty() && fallback {
            BTreeSet::from(["FallbackPolicy".to_owned()])
        } else {
            self.asked.clone()
        }
    }
}

/// What an attribute of the repository does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Asks,
    Opens,
    Neither,
}

/// An `[Authorize]` of its own kind, or a filter that turns callers away; one that is `IAllowAnonymous` too only asks what its filter asks.
fn kind_of(program: &Program<'_, '_>, file: &RepoPath, attribute: &Decorator) -> Kind {
    let class = program.class(file, &format!("{}Attribute", attribute.name)).or_else(|| program.class(file, &attribute.name));
    let Some((at, class)) = class else { return Kind::Neither };
    let chain = program.chain(at, class);
    let is = |wanted: &[&str]| chain.iter().any(|(_, one)| one.bases.iter().any(|base| wanted.contains(&base.as_str())));
    let turns_away = || chain.iter().any(|(_, one)| one.rejects);
    let opens = is(&["IAllowAnonymous", "AllowAnonymousAttribute"]);
    let filters = is(&["IAuthorizationFilter", "IAsyncAuthorizationFilter"]) && turns_away();
    // What it turns callers away for stands in its arguments.
    let acts = || is(&["IActionFilter", "IAsyncActionFilter", "ActionFilterAttribute"]) && turns_away() && !attribute.arguments.is_empty();
    if opens {
        return if filters || acts() { Kind::Asks } else { Kind::Opens };
    }
    if is(&["AuthorizeAttribute"]) || filters { Kind::Asks } else { Kind::Neither }
}

/// `Authorize(Policy: Admin)`, `HasPermission(GetMeetings)`
fn described(program: &Program<'_, '_>, file: &RepoPath, attribute: &Decorator) -> String {
    let shown = |value: &Value| {
        let resolved = program.input.names.resolve(file, value);
        plain(&resolved).or_else(|| match value {
            Value::Name(name) => Some(last_part(name).to_owned()),
            _ => None,
        })
    };
    let mut parts: Vec<String> = Vec::new();
    for argument in &attribute.arguments {
        match argument {
            Value::Map(named) => {
                let kept = named.iter().filter(|(key, _)| matches!(key.as_str(), "Policy" | "Roles" | "AuthenticationSchemes"));
                parts.extend(kept.filter_map(|(key, value)| Some(format!("{key}: {}", shown(value)?))));
            }
            other if attribute.name == "Authorize" => parts.extend(shown(other).map(|policy| format!("Policy: {policy}"))),
            other => parts.extend(shown(other)),
        }
    }
    if parts.is_empty() { attribute.name.clone() } else { format!("{}({})", attribute.name, parts.join(", ")) }
}

/// `RequireAuthorization("Admin")`; what a policy built in place asks is not read.
fn required(arguments: &[Argument], text: &dyn Fn(&Value) -> Option<String>) -> String {
    let policies: Vec<String> = arguments.iter().filter_map(|one| text(&one.value)).collect();
    if policies.is_empty() { "RequireAuthorization".to_owned() } else { format!("RequireAuthorization(Policy: {})", policies.join(", ")) }
}

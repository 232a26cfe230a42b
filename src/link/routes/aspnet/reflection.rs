//! Groups of routes that reflection finds: a loop over the types of an assembly calls one method of each with a router.
//! The procedure with the loop is read once for each class that has the method; a class that says its own prefix is left to its gap.

use super::interpreter::{Held, Interpreter, Place, Variables, is_router_type};
use super::program::Found;
use crate::finding::{Call, Class, Procedure, Step, Value};

/// The method that a step calls by reflection, with what it is given: `type.GetMethod("Map").Invoke(null, [group])`.
pub(super) fn invoked(step: &Step) -> Option<(&str, &Call)> {
    // `type.InvokeMember(nameof(IEndpoint.Map), BindingFlags.InvokeMethod, null, null, [group])`
    if let Some(call) = step.calls.iter().find(|call| call.name == "InvokeMember") {
        return Some((call.arguments.first()?.value.as_text()?, call));
    }
    let asked = step.calls.iter().find(|call| call.name == "GetMethod")?;
    let invoked = step.calls.iter().find(|call| call.name == "Invoke")?;
    Some((asked.arguments.first()?.value.as_text()?, invoked))
}

/// What is known of a class by its name alone.
pub(super) fn named(class: &str) -> Value {
    Value::Map(vec![("Name".to_owned(), Value::Text(class.to_owned()))])
}

impl<'a> Interpreter<'_, '_, 'a> {
    /// Calls the method of the class that is gone over; where none is yet, reads the procedure again for every class that has the method.
    pub(super) fn reflected(&mut self, step: &'a Step, place: Place<'a>, variables: &Variables) {
        let Some((method, call)) = invoked(step) else { return };
        let given = call.arguments.iter().flat_map(|one| one.value.items());
        let mut router = given.filter_map(|value| match value {
            Value::Name(name) => variables.get(name).filter(|held| matches!(held, Held::Router(_))).cloned(),
            _ => None,
        });
        let Some(router) = router.next_back() else { return };
        if let Some(subject) = self.subject {
            if let Some(found) = self.method_of(subject, method) {
                self.run_with(found, &router);
            }
            return;
        }
        let around = self.program.procedures(place.procedure).iter().copied().find(|(at, _)| *at == place.at);
        let Some(around) = around else { return };
        let subjects: Vec<Found<'a, Class>> =
            self.program.classes.iter().copied().filter(|one| self.method_of(*one, method).is_some()).collect();
        for subject in subjects.into_iter().filter(|(_, class)| !class.is_abstract && !class.bases.is_empty()) {
            let mut variables = variables.clone();
            variables.insert(step.receiver.clone(), Held::Value(subject.0.path.clone(), named(&subject.1.name)));
            self.subject = Some(subject);
            self.run(around, variables);
            self.subject = None;
        }
    }

    fn method_of(&self, (at, class): Found<'a, Class>, method: &str) -> Option<Found<'a, Procedure>> {
        let all = self.program.procedures(method).iter().copied();
        let mut own = all.filter(|(place, one)| one.class == class.name && place.path == at.path);
        own.find(|(_, one)| one.parameters.iter().any(|parameter| is_router_type(&parameter.data_type)))
    }

    fn run_with(&mut self, found: Found<'a, Procedure>, router: &Held) {
        let parameter = found.1.parameters.iter().find(|one| is_router_type(&one.data_type));
        let bound = parameter.map(|one| (one.name.clone(), router.clone()));
        self.run(found, bound.into_iter().collect());
    }

    /// A value with the defaults in it put in.
    pub(super) fn settled(&self, value: &Value) -> Value {
        match value {
            Value::Either(_) => self.default_of(value).unwrap_or(value).clone(),
            Value::Concat(parts) => Value::Concat(parts.iter().map(|part| self.default_of(part).unwrap_or(part).clone()).collect()),
            other => other.clone(),
        }
    }

    /// The value that stands in where a class says nothing of its own: `group.Prefix ?? $"/api/{group.GetType().Name}"`.
    fn default_of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        let Value::Either(branches) = value else { return None };
        let states = |name: &str| {
            self.program.classes.iter().any(|(_, class)| {
                let has = class.members.iter().any(|(member, kind)| member == name && kind.trim_end_matches('?') == "string");
                has && !class.is_abstract
            })
        };
        // Of a property that reflection asks for only its type is known; one text among the members may be it.
        let subject_states =
            || self.subject.is_some_and(|(_, class)| class.members.iter().any(|(_, kind)| kind.trim_end_matches('?') == "string"));
        match branches.as_slice() {
            [Value::Name(stated), default] if !states(stated.rsplit('.').next().unwrap_or_default()) => Some(default),
            [Value::Opaque(_), default] if self.subject.is_some() && !subject_states() => Some(default),
            _ => None,
        }
    }
}

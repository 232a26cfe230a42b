//! Where a string comes from: backwards through variables, parameters, fields and results to the places where it is written.
//! Each origin knows the files on its way, so that a program is told that goes that way. Nothing is run; what is not found is left out.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::world::{Meaning, TypeId, World};
use crate::finding::{Action, Expression, Function, Invocation, Slot};
use crate::location::RepoPath;

/// Values are followed through this many steps.
const DEPTH: usize = 24;
/// Steps that the search for one value may take.
const STEPS: usize = 4_000;
/// One value has at most so many origins.
const ORIGINS: usize = 64;

/// One string that an expression may be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    /// The string; `${NAME}` stands for an environment variable or a key of the configuration that nothing stands in for.
    pub(crate) text: String,
    /// The files of the functions on the way.
    pub(crate) via: BTreeSet<RepoPath>,
    /// The function that states it.
    pub(crate) by: Option<usize>,
    /// Whether a caller states it, and no more than calls lie between.
    pub(crate) is_passed: bool,
    /// Whether a caller states it.
    pub(crate) is_given: bool,
}

impl Origin {
    /// Whether it is only known when the program runs.
    pub(crate) fn is_set_outside(&self) -> bool {
        self.text.contains("${")
    }
}

/// Where an expression stands: the file, the function, and the call that is being followed into it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'s, 'a> {
    /// The file.
    pub(crate) file: &'s RepoPath,
    /// The function; none for variables of packages.
    pub(crate) function: Option<usize>,
    call: Option<(&'s Scope<'s, 'a>, &'a [Expression])>,
}

impl<'s> Scope<'s, '_> {
    /// Outside of functions.
    pub(crate) fn outside(file: &'s RepoPath) -> Self {
        Self { file, function: None, call: None }
    }
}

/// Where a field is set.
#[derive(Clone, Copy, Debug)]
enum On<'a> {
    /// `x.field = ...`
    Target(&'a Expression),
    /// `T{field: ...}`
    Literal(&'a str),
}

/// A value that a field is set to.
#[derive(Clone, Copy, Debug)]
struct Set<'a> {
    file: &'a RepoPath,
    function: Option<usize>,
    on: On<'a>,
    value: &'a Expression,
}

/// The calls and the settings of fields of all functions.
pub(crate) struct Origins<'w, 'a> {
    pub(super) world: &'w World<'a>,
    calls: BTreeMap<&'a str, Vec<(usize, &'a Invocation)>>,
    sets: BTreeMap<&'a str, Vec<Set<'a>>>,
    steps: Cell<usize>,
}

impl<'w, 'a> Origins<'w, 'a> {
    /// Indexes the functions.
    pub(crate) fn new(world: &'w World<'a>) -> Self {
        let mut origins = Self { world, calls: BTreeMap::new(), sets: BTreeMap::new(), steps: Cell::new(0) };
        for (at, (place, function)) in world.functions.iter().copied().enumerate() {
            for call in function.calls() {
                if let Expression::Field(_, name) | Expression::Name(name) = &call.function {
                    origins.calls.entry(name).or_default().push((at, call));
                }
            }
            function.each(&mut |expression| origins.note_literal(&place.path, Some(at), expression));
            for statement in &function.statements {
                if let Action::Set(Expression::Field(base, name), value) = &statement.action {
                    let set = Set { file: &place.path, function: Some(at), on: On::Target(base), value };
                    origins.sets.entry(name).or_default().push(set);
                }
            }
        }
        for (place, one) in world.package_variables() {
            one.value.each(&mut |expression| origins.note_literal(&place.path, None, expression));
        }
        origins
    }

    fn note_literal(&mut self, file: &'a RepoPath, function: Option<usize>, expression: &'a Expression) {
        if let Expression::Composite(kind, entries) = expression {
            for (name, value) in entries.iter().filter(|(name, _)| !name.is_empty()) {
                self.sets.entry(name).or_default().push(Set { file, function, on: On::Literal(kind), value });
            }
        }
    }

    /// The scope of a function.
    pub(crate) fn scope(&self, function: usize) -> Scope<'a, 'a> {
        Scope { file: &self.world.functions[function].0.path, function: Some(function), call: None }
    }

    /// The calls of functions and methods of a name, with the functions that they stand in.
    pub(crate) fn calls_of(&self, name: &str) -> &[(usize, &'a Invocation)] {
        self.calls.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The strings that an expression may be, without those that only the start of the program sets where others are known.
    pub(crate) fn of(&self, scope: &Scope<'_, 'a>, expression: &'a Expression) -> Vec<Origin> {
        self.steps.set(STEPS);
        let mut found = self.resolve(scope, expression, DEPTH);
        found.retain(|origin| !origin.text.is_empty());
        found.sort();
        found.dedup();
        found
    }

    /// The strings that an expression may begin with: of strings put together what is known up to the first part that is not.
    pub(crate) fn starts(&self, scope: &Scope<'_, 'a>, expression: &'a Expression) -> Vec<Origin> {
        let held = match expression {
            Expression::Local(slot) => scope.function.and_then(|function| match self.fact(function).slots.get(*slot) {
                Some(Slot::Value(value)) => Some(value),
                _ => None,
            }),
            other => Some(other),
        };
        match held {
            Some(Expression::Concat(parts)) => parts.first().map(|first| self.of(scope, first)).unwrap_or_default(),
            _ => self.of(scope, expression),
        }
    }

    fn fact(&self, function: usize) -> &'a Function {
        self.world.functions[function].1
    }

    fn resolve(&self, scope: &Scope<'_, 'a>, expression: &'a Expression, depth: usize) -> Vec<Origin> {
        let (Some(depth), Some(left)) = (depth.checked_sub(1), self.steps.get().checked_sub(1)) else { return Vec::new() };
        self.steps.set(left);
        let mut found = match expression {
            Expression::Text(text) | Expression::Number(text) => vec![told(text.clone())],
            Expression::Local(slot) => self.slot(scope, *slot, depth),
            Expression::Name(name) => self.variable(&scope.file.parent(), name, depth),
            Expression::Field(base, name) => self.field(scope, (base, name), depth),
            Expression::Call(call) => self.result(scope, (call, 0), depth),
            Expression::Either(one, other) => settled([self.resolve(scope, one, depth), self.resolve(scope, other, depth)].concat()),
            Expression::Concat(parts) => self.joined(scope, parts, depth),
            Expression::Composite(kind, entries) if kind.starts_with("[]") || kind.is_empty() => {
                entries.iter().flat_map(|(_, one)| self.resolve(scope, one, depth)).collect()
            }
            Expression::Index(base, _) => self.resolve(scope, base, depth),
            Expression::Map(_, entries) => entries.iter().flat_map(|(_, one)| self.resolve(scope, one, depth)).collect(),
            Expression::Composite(..) | Expression::Closure(_) | Expression::Other => Vec::new(),
        };
        found.truncate(ORIGINS);
        for origin in &mut found {
            if let Some(function) = scope.function {
                origin.via.insert(self.world.functions[function].0.path.clone());
                origin.by = origin.by.or(Some(function));
            }
        }
        found
    }

    fn joined(&self, scope: &Scope<'_, 'a>, parts: &'a [Expression], depth: usize) -> Vec<Origin> {
        let mut all = vec![told(String::new())];
        for part in parts {
            let next = self.resolve(scope, part, depth);
            let both = |one: &Origin, other: &Origin| Origin {
                text: format!("{}{}", one.text, other.text),
                via: one.via.union(&other.via).cloned().collect(),
                by: other.by.filter(|_| other.is_given).or(one.by),
                is_passed: one.is_passed || other.is_passed,
                is_given: one.is_given || other.is_given,
            };
            all = all.iter().flat_map(|one| next.iter().map(move |other| both(one, other))).take(ORIGINS).collect();
        }
        all
    }

    fn slot(&self, scope: &Scope<'_, 'a>, slot: usize, depth: usize) -> Vec<Origin> {
        let Some(function) = scope.function else { return Vec::new() };
        match self.fact(function).slots.get(slot) {
            Some(Slot::Value(value)) => self.resolve(scope, value, depth),
            Some(Slot::Part(Expression::Call(call), at)) => self.result(scope, (call, *at), depth),
            Some(Slot::Part(value, 0)) => self.resolve(scope, value, depth),
            Some(Slot::Each(list)) => self.resolve(scope, list, depth),
            Some(Slot::Parameter(at)) => self.parameter(scope, (function, *at), depth),
            _ => Vec::new(),
        }
    }

    /// What callers give: the call that is being followed, else every call.
    fn parameter(&self, scope: &Scope<'_, 'a>, (function, at): (usize, usize), depth: usize) -> Vec<Origin> {
        let fact = self.fact(function);
        let rest = fact.parameters.get(at).is_some_and(|one| one.kind.starts_with("..."));
        let given = |arguments: &'a [Expression]| if rest { arguments.get(at..) } else { arguments.get(at..=at) }.unwrap_or_default();
        if let Some((outer, arguments)) = scope.call {
            return given(arguments).iter().flat_map(|one| self.resolve(outer, one, depth)).collect();
        }
        let mut found = Vec::new();
        for (caller, call) in self.calls_of(&fact.name) {
            let outer = self.scope(*caller);
            if *caller != function && self.targets(&outer, &call.function).contains(&function) {
                found.extend(given(&call.arguments).iter().flat_map(|one| self.resolve(&outer, one, depth)));
            }
        }
        for origin in &mut found {
            (origin.is_given, origin.is_passed) = (true, true);
        }
        found
    }

    fn variable(&self, folder: &RepoPath, name: &str, depth: usize) -> Vec<Origin> {
        let Some((at, one)) = self.world.variable(folder, name) else { return Vec::new() };
        self.resolve(&Scope::outside(&at.path), &one.value, depth)
    }

    fn field(&self, scope: &Scope<'_, 'a>, (base, name): (&'a Expression, &'a str), depth: usize) -> Vec<Origin> {
        if let Expression::Name(package) = base
            && let Some(import) = self.world.import(scope.file, package)
        {
            return import.map(|folder| self.variable(&folder, name, depth)).unwrap_or_default();
        }
        if let Some(entry) = self.entry(scope, base, name) {
            return self.resolve(scope, entry, depth);
        }
        if let Some(call) = self.declared_queue(scope, base).filter(|_| name == "Name") {
            return call.arguments.first().map(|first| self.resolve(scope, first, depth)).unwrap_or_default();
        }
        match self.kind(scope, base) {
            Meaning::Own(id) => self.of_field(&id, name, depth),
            _ => Vec::new(),
        }
    }

    /// The entry of a literal that a variable of the function holds.
    fn entry(&self, scope: &Scope<'_, 'a>, base: &'a Expression, name: &str) -> Option<&'a Expression> {
        let held = match base {
            Expression::Local(slot) => match self.fact(scope.function?).slots.get(*slot)? {
                Slot::Value(value) => value,
                _ => return None,
            },
            other => other,
        };
        match held {
            Expression::Composite(_, entries) => entries.iter().find(|(key, _)| key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// RabbitMQ: `queue, err := channel.QueueDeclare(name, ...)`.
    fn declared_queue(&self, scope: &Scope<'_, 'a>, base: &'a Expression) -> Option<&'a Invocation> {
        let Expression::Local(slot) = base else { return None };
        match self.fact(scope.function?).slots.get(*slot)? {
            Slot::Part(Expression::Call(call), 0) => {
                matches!(&call.function, Expression::Field(_, name) if name.starts_with("QueueDeclare")).then_some(&**call)
            }
            _ => None,
        }
    }

    /// What a field of a type is set to anywhere; what its tag says of the environment.
    fn of_field(&self, id: &TypeId, name: &str, depth: usize) -> Vec<Origin> {
        let mut found = Vec::new();
        let fields = self.world.fields(id);
        if let Some(field) = fields.iter().find(|field| field.variable.name == name) {
            found.extend(tagged(&field.tag).map(told));
        } else {
            let file = self.world.file_of(id);
            for inner in fields.iter().filter(|field| field.embedded) {
                if let Some(Meaning::Own(inner)) = file.map(|file| self.world.meaning(file, &inner.variable.kind)).filter(|_| depth > 0) {
                    found.extend(self.of_field(&inner, name, depth - 1));
                }
            }
        }
        for set in self.sets.get(name).into_iter().flatten() {
            let scope = Scope { file: set.file, function: set.function, call: None };
            let kind = match set.on {
                On::Target(base) => self.kind(&scope, base),
                On::Literal(kind) => self.world.meaning(set.file, kind),
            };
            if kind == Meaning::Own(id.clone()) {
                found.extend(self.resolve(&scope, set.value, depth));
            }
        }
        for origin in &mut found {
            origin.is_passed = false;
        }
        settled(found)
    }

    /// What a call gives back.
    fn result(&self, scope: &Scope<'_, 'a>, (call, at): (&'a Invocation, usize), depth: usize) -> Vec<Origin> {
        let first = |this: &Self| call.arguments.first().map(|one| this.resolve(scope, one, depth)).unwrap_or_default();
        if let Some((path, name)) = self.library(scope, &call.function) {
            return match (path.as_str(), name.as_str()) {
                ("os", "Getenv" | "LookupEnv") if at == 0 => first(self).into_iter().map(as_variable).collect(),
                _ if hands_on(&name) => first(self),
                _ if is_configuration(&path) && is_getter(&name) => self.setting(scope, call, depth),
                _ => Vec::new(),
            };
        }
        if let (Expression::Name(name), [only]) = (&call.function, call.arguments.as_slice())
            && (matches!(name.as_str(), "string") || self.targets(scope, &call.function).is_empty())
        {
            return self.resolve(scope, only, depth);
        }
        let mut found = Vec::new();
        for function in self.targets(scope, &call.function) {
            let inner =
                Scope { file: &self.world.functions[function].0.path, function: Some(function), call: Some((scope, &call.arguments)) };
            for statement in self.fact(function).statements.iter().filter(|one| one.closure.is_none()) {
                if let Action::Return(values) = &statement.action {
                    found.extend(values.get(at).map(|value| self.resolve(&inner, value, depth)).unwrap_or_default());
                }
            }
        }
        settled(found)
    }

    /// A key of a configuration library: its default, the variable that is bound to it, or the key itself.
    fn setting(&self, scope: &Scope<'_, 'a>, call: &'a Invocation, depth: usize) -> Vec<Origin> {
        let Some(key) = call.arguments.first() else { return Vec::new() };
        let keys = self.resolve(scope, key, depth);
        let mut found = Vec::new();
        for key in keys {
            let mut known = Vec::new();
            for (caller, set) in self.calls_of("SetDefault").iter().chain(self.calls_of("BindEnv")) {
                let outer = self.scope(*caller);
                let [name, value, ..] = set.arguments.as_slice() else { continue };
                if self.resolve(&outer, name, depth).iter().any(|one| one.text == key.text) {
                    let bound = matches!(&set.function, Expression::Field(_, name) if name == "BindEnv");
                    let values = self.resolve(&outer, value, depth).into_iter();
                    known.extend(values.map(|one| if bound { as_variable(one) } else { one }).map(|one| Origin { by: None, ..one }));
                }
            }
            if known.is_empty() {
                known.push(as_variable(key));
            }
            found.extend(settled(known));
        }
        found
    }
}

fn told(text: String) -> Origin {
    Origin { text, via: BTreeSet::new(), by: None, is_passed: false, is_given: false }
}

fn as_variable(origin: Origin) -> Origin {
    Origin { text: format!("${{{}}}", origin.text), ..origin }
}

/// A variable with a value that stands in for it is that value.
fn settled(found: Vec<Origin>) -> Vec<Origin> {
    let known = found.iter().any(|one| !one.is_set_outside() && !one.text.is_empty());
    found.into_iter().filter(|one| !known || !one.is_set_outside()).collect()
}

/// Functions that give back the string that they are given, in another shape.
fn hands_on(name: &str) -> bool {
    matches!(
        name,
        "String" | "Ptr" | "To" | "Pointer" | "TrimSpace" | "ToString" | "ExpandEnv" | "Trim" | "TrimSuffix" | "TrimRight" | "Of"
    )
}

fn is_configuration(path: &str) -> bool {
    ["github.com/spf13/viper", "github.com/knadh/koanf"].iter().any(|start| path.starts_with(start))
}

fn is_getter(name: &str) -> bool {
    matches!(name, "GetString" | "Get" | "String" | "MustString" | "GetStringSlice" | "Strings")
}

/// The default or the variable of a field that a reader of the environment fills: `env:"TOPIC" envDefault:"orders"`.
fn tagged(tag: &str) -> Option<String> {
    let value = |key: &str| {
        let at = tag.find(&format!("{key}:\"")).filter(|at| *at == 0 || tag[..*at].ends_with(' '))?;
        tag[at + key.len() + 2..].split('"').next().filter(|text| !text.is_empty())
    };
    let default = ["envDefault", "env-default", "default"].into_iter().find_map(value);
    let options = ["env", "envconfig"].into_iter().find_map(value);
    let (name, rest) = options.map(|text| text.split_once(',').unwrap_or((text, ""))).unwrap_or_default();
    let inline = rest.split("default=").nth(1).and_then(|text| text.split(',').next());
    let stated = default.or(inline).filter(|_| options.is_some() || default.is_some());
    stated.map(str::to_owned).or_else(|| Some(format!("${{{name}}}")).filter(|_| !name.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::tagged;

    #[test]
    fn a_tag_tells_the_variable_or_its_default() {
        let cases = [
            ("env:\"TOPIC\"", Some("${TOPIC}")),
            ("env:\"TOPIC\" envDefault:\"orders\"", Some("orders")),
            ("env:\"TOPIC,default=orders\"", Some("orders")),
            ("yaml:\"topic\" env-default:\"orders\" env:\"TOPIC\"", Some("orders")),
            ("json:\"topic\"", None),
            ("yaml:\"env\"", None),
        ];
        for (tag, expected) in cases {
            assert_eq!(tagged(tag).as_deref(), expected, "{tag}");
        }
    }
}

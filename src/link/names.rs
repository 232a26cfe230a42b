//! Names resolved across files: imports and re-exports followed to the constant, enum or class that they mean.
//! Works on facts alone; a name that leads out of the repository is a name of that package.

use std::collections::{BTreeMap, BTreeSet};

use super::wording;
use crate::finding::{Class, Constant, Fact, Finding, Import, Value};
use crate::location::{Location, RepoPath};

/// What a name means: a file and the name in it, or a package from outside and the name there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Definition {
    /// The file, or `None` for a package from outside.
    pub(crate) file: Option<RepoPath>,
    /// The package, empty for a file.
    pub(crate) package: String,
    /// The name there.
    pub(crate) name: String,
}

/// What one file states.
#[derive(Debug, Default)]
struct Scope<'a> {
    imports: BTreeMap<&'a str, &'a Import>,
    reexports: Vec<&'a Import>,
    constants: BTreeMap<&'a str, &'a Constant>,
    classes: BTreeMap<&'a str, (&'a Location, &'a Class)>,
    /// Names that other facts define: modules, controllers, handlers.
    others: BTreeSet<&'a str>,
}

/// Every file's names.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    scopes: BTreeMap<&'a RepoPath, Scope<'a>>,
    /// Type -> the files that declare it, for languages whose types need no import of a file.
    types: BTreeMap<&'a str, BTreeSet<&'a RepoPath>>,
    /// Name space of configuration -> its values: `registerAs('app', () => ({ ... }))`.
    settings: BTreeMap<&'a str, (&'a RepoPath, &'a Value)>,
}

/// References that lead on and on are followed this far.
const DEPTH: usize = 24;

impl<'a> Names<'a> {
    /// Reads the names of all files.
    pub(crate) fn of(findings: &'a [Finding]) -> Self {
        let mut scopes: BTreeMap<&RepoPath, Scope<'_>> = BTreeMap::new();
        let mut settings = BTreeMap::new();
        let mut types: BTreeMap<&str, BTreeSet<&RepoPath>> = BTreeMap::new();
        for finding in findings {
            if let Some(name) = declared_type(&finding.fact).filter(|_| needs_no_import(&finding.at.path)) {
                types.entry(name).or_default().insert(&finding.at.path);
            }
            let scope = scopes.entry(&finding.at.path).or_default();
            match &finding.fact {
                Fact::Import(import) => {
                    scope.imports.entry(&import.local).or_insert(import);
                }
                Fact::Reexport(import) => scope.reexports.push(import),
                Fact::Constant(constant) => {
                    if let Some((space, values)) = registered(&constant.value) {
                        settings.entry(space).or_insert((&finding.at.path, values));
                    }
                    scope.constants.entry(&constant.name).or_insert(constant);
                    // The members of a namespace stand one by one; what is imported is the namespace.
                    scope.others.extend(constant.name.split_once('.').map(|(space, _)| space));
                }
                Fact::Class(class) => {
                    scope.classes.entry(&class.name).or_insert((&finding.at, class));
                }
                Fact::Module(module) => _ = scope.others.insert(&module.class),
                Fact::Controller(controller) => _ = scope.others.insert(&controller.class),
                Fact::CqrsHandler(handler) => _ = scope.others.insert(&handler.class),
                Fact::SchemaProcedure(procedure) => _ = scope.others.insert(&procedure.name),
                Fact::Bootstrap(bootstrap) => scope.others.extend(bootstrap.function.as_deref()),
                _ => {}
            }
        }
        Self { scopes, types, settings }
    }

    /// What the first part of a dotted name means in a file; a name that is nowhere defined means itself there.
    pub(crate) fn definition(&self, file: &RepoPath, name: &str) -> Definition {
        let mut seen = BTreeSet::new();
        let found = self.find(file, name, &mut seen).or_else(|| self.nearest_type(file, name));
        found.unwrap_or_else(|| Definition { file: Some(file.clone()), package: String::new(), name: name.to_owned() })
    }

    /// The declaration of a type that no import names: the only one, or the one whose folder is nearest.
    fn nearest_type(&self, file: &RepoPath, name: &str) -> Option<Definition> {
        let files = self.types.get(name).filter(|_| needs_no_import(file))?;
        let shared = |other: &RepoPath| file.parts().zip(other.parts()).take_while(|(a, b)| a == b).count();
        let nearest = files.iter().map(|other| shared(other)).max()?;
        let mut near = files.iter().filter(|other| shared(other) == nearest);
        let (first, second) = (near.next()?, near.next());
        // Parts of one type lie in one folder; two types of one name, equally near, mean neither.
        if second.is_some_and(|second| second.parent() != first.parent()) {
            return None;
        }
        Some(Definition { file: Some((*first).clone()), package: String::new(), name: name.to_owned() })
    }

    fn find(&self, file: &RepoPath, name: &str, seen: &mut BTreeSet<(RepoPath, String)>) -> Option<Definition> {
        if seen.len() > DEPTH * 8 || !seen.insert((file.clone(), name.to_owned())) {
            return None;
        }
        let scope = self.scopes.get(file)?;
        if let Some(aliased) = scope.constants.get(name).and_then(|constant| alias(constant))
            && let Some(found) = self.find(file, aliased, seen)
        {
            return Some(found);
        }
        if scope.constants.contains_key(name) || scope.classes.contains_key(name) || scope.others.contains(name) {
            return Some(Definition { file: Some(file.clone()), package: String::new(), name: name.to_owned() });
        }
        if let Some(import) = scope.imports.get(name) {
            return Some(self.follow(import, &import.imported, seen));
        }
        if let Some(reexport) = scope.reexports.iter().find(|one| one.local == name) {
            return Some(self.follow(reexport, &reexport.imported, seen));
        }
        for reexport in scope.reexports.iter().filter(|one| one.local == "*") {
            let Some(target) = &reexport.target else { continue };
            if let Some(found) = self.find(target, name, seen) {
                return Some(found);
            }
        }
        None
    }

    fn follow(&self, import: &Import, name: &str, seen: &mut BTreeSet<(RepoPath, String)>) -> Definition {
        let Some(target) = &import.target else {
            return Definition { file: None, package: import.module.clone(), name: name.to_owned() };
        };
        let found = match name {
            "default" => self.default_of(target, seen),
            // A whole file is itself, whatever it gives on.
            "*" => None,
            _ => self.find(target, name, seen),
        };
        found.unwrap_or_else(|| Definition { file: Some(target.clone()), package: String::new(), name: name.to_owned() })
    }

    /// The default export: stated as a re-export named `default`, else the only class of the file.
    fn default_of(&self, file: &RepoPath, seen: &mut BTreeSet<(RepoPath, String)>) -> Option<Definition> {
        if let Some(found) = self.find(file, "default", seen) {
            return Some(found);
        }
        let scope = self.scopes.get(file)?;
        let mut names = scope.classes.keys();
        match (names.next(), names.next()) {
            (Some(name), None) => Some(Definition { file: Some(file.clone()), package: String::new(), name: (*name).to_owned() }),
            _ => None,
        }
    }

    /// The class that a dotted name means.
    pub(crate) fn class(&self, file: &RepoPath, name: &str) -> Option<(&'a Location, &'a Class)> {
        let definition = self.member_definition(file, name);
        self.scopes.get(definition.file.as_ref()?)?.classes.get(definition.name.as_str()).copied()
    }

    /// What a dotted name means where its first part may be a whole file: `events.UserCreated`.
    pub(crate) fn member_definition(&self, file: &RepoPath, name: &str) -> Definition {
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        let definition = self.definition(file, root);
        match (&definition.file, definition.name.as_str()) {
            (Some(target), "*") if !rest.is_empty() => self.definition(target, rest.split('.').next().unwrap_or(rest)),
            _ => definition,
        }
    }

    /// The only file with a constant of a type, where several types of that name are equally near: `Constants.Prefix`.
    fn holder_of(&self, file: &RepoPath, root: &str, member: &str) -> Option<&'a RepoPath> {
        let name = format!("{root}.{member}");
        let files = self.types.get(root).filter(|_| needs_no_import(file))?;
        let mut holders =
            files.iter().filter(|other| self.scopes.get(**other).is_some_and(|scope| scope.constants.contains_key(name.as_str())));
        let first = holders.next()?;
        holders.next().is_none().then_some(*first)
    }

    /// The value of a dotted name, with the file that states it; names in the value mean what they mean there.
    pub(crate) fn constant_at(&self, file: &RepoPath, name: &str) -> Option<(RepoPath, Value)> {
        self.constant(file, name, DEPTH)
    }

    /// The body and the parameters of a function that only gives back one value, with the file that states it.
    pub(crate) fn function_at(&self, file: &RepoPath, name: &str) -> Option<(RepoPath, Value, Vec<String>)> {
        let definition = self.member_definition(file, name);
        let target = definition.file?;
        let constants = &self.scopes.get(&target)?.constants;
        let whole = name.split('.').count() == 1 || last_part(name) == definition.name;
        let member = format!("{}.{}", definition.name, last_part(name));
        let constant = constants.get(if whole { definition.name.as_str() } else { member.as_str() })?;
        Some((target, constant.value.clone(), constant.parameters.clone()))
    }

    fn constant(&self, file: &RepoPath, name: &str, depth: usize) -> Option<(RepoPath, Value)> {
        let (root, mut rest) = name.split_once('.').unwrap_or((name, ""));
        let mut definition = self.definition(file, root);
        if definition.name == "*" && !rest.is_empty() {
            let (member, more) = rest.split_once('.').unwrap_or((rest, ""));
            definition = self.definition(definition.file.as_ref()?, member);
            rest = more;
        }
        let mut target = definition.file.clone()?;
        if definition.name == root && target == *file && !rest.is_empty() && self.find(file, root, &mut BTreeSet::new()).is_none() {
            let member = rest.split('.').next().unwrap_or(rest);
            target = self.holder_of(file, root, member).cloned().unwrap_or(target);
        }
        let scope = self.scopes.get(&target)?;
        let has_own = || scope.constants.contains_key(format!("{}.name", definition.name).as_str());
        if rest == "name"
            && !has_own()
            && (scope.classes.contains_key(definition.name.as_str()) || scope.others.contains(definition.name.as_str()))
        {
            return Some((target, Value::Text(definition.name)));
        }
        if let Some(value) = scope.constants.get(definition.name.as_str()) {
            return self.walk(&target, &value.value, rest, depth);
        }
        let (member, more) = rest.split_once('.').unwrap_or((rest, ""));
        let of_class = format!("{}.{member}", definition.name);
        if let Some(value) = scope.constants.get(of_class.as_str()) {
            return self.walk(&target, &value.value, more, depth);
        }
        // A constant of a type within a type: `Routes.Users.List`.
        let value = scope.constants.get(format!("{}.{rest}", definition.name).as_str())?;
        self.walk(&target, &value.value, "", depth)
    }

    /// Goes into an object literal part by part; references on the way are resolved where they stand.
    fn walk(&self, file: &RepoPath, value: &Value, rest: &str, depth: usize) -> Option<(RepoPath, Value)> {
        if depth == 0 {
            return None;
        }
        if rest.is_empty() {
            return Some((file.clone(), value.clone()));
        }
        match value {
            Value::Map(_) => {
                let (key, more) = rest.split_once('.').unwrap_or((rest, ""));
                self.walk(file, value.get(key)?, more, depth - 1)
            }
            Value::Call(name, arguments) if name == "Object.freeze" => self.walk(file, arguments.first()?, rest, depth - 1),
            Value::Name(name) => {
                let (target, inner) = self.constant(file, name, depth - 1)?;
                self.walk(&target, &inner, rest, depth - 1)
            }
            _ => None,
        }
    }

    /// The value that `configService.get('app.prefix')` asks for, where a configuration with that name space is registered.
    fn setting(&self, name: &str, arguments: &[Value]) -> Option<(RepoPath, Value)> {
        let (object, method) = name.rsplit_once('.')?;
        let asks = matches!(method, "get" | "getOrThrow") && last_part(object).to_ascii_lowercase().contains("config");
        let (space, key) = arguments.first().filter(|_| asks)?.as_text()?.split_once('.')?;
        let (file, values) = self.settings.get(space)?;
        self.walk(file, values, key, DEPTH)
    }

    /// A value with every name in it put in; what cannot be resolved stays a name.
    pub(crate) fn resolve(&self, file: &RepoPath, value: &Value) -> Value {
        self.resolve_within(file, value, DEPTH)
    }

    fn resolve_within(&self, file: &RepoPath, value: &Value, depth: usize) -> Value {
        if depth == 0 {
            return value.clone();
        }
        let all = |items: &[Value]| items.iter().map(|item| self.resolve_within(file, item, depth - 1)).collect::<Vec<_>>();
        match value {
            Value::Name(name) => match self.constant(file, name, depth - 1) {
                Some((target, inner)) => self.resolve_within(&target, &inner, depth - 1),
                None => value.clone(),
            },
            Value::Concat(items) => join(all(items)),
            Value::List(items) => Value::List(all(items)),
            Value::Map(entries) => {
                let resolved = |(key, item): &(String, Value)| (key.clone(), self.resolve_within(file, item, depth - 1));
                Value::Map(entries.iter().map(resolved).collect())
            }
            Value::Call(name, arguments) if name == "Object.freeze" => {
                arguments.first().map_or(Value::Opaque(name.clone()), |inner| self.resolve_within(file, inner, depth - 1))
            }
            Value::Call(name, arguments) => match self.setting(name, arguments) {
                Some((target, inner)) => self.resolve_within(&target, &inner, depth - 1),
                None => match self.function_at(file, name) {
                    Some((target, body, parameters)) => {
                        let body = body.with_arguments(&parameters, &all(arguments));
                        self.resolve_within(&target, &body, depth - 1)
                    }
                    None => self.called(file, name, all(arguments)),
                },
            },
            Value::Spread(inner) => Value::Spread(Box::new(self.resolve_within(file, inner, depth - 1))),
            Value::Either(items) => Value::Either(all(items)),
            Value::Environment(name, Some(fallback)) => {
                Value::Environment(name.clone(), Some(Box::new(self.resolve_within(file, fallback, depth - 1))))
            }
            _ => value.clone(),
        }
    }

    /// A call of a function from outside: the case functions of texts are known, any other call stays one.
    fn called(&self, file: &RepoPath, name: &str, arguments: Vec<Value>) -> Value {
        let is_foreign = || self.member_definition(file, name).file.is_none();
        let cased = match arguments.as_slice() {
            [only] if is_foreign() => plain(only).and_then(|text| wording::cased(last_part(name), &text)),
            _ => None,
        };
        cased.map_or_else(|| Value::Call(name.to_owned(), arguments), Value::Text)
    }

    /// The text of a value: a string, a number, strings put together, or what stands in for an unset variable.
    pub(crate) fn text(&self, file: &RepoPath, value: &Value) -> Option<String> {
        plain(&self.resolve(file, value))
    }
}

/// Files of languages in which a type is known by its name space, and not by an import of its file.
fn needs_no_import(file: &RepoPath) -> bool {
    file.extension() == "cs"
}

/// The type that a fact declares; of a constant the one that it belongs to.
fn declared_type(fact: &Fact) -> Option<&str> {
    match fact {
        Fact::Class(class) => Some(&class.name),
        Fact::Constant(constant) => constant.name.split('.').next(),
        _ => None,
    }
}

/// The name that a constant is only another name of: `export default Users`.
fn alias(constant: &Constant) -> Option<&str> {
    match &constant.value {
        Value::Name(name) if constant.parameters.is_empty() && !name.contains('.') => Some(name),
        _ => None,
    }
}

/// The name space and the values of `registerAs('app', () => ({ ... }))`.
fn registered(value: &Value) -> Option<(&str, &Value)> {
    match value {
        Value::Call(name, arguments) if last_part(name) == "registerAs" => Some((arguments.first()?.as_text()?, arguments.get(1)?)),
        _ => None,
    }
}

/// The text of a resolved value.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Environment(_, Some(fallback)) => plain(fallback),
        Value::Concat(items) => items.iter().map(plain).collect(),
        _ => None,
    }
}

/// Like [`plain`], with `${NAME}` for an environment variable that nothing stands in for: two programs that read one variable mean one channel.
pub(crate) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Environment(name, None) => Some(format!("${{{name}}}")),
        Value::Environment(name, Some(fallback)) => shown(fallback).or_else(|| Some(format!("${{{name}}}"))),
        Value::Concat(items) => items.iter().map(shown).collect(),
        other => plain(other),
    }
}

/// Puts strings together when all parts are known.
fn join(items: Vec<Value>) -> Value {
    match items.iter().map(plain).collect::<Option<String>>() {
        Some(text) => Value::Text(text),
        None => Value::Concat(items),
    }
}

/// The part of a dotted name behind the last dot: `Rights.CreateCampaign` -> `CreateCampaign`.
pub(crate) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

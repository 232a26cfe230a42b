//! The types that a context may store: parts put together, names resolved, bases followed with their type arguments put in.

use std::collections::{BTreeMap, BTreeSet};

use super::identity;
use crate::finding::Fact;
use crate::finding::mapped::{MappedKind, MappedType};
use crate::link::Input;
use crate::location::{Location, RepoPath};

/// Bases are followed no further than this.
const DEPTH: usize = 12;

/// A type of the program with all of its parts.
#[derive(Clone, Debug)]
pub(super) struct StoredType {
    pub(super) at: Location,
    pub(super) one: MappedType,
    /// The file of each property, in the same order.
    files: Vec<RepoPath>,
    /// Whether types of objects say here whether they may be null.
    tells_null: bool,
    project: Option<RepoPath>,
}

/// A property of a type or of one of its bases, with type arguments put in.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) property: crate::finding::mapped::MappedProperty,
    pub(super) file: RepoPath,
    pub(super) tells_null: bool,
}

/// A name of a type taken apart: `List<Order?>?`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TypeName {
    /// Without what stands before the last dot.
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) is_nullable: bool,
    pub(super) is_array: bool,
}

/// All types.
#[derive(Debug, Default)]
pub(super) struct Types {
    pub(super) all: Vec<StoredType>,
    by_name: BTreeMap<String, Vec<usize>>,
    /// Project -> itself and those that it is built from.
    closures: BTreeMap<RepoPath, BTreeSet<RepoPath>>,
}

impl Types {
    pub(super) fn of(input: &Input<'_>) -> Self {
        let mut types = Self::default();
        let projects = input.projects();
        for finding in input.findings {
            let Fact::MappedType(one) = &finding.fact else { continue };
            let project = projects.folder_of(&finding.at.path).cloned();
            if let Some(folder) = &project
                && !types.closures.contains_key(folder)
            {
                types.closures.insert(folder.clone(), projects.closure(folder));
            }
            let stated = || projects.at(project.as_ref()?)?.property("Nullable").map(|value| matches!(value, "enable" | "annotations"));
            let tells_null = one.tells_null.or_else(stated).unwrap_or(false);
            types.add(finding.at.clone(), &with_constants(input, &finding.at.path, one), tells_null, project);
        }
        for one in identity::types() {
            types.add(Location::new(&RepoPath::new(""), 0), &one, true, None);
        }
        types
    }

    fn add(&mut self, at: Location, one: &MappedType, tells_null: bool, project: Option<RepoPath>) {
        let files = vec![at.path.clone(); one.properties.len()];
        let known = self.by_name.get(&one.name).into_iter().flatten().copied();
        let part = known.into_iter().find(|known| one.is_partial && self.all[*known].one.is_partial && self.all[*known].project == project);
        if let Some(part) = part {
            let whole = &mut self.all[part];
            whole.one.properties.extend(one.properties.iter().cloned());
            whole.one.fields.extend(one.fields.iter().cloned());
            whole.one.bases.extend(one.bases.iter().cloned());
            whole.one.decorators.extend(one.decorators.iter().cloned());
            whole.files.extend(files);
            return;
        }
        self.by_name.entry(one.name.clone()).or_default().push(self.all.len());
        self.all.push(StoredType { at, one: one.clone(), files, tells_null, project });
    }

    /// The type that a name means in a file: one there, else the nearest among the projects that the file is built with.
    pub(super) fn resolve(&self, file: &RepoPath, project: Option<&RepoPath>, name: &str) -> Option<usize> {
        let candidates = self.by_name.get(name)?;
        let visible: Vec<usize> = match project.and_then(|project| self.closures.get(project)) {
            Some(closure) => {
                let in_reach = |one: &&usize| self.all[**one].project.as_ref().is_none_or(|project| closure.contains(project));
                candidates.iter().filter(in_reach).copied().collect()
            }
            None => Vec::new(),
        };
        let candidates = if visible.is_empty() { candidates } else { &visible };
        if let Some(here) = candidates.iter().find(|one| self.all[**one].at.path == *file) {
            return Some(*here);
        }
        let shared = |one: usize| file.parts().zip(self.all[one].at.path.parts()).take_while(|(a, b)| a == b).count();
        let nearest = candidates.iter().map(|one| shared(*one)).max()?;
        let mut near = candidates.iter().copied().filter(|one| shared(*one) == nearest);
        near.next().filter(|_| near.next().is_none())
    }

    /// The type that a name means inside of another type.
    pub(super) fn resolve_in(&self, from: usize, name: &str) -> Option<usize> {
        let owner = self.all.get(from)?;
        self.resolve(&owner.at.path, owner.project.as_ref(), name)
    }

    /// Whether types of objects say in a class whether they may be null.
    pub(super) fn tells_null(&self, of: usize) -> bool {
        self.all.get(of).is_some_and(|one| one.tells_null)
    }

    pub(super) fn project(&self, of: usize) -> Option<&RepoPath> {
        self.all.get(of)?.project.as_ref()
    }

    /// The project that a file is built in.
    pub(super) fn project_of<'i>(&self, input: &'i Input<'_>, file: &RepoPath) -> Option<&'i RepoPath> {
        input.projects().folder_of(file)
    }

    /// Whether one project is built with another.
    pub(super) fn reaches(&self, project: &RepoPath, other: &RepoPath) -> bool {
        self.closures.get(project).is_some_and(|closure| closure.contains(other))
    }

    /// A type and the bases of it that the repository holds, each with its type arguments; the type comes first.
    pub(super) fn chain(&self, id: usize, arguments: &[String]) -> Vec<(usize, Vec<String>)> {
        let mut found = vec![(id, arguments.to_vec())];
        for _ in 0..DEPTH {
            let Some((last, arguments)) = found.last().cloned() else { break };
            let next = self.bases(last, &arguments).into_iter().find_map(|base| {
                let id = self.resolve_in(last, &base.name).filter(|id| self.all[*id].one.kind != MappedKind::Enum)?;
                // Users and roles whose key is not stated have a text for one.
                let own = &self.all[id];
                let is_plain = own.at.line == 0 && base.arguments.is_empty();
                Some((id, if is_plain { vec!["string".to_owned(); own.one.type_parameters.len()] } else { base.arguments }))
            });
            match next {
                Some(next) if found.iter().all(|(known, _)| *known != next.0) => found.push(next),
                _ => break,
            }
        }
        found
    }

    /// The bases of a type as its own declaration states them, with its type arguments put in.
    pub(super) fn bases(&self, id: usize, arguments: &[String]) -> Vec<TypeName> {
        let one = &self.all[id].one;
        one.bases.iter().map(|base| parse(&put_in(base, &one.type_parameters, arguments))).collect()
    }

    /// The properties of a type, those of its bases first.
    pub(super) fn members(&self, id: usize, arguments: &[String]) -> Vec<Member> {
        let mut found: Vec<Member> = Vec::new();
        for (at, arguments) in self.chain(id, arguments).into_iter().rev() {
            found.extend(self.own_members(at, &arguments));
        }
        found.splice(0..0, self.foreign_key(id, arguments));
        // What a type states again replaces what its base says.
        let mut kept: Vec<Member> = Vec::new();
        for member in found {
            match kept.iter_mut().find(|known| known.property.name == member.property.name) {
                Some(known) => *known = member,
                None => kept.push(member),
            }
        }
        kept
    }

    /// The base of a type that stands outside of the repository, where it is a class.
    pub(super) fn foreign_base(&self, id: usize, arguments: &[String]) -> Option<TypeName> {
        let (last, arguments) = self.chain(id, arguments).pop()?;
        let is_interface = |name: &str| name.starts_with('I') && name.chars().nth(1).is_some_and(char::is_uppercase);
        let first = self.bases(last, &arguments).into_iter().next()?;
        (!is_interface(&first.name) && self.resolve_in(last, &first.name).is_none()).then_some(first)
    }

    /// The key that a base of a package holds, whose last type argument is the type of keys: `Entity<Guid>`.
    fn foreign_key(&self, id: usize, arguments: &[String]) -> Option<Member> {
        let base = self.foreign_base(id, arguments)?;
        let is_keyed =
            ["Entity", "EntityBase", "AggregateRoot", "BaseEntity", "HasDomainEventsBase"].iter().any(|end| base.name.ends_with(end));
        let data_type = base.arguments.last().filter(|_| is_keyed)?.clone();
        let property = crate::finding::mapped::MappedProperty {
            name: "Id".to_owned(),
            data_type,
            is_public: true,
            has_setter: true,
            ..Default::default()
        };
        Some(Member { property, file: self.all[id].at.path.clone(), tells_null: true })
    }

    /// The type of the one value that a type wraps: stated by the attribute of a generator, or its only property.
    pub(super) fn wrapped(&self, id: usize, arguments: &[String]) -> Option<String> {
        let generated = self.all[id].one.decorators.iter().find(|one| matches!(one.name.as_str(), "ValueObject" | "StronglyTypedId"));
        if let Some(decorator) = generated {
            let stated = decorator.arguments.iter().find_map(|one| match one {
                crate::finding::Value::Name(name) => Some(name.clone()),
                _ => None,
            });
            return Some(stated.unwrap_or_else(|| if decorator.name == "ValueObject" { "int" } else { "Guid" }.to_owned()));
        }
        if let Some(base) = self.foreign_base(id, arguments).filter(|base| base.name == "SmartEnum") {
            return Some(base.arguments.get(1).cloned().unwrap_or_else(|| "int".to_owned()));
        }
        match self.members(id, arguments).as_slice() {
            [only] => Some(only.property.data_type.trim_end_matches('?').to_owned()),
            _ => None,
        }
    }

    /// The properties that a type itself declares.
    pub(super) fn own_members(&self, id: usize, arguments: &[String]) -> Vec<Member> {
        let stored = &self.all[id];
        let properties = stored.one.properties.iter().zip(&stored.files).map(|(property, file)| {
            let mut property = property.clone();
            property.data_type = put_in(&property.data_type, &stored.one.type_parameters, arguments);
            Member { property, file: file.clone(), tells_null: stored.tells_null }
        });
        properties.collect()
    }
}

/// A type whose attributes have constants in place of their names.
fn with_constants(input: &Input<'_>, file: &RepoPath, one: &MappedType) -> MappedType {
    let mut one = one.clone();
    let of_properties = one.properties.iter_mut().flat_map(|property| &mut property.decorators);
    for decorator in one.decorators.iter_mut().chain(of_properties).filter(|decorator| !decorator.arguments.is_empty()) {
        for value in &mut decorator.arguments {
            *value = input.names.resolve(file, value);
        }
    }
    one
}

/// A type with arguments in the places of parameters.
fn put_in(data_type: &str, parameters: &[String], arguments: &[String]) -> String {
    if parameters.is_empty() || arguments.is_empty() {
        return data_type.to_owned();
    }
    let mut text = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, text: &mut String| {
        let at = parameters.iter().position(|parameter| parameter == word);
        text.push_str(at.and_then(|at| arguments.get(at)).map_or(word.as_str(), String::as_str));
        word.clear();
    };
    for letter in data_type.chars() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter);
        } else {
            flush(&mut word, &mut text);
            text.push(letter);
        }
    }
    flush(&mut word, &mut text);
    text
}

/// Takes the name of a type apart.
pub(super) fn parse(written: &str) -> TypeName {
    let mut text = written.trim();
    let mut found = TypeName::default();
    if let Some(inner) = text.strip_suffix('?') {
        found.is_nullable = true;
        text = inner.trim_end();
    }
    if let Some(inner) = text.strip_suffix("[]") {
        found.is_array = true;
        found.arguments.push(inner.to_owned());
    }
    let (head, rest) = text.split_once('<').unwrap_or((text, ""));
    if !found.is_array
        && let Some(list) = rest.strip_suffix('>')
    {
        found.arguments = split(list);
    }
    found.name = head.trim_end_matches("[]").rsplit(['.', ':']).next().unwrap_or(head).trim().to_owned();
    if found.name == "Nullable" && found.arguments.len() == 1 {
        let inner = parse(&found.arguments[0]);
        return TypeName { is_nullable: true, ..inner };
    }
    found
}

/// The type arguments of a list, those within others left whole.
fn split(list: &str) -> Vec<String> {
    let (mut found, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (at, letter) in list.char_indices() {
        match letter {
            '<' | '(' => depth += 1,
            '>' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.push(list[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(list[start..].trim().to_owned());
    found
}

#[cfg(test)]
mod tests {
    use super::{parse, put_in};

    #[test]
    fn names_of_types_are_taken_apart() {
        let shown = |text: &str| {
            let one = parse(text);
            format!("{} {:?} {} {}", one.name, one.arguments, one.is_nullable, one.is_array)
        };
        assert_eq!(shown("System.Guid?"), "Guid [] true false");
        assert_eq!(shown("Dictionary<string, List<int>>"), "Dictionary [\"string\", \"List<int>\"] false false");
        assert_eq!(shown("Nullable<int>"), "int [] true false");
        assert_eq!(shown("byte[]?"), "byte [\"byte\"] true true");
        assert_eq!(put_in("List<TKey?>", &["TKey".to_owned()], &["Guid".to_owned()]), "List<Guid?>");
    }
}

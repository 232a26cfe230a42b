//! What the language itself brings along, as far as lists of routes and texts of paths are made with it.

use super::values::joined;
use super::{Evaluation, ITEMS};
use crate::link::servers::thing::Thing;

impl Evaluation<'_, '_> {
    /// The items of a list.
    pub(in crate::link::servers) fn items(&self, thing: &Thing) -> Option<Vec<Thing>> {
        match thing {
            Thing::List(list) => Some(self.lists[*list].clone()),
            _ => None,
        }
    }

    /// The items of a list, also of lists in it; anything else is a list of itself.
    pub(in crate::link::servers) fn flat(&self, thing: &Thing, depth: usize) -> Vec<Thing> {
        match (thing, depth) {
            (Thing::List(list), 1..) => self.lists[*list].iter().flat_map(|one| self.flat(one, depth - 1)).collect(),
            (other, _) => vec![other.clone()],
        }
    }

    pub(super) fn on_list(&mut self, list: usize, name: &str, arguments: &[Thing]) -> Thing {
        let items: Vec<Thing> = self.lists[list].iter().take(ITEMS).cloned().collect();
        let first = arguments.first().cloned().unwrap_or(Thing::Nothing);
        match name {
            "push" | "unshift" => {
                self.lists[list].extend(arguments.iter().cloned());
                Thing::Nothing
            }
            "forEach" | "map" | "flatMap" => {
                let Thing::Function(function) = &first else { return Thing::Unknown };
                let mut given = Vec::new();
                for item in items {
                    given.push(self.invoke(function, vec![item]));
                }
                let given = if name == "flatMap" { given.iter().flat_map(|one| self.flat(one, 1)).collect() } else { given };
                self.list(given)
            }
            "reduce" => {
                let Thing::Function(function) = &first else { return Thing::Unknown };
                items
                    .into_iter()
                    .fold(arguments.get(1).cloned().unwrap_or(Thing::Nothing), |known, item| self.invoke(function, vec![known, item]))
            }
            "concat" => {
                let all = items.into_iter().chain(arguments.iter().flat_map(|one| self.flat(one, 1))).collect();
                self.list(all)
            }
            "flat" => {
                let all = items.iter().flat_map(|one| self.flat(one, 1)).collect();
                self.list(all)
            }
            "filter" | "slice" | "reverse" | "sort" => Thing::List(list),
            "join" => {
                let between = if arguments.is_empty() { Thing::Text(",".to_owned()) } else { first };
                let parts: Vec<Thing> = items
                    .into_iter()
                    .enumerate()
                    .flat_map(|(at, one)| if at == 0 { vec![one] } else { vec![between.clone(), one] })
                    .collect();
                joined(&parts)
            }
            _ => Thing::Unknown,
        }
    }

    pub(super) fn on_text(&self, text: &str, name: &str, arguments: &[Thing]) -> Thing {
        match (name, arguments) {
            ("toString" | "trim" | "valueOf", _) => Thing::Text(text.to_owned()),
            ("toLowerCase" | "toLocaleLowerCase", _) => Thing::Text(text.to_lowercase()),
            ("toUpperCase", _) => Thing::Text(text.to_uppercase()),
            ("concat", parts) => {
                let mut all = vec![Thing::Text(text.to_owned())];
                all.extend(parts.iter().cloned());
                joined(&all)
            }
            ("replace", [Thing::Text(from), Thing::Text(to)]) => Thing::Text(text.replacen(from, to, 1)),
            ("replace" | "replaceAll", [Thing::Regex(_), ..]) if text.is_empty() => Thing::Text(String::new()),
            ("replace", [Thing::Regex(literal), Thing::Text(to)]) if to.is_empty() && matches!(literal.as_str(), r"/\/$/" | r"/\/+$/") => {
                Thing::Text(text.trim_end_matches('/').to_owned())
            }
            ("replaceAll", [Thing::Text(from), Thing::Text(to)]) => Thing::Text(text.replace(from, to)),
            _ => Thing::Unknown,
        }
    }

    /// Functions of the language and of paths.
    pub(super) fn builtin(&mut self, name: &str, arguments: &[Thing], scope: usize) -> Option<Thing> {
        let first = arguments.first();
        match name {
            "Object.freeze" | "Object.seal" | "Promise.all" | "Promise.resolve" | "Array.from" | "String" | "Array.of" => first.cloned(),
            "Object.keys" | "Object.values" | "Object.entries" => Some(self.entries(first?, &name[7..])),
            "Object.assign" => Some(self.assigned(arguments)),
            "path.join" | "path.posix.join" | "path.resolve" | "url-join" => {
                let mut parts = Vec::new();
                for one in arguments {
                    if !parts.is_empty() {
                        parts.push(Thing::Text("/".to_owned()));
                    }
                    parts.push(one.clone());
                }
                Some(joined(&parts))
            }
            "path.dirname" => Some(Thing::Text(format!("{FOLDER}{}", self.file(scope).parent().as_str()))),
            _ => None,
        }
    }

    fn entries(&mut self, thing: &Thing, part: &str) -> Thing {
        let fields: Vec<(String, Thing)> = match thing {
            Thing::Object(number) if !self.objects[*number].open => {
                self.objects[*number].fields.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
            }
            Thing::Module(script) => match self.modules.get(script) {
                Some(module) => module.exports.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
                None => return Thing::Unknown,
            },
            _ => return Thing::Unknown,
        };
        let mut items = Vec::new();
        for (key, value) in fields {
            let key = Thing::Text(key);
            items.push(match part {
                "keys" => key,
                "values" => value,
                _ => self.list(vec![key, value]),
            });
        }
        self.list(items)
    }

    fn assigned(&mut self, arguments: &[Thing]) -> Thing {
        let Some((target, others)) = arguments.split_first() else { return Thing::Unknown };
        let Thing::Object(number) = target else { return target.clone() };
        for other in others {
            if let Thing::Object(other) = other {
                let fields = self.objects[*other].fields.clone();
                self.objects[*number].fields.extend(fields);
            }
        }
        target.clone()
    }
}

/// What stands before a folder of the repository where one is a text: `__dirname`.
pub(in crate::link::servers) const FOLDER: &str = "#folder/";

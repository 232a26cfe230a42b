//! Conditions of MSBuild that ask for the name or the path of a project: `$(MSBuildProjectName.EndsWith('Api'))`, with `and`, `or` and
//! parentheses. Source: the MSBuild documentation, "Conditions" and "Property functions". Anything else is no condition that is understood.

use crate::finding::{ProjectTest, TextPlace};

/// Alternatives, each of tests that must all pass.
type Alternatives = Vec<Vec<ProjectTest>>;

/// Parentheses nest no deeper, and alternatives are no more.
const LIMIT: usize = 32;

/// The projects that a condition holds for; `None` where it is not understood.
pub(super) fn read(condition: &str) -> Option<Alternatives> {
    let mut rest = condition.trim();
    let found = any(&mut rest, LIMIT)?;
    rest.trim().is_empty().then_some(found)
}

fn any(rest: &mut &str, depth: usize) -> Option<Alternatives> {
    let mut found = all(rest, depth)?;
    while word(rest, "or") {
        found.extend(all(rest, depth)?);
    }
    (found.len() <= LIMIT).then_some(found)
}

fn all(rest: &mut &str, depth: usize) -> Option<Alternatives> {
    let mut found = one(rest, depth)?;
    while word(rest, "and") {
        let more = one(rest, depth)?;
        // (a or b) and (c or d): every pair of both sides.
        let both = found.iter().flat_map(|left| more.iter().map(move |right| left.iter().chain(right).cloned().collect()));
        found = both.collect();
        if found.len() > LIMIT {
            return None;
        }
    }
    Some(found)
}

fn one(rest: &mut &str, depth: usize) -> Option<Alternatives> {
    *rest = rest.trim_start();
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let found = any(rest, depth.checked_sub(1)?)?;
        *rest = rest.trim_start().strip_prefix(')')?;
        return Some(found);
    }
    let test = function(rest).or_else(|| comparison(rest))?;
    Some(vec![vec![test]])
}

fn word(rest: &mut &str, wanted: &str) -> bool {
    let trimmed = rest.trim_start();
    let is_it = trimmed.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
        && trimmed[wanted.len()..].starts_with(|next: char| next.is_whitespace() || next == '(');
    if is_it {
        *rest = &trimmed[wanted.len()..];
    }
    is_it
}

/// `$(MSBuildProjectName.EndsWith('Api'))`
fn function(rest: &mut &str) -> Option<ProjectTest> {
    let inner = rest.strip_prefix("$(")?;
    let (property, inner) = inner.split_once('.')?;
    let (name, inner) = inner.split_once('(')?;
    let (text, inner) = quoted(inner.trim_start())?;
    let place = match name {
        "EndsWith" => TextPlace::End,
        "StartsWith" => TextPlace::Start,
        "Contains" => TextPlace::Anywhere,
        "Equals" => TextPlace::Whole,
        _ => return None,
    };
    let inner = inner.trim_start().strip_prefix(')')?.trim_start().strip_prefix(')')?;
    let test = ProjectTest { of_path: of_path(property)?, place, text: text.to_owned() };
    *rest = inner;
    Some(test)
}

/// `'$(MSBuildProjectName)' == 'Shop.Api'`
fn comparison(rest: &mut &str) -> Option<ProjectTest> {
    let (left, inner) = quoted(rest)?;
    let property = left.strip_prefix("$(")?.strip_suffix(')')?;
    let (text, inner) = quoted(inner.trim_start().strip_prefix("==")?.trim_start())?;
    *rest = inner;
    Some(ProjectTest { of_path: of_path(property)?, place: TextPlace::Whole, text: text.to_owned() })
}

/// A text in quotes without anything that would have to be worked out, and what follows it; the left side of a comparison may name a property.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    let (inner, rest) = text[1..].split_once(quote)?;
    let plain = !inner.contains("$(") || inner.starts_with("$(") && !inner.contains('.') && inner.ends_with(')');
    plain.then_some((inner, rest))
}

fn of_path(property: &str) -> Option<bool> {
    match property {
        "MSBuildProjectName" => Some(false),
        "MSBuildProjectFullPath" | "MSBuildProjectDirectory" => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn conditions_of_names_and_paths_are_read() {
        let passes = |condition: &str, name: &str, path: &str| {
            read(condition).map(|all| all.iter().any(|tests| tests.iter().all(|test| test.passes(name, path))))
        };
        let path = "src/Modules/Orders/Shop.Orders.Infrastructure.csproj";
        let name = "Shop.Orders.Infrastructure";
        let cases = [
            ("$(MSBuildProjectName.EndsWith('API'))", Some(false)),
            ("$(MSBuildProjectFullPath.Contains('Modules')) and $(MSBuildProjectName.EndsWith('Infrastructure'))", Some(true)),
            (
                "$(MSBuildProjectFullPath.Contains('Blocks')) and ($(MSBuildProjectName.EndsWith('A')) or $(MSBuildProjectName.EndsWith('Infrastructure')))",
                Some(false),
            ),
            ("'$(MSBuildProjectName)' == 'shop.orders.infrastructure'", Some(true)),
            ("'$(Configuration)' == 'Debug'", None),
            ("$(MSBuildProjectFullPath.Contains('a$([System.IO.Path]::DirectorySeparatorChar)b'))", None),
            ("", None),
        ];
        for (condition, expected) in cases {
            assert_eq!(passes(condition, name, path), expected, "{condition}");
        }
    }
}

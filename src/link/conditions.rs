//! Guards under conditions: one counts for a route when every condition that sets it also leads to the route, or when each way of a
//! branching sets one. What only some ways set is told as a doubt and never as a guard. Knows no language.

use std::collections::{BTreeMap, BTreeSet};

use crate::gap::{Gap, GapCode};
use crate::location::Location;
use crate::model::Model;

/// A way of a branching that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Taken {
    /// The branching: the call of the function that it stands in, and its number there.
    pub(crate) choice: (usize, usize),
    /// Which of its ways.
    pub(crate) way: usize,
    /// How many ways it has to go on by.
    pub(crate) of: usize,
}

/// A guard, and the ways that lead to the place where it is set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Guard {
    /// Its name.
    pub(crate) name: String,
    /// Where it is set.
    pub(crate) at: Location,
    /// The ways, the outermost first.
    pub(crate) under: Vec<Taken>,
}

/// A guard that only some ways set: where, and its name.
pub(crate) type Doubt = (Location, String);

/// The guards of each way of one branching.
type Ways = BTreeMap<Taken, BTreeSet<Doubt>>;

/// Doubts, each with the number of routes that it is about.
pub(crate) type Doubts = BTreeMap<Doubt, usize>;

/// The guards that stand in any case before what is reached by some ways, and those that only other ways set.
pub(crate) fn settled(guards: &[Guard], reached_by: &[Taken]) -> (BTreeSet<String>, BTreeSet<Doubt>) {
    let mut proven = BTreeSet::new();
    let mut open: BTreeMap<Vec<Taken>, BTreeSet<Doubt>> = BTreeMap::new();
    for guard in guards {
        let left: Vec<Taken> = guard.under.iter().filter(|way| !reached_by.contains(way)).copied().collect();
        if left.is_empty() {
            proven.insert(guard.name.clone());
        } else {
            open.entry(left).or_default().insert((guard.at.clone(), guard.name.clone()));
        }
    }
    let mut doubts = BTreeSet::new();
    // From the innermost branchings outwards; each turn makes the longest lists of ways shorter or puts them away.
    while let Some(longest) = open.keys().map(Vec::len).max() {
        let mut choices: BTreeMap<(Vec<Taken>, (usize, usize)), Ways> = BTreeMap::new();
        let ended: Vec<Vec<Taken>> = open.keys().filter(|ways| ways.len() == longest).cloned().collect();
        for mut ways in ended {
            let found = open.remove(&ways).unwrap_or_default();
            if let Some(last) = ways.pop() {
                choices.entry((ways, last.choice)).or_default().insert(last, found);
            }
        }
        for ((around, _), by_way) in choices {
            let all = by_way.keys().all(|way| way.of <= by_way.len());
            let guards: BTreeSet<Doubt> = by_way.into_values().flatten().collect();
            match (all, around.is_empty()) {
                (false, _) => doubts.extend(guards),
                (true, true) => _ = proven.insert(either(&guards)),
                (true, false) => open.entry(around).or_default().extend(guards),
            }
        }
    }
    doubts.retain(|(_, name)| !proven.contains(name));
    (proven, doubts)
}

/// `basicAuth or bearer`
fn either(guards: &BTreeSet<Doubt>) -> String {
    let names: BTreeSet<&str> = guards.iter().map(|(_, name)| name.as_str()).collect();
    names.into_iter().collect::<Vec<_>>().join(" or ")
}

/// Names the guards that stand under a condition.
pub(crate) fn tell(doubts: Doubts, model: &mut Model) {
    for ((at, name), number) in doubts {
        let behind = if number == 1 { "the route behind it is".to_owned() } else { format!("{number} routes behind it are") };
        let message = format!("a guard stands under a condition: {name}; {behind} not called protected by it");
        model.gaps.push(Gap::line(GapCode::Conditional, &at.path, at.line, message));
    }
}

#[cfg(test)]
mod tests {
    use super::{Guard, Taken, settled};
    use crate::location::{Location, RepoPath};

    fn guard(name: &str, under: &[(usize, usize, usize)]) -> Guard {
        let under = under.iter().map(|(choice, way, of)| Taken { choice: (0, *choice), way: *way, of: *of }).collect();
        Guard { name: name.to_owned(), at: Location::new(&RepoPath::new("a.go"), 1), under }
    }

    #[test]
    fn a_guard_counts_when_no_way_leads_around_it() {
        let cases: &[(&[Guard], &[&str], usize)] = &[
            (&[guard("a", &[])], &["a"], 0),
            (&[guard("a", &[(1, 0, 2)])], &[], 1),
            (&[guard("a", &[(1, 0, 2)]), guard("b", &[(1, 1, 2)])], &["a or b"], 0),
            (&[guard("a", &[(1, 0, 2)]), guard("a", &[(1, 1, 2)])], &["a"], 0),
            (&[guard("a", &[(1, 0, 2)]), guard("b", &[(1, 1, 2), (2, 0, 2)])], &[], 2),
            (&[guard("a", &[(1, 0, 2)]), guard("b", &[(1, 1, 2), (2, 0, 2)]), guard("c", &[(1, 1, 2), (2, 1, 2)])], &["a or b or c"], 0),
            // The other way ends the program.
            (&[guard("a", &[(1, 0, 1)])], &["a"], 0),
        ];
        for (guards, names, doubts) in cases {
            let (proven, left) = settled(guards, &[]);
            assert_eq!(proven.iter().map(String::as_str).collect::<Vec<_>>(), *names, "{guards:?}");
            assert!(left.len() <= *doubts && (left.is_empty() == (*doubts == 0)), "{guards:?}: {left:?}");
        }
        let under = [Taken { choice: (0, 1), way: 0, of: 2 }];
        assert!(settled(&[guard("a", &[(1, 0, 2)])], &under).0.contains("a"));
    }
}

//! Changes for a terminal.

use super::change::{Change, Changes, Class, Kind};

/// The changes as lines; nothing at all when there are none. Colour is for terminals.
#[must_use]
pub fn text(changes: &Changes, colour: bool) -> String {
    if changes.changes.is_empty() {
        return String::new();
    }
    let mut out = format!("{}\n", headline(changes));
    for (class, shade) in [(Class::Breaking, "31"), (Class::Additive, "32"), (Class::Neutral, "36")] {
        let (words, lines): (Vec<&Change>, Vec<&Change>) = changes.shown(class).partition(|change| change.rule == "description-changed");
        if words.is_empty() && lines.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{}\n", painted(class.as_str(), if colour { shade } else { "" })));
        for change in lines {
            out.push_str(&line(change));
        }
        if !words.is_empty() {
            out.push_str(&format!("  ~ {}\n", counted(words.len(), "description")));
        }
    }
    if !changes.not_compared.is_empty() {
        out.push_str(&format!("\nnot compared, because only one document has them: {}\n", changes.not_compared.join(", ")));
    }
    out
}

/// `shop 1a2b3c4 -> 5d6e7f8: 2 breaking, 1 additive, 3 neutral`.
pub(super) fn headline(changes: &Changes) -> String {
    let commit = |side: &super::Side| side.commit.as_deref().map(|commit| commit.chars().take(7).collect::<String>());
    let project = changes.new.project.as_deref().unwrap_or("document");
    let range = match (commit(&changes.old), commit(&changes.new)) {
        (Some(old), Some(new)) => format!(" {old} -> {new}"),
        _ => String::new(),
    };
    let counts = changes.summary;
    format!("{project}{range}: {} breaking, {} additive, {} neutral", counts.breaking, counts.additive, counts.neutral)
}

fn line(change: &Change) -> String {
    let source = change.source.as_deref().map(|source| format!(" ({source})")).unwrap_or_default();
    let doubt = change.doubtful.as_deref().map(|why| format!("; doubtful: {why}")).unwrap_or_default();
    format!("  {} {}: {}{source}{doubt}\n", sign(change.kind), change.rule, one_line(&change.message))
}

/// The sign of a kind of change.
pub(super) fn sign(kind: Kind) -> char {
    match kind {
        Kind::Added => '+',
        Kind::Removed => '-',
        Kind::Renamed | Kind::Moved => '>',
        Kind::Changed | Kind::Reordered => '~',
    }
}

/// A text of a repository as one line without control characters: none of it reaches a terminal as a command.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// `1 description`, `2 descriptions`.
pub(super) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn painted(text: &str, shade: &str) -> String {
    if shade.is_empty() { text.to_owned() } else { format!("\u{1b}[1;{shade}m{text}\u{1b}[0m") }
}

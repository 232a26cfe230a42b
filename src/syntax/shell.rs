//! Command lines as far as their plain words go: which program with which subcommand.
//! Values of options and assignments may be secrets and are never given on.

/// Splits `a && b; c | d` into commands, quotes kept together.
pub(crate) fn commands(line: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut word = String::new();
    let mut quote = None;
    let flush = |word: &mut String, all: &mut Vec<Vec<String>>| {
        if !word.is_empty()
            && let Some(last) = all.last_mut()
        {
            last.push(std::mem::take(word));
        }
    };
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => word.push(letter),
            (None, '"' | '\'') => quote = Some(letter),
            (None, '&' | '|' | ';' | '\n' | '(' | ')') => {
                flush(&mut word, &mut all);
                if all.last().is_some_and(|last| !last.is_empty()) {
                    all.push(Vec::new());
                }
            }
            (None, _) if letter.is_whitespace() => flush(&mut word, &mut all),
            (None, _) => word.push(letter),
        }
    }
    flush(&mut word, &mut all);
    all.retain(|words| !words.is_empty());
    all
}

/// The words before the first option, assignment or substitution, at most eight: `node dist/apps/api/main`.
pub(crate) fn plain_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let plain = words.into_iter().take_while(|word| is_plain(word)).take(8).collect::<Vec<_>>().join(" ");
    (!plain.is_empty()).then_some(plain)
}

/// Whether a word is a name, path or version and not an option, assignment, substitution, URL with a login or anything longer.
pub(crate) fn is_plain(word: &str) -> bool {
    let fits = |letter: char| letter.is_alphanumeric() || "._-/:@*+,~^".contains(letter);
    !word.starts_with('-') && word.len() <= 100 && !word.contains("://") && word.chars().all(fits)
}

/// A whole command line as plain words: those of its last command that is not mere preparation.
pub(crate) fn plain_command(line: &str) -> Option<String> {
    let all = commands(line);
    let main = all.iter().rev().find(|words| !matches!(words[0].as_str(), "cd" | "export" | "set" | "echo" | "sleep" | "true" | "exit"))?;
    let words = main.iter().map(String::as_str).skip_while(|word| word.contains('=') || *word == "exec");
    plain_words(words)
}

#[cfg(test)]
mod tests {
    use super::{commands, plain_command};

    #[test]
    fn option_values_and_assignments_stay_inside() {
        let expected = [
            ("redis-server --requirepass MARKER", Some("redis-server")),
            ("TOKEN=MARKER node dist/main.js --key MARKER", Some("node dist/main.js")),
            ("sh -c 'yarn start'", Some("sh")),
            ("yarn migrate && exec yarn start:prod api", Some("yarn start:prod api")),
            ("psql postgres://u:MARKER@h/db", Some("psql")),
            ("$CMD", None),
        ];
        for (line, words) in expected {
            assert_eq!(plain_command(line).as_deref(), words, "{line}");
        }
        assert_eq!(commands("a 'b && c' && d|e").len(), 3);
    }
}

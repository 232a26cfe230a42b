//! The instructions of a Dockerfile: continuations, comments between them, heredocs, the escape directive.
//! Source: the Dockerfile reference. A total function: every line belongs to an instruction, or is one that no builder would know.

/// One instruction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Instruction {
    /// The line, from 1, that it starts on.
    pub(crate) line: u32,
    /// Its name in capitals.
    pub(crate) name: String,
    /// Its `--name=value` options.
    pub(crate) options: Vec<(String, String)>,
    /// What stands behind them, continued lines joined by a blank.
    pub(crate) rest: String,
    /// The texts of its heredocs.
    pub(crate) heredocs: Vec<String>,
}

const NAMES: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Whether a builder knows the instruction.
pub(crate) fn is_known(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Reads the instructions of a text.
pub(crate) fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape_of(text);
    let mut lines = text.lines().zip(1_u32..);
    let mut all = Vec::new();
    while let Some((first, line)) = lines.next() {
        let start = first.trim();
        if start.is_empty() || start.starts_with('#') {
            continue;
        }
        let mut joined = String::new();
        let mut part = first;
        loop {
            let trimmed = part.trim();
            // A comment or an empty line between continued lines is not a part of the instruction and does not end it.
            let skipped = !joined.is_empty() && (trimmed.starts_with('#') || trimmed.is_empty());
            let continued = trimmed.ends_with(escape);
            if !skipped {
                joined.push_str(trimmed.strip_suffix(escape).unwrap_or(trimmed).trim_end());
                joined.push(' ');
            }
            if !continued && !skipped {
                break;
            }
            match lines.next() {
                Some((next, _)) => part = next,
                None => break,
            }
        }
        let mut instruction = split(joined.trim(), line);
        for (delimiter, tabs) in heredoc_names(&instruction) {
            let mut body = String::new();
            for (next, _) in lines.by_ref() {
                if (if tabs { next.trim_start_matches('\t') } else { next }).trim_end() == delimiter {
                    break;
                }
                body.push_str(next);
                body.push('\n');
            }
            instruction.heredocs.push(body);
        }
        all.push(instruction);
    }
    all
}

/// The escape character: a back-tick where the directive at the top says so.
fn escape_of(text: &str) -> char {
    let directives = text.lines().map(str::trim).take_while(|line| line.starts_with('#'));
    let named = directives.filter_map(|line| line[1..].split_once('=')).find(|(key, _)| key.trim().eq_ignore_ascii_case("escape"));
    named.and_then(|(_, value)| value.trim().chars().next()).filter(|escape| *escape == '`').unwrap_or('\\')
}

fn split(text: &str, line: u32) -> Instruction {
    let (name, mut rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let mut options = Vec::new();
    rest = rest.trim_start();
    while let Some(option) = rest.strip_prefix("--") {
        let (word, after) = option.split_once(char::is_whitespace).unwrap_or((option, ""));
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        options.push((key.to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
    Instruction { line, name: name.to_ascii_uppercase(), options, rest: rest.trim_end().to_owned(), heredocs: Vec::new() }
}

/// The delimiters of `<<EOF`, `<<-EOF`, `<<"EOF"` of the instructions that may have them.
fn heredoc_names(instruction: &Instruction) -> Vec<(String, bool)> {
    if !matches!(instruction.name.as_str(), "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let words = instruction
        .rest
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("<<").or_else(|| word.split_once("<<").map(|(_, rest)| rest)));
    words
        .filter_map(|word| {
            let (tabs, word) = word.strip_prefix('-').map_or((false, word), |rest| (true, rest));
            let name = word.trim_matches(['"', '\'']);
            let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            plain.then(|| (name.to_owned(), tabs))
        })
        .collect()
}

impl Instruction {
    /// The value of an option.
    pub(crate) fn option(&self, key: &str) -> Option<&str> {
        self.options.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// The words behind the options: of the JSON form where it is one, else split at blanks with quotes taken off.
    pub(crate) fn words(&self) -> Vec<String> {
        if self.rest.starts_with('[')
            && let Ok(words) = serde_json::from_str::<Vec<String>>(&self.rest)
        {
            return words;
        }
        self.rest.split_whitespace().map(|word| word.trim_matches(['"', '\'']).to_owned()).collect()
    }

    /// Everything that a `RUN` runs: its line and its heredocs.
    pub(crate) fn script(&self) -> String {
        let words = if self.rest.starts_with('[') { self.words().join(" ") } else { self.rest.clone() };
        std::iter::once(words.as_str()).chain(self.heredocs.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::instructions;

    fn shown(text: &str) -> Vec<String> {
        instructions(text).iter().map(|one| format!("{} {} {:?} {}", one.line, one.name, one.options, one.rest)).collect()
    }

    #[test]
    fn continued_lines_and_comments_between_them_are_one_instruction() {
        let text = "# syntax=docker/dockerfile:1\nfrom node:18 as build\nRUN yarn \\\n  # why\n\n  install \\\n  --frozen\n\nCOPY --from=build --chown=a:b /a /b\n";
        let expected =
            ["2 FROM [] node:18 as build", "3 RUN [] yarn install --frozen", "9 COPY [(\"from\", \"build\"), (\"chown\", \"a:b\")] /a /b"];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn heredocs_and_the_escape_directive_are_read() {
        let text = "# escape=`\nFROM a\nRUN <<EOF\nFROM not-an-instruction\nEOF\nRUN b `\n  c\nWORKDIR C:\\\nCMD [\"d\", \"e f\"]\n";
        let all = instructions(text);
        assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["FROM", "RUN", "RUN", "WORKDIR", "CMD"]);
        assert_eq!(all[1].heredocs, ["FROM not-an-instruction\n"]);
        assert_eq!((all[2].rest.as_str(), all[4].words()), ("b c", vec!["d".to_owned(), "e f".to_owned()]));
    }
}

//! Templates of charts that cannot be rendered, read line by line: which kinds of resource stand there, and under which condition.
//! Never guesses a name or a number that only rendering would tell.

use crate::finding::KubernetesResource;

/// The resources of a template with the line of their kind.
pub(super) fn read(text: &str) -> Vec<(u32, KubernetesResource)> {
    let mut reader = Reader::default();
    for (line, at) in text.lines().zip(1..) {
        reader.line(line, at);
    }
    reader.finish();
    reader.found
}

#[derive(Default)]
struct Reader {
    /// Conditions that are open; `None` for `range`, `with` and conditions that name no value.
    conditions: Vec<Option<String>>,
    comment: Option<String>,
    in_comment: bool,
    current: KubernetesResource,
    started: u32,
    found: Vec<(u32, KubernetesResource)>,
}

impl Reader {
    fn line(&mut self, line: &str, at: u32) {
        self.comments(line);
        for action in actions(line) {
            self.action(action);
        }
        if line.starts_with("---") {
            self.finish();
        } else if let Some(kind) = line.strip_prefix("kind:") {
            self.current.kind = plain(kind);
            self.started = at;
            self.current.enabled_by = self.conditions.iter().rev().flatten().next().cloned();
            self.current.description = self.comment.take();
        } else if let Some(version) = line.strip_prefix("apiVersion:") {
            self.current.api_version = plain(version);
        } else if line.trim() == "clusterIP: None" {
            self.current.headless = true;
        } else if let Some(name) = line.strip_prefix("  name:") {
            self.current.name = Some(plain(name)).filter(|name| !name.is_empty());
        }
    }

    fn finish(&mut self) {
        let one = std::mem::take(&mut self.current);
        if !one.kind.is_empty() {
            self.found.push((self.started, one));
        }
    }

    fn comments(&mut self, line: &str) {
        if let Some((_, text)) = line.split_once("/*") {
            self.in_comment = true;
            self.comment = Some(String::new());
            self.add_comment(text);
        } else if self.in_comment {
            self.add_comment(line);
        }
    }

    fn add_comment(&mut self, text: &str) {
        let (text, ended) = text.split_once("*/").map_or((text, false), |(text, _)| (text, true));
        if let Some(comment) = &mut self.comment {
            let text = text.trim();
            let blank = if comment.is_empty() || text.is_empty() { "" } else { " " };
            comment.push_str(&format!("{blank}{text}"));
        }
        self.in_comment = !ended;
    }

    fn action(&mut self, action: &str) {
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
        match word {
            "if" => self.conditions.push(condition(rest)),
            "range" | "with" | "define" | "block" => self.conditions.push(None),
            "else" if !self.conditions.is_empty() => {
                self.conditions.pop();
                self.conditions.push(rest.trim().strip_prefix("if ").and_then(condition));
            }
            "end" => {
                self.conditions.pop();
            }
            _ => {}
        }
    }
}

/// The text between `{{` and `}}` of every action of a line.
fn actions(line: &str) -> impl Iterator<Item = &str> {
    line.split("{{").skip(1).filter_map(|part| part.split("}}").next()).map(|part| part.trim_matches('-').trim())
}

/// The values that a condition names, when it is nothing but them: `.Values.ingress.enabled`, `and .Values.a .Values.b`.
fn condition(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().filter(|word| !matches!(*word, "and" | "or")).collect();
    let names: Option<Vec<&str>> =
        words.iter().map(|word| word.trim_matches(['(', ')']).trim_start_matches('$').strip_prefix(".Values.")).collect();
    names.filter(|names| !names.is_empty()).map(|names| names.join(" and "))
}

fn plain(text: &str) -> String {
    let text = text.trim().trim_matches(['"', '\'']);
    if text.contains("{{") { String::new() } else { text.to_owned() }
}

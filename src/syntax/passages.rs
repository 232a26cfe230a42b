//! Markdown cut into headings, fences and runs of other lines, each with its byte offsets, so that code in it keeps its lines.
//! Says of each passage under which headings it stands; never reads what is in it. Total: any text gives passages.

/// What a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PassageKind<'a> {
    /// A heading: its words without the signs.
    Heading(&'a str),
    /// The body of a fence: the first word behind its marks, lower case or not.
    Fence(&'a str),
    /// Lines between the others.
    Lines,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passage<'a> {
    /// What it is.
    pub(crate) kind: PassageKind<'a>,
    /// The offset of its first byte.
    pub(crate) start: usize,
    /// The offset behind its last byte.
    pub(crate) end: usize,
    /// The headings above it, the outermost first; a heading is its own last.
    pub(crate) headings: Vec<&'a str>,
}

/// The passages of a document, in its order.
pub(crate) fn passages(text: &str) -> Vec<Passage<'_>> {
    let mut cutter = Cutter { text, found: Vec::new(), headings: Vec::new(), fence: None, start: 0 };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        cutter.line(line, at);
        at += line.len();
    }
    cutter.close(text.len());
    cutter.found
}

struct Cutter<'a> {
    text: &'a str,
    found: Vec<Passage<'a>>,
    /// The open headings with their levels.
    headings: Vec<(usize, &'a str)>,
    /// The sign, length and language of the open fence.
    fence: Option<(char, usize, &'a str)>,
    /// Where the open passage starts.
    start: usize,
}

impl<'a> Cutter<'a> {
    fn line(&mut self, line: &'a str, at: usize) {
        let trimmed = line.trim();
        if let Some((sign, length, _)) = self.fence {
            if marks(trimmed, sign) >= length && trimmed.chars().all(|one| one == sign) {
                self.close(at);
                self.fence = None;
                self.start = at + line.len();
            }
        } else if let Some(sign) = ['`', '~'].into_iter().find(|sign| marks(trimmed, *sign) >= 3) {
            self.close(at);
            let length = marks(trimmed, sign);
            let language = trimmed[length..].trim_start().split([' ', '{', ',']).next().unwrap_or_default();
            self.fence = Some((sign, length, language));
            self.start = at + line.len();
        } else if let Some((level, words)) = heading(trimmed) {
            self.close(at);
            self.headings.retain(|(above, _)| *above < level);
            self.headings.push((level, words));
            self.push(PassageKind::Heading(words), at, at + line.len());
            self.start = at + line.len();
        }
    }

    fn close(&mut self, end: usize) {
        let kind = self.fence.map_or(PassageKind::Lines, |(_, _, language)| PassageKind::Fence(language));
        if self.text.get(self.start..end).is_some_and(|body| !body.trim().is_empty()) {
            self.push(kind, self.start, end);
        }
    }

    fn push(&mut self, kind: PassageKind<'a>, start: usize, end: usize) {
        let headings = self.headings.iter().map(|(_, words)| *words).collect();
        self.found.push(Passage { kind, start, end, headings });
    }
}

fn marks(line: &str, sign: char) -> usize {
    line.chars().take_while(|one| *one == sign).count()
}

/// `## Words ##`
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = marks(line, '#');
    let words = line.get(level..)?;
    let is_heading = (1..=6).contains(&level) && words.starts_with(' ');
    is_heading.then(|| (level, words.trim().trim_end_matches('#').trim_end()))
}

/// Words of headings below which a document tells of what is not there: plans, examples, what was.
const NOT_OF_TODAY: &[&str] = &[
    "planned",
    "proposed",
    "proposal",
    "future",
    "roadmap",
    "target architecture",
    "not yet",
    "todo",
    "to do",
    "deprecated",
    "removed",
    "legacy",
    "example",
    "tutorial",
    "getting started",
    "quick start",
    "quickstart",
    "usage",
    "how to",
    "faq",
    "troubleshoot",
    "alternatives",
    "rollback",
    "best practice",
];

/// Words of paths of documents that are no description of this system as it is.
const NO_DESCRIPTION: &[&str] = &[
    "changelog",
    "changes",
    "history",
    "contributing",
    "proposal",
    "proposals",
    "rfc",
    "rfcs",
    "adr",
    "adrs",
    "decisions",
    "plans",
    "plan",
    "roadmap",
    "todo",
    "archive",
    "archived",
    "blog",
    "tutorial",
    "tutorials",
    "example",
    "examples",
    "guide",
    "guides",
    "template",
    "templates",
    "prompts",
    "tests",
    "test",
];

/// Folders of texts that tell a coding assistant how to work.
const FOR_ASSISTANTS: &[&str] = &[".agents", ".claude", ".codex", ".continue", ".cursor", ".gemini", ".windsurf"];

/// Whether a document, by its path, describes the system as it is.
pub(crate) fn is_description(path: &str) -> bool {
    if path.split('/').any(|part| FOR_ASSISTANTS.contains(&part)) {
        return false;
    }
    let mut words = path.split(['/', '.', '_', ' ', '-']).map(str::to_ascii_lowercase);
    !words.any(|word| NO_DESCRIPTION.contains(&word.as_str()))
}

impl Passage<'_> {
    /// Whether no heading above it speaks of plans, examples or the past.
    pub(crate) fn is_of_today(&self) -> bool {
        !self.headings.iter().any(|heading| {
            let lower = heading.to_lowercase();
            NOT_OF_TODAY.iter().any(|word| lower.contains(word))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{PassageKind, is_description, passages};

    fn shown(text: &str) -> Vec<String> {
        let show = |one: &super::Passage<'_>| {
            let kind = match one.kind {
                PassageKind::Heading(words) => format!("heading {words}"),
                PassageKind::Fence(language) => format!("fence {language}"),
                PassageKind::Lines => "lines".to_owned(),
            };
            format!("{kind} [{}] {:?} {}", one.headings.join(" > "), text[one.start..one.end].trim(), one.is_of_today())
        };
        passages(text).iter().map(show).collect()
    }

    #[test]
    fn a_document_is_cut_into_passages() {
        let text =
            "intro\n# A #\n\n```sql\n-- # no heading\nselect 1;\n```\n~~~~ text {a=b}\n```\n~~~~\n## Planned\nlater\n# B\n#tag\n```\nopen";
        let expected = [
            "lines [] \"intro\" true",
            "heading A [A] \"# A #\" true",
            "fence sql [A] \"-- # no heading\\nselect 1;\" true",
            "fence text [A] \"```\" true",
            "heading Planned [A > Planned] \"## Planned\" false",
            "lines [A > Planned] \"later\" false",
            "heading B [B] \"# B\" true",
            "lines [B] \"#tag\" true",
            "fence  [B] \"open\" true",
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn plans_and_guides_describe_nothing() {
        assert!(is_description("docs/database.md") && is_description("README.md") && is_description("docs/planets.md"));
        assert!(!is_description("docs/rfcs/001-users.md") && !is_description("CHANGELOG.md") && !is_description("docs/adr/2-orders.md"));
        assert!(!is_description("web/.agents/skills/sql/AGENTS.md") && is_description("docs/agents/overview.md"));
    }
}

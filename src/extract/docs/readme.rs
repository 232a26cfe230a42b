//! READMEs: the title and the first paragraph that says what the thing is.
//! Leaves out badges, notes on installation and the text that a generator of projects put there.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Readme};
use crate::syntax::markdown::{self, Block, Prose};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.readme",
    about: "READMEs: the title and the first paragraph",
    kinds: &[FileKind::Markdown],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Headings of sections that tell how to work with a thing and not what it is.
const WORKING_SECTIONS: &[&str] = &[
    "install",
    "setup",
    "set up",
    "getting started",
    "quick start",
    "quickstart",
    "usage",
    "prerequisite",
    "requirement",
    "running",
    "run ",
    "build",
    "develop",
    "contribut",
    "license",
    "test",
    "deploy",
    "table of contents",
    "contents",
    "support",
    "stay in touch",
    "sponsor",
    "changelog",
    "commands",
    "scripts",
    "env",
    "config",
    "docker",
    "example",
    "how to",
    "troubleshoot",
    "todo",
    "roadmap",
    "credits",
    "установка",
    "запуск",
    "сборка",
    "требования",
    "лицензия",
];

/// First words of paragraphs that project generators write: they say nothing of the project.
const GENERATED: &[&str] = &[
    "nest framework typescript starter repository",
    "this template provides a minimal setup",
    "this template should help get you started",
    "a progressive node.js framework for building",
    "this is a next.js project bootstrapped with",
    "this project was generated with angular cli",
    "this project was generated using angular cli",
    "this project was generated using nx",
    "this library was generated with nx",
    "this project was bootstrapped with create react app",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.file.path.stem().eq_ignore_ascii_case("readme") {
        return;
    }
    let blocks = markdown::blocks(cx.text);
    let (readme, line) = read(&blocks);
    if readme != Readme::default() {
        sink.fact(line, Fact::Readme(readme));
    }
}

fn read(blocks: &[Block]) -> (Readme, u32) {
    let mut readme = Readme::default();
    let mut line = 1;
    let mut working = false;
    for block in blocks {
        match block {
            Block::Heading(level, prose) => {
                working = is_working_section(&prose.text);
                if *level == 1 && readme.title.is_none() && !prose.text.is_empty() && !working {
                    readme.title = Some(name_of(&prose.text));
                }
            }
            Block::Html(html, _) if readme.title.is_none() => readme.title = html_title(html).map(|title| name_of(&title)),
            Block::Paragraph(prose) if !working && is_prose(prose) => {
                readme.paragraph = Some(prose.text.clone());
                line = prose.line;
                break;
            }
            _ => {}
        }
    }
    (readme, line)
}

/// The name in a heading that asks or greets: `Shop` of `What is Shop?`, `Welcome to Shop!`.
fn name_of(heading: &str) -> String {
    const STARTS: &[&str] = &["what is ", "what's ", "welcome to ", "introducing ", "introduction to ", "about "];
    let start = STARTS.iter().find(|start| heading.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start)));
    let name = start.map_or(heading, |start| &heading[start.len()..]).trim();
    // What stands behind a dash says what the thing is.
    let dashes = ["—", " – ", " - ", " | ", ": "];
    let name = dashes
        .iter()
        .filter_map(|dash| name.split_once(dash))
        .map(|(name, _)| name.trim())
        .min_by_key(|name| name.len())
        .filter(|name| !name.is_empty())
        .unwrap_or(name);
    if start.is_some() { name.trim_end_matches(['?', '!', '.']).trim_end().to_owned() } else { name.to_owned() }
}

/// First words of paragraphs that warn or announce something.
const NOTICES: &[&str] = &[
    "note:",
    "notice:",
    "warning:",
    "important:",
    "attention:",
    "caution:",
    "disclaimer",
    "deprecated",
    "tip:",
    "update:",
    "news:",
    "we are hiring",
    "we're hiring",
    "announcement",
    "[!note]",
    "[!warning]",
    "[!important]",
    "[!tip]",
    "[!caution]",
    "⚠",
    "🚧",
    "📢",
    "🎉",
];

fn is_working_section(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let words = lower.trim_start_matches(|c: char| !c.is_alphabetic());
    WORKING_SECTIONS.iter().any(|start| words.starts_with(start))
}

/// A sentence and not a row of links, a lead-in to a list, or a generator's text.
fn is_prose(prose: &Prose) -> bool {
    let lower = prose.text.to_lowercase();
    let words = prose.text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    words >= 3
        && prose.outside_links * 2 >= prose.text.len()
        && !prose.text.ends_with(':')
        && !NOTICES.iter().any(|start| lower.starts_with(start))
        && !GENERATED.iter().any(|start| lower.starts_with(start))
}

/// The text of the first `<h1>`, without tags.
fn html_title(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<h1")?;
    let from = start + lower[start..].find('>')? + 1;
    let end = from + lower[from..].find("</h1")?;
    let mut text = String::new();
    let mut in_tag = false;
    for character in html[from..end].chars() {
        match character {
            '<' => in_tag = true,
            '>' => in_tag = false,
            other if !in_tag => text.push(other),
            _ => {}
        }
    }
    let text = markdown::collapse(&text.replace("&amp;", "&").replace("&nbsp;", " "));
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::syntax::markdown::blocks;

    fn shown(text: &str) -> String {
        let (readme, line) = read(&blocks(text));
        format!("{line} | {} | {}", readme.title.unwrap_or_default(), readme.paragraph.unwrap_or_default())
    }

    #[test]
    fn the_first_sentence_of_prose_is_taken() {
        assert_eq!(
            shown("# Shop\n\n[![CI](a)](b) [Docs](c) | [Chat](d)\n\nSells `things` to\npeople.\n"),
            "5 | Shop | Sells `things` to people."
        );
        assert_eq!(shown("<h1 align=center><b>My</b> App</h1>\n\nOne two three.\n"), "3 | My App | One two three.");
    }

    #[test]
    fn a_heading_may_ask_and_a_notice_says_nothing() {
        assert_eq!(
            shown(
                "# What is Shop??\n\n**Note**: The main branch may be broken.\n\n> ⚠️ Read this page first.\n\nShop sells things to people.\n"
            ),
            "7 | Shop | Shop sells things to people."
        );
    }

    #[test]
    fn what_stands_behind_a_dash_is_no_name() {
        assert_eq!(shown("# Shop—things for people\n\nShop sells many things.\n"), "3 | Shop | Shop sells many things.");
        assert_eq!(shown("# Half-price Shop\n\nShop sells many things.\n"), "3 | Half-price Shop | Shop sells many things.");
    }

    #[test]
    fn working_notes_and_generated_text_are_left_out() {
        let nest = "<p><a><img/></a></p>\n\n  <p align=\"center\">A progressive Node.js framework for building</p>\n\n## Description\n\n\
                    [Nest](https://x) framework TypeScript starter repository.\n\n## Installation\n\nInstall all of the packages.\n";
        assert_eq!(shown(nest), "1 |  | ");
        assert_eq!(
            shown("# A\n\nIt has three parts:\n\n## 🚀 Getting Started\n\nRun the thing now.\n\n## About\n\nIt is a very small tool.\n"),
            "11 | A | It is a very small tool."
        );
    }
}

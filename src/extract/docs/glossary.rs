//! Glossaries and ubiquitous-language documents: tables, definition lists, headings with a paragraph, lists of bold terms.
//! Reads whole documents that are named so, and the sections of other documents that are.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, GlossaryTerm};
use crate::syntax::markdown::{self, Block, Prose};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "docs.glossary",
    about: "glossaries and ubiquitous-language documents: terms with their definitions",
    kinds: &[FileKind::Markdown],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Words, in lower case, that name a glossary in a file name or heading.
const NAMES: &[&str] = &[
    "glossary",
    "ubiquitous language",
    "ubiquitous-language",
    "ubiquitous_language",
    "ubiquitouslanguage",
    "domain language",
    "domain-language",
    "terminology",
    "domain terms",
    "глоссарий",
    "единый язык",
    "словарь терминов",
    "термины и определения",
];

/// Headings, in lower case, that are never terms.
const NOT_TERMS: &[&str] =
    &["see also", "references", "table of contents", "contents", "introduction", "overview", "links", "purpose", "notes"];

const TERM_COLUMNS: &[&str] =
    &["term", "name", "concept", "word", "abbreviation", "acronym", "термин", "понятие", "название", "сокращение"];
const MEANING_COLUMNS: &[&str] =
    &["definition", "meaning", "description", "explanation", "определение", "значение", "описание", "расшифровка"];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let whole = is_glossary(cx.file.path.stem());
    if !whole && !is_glossary(cx.text) {
        return;
    }
    for (term, line) in terms(&markdown::blocks(cx.text), whole) {
        sink.fact(line, Fact::GlossaryTerm(term));
    }
}

/// Whether a name of a glossary stands in a text.
fn is_glossary(text: &str) -> bool {
    let lower = text.to_lowercase();
    NAMES.iter().any(|known| lower.contains(known))
}

/// The parts of a document that are a glossary: all of it, or the sections under a heading that says so.
fn terms(blocks: &[Block], whole: bool) -> Vec<(GlossaryTerm, u32)> {
    if whole {
        return section(blocks);
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at < blocks.len() {
        let Block::Heading(level, prose) = &blocks[at] else {
            at += 1;
            continue;
        };
        let ends = |block: &Block| matches!(block, Block::Heading(other, _) if other <= level);
        let end = blocks[at + 1..].iter().position(ends).map_or(blocks.len(), |more| at + 1 + more);
        if is_glossary(&prose.text) {
            found.append(&mut section(&blocks[at + 1..end]));
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

fn section(blocks: &[Block]) -> Vec<(GlossaryTerm, u32)> {
    let mut found = Vec::new();
    let mut columns = None;
    for (at, block) in blocks.iter().enumerate() {
        match block {
            Block::Row(true, cells, _) => columns = Some(columns_of(cells)),
            Block::Row(false, cells, line) => {
                let (term, meaning) = columns.unwrap_or((0, 1));
                if let (Some(term), Some(meaning)) = (cells.get(term), cells.get(meaning)) {
                    add(&mut found, term, meaning, *line);
                }
            }
            Block::Definition(term, meaning, line) => add(&mut found, term, meaning, *line),
            Block::Item(prose) | Block::Paragraph(prose) => {
                if let Some((term, meaning)) = bold_term(prose) {
                    add(&mut found, term, meaning, prose.line);
                }
            }
            Block::Heading(level, prose) if *level > 1 => {
                if let Some(meaning) = meaning_of_heading(*level, &blocks[at + 1..]) {
                    add(&mut found, &prose.text, meaning, prose.line);
                }
            }
            _ => {}
        }
    }
    found
}

fn columns_of(header: &[String]) -> (usize, usize) {
    let place = |names: &[&str]| header.iter().position(|cell| names.iter().any(|name| cell.to_lowercase().contains(name)));
    let term = place(TERM_COLUMNS).unwrap_or(0);
    let meaning = place(MEANING_COLUMNS).unwrap_or(term + 1);
    (term, meaning)
}

/// `**Term**: what it means`, also with a dash, or with the colon inside the bold words.
fn bold_term(prose: &Prose) -> Option<(&str, &str)> {
    let lead = prose.bold_lead.as_deref()?;
    let rest = prose.text.strip_prefix(lead)?.trim_start();
    let stated = lead.ends_with(':') || rest.starts_with([':', '-', '–', '—', '(']);
    let meaning = rest.trim_start_matches([':', '-', '–', '—', ' ']);
    (stated && !meaning.is_empty()).then_some((lead.trim_end_matches(':'), meaning))
}

/// The paragraph that a heading stands over, unless the heading only groups other terms.
fn meaning_of_heading(level: u8, after: &[Block]) -> Option<&str> {
    let ends = |block: &&Block| !matches!(block, Block::Heading(other, _) if *other <= level);
    let own: Vec<&Block> = after.iter().take_while(ends).collect();
    let groups = |block: &&Block| match block {
        Block::Heading(..) | Block::Row(..) | Block::Definition(..) => true,
        Block::Item(prose) | Block::Paragraph(prose) => bold_term(prose).is_some(),
        _ => false,
    };
    match own.first() {
        Some(Block::Paragraph(prose)) if !own.iter().any(groups) => Some(&prose.text),
        _ => None,
    }
}

fn add(found: &mut Vec<(GlossaryTerm, u32)>, term: &str, meaning: &str, line: u32) {
    let term = term.trim_matches(|c: char| c == '*' || c == '`' || c == ':' || c.is_whitespace());
    let meaning = meaning.trim();
    let is_term = term.chars().count() > 1 && term.len() <= 120 && !NOT_TERMS.contains(&term.to_lowercase().as_str());
    if is_term && meaning.chars().any(char::is_alphabetic) {
        found.push((GlossaryTerm { term: term.to_owned(), definition: meaning.to_owned() }, line));
    }
}

#[cfg(test)]
mod tests {
    use super::terms;
    use crate::syntax::markdown::blocks;

    fn shown(text: &str, whole: bool) -> Vec<String> {
        terms(&blocks(text), whole).into_iter().map(|(term, line)| format!("{line} {} = {}", term.term, term.definition)).collect()
    }

    #[test]
    fn every_form_of_a_glossary_is_read() {
        let text = "# Glossary\n\nWords we use.\n\n## Core\n\n### Deal\n\nAn agreement.\n\n- signed once\n\n### See also\n\nOther things.\n\n## Money\n\n\
                    | Kind | Term | Meaning |\n|--|--|--|\n| x | `Payout` | Money out |\n\n- **Wallet** – holds money\n- **Fee:** what we take\n- plain\n\n\
                    Invoice\n: What is owed\n\n## A\n\nletter\n\n**SMA** (social media account): a profile\n";
        let expected = [
            "7 Deal = An agreement.",
            "21 Payout = Money out",
            "23 Wallet = holds money",
            "24 Fee = what we take",
            "28 Invoice = What is owed",
            "34 SMA = (social media account): a profile",
        ];
        assert_eq!(shown(text, true), expected);
    }

    #[test]
    fn in_other_documents_only_the_glossary_section_counts() {
        let text = "# Design\n\n- **Fast**: yes\n\n## Ubiquitous language\n\n- **Order**: a wish to buy\n\n## Later\n\n- **Slow**: no\n";
        assert_eq!(shown(text, false), ["7 Order = a wish to buy"]);
    }
}

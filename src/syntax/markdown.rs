//! Markdown as a flat list of blocks with plain text and line numbers, by `CommonMark` with tables and definition lists.
//! Drops what is not prose: images, raw HTML, code blocks. Never follows a link.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// One block, in the order of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Block {
    /// A heading and its level, from 1.
    Heading(u8, Prose),
    /// A paragraph outside of lists and quotes.
    Paragraph(Prose),
    /// The first text of a list item.
    Item(Prose),
    /// A row of a table; the first is the header when the flag is set.
    Row(bool, Vec<String>, u32),
    /// A term of a definition list and what it means.
    Definition(String, String, u32),
    /// A fence or an indented block of code; its text is left out.
    Code,
    /// Raw HTML as written.
    Html(String, u32),
}

/// A run of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prose {
    /// The words, white space collapsed, code in backticks.
    pub(crate) text: String,
    /// The bold words that it starts with.
    pub(crate) bold_lead: Option<String>,
    /// How much of the text stands outside of links; bytes.
    pub(crate) outside_links: usize,
    /// The line it starts on, from 1.
    pub(crate) line: u32,
}

/// Reads a text. Lines are counted from 1.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_DEFINITION_LIST | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader::default();
    let mut line = 1;
    let mut seen = 0;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        if range.start > seen {
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[seen..range.start]).count() as u32;
            seen = range.start;
        }
        reader.take(event, line);
    }
    reader.blocks
}

/// What the reader is inside of.
#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    prose: Prose,
    cells: Vec<String>,
    term: String,
    quotes: usize,
    lists: usize,
    links: usize,
    strong: usize,
    muted: usize,
    item_open: bool,
    head: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>, line: u32) {
        match event {
            Event::Start(tag) => self.start(&tag, line),
            Event::End(tag) => self.end(tag, line),
            Event::Text(text) => self.text(&text, line),
            Event::Code(code) => self.text(&format!("`{code}`"), line),
            Event::SoftBreak | Event::HardBreak => self.text(" ", line),
            Event::Html(html) => match self.blocks.last_mut() {
                Some(Block::Html(all, _)) => all.push_str(&html),
                _ => self.blocks.push(Block::Html(html.into_string(), line)),
            },
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, line: u32) {
        match tag {
            Tag::BlockQuote(_) => self.quotes += 1,
            Tag::List(_) => {
                self.close_item();
                self.lists += 1;
            }
            Tag::Item => {
                self.prose = Prose::default();
                self.item_open = true;
            }
            Tag::Link { .. } => self.links += 1,
            Tag::Strong => self.strong += 1,
            Tag::Image { .. } | Tag::MetadataBlock(_) | Tag::FootnoteDefinition(_) => self.muted += 1,
            Tag::CodeBlock(_) => {
                self.close_item();
                self.muted += 1;
                self.blocks.push(Block::Code);
            }
            Tag::HtmlBlock => self.blocks.push(Block::Html(String::new(), line)),
            Tag::TableHead => self.head = true,
            Tag::Heading { .. } | Tag::TableCell | Tag::DefinitionListTitle | Tag::DefinitionListDefinition => {
                self.prose = Prose::default()
            }
            Tag::Paragraph if !self.item_open => self.prose = Prose::default(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, line: u32) {
        match tag {
            TagEnd::BlockQuote(_) => self.quotes = self.quotes.saturating_sub(1),
            TagEnd::List(_) => self.lists = self.lists.saturating_sub(1),
            TagEnd::Link => self.links = self.links.saturating_sub(1),
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Image | TagEnd::MetadataBlock(_) | TagEnd::FootnoteDefinition | TagEnd::CodeBlock => {
                self.muted = self.muted.saturating_sub(1);
            }
            TagEnd::Item => self.close_item(),
            TagEnd::Paragraph if self.item_open => self.close_item(),
            TagEnd::Paragraph if self.lists == 0 && self.quotes == 0 => {
                let prose = self.finished();
                self.blocks.push(Block::Paragraph(prose));
            }
            TagEnd::Heading(level) => {
                let prose = self.finished();
                self.blocks.push(Block::Heading(depth(level), prose));
            }
            TagEnd::TableCell => {
                let cell = self.finished().text;
                self.cells.push(cell);
            }
            TagEnd::TableRow | TagEnd::TableHead => {
                let row = Block::Row(self.head, std::mem::take(&mut self.cells), line);
                self.blocks.push(row);
                self.head = false;
            }
            TagEnd::DefinitionListTitle => self.term = self.finished().text,
            TagEnd::DefinitionListDefinition => {
                let prose = self.finished();
                self.blocks.push(Block::Definition(self.term.clone(), prose.text, prose.line));
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str, line: u32) {
        if self.muted > 0 {
            return;
        }
        let prose = &mut self.prose;
        if prose.line == 0 {
            prose.line = line;
        }
        if self.strong > 0 && (prose.text.trim().is_empty() || prose.bold_lead.as_ref().is_some_and(|lead| lead.len() == prose.text.len()))
        {
            prose.bold_lead.get_or_insert_default().push_str(text);
        }
        if self.links == 0 {
            prose.outside_links += text.trim().len();
        }
        prose.text.push_str(text);
    }

    fn finished(&mut self) -> Prose {
        let mut prose = std::mem::take(&mut self.prose);
        prose.text = collapse(&prose.text);
        prose.bold_lead = prose.bold_lead.map(|lead| collapse(&lead)).filter(|lead| !lead.is_empty());
        prose
    }

    fn close_item(&mut self) {
        if std::mem::take(&mut self.item_open) {
            let prose = self.finished();
            if !prose.text.is_empty() && self.quotes == 0 {
                self.blocks.push(Block::Item(prose));
            }
        }
    }
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// White space runs become one space.
pub(crate) fn collapse(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks};

    fn shown(text: &str) -> Vec<String> {
        let show = |block: &Block| match block {
            Block::Heading(level, prose) => format!("{} h{level} {}", prose.line, prose.text),
            Block::Paragraph(prose) => format!("{} p {} bold={:?}", prose.line, prose.text, prose.bold_lead.as_deref().unwrap_or("")),
            Block::Item(prose) => format!("{} li {} bold={:?}", prose.line, prose.text, prose.bold_lead.as_deref().unwrap_or("")),
            Block::Row(head, cells, line) => format!("{line} row {head} {}", cells.join("|")),
            Block::Definition(term, text, line) => format!("{line} dl {term} = {text}"),
            Block::Code => "code".to_owned(),
            Block::Html(html, line) => format!("{line} html {}", html.trim()),
        };
        blocks(text).iter().map(show).collect()
    }

    #[test]
    fn blocks_keep_their_text_and_line() {
        let text = "---\nsecret: x\n---\n# A `b`\n\n![badge](x.svg) **Bold lead** and [a link](y)\nnext.\n\n> quoted\n\n- **One**: first\n  - two\n\n    ```\n    code\n    ```\n\n\
                    | T | D |\n|---|---|\n| a | b c |\n\nTerm\n: What it is\n\n<h1>Title</h1>\n";
        let expected = [
            "4 h1 A `b`",
            "6 p Bold lead and a link next. bold=\"Bold lead\"",
            "11 li One: first bold=\"One\"",
            "12 li two bold=\"\"",
            "code",
            "18 row true T|D",
            "20 row false a|b c",
            "23 dl Term = What it is",
            "25 html <h1>Title</h1>",
        ];
        assert_eq!(shown(text), expected);
    }
}

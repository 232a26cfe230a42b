//! The language of Terraform and OpenTofu: blocks with labels, attributes and blocks inside. Tolerant, one pass, no tree.
//! Expressions stay text; what of them becomes a fact, the reader of the file decides.

use std::collections::BTreeMap;

/// How deep blocks are read.
const DEPTH_LIMIT: usize = 32;

/// A block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    /// `resource`, `module`, `environment`.
    pub(crate) kind: String,
    /// What stands between its kind and its brace: the type and name of a resource.
    pub(crate) labels: Vec<String>,
    /// The line of its kind.
    pub(crate) line: u32,
    /// Name -> expression, as written, on one or many lines.
    pub(crate) attributes: BTreeMap<String, String>,
    /// The blocks in it.
    pub(crate) blocks: Vec<Block>,
}

impl Block {
    /// The value of an attribute that is a plain text, number or truth value without an interpolation.
    pub(crate) fn plain(&self, name: &str) -> Option<&str> {
        let value = self.attributes.get(name)?.trim();
        match value.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"').filter(|text| !text.contains(['"', '$', '%', '\n'])),
            None => Some(value).filter(|text| matches!(*text, "true" | "false") || text.parse::<f64>().is_ok()),
        }
    }

    /// All expressions in it and in the blocks below, with the names of the attributes.
    pub(crate) fn expressions(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<(&str, &str)> = Vec::new();
        let mut open = vec![self];
        while let Some(block) = open.pop() {
            all.extend(block.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            open.extend(&block.blocks);
        }
        all
    }
}

/// The blocks at the top of a file; `None` where it nests too deep.
pub(crate) fn blocks(text: &str) -> Option<Vec<Block>> {
    let mut open = vec![Block::default()];
    let mut reader = Reader { text, at: 0, line: 1 };
    while let Some(name) = reader.word(&mut open) {
        let line = reader.line;
        let mut labels = Vec::new();
        loop {
            reader.blanks();
            match reader.byte() {
                Some(b'"') => labels.push(reader.quoted()),
                Some(b'=') if reader.text.as_bytes().get(reader.at + 1) != Some(&b'=') => {
                    reader.step(1);
                    let value = reader.expression();
                    open.last_mut()?.attributes.insert(name, value);
                    break;
                }
                Some(b'{') => {
                    reader.step(1);
                    if open.len() > DEPTH_LIMIT {
                        return None;
                    }
                    open.push(Block { kind: name, labels, line, ..Block::default() });
                    break;
                }
                Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => labels.push(reader.identifier()),
                Some(b'\n') | None => break,
                Some(_) => reader.step(1),
            }
        }
    }
    while open.len() > 1 {
        fold(&mut open);
    }
    open.pop().map(|root| root.blocks)
}

fn fold(open: &mut Vec<Block>) {
    if open.len() > 1
        && let (Some(inner), Some(outer)) = (open.pop(), open.last_mut())
    {
        outer.blocks.push(inner);
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    line: u32,
}

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn step(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or_default();
        self.line = self.line.saturating_add(u32::try_from(passed.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u32::MAX));
        self.at = end;
    }

    /// Passes blanks and comments of a line.
    fn blanks(&mut self) {
        while let Some(byte) = self.byte() {
            match byte {
                b' ' | b'\t' | b'\r' => self.step(1),
                _ if self.comment() => {}
                _ => return,
            }
        }
    }

    fn comment(&mut self) -> bool {
        let bytes = &self.text.as_bytes()[self.at..];
        let length = match bytes {
            [b'#', ..] | [b'/', b'/', ..] => bytes.iter().position(|byte| *byte == b'\n'),
            [b'/', b'*', ..] => bytes.windows(2).position(|pair| pair == b"*/").map(|at| at + 2),
            _ => return false,
        };
        self.step(length.unwrap_or(bytes.len()));
        true
    }

    /// The next name at the start of an attribute or block; closing braces on the way close blocks.
    fn word(&mut self, open: &mut Vec<Block>) -> Option<String> {
        loop {
            self.blanks();
            match self.byte()? {
                b'}' => {
                    fold(open);
                    self.step(1);
                }
                b'"' => return Some(self.quoted()),
                byte if byte.is_ascii_alphabetic() || byte == b'_' => return Some(self.identifier()),
                _ => self.step(1),
            }
        }
    }

    fn identifier(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '-')).unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        self.step(end.max(1));
        word
    }

    fn quoted(&mut self) -> String {
        let start = self.at + 1;
        self.skip_quoted();
        self.text.get(start..self.at.saturating_sub(1).max(start)).unwrap_or_default().to_owned()
    }

    /// Passes a text in quotes with the expressions in it.
    fn skip_quoted(&mut self) {
        self.step(1);
        let mut depth = 0_usize;
        while let Some(byte) = self.byte() {
            match byte {
                b'\\' => self.step(2),
                b'$' | b'%' if self.text.as_bytes().get(self.at + 1) == Some(&b'{') => {
                    depth += 1;
                    self.step(2);
                }
                b'}' if depth > 0 => {
                    depth -= 1;
                    self.step(1);
                }
                b'"' if depth == 0 => return self.step(1),
                b'\n' if depth == 0 => return,
                _ => self.step(1),
            }
        }
    }

    /// An expression up to the end of its line; brackets and heredocs carry it on.
    fn expression(&mut self) -> String {
        let start = self.at;
        let (mut depth, mut end) = (0_usize, None);
        while let Some(byte) = self.byte() {
            let here = self.at;
            match byte {
                b'"' => self.skip_quoted(),
                b'<' if self.rest().starts_with("<<") => self.heredoc(),
                b'(' | b'[' | b'{' => {
                    depth += 1;
                    self.step(1);
                }
                b'}' if depth == 0 => break,
                b')' | b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    self.step(1);
                }
                b'\n' if depth == 0 => break,
                // A comment behind the value is none of it.
                _ if self.comment() => end = end.or((depth == 0).then_some(here)),
                _ => self.step(1),
            }
        }
        self.text.get(start..end.unwrap_or(self.at)).unwrap_or_default().trim().to_owned()
    }

    fn heredoc(&mut self) {
        let rest = self.rest().trim_start_matches('<').trim_start_matches('-');
        let mark: String = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
        if mark.is_empty() {
            return self.step(2);
        }
        let lines = self.rest().split_inclusive('\n');
        let mut length = 0;
        for (number, line) in lines.enumerate() {
            if number > 0 && line.trim() == mark {
                length += line.trim_end_matches('\n').len();
                break;
            }
            length += line.len();
        }
        self.step(length.max(2));
    }
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_attributes_and_heredocs_are_read() {
        let text = concat!(
            "# resource \"x\" \"y\" {}\nresource \"aws_lambda_function\" \"mail\" {\n  runtime = \"nodejs22.x\" // x\n  memory_size = 256\n  name = \"m-${var.env}\"\n",
            "  environment {\n    variables = {\n      QUEUE = aws_sqs_queue.mail.url\n    }\n  }\n  policy = <<EOF\n{ \"a\": \"}\" }\nEOF\n  count = var.on ? 1 : 0\n}\n",
            "module \"db\" { source = \"./db\" }\n",
        );
        let all = blocks(text).unwrap();
        let [lambda, module] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!((lambda.labels.join("."), lambda.line), ("aws_lambda_function.mail".to_owned(), 2));
        assert_eq!((lambda.plain("runtime"), lambda.plain("memory_size"), lambda.plain("name")), (Some("nodejs22.x"), Some("256"), None));
        assert!(lambda.blocks[0].attributes["variables"].contains("aws_sqs_queue.mail.url"));
        assert_eq!(lambda.attributes["count"], "var.on ? 1 : 0");
        assert_eq!((module.line, module.plain("source")), (16, Some("./db")));
    }

    #[test]
    fn broken_and_hostile_files_end() {
        assert_eq!(blocks("a \"b {\n c = [\"").unwrap().len(), 0);
        assert_eq!(blocks("a {\n b = <<X\n ü").unwrap().len(), 1);
        assert!(blocks(&"a {\n".repeat(100)).is_none());
    }
}

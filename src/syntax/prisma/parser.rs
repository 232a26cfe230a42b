//! Puts the tokens of a Prisma schema together. A line that does not fit is noted and left out.

use super::lexer::Token;
use super::{Argument, Attribute, Block, Expression, Field, Schema};

/// Expressions nest no deeper than this.
const DEPTH: usize = 16;

/// Reads all blocks.
pub(super) fn parse(tokens: &[(Token, u32)]) -> Schema {
    let mut parser = Parser { tokens, at: 0, schema: Schema::default() };
    let mut doc = Docs::default();
    while let Some((token, line)) = parser.next() {
        match token {
            Token::Doc(text) => doc.add(text),
            Token::Newline => doc.end_line(),
            Token::Word(keyword) => {
                parser.block(keyword, line, doc.take());
            }
            _ => parser.skip_line(line),
        }
    }
    parser.schema
}

/// Doc comments that stand above a thing, with no empty line between.
#[derive(Default)]
struct Docs {
    lines: Vec<String>,
    on_this_line: bool,
}

impl Docs {
    fn add(&mut self, text: &str) {
        self.lines.push(text.to_owned());
        self.on_this_line = true;
    }

    fn end_line(&mut self) {
        if !std::mem::take(&mut self.on_this_line) {
            self.lines.clear();
        }
    }

    fn take(&mut self) -> Option<String> {
        joined(&std::mem::take(&mut self.lines))
    }
}

fn joined(lines: &[String]) -> Option<String> {
    let text = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

struct Parser<'a> {
    tokens: &'a [(Token, u32)],
    at: usize,
    schema: Schema,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<(&'a Token, u32)> {
        let (token, line) = self.tokens.get(self.at)?;
        self.at += 1;
        Some((token, *line))
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn take(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn skip_newlines(&mut self) {
        while matches!(self.peek(), Some(Token::Newline | Token::Doc(_))) {
            self.at += 1;
        }
    }

    /// Leaves the rest of a line out.
    fn skip_line(&mut self, line: u32) {
        self.schema.faults.push(line);
        while !matches!(self.peek(), None | Some(Token::Newline) | Some(Token::Sign('}'))) {
            self.at += 1;
        }
    }

    fn block(&mut self, keyword: &str, line: u32, doc: Option<String>) {
        let Some(Token::Word(name)) = self.peek() else { return self.skip_line(line) };
        self.at += 1;
        self.skip_newlines();
        if !self.take('{') {
            return self.skip_line(line);
        }
        let mut block = Block { keyword: keyword.to_owned(), name: name.clone(), line, doc, ..Block::default() };
        let mut docs = Docs::default();
        while let Some((token, line)) = self.next() {
            match token {
                Token::Sign('}') => break,
                Token::Newline => docs.end_line(),
                Token::Doc(text) => docs.add(text),
                Token::Sign('@') if self.take('@') => match self.attribute(line) {
                    Some(attribute) => block.attributes.push(attribute),
                    None => self.skip_line(line),
                },
                Token::Word(name) if self.take('=') => match self.expression(DEPTH) {
                    Some(value) => block.settings.push((name.clone(), value)),
                    None => self.skip_line(line),
                },
                Token::Word(name) => match self.field(name, line) {
                    Some(field) => block.fields.push(Field { doc: field.doc.clone().or_else(|| docs.take()), ..field }),
                    None => self.skip_line(line),
                },
                _ => self.skip_line(line),
            }
        }
        self.schema.blocks.push(block);
    }

    /// What stands behind the name of a field, to the end of its line.
    fn field(&mut self, name: &str, line: u32) -> Option<Field> {
        let mut field = Field { name: name.to_owned(), line, ..Field::default() };
        if let Some(Token::Word(type_name)) = self.peek() {
            self.at += 1;
            field.type_name.clone_from(type_name);
            if self.take('(') {
                field.unsupported = self.arguments(DEPTH)?.first().and_then(|one| one.value.as_text().map(str::to_owned));
            }
        }
        loop {
            match self.peek() {
                Some(Token::Sign('?')) => {
                    self.at += 1;
                    field.is_optional = true;
                }
                Some(Token::Sign('[')) => {
                    self.at += 1;
                    field.is_list = self.take(']').then_some(true)?;
                }
                // `!` once said that a field is required.
                Some(Token::Sign('!')) => self.at += 1,
                Some(Token::Sign('@')) => {
                    self.at += 1;
                    field.attributes.push(self.attribute(line)?);
                }
                Some(Token::Doc(text)) => {
                    self.at += 1;
                    field.doc = joined(std::slice::from_ref(text));
                }
                None | Some(Token::Newline | Token::Sign('}')) => return Some(field),
                _ => return None,
            }
        }
    }

    fn attribute(&mut self, line: u32) -> Option<Attribute> {
        let Some(Token::Word(name)) = self.peek() else { return None };
        self.at += 1;
        let arguments = if self.take('(') { self.arguments(DEPTH)? } else { Vec::new() };
        Some(Attribute { name: name.clone(), line, arguments })
    }

    /// Arguments up to the closing bracket, over as many lines as they take.
    fn arguments(&mut self, depth: usize) -> Option<Vec<Argument>> {
        let mut found = Vec::new();
        loop {
            self.skip_newlines();
            if self.take(')') {
                return Some(found);
            }
            if self.take(',') {
                continue;
            }
            let name = self.argument_name();
            found.push(Argument { name, value: self.expression(depth)? });
        }
    }

    fn argument_name(&mut self) -> Option<String> {
        let Some(Token::Word(name)) = self.peek() else { return None };
        if self.tokens.get(self.at + 1).map(|(token, _)| token) != Some(&Token::Sign(':')) {
            return None;
        }
        self.at += 2;
        Some(name.clone())
    }

    fn expression(&mut self, depth: usize) -> Option<Expression> {
        let depth = depth.checked_sub(1)?;
        self.skip_newlines();
        match self.next()?.0 {
            Token::Text(text) => Some(Expression::Text(text.clone())),
            Token::Number(number) => Some(Expression::Number(number.clone())),
            Token::Word(name) if self.take('(') => Some(Expression::Call(name.clone(), self.arguments(depth)?)),
            Token::Word(name) => Some(Expression::Name(name.clone())),
            Token::Sign('[') => {
                let mut items = Vec::new();
                loop {
                    self.skip_newlines();
                    if self.take(']') {
                        return Some(Expression::List(items));
                    }
                    if !self.take(',') {
                        items.push(self.expression(depth)?);
                    }
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::prisma::Schema;

    fn shown(text: &str) -> String {
        let schema = Schema::parse(text);
        let mut lines = Vec::new();
        for block in &schema.blocks {
            lines.push(format!("{} {} {} {:?}", block.line, block.keyword, block.name, block.doc.as_deref().unwrap_or("")));
            for field in &block.fields {
                let marks = format!("{}{}", if field.is_list { "[]" } else { "" }, if field.is_optional { "?" } else { "" });
                let attributes: Vec<String> = field.attributes.iter().map(|one| format!("@{}/{}", one.name, one.arguments.len())).collect();
                let doc = field.doc.as_deref().unwrap_or("");
                lines.push(format!("  {} {} {}{marks} {} {doc}", field.line, field.name, field.type_name, attributes.join(" ")));
            }
            lines.extend(block.attributes.iter().map(|one| format!("  {} @@{}/{}", one.line, one.name, one.arguments.len())));
            lines.extend(block.settings.iter().map(|(name, value)| format!("  {name} = {value:?}")));
        }
        lines.push(format!("faults {:?}", schema.faults));
        lines.join("\n")
    }

    #[test]
    fn blocks_fields_and_attributes_are_read() {
        let text = "datasource db {\n  provider = \"postgresql\" // engine\n  url = env(\"URL\")\n}\n\n/// A user\n/// of the shop.\nmodel User {\n  id Int @id @default(autoincrement())\n  /// Sign-in name.\n  email String? @db.VarChar(100) @map(\"e_mail\") /// trailing\n\n  tags String[]\n  place Unsupported(\"point\")?\n  // gone String\n  posts Post[] @relation(\n    \"x\"\n  )\n  @@unique([id, email(sort: Desc)],\n    map: \"u\")\n}\n\nenum Role {\n  ADMIN @map(\"admin\")\n  USER\n}";
        assert_eq!(
            shown(text),
            "1 datasource db \"\"
  provider = Text(\"postgresql\")
  url = Call(\"env\", [Argument { name: None, value: Text(\"URL\") }])
8 model User \"A user of the shop.\"
  9 id Int @id/0 @default/1 
  11 email String? @db.VarChar/1 @map/1 trailing
  13 tags String[]  
  14 place Unsupported?  
  16 posts Post[] @relation/1 
  19 @@unique/2
23 enum Role \"\"
  24 ADMIN  @map/1 
  25 USER   
faults []"
        );
    }

    #[test]
    fn what_is_broken_costs_its_line() {
        let text = "model A {\n  id Int @id\n  bad Int %% x\n  c Int @\n  ok Int\n}\n} stray\nmodel B {\n  id Int @id(";
        assert_eq!(shown(text), "1 model A \"\"\n  2 id Int @id/0 \n  5 ok Int  \n8 model B \"\"\nfaults [3, 4, 7, 9]");
    }
}

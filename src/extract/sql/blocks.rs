//! DO blocks: the plain statements in them, with the control structure around each taken off.
//! Function bodies are never looked into: they run when they are called, if ever.

use super::statement::Statement;
use crate::syntax::sql::Lexis;
use crate::syntax::sql::token::{Token, TokenKind, Tokens};

/// The bytes of the body of a DO block, inside its dollar tags.
pub(super) fn body(statement: &Statement<'_>, head: &[String]) -> Option<(usize, usize)> {
    if statement.lexis != Lexis::Postgres || head.first().is_none_or(|word| word != "do") {
        return None;
    }
    let token = Tokens::new(statement.text, statement.lexis).find(|token| token.kind == TokenKind::DollarText)?;
    let written = token.of(statement.text);
    let tag = written[1..].find('$')? + 2;
    (written.len() >= 2 * tag).then_some((token.start + tag, token.end - tag))
}

/// A piece of a block without the control words before its statement: the rest, how much was taken off, whether a condition guards it.
pub(super) fn without_control(text: &str) -> (&str, usize, bool) {
    let solid: Vec<Token> = Tokens::new(text, Lexis::Postgres).filter(Token::is_solid).collect();
    let word = |at: usize| solid.get(at).map(|token| token.of(text).to_ascii_lowercase()).unwrap_or_default();
    let (mut at, mut guarded) = (0, false);
    loop {
        let behind = |end: &str, from: usize| (from..solid.len()).find(|next| word(*next) == end).map(|next| next + 1);
        let next = match word(at).as_str() {
            "begin" | "else" | "loop" => Some(at + 1),
            "if" | "elsif" | "elseif" | "when" => behind("then", at),
            "exception" => behind("then", at).or(Some(at + 1)),
            "for" | "while" | "foreach" => behind("loop", at),
            "declare" => behind("begin", at),
            _ => None,
        };
        let Some(next) = next else { break };
        guarded |= !matches!(word(at).as_str(), "begin" | "declare");
        at = next;
    }
    let offset = solid.get(at).map_or(text.len(), |token| token.start);
    // Comments right above the statement describe it; they stay when nothing was taken off.
    if at == 0 { (text, 0, guarded) } else { (&text[offset..], offset, guarded) }
}

/// The bytes of the only literal of `EXECUTE 'literal'`, without its quotes; a literal with doubled quotes does not count.
pub(super) fn executed(statement: &Statement<'_>) -> Option<(usize, usize)> {
    let solid: Vec<Token> = Tokens::new(statement.text, statement.lexis).filter(Token::is_solid).collect();
    let [_, literal] = solid.as_slice() else { return None };
    let written = literal.of(statement.text);
    match literal.kind {
        TokenKind::Text if written.starts_with('\'') && !written[1..written.len() - 1].contains('\'') => {
            Some((literal.start + 1, literal.end - 1))
        }
        TokenKind::DollarText => {
            let tag = written[1..].find('$')? + 2;
            (written.len() >= 2 * tag).then_some((literal.start + tag, literal.end - tag))
        }
        _ => None,
    }
}

/// `EXECUTE statement`, with nothing else behind the word.
pub(super) fn names_a_variable(statement: &Statement<'_>) -> bool {
    let mut solid = Tokens::new(statement.text, statement.lexis).filter(Token::is_solid).skip(1);
    solid.next().is_some_and(|token| token.kind == TokenKind::Word) && solid.next().is_none()
}

/// Whether a literal of a block holds the words of such a statement: a variable that is executed there may be made of it.
pub(super) fn holds_ddl(body: &str) -> bool {
    let mut literals = Tokens::new(body, Lexis::Postgres).filter(|token| matches!(token.kind, TokenKind::Text | TokenKind::DollarText));
    literals.any(|token| builds_ddl(token.of(body)))
}

/// Whether the text of an EXECUTE names a statement that changes a schema.
pub(super) fn builds_ddl(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let verbs = ["create table", "alter table", "drop table", "create type", "alter type", "drop type", "rename to"];
    verbs.iter().any(|verb| lower.contains(verb))
}

#[cfg(test)]
mod tests {
    use super::without_control;

    #[test]
    fn control_words_are_taken_off() {
        let plain = |text: &str| {
            let (rest, _, guarded) = without_control(text);
            (rest.trim().to_owned(), guarded)
        };
        assert_eq!(plain("declare x int"), ("declare x int".into(), false));
        assert_eq!(plain("\nbegin\n if not exists (select 1) then\n create type t as enum ()"), ("create type t as enum ()".into(), true));
        assert_eq!(plain("begin alter table a add b int"), ("alter table a add b int".into(), false));
        assert_eq!(plain("exception when duplicate_object then null"), ("null".into(), true));
        assert_eq!(plain("else drop table a"), ("drop table a".into(), true));
    }
}

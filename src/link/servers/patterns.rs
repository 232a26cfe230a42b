//! Regular expressions as paths, as far as they stand for a few plain texts: `/(\/api)?/` is nothing or `/api`.
//! Source: ECMAScript, "Patterns". Anything that stands for more than a few texts is not read.

/// At most so many texts.
const TEXTS: usize = 8;
/// Groups nest no deeper.
const DEPTH: usize = 6;

/// The texts that the start of a path must be, for a router that is mounted by an expression as written: `/^\/api/`.
pub(super) fn starts(literal: &str) -> Option<Vec<String>> {
    texts(literal, false)
}

/// The texts that a whole path must be.
pub(super) fn whole(literal: &str) -> Option<Vec<String>> {
    texts(literal, true)
}

fn texts(literal: &str, to_the_end: bool) -> Option<Vec<String>> {
    let inner = literal.strip_prefix('/')?.rsplit_once('/')?.0;
    let (start, end) = (inner.starts_with('^'), inner.ends_with('$') && !inner.ends_with("\\$"));
    if to_the_end && !(start && end) {
        return None;
    }
    let inner = inner.strip_prefix('^').unwrap_or(inner);
    let inner = if end { &inner[..inner.len() - 1] } else { inner };
    let mut reader = Reader { rest: inner };
    let found = reader.alternatives(DEPTH)?;
    (reader.rest.is_empty() && !found.is_empty()).then_some(found)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn alternatives(&mut self, depth: usize) -> Option<Vec<String>> {
        let depth = depth.checked_sub(1)?;
        let mut all = self.sequence(depth)?;
        while let Some(rest) = self.rest.strip_prefix('|') {
            self.rest = rest;
            all.extend(self.sequence(depth)?);
        }
        (all.len() <= TEXTS).then_some(all)
    }

    fn sequence(&mut self, depth: usize) -> Option<Vec<String>> {
        let mut all = vec![String::new()];
        while !self.rest.is_empty() && !self.rest.starts_with(['|', ')']) {
            let mut part = self.part(depth)?;
            if let Some(rest) = self.rest.strip_prefix('?') {
                self.rest = rest;
                part.insert(0, String::new());
            }
            if self.rest.starts_with(['*', '+', '{', '?']) {
                return None;
            }
            all = all.iter().flat_map(|head| part.iter().map(move |tail| format!("{head}{tail}"))).collect();
            if all.len() > TEXTS {
                return None;
            }
        }
        Some(all)
    }

    fn part(&mut self, depth: usize) -> Option<Vec<String>> {
        if let Some(rest) = self.rest.strip_prefix('(') {
            self.rest = rest.strip_prefix("?:").unwrap_or(rest);
            if self.rest.starts_with('?') {
                return None;
            }
            let inner = self.alternatives(depth)?;
            self.rest = self.rest.strip_prefix(')')?;
            return Some(inner);
        }
        let mut letters = self.rest.chars();
        let letter = match letters.next()? {
            '\\' => letters.next().filter(|next| matches!(next, '/' | '-' | '.' | '_'))?,
            other if other.is_ascii_alphanumeric() || matches!(other, '-' | '_' | '/') => other,
            _ => return None,
        };
        self.rest = letters.as_str();
        Some(vec![letter.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::{starts, whole};

    #[test]
    fn an_expression_stands_for_a_few_texts_or_is_not_read() {
        assert_eq!(starts(r"/(\/api)?/"), Some(vec![String::new(), "/api".to_owned()]));
        assert_eq!(starts(r"/^\/(v1|v2)/"), Some(vec!["/v1".to_owned(), "/v2".to_owned()]));
        assert_eq!(whole(r"/^\/health(z)?$/i"), Some(vec!["/health".to_owned(), "/healthz".to_owned()]));
        assert_eq!(whole(r"/\/health/"), None);
        assert_eq!(starts(r"/\/a.*/"), None);
        assert_eq!(starts(r"/^\/[a-z]+/"), None);
    }
}

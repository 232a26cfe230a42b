//! What the columns of a document belong to: the table that a heading, a label or a statement above them names.
//! Words that are no name of a table name none.

/// What is known of the table that the next rows are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subject {
    /// The name of the table, when one is told.
    pub(super) table: Option<String>,
    /// Whether a label or statement told it, rather than a heading.
    pub(super) is_told: bool,
    /// Whether SQL states its columns.
    pub(super) in_sql: bool,
    /// The words of the heading: the name of its model.
    pub(super) model: Option<String>,
    /// What the document says of it.
    pub(super) description: Option<String>,
}

impl Subject {
    /// The subject under a heading: `### 3.1 users`, `### Table: users`, `### users (unused)`, `### The users table`.
    pub(super) fn of_heading(heading: &str) -> Self {
        let words = plain(heading);
        let words = words.trim_start_matches(|one: char| one.is_ascii_digit() || ". )".contains(one));
        let without_remark = words.split([' ', '(', '\u{2014}']).find(|word| !word.is_empty() && !is_filler(word)).unwrap_or_default();
        let rest = words.split('(').next().unwrap_or_default().split_whitespace().filter(|word| !is_filler(word)).count();
        let name = without_remark.trim_matches(|one: char| ":,.".contains(one));
        let named = rest == 1 && is_name(name);
        Self { table: named.then(|| name.to_owned()), model: named.then(|| name.to_owned()), ..Self::default() }
    }

    /// Takes in a line that labels or states a table: `**Table:** users`, `**Purpose:** ...`, `create table users (`.
    pub(super) fn read(&mut self, line: &str) {
        let words = plain(line);
        let lower = words.to_ascii_lowercase();
        let after = |label: &str| lower.starts_with(label).then(|| words[label.len()..].trim().to_owned());
        if let Some(name) = ["table:", "table name:", "db table:", "tablename:"].iter().find_map(|label| after(label)) {
            let name = name.split([' ', '(', ',']).next().unwrap_or_default();
            if is_name(name) {
                self.table = Some(name.to_owned());
                self.is_told = true;
            }
        } else if let Some(text) = ["purpose:", "description:"].iter().find_map(|label| after(label)) {
            self.description = Some(text).filter(|text| !text.is_empty());
        } else if let Some(rest) = after("create table ") {
            let rest = rest.strip_prefix("if not exists ").or_else(|| rest.strip_prefix("IF NOT EXISTS ")).unwrap_or(&rest);
            let name = rest.split([' ', '(']).next().unwrap_or_default().trim_matches('"');
            if is_name(name.rsplit('.').next().unwrap_or_default()) {
                *self = Self { table: Some(name.to_owned()), is_told: true, in_sql: true, ..Self::default() };
            }
        }
    }
}

/// Words around the name of a table.
fn is_filler(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    matches!(lower.trim_matches(':'), "the" | "table" | "collection" | "entity" | "model" | "schema" | "-")
        || !word.contains(char::is_alphanumeric)
}

/// The text of a line without signs of emphasis, code, lists and quotes.
pub(super) fn plain(line: &str) -> String {
    line.trim().trim_start_matches(['-', '>', ' ']).chars().filter(|one| !matches!(one, '*' | '`')).collect::<String>().trim().to_owned()
}

/// Whether a word can be the name of a table or column.
pub(super) fn is_name(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && word.chars().all(|one| one.is_ascii_alphanumeric() || one == '_' || one == '.')
        && !word.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::Subject;

    #[test]
    fn headings_and_labels_name_tables() {
        let heading = |words: &str| Subject::of_heading(words).table.unwrap_or_default();
        for words in ["users", "3.1 users", "`users`", "Table: users", "users (unused)", "The `users` table", "users table:"] {
            assert_eq!(heading(words), "users", "{words}");
        }
        for words in ["Core tables of sign-in", "User accounts", "2.", "Indexes & performance", ""] {
            assert_eq!(heading(words), "", "{words}");
        }
        let read = |line: &str| {
            let mut subject = Subject::of_heading("User");
            subject.read(line);
            format!("{} {} {}", subject.table.unwrap_or_default(), subject.is_told, subject.description.unwrap_or_default())
        };
        assert_eq!(read("**Table:** `users`"), "users true ");
        assert_eq!(read("CREATE TABLE IF NOT EXISTS app.users ("), "app.users true ");
        assert_eq!(read("- **Purpose:** who signs in"), "User false who signs in");
    }
}

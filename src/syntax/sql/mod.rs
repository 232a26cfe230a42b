//! SQL as text: where statements start and end, what its tokens are, which dialect it is.
//! Knows the lexical rules of the dialects and nothing of what a statement means.

pub(crate) mod name;
pub(crate) mod split;
pub(crate) mod token;

/// How a dialect writes strings, names and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lexis {
    /// `"name"`, `$tag$ ... $tag$`, `E'\n'`, nested comments.
    Postgres,
    /// `` `name` ``, `'it\'s'`, `# comment`, DELIMITER.
    MySql,
    /// `"name"`, `` `name` ``, `[name]`.
    Sqlite,
    /// `[name]`, GO between batches.
    SqlServer,
    /// `` `name` ``, `'it\'s'`.
    ClickHouse,
}

impl Lexis {
    /// Whether a backslash escapes the next character of an ordinary string.
    pub(crate) fn backslash_escapes(self) -> bool {
        matches!(self, Self::MySql | Self::ClickHouse)
    }

    /// Whether `[name]` is a quoted name.
    pub(crate) fn bracket_names(self) -> bool {
        matches!(self, Self::SqlServer | Self::Sqlite)
    }

    /// Whether `` `name` `` is a quoted name.
    pub(crate) fn backtick_names(self) -> bool {
        !matches!(self, Self::Postgres | Self::SqlServer)
    }

    /// Whether `#` starts a comment.
    pub(crate) fn hash_comments(self) -> bool {
        self == Self::MySql
    }
}

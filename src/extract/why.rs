//! Why a file is looked at, and what is told of its bytes before it is: whether it holds what was asked for, and whether a person wrote it.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use memchr::memmem;

use crate::classify::FileKind;

/// Why a file is looked at.
#[derive(Clone, Copy)]
pub(super) enum Why<'a> {
    /// It is there: extractors whose markers stand in it see it.
    Listed,
    /// A fact refers to what it defines.
    Demanded,
    /// A fact refers to one of these names, which it may define, or give on.
    Naming(&'a BTreeSet<String>),
    /// A fact lists these names; nothing is to be learnt where all of them are classes of the file.
    UnlessClasses(&'a BTreeSet<String>),
    /// It may call what one of these names stands for.
    Holding(&'a AhoCorasick),
    /// It may declare a type that begins like one of these.
    Declaring(&'a AhoCorasick),
}

impl Why<'_> {
    /// Whether the file is looked at for a fact that stands elsewhere.
    pub(super) fn demands(self) -> bool {
        !matches!(self, Self::Listed)
    }

    /// Whether a file of these bytes has nothing of what is asked for.
    pub(super) fn passes_over(self, bytes: &[u8]) -> bool {
        match self {
            Self::Listed | Self::Demanded => false,
            Self::UnlessClasses(names) => names.iter().all(|name| defines_class(bytes, name)),
            Self::Naming(names) => !names.iter().any(|name| may_define(bytes, name)),
            Self::Holding(names) => !names.is_match(bytes),
            Self::Declaring(heads) => {
                !heads.find_overlapping_iter(bytes).any(|head| bytes.get(head.end()).is_none_or(|next| !is_name_byte(*next)))
            }
        }
    }
}

/// Whether a name may come from a text: it stands there, or the text gives on whole files.
fn may_define(bytes: &[u8], name: &str) -> bool {
    matches!(name, "*" | "default") || memmem::find(bytes, b"export *").is_some() || memmem::find(bytes, name.as_bytes()).is_some()
}

/// Whether a text declares a class of a name, or a class as its default.
fn defines_class(bytes: &[u8], name: &str) -> bool {
    let declared = if name == "default" { "default class ".to_owned() } else { format!("class {name}") };
    let finder = memmem::Finder::new(&declared);
    finder.find_iter(bytes).any(|at| name == "default" || bytes.get(at + declared.len()).is_none_or(|next| !is_name_byte(*next)))
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')
}

/// Bytes below which a script is read whatever it looks like.
const SMALL: usize = 32 * 1024;
/// A line that is longer was written by a tool.
const LONG_LINE: usize = 2_000;
/// Of so many bytes one is blank in code that a person wrote: every fourth to tenth is, of a bundle every fortieth.
const BLANKS: usize = 20;

/// Whether a script was put together and squeezed by a bundler, as those that a server hands to browsers are.
pub(super) fn is_bundle(kind: FileKind, bytes: &[u8]) -> bool {
    kind == FileKind::JavaScript
        && bytes.len() > SMALL
        && bytes.split(|byte| *byte == b'\n').any(|line| line.len() > LONG_LINE)
        && bytes.iter().filter(|byte| matches!(**byte, b' ' | b'\t')).count() < bytes.len() / BLANKS
}

#[cfg(test)]
mod tests {
    use super::{SMALL, is_bundle};
    use crate::classify::FileKind;

    #[test]
    fn a_bundle_is_told_by_long_lines_without_blanks() {
        let squeezed = "a=b=>b.get('/x'),c=d=>d.e(f,g),h=new i;".repeat(SMALL / 16);
        let written = "app.get('/x', (request, response) => {\n    response.send(1);\n});\n".repeat(SMALL / 16);
        let data = format!("{written}const image = '{}';\n", "A".repeat(SMALL));
        assert!(is_bundle(FileKind::JavaScript, squeezed.as_bytes()));
        assert!(!is_bundle(FileKind::JavaScript, written.as_bytes()) && !is_bundle(FileKind::JavaScript, data.as_bytes()));
        assert!(!is_bundle(FileKind::TypeScript, squeezed.as_bytes()) && !is_bundle(FileKind::JavaScript, b"a()"));
    }
}

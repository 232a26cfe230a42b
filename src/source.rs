//! One file: its place and size, its text, its lines.
//! Never guesses an encoding that the bytes do not state.

use crate::location::RepoPath;

/// A file of the tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// Where.
    pub(crate) path: RepoPath,
    /// How many bytes.
    pub(crate) size: u64,
}

/// The identity of a content: two files that have the same one hold the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ContentId(Box<[u8]>);

impl ContentId {
    /// From the hash that a store of contents knows it by.
    pub(crate) fn new(hash: &[u8]) -> Self {
        Self(hash.into())
    }
}

/// Why bytes are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotText {
    /// A zero byte stands in it.
    Binary,
    /// It is neither UTF-8 nor marked UTF-16.
    UnknownEncoding,
}

/// The text of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SourceText {
    /// The text without its byte order mark.
    pub(crate) text: String,
}

impl SourceText {
    /// Whether the bytes say that they are UTF-16.
    pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
        matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
    }

    /// Decodes UTF-8 with or without byte order mark, and UTF-16 with one. Lines end with a line feed alone: which of the two ends of a line
    /// a checkout has, settings of the machine decide.
    pub(crate) fn decode(bytes: Vec<u8>) -> Result<Self, NotText> {
        if let Some(text) = decode_utf16(&bytes) {
            return text.map(|text| Self { text: with_line_feeds(text) });
        }
        if memchr::memchr(0, &bytes[..bytes.len().min(8192)]).is_some() {
            return Err(NotText::Binary);
        }
        let mut text = String::from_utf8(bytes).map_err(|_| NotText::UnknownEncoding)?;
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        Ok(Self { text: with_line_feeds(text) })
    }
}

fn with_line_feeds(text: String) -> String {
    if memchr::memmem::find(text.as_bytes(), b"\r\n").is_some() { text.replace("\r\n", "\n") } else { text }
}

fn decode_utf16(bytes: &[u8]) -> Option<Result<String, NotText>> {
    let unit: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    Some(char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| NotText::UnknownEncoding))
}

/// The lines of a text: byte offset to line number.
#[derive(Clone, Debug)]
pub(crate) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    /// Reads where lines start.
    pub(crate) fn of(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Self { starts }
    }

    /// The line, from 1, of a byte offset.
    pub(crate) fn at(&self, offset: usize) -> u32 {
        self.starts.partition_point(|start| *start as usize <= offset) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, NotText, SourceText};

    #[test]
    fn text_is_decoded_by_its_mark() {
        let decode = |bytes: &[u8]| SourceText::decode(bytes.to_vec()).map(|source| source.text);
        assert_eq!(decode(b"\xef\xbb\xbfa\xc3\xa9"), Ok("a\u{e9}".into()));
        assert_eq!(decode(b"\xff\xfea\0b\0"), Ok("ab".into()));
        assert_eq!(decode(b"a\r\nb\rc\n"), Ok("a\nb\rc\n".into()));
        assert_eq!(decode(b"\xfe\xff\0a"), Ok("a".into()));
        assert_eq!(decode(b"a\0b"), Err(NotText::Binary));
        assert_eq!(decode(b"a\xff"), Err(NotText::UnknownEncoding));
    }

    #[test]
    fn lines_count_from_one() {
        let lines = Lines::of("a\nb\n\nc");
        assert_eq!([0, 1, 2, 4, 5, 99].map(|at| lines.at(at)), [1, 1, 2, 3, 4, 4]);
    }
}

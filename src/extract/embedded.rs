//! SQL that stands inside of another language: its text, and where in the file each part of it is.
//! The one way from an extractor of that language to the readers of SQL; knows neither language.

use super::{FileCx, Sink, sql};
use crate::finding::schema::Dialect;

/// A text of SQL put together from parts of a file.
#[derive(Clone, Debug, Default)]
pub(crate) struct EmbeddedSql {
    text: String,
    places: Vec<Place>,
    holes: Vec<(usize, usize)>,
}

/// From where in the text a part comes from where in the file.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    offset: usize,
    /// Whether each byte of the text is one of the file.
    verbatim: bool,
}

impl EmbeddedSql {
    /// Adds a part that stands in the file as it is.
    pub(crate) fn verbatim(&mut self, text: &str, offset: usize) {
        self.places.push(Place { start: self.text.len(), offset, verbatim: true });
        self.text.push_str(text);
    }

    /// Adds a part that something at an offset of the file stands for.
    pub(crate) fn value(&mut self, text: &str, offset: usize) {
        self.places.push(Place { start: self.text.len(), offset, verbatim: false });
        self.text.push_str(text);
    }

    /// Adds a part that is known only when the code runs, as it is written: `${name}`.
    pub(crate) fn hole(&mut self, text: &str, offset: usize) {
        let start = self.text.len();
        self.value(text, offset);
        self.holes.push((start, self.text.len()));
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The parts of the text that are known only when the code runs.
    pub(crate) fn holes(&self) -> &[(usize, usize)] {
        &self.holes
    }

    /// Whether nothing of it is known.
    pub(crate) fn is_unknown(&self) -> bool {
        let known: usize = self.text.len() - self.holes.iter().map(|(start, end)| end - start).sum::<usize>();
        !self.text.is_empty() && known == 0
    }

    /// The offset in the file of an offset in the text.
    pub(crate) fn offset(&self, at: usize) -> usize {
        let behind = self.places.partition_point(|place| place.start <= at);
        match behind.checked_sub(1).and_then(|last| self.places.get(last)) {
            Some(place) if place.verbatim => place.offset + (at - place.start),
            Some(place) => place.offset,
            None => 0,
        }
    }
}

/// How the statements of an embedded text are run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// The SQL they are written in.
    pub(crate) dialect: Dialect,
    /// Their turn among the statements of the file.
    pub(crate) step: u32,
    /// Whether the code around them asks first whether there is something to do.
    pub(crate) guarded: bool,
}

/// Emits what the statements of a text do to a catalog.
pub(crate) fn read(cx: &FileCx<'_>, sink: &mut Sink<'_>, sql: &EmbeddedSql, run: Run) {
    sql::embedded::read(cx, sink, sql, run);
}

/// The dialect of embedded SQL, by the path of the file and by what only one dialect has; `None` when neither tells.
pub(crate) fn dialect(path: &str, text: &str) -> Option<Dialect> {
    sql::embedded::dialect(path, text)
}

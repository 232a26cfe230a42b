//! What people draw of a system: the elements of an architecture diagram and the lines between them.
//! Holds what the document says; whether the code agrees, the linker tells.

/// One diagram or model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArchitectureDiagram {
    /// The notation as people call it: "Mermaid C4 diagram".
    pub(crate) notation: &'static str,
    /// What it shows, in its order.
    pub(crate) elements: Vec<DrawnElement>,
    /// From whom to whom, with the words at the line.
    pub(crate) lines: Vec<DrawnLine>,
}

/// An element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DrawnElement {
    /// What the lines call it.
    pub(crate) key: String,
    /// What a reader sees.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: DrawnKind,
    /// What it is made with: "PostgreSQL".
    pub(crate) technology: Option<String>,
    /// What the document says of it.
    pub(crate) description: Option<String>,
    /// Its line in the file.
    pub(crate) line: u32,
}

/// What an element is drawn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DrawnKind {
    /// Somebody who uses the system.
    Person,
    /// A software system.
    System,
    /// A software system of others.
    Outside,
    /// A unit that runs.
    Container,
    /// A box of a chart that does not say what its boxes are.
    Box,
}

/// A line from one element to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DrawnLine {
    /// The key of where it starts.
    pub(crate) from: String,
    /// The key of where it ends.
    pub(crate) to: String,
    /// The words at it.
    pub(crate) text: Option<String>,
}

/// The words at a line from a unit to the system that a catalog says it belongs to.
pub(crate) const PART_OF: &str = "is a part of it";

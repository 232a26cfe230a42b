//! One class of a file with its decorators and the imports that give them their meaning. Knows no framework.

use tree_sitter::Node;

use super::classes;
use super::decorators::{self, Found};
use super::imports::Origins;
use crate::extract::FileCx;

/// One class with what is needed to read it.
pub(super) struct ClassCx<'f, 'a> {
    pub(super) cx: &'f FileCx<'a>,
    pub(super) origins: &'f Origins,
    pub(super) node: Node<'a>,
    pub(super) name: String,
    pub(super) decorators: Vec<Found<'a>>,
}

impl<'f, 'a> ClassCx<'f, 'a> {
    /// Reads the name and the decorators of a class.
    pub(super) fn of(cx: &'f FileCx<'a>, origins: &'f Origins, node: Node<'a>) -> Self {
        Self { cx, origins, node, name: classes::name(node, cx.text), decorators: decorators::of_class(node, cx.text) }
    }

    /// The name that a decorator has in the package it comes from, without a namespace.
    pub(super) fn original_name<'d>(&'d self, found: &'d Found<'_>) -> &'d str {
        let original = self.origins.original(&found.decorator.name);
        original.rsplit('.').next().unwrap_or(original)
    }

    /// The line, from 1, that a node starts on.
    pub(super) fn line(&self, node: Node<'_>) -> u32 {
        self.cx.line(node.start_byte())
    }
}

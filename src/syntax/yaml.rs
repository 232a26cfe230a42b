//! YAML with lines: an arena of nodes made from parser events, so that one broken document does not lose the others.
//! Scalars keep their text (what `no`, `0777` or `12:30` mean is the reader's matter) and aliases stay references:
//! nothing is ever expanded, so that a bomb of aliases costs no more than its own bytes.

use std::collections::BTreeMap;

use granit_parser::{Event, Options, Parser, ScalarStyle};

/// Nodes beyond which a file is given up; a real file of 4 MB has about half as many.
const NODE_LIMIT: usize = 1_000_000;
/// Levels beyond which a document is given up. Real ones have fewer than thirty.
const DEPTH_LIMIT: usize = 128;
/// How many merge keys are followed one behind the other.
const MERGE_LIMIT: usize = 16;

/// A parsed file.
#[derive(Debug, Default)]
pub(crate) struct Yaml {
    nodes: Vec<Node>,
    roots: Vec<usize>,
    /// What could not be read.
    pub(crate) faults: Vec<Fault>,
}

/// Why a part of a file is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The line, from 1.
    pub(crate) line: u32,
    /// What is wrong there.
    pub(crate) kind: FaultKind,
}

/// The kinds of fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The document breaks off here; the text is the parser's.
    Syntax(String),
    /// The document is too deep or the file too large.
    Limit,
    /// A key stands twice in one mapping; the last one counts.
    DuplicateKey(String),
}

#[derive(Debug)]
struct Node {
    line: u32,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Scalar { text: Box<str>, plain: bool, tag: Option<Box<str>> },
    Sequence(Vec<usize>),
    Mapping(Vec<(usize, usize)>),
    Alias(usize),
}

/// A collection that is still open.
struct Open {
    node: usize,
    anchor: usize,
    key: Option<usize>,
}

impl Yaml {
    /// Parses a text; never fails, what is broken is in `faults`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut yaml = Self::default();
        let mut options = Options::default();
        options.set_emit_comments(false);
        let mut parser = Parser::new_from_str_with_options(text, options);
        loop {
            let fault = match yaml.read_document(&mut parser) {
                Ok(true) => continue,
                Ok(false) => break,
                Err(fault) => fault,
            };
            yaml.faults.push(fault);
            if yaml.nodes.len() >= NODE_LIMIT || !matches!(parser.proceed_next_document(), Ok(true)) {
                break;
            }
        }
        yaml
    }

    /// Reads up to the end of a document; `false` at the end of the file.
    fn read_document<'a, P>(&mut self, parser: &mut P) -> Result<bool, Fault>
    where
        P: Iterator<Item = Result<(Event<'a>, granit_parser::Span), granit_parser::ScanError>>,
    {
        let mut open: Vec<Open> = Vec::new();
        let mut anchors: BTreeMap<usize, usize> = BTreeMap::new();
        let mut root = None;
        for event in parser.by_ref() {
            let (event, span) = event.map_err(|error| {
                let line = error.marker().line() as u32;
                // The parser gives no reason for a few faults.
                let why = error.info().to_string();
                Fault { line, kind: FaultKind::Syntax(if why.is_empty() { "not well-formed".to_owned() } else { why }) }
            })?;
            let line = span.start.line() as u32;
            let done = match event {
                Event::StreamEnd => return Ok(false),
                Event::DocumentEnd => {
                    self.roots.extend(root);
                    return Ok(true);
                }
                Event::SequenceStart(_, anchor, _) => self.start(&mut open, Kind::Sequence(Vec::new()), line, anchor)?,
                Event::MappingStart(_, anchor, _) => self.start(&mut open, Kind::Mapping(Vec::new()), line, anchor)?,
                Event::Scalar(text, style, anchor, tag) => {
                    let tag = tag.map(|tag| tag.suffix().into());
                    let kind = Kind::Scalar { text: text.into(), plain: style == ScalarStyle::Plain, tag };
                    let node = self.add(kind, line)?;
                    anchors.insert(anchor, node);
                    Some(node)
                }
                // An alias to something that is still open would be a cycle; it stands for nothing.
                Event::Alias(anchor) => match anchors.get(&anchor) {
                    Some(target) => Some(self.add(Kind::Alias(*target), line)?),
                    None => Some(self.add(Kind::Scalar { text: "".into(), plain: true, tag: None }, line)?),
                },
                Event::SequenceEnd | Event::MappingEnd => self.end(&mut open, &mut anchors),
                _ => None,
            };
            if let Some(node) = done {
                self.attach(&mut open, node, &mut root);
            }
        }
        Ok(false)
    }

    fn add(&mut self, kind: Kind, line: u32) -> Result<usize, Fault> {
        if self.nodes.len() >= NODE_LIMIT {
            return Err(Fault { line, kind: FaultKind::Limit });
        }
        self.nodes.push(Node { line, kind });
        Ok(self.nodes.len() - 1)
    }

    fn start(&mut self, open: &mut Vec<Open>, kind: Kind, line: u32, anchor: usize) -> Result<Option<usize>, Fault> {
        if open.len() >= DEPTH_LIMIT {
            return Err(Fault { line, kind: FaultKind::Limit });
        }
        let node = self.add(kind, line)?;
        open.push(Open { node, anchor, key: None });
        Ok(None)
    }

    fn end(&mut self, open: &mut Vec<Open>, anchors: &mut BTreeMap<usize, usize>) -> Option<usize> {
        let closed = open.pop()?;
        anchors.insert(closed.anchor, closed.node);
        self.report_duplicates(closed.node);
        Some(closed.node)
    }

    fn report_duplicates(&mut self, node: usize) {
        let Kind::Mapping(entries) = &self.nodes[node].kind else { return };
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut found = Vec::new();
        for (key, _) in entries {
            if let Kind::Scalar { text, .. } = &self.nodes[*key].kind
                && seen.insert(text, *key).is_some()
                && &**text != "<<"
            {
                found.push(Fault { line: self.nodes[*key].line, kind: FaultKind::DuplicateKey(text.to_string()) });
            }
        }
        self.faults.append(&mut found);
    }

    fn attach(&mut self, open: &mut [Open], node: usize, root: &mut Option<usize>) {
        let Some(parent) = open.last_mut() else {
            *root = Some(node);
            return;
        };
        match &mut self.nodes[parent.node].kind {
            Kind::Sequence(items) => items.push(node),
            Kind::Mapping(entries) => match parent.key.take() {
                Some(key) => entries.push((key, node)),
                None => parent.key = Some(node),
            },
            Kind::Scalar { .. } | Kind::Alias(_) => {}
        }
    }

    /// The root of every document that could be read whole; empty documents are left out.
    pub(crate) fn documents(&self) -> impl Iterator<Item = YamlNode<'_>> {
        self.roots.iter().map(|root| YamlNode { yaml: self, at: *root })
    }

    /// The first document.
    pub(crate) fn first(&self) -> Option<YamlNode<'_>> {
        self.documents().next()
    }
}

/// A node of a parsed file; aliases are followed and merge keys looked through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct YamlNode<'a> {
    yaml: &'a Yaml,
    at: usize,
}

impl<'a> YamlNode<'a> {
    fn with(self, at: usize) -> Self {
        Self { yaml: self.yaml, at }
    }

    fn kind(self) -> &'a Kind {
        // An alias leads to an earlier node that was complete, so that this ends.
        let mut at = self.at;
        while let Kind::Alias(target) = self.yaml.nodes[at].kind {
            at = target;
        }
        &self.yaml.nodes[at].kind
    }

    /// Its line, from 1; for an alias the line of the alias.
    pub(crate) fn line(self) -> u32 {
        self.yaml.nodes[self.at].line
    }

    /// The text of a scalar that is not null.
    pub(crate) fn text(self) -> Option<&'a str> {
        match self.kind() {
            Kind::Scalar { text, plain, .. } if !(*plain && is_null(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a scalar without quotes, that may stand for a number or truth value.
    pub(crate) fn is_plain(self) -> bool {
        matches!(self.kind(), Kind::Scalar { plain: true, tag: None, .. })
    }

    /// Whether it is a mapping.
    pub(crate) fn is_mapping(self) -> bool {
        matches!(self.kind(), Kind::Mapping(_))
    }

    /// Whether it is a sequence.
    pub(crate) fn is_sequence(self) -> bool {
        matches!(self.kind(), Kind::Sequence(_))
    }

    /// The items of a sequence; none for anything else.
    pub(crate) fn items(self) -> Vec<Self> {
        match self.kind() {
            Kind::Sequence(items) => items.iter().map(|at| self.with(*at)).collect(),
            _ => Vec::new(),
        }
    }

    /// The items of a sequence, or the one scalar or mapping as a sequence of itself; none for null.
    pub(crate) fn one_or_many(self) -> Vec<Self> {
        match self.kind() {
            Kind::Sequence(_) => self.items(),
            Kind::Mapping(_) => vec![self],
            _ => self.text().map(|_| self).into_iter().collect(),
        }
    }

    /// The entries of a mapping with those it merges in, each key once, in written order; none for anything else.
    pub(crate) fn entries(self) -> Vec<(&'a str, Self)> {
        let mut order: Vec<(&'a str, Self)> = Vec::new();
        let mut places: BTreeMap<&'a str, usize> = BTreeMap::new();
        for (depth, map) in self.merged() {
            let mut own: BTreeMap<&'a str, ()> = BTreeMap::new();
            for (key, value) in map.own_entries() {
                match places.get(key) {
                    // Later duplicates of the same mapping win; what is merged in never does.
                    Some(place) if depth == 0 || own.contains_key(key) => order[*place].1 = value,
                    Some(_) => {}
                    None => {
                        places.insert(key, order.len());
                        order.push((key, value));
                        own.insert(key, ());
                    }
                }
            }
        }
        order
    }

    fn own_entries(self) -> impl Iterator<Item = (&'a str, Self)> {
        let entries: &'a [(usize, usize)] = match self.kind() {
            Kind::Mapping(entries) => entries,
            _ => &[],
        };
        let named = move |(key, value): &(usize, usize)| match self.with(*key).kind() {
            Kind::Scalar { text, .. } if &**text != "<<" => Some((&**text, self.with(*value))),
            _ => None,
        };
        entries.iter().filter_map(named)
    }

    /// The mapping itself, then those it merges in, nearest first, each with its distance.
    fn merged(self) -> Vec<(usize, Self)> {
        let mut all = vec![(0, self)];
        let mut at = 0;
        while at < all.len() && all.len() <= MERGE_LIMIT {
            let (depth, map) = all[at];
            if let Kind::Mapping(entries) = map.kind() {
                for (key, value) in entries {
                    if matches!(map.with(*key).kind(), Kind::Scalar { text, .. } if &**text == "<<") {
                        let value = map.with(*value);
                        let sources = if value.is_sequence() { value.items() } else { vec![value] };
                        all.extend(sources.into_iter().map(|source| (depth + 1, source)));
                    }
                }
            }
            at += 1;
        }
        all.truncate(MERGE_LIMIT);
        all
    }

    /// The value of a key; the last one where it stands twice.
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        self.merged().into_iter().find_map(|(_, map)| map.own_entries().filter(|(name, _)| *name == key).last().map(|(_, value)| value))
    }

    /// The node under a path of keys.
    pub(crate) fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text under a path of keys.
    pub(crate) fn text_at(self, keys: &[&str]) -> Option<&'a str> {
        self.path(keys)?.text()
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

#[cfg(test)]
mod tests {
    use super::{FaultKind, Yaml};

    #[test]
    fn a_broken_document_does_not_lose_the_others() {
        let yaml = Yaml::parse("kind: A\n---\nkind: [B\n---\nkind: C\n");
        let kinds: Vec<_> = yaml.documents().filter_map(|document| document.text_at(&["kind"])).collect();
        assert_eq!(kinds, ["A", "C"]);
        assert_eq!(yaml.faults.len(), 1);
        assert!(matches!(yaml.faults[0].kind, FaultKind::Syntax(_)));
    }

    #[test]
    fn merge_keys_and_aliases_are_looked_through() {
        let yaml = Yaml::parse("base: &b {image: a, user: no}\napi:\n  <<: *b\n  image: b\nlist: &l [1, 2]\nother: *l\n");
        let root = yaml.first().unwrap();
        assert_eq!(root.text_at(&["api", "image"]), Some("b"));
        assert_eq!(root.text_at(&["api", "user"]), Some("no"));
        let entries: Vec<_> = root.get("api").unwrap().entries().iter().map(|(key, value)| (*key, value.text(), value.line())).collect();
        assert_eq!(entries, [("image", Some("b"), 4), ("user", Some("no"), 1)]);
        assert_eq!(root.get("other").unwrap().items().len(), 2);
    }

    #[test]
    fn the_last_of_two_equal_keys_wins_and_is_told() {
        let yaml = Yaml::parse("a: 1\nb: ~\na: 2\n");
        assert_eq!(yaml.first().unwrap().text_at(&["a"]), Some("2"));
        assert_eq!(yaml.first().unwrap().text_at(&["b"]), None);
        assert_eq!(yaml.faults[0].kind, FaultKind::DuplicateKey("a".into()));
        assert_eq!(yaml.faults[0].line, 3);
    }

    #[test]
    fn bombs_and_nesting_are_bounded() {
        let mut bomb = String::from("a0: &a0 [x, x]\n");
        for level in 1..60 {
            bomb.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1));
        }
        assert_eq!(Yaml::parse(&bomb).first().unwrap().entries().len(), 60);
        let cycle = Yaml::parse("a: &a\n  b: *a\n  <<: *a\n");
        assert_eq!(cycle.first().unwrap().path(&["a", "b"]).and_then(super::YamlNode::text), None);
        for deep in ["[".repeat(20_000), "- ".repeat(20_000), "{a: ".repeat(20_000)] {
            let yaml = Yaml::parse(&deep);
            assert_eq!((yaml.documents().count(), yaml.faults.len()), (0, 1));
        }
    }
}

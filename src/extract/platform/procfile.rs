//! Procfiles: the processes of an application as Heroku and its like start them.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, PlatformResource};
use crate::syntax::shell;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "platform.procfile",
    about: "Procfiles: processes and what starts them",
    kinds: &[FileKind::ToolConfig],
    markers: &[":"],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if cx.file.path.name() != "Procfile" {
        return;
    }
    for (number, line) in (1..).zip(cx.text.lines()) {
        let Some((name, command)) = line.split_once(':').filter(|(name, _)| is_process(name)) else { continue };
        let command = shell::plain_command(command.trim()).filter(|command| !command.is_empty());
        let facts: BTreeMap<&'static str, BTreeSet<String>> =
            command.into_iter().map(|command| ("command", BTreeSet::from([command]))).collect();
        let one =
            PlatformResource { tool: "procfile", kind: "Process".to_owned(), name: name.to_owned(), facts, ..PlatformResource::default() };
        sink.fact(number, Fact::PlatformResource(one));
    }
}

fn is_process(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

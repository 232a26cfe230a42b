//! Solutions of .NET, `.sln` and `.slnx`: which projects are built together.
//! Says nothing about what a project is.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Workspace};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "manifest.dotnet_solution",
    about: ".NET solutions: the projects that are built together",
    kinds: &[FileKind::Solution],
    markers: &[],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let members: Vec<String> = cx.text.split('"').filter(|part| part.ends_with(".csproj")).map(|part| part.replace('\\', "/")).collect();
    if !members.is_empty() {
        sink.fact(1, Fact::Workspace(Workspace { tool: ".NET solution", members, catalog: Vec::new() }));
    }
}

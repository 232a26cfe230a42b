//! What proves that the handler of a file is asked who calls: the function that it is wrapped in refuses whom it does not know, or is one
//! of a library that is known to. A wrapper whose body is not there proves nothing.

use std::collections::BTreeMap;

use crate::finding::Fact;
use crate::finding::script::Script;
use crate::link::Input;
use crate::link::asking::asks;
use crate::location::RepoPath;

/// Wrappers of libraries that refuse whom they do not know, by module and name.
const KNOWN: &[(&str, &str)] = &[("@auth0/nextjs-auth0", "withApiAuthRequired"), ("@auth0/nextjs-auth0/edge", "withApiAuthRequired")];

/// The scripts of all files.
pub(super) fn scripts<'a>(input: &Input<'a>) -> BTreeMap<&'a RepoPath, &'a Script> {
    let scripts = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Script(script) => Some((&finding.at.path, &**script)),
        _ => None,
    });
    scripts.collect()
}

/// The name of a wrapper that lets nobody through who is not known.
pub(super) fn guard(input: &Input<'_>, scripts: &BTreeMap<&RepoPath, &Script>, file: &RepoPath, name: &str) -> Option<String> {
    let definition = input.names.member_definition(file, name);
    let Some(target) = &definition.file else {
        let is_known = KNOWN.contains(&(definition.package.as_str(), definition.name.as_str()));
        return is_known.then(|| name.to_owned());
    };
    let function = scripts.get(target)?.functions.iter().find(|one| one.name == definition.name)?;
    (function.rejects && asks(&function.name)).then(|| function.name.clone())
}

//! Security: what the code proves of secrets, authentication, authorization, the build and the network; one remark each.
//! Nothing is called protected that no guard, rule or setting shows; names only, never values.

mod access;
mod build;
mod dotnet;
mod golang;
mod secrets;

use super::Input;
use crate::location::Location;
use crate::model::{Model, Security};

/// Fills `security_posture`.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    secrets::link(input, model);
    access::link(input, model);
    dotnet::link(input, model);
    golang::link(input, model);
    build::link(input, model);
}

/// Adds a remark to a topic and says where it comes from.
fn remark<'a>(model: &mut Model, topic: &str, text: String, places: impl IntoIterator<Item = &'a Location>) {
    for at in places {
        model.prove(at, "security", &["security_posture", topic]);
    }
    let Security { secrets_management, authentication_methods, authorization, build_security, network } = &mut model.security;
    let set = match topic {
        "secrets_management" => secrets_management,
        "authentication_methods" => authentication_methods,
        "authorization" => authorization,
        "build_security" => build_security,
        _ => network,
    };
    set.insert(text);
}

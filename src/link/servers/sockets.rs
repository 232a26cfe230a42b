//! Socket.IO: the events that a server takes from its clients, by namespace.
//! Source: the documentation of Socket.IO ("Server API"). Events of the connection itself are none of the application.

use super::evaluate::{Evaluation, Place};
use super::routing::label;
use super::thing::{Called, Thing};
use crate::location::Location;

/// Events that the library itself sends.
const OWN: &[&str] = &["connect", "connection", "disconnect", "disconnecting", "error", "newListener", "removeListener"];

/// An event that clients send.
#[derive(Clone, Debug)]
pub(super) struct SocketEvent {
    /// The namespace; empty for the main one.
    pub(super) space: String,
    /// Its name.
    pub(super) name: String,
    /// What takes it.
    pub(super) handler: Option<String>,
    /// Where it is taken.
    pub(super) at: Location,
}

impl<'a> Evaluation<'_, 'a> {
    /// A call on a server or namespace of Socket.IO: `io.on('connection', (socket) => ...)`.
    pub(super) fn on_socket_server(&mut self, called: &Called, name: &str, arguments: &[Thing]) -> bool {
        let Some(space) = space_of(called) else { return false };
        match (name, arguments) {
            ("on" | "addListener" | "once", [Thing::Text(event), Thing::Function(connected)])
                if matches!(event.as_str(), "connection" | "connect") =>
            {
                self.invoke(connected, vec![Thing::Socket(space)]);
                true
            }
            _ => false,
        }
    }

    /// `socket.on('message', handler)`
    pub(super) fn on_socket(&mut self, place: Place<'a>, space: &str, name: &str, arguments: &[Thing]) {
        if !matches!(name, "on" | "once" | "addListener") {
            return;
        }
        let at = self.at(place.1, place.0.line);
        match arguments.first().and_then(Thing::text) {
            Some(event) if !OWN.contains(&event) => {
                let handler = label(place.0.arguments.get(1));
                self.sockets.push(SocketEvent { space: space.to_owned(), name: event.to_owned(), handler, at });
            }
            Some(_) => {}
            None => _ = self.open.insert(at, "the name of an event is computed at run time; it is left out".to_owned()),
        }
    }
}

/// The namespace that a call gives a server or namespace for.
fn space_of(called: &Called) -> Option<String> {
    let Thing::Outside(name) = &called.function else { return None };
    match name.as_str() {
        "socket.io.Server" | "socket.io" | "socket.io.default" | "socket.io.listen" | "socket.io()" => Some(String::new()),
        other if other.starts_with("socket.io") && other.ends_with(".of") => {
            Some(called.arguments.first().and_then(Thing::text)?.trim_matches('/').to_owned())
        }
        _ => None,
    }
}

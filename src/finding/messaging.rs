//! Messages and jobs as one file states them: handlers of CQRS, ends of channels, wrappers around clients, what starts work.
//! Channels stay symbolic; who meets whom on one, the linker tells.

use super::{Decorator, Value};

/// What kind of message a CQRS handler takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CqrsKind {
    /// Changes something.
    Command,
    /// Only reads.
    Query,
    /// Tells that something happened.
    Event,
}

/// A handler of a CQRS command, query or event.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CqrsHandler {
    /// What it takes.
    pub(crate) kind: CqrsKind,
    /// The class of the message.
    pub(crate) message: String,
    /// The handler class.
    pub(crate) class: String,
    /// The type that it answers with.
    pub(crate) response: Option<String>,
    /// The decorators of the class and of its `execute` or `handle`.
    pub(crate) decorators: Vec<Decorator>,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

/// A method that handles its first parameter, where a library that goes by names is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedHandler {
    /// Its class.
    pub(crate) class: String,
    /// Its name.
    pub(crate) method: String,
    /// The type of the message.
    pub(crate) message: String,
    /// What it gives back, as written; messages that are sent on among it.
    pub(crate) returns: String,
    /// Its doc comment, or that of the class.
    pub(crate) doc: Option<String>,
}

/// Which side of a channel a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// Sends and expects nothing back.
    Publish,
    /// Sends and waits for the answer.
    Request,
    /// Receives.
    Subscribe,
}

/// A message sent on, or a subscription to, a channel (subject, topic, queue, exchange).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Channel {
    /// Which side.
    pub(crate) direction: Direction,
    /// The channel's name, or a map that serves as one (`{ cmd: 'x' }`).
    pub(crate) name: Value,
    /// The transport or library, where the code states it: `NATS`, `Kafka`, `BullMQ`.
    pub(crate) transport: Option<String>,
    /// The injection token or name of the client that it goes through, where the code states it.
    pub(crate) client: Option<Value>,
    /// The class and method or function it stands in: `UserService.create`.
    pub(crate) handler: String,
    /// The type of the message.
    pub(crate) payload: Option<String>,
}

/// A method that sends on what it is given: a wrapper around a message client. In the channel's name and client a `Name` whose first part
/// is a parameter stands for the argument of a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Relay {
    /// The class of the method.
    pub(crate) class: String,
    /// The method.
    pub(crate) method: String,
    /// Its parameters.
    pub(crate) parameters: Vec<String>,
    /// The message that one call sends.
    pub(crate) channel: Channel,
}

/// A call that sends a message if the called method is a relay; no fact by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RelayCall {
    /// The class whose method is called, as named in the calling file; the calling class itself for `this.send(...)`.
    pub(crate) class: String,
    /// The method.
    pub(crate) method: String,
    /// The first arguments.
    pub(crate) arguments: Vec<Value>,
    /// The parameters of the method around the call: with one of them among the arguments that method sends on too.
    pub(crate) parameters: Vec<String>,
    /// The class and method or function it stands in: `UserService.create`.
    pub(crate) handler: String,
}

/// What starts a job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trigger {
    /// A cron expression.
    Cron(Value),
    /// Milliseconds between two runs.
    Interval(Value),
    /// Milliseconds after the start, once.
    Timeout(Value),
    /// The start of the application: it runs beside what that serves.
    Start,
    /// A queue, and the name of the job on it where one is stated.
    Queue(Value, Option<Value>),
}

/// Work that a schedule or a queue starts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Job {
    /// Its stated name.
    pub(crate) name: Option<Value>,
    /// What starts it.
    pub(crate) trigger: Trigger,
    /// The class it stands in; empty for a function.
    pub(crate) class: String,
    /// The method or function that does it.
    pub(crate) handler: String,
    /// Its doc comment.
    pub(crate) doc: Option<String>,
}

impl Job {
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        match &self.trigger {
            Trigger::Cron(value) | Trigger::Interval(value) | Trigger::Timeout(value) => value.names(into),
            Trigger::Start => {}
            Trigger::Queue(queue, name) => {
                queue.names(into);
                if let Some(name) = name {
                    name.names(into);
                }
            }
        }
        if let Some(name) = &self.name {
            name.names(into);
        }
    }
}

//! Workers of queues that a function of the repository starts with the name that it is given: `WorkerManager.register('mail', send)`.
//! What names its queue where it stands is read without this.

use super::evaluate::{Evaluation, Place};
use super::routing::label;
use super::thing::Thing;
use crate::finding::script::{Shape, Term};
use crate::finding::{Fact, Finding, Job, Trigger, Value};

/// Who finds what is told here.
const EXTRACTOR: &str = "typescript.routing";

impl<'a> Evaluation<'_, 'a> {
    /// `new Worker(name, processor)` in a function that was called with the name.
    pub(super) fn worker(&mut self, place: Place<'a>, called: &str, arguments: &[Thing]) {
        if !matches!(called, "bullmq.Worker" | "bullmq.default.Worker") {
            return;
        }
        let Some((site, scope)) = self.sites.last().copied().filter(|_| self.is_given(place.0.arguments.first())) else { return };
        let at = self.at(scope, site.line);
        let Some(queue) = arguments.first().and_then(Thing::text) else {
            self.open.insert(at, "the queue of a worker is computed at run time; it is left out".to_owned());
            return;
        };
        let handler = site.arguments.get(1).and_then(|one| label(Some(one))).unwrap_or_else(|| queue.to_owned());
        let trigger = Trigger::Queue(Value::Text(queue.to_owned()), None);
        let job = Job { name: None, trigger, class: String::new(), handler, doc: None };
        let finding = Finding { extractor: EXTRACTOR, at, fact: Fact::Job(job) };
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// Whether an argument is a parameter of the function that is being followed.
    fn is_given(&self, term: Option<&Term>) -> bool {
        let Some((Term::Name(name), lambda)) = term.zip(self.followed()) else { return false };
        lambda.parameters.iter().any(|(shape, _)| match shape {
            Shape::Name(own) => own == name,
            Shape::Record(entries) => entries.iter().any(|(key, _)| key == name),
            _ => false,
        })
    }
}

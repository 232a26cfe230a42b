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
        let stated = site.arguments.get(1).and_then(|one| label(Some(one)));
        let (class, handler) = match self.processing(place.1).filter(|_| stated.is_none()) {
            Some(made) => made,
            None => (String::new(), stated.unwrap_or_else(|| queue.to_owned())),
        };
        let trigger = Trigger::Queue(Value::Text(queue.to_owned()), None);
        let job = Job { name: None, trigger, class, handler, doc: None };
        let finding = Finding { extractor: EXTRACTOR, at, fact: Fact::Job(job) };
        if !self.found.contains(&finding) {
            self.found.push(finding);
        }
    }

    /// The class of the object whose worker is made, and its method that processes jobs: `super('mail')` of a class with `process`.
    fn processing(&self, scope: usize) -> Option<(String, String)> {
        const METHODS: &[&str] = &["process", "processJob", "handle", "handleJob", "run", "execute", "work"];
        let Thing::Object(number) = self.this_of(scope) else { return None };
        let class = self.blueprint(self.objects[*number].class.as_ref()?);
        let own = |name: &&&str| class.methods.iter().any(|(method, ..)| method == **name);
        METHODS.iter().find(own).map(|method| (class.name.clone(), (*method).to_owned()))
    }

    /// Whether an argument is a parameter of the function that is being followed, or a field that it may have set.
    fn is_given(&self, term: Option<&Term>) -> bool {
        if matches!(term, Some(Term::Member(base, _)) if **base == Term::This) {
            return true;
        }
        let Some((Term::Name(name), lambda)) = term.zip(self.followed()) else { return false };
        lambda.parameters.iter().any(|(shape, _)| match shape {
            Shape::Name(own) => own == name,
            Shape::Record(entries) => entries.iter().any(|(key, _)| key == name),
            _ => false,
        })
    }
}

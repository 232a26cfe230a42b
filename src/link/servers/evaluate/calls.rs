//! What a call does: functions of the repository are followed, those of libraries make routers and routes.
//! A function from outside gives back nothing that is known, but calls the functions that it is given.

use std::rc::Rc;

use super::{DEPTH, Evaluation, Object, unknown};
use crate::finding::script::{Invoke, SERVER, Shape, Term};
use crate::link::servers::libraries;
use crate::link::servers::thing::{Called, Closure, Thing};

/// A call and the variables around it.
pub(in crate::link::servers) type Place<'a> = (&'a Invoke, usize);

impl<'a> Evaluation<'_, 'a> {
    /// Follows a call: what it gives back.
    pub(super) fn call(&mut self, call: &'a Invoke, scope: usize) -> Thing {
        if matches!(&call.function, Term::Name(name) if name == "super") {
            let arguments = self.arguments(&call.arguments, scope);
            self.upper(scope, arguments);
            return Thing::Nothing;
        }
        let (base, name) = match &call.function {
            Term::Member(base, name) if !matches!(&**base, Term::Name(one) if one == "super") => (base, name),
            Term::Item(base) if matches!(self.term(base, scope), Thing::Router(_)) => {
                self.unknown_method((call, scope));
                return Thing::Unknown;
            }
            function => {
                let function = self.term(function, scope);
                let arguments = self.arguments(&call.arguments, scope);
                return self.apply((call, scope), &function, arguments);
            }
        };
        let base = self.term(base, scope);
        let arguments = self.arguments(&call.arguments, scope);
        let mut given = Thing::Unknown;
        for one in base.each() {
            let result = self.method((call, scope), one, name, &arguments);
            given = given.or(result);
        }
        given
    }

    /// Calls a method of a thing.
    fn method(&mut self, place: Place<'a>, base: &Thing, name: &str, arguments: &[Thing]) -> Thing {
        match base {
            Thing::Router(node) => self.on_router(place, *node, name, arguments),
            Thing::Chain(node, path) => self.on_chain(place, (*node, path), name, arguments),
            Thing::Unbound => self.on_unbound(place, name, arguments),
            Thing::List(list) => self.on_list(*list, name, arguments),
            Thing::Text(text) => self.on_text(text, name, arguments),
            Thing::Function(_) if name == "bind" => base.clone(),
            Thing::Function(function) if matches!(name, "call" | "apply") => {
                let rest = arguments.get(1..).unwrap_or_default().to_vec();
                self.invoke(function, rest)
            }
            Thing::Object(number) => {
                let held = self.member(base, name);
                match self.objects[*number].fields.get("#router").cloned() {
                    Some(Thing::Router(node)) if !held.is_function() => self.on_router(place, node, name, arguments),
                    _ => self.apply(place, &held, arguments.to_vec()),
                }
            }
            Thing::Socket(space) => {
                self.on_socket(place, space, name, arguments);
                base.clone()
            }
            Thing::Called(called) if self.on_socket_server(called, name, arguments) => base.clone(),
            Thing::Outside(_) | Thing::Called(_) => self.on_outer(place, base, name, arguments),
            Thing::Class(_) | Thing::Module(_) | Thing::Barrel(_) => {
                let held = self.member(base, name);
                self.apply(place, &held, arguments.to_vec())
            }
            _ => {
                self.call_back(arguments);
                self.loose_procedure(name, arguments).unwrap_or(Thing::Unknown)
            }
        }
    }

    /// Calls a method of something from outside; what it gives back remembers what it was called on.
    fn on_outer(&mut self, place: Place<'a>, base: &Thing, name: &str, arguments: &[Thing]) -> Thing {
        let function = self.member(base, name);
        if function == Thing::Unknown {
            self.call_back(arguments);
            return self.loose_procedure(name, arguments).unwrap_or(Thing::Unknown);
        }
        match self.apply(place, &function, arguments.to_vec()) {
            Thing::Called(called) if called.base.is_none() && matches!(base, Thing::Called(_)) => {
                Thing::Called(Rc::new(Called { base: Some(base.clone()), ..(*called).clone() }))
            }
            other => other,
        }
    }

    /// Calls what an expression stands for.
    pub(in crate::link::servers) fn apply(&mut self, place: Place<'a>, function: &Thing, arguments: Vec<Thing>) -> Thing {
        match function {
            Thing::Function(closure) => {
                self.sites.push(place);
                let given = self.invoke(closure, arguments.clone());
                self.sites.pop();
                // Middleware that a function makes is known by the name of that function.
                match &given {
                    Thing::Function(made) if self.lambda(made.script, made.function).handles => {
                        Thing::Called(Rc::new(Called { function: function.clone(), arguments, base: None }))
                    }
                    Thing::Nothing | Thing::Unknown if arguments.iter().any(Thing::is_function) && self.is_handler_maker(closure) => {
                        Thing::Called(Rc::new(Called { function: function.clone(), arguments, base: None }))
                    }
                    _ => given,
                }
            }
            Thing::Outside(name) => {
                let name = name.clone();
                self.outside(place, &name, arguments)
            }
            Thing::Called(called) => match &called.function {
                Thing::Outside(name) => {
                    let name = format!("{name}()");
                    self.outside(place, &name, arguments)
                }
                _ => {
                    self.call_back(&arguments);
                    Thing::Called(Rc::new(Called { function: function.clone(), arguments, base: None }))
                }
            },
            Thing::Several(all) => {
                let mut given = Thing::Unknown;
                for one in all {
                    let result = self.apply(place, one, arguments.clone());
                    given = given.or(result);
                }
                given
            }
            Thing::Module(script) => match self.exported(self.world.scripts[*script].0, "default", 12) {
                inner @ Thing::Function(_) => self.apply(place, &inner, arguments),
                _ => Thing::Unknown,
            },
            _ => {
                self.call_back(&arguments);
                Thing::Called(Rc::new(Called { function: function.clone(), arguments, base: None }))
            }
        }
    }

    fn is_handler_maker(&self, closure: &Closure) -> bool {
        self.lambda(closure.script, closure.function).parameters.len() < 4
    }

    /// Calls a function of this repository.
    pub(in crate::link::servers) fn invoke(&mut self, closure: &Rc<Closure>, arguments: Vec<Thing>) -> Thing {
        let key = (closure.script, closure.function);
        let lambda = self.lambda(closure.script, closure.function);
        *self.invoked.entry(key).or_default() += 1;
        if lambda.handles || self.stack.len() >= DEPTH || self.stack.iter().filter(|one| **one == key).count() > 1 {
            return Thing::Unknown;
        }
        let scope = self.scope(Some(closure.scope), closure.script, closure.this.clone(), closure.class.clone());
        for (at, (shape, _)) in lambda.parameters.iter().enumerate() {
            let value = match shape {
                Shape::Rest(_) => {
                    let rest = arguments.get(at..).unwrap_or_default().to_vec();
                    self.list(rest)
                }
                _ => arguments.get(at).cloned().unwrap_or(Thing::Nothing),
            };
            self.bind(shape, value, scope);
        }
        self.stack.push(key);
        self.maybe.push(Thing::Nothing);
        let returns = self.returns;
        let certain = self.deeds(&lambda.body, scope);
        self.returns = returns;
        let maybe = self.maybe.pop().unwrap_or(Thing::Nothing);
        self.stack.pop();
        maybe.or(certain.unwrap_or(Thing::Nothing))
    }

    /// Somebody who is not known calls the functions that it was given.
    pub(in crate::link::servers) fn call_back(&mut self, arguments: &[Thing]) {
        for one in arguments {
            match one {
                Thing::Function(closure) if !self.invoked.contains_key(&(closure.script, closure.function)) => {
                    let lambda = self.lambda(closure.script, closure.function);
                    let given = lambda.parameters.iter().map(|(shape, kind)| unknown(shape, kind)).collect();
                    self.invoke(closure, given);
                }
                Thing::Router(node) => self.nodes[*node].placed = true,
                Thing::Object(number) => {
                    let held: Vec<Thing> =
                        self.objects[*number].fields.values().filter(|one| matches!(one, Thing::Router(_))).cloned().collect();
                    self.call_back(&held);
                }
                _ => {}
            }
        }
    }

    /// `createServer(handler)` of `node:http`, where the handler says which paths it answers.
    fn plain_server(&mut self, place: Place<'a>, name: &str, arguments: &[Thing]) -> Option<Thing> {
        let Thing::Function(routes) = arguments.last()? else { return None };
        let (Shape::Name(first), _) = self.lambda(routes.script, routes.function).parameters.first()? else { return None };
        let is_server = matches!(name, "http.createServer" | "https.createServer" | "http2.createServer" | "http2.createSecureServer");
        if !is_server || first != SERVER {
            return None;
        }
        let node = self.make(libraries::Library::Express, true, Thing::Nothing, self.at(place.1, place.0.line));
        self.invoke(&routes.clone(), vec![Thing::Router(node)]);
        Some(Thing::Router(node))
    }

    /// Calls a function from outside.
    pub(super) fn outside(&mut self, place: Place<'a>, name: &str, arguments: Vec<Thing>) -> Thing {
        self.worker(place, name, &arguments);
        if let Some((library, is_server)) = libraries::made_by(name) {
            let at = self.at(place.1, place.0.line);
            let prefix = match arguments.first() {
                Some(options @ Thing::Object(_)) if library == libraries::Library::KoaRouter => self.member(options, "prefix"),
                _ => Thing::Nothing,
            };
            return Thing::Router(self.make(library, is_server, prefix, at));
        }
        if let Some(handed) = libraries::hands_on(name).and_then(|at| arguments.get(at)).filter(|one| matches!(one, Thing::Router(_))) {
            let handed = handed.clone();
            return if name.starts_with("express-ws") {
                let fields = [("app".to_owned(), handed)].into_iter().collect();
                self.object(Object { fields, open: true, ..Object::default() })
            } else {
                Thing::Called(Rc::new(Called { function: Thing::Outside(name.to_owned()), arguments, base: None }))
            };
        }
        let known = self.builtin(name, &arguments, place.1);
        let known = known.or_else(|| self.adapted(place, name, &arguments)).or_else(|| self.contracted(place, name, &arguments));
        if let Some(known) = known {
            return known;
        }
        if let Some(server) = self.plain_server(place, name, &arguments) {
            return server;
        }
        if !libraries::shares_context(name) {
            self.call_back(&arguments);
        }
        Thing::Called(Rc::new(Called { function: Thing::Outside(name.to_owned()), arguments, base: None }))
    }
}

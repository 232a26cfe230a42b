//! Classes and the objects made of them: fields, methods, what they extend.

use std::rc::Rc;

use super::{Evaluation, Object, unknown};
use crate::finding::script::{Blueprint, Invoke, Term};
use crate::link::servers::libraries::Library;
use crate::link::servers::thing::{Called, Closure, Made, Thing};

/// Classes extend one another at most so often.
const BASES: usize = 8;

impl<'a> Evaluation<'_, 'a> {
    pub(in crate::link::servers) fn blueprint(&self, class: &Made) -> &'a Blueprint {
        &self.world.scripts[class.script].1.classes[class.class]
    }

    /// `new X(...)`
    pub(super) fn construct(&mut self, made: &'a Invoke, scope: usize) -> Thing {
        let class = self.term(&made.function, scope);
        let arguments = self.arguments(&made.arguments, scope);
        match &class {
            Thing::Class(class) => self.instance(class, arguments, false),
            Thing::Outside(name) => {
                let name = name.clone();
                self.outside((made, scope), &name, arguments)
            }
            _ => {
                self.call_back(&arguments);
                Thing::Called(Rc::new(Called { function: class, arguments, base: None }))
            }
        }
    }

    /// An object of a class; `alone` where nobody says with what it is made.
    pub(super) fn instance(&mut self, class: &Rc<Made>, arguments: Vec<Thing>, alone: bool) -> Thing {
        let object = self.object(Object { class: Some(class.clone()), open: true, ..Object::default() });
        self.initialize(class, &object, arguments, alone, BASES);
        object
    }

    fn initialize(&mut self, class: &Rc<Made>, object: &Thing, arguments: Vec<Thing>, alone: bool, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        *self.made.entry((class.script, class.class)).or_default() += 1;
        let blueprint = self.blueprint(class);
        let constructor = blueprint.methods.iter().find(|(name, ..)| name == "constructor").map(|(_, function, _)| *function);
        if let Some(base) = self.base_of(class) {
            if constructor.is_none() {
                self.initialize(&base, object, arguments.clone(), alone, depth);
            } else {
                self.set_fields(&base, object);
            }
        } else if let Some(Thing::Outside(name)) = self.outer_base(class) {
            // A class that extends a router is one.
            self.adopt(class, object, &name);
            if constructor.is_none() {
                self.set_prefix(object, &arguments);
            }
        }
        self.set_fields(class, object);
        if let Some(function) = constructor {
            let lambda = self.lambda(class.script, function);
            let arguments: Vec<Thing> =
                if alone { lambda.parameters.iter().map(|(shape, kind)| unknown(shape, kind)).collect() } else { arguments };
            if let Thing::Object(number) = object {
                let names =
                    lambda.parameters.iter().zip(&arguments).filter_map(|((shape, _), value)| shape_name(shape).map(|name| (name, value)));
                let kept: Vec<(String, Thing)> =
                    names.filter(|(name, _)| blueprint.kept.contains(name)).map(|(name, value)| (name, value.clone())).collect();
                self.objects[*number].fields.extend(kept);
            }
            let closure = Closure { script: class.script, function, scope: class.scope, this: object.clone(), class: Some(class.clone()) };
            self.invoke(&Rc::new(closure), arguments);
        }
    }

    /// `super(...)` in a constructor.
    pub(super) fn upper(&mut self, scope: usize, arguments: Vec<Thing>) {
        let (this, class) = (self.scopes[scope].this.clone(), self.scopes[scope].class.clone());
        let Some(base) = class.and_then(|class| self.base_of(&class)) else {
            self.set_prefix(&this, &arguments);
            return;
        };
        self.initialize(&base, &this, arguments, false, BASES);
    }

    fn set_fields(&mut self, class: &Rc<Made>, object: &Thing) {
        let Thing::Object(number) = object else { return };
        let inner = self.scope(Some(class.scope), class.script, object.clone(), Some(class.clone()));
        for (name, value, of_class) in &self.blueprint(class).fields {
            if !of_class && *value != Term::Nothing {
                let value = self.term(value, inner);
                self.objects[*number].fields.insert(name.clone(), value);
            }
        }
    }

    /// The class of this repository that a class extends.
    pub(super) fn base_of(&mut self, class: &Made) -> Option<Rc<Made>> {
        let base = self.blueprint(class).base.as_ref()?;
        match self.term(base, class.scope) {
            Thing::Class(base) if base.class != class.class || base.script != class.script => Some(base),
            _ => None,
        }
    }

    fn outer_base(&mut self, class: &Made) -> Option<Thing> {
        let base = self.blueprint(class).base.as_ref()?;
        Some(self.term(base, class.scope))
    }

    fn adopt(&mut self, class: &Made, object: &Thing, name: &str) {
        let Some((library, is_server)) = crate::link::servers::libraries::made_by(name) else { return };
        let at = self.at(class.scope, 1);
        let node = self.make(library, is_server, Thing::Text(String::new()), at);
        if let Thing::Object(number) = object {
            self.objects[*number].fields.insert("#router".to_owned(), Thing::Router(node));
        }
    }

    /// `super({ prefix: '/users' })` of a class that extends the router of Koa.
    fn set_prefix(&mut self, object: &Thing, arguments: &[Thing]) {
        let Thing::Object(number) = object else { return };
        let Some(Thing::Router(node)) = self.objects[*number].fields.get("#router").cloned() else { return };
        let Some(options) = arguments.first().filter(|_| self.nodes[node].library == Library::KoaRouter) else { return };
        let prefix = match options {
            Thing::Object(_) => self.member(options, "prefix"),
            Thing::Nothing => Thing::Nothing,
            _ => Thing::Unknown,
        };
        if prefix != Thing::Nothing {
            self.nodes[node].prefix = prefix;
        }
    }

    /// A method of a class or of what it extends, for an object.
    pub(super) fn method_of(&mut self, class: &Rc<Made>, name: &str, this: &Thing) -> Thing {
        let mut at = class.clone();
        for _ in 0..BASES {
            let found = self.blueprint(&at).methods.iter().find(|(one, _, of_class)| one == name && !of_class);
            if let Some((_, function, _)) = found {
                let closure =
                    Closure { script: at.script, function: *function, scope: at.scope, this: this.clone(), class: Some(at.clone()) };
                return Thing::Function(Rc::new(closure));
            }
            match self.base_of(&at) {
                Some(base) => at = base,
                None => break,
            }
        }
        Thing::Unknown
    }

    pub(super) fn set_statics(&mut self, class: &Rc<Made>) {
        for (name, value, of_class) in &self.blueprint(class).fields {
            if *of_class {
                let inner = self.scope(Some(class.scope), class.script, Thing::Class(class.clone()), Some(class.clone()));
                let value = self.term(value, inner);
                self.set_static(class, name, value);
            }
        }
    }

    pub(super) fn set_static(&mut self, class: &Made, name: &str, value: Thing) {
        self.scopes[class.scope].names.insert(format!("{}#{name}", class.class), value);
    }

    /// A static member.
    pub(super) fn static_of(&mut self, class: &Rc<Made>, name: &str) -> Thing {
        if let Some(value) = self.scopes[class.scope].names.get(&format!("{}#{name}", class.class)) {
            return value.clone();
        }
        let found = self.blueprint(class).methods.iter().find(|(one, _, of_class)| one == name && *of_class);
        match found {
            Some((_, function, _)) => Thing::Function(Rc::new(Closure {
                script: class.script,
                function: *function,
                scope: class.scope,
                this: Thing::Class(class.clone()),
                class: Some(class.clone()),
            })),
            None => match self.base_of(class) {
                Some(base) => self.static_of(&base, name),
                None => Thing::Unknown,
            },
        }
    }
}

fn shape_name(shape: &crate::finding::script::Shape) -> Option<String> {
    match shape {
        crate::finding::script::Shape::Name(name) => Some(name.clone()),
        crate::finding::script::Shape::Default(inner, _) => shape_name(inner),
        _ => None,
    }
}

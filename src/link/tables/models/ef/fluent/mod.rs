//! Fluent configuration: what `OnModelCreating` and the configurations of single types call on the builders, in written order.
//! Source: the EF Core documentation, "Creating and configuring a model". A call that is not known changes nothing.

mod conversion;
mod entity;
mod property;
mod relation;

use super::draft::{At, Draft};
use super::types::{Types, parse};
use crate::finding::mapped::ModelSetup;
use crate::finding::{Argument, Call, Fact, Lambda, Procedure, Step, Value};
use crate::link::Input;
use crate::link::names::{Names, last_part};
use crate::location::{Location, RepoPath};

/// Functions call each other no deeper than this.
const DEPTH: usize = 12;

/// The functions that configure models.
#[derive(Debug, Default)]
pub(super) struct Setups<'a> {
    all: Vec<(&'a Location, &'a Procedure)>,
}

impl<'a> Setups<'a> {
    pub(super) fn of(input: &Input<'a>) -> Self {
        let setups = input.findings.iter().filter_map(|finding| match &finding.fact {
            Fact::ModelSetup(setup) => Some((&finding.at, setup.as_ref())),
            _ => None,
        });
        Self { all: setups.map(|(at, setup): (&Location, &'a ModelSetup)| (at, &setup.procedure)).collect() }
    }

    /// The methods of a class by name: those in its own file, else those in its folder.
    fn of_class(&self, types: &Types, class: usize, name: &str) -> Vec<(&'a Location, &'a Procedure)> {
        let stored = &types.all[class];
        let named: Vec<_> = self.all.iter().filter(|(_, one)| one.class == stored.one.name && one.name == name).copied().collect();
        let here: Vec<_> = named.iter().filter(|(at, _)| at.path == stored.at.path).copied().collect();
        if here.is_empty() { named.into_iter().filter(|(at, _)| at.path.parent() == stored.at.path.parent()).collect() } else { here }
    }

    /// A function by its name: of this class, else an extension of that name.
    fn named(&self, class: &str, name: &str) -> Option<(&'a Location, &'a Procedure)> {
        let of_class = self.all.iter().find(|(_, one)| one.class == class && one.name == name);
        of_class.or_else(|| self.all.iter().find(|(_, one)| one.is_extension && one.name == name)).copied()
    }

    /// Whether a class has a method of a name.
    pub(super) fn has(&self, types: &Types, class: usize, name: &str) -> bool {
        !self.of_class(types, class, name).is_empty()
    }

    /// The function that chooses the database, in the class of a context.
    pub(super) fn on_configuring(&self, types: &Types, class: usize) -> Option<&'a Procedure> {
        self.of_class(types, class, "OnConfiguring").first().map(|(_, one)| *one)
    }
}

/// What a call is made on.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// The builder of the model.
    Model,
    /// An entity.
    Entity(At),
    /// A property of an entity.
    Property(At, String),
    /// A property that leads to other entities.
    Navigation(At, String),
    /// A relationship.
    Relation(usize),
    /// The way from a held entity to its owner.
    Owner(At),
    /// An index.
    Index(At, usize),
    /// What tells derived types apart.
    Discriminator(At),
    /// All properties of a type.
    OfType(usize),
    /// Something that changes nothing here.
    Nothing,
}

/// Puts configuration into a model.
pub(super) struct Fluent<'x, 'a> {
    pub(super) types: &'x Types,
    pub(super) setups: &'x Setups<'a>,
    names: &'x Names<'a>,
    pub(super) draft: Draft,
    /// The context.
    pub(super) context: usize,
    /// Where the function stands that is being read.
    file: RepoPath,
    class: String,
    depth: usize,
}

type Scope = Vec<(String, Target)>;

impl<'x, 'a> Fluent<'x, 'a> {
    pub(super) fn new((types, setups, names): (&'x Types, &'x Setups<'a>, &'x Names<'a>), draft: Draft, context: usize) -> Self {
        let file = types.all[context].at.path.clone();
        Self { types, setups, names, draft, context, file, class: types.all[context].one.name.clone(), depth: DEPTH }
    }

    /// Runs what a context says of its model.
    pub(super) fn run_context(&mut self) {
        for name in ["ConfigureConventions", "OnModelCreating"] {
            self.run_method(self.context, &[], name, &Target::Model);
        }
    }

    /// Runs a method of a class, or of the nearest base that has it.
    fn run_method(&mut self, class: usize, arguments: &[String], name: &str, target: &Target) -> bool {
        for (at, _) in self.types.chain(class, arguments) {
            let found = self.setups.of_class(self.types, at, name);
            for (place, procedure) in &found {
                self.run(place, procedure, std::slice::from_ref(target));
            }
            if !found.is_empty() {
                return true;
            }
        }
        false
    }

    /// Runs a function with what its first parameters stand for.
    fn run(&mut self, at: &Location, procedure: &Procedure, given: &[Target]) {
        if self.depth == 0 {
            return;
        }
        self.depth -= 1;
        let file = std::mem::replace(&mut self.file, at.path.clone());
        let class = std::mem::replace(&mut self.class, procedure.class.clone());
        let names = procedure.parameters.iter().map(|one| one.name.clone());
        let mut scope: Scope = names.zip(given.iter().cloned()).collect();
        self.steps(&procedure.steps, &mut scope);
        self.file = file;
        self.class = class;
        self.depth += 1;
    }

    fn lambda(&mut self, lambda: &Lambda, target: Target, scope: &Scope) {
        let mut inner = scope.clone();
        inner.extend(lambda.parameters.first().map(|one| (one.name.clone(), target)));
        self.steps(&lambda.steps, &mut inner);
    }

    fn steps(&mut self, steps: &[Step], scope: &mut Scope) {
        for step in steps {
            if step.assigned.as_deref().is_some_and(|name| name.ends_with(".DeleteBehavior")) {
                let behavior = step.value.as_ref().map(named).unwrap_or_else(|| step.receiver.clone());
                self.draft.on_delete = Some(relation::on_delete(&behavior));
                continue;
            }
            let target = self.step(step, scope);
            if let (Some(name), Some(target)) = (&step.assigned, target) {
                scope.push((name.clone(), target));
            }
        }
    }

    fn step(&mut self, step: &Step, scope: &Scope) -> Option<Target> {
        let root = step.receiver.split('.').next().unwrap_or_default();
        let held = scope.iter().rev().find(|(name, _)| name == root).map(|(_, target)| target.clone());
        let Some(mut target) = held else {
            self.plain_call(step, scope);
            return None;
        };
        if step.receiver.contains('.') {
            return None;
        }
        for call in &step.calls {
            target = self.call(&target, &self.with_constants(call, scope), step.line, scope);
        }
        Some(target)
    }

    /// A call with constants of the program in place of their names.
    fn with_constants(&self, call: &Call, scope: &Scope) -> Call {
        let mut call = call.clone();
        for argument in call.arguments.iter_mut().filter(|one| one.lambda.is_none()) {
            let is_builder = |name: &str| scope.iter().any(|(known, _)| known == name);
            let is_open = match &argument.value {
                Value::Name(name) => !is_builder(name),
                Value::Concat(_) | Value::List(_) => true,
                _ => false,
            };
            if is_open {
                argument.value = self.names.resolve(&self.file, &argument.value);
            }
        }
        call
    }

    /// `Configure(builder)`, `base.OnModelCreating(builder)`, `Orders.Map(builder)`, `new OrderMap().Configure(builder.Entity<Order>())`
    fn plain_call(&mut self, step: &Step, scope: &Scope) {
        let [call] = step.calls.as_slice() else { return };
        let given: Vec<Target> = call.arguments.iter().map(|one| argument_target(one, scope)).collect();
        let is_given = given.iter().any(|one| !matches!(one, Target::Nothing));
        match step.receiver.as_str() {
            "base" if is_given => {
                let here = self.class_of(&self.class.clone());
                let next = here.and_then(|here| self.types.chain(here, &[]).into_iter().nth(1));
                if let (Some((next, arguments)), Some(target)) = (next, given.first()) {
                    self.run_method(next, &arguments, &call.name, target);
                }
            }
            receiver => {
                let class = if receiver.is_empty() || receiver == "this" { self.class.clone() } else { last_part(receiver).to_owned() };
                match self.setups.named(&class, &call.name) {
                    Some((at, procedure)) if is_given => self.run(at, procedure, &given),
                    Some(_) if call.name == "Configure" => self.apply(&class),
                    _ => {}
                }
            }
        }
    }

    /// The type of a name in the function that is being read.
    pub(super) fn class_of(&self, name: &str) -> Option<usize> {
        let context = self.types.project(self.context);
        self.types.resolve(&self.file, context, &parse(name).name)
    }

    /// Applies the configuration that a class holds.
    fn apply(&mut self, class: &str) {
        if let Some(class) = self.class_of(class) {
            self.apply_class(class);
        }
    }

    fn apply_class(&mut self, class: usize) {
        for (at, arguments) in self.types.chain(class, &[]) {
            let found = self.setups.of_class(self.types, at, "Configure");
            let parameters = self.types.all[at].one.type_parameters.clone();
            for (place, procedure) in &found {
                let written = procedure.parameters.first().map(|one| parse(&one.data_type)).unwrap_or_default();
                let Some(stored) = written.arguments.first() else { continue };
                let own = parameters.iter().position(|one| one == stored);
                let stored = own.and_then(|at| arguments.get(at)).unwrap_or(stored).clone();
                let file = std::mem::replace(&mut self.file, place.path.clone());
                let target = self.entity_named(&stored);
                self.file = file;
                if let Some(entity) = target {
                    self.run(place, procedure, &[Target::Entity(entity)]);
                }
            }
            if !found.is_empty() {
                return;
            }
        }
    }

    /// The entity of a type by its written name.
    fn entity_named(&mut self, written: &str) -> Option<At> {
        let name = parse(written);
        let class = self.class_of(&name.name)?;
        Some(super::discover::entity(self.types, &mut self.draft, class, &name.arguments))
    }

    fn call(&mut self, target: &Target, call: &Call, line: u32, scope: &Scope) -> Target {
        let place = Location::new(&self.file, if call.line == 0 { line } else { call.line });
        match target {
            Target::Model => self.on_model(call, scope),
            Target::Entity(at) => self.on_entity(*at, call, &place, scope),
            Target::Property(at, name) => self.on_property(*at, name, call),
            Target::OfType(at) => self.on_properties(*at, call),
            Target::Navigation(at, name) => self.on_navigation(*at, name, call),
            Target::Relation(at) => self.on_relation(*at, call),
            Target::Owner(at) => self.on_owner(*at, call),
            Target::Index(at, index) => self.on_index(*at, *index, call),
            Target::Discriminator(at) => {
                // Each value names a type that the table holds.
                if let Some(class) = call.type_arguments.first().filter(|_| call.name == "HasValue") {
                    self.entity_named(&class.clone());
                }
                Target::Discriminator(*at)
            }
            Target::Nothing => Target::Nothing,
        }
    }

    fn on_model(&mut self, call: &Call, scope: &Scope) -> Target {
        match call.name.as_str() {
            "Entity" => {
                let Some(entity) = stated_type(call).and_then(|name| self.entity_named(&name)) else { return Target::Nothing };
                self.inner(call, Target::Entity(entity), scope);
                return Target::Entity(entity);
            }
            "ApplyConfiguration" => {
                if let Some(Value::Call(class, _)) = call.arguments.first().map(|one| &one.value) {
                    self.apply(&class.clone());
                }
            }
            "ApplyConfigurationsFromAssembly" => self.apply_all(),
            "HasDefaultSchema" => self.draft.schema = text(call, 0).or_else(|| self.draft.schema.take()),
            "Ignore" => self.draft.ignored.extend(stated_type(call).and_then(|name| self.class_of(&name))),
            "Owned" => self.draft.owned.extend(stated_type(call).and_then(|name| self.class_of(&name))),
            "ComplexProperties" => self.draft.complex.extend(stated_type(call).and_then(|name| self.class_of(&name))),
            "HasPostgresEnum" => {
                if let Some(class) = call.type_arguments.first() {
                    let (first, second) = (text(call, 0), text(call, 1));
                    let pair = if second.is_some() { (second, first) } else { (first, None) };
                    self.draft.enums.insert(parse(class).name, pair);
                }
            }
            "Properties" => {
                if let Some(class) = stated_type(call) {
                    self.draft.by_type.push((parse(&class).name, Default::default()));
                    let at = self.draft.by_type.len() - 1;
                    self.inner(call, Target::OfType(at), scope);
                    return Target::OfType(at);
                }
            }
            name => self.extension(name, call, &Target::Model, scope),
        }
        Target::Model
    }

    /// A function of the program that is called like a method of a builder.
    fn extension(&mut self, name: &str, call: &Call, target: &Target, scope: &Scope) {
        if let Some((at, procedure)) = self.setups.named("", name).filter(|(_, one)| one.is_extension) {
            let mut given = vec![target.clone()];
            given.extend(call.arguments.iter().map(|one| argument_target(one, scope)));
            self.run(at, procedure, &given);
        }
    }

    /// The configurations in the assembly of the context; where it has none, those in the assemblies that it is built with.
    fn apply_all(&mut self) {
        let is_configuration = |class: &usize| {
            let one = &self.types.all[*class].one;
            let names = |(at, arguments): (usize, Vec<String>)| self.types.bases(at, &arguments);
            !one.is_abstract
                && self.types.chain(*class, &[]).into_iter().flat_map(names).any(|base| base.name == "IEntityTypeConfiguration")
        };
        let home = self.types.project(self.context).cloned();
        let all: Vec<usize> = (0..self.types.all.len()).filter(is_configuration).collect();
        let mut own: Vec<usize> = all.iter().copied().filter(|one| self.types.project(*one) == home.as_ref()).collect();
        if let Some(home) = home.filter(|_| own.is_empty()) {
            own =
                all.into_iter().filter(|one| self.types.project(*one).is_some_and(|project| self.types.reaches(&home, project))).collect();
        }
        own.sort_by(|a, b| self.types.all[*a].at.cmp(&self.types.all[*b].at));
        for class in own {
            self.apply_class(class);
        }
    }

    /// What is said of a target in the function that a call is given, or in one that is given by name.
    fn inner(&mut self, call: &Call, target: Target, scope: &Scope) {
        if let Some(lambda) = call.arguments.last().and_then(|one| one.lambda.as_ref()).filter(|lambda| !is_selector(lambda)) {
            self.lambda(lambda, target, scope);
        } else if let Some(Value::Name(name)) = call.arguments.last().map(|one| &one.value)
            && let Some((at, procedure)) = self.setups.named(&self.class.clone(), last_part(name))
        {
            self.run(at, procedure, &[target]);
        }
    }
}

/// What an argument stands for: a builder by its name.
fn argument_target(argument: &Argument, scope: &Scope) -> Target {
    match &argument.value {
        Value::Name(name) => scope.iter().rev().find(|(known, _)| known == name).map_or(Target::Nothing, |(_, target)| target.clone()),
        _ => Target::Nothing,
    }
}

/// `x => x.Name`, `x => new { x.A, x.B }`: a function that only points at properties.
fn is_selector(lambda: &Lambda) -> bool {
    matches!(lambda.steps.as_slice(), [step] if step.calls.is_empty() && step.assigned.is_none())
}

/// The type that a call names: `Entity<Order>()`, `Entity(typeof(Order))`.
fn stated_type(call: &Call) -> Option<String> {
    call.type_arguments.first().cloned().or_else(|| match call.arguments.first().map(|one| &one.value) {
        Some(Value::Name(name)) => Some(name.clone()),
        _ => None,
    })
}

/// The text of an argument.
fn text(call: &Call, place: usize) -> Option<String> {
    call.arguments.get(place).and_then(|one| crate::link::names::plain(&one.value))
}

/// The last part of a name.
fn named(value: &Value) -> String {
    match value {
        Value::Name(name) => last_part(name).to_owned(),
        _ => String::new(),
    }
}

/// The properties that an argument points at: `x => x.A`, `x => new { x.A, x.B }`, `"A"`.
fn picked(argument: &Argument) -> Vec<String> {
    let Some(lambda) = &argument.lambda else { return super::discover::texts(std::slice::from_ref(&argument.value)) };
    let parameter = lambda.parameters.first().map(|one| one.name.as_str()).unwrap_or_default();
    let bare = |name: &str| name.strip_prefix(parameter)?.strip_prefix('.').map(str::to_owned);
    let Some(step) = lambda.steps.first() else { return Vec::new() };
    match &step.value {
        Some(Value::Map(entries)) => {
            let names = entries.iter().filter_map(|(_, value)| match value {
                Value::Name(name) => bare(name),
                _ => None,
            });
            names.collect()
        }
        _ => bare(&step.receiver).into_iter().collect(),
    }
}

/// The properties that all arguments of a call point at.
fn all_picked(call: &Call) -> Vec<String> {
    call.arguments.iter().flat_map(picked).collect()
}

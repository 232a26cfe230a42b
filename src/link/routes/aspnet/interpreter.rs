//! Follows routers through the start-up code of an application: variables, groups, extension methods in other files and projects.
//! Nothing is run: each procedure is read once for each router that it is given, within a limit.

use std::collections::{BTreeMap, BTreeSet};

use super::calls::{self, Called};
use super::conventions::Convention;
use super::program::{Found, Program};
use super::reflection;
use super::router::Routers;
use crate::finding::{Argument, Class, Lambda, Procedure, Step, Value};
use crate::link::conditions::Taken;
use crate::link::names::last_part;
use crate::location::{Location, RepoPath};

/// What a variable holds.
#[derive(Clone, Debug)]
pub(super) enum Held {
    /// A builder of an application.
    Builder,
    /// A router, by place.
    Router(usize),
    /// An endpoint, by place.
    Endpoint(usize),
    /// Any other value, with the file in which its names stand.
    Value(RepoPath, Value),
}

/// Variables by name.
pub(super) type Variables = BTreeMap<String, Held>;

/// Procedures call each other no deeper than this.
const DEPTH: usize = 14;
/// Procedures read for one application.
const BUDGET: usize = 20_000;

/// One application while it is read.
pub(super) struct Interpreter<'p, 'i, 'a> {
    pub(super) program: &'p Program<'i, 'a>,
    pub(super) routers: Routers,
    /// What was found besides endpoints.
    pub(super) seen: Seen,
    /// The procedures that were read, by place.
    pub(super) reached: BTreeSet<(RepoPath, u32)>,
    /// The class that reflection is going over, while a procedure is read for it.
    pub(super) subject: Option<Found<'a, Class>>,
    /// The ways of branchings that are being followed.
    pub(super) conditions: Vec<Taken>,
    /// What is asked on these ways, as written.
    pub(super) asked: Vec<String>,
    left: usize,
    depth: usize,
    /// How many procedures were read.
    runs: usize,
    /// The procedure that is being read, by that number.
    current: usize,
}

/// Switches and mounts that calls turn on.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// `MapControllers` and its kin: the router, and the ways that lead there.
    pub(super) controllers: Vec<(usize, Vec<Taken>)>,
    /// The table of conventional routes.
    pub(super) conventions: Vec<Convention>,
    /// Whether Razor pages are mapped.
    pub(super) razor_pages: bool,
    /// `MapHub<T>(path)`: class, endpoint.
    pub(super) hubs: Vec<(String, RepoPath, usize)>,
    /// `MapGrpcService<T>()`: class and file.
    pub(super) grpc: Vec<(String, RepoPath, usize)>,
    /// The prefix of FastEndpoints; `Some` when they are switched on.
    pub(super) fast_endpoints: Option<String>,
    /// The router of the endpoints of Wolverine, when they are mapped.
    pub(super) wolverine: Option<usize>,
    /// The endpoint of GraphQL, when it is mapped.
    pub(super) graphql: Option<usize>,
    /// `MapReverseProxy`, with where.
    pub(super) reverse_proxy: Option<Location>,
}

/// Where a statement stands: its file, and the class around it.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) at: &'a Location,
    pub(super) class: &'a str,
    pub(super) procedure: &'a str,
}

impl<'p, 'i, 'a> Interpreter<'p, 'i, 'a> {
    pub(super) fn new(program: &'p Program<'i, 'a>) -> Self {
        Self {
            program,
            routers: Routers::default(),
            seen: Seen::default(),
            reached: BTreeSet::new(),
            subject: None,
            conditions: Vec::new(),
            asked: Vec::new(),
            left: BUDGET,
            depth: 0,
            runs: 0,
            current: 0,
        }
    }

    /// Reads the program of the application: its top-level statements, `Main`, and `Configure` of its start-up classes.
    pub(super) fn read_program(&mut self) {
        let program = self.program;
        let own = |(at, _): &&Found<'a, Procedure>| program.is_own(&at.path);
        for name in ["", "Main"] {
            for found in program.procedures(name).iter().filter(own) {
                self.run(*found, Variables::new());
            }
        }
        let is_web = |one: &Procedure| one.parameters.iter().any(|parameter| is_router_type(&parameter.data_type));
        for found in program.procedures("Configure").iter().filter(own).filter(|(_, one)| is_web(one)) {
            if self.is_filter(*found) {
                continue;
            }
            let variables = found.1.parameters.iter().filter(|one| is_router_type(&one.data_type));
            self.run(*found, variables.map(|one| (one.name.clone(), Held::Router(Routers::ROOT))).collect());
        }
    }

    /// `Configure` of a class that only takes part when something else calls it.
    fn is_filter(&self, (at, procedure): Found<'a, Procedure>) -> bool {
        let class = self.program.input.names.class(&at.path, &procedure.class);
        class.is_some_and(|(_, class)| class.bases.iter().any(|base| base == "IStartupFilter" || base.contains("Module")))
    }

    /// Reads a procedure; what it gives back.
    pub(super) fn run(&mut self, (at, procedure): Found<'a, Procedure>, mut variables: Variables) -> Option<Held> {
        if self.depth >= DEPTH || self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.depth += 1;
        self.reached.insert((at.path.clone(), at.line));
        let place = Place { at, class: &procedure.class, procedure: &procedure.name };
        self.runs += 1;
        let around = std::mem::replace(&mut self.current, self.runs);
        let given = self.steps(&procedure.steps, place, &mut variables);
        self.current = around;
        self.depth -= 1;
        given
    }

    fn steps(&mut self, steps: &'a [Step], place: Place<'a>, variables: &mut Variables) -> Option<Held> {
        let mut given = None;
        for step in steps {
            let (ways, asked) = (self.conditions.len(), self.asked.len());
            let run = self.current;
            self.conditions.extend(step.under.iter().map(|one| Taken { choice: (run, one.choice), way: one.way, of: one.of }));
            self.asked.extend(step.under.iter().filter(|one| !one.asked.is_empty()).map(|one| one.asked.clone()));
            let held = self.step(step, place, variables);
            self.conditions.truncate(ways);
            self.asked.truncate(asked);
            if step.returned && held.is_some() {
                given = held;
            }
        }
        given
    }

    fn step(&mut self, step: &'a Step, place: Place<'a>, variables: &mut Variables) -> Option<Held> {
        let held = match &step.value {
            Some(Value::Either(branches)) if chosen(branches, variables).is_some() => chosen(branches, variables),
            Some(value) => Some(Held::Value(place.at.path.clone(), self.put_in(value, variables))),
            None => self.chain(step, place, variables),
        };
        if let (Some(name), Some(held)) = (&step.assigned, &held) {
            variables.insert(name.clone(), held.clone());
        }
        held
    }

    fn chain(&mut self, step: &'a Step, place: Place<'a>, variables: &Variables) -> Option<Held> {
        if reflection::invoked(step).is_some() {
            self.reflected(step, place, variables);
            return None;
        }
        let mut current = variables.get(&step.receiver).cloned();
        if matches!(current, Some(Held::Value(..))) {
            current = None;
        }
        if current.is_none() && starts_application(&step.receiver) {
            current = Some(Held::Builder);
        }
        for call in &step.calls {
            let called = Called { call, receiver: &step.receiver, place };
            current = match current {
                Some(Held::Builder) if call.name == "Build" => Some(Held::Router(Routers::ROOT)),
                Some(Held::Builder) if call.name == "Create" && step.receiver.ends_with("WebApplication") => {
                    Some(Held::Router(Routers::ROOT))
                }
                Some(Held::Builder) => self.user_call(&called, Some(Held::Builder), variables).or(Some(Held::Builder)),
                Some(Held::Router(router)) => calls::on_router(self, &called, router, variables),
                Some(Held::Endpoint(endpoint)) => calls::on_endpoint(self, &called, endpoint, variables),
                Some(Held::Value(..)) | None => self.user_call(&called, None, variables),
            };
        }
        current
    }

    /// A function with a router in its place: `UseEndpoints(endpoints => ...)`.
    pub(super) fn lambda(&mut self, lambda: &'a Lambda, held: &Held, place: Place<'a>, variables: &Variables) {
        let mut inner = variables.clone();
        if let Some(first) = lambda.parameters.first() {
            inner.insert(first.name.clone(), held.clone());
        }
        if self.depth < DEPTH {
            self.depth += 1;
            self.steps(&lambda.steps, place, &mut inner);
            self.depth -= 1;
        }
    }

    /// A call of a procedure of the repository that is handed a router or builder.
    pub(super) fn user_call(&mut self, called: &Called<'a>, current: Option<Held>, variables: &Variables) -> Option<Held> {
        let call = called.call;
        let given: Vec<Option<Held>> = call.arguments.iter().map(|one| self.held(one, called.place, variables)).collect();
        let handed = given.iter().any(Option::is_some);
        if current.is_none() && !handed {
            return None;
        }
        let mut result = None;
        for found in self.candidates(called, current.is_some(), variables) {
            let bound = self.bind(found.1, called, (current.as_ref(), &given), variables);
            result = self.run(found, bound).or(result);
        }
        result
    }

    /// The procedures that a call may mean: the one of the named class, the nearest extension method, or every class that has the method
    /// when it is called on an object whose class only the run tells.
    fn candidates(&self, called: &Called<'a>, on_router: bool, variables: &Variables) -> Vec<Found<'a, Procedure>> {
        let all = self.program.procedures(&called.call.name).iter().copied();
        let all: Vec<Found<'a, Procedure>> =
            all.filter(|(_, one)| one.parameters.iter().any(|one| is_tracked_type(&one.data_type))).collect();
        let path = &called.place.at.path;
        let shared = |at: &Location| at.path.parts().zip(path.parts()).take_while(|(a, b)| a == b).count();
        let nearest = |found: Vec<Found<'a, Procedure>>| -> Vec<Found<'a, Procedure>> {
            let fits = |one: &Procedure| one.parameters.len() == called.call.arguments.len() + usize::from(one.is_extension && on_router);
            let best = found.into_iter().max_by_key(|(at, one)| (fits(one), shared(at), std::cmp::Reverse((&at.path, at.line))));
            best.into_iter().collect()
        };
        if on_router {
            return nearest(all.into_iter().filter(|(_, one)| one.is_extension).collect());
        }
        // A type parameter stands for the class that the caller names: `TEndpoint.Map(app)`.
        let owner = match variables.get(called.receiver) {
            Some(Held::Value(_, Value::Name(class))) => last_part(class),
            _ => last_part(called.receiver),
        };
        let of_class: Vec<_> = all.iter().copied().filter(|(_, one)| one.class == owner).collect();
        if !of_class.is_empty() {
            return nearest(of_class);
        }
        if called.receiver.is_empty() {
            let own: Vec<_> = all.iter().copied().filter(|(at, one)| at.path == *path && one.class == called.place.class).collect();
            return nearest(if own.is_empty() { all } else { own });
        }
        let is_member = |(at, one): &Found<'a, Procedure>| {
            !one.is_static
                && self
                    .program
                    .input
                    .names
                    .class(&at.path, &one.class)
                    .is_some_and(|(_, class)| !class.bases.is_empty() && !class.is_abstract)
        };
        all.into_iter().filter(is_member).collect()
    }

    fn bind(
        &self,
        procedure: &Procedure,
        called: &Called<'a>,
        (current, given): (Option<&Held>, &[Option<Held>]),
        variables: &Variables,
    ) -> Variables {
        let call = called.call;
        let types = procedure.type_parameters.iter().zip(&call.type_arguments);
        let named = |class: &String| Held::Value(called.place.at.path.clone(), Value::Name(class.clone()));
        let mut bound: Variables = types.map(|(parameter, class)| (parameter.clone(), named(class))).collect();
        let skip = usize::from(procedure.is_extension && current.is_some());
        if let (1, Some(first), Some(current)) = (skip, procedure.parameters.first(), current) {
            bound.insert(first.name.clone(), current.clone());
        }
        for (at, parameter) in procedure.parameters.iter().skip(skip).enumerate() {
            let named = call.arguments.iter().position(|one| one.name.as_ref() == Some(&parameter.name));
            let place = named.or_else(|| call.arguments.get(at).filter(|one| one.name.is_none()).map(|_| at));
            let Some((argument, held)) = place.and_then(|place| Some((call.arguments.get(place)?, given.get(place)?))) else { continue };
            let plain = || match &argument.value {
                // What an object knows of its class is the name.
                Value::Name(name) if name == "this" => Held::Value(called.place.at.path.clone(), reflection::named(called.place.class)),
                value => Held::Value(called.place.at.path.clone(), self.put_in(value, variables)),
            };
            bound.insert(parameter.name.clone(), held.clone().unwrap_or_else(plain));
        }
        bound
    }

    /// The router or builder that an argument means.
    fn held(&mut self, argument: &'a Argument, place: Place<'a>, variables: &Variables) -> Option<Held> {
        let held = match (&argument.value, &argument.chain) {
            (Value::Name(name), _) => variables.get(name).cloned(),
            (_, Some(chain)) => self.chain(chain, place, variables),
            _ => None,
        };
        held.filter(|held| matches!(held, Held::Builder | Held::Router(_)))
    }

    /// A value with the plain variables in it put in.
    fn put_in(&self, value: &Value, variables: &Variables) -> Value {
        let plain = variables.iter().filter_map(|(name, held)| match held {
            Held::Value(file, value) => Some((name.clone(), self.program.input.names.resolve(file, value))),
            _ => None,
        });
        let (names, values): (Vec<String>, Vec<Value>) = plain.unzip();
        value.with_arguments(&names, &values)
    }

    /// The text of a value.
    pub(super) fn text(&self, value: &Value, file: &RepoPath, variables: &Variables) -> Option<String> {
        let names = &self.program.input.names;
        let value = names.resolve(file, &self.put_in(value, variables));
        names.text(file, &self.settled(&value))
    }
}

/// The router that one of several names means: one that is given comes before the application that stands in for it.
fn chosen(branches: &[Value], variables: &Variables) -> Option<Held> {
    let held = |branch: &Value| match branch {
        Value::Name(name) => variables.get(name).filter(|held| matches!(held, Held::Router(_))).cloned(),
        _ => None,
    };
    let routers: Vec<Held> = branches.iter().filter_map(held).collect();
    let given = routers.iter().find(|held| !matches!(held, Held::Router(Routers::ROOT)));
    given.or(routers.first()).cloned()
}

fn starts_application(receiver: &str) -> bool {
    matches!(last_part(receiver), "WebApplication" | "WebHost" | "Host")
}

/// Whether a parameter of this type is a router.
pub(super) fn is_router_type(data_type: &str) -> bool {
    const ROUTERS: &[&str] =
        &["EndpointRouteBuilder", "RouteGroupBuilder", "WebApplication", "IApplicationBuilder", "VersionedEndpointRouteBuilder"];
    let name = last_part(data_type.trim_end_matches('?'));
    ROUTERS.iter().any(|end| name.ends_with(end))
}

fn is_tracked_type(data_type: &str) -> bool {
    is_router_type(data_type) || data_type.ends_with("ApplicationBuilder")
}

//! Which container keeps a contract of HTTP, and what the contract adds to what its code says.
//! A contract is kept by the code that answers its operations, else by what its address or name means; one of neither adds nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::containers::unread_language;
use super::generated_servers::GeneratedServers;
use super::{Input, wording};
use crate::finding::{Fact, HttpContract, HttpOperation, ServerAddress};
use crate::gap::{Gap, GapCode};
use crate::location::{Location, RepoPath};
use crate::model::{Container, Declared, Model, Operation};

/// How many names a diagnostic lists.
const NAMED: usize = 5;

/// Folders of contracts that others keep, or that only show something.
const FOREIGN: &[&str] =
    &["client", "clients", "example", "examples", "external", "sample", "samples", "testdata", "third_party", "vendor"];

/// Words of file names and titles that say what a contract is and not whose.
const PLAIN_WORDS: &[&str] =
    &["openapi", "swagger", "api", "spec", "schema", "contract", "service", "server", "adapter", "app", "v1", "v2", "v3"];

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut kept: BTreeMap<String, Vec<&Location>> = BTreeMap::new();
    let answered = Answers::of_all(model);
    let generated = GeneratedServers::of(input, model);
    for finding in input.findings {
        let Fact::HttpContract(contract) = &finding.fact else { continue };
        if input.map.file(&finding.at.path).is_some_and(|file| file.is_test) {
            continue;
        }
        if generated.copies.contains(&finding.at.path) {
            continue;
        }
        let keepers = match generated.keepers.get(&finding.at.path) {
            Some(keepers) => keepers.iter().map(|container| Keeper::generated(container, contract)).collect(),
            None => keepers(model, &answered, &finding.at.path, contract),
        };
        for keeper in &keepers {
            if keeper.matches > 0 {
                kept.entry(keeper.container.clone()).or_default().push(&finding.at);
            }
            enter(model, &finding.at, contract, keeper, answered.get(&keeper.container));
        }
        if keepers.is_empty() {
            let number = wording::count(contract.operations.len(), "operation");
            let message = format!("nothing that was found here keeps this contract of {number}; they are no endpoints");
            model.gaps.push(Gap::line(GapCode::NotUnderstood, &finding.at.path, finding.at.line, message));
        }
    }
    for (container, places) in kept {
        tell_unstated(model, &container, &places);
    }
}

/// What the code of a container answers: verb and shape of the path -> key.
#[derive(Debug, Default)]
pub(super) struct Answers(BTreeMap<(String, String), String>);

impl Answers {
    /// Those of every container.
    pub(super) fn of_all(model: &Model) -> BTreeMap<String, Self> {
        model.endpoints.iter().map(|(key, own)| (key.clone(), Self::of(own))).collect()
    }

    fn of(operations: &BTreeMap<String, Operation>) -> Self {
        let placed = |key: &String| {
            let (verb, path) = key.split_once(' ').filter(|(_, path)| path.starts_with('/'))?;
            Some(((verb.to_owned(), shape(path)), key.clone()))
        };
        Self(operations.keys().filter_map(placed).collect())
    }

    fn key(&self, prefix: &str, operation: &HttpOperation) -> Option<&String> {
        let path = shape(&format!("{prefix}{}", operation.path));
        // A handler of every method answers this one, too.
        self.0.get(&(operation.method.clone(), path.clone())).or_else(|| self.0.get(&("ALL".to_owned(), path)))
    }

    /// The endpoint that answers a request as it is sent, with values in the place of parameters; of several the one with the fewest parameters.
    pub(super) fn request(&self, method: &str, path: &str) -> Option<&String> {
        let path = shape(path);
        let same = |(own, sent): (&str, &str)| own == sent || own == "{}" && !sent.is_empty();
        let fits = |own: &str| own.matches('/').count() == path.matches('/').count() && own.split('/').zip(path.split('/')).all(same);
        let exact = ["ALL", method].iter().rev().find_map(|verb| self.0.get(&((*verb).to_owned(), path.clone())));
        let near = || {
            let all = self.0.iter().filter(|((verb, own), _)| (verb == method || verb == "ALL") && fits(own));
            all.min_by_key(|((_, own), _)| own.matches("{}").count()).map(|(_, key)| key)
        };
        exact.or_else(near)
    }

    /// The path before those of the contract under which most of its operations are answered, and how many are.
    fn prefix(&self, contract: &HttpContract) -> (String, usize) {
        let mut prefixes: BTreeSet<String> = contract.servers.iter().map(|server| server.path.clone()).collect();
        prefixes.insert(String::new());
        // Two paths may be answered under some prefix by chance; one that no server states must be proved by more.
        for operation in contract.operations.iter().take(NAMED).filter(|_| contract.operations.len() > 2) {
            let end = shape(&operation.path);
            let longer = self.0.keys().filter(|(verb, path)| *verb == operation.method && path.ends_with(&end));
            prefixes.extend(longer.filter_map(|(_, path)| path.strip_suffix(&end)).filter(|start| !start.contains('{')).map(str::to_owned));
        }
        let count = |prefix: &String| contract.operations.iter().filter(|one| self.key(prefix, one).is_some()).count();
        let counted = prefixes.into_iter().map(|prefix| (count(&prefix), prefix));
        // Of two that serve the same number the shorter one counts.
        let best = counted.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.len().cmp(&a.1.len())));
        best.map(|(matches, prefix)| (prefix, matches)).unwrap_or_default()
    }
}

/// A path with the names of its parameters left out: two routes of one shape are one.
fn shape(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((head, tail)) = rest.split_once('{') {
        let Some((_, after)) = tail.split_once('}') else { break };
        out.push_str(head);
        out.push_str("{}");
        rest = after;
    }
    out.push_str(rest);
    let trimmed = out.trim_end_matches('/').to_lowercase();
    if trimmed.is_empty() { "/".to_owned() } else { trimmed }
}

/// Who keeps a contract.
struct Keeper {
    container: String,
    /// The path before those of the contract.
    prefix: String,
    /// How many operations its code answers.
    matches: usize,
    /// Whether its server was written from the contract.
    generated: bool,
}

impl Keeper {
    fn generated(container: &str, contract: &HttpContract) -> Self {
        Self { container: container.to_owned(), prefix: only_path(contract), matches: 0, generated: true }
    }
}

/// Programs of one code keep a contract together; an address or a name that two could mean proves neither.
fn keepers(model: &Model, answered: &BTreeMap<String, Answers>, at: &RepoPath, contract: &HttpContract) -> Vec<Keeper> {
    let foreign = at.parent().parts().any(|part| FOREIGN.contains(&part));
    let mut best = (false, 0, false);
    let mut found: Vec<Keeper> = Vec::new();
    for (key, container) in &model.containers {
        let answers = answered.get(key);
        let (prefix, matches) = answers.map(|own| own.prefix(contract)).unwrap_or_default();
        let addressed = !foreign && is_addressed(model, key, contract);
        let named = !foreign && answers.is_none() && is_its_own(key, container, at, contract);
        // An address that is a container of this system says more than paths that others may have, too.
        let rank = (addressed, matches, named);
        if matches * 2 < contract.operations.len() && !addressed && !named || rank < best {
            continue;
        }
        if rank > best {
            found.clear();
            best = rank;
        }
        let prefix = if matches > 0 { prefix } else { only_path(contract) };
        found.push(Keeper { container: key.clone(), prefix, matches, generated: false });
    }
    if found.len() > 1 && best.1 == 0 { Vec::new() } else { found }
}

/// The path of the servers, where all have one.
fn only_path(contract: &HttpContract) -> String {
    let paths: BTreeSet<&str> = contract.servers.iter().map(|server| server.path.as_str()).collect();
    if paths.len() == 1 { paths.into_iter().next().unwrap_or_default().to_owned() } else { String::new() }
}

/// Whether an address of the contract is the name under which others reach the container.
fn is_addressed(model: &Model, key: &str, contract: &HttpContract) -> bool {
    let services = model.compose_services.iter().filter(|(_, container)| *container == key).map(|((_, service), _)| service.as_str());
    let names: BTreeSet<&str> = services.chain([key]).collect();
    let first = |host: &str| host.split_once(".svc").map_or(host, |(head, _)| head.split('.').next().unwrap_or(head)).to_owned();
    contract.servers.iter().any(|server| names.contains(server.host.as_str()) || names.contains(first(&server.host).as_str()))
}

/// Whether a container whose code is not understood is what the contract is called after, or holds it in its folder.
fn is_its_own(key: &str, container: &Container, at: &RepoPath, contract: &HttpContract) -> bool {
    if !is_untold(container) && unread_language(container).is_none() {
        return false;
    }
    let words = |text: &str| -> Vec<String> {
        let parts = text.split(|letter: char| !letter.is_alphanumeric()).map(str::to_lowercase);
        parts.filter(|word| !word.is_empty() && !PLAIN_WORDS.contains(&word.as_str())).collect()
    };
    let own = words(key.rsplit('/').next().unwrap_or(key));
    let called = |text: &str| !own.is_empty() && words(text) == own;
    // A folder may hold the contract of somebody outside, whom its code calls.
    let outside = |server: &ServerAddress| server.host.contains('.') && !server.host.contains(".svc") && server.host != "127.0.0.1";
    let holds = || container.path.as_ref().is_some_and(|folder| !folder.is_root() && at.is_within(folder));
    called(at.stem()) || contract.title.as_deref().is_some_and(called) || holds() && !contract.servers.iter().any(outside)
}

/// Whether nothing tells what a container runs.
fn is_untold(container: &Container) -> bool {
    container.kind == "Service" && container.technology.is_none()
}

/// Puts in what the contract states.
fn enter(model: &mut Model, at: &Location, contract: &HttpContract, keeper: &Keeper, answers: Option<&Answers>) {
    describe(model, at, contract, &keeper.container);
    let mut missing = Vec::new();
    let live = keeper.generated || answers.is_none() || keeper.matches * 2 >= contract.operations.len();
    for stated in &contract.operations {
        let place = Location::new(stated.file.as_ref().unwrap_or(&at.path), stated.line);
        let known = answers.and_then(|own| own.key(&keeper.prefix, stated)).cloned();
        let key = known.clone().unwrap_or_else(|| format!("{} {}{}", stated.method, keeper.prefix, stated.path));
        if known.is_none() && answers.is_some() && !keeper.generated {
            missing.push(key.clone());
        }
        if known.is_none() && !live {
            continue;
        }
        let operations = model.endpoints.entry(keeper.container.clone()).or_default();
        let operation = operations.entry(key.clone()).or_insert_with(|| Operation { declared: Declared::Contract, ..Operation::default() });
        if operation.declared == Declared::Code {
            operation.declared = Declared::Both;
        }
        operation.request = operation.request.take().or_else(|| stated.request.clone());
        operation.response = operation.response.take().or_else(|| stated.response.clone());
        operation.summary = operation.summary.take().or_else(|| stated.summary.clone());
        model.prove(&place, "operation", &["api_endpoints", &keeper.container, "operations", &key]);
    }
    if !missing.is_empty() {
        let message = format!("the contract states what no code of {} was found to answer: {}", keeper.container, shortened(&missing));
        model.gaps.push(Gap::line(GapCode::ContractDrift, &at.path, at.line, message));
    }
}

/// A container that nothing else describes is what its contract says; any is called as the contract spells its name.
fn describe(model: &mut Model, at: &Location, contract: &HttpContract, key: &str) {
    let Some(container) = model.containers.get_mut(key) else { return };
    let letters = |text: &str| -> String { text.chars().filter(|one| one.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let untold = is_untold(container);
    if let Some(title) = contract.title.as_ref().filter(|title| untold || letters(title) == letters(key)) {
        container.name.clone_from(title);
    }
    if untold {
        container.technology = Some(format!("HTTP service ({})", contract.standard));
        if let Some(text) = &contract.description {
            container.description = wording::first_paragraph(text);
        }
        model.prove(at, "contract", &["containers", key]);
    }
}

/// Says which endpoints of a container stand in none of its contracts.
fn tell_unstated(model: &mut Model, container: &str, places: &[&Location]) {
    let Some(at) = places.first() else { return };
    let open = model.endpoints.get(container).into_iter().flatten();
    let is_health =
        |key: &str| ["/health", "/ready", "/live", "/metrics", "/ping", "/openapi", "/swagger"].iter().any(|word| key.contains(word));
    let unstated =
        open.filter(|(key, one)| one.declared == Declared::Code && key.contains(" /") && !is_health(key)).map(|(key, _)| key.clone());
    let unstated: Vec<String> = unstated.collect();
    if !unstated.is_empty() {
        let message = format!("code of {container} answers what none of its contracts states: {}", shortened(&unstated));
        model.gaps.push(Gap::line(GapCode::ContractDrift, &at.path, at.line, message));
    }
}

/// The first of some names, and how many more there are.
pub(super) fn shortened(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).cloned().collect::<Vec<String>>().join(", ");
    if names.len() > NAMED { format!("{shown} and {} more", names.len() - NAMED) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::shape;
    use crate::model::Declared;
    use crate::trial::model;

    #[test]
    fn names_of_parameters_do_not_matter() {
        assert_eq!(shape("/Orders/{orderId}/items/{item}/"), shape("/orders/{id}/items/{x}"));
        assert_eq!(shape("/"), "/");
    }

    const START: &str = "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nasync function start() { const app = await NestFactory.create(AppModule); app.setGlobalPrefix('api'); await app.listen(3000); }\nstart();";
    const MODULE: &str = "import { Module } from '@nestjs/common';\nimport { OrdersController } from './orders.controller';\n@Module({ controllers: [OrdersController] })\nexport class AppModule {}";
    const CONTROLLER: &str = "import { Controller, Get, Post } from '@nestjs/common';\n@Controller('orders')\nexport class OrdersController {\n  @Get(':id') find() {}\n  @Get() list() {}\n  @Post() place() {}\n}";

    #[test]
    fn a_contract_belongs_to_the_code_that_keeps_it() {
        let contract = "openapi: 3.0.0\ninfo: {title: Anything}\npaths:\n  /orders/{orderId}: {get: {summary: One order., responses: {}}}\n  /orders: {post: {}, delete: {}}\n";
        let model = model(&[
            ("package.json", r#"{"name": "shop", "dependencies": {"@nestjs/core": "^10"}}"#),
            ("src/main.ts", START),
            ("src/app.module.ts", MODULE),
            ("src/orders.controller.ts", CONTROLLER),
            ("docs/orders.yaml", contract),
        ]);
        let shown: Vec<String> = model.endpoints["shop"].iter().map(|(key, one)| format!("{key} {:?}", one.declared)).collect();
        assert_eq!(shown, ["DELETE /api/orders Contract", "GET /api/orders Code", "GET /api/orders/{id} Both", "POST /api/orders Both"]);
        assert_eq!(model.endpoints["shop"]["GET /api/orders/{id}"].summary.as_deref(), Some("One order."));
        let drift: Vec<&str> =
            model.gaps.iter().filter(|gap| gap.code.as_str() == "contract-drift").map(|gap| gap.message.as_str()).collect();
        assert_eq!(drift.len(), 2, "{drift:?}");
    }

    #[test]
    fn a_mock_is_what_its_contract_says_and_a_foreign_contract_is_nothing() {
        let mock = "openapi: 3.1.0\ninfo: {title: Bank API, description: Moves money.}\nservers: [{url: 'http://bank:4010/v2'}]\npaths: {/accounts: {post: {}}}\n";
        let foreign = "openapi: 3.1.0\ninfo: {title: Parcel}\nservers: [{url: 'https://api.parcel.test'}]\npaths: {/labels: {post: {}}}\n";
        let model = model(&[
            ("compose.yaml", "services:\n  bank:\n    image: stoplight/prism:5\n    command: mock -h 0.0.0.0 /contracts/bank.yaml\n"),
            ("contracts/bank.yaml", mock),
            ("contracts/parcel.yaml", foreign),
        ]);
        assert_eq!(model.endpoints.keys().collect::<Vec<_>>(), ["bank"]);
        assert_eq!(model.endpoints["bank"]["POST /v2/accounts"].declared, Declared::Contract);
        let bank = &model.containers["bank"];
        assert_eq!((bank.name.as_str(), bank.technology.as_deref()), ("Bank API", Some("HTTP service (OpenAPI 3.1)")));
        assert!(model.gaps.iter().any(|gap| gap.path.as_str() == "contracts/parcel.yaml"));
    }
}

//! Chaincode: the transactions of its contracts as endpoints.
//! Every exported method of a contract can be called, but those by which the contract API asks the contract itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{Input, wording};
use crate::finding::{Action, Expression, Fact, Function, Slot, TypeShape};
use crate::location::{Location, RepoPath};
use crate::model::{Component, Model, Operation};

/// Methods that the contract API calls.
const OF_THE_API: &[&str] = &[
    "GetInfo",
    "GetUnknownTransaction",
    "GetBeforeTransaction",
    "GetAfterTransaction",
    "GetName",
    "GetTransactionContextHandler",
    "GetIgnoredFunctions",
    "GetEvaluateTransactions",
];

/// The pass.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let chaincode: BTreeSet<String> =
        model.containers.iter().filter(|(_, one)| one.kind == "Chaincode").map(|(key, _)| key.clone()).collect();
    if chaincode.is_empty() {
        return;
    }
    let contracts = contracts(input);
    let mut found: Vec<(&Location, String, Operation)> = Vec::new();
    for finding in input.findings {
        match &finding.fact {
            Fact::Function(function) => {
                let owner = function.receiver.as_ref().map(|one| one.kind.trim_start_matches('*')).unwrap_or_default();
                let name = contracts.get(&(finding.at.path.parent(), owner.to_owned())).filter(|_| is_transaction(function));
                if let Some(name) = name {
                    found.push((&finding.at, format!("INVOKE {name}:{}", function.name), operation(owner, function)));
                }
            }
            Fact::InvokeSwitch(switch) => {
                for (name, _) in &switch.functions {
                    let operation = Operation { handler: Some(format!("{}.Invoke", switch.contract)), ..Operation::default() };
                    found.push((&finding.at, format!("INVOKE {}:{name}", switch.contract), operation));
                }
            }
            _ => {}
        }
    }
    add_components(input, &contracts, &chaincode, model);
    for (at, key, operation) in found {
        let users = input.usage(model).containers(model, &at.path);
        for container in users.intersection(&chaincode) {
            model.prove(at, "transaction", &["api_endpoints", container, "operations", &key]);
            model.endpoints.entry(container.clone()).or_default().entry(key.clone()).or_insert_with(|| operation.clone());
        }
    }
}

/// The types that are contracts, with the names that clients call them by.
fn contracts(input: &Input<'_>) -> BTreeMap<(RepoPath, String), String> {
    let mut found: BTreeMap<(RepoPath, String), String> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::NamedType(named) = &finding.fact
            && let TypeShape::Struct(fields) = &named.shape
            && fields.iter().any(|field| field.embedded && field.variable.kind.ends_with("contractapi.Contract"))
        {
            found.insert((finding.at.path.parent(), named.name.clone()), named.name.clone());
        }
    }
    for finding in input.findings {
        let Fact::Function(function) = &finding.fact else { continue };
        for (owner, name) in stated_names(function) {
            if let Some(known) = found.get_mut(&(finding.at.path.parent(), owner)) {
                *known = name;
            }
        }
    }
    found
}

/// `contract := new(Deals); contract.Name = "deals"`.
fn stated_names(function: &Function) -> Vec<(String, String)> {
    let kind = |slot: &usize| match function.slots.get(*slot) {
        Some(Slot::Value(Expression::Composite(kind, _))) => Some(kind.clone()),
        Some(Slot::Value(Expression::Call(call))) => match (&call.function, call.arguments.as_slice()) {
            (Expression::Name(new), [Expression::Name(kind)]) if new == "new" => Some(kind.clone()),
            _ => None,
        },
        _ => None,
    };
    let stated = function.statements.iter().filter_map(|one| match &one.action {
        Action::Set(Expression::Field(base, field), Expression::Local(value)) if field == "Name" => {
            match (&**base, function.slots.get(*value)) {
                (Expression::Local(slot), Some(Slot::Value(Expression::Text(name)))) => Some((kind(slot)?, name.clone())),
                _ => None,
            }
        }
        _ => None,
    });
    stated.collect()
}

/// Every contract is a component of the chaincode that holds it, with its transactions as what it gives on.
fn add_components(input: &Input<'_>, contracts: &BTreeMap<(RepoPath, String), String>, chaincode: &BTreeSet<String>, model: &mut Model) {
    for finding in input.findings {
        let Fact::NamedType(named) = &finding.fact else { continue };
        let folder = finding.at.path.parent();
        let Some(name) = contracts.get(&(folder.clone(), named.name.clone())) else { continue };
        let transactions = transactions(input, &folder, &named.name);
        let counted = format!("Contract with {}.", wording::count(transactions.len(), "transaction"));
        for container in input.usage(model).containers(model, &finding.at.path).intersection(chaincode) {
            let key = format!("{container}.{}", wording::kebab(name));
            model.prove(&finding.at, "contract", &["components", &key]);
            let component = Component {
                name: named.name.clone(),
                description: named.doc.as_deref().map_or_else(|| counted.clone(), wording::first_paragraph),
                kind: "Chaincode".to_owned(),
                technology: Some("Go (Fabric contract API)".to_owned()),
                container: container.clone(),
                path: Some(finding.at.path.clone()),
                exports: transactions.clone(),
                ..Component::default()
            };
            model.components.insert(key, component);
        }
    }
}

fn transactions(input: &Input<'_>, folder: &RepoPath, owner: &str) -> BTreeSet<String> {
    let of_owner = input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Function(function) if finding.at.path.parent() == *folder && is_transaction(function) => Some(function),
        _ => None,
    });
    let own = of_owner.filter(|one| one.receiver.as_ref().is_some_and(|receiver| receiver.kind.trim_start_matches('*') == owner));
    own.map(|one| one.name.clone()).collect()
}

fn is_transaction(function: &Function) -> bool {
    function.name.starts_with(|first: char| first.is_ascii_uppercase()) && !OF_THE_API.contains(&function.name.as_str())
}

/// The transaction context is no part of what a client sends.
fn operation(owner: &str, function: &Function) -> Operation {
    let sent = function.parameters.iter().filter(|one| !one.kind.contains("TransactionContext"));
    let sent: Vec<String> = sent.map(|one| format!("{} {}", one.name, one.kind)).collect();
    Operation {
        handler: Some(format!("{owner}.{}", function.name)),
        request: (!sent.is_empty()).then(|| sent.join(", ")),
        response: function.results.iter().find(|kind| *kind != "error").cloned(),
        summary: function.doc.clone(),
        ..Operation::default()
    }
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn a_contract_is_called_by_the_name_that_it_is_given() {
        let main = concat!(
            "package main\n\nimport \"github.com/hyperledger/fabric-contract-api-go/v2/contractapi\"\n\n",
            "func main() {\n\tcontract := new(Deals)\n\tcontract.Name = \"deals\"\n\n\tchaincode, err := contractapi.NewChaincode(contract)\n",
            "\tif err != nil {\n\t\tpanic(err)\n\t}\n\tif err := chaincode.Start(); err != nil {\n\t\tpanic(err)\n\t}\n}\n",
        );
        let contract = concat!(
            "package main\n\nimport \"github.com/hyperledger/fabric-contract-api-go/v2/contractapi\"\n\n",
            "// Deals keeps deals.\ntype Deals struct {\n\tcontractapi.Contract\n}\n\n",
            "// Close ends a deal.\nfunc (d *Deals) Close(ctx contractapi.TransactionContextInterface, id string) error {\n\treturn nil\n}\n",
        );
        let model = model(&[
            (
                "chaincode/deals/go.mod",
                "module acme.example/deals\n\ngo 1.22\n\nrequire github.com/hyperledger/fabric-contract-api-go/v2 v2.2.0\n",
            ),
            ("chaincode/deals/main.go", main),
            ("chaincode/deals/contract.go", contract),
        ]);
        let shown: Vec<&String> = model.endpoints.values().flat_map(|own| own.keys()).collect();
        assert_eq!(shown, ["INVOKE deals:Close"]);
        let component = &model.components["deals.deals"];
        assert_eq!((component.kind.as_str(), component.description.as_str()), ("Chaincode", "Deals keeps deals."));
        assert_eq!(component.exports.iter().collect::<Vec<_>>(), ["Close"]);
    }
}

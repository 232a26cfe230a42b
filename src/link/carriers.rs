//! What carries the messages of an application of .NET: the transport that its bus is set up with, else the client library that it is built with.
//! Where two are set up nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::startup::each_call;
use crate::model::Model;

/// Calls that give a bus its transport, as MassTransit, NServiceBus, Wolverine, Rebus and CAP name them.
const CALLS: &[(&str, &str)] = &[
    ("UsingRabbitMq", "RabbitMQ"),
    ("UsingAzureServiceBus", "Azure Service Bus"),
    ("UsingAmazonSqs", "Amazon SQS"),
    ("UsingKafka", "Kafka"),
    ("UsingActiveMq", "ActiveMQ"),
    ("UseRabbitMq", "RabbitMQ"),
    ("UseRabbitMQ", "RabbitMQ"),
    ("AddRabbitMqEventBus", "RabbitMQ"),
    ("UseKafka", "Kafka"),
    ("UseAzureServiceBus", "Azure Service Bus"),
    ("UseAmazonSQS", "Amazon SQS"),
    ("UseAmazonSqsTransport", "Amazon SQS"),
    ("UseNATS", "NATS"),
];

/// Types that NServiceBus takes as a transport.
const TYPES: &[(&str, &str)] = &[
    ("RabbitMQTransport", "RabbitMQ"),
    ("AzureServiceBusTransport", "Azure Service Bus"),
    ("SqsTransport", "Amazon SQS"),
    ("SqlServerTransport", "Microsoft SQL Server"),
];

/// Packages whose only use is one broker.
const PACKAGES: &[(&str, &str)] = &[
    ("RabbitMQ.Client", "RabbitMQ"),
    ("MassTransit.RabbitMQ", "RabbitMQ"),
    ("Aspire.RabbitMQ.Client", "RabbitMQ"),
    ("Confluent.Kafka", "Kafka"),
    ("NATS.Net", "NATS"),
    ("Azure.Messaging.ServiceBus", "Azure Service Bus"),
];

/// The transport of every container of .NET that has just one.
pub(super) fn of_containers(input: &Input<'_>, model: &Model) -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for (container, procedures) in input.startup(model).all() {
        let mut stated: BTreeSet<&'static str> = BTreeSet::new();
        for (_, procedure) in procedures {
            each_call(&procedure.steps, &mut |step, call| {
                let of_call = CALLS.iter().find(|(name, _)| *name == call.name);
                let types = || call.type_arguments.iter().chain([&step.receiver]);
                let of_type = || TYPES.iter().find(|(name, _)| call.name.contains("Transport") && types().any(|one| one == name));
                stated.extend(of_call.or_else(of_type).map(|(_, transport)| *transport));
            });
        }
        if stated.is_empty() {
            stated = built_with(input, model, container);
        }
        if let (1, Some(only)) = (stated.len(), stated.first()) {
            found.insert(container.clone(), *only);
        }
    }
    found
}

fn built_with(input: &Input<'_>, model: &Model, container: &str) -> BTreeSet<&'static str> {
    let folder = model.containers.get(container).and_then(|one| one.path.as_ref());
    let closure = folder.map(|folder| input.projects().closure(folder)).unwrap_or_default();
    let projects = || closure.iter().filter_map(|folder| input.projects().at(folder));
    let used = PACKAGES.iter().filter(|(package, _)| projects().any(|project| project.uses(package)));
    used.map(|(_, transport)| *transport).collect()
}

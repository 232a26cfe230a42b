//! Charts that a chart installs beside its own resources: databases, brokers, caches.

use super::kubernetes::has_product;
use super::resource::Facts;
use crate::finding::{Chart, Fact};
use crate::link::{Input, images};
use crate::model::{Container, Model, Platform};

/// Adds the product of every dependency that the values leave on, where nothing else of the repository names the product.
pub(super) fn add_backing(input: &Input<'_>, model: &mut Model) {
    for finding in input.findings {
        let Fact::Chart(chart) = &finding.fact else { continue };
        for dependency in chart.dependencies.iter().filter(|one| !one.off && !one.present) {
            let Some(found) = images::software(&dependency.name) else { continue };
            let key = dependency.alias.as_ref().unwrap_or(&dependency.name);
            if has_product(model, found.name) || model.containers.contains_key(key) {
                continue;
            }
            let container = Container {
                name: key.clone(),
                description: format!("{} that the Helm chart {} installs.", found.name, chart.name),
                kind: found.kind.to_owned(),
                technology: Some(found.name.to_owned()),
                backing: true,
                ..Container::default()
            };
            model.prove(&finding.at, "chart dependency", &["containers", key]);
            model.containers.insert(key.clone(), container);
        }
    }
}

/// Lists the dependencies of a chart among the workloads of its environment.
pub(super) fn list(chart: &Chart, platform: &mut Platform) {
    for dependency in chart.dependencies.iter().filter(|one| !one.present) {
        let mut facts = Facts::default();
        let version = dependency.version.as_deref().unwrap_or_default();
        facts.text("chart", Some(format!("{} {version}", dependency.name).trim().to_owned()));
        facts.text("repository", dependency.repository.clone().filter(|place| !place.contains('@') && !place.contains('$')));
        facts.text("enabled_by", dependency.condition.clone().filter(|_| dependency.off));
        let key = dependency.alias.as_ref().unwrap_or(&dependency.name);
        // The library chart brings named templates and no resource.
        if dependency.name != "common" {
            platform.resources.entry("Workloads".to_owned()).or_default().insert(format!("Chart/{key}"), facts.into_resource(None));
        }
    }
}

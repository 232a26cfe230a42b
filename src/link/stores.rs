//! The line from a container to the database that holds its tables, where the repository runs just one of that engine.
//! With two of one engine nothing is said: which of them it is stands in configuration, which other passes follow.

use std::collections::BTreeSet;

use super::Input;
use super::tables::DB_CONTEXT;
use crate::model::{Container, Model, Relationship};

/// The pass; tables and the lines that configuration proves must be there.
pub(super) fn link(_: &Input<'_>, model: &mut Model) {
    let tables = model.schema.tables.values();
    let kept: BTreeSet<(String, String)> = tables.filter_map(|table| Some((table.owner.clone()?, table.store.clone()?))).collect();
    for (owner, store) in kept {
        let databases = model.containers.iter().filter(|(_, one)| is_database_of(one, &store));
        let Ok([database]) = <[String; 1]>::try_from(databases.map(|(key, _)| key.clone()).collect::<Vec<_>>()) else { continue };
        // Contexts name the engine that they are set up with.
        let named = format!("({store})");
        let contexts = model.components.values_mut().filter(|one| one.container == owner && one.kind == DB_CONTEXT);
        for context in contexts.filter(|one| one.technology.as_deref().is_some_and(|text| text.ends_with(&named))) {
            context.dependencies.insert(database.clone());
        }
        let Some(container) = model.containers.get_mut(&owner).filter(|one| !one.backing) else { continue };
        if container.relationships.iter().all(|line| line.target != database) {
            let description = "Keeps its tables there.".to_owned();
            container.relationships.insert(Relationship { target: database, description, technology: Some(store) });
        }
    }
}

/// Whether a container runs an engine: MariaDB is asked for as MySQL, too.
fn is_database_of(container: &Container, store: &str) -> bool {
    let technology = container.technology.as_deref().unwrap_or_default();
    let runs = |engine: &str| technology.split(' ').next() == Some(engine);
    container.backing && container.kind == "Database" && (runs(store) || store == "MySQL" && runs("MariaDB"))
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    const MIGRATION: (&str, &str) = ("apps/api/migrations/001_users.sql", "create table users (id serial primary key);\n");
    const MANIFEST: (&str, &str) = ("apps/api/package.json", r#"{"name":"api","dependencies":{"@nestjs/core":"10"}}"#);
    const START: (&str, &str) = (
        "apps/api/src/main.ts",
        "import { NestFactory } from '@nestjs/core';\nNestFactory.create(AppModule).then((app) => app.listen(3000));\n",
    );

    fn lines(compose: &str) -> Vec<String> {
        let model = model(&[MANIFEST, START, MIGRATION, ("compose.yaml", compose)]);
        model.containers["api"].relationships.iter().map(|line| format!("{}: {}", line.target, line.description)).collect()
    }

    #[test]
    fn the_only_database_of_an_engine_holds_the_tables() {
        let cache = "\n  cache:\n    image: redis:7\n";
        assert_eq!(lines(&format!("services:\n  db:\n    image: postgres:16{cache}")), ["db: Keeps its tables there."]);
        assert!(lines("services:\n  one:\n    image: postgres:16\n  two:\n    image: postgres:16\n").is_empty());
        assert!(lines("services:\n  db:\n    image: mysql:8\n").is_empty());
    }
}

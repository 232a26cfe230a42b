//! Environment variables that one side alone knows: declared where nothing names them, or read where nothing declares them.
//! Tells names only, and only of containers whose code is read; what libraries, tools and other people's images read is left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Fact, Mentioned};
use crate::gap::{Gap, GapCode};
use crate::link::environment::{Role, Variable};
use crate::link::{Input, wording};
use crate::location::{Location, RepoPath};
use crate::model::{Container, Model};

/// How many names a diagnostic lists.
const NAMED: usize = 12;

/// Variables that run times, platforms and libraries read on their own, and those of images of backing services.
const KNOWN_PREFIXES: &[&str] = &[
    "ANTHROPIC_",
    "ASPNETCORE_",
    "AUTH0_",
    "AUTH_",
    "AWS_",
    "AZURE_",
    "BUNDLE_",
    "CADDY_",
    "CGO_",
    "CHOKIDAR_",
    "CLICKHOUSE_",
    "COMPOSE_",
    "COREPACK_",
    "CYPRESS_",
    "DD_",
    "DOCKER_",
    "DOTNET_",
    "ELASTIC_",
    "ES_",
    "EXPO_",
    "GF_",
    "GITHUB_",
    "GITLAB_",
    "GOOGLE_",
    "GRAFANA_",
    "HEROKU_",
    "JAVA_",
    "KAFKA_",
    "KC_",
    "KEYCLOAK_",
    "KUBERNETES_",
    "LC_",
    "LOCALSTACK_",
    "MARIADB_",
    "MINIO_",
    "MONGO_",
    "MONGO_INITDB_",
    "MSSQL_",
    "MYSQL_",
    "NETLIFY_",
    "NEW_RELIC_",
    "NEXTAUTH_",
    "NEXT_TELEMETRY_",
    "NODE_",
    "NPM_",
    "NX_",
    "OPENAI_",
    "OTEL_",
    "PGADMIN_",
    "PIP_",
    "PLAYWRIGHT_",
    "POSTGRES_",
    "PRISMA_",
    "PYTHON",
    "RABBITMQ_",
    "RAILS_",
    "RAILWAY_",
    "RENDER_",
    "RUNNER_",
    "SENTRY_",
    "SQLALCHEMY_",
    "SSL_CERT_",
    "STORYBOOK_",
    "TRAEFIK_",
    "TURBO_",
    "VERCEL_",
    "VITEST_",
    "WATCHPACK_",
    "XDG_",
    "YARN_",
    "ZOOKEEPER_",
    "npm_",
];

/// The same, by their whole names.
const KNOWN: &[&str] = &[
    "ACCEPT_EULA",
    "ALL_PROXY",
    "APPDATA",
    "BASE_URL",
    "BROWSER",
    "BUN_ENV",
    "CI",
    "DEBUG",
    "DENO_DEPLOYMENT_ID",
    "DISPLAY",
    "DYNO",
    "EDITOR",
    "FAST_REFRESH",
    "FORCE_COLOR",
    "GENERATE_SOURCEMAP",
    "GIN_MODE",
    "GOARCH",
    "GOMAXPROCS",
    "GOMEMLIMIT",
    "GOOS",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "HOME",
    "HOST",
    "HOSTNAME",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "JEST_WORKER_ID",
    "LANG",
    "LOCALAPPDATA",
    "LOGNAME",
    "NEXT_RUNTIME",
    "NO_COLOR",
    "NO_PROXY",
    "PATH",
    "PGDATABASE",
    "PGHOST",
    "PGID",
    "PGPASSWORD",
    "PGPORT",
    "PGUSER",
    "POD_IP",
    "POD_NAME",
    "POD_NAMESPACE",
    "PORT",
    "PROGRAMDATA",
    "PUID",
    "PWD",
    "SA_PASSWORD",
    "SHELL",
    "SKIP_PREFLIGHT_CHECK",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMP",
    "TMPDIR",
    "TZ",
    "USER",
    "USERNAME",
    "USERPROFILE",
    "VERCEL",
    "VITEST",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Libraries of Go that make up the names of variables as they run.
const NAME_MAKERS: &[&str] =
    &["/viper", "/koanf", "/envconfig", "/go-envconfig", "/caarlos0/env", "/go-flags", "/kong", "/ardanlabs/conf", "/ff/v3"];

/// What is known beside the variables themselves.
struct Known<'a> {
    /// Variables that code reads.
    read: BTreeSet<&'a str>,
    /// Variables that a file declares or a deployment sets.
    declared: BTreeSet<&'a str>,
    /// Where else names stand.
    mentioned: BTreeMap<&'a str, BTreeSet<Mentioned>>,
    /// Containers whose code reads variables by names that stand in it.
    plain: BTreeSet<&'a str>,
    /// Whether some code makes up names as it runs.
    makes_names: bool,
}

impl<'a> Known<'a> {
    fn of(input: &'a Input<'_>, model: &Model, variables: &'a [Variable]) -> Self {
        let mut known = Self {
            read: BTreeSet::new(),
            declared: BTreeSet::new(),
            mentioned: BTreeMap::new(),
            plain: BTreeSet::new(),
            makes_names: false,
        };
        let mut made: BTreeSet<String> = BTreeSet::new();
        for finding in input.findings {
            match &finding.fact {
                Fact::VariableMention(one) => _ = known.mentioned.entry(&one.name).or_default().insert(one.place),
                Fact::SourceFile(file) if file.imports.iter().any(|import| makes_names(&import.path)) => {
                    let own = input.usage(model).containers(model, &finding.at.path);
                    let holds = |one: &Container| one.path.as_ref().is_some_and(|folder| finding.at.path.is_within(folder));
                    let around = model.containers.iter().filter(|(_, one)| holds(one)).map(|(key, _)| key.clone());
                    made.extend(own.into_iter().chain(around));
                }
                _ => {}
            }
        }
        known.makes_names = !made.is_empty();
        for variable in variables {
            if variable.role == Role::Read {
                known.read.insert(&variable.name);
                known.plain.extend(variable.containers.iter().map(String::as_str).filter(|key| !made.contains(*key)));
            } else {
                known.declared.insert(&variable.name);
            }
        }
        known
    }

    fn stands(&self, name: &str, places: &[Mentioned]) -> bool {
        self.mentioned.get(name).is_some_and(|known| places.iter().any(|place| known.contains(place)))
    }

    /// Whether no code and no script names a variable that a deployment sets or a file declares.
    fn is_unread(&self, variable: &Variable) -> bool {
        let beside = [Mentioned::InCode, Mentioned::Beside, Mentioned::InDeployment];
        // The place that sets a variable is a mention of it, too.
        let places = if variable.role == Role::Set { &beside[..2] } else { &beside[..] };
        !is_known(&variable.name) && !self.read.contains(variable.name.as_str()) && !self.stands(&variable.name, places)
    }

    fn is_undeclared(&self, name: &str) -> bool {
        !is_known(name) && !self.declared.contains(name) && !self.stands(name, &[Mentioned::InDeployment, Mentioned::Beside])
    }
}

fn makes_names(import: &str) -> bool {
    NAME_MAKERS.iter().any(|library| import.contains(library))
}

/// Whether something that is no code of the repository reads a variable. A name with two underscores is the way to a setting.
fn is_known(name: &str) -> bool {
    KNOWN.contains(&name) || KNOWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) || name.contains("__") || name.contains('.')
}

/// Tells both sides.
pub(super) fn compare(input: &Input<'_>, variables: &[Variable], model: &mut Model) {
    let known = Known::of(input, model, variables);
    let mut gaps = unread(input, &known, variables, model);
    gaps.extend(undeclared(input, &known, variables, model));
    model.gaps.extend(gaps);
}

/// Whether a declaration is that of a file for environments, or set for a container.
fn counts(variable: &Variable) -> bool {
    match variable.role {
        Role::Declared => variable.at.path.extension() != "json",
        Role::Set => !variable.containers.is_empty() && variable.at.path.extension() != "json",
        Role::Read => false,
    }
}

fn unread(input: &Input<'_>, known: &Known<'_>, variables: &[Variable], model: &Model) -> Vec<Gap> {
    let mut by_file: BTreeMap<&RepoPath, BTreeMap<&str, &Location>> = BTreeMap::new();
    let mut told: BTreeSet<(RepoPath, &str)> = BTreeSet::new();
    for variable in variables.iter().filter(|one| counts(one)) {
        let is_plain = |key: &String| known.plain.contains(key.as_str());
        // What stands at the root is for every application, and is no fault while one of them makes up names as it runs.
        let own: BTreeSet<String> = if variable.containers.is_empty() { applications(model) } else { variable.containers.clone() };
        // An image may be built of more than the folder of its container.
        let may_be_made = variable.role == Role::Set && known.makes_names;
        let fits = !own.is_empty() && !may_be_made && own.iter().all(is_plain) && known.is_unread(variable);
        let is_test = input.map.file(&variable.at.path).is_some_and(|file| file.is_test);
        if fits && !is_test && told.insert((variable.at.path.parent(), &variable.name)) {
            by_file.entry(&variable.at.path).or_default().entry(&variable.name).or_insert(&variable.at);
        }
    }
    let gap = |(path, names): (&RepoPath, BTreeMap<&str, &Location>)| {
        let line = names.values().map(|at| at.line).min();
        let message = format!("declared here, and no code that was read names it: {}", wording::list(names.into_keys(), NAMED));
        Gap { code: GapCode::UnreadVariable, path: path.clone(), line, message }
    };
    by_file.into_iter().map(gap).collect()
}

/// The containers that are built here and have code.
fn applications(model: &Model) -> BTreeSet<String> {
    let own = model.containers.iter().filter(|(_, one)| !one.backing && one.path.is_some() && one.kind != "Job/Task");
    own.map(|(key, _)| key.clone()).collect()
}

fn undeclared(input: &Input<'_>, known: &Known<'_>, variables: &[Variable], model: &Model) -> Vec<Gap> {
    let environment: BTreeSet<(&Location, &str)> = input
        .findings
        .iter()
        .filter_map(|finding| match &finding.fact {
            Fact::EnvironmentRead(read) => Some((&finding.at, read.name.as_str())),
            _ => None,
        })
        .collect();
    let declares = |container: &str| {
        let for_it = |one: &Variable| one.containers.contains(container) || one.containers.is_empty() && one.at.path.parent().is_root();
        variables.iter().any(|one| counts(one) && for_it(one))
    };
    let mut open: BTreeMap<&str, BTreeMap<&str, &Location>> = BTreeMap::new();
    for variable in variables.iter().filter(|one| environment.contains(&(&one.at, one.name.as_str()))) {
        for container in variable.containers.iter().filter(|_| known.is_undeclared(&variable.name)) {
            open.entry(container).or_default().entry(&variable.name).or_insert(&variable.at);
        }
    }
    let is_own = |key: &str| model.containers.get(key).is_some_and(|one| !one.backing);
    let gap = |(container, names): (&str, BTreeMap<&str, &Location>)| {
        let at = names.values().min()?;
        let message = format!("code of {container} reads what no file here declares: {}", wording::list(names.keys().copied(), NAMED));
        Some(Gap::line(GapCode::UndeclaredVariable, &at.path, at.line, message))
    };
    open.into_iter().filter(|(container, _)| is_own(container) && declares(container)).filter_map(gap).collect()
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn each_side_is_told_what_the_other_does_not_know() {
        let files = [
            ("package.json", r#"{"name": "shop", "dependencies": {"express": "4"}, "scripts": {"start": "node server.js"}}"#),
            (
                "server.js",
                "const app = require('express')();\nconst a = process.env.SHOP_URL, b = process.env.SHOP_LIMIT, c = process.env.NODE_ENV;\nconst d = read('SHOP_MODE'), e = process.env[`SHOP_TIER_${d}`];\napp.get('/', (req, res) => res.end());\napp.listen(process.env.PORT);\n",
            ),
            (".env.example", "SHOP_URL=\nSHOP_OLD=\nSHOP_MODE=\nSHOP_TIER_FREE=\nSHOP_IMAGE=\nTZ=\nPOSTGRES_USER=\n"),
            ("compose.yaml", "services:\n  web:\n    image: ${SHOP_IMAGE}\n"),
        ];
        let told = |code: &str| -> Vec<String> {
            model(&files)
                .gaps
                .into_iter()
                .filter(|gap| gap.code.as_str() == code)
                .map(|gap| format!("{} {}", gap.path, gap.message))
                .collect()
        };
        assert_eq!(told("unread-variable"), [".env.example declared here, and no code that was read names it: SHOP_OLD"]);
        assert_eq!(told("undeclared-variable"), ["server.js code of shop reads what no file here declares: SHOP_LIMIT"]);
    }

    #[test]
    fn a_library_that_makes_up_names_leaves_nothing_to_tell() {
        let files = [
            ("go.mod", "module acme.io/shop\n\ngo 1.22\n"),
            (
                "main.go",
                "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n\n\t\"github.com/spf13/viper\"\n)\n\nfunc main() {\n\tviper.AutomaticEnv()\n\t_ = os.Getenv(\"SHOP_KEY\")\n\thttp.ListenAndServe(\":1\", nil)\n}\n",
            ),
            (".env.example", "SHOP_OLD=\nSHOP_KEY=\n"),
        ];
        assert!(model(&files).gaps.iter().all(|gap| gap.code.as_str() != "unread-variable"));
    }
}

//! Small repositories, each after a real one that once came out wrong, and the containers that they have.

use crate::trial::model;

/// One line for each container: key, kind, technology, path, image, ports, lines to others.
fn containers(files: &[(&str, &str)]) -> Vec<String> {
    let model = model(files);
    let line = |(key, one): (&String, &crate::model::Container)| {
        let path = one.path.as_ref().map_or("-".to_owned(), |path| format!("/{path}"));
        let ports: Vec<&str> = one.ports.iter().map(String::as_str).collect();
        let lines: Vec<&str> = one.relationships.iter().map(|line| line.target.as_str()).collect();
        let parts = [key, one.kind.as_str(), one.technology.as_deref().unwrap_or("-"), &path, one.image.as_deref().unwrap_or("-")];
        format!("{} | {} | {}", parts.join(" | "), ports.join(","), lines.join(","))
    };
    model.containers.iter().map(line).collect()
}

const START: &str = "import { NestFactory } from '@nestjs/core';\nasync function run() { const app = await NestFactory.create(AppModule); await app.listen(3000); }\nrun();\n";
const MICROSERVICE: &str = "import { NestFactory } from '@nestjs/core';\nasync function run() { const app = await NestFactory.createMicroservice(AppModule, {}); await app.listen(); }\nrun();\n";
const NEST: &str = r#"{"name": "x", "dependencies": {"@nestjs/core": "^10.1.0"}}"#;

#[test]
fn package_image_and_service_are_one_container() {
    let compose = concat!(
        "services:\n  acme-user:\n    build: {context: ., dockerfile: docker/Dockerfile.user}\n    ports: ['8081:8080']\n    depends_on: [db]\n",
        "    environment:\n      DATABASE_URL: postgres://u:p@db:5432/x\n  db:\n    image: postgres:16.2-alpine\n    ports: ['5432:5432']\n",
    );
    let dockerfile = "FROM node:20\nCOPY . .\nEXPOSE 8080\nCMD [\"node\", \"dist/apps/user/main.js\"]\n";
    let found = containers(&[
        ("package.json", r#"{"name": "acme", "workspaces": ["apps/*"], "dependencies": {"@nestjs/core": "^10.1.0"}}"#),
        ("apps/user/src/main.ts", START),
        ("apps/user/package.json", r#"{"name": "@acme/user-service"}"#),
        ("docker/Dockerfile.user", dockerfile),
        ("docker-compose.yml", compose),
    ]);
    assert_eq!(
        found,
        [
            "db | Database | PostgreSQL 16.2 | - | postgres:16.2-alpine | 5432 | ",
            "user | NestJS Application | NestJS 10 (TypeScript) | /apps/user | - | 3000,8080 | db",
        ]
    );
}

#[test]
fn projects_of_a_nest_workspace_are_applications_or_libraries() {
    let cli = r#"{"projects": {
        "gateway": {"type": "application", "root": "apps/gateway", "sourceRoot": "apps/gateway/src", "entryFile": "main"},
        "gone": {"type": "application", "root": "apps/gone", "sourceRoot": "apps/gone/src"},
        "common": {"type": "library", "root": "libs/common", "sourceRoot": "libs/common/src", "entryFile": "index"}}}"#;
    let files = [
        ("package.json", NEST),
        ("nest-cli.json", cli),
        ("apps/gateway/src/main.ts", START),
        ("apps/mailer/src/main.ts", MICROSERVICE),
        ("apps/gateway-e2e/src/main.ts", START),
        ("libs/common/src/index.ts", "export const a = 1;"),
    ];
    assert_eq!(
        containers(&files),
        [
            "gateway | NestJS Application | NestJS 10 (TypeScript) | /apps/gateway | - | 3000 | ",
            "mailer | NestJS Microservice | NestJS 10 (TypeScript) | /apps/mailer | - |  | ",
        ]
    );
    let gaps: Vec<String> = model(&files).gaps.into_iter().map(|gap| format!("{} {}", gap.code.as_str(), gap.message)).collect();
    assert!(gaps.iter().any(|gap| gap.contains("declares the application gone")), "{gaps:?}");
}

#[test]
fn a_project_in_the_bare_source_folder_is_its_package() {
    let cli =
        r#"{"sourceRoot": "src", "projects": {"app": {"type": "application", "root": "src", "entryFile": "main", "sourceRoot": "src"}}}"#;
    let found = containers(&[
        ("package.json", r#"{"name": "shop", "dependencies": {"@nestjs/core": "10.0.0"}}"#),
        ("nest-cli.json", cli),
        ("src/main.ts", START),
        ("ci/dockerfile.local", "FROM node:lts\nCOPY package.json ./\nCOPY . .\nCMD [\"yarn\", \"start\"]\n"),
        ("docker-compose.yml", "services:\n  apis:\n    build: {context: ., dockerfile: ci/dockerfile.local}\n    ports: ['3000:3000']\n"),
    ]);
    assert_eq!(found, ["shop | NestJS Application | NestJS 10 (TypeScript) | / | - | 3000 | "]);
}

#[test]
fn a_build_argument_chooses_the_project_and_a_host_name_does_not() {
    let compose = concat!(
        "services:\n  web:\n    build: {context: ., dockerfile: Dockerfile.all, args: {APP: web, API_HOST: api}}\n",
        "  api:\n    build: {context: ., dockerfile: Dockerfile.all, args: {APP: api, SITE_NAME: web}}\n",
    );
    let found = containers(&[
        ("package.json", r#"{"name": "acme", "workspaces": ["apps/*"]}"#),
        ("apps/api/package.json", NEST),
        ("apps/api/src/main.ts", START),
        ("apps/web/package.json", r#"{"name": "web", "scripts": {"dev": "next dev"}, "dependencies": {"next": "14.2.1", "react": "18"}}"#),
        ("apps/web/app/page.tsx", ""),
        ("Dockerfile.all", "FROM node:20\nARG APP\nRUN yarn build ${APP}\nEXPOSE 80\nCMD node server.js\n"),
        ("compose.yaml", compose),
    ]);
    assert_eq!(
        found,
        [
            "api | NestJS Application | NestJS 10 (TypeScript) | /apps/api | - | 3000,80 | ",
            "web | Next.js Application | Next.js 14 (TypeScript) | /apps/web | - | 80 | ",
        ]
    );
}

#[test]
fn libraries_tests_examples_and_tools_are_no_containers() {
    let found = containers(&[
        (
            "package.json",
            r#"{"name": "root", "workspaces": ["packages/*"], "scripts": {"start": "node tools/run.js"}, "dependencies": {"express": "4"}}"#,
        ),
        ("tools/run.js", ""),
        (
            "packages/ui/package.json",
            r#"{"name": "ui", "types": "dist/index.d.ts", "scripts": {"dev": "vite"}, "dependencies": {"react": "18"}}"#,
        ),
        ("packages/ui/src/a.tsx", ""),
        ("packages/parts/package.json", r#"{"name": "parts", "scripts": {"dev": "vite"}, "devDependencies": {"vue": "3"}}"#),
        ("packages/parts/src/a.vue", ""),
        ("packages/api-e2e/package.json", NEST),
        ("packages/api-e2e/src/main.ts", START),
        ("examples/shop/package.json", NEST),
        ("examples/shop/src/main.ts", START),
        ("go.mod", "module acme.io/shop\n"),
        ("_example/store/main.go", "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":1\", nil) }\n"),
        (
            "packages/extension/package.json",
            r#"{"engines": {"vscode": "^1.80"}, "scripts": {"start": "node a.js"}, "dependencies": {"express": "4"}}"#,
        ),
        ("packages/extension/a.js", ""),
        ("packages/generator/package.json", r#"{"name": "generator"}"#),
        ("packages/generator/src/template/package.json", r#"{"scripts": {"start": "nest start"}, "dependencies": {"@nestjs/core": "10"}}"#),
        ("packages/generator/src/template/make.ts", ""),
    ]);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn what_serves_a_built_page_is_not_the_page() {
    let server =
        r#"{"name": "@app/server", "scripts": {"start": "node dist/index.js"}, "dependencies": {"express": "^4.18", "next": "13"}}"#;
    let worker = r#"{"name": "@app/worker", "scripts": {"gw": "cd dist && graphile-worker --crontab x", "start": "yarn gw"}, "dependencies": {"graphile-worker": "0.13"}}"#;
    let client = r#"{"name": "@app/client", "scripts": {"build": "next build"}, "dependencies": {"next": "13.1", "react": "18"}}"#;
    let found = containers(&[
        ("@app/server/package.json", server),
        ("@app/server/src/index.ts", ""),
        ("@app/worker/package.json", worker),
        ("@app/worker/src/index.ts", ""),
        ("@app/client/package.json", client),
        ("@app/client/src/next.config.js", ""),
        ("@app/client/src/pages/index.tsx", ""),
    ]);
    assert_eq!(
        found,
        [
            "client | Next.js Application | Next.js 13 (TypeScript) | /@app/client | - |  | ",
            "server | Express Application | Express 4 (TypeScript) | /@app/server | - |  | ",
            "worker | Node.js Application | Node.js (TypeScript) | /@app/worker | - |  | ",
        ]
    );
}

#[test]
fn jobs_and_other_commands_of_one_image_stand_apart() {
    let compose = concat!(
        "services:\n  api:\n    build: .\n    ports: ['3000:3000']\n  migrate:\n    build: .\n    command: npm run db:migrate\n",
        "  worker:\n    build: .\n    command: node dist/worker.js\n  api-test:\n    build: .\n    command: npm test\n",
    );
    let found = containers(&[
        ("package.json", NEST),
        ("src/main.ts", START),
        ("Dockerfile", "FROM node:20\nCOPY . .\nCMD [\"node\", \"dist/main.js\"]\n"),
        ("docker-compose.yml", compose),
    ]);
    assert_eq!(
        found,
        [
            "migrate | Job/Task | - | - | - |  | x",
            "worker | Node.js Application | - | - | - |  | x",
            "x | NestJS Application | NestJS 10 (TypeScript) | / | - | 3000 | ",
        ]
    );
}

#[test]
fn one_image_file_with_a_stage_for_each_unit_and_one_for_all() {
    let dockerfile = concat!(
        "FROM node:20 AS back_builder\nRUN pnpm --filter=shop-backend build\nFROM node:20 AS front_builder\nRUN pnpm --filter=shop-web build\n",
        "FROM node:20 AS backend\nCOPY --from=back_builder /a /b\nEXPOSE 80\nFROM caddy:2 AS app\nCOPY --from=front_builder /a /b\n",
        "FROM node:20 AS aio\nCOPY --from=back_builder /a /b\nCOPY --from=front_builder /a /b\nEXPOSE 3000\nCMD node run.mjs\n",
    );
    let compose = concat!(
        "services:\n  one:\n    build: {context: ., dockerfile: prod.Dockerfile, target: backend}\n",
        "  two:\n    build: {context: ., dockerfile: prod.Dockerfile, target: app}\n",
        "  three:\n    build: {context: ., dockerfile: prod.Dockerfile, target: aio}\n",
    );
    let found = containers(&[
        ("package.json", r#"{"name": "shop", "workspaces": ["packages/*"]}"#),
        ("packages/shop-backend/package.json", r#"{"name": "shop-backend", "dependencies": {"@nestjs/core": "10"}}"#),
        ("packages/shop-backend/src/main.ts", MICROSERVICE),
        ("packages/shop-web/package.json", r#"{"name": "shop-web", "scripts": {"dev": "vite"}, "devDependencies": {"vue": "3.4"}}"#),
        ("packages/shop-web/index.html", ""),
        ("packages/shop-web/src/a.ts", ""),
        ("prod.Dockerfile", dockerfile),
        ("docker-compose.yml", compose),
    ]);
    assert_eq!(
        found,
        [
            "shop-backend | NestJS Microservice | NestJS 10 (TypeScript) | /packages/shop-backend | - | 80 | ",
            "shop-web | Vue Application | Vue 3 (TypeScript) | /packages/shop-web | - |  | ",
            "three | Node.js Application | Node.js 20 | - | - | 3000 | ",
        ]
    );
}

#[test]
fn an_image_in_another_language_is_never_a_package_of_npm() {
    let found = containers(&[
        ("package.json", r#"{"name": "web", "scripts": {"build": "webpack"}}"#),
        ("web/a.js", ""),
        ("Dockerfile", "FROM node:20 AS assets\nCOPY . .\nFROM golang:1.22\nCOPY . .\nCMD [\"web\"]\n"),
        ("docker-compose.yml", "services:\n  web:\n    build: .\n    image: acme/web:local\n    ports: ['8080:8080']\n"),
    ]);
    assert_eq!(found, ["web | Go Service | Go 1.22 | - | acme/web:local | 8080 | "]);
}

#[test]
fn one_database_under_two_names_in_two_files_is_one() {
    let found = containers(&[
        ("docker-compose.yml", "services:\n  postgres:\n    image: postgres:16\n"),
        ("docker-compose.dev.yml", "services:\n  postgres:\n    image: postgres:16\n  admin:\n    image: adminer\n"),
        ("docker-compose.ci.yml", "services:\n  db:\n    image: postgres:16\n"),
        ("two/docker-compose.yml", "services:\n  orders:\n    image: redis:7\n  users:\n    image: redis:7\n"),
    ]);
    assert_eq!(
        found,
        [
            "admin | Admin Tool | Adminer | - | adminer |  | ",
            "orders | Cache | Redis 7 | - | redis:7 |  | ",
            "postgres | Database | PostgreSQL 16 | - | postgres:16 |  | ",
            "users | Cache | Redis 7 | - | redis:7 |  | ",
        ]
    );
}

#[test]
fn two_projects_of_one_name_are_told_apart_and_a_third_renames_neither() {
    let two = [
        ("apps/shop/api/package.json", NEST),
        ("apps/shop/api/src/main.ts", START),
        ("apps/crm/api/package.json", NEST),
        ("apps/crm/api/src/main.ts", START),
    ];
    let keys = |files: &[(&str, &str)]| {
        containers(files).iter().map(|line| line.split(" | ").next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(keys(&two), ["crm/api", "shop/api"]);
    let mut three = two.to_vec();
    three.extend([("apps/pay/api/package.json", NEST), ("apps/pay/api/src/main.ts", START)]);
    assert_eq!(keys(&three), ["crm/api", "pay/api", "shop/api"]);
}

#[test]
fn an_image_that_ships_no_run_time_of_a_table_is_what_its_stages_build() {
    let dockerfile = concat!(
        "FROM azul/zulu-openjdk-debian:21 AS builder\nRUN ./gradlew build\nFROM node:lts AS ui\nRUN npm run build\n",
        "FROM debian:stable-slim\nCOPY --from=builder /a /b\nCOPY --from=ui /c /d\nEXPOSE 8080\n",
    );
    let compose = "services:\n  server:\n    build: {context: ., dockerfile: docker/Dockerfile}\n";
    let found = containers(&[("docker/Dockerfile", dockerfile), ("docker-compose.yml", compose)]);
    assert_eq!(found, ["server | Java Service | Java 21 | /docker | - | 8080 | "]);
}

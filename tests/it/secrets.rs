//! No secret value reaches the document: markers are hidden where real repositories keep secrets, and the output is searched.

use crate::golden::document_faults;
use crate::scratch::Scratch;

/// Stands in every secret of this test and nowhere else.
const MARKER: &str = "xK9vMARKERq7Zt";

fn repository() -> Scratch {
    let marked = |text: &str| text.replace("@@", MARKER).into_bytes();
    let files: Vec<(&str, Vec<u8>)> = vec![
        (
            "package.json",
            marked(
                r#"{"name":"shop","dependencies":{"@nestjs/core":"^10","@nestjs/microservices":"^10"},"scripts":{"start":"nest start","migrate":"DATABASE_URL=postgres://root:@@@db/shop umzug up","seed":"API_KEY=@@ node seed.js"},"config":{"token":"@@"}}"#,
            ),
        ),
        (".env", marked("JWT_SECRET=@@\nDATABASE_URL=postgres://user:@@@db:5432/shop\nexport STRIPE_KEY=\"@@\"\n")),
        (
            ".env.example",
            marked("JWT_SECRET=@@ # @@\nREDIS_URL=redis://:@@@redis:6379/0\n# OLD_KEY=@@\nSENTRY_DSN=https://@@@sentry.example/1\n"),
        ),
        (".env.production", marked("AWS_SECRET_ACCESS_KEY=@@\n")),
        (".npmrc", marked("//registry.example/:_authToken=@@\n@shop:registry=https://user:@@@npm.example/\n")),
        (".yarnrc", marked("\"@shop:registry\" \"https://user:@@@npm.example/\"\n\"//npm.example/:_authToken\" \"@@\"\n")),
        (".yarnrc.yml", marked("npmScopes:\n  shop:\n    npmAuthToken: \"@@\"\n    npmRegistryServer: \"https://u:@@@npm.example\"\n")),
        (
            "README.md",
            marked(
                "# Shop\n\nSells things. Connect with postgres://root:@@@db/shop or the token `ghp_@@`.\n\n## Setup\n\n`export TOKEN=@@`\n",
            ),
        ),
        ("docs/GLOSSARY.md", marked("# Glossary\n\n- **Key**: Bearer @@\n")),
        (
            "Dockerfile",
            marked(
                "FROM node:20\nARG NPM_TOKEN=@@\nENV API_KEY=@@ SECRET \"@@\"\nRUN curl -H 'Authorization: Bearer @@' https://u:@@@x.example\nEXPOSE 3000\nUSER node\nCMD [\"node\",\"main.js\",\"--password=@@\"]\n",
            ),
        ),
        (
            "docker-compose.yml",
            marked(
                "services:\n  api:\n    build: .\n    command: [\"node\", \"main.js\", \"--token=@@\"]\n    environment:\n      JWT_SECRET: @@\n      DATABASE_URL: postgres://root:@@@db/shop\n    labels:\n      traefik.auth: \"admin:@@\"\n    healthcheck:\n      test: curl -H 'X-Key: @@' http://localhost\n  db:\n    image: postgres:16\n    environment:\n      - POSTGRES_PASSWORD=@@\n  redis:\n    image: redis:7\n    command: redis-server --requirepass @@\n",
            ),
        ),
        ("deploy/chart/Chart.yaml", marked("apiVersion: v2\nname: shop\nversion: 0.1.0\nannotations:\n  token: \"@@\"\n")),
        (
            "deploy/chart/values.yaml",
            marked(
                "image:\n  repository: shop/api\n  tag: v1\npassword: @@\nsecrets:\n  JWT_SECRET: @@\nenv:\n  - name: API_KEY\n    value: @@\n  - name: DB\n    value: postgres://u:@@@db/shop\n",
            ),
        ),
        (
            "deploy/chart/templates/secret.yaml",
            marked(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ .Release.Name }}\nstringData:\n  jwt: {{ .Values.password }}\n  other: @@\n",
            ),
        ),
        (
            "deploy/chart/templates/deployment.yaml",
            marked(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: api\nspec:\n  template:\n    spec:\n      containers:\n        - name: api\n          image: \"{{ .Values.image.repository }}\"\n          args: [\"--key=@@\"]\n          env:\n            - name: API_KEY\n              value: @@\n            - name: PW\n              value: {{ .Values.password | quote }}\n",
            ),
        ),
        (
            "k8s/secret.yaml",
            marked(
                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ndata:\n  password: @@\nstringData:\n  url: postgres://u:@@@db/shop\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: shop\ndata:\n  API_TOKEN: @@\n  url: amqp://u:@@@mq/\n",
            ),
        ),
        (
            "k8s/job.yaml",
            marked(
                "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: sync\nspec:\n  schedule: '0 3 * * *'\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: sync\n              image: registry.example/sync:1\n              command: [sh, -c, 'PGPASSWORD=@@ psql']\n              livenessProbe:\n                httpGet:\n                  path: /health?token=@@\n                  port: 80\n                  httpHeaders:\n                    - name: Authorization\n                      value: Bearer @@\n",
            ),
        ),
        (
            ".github/workflows/ci.yml",
            marked(
                "name: ci\non: push\nenv:\n  TOKEN: @@\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services:\n      db:\n        image: postgres:16\n        env:\n          POSTGRES_PASSWORD: @@\n    steps:\n      - run: curl -H 'Authorization: @@' https://x.example\n      - run: npm test -- --token=@@\n",
            ),
        ),
        (
            "migrations/001_users.sql",
            marked(
                "CREATE TABLE users (id int PRIMARY KEY, password varchar(255));\nCREATE ROLE app LOGIN PASSWORD '@@';\nINSERT INTO users VALUES (1, '@@');\n",
            ),
        ),
        ("seeds/001_users.sql", marked("INSERT INTO users (id, password) VALUES (1, '@@');\n")),
        (
            "src/main.ts",
            marked(
                "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nasync function bootstrap() {\n  const app = await NestFactory.create(AppModule);\n  app.connectMicroservice({ transport: Transport.NATS, options: { servers: ['nats://user:@@@nats:4222'], token: '@@' } });\n  await app.listen(process.env.PORT ?? 3000);\n}\nbootstrap();\n",
            ),
        ),
        (
            "src/app.module.ts",
            marked(
                "import { Module } from '@nestjs/common';\nimport { ClientsModule, Transport } from '@nestjs/microservices';\nconst SECRET = '@@';\nexport const config = { jwt: { secret: process.env.JWT_SECRET ?? '@@' }, url: 'postgres://u:@@@db/shop' };\n@Module({ imports: [ClientsModule.register([{ name: 'MAIL', transport: Transport.RMQ, options: { urls: ['amqp://u:@@@mq'], queue: 'mail' } }]), JwtModule.register({ secret: '@@' })], controllers: [UserController] })\nexport class AppModule {}\n",
            ),
        ),
        (
            "src/user.controller.ts",
            marked(
                "import { Controller, Get } from '@nestjs/common';\nconst KEY = '@@';\n@Controller('users')\nexport class UserController {\n  /** Reads one. */\n  @Get(':id')\n  one() { return fetch('https://api.stripe.com/v1?key=@@', { headers: { authorization: 'Bearer @@' } }); }\n}\n",
            ),
        ),
        (
            "src/hooks.controller.ts",
            marked(
                "import { Controller, Post } from '@nestjs/common';\nimport { Cron } from '@nestjs/schedule';\nimport { HOOK, QUEUE } from './keys';\n@Controller('hooks')\nexport class HooksController {\n  @Post(HOOK)\n  a() { this.client.emit(QUEUE, {}); }\n  @Post('in?token=@@')\n  b() {}\n  @Cron('0 3 * * *', { name: 'sk_live_@@12' })\n  c() {}\n}\n",
            ),
        ),
        ("src/keys.ts", marked("export const HOOK = 'in/sk_live_@@12';\nexport const QUEUE = 'amqp://user:p/@@@mq/jobs';\n")),
        (
            "migrations/002_keys.sql",
            marked(
                "CREATE TABLE keys (id int PRIMARY KEY, api_key text DEFAULT '@@', hook text DEFAULT 'https://u:@@@hooks.example/');\nCOMMENT ON TABLE keys IS 'Made with Bearer @@';\nCREATE VIEW remote AS SELECT * FROM dblink('host=db user=u password=@@', 'select 1') AS t(a int);\nCREATE SUBSCRIPTION s CONNECTION 'host=db password=@@' PUBLICATION p;\nALTER ROLE app WITH ENCRYPTED PASSWORD '@@' NONSENSE;\n",
            ),
        ),
        (
            "appsettings.json",
            marked(
                "{\"ConnectionStrings\":{\"Default\":\"Server=db;User Id=sa;Password=@@;\"},\"Stripe\":{\"Key\":\"@@\",\"Url\":\"https://api.stripe.com\"}}",
            ),
        ),
        ("prisma/seed.ts", marked("// Fills plans; needs postgres://root:@@@db/shop\nawait q(`INSERT INTO plans VALUES ('@@')`);\n")),
        ("config/default.json", marked("{\"secret\":\"@@\",\"db\":\"postgres://u:@@@db/shop\"}")),
        ("lefthook.yml", marked("pre-commit:\n  commands:\n    lint:\n      run: TOKEN=@@ eslint\n")),
        (".husky/pre-commit", marked("TOKEN=@@ npx lint-staged\n")),
    ];
    let borrowed: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (*path, bytes.as_slice())).collect();
    Scratch::with(&borrowed)
}

#[test]
fn no_secret_value_reaches_the_document() {
    let text = repository().scan();
    let leaks: Vec<&str> = text.lines().filter(|line| line.contains(MARKER)).map(str::trim).collect();
    assert_eq!(leaks, Vec::<&str>::new(), "secret values stand in the document");
    assert_eq!(document_faults(&text), Vec::<String>::new());
}

/// The test above would pass on an empty document; the names of the secrets are facts and must be there.
#[test]
fn the_names_of_secrets_are_told() {
    let text = repository().scan();
    for name in ["JWT_SECRET", "DATABASE_URL", "REDIS_URL"] {
        assert!(text.contains(name), "{name} is not in the document");
    }
}

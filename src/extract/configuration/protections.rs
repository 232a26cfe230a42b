//! Protections that code switches on by a call: security headers, CORS, rate limits, CSRF, input checks, password hashing.
//! A name counts only when the file imports the library it stands for; registering a module that limits nothing by itself does not.

use tree_sitter::Node;

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Protection, ProtectionUse};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile =
    QueryFile { id: "configuration/protections", text: include_str!("../../../queries/configuration/protections.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.protections",
    about: "security headers, CORS, rate limits, CSRF tokens, input checks and password hashing that code switches on",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    // Strategies of Passport, guards, and what makes tokens are classes and imports that another extractor reads once the file is parsed.
    markers: &[
        "helmet",
        "enableCors",
        "cors(",
        "ateLimit",
        "slowDown(",
        "csurf",
        "csrf",
        "useGlobalPipes",
        "constructEvent",
        "bcrypt",
        "argon2",
        "PassportStrategy",
        "CanActivate",
        "AuthGuard(",
        "ThrottlerGuard",
        "jsonwebtoken",
        "@nestjs/jwt",
        "jwks-rsa",
        "'jose'",
        "\"jose\"",
        "Guard extends ",
        "express-session",
    ],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// Called or registered name, the packages it may come from, the protection, and how a person names the means.
const LIBRARIES: &[(&str, &[&str], Protection, &str)] = &[
    ("helmet", &["helmet", "@fastify/helmet", "fastify-helmet"], Protection::SecurityHeaders, "Helmet"),
    ("fastifyHelmet", &["@fastify/helmet", "fastify-helmet"], Protection::SecurityHeaders, "Helmet"),
    ("cors", &["cors", "@fastify/cors", "fastify-cors"], Protection::Cors, "cors"),
    ("fastifyCors", &["@fastify/cors", "fastify-cors"], Protection::Cors, "@fastify/cors"),
    ("rateLimit", &["express-rate-limit"], Protection::RateLimit, "express-rate-limit"),
    ("fastifyRateLimit", &["@fastify/rate-limit"], Protection::RateLimit, "@fastify/rate-limit"),
    ("slowDown", &["express-slow-down"], Protection::RateLimit, "express-slow-down"),
    ("csurf", &["csurf"], Protection::Csrf, "csurf"),
    ("csrf", &["csurf", "tiny-csrf"], Protection::Csrf, "csurf"),
    ("doubleCsrf", &["csrf-csrf"], Protection::Csrf, "csrf-csrf"),
    ("fastifyCsrf", &["@fastify/csrf-protection", "fastify-csrf"], Protection::Csrf, "@fastify/csrf-protection"),
    ("fastifyCsrfProtection", &["@fastify/csrf-protection"], Protection::Csrf, "@fastify/csrf-protection"),
    ("bcrypt", &["bcrypt", "bcryptjs"], Protection::PasswordHashing, "bcrypt"),
    ("bcryptjs", &["bcryptjs"], Protection::PasswordHashing, "bcrypt"),
    ("argon2", &["argon2"], Protection::PasswordHashing, "Argon2"),
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for call in cx.matches(&QUERY).iter().filter_map(|found| found.node("call")) {
        let Some(telling) = telling(call, cx.text) else { continue };
        let name = &cx.text[telling.range()];
        let use_of = match telling {
            Telling::Library(_) => of_library(name, cx.text),
            Telling::Method(_) => of_method(name, call, cx.text),
        };
        if let Some((protection, means)) = use_of {
            sink.fact(cx.line(telling.range().start), Fact::ProtectionUse(ProtectionUse { protection, means }));
        }
    }
}

/// What of a call tells the protection.
enum Telling<'t> {
    /// The name of a library: `helmet()`, `bcrypt.hash()`, `register(fastifyCors)`.
    Library(Node<'t>),
    /// The name of a method: `app.enableCors()`.
    Method(Node<'t>),
}

impl Telling<'_> {
    fn range(&self) -> std::ops::Range<usize> {
        match self {
            Self::Library(node) | Self::Method(node) => node.byte_range(),
        }
    }
}

fn telling<'t>(call: Node<'t>, text: &str) -> Option<Telling<'t>> {
    let function = call.child_by_field_name("function")?;
    if function.kind() == "identifier" {
        return Some(Telling::Library(function));
    }
    let method = function.child_by_field_name("property")?;
    match &text[method.byte_range()] {
        "register" => {
            let plugin = call.child_by_field_name("arguments")?.named_child(0)?;
            (plugin.kind() == "identifier").then_some(Telling::Library(plugin))
        }
        "hash" | "hashSync" => function.child_by_field_name("object").map(Telling::Library),
        _ => Some(Telling::Method(method)),
    }
}

fn of_library(name: &str, text: &str) -> Option<(Protection, &'static str)> {
    let imported = |package: &&str| [format!("'{package}'"), format!("\"{package}\"")].iter().any(|quoted| text.contains(quoted));
    let (.., packages, protection, means) = LIBRARIES.iter().find(|(known, ..)| *known == name)?;
    packages.iter().any(imported).then_some((*protection, means))
}

fn of_method(name: &str, call: Node<'_>, text: &str) -> Option<(Protection, &'static str)> {
    let arguments = call.child_by_field_name("arguments").map(|node| &text[node.byte_range()]).unwrap_or_default();
    match name {
        "enableCors" => Some((Protection::Cors, cors_of(arguments))),
        "useGlobalPipes" if arguments.contains("ValidationPipe") => Some((Protection::InputValidation, "a global `ValidationPipe`")),
        "useGlobalPipes" if arguments.contains("ZodValidationPipe") => Some((Protection::InputValidation, "a global `ZodValidationPipe`")),
        "constructEvent" | "constructEventAsync" if text.contains("stripe") || text.contains("Stripe") => {
            Some((Protection::WebhookSignature, "Stripe webhooks"))
        }
        _ => None,
    }
}

/// What the options of `enableCors` say, as far as they stand there.
fn cors_of(arguments: &str) -> &'static str {
    let plain: String = arguments.split_whitespace().collect();
    let any = plain == "()" || plain.contains("origin:true") || plain.contains("origin:'*'") || plain.contains("origin:\"*\"");
    if any { "`enableCors` for any origin" } else { "`enableCors` with options" }
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    fn shown(text: &str) -> Vec<String> {
        let show = |fact: &Fact| match fact {
            Fact::ProtectionUse(one) => Some(format!("{:?} {}", one.protection, one.means)),
            _ => None,
        };
        extraction(&[("src/main.ts", text)]).findings.iter().filter_map(|one| show(&one.fact)).collect()
    }

    #[test]
    fn calls_of_imported_libraries_count() {
        let text = "import helmet from 'helmet';\nimport rateLimit from 'express-rate-limit';\nimport * as bcrypt from 'bcrypt';\n\
                    app.use(helmet());\napp.use(rateLimit({ max: 1 }));\napp.enableCors({ origin: list });\napp.enableCors();\n\
                    app.useGlobalPipes(new ValidationPipe());\nawait bcrypt.hash(a, 1);\n";
        let expected = [
            "SecurityHeaders Helmet",
            "RateLimit express-rate-limit",
            "Cors `enableCors` with options",
            "Cors `enableCors` for any origin",
            "InputValidation a global `ValidationPipe`",
            "PasswordHashing bcrypt",
        ];
        assert_eq!(shown(text), expected);
    }

    #[test]
    fn names_of_others_and_comments_do_not() {
        let text = "import { helmet } from './mine';\n// app.use(helmet())\napp.use(helmet());\nconst s = 'enableCors()';\nbcrypt.compare(a, b);\napp.useGlobalPipes(new TrimPipe());\n";
        assert_eq!(shown(text), [""; 0]);
    }
}

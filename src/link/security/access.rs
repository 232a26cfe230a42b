//! `authentication_methods` and `authorization`: strategies, token libraries, guards, and how many endpoints name one.

use std::collections::{BTreeMap, BTreeSet};

use super::remark;
use crate::finding::{Class, Fact, Protection, SignInLibrary};
use crate::link::Input;
use crate::link::environment;
use crate::link::sentence::{counted, joined, quoted};
use crate::link::wording;
use crate::location::{Location, RepoPath};
use crate::model::Model;

/// Packages of Passport strategies -> what a caller shows.
const STRATEGIES: &[(&str, &str)] = &[
    ("passport-jwt", "JWT"),
    ("passport-local", "user name and password"),
    ("passport-http-bearer", "bearer tokens"),
    ("passport-http", "HTTP Basic or Digest"),
    ("passport-headerapikey", "API keys in a header"),
    ("passport-custom", "a strategy of its own"),
    ("passport-google-oauth20", "Google OAuth"),
    ("passport-google-oauth", "Google OAuth"),
    ("passport-github", "GitHub OAuth"),
    ("passport-github2", "GitHub OAuth"),
    ("passport-facebook", "Facebook OAuth"),
    ("passport-twitter", "X (Twitter) OAuth"),
    ("@superfaceai/passport-twitter-oauth2", "X (Twitter) OAuth"),
    ("passport-linkedin-oauth2", "LinkedIn OAuth"),
    ("passport-apple", "Sign in with Apple"),
    ("passport-microsoft", "Microsoft OAuth"),
    ("passport-azure-ad", "Microsoft Entra ID"),
    ("passport-auth0", "Auth0"),
    ("passport-openidconnect", "OpenID Connect"),
    ("openid-client", "OpenID Connect"),
    ("passport-oauth2", "OAuth 2.0"),
    ("passport-saml", "SAML"),
    ("@node-saml/passport-saml", "SAML"),
    ("passport-ldapauth", "LDAP"),
    ("passport-keycloak-bearer", "Keycloak"),
    ("passport-totp", "one-time passwords"),
    ("passport-magic-login", "links by email"),
    ("passport-discord", "Discord OAuth"),
    ("passport-gitlab2", "GitLab OAuth"),
    ("passport-fido2-webauthn", "WebAuthn"),
];

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    strategies(input, model);
    sign_in(input, model);
    token_libraries(input, model);
    variables(input, model);
    guards(input, model);
    endpoints(model);
}

/// Classes on `PassportStrategy`, with the package that their file takes the strategy from.
fn strategies(input: &Input<'_>, model: &mut Model) {
    let mut packages: BTreeMap<&RepoPath, BTreeSet<&'static str>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::Import(import) = &finding.fact {
            // A file may take no more than a type from another strategy's package: only the strategy itself counts.
            let is_strategy = matches!(import.imported.as_str(), "default" | "*") || import.imported.ends_with("Strategy");
            let known = STRATEGIES.iter().find(|(package, _)| is_strategy && *package == import.module);
            packages.entry(&finding.at.path).or_default().extend(known.map(|(_, what)| *what));
        }
    }
    let mut by_method: BTreeMap<&str, (BTreeSet<&str>, Vec<&Location>)> = BTreeMap::new();
    for (at, class) in classes(input).filter(|(_, class)| class.bases.iter().any(|base| base == "PassportStrategy")) {
        for method in packages.get(&at.path).into_iter().flatten() {
            let entry = by_method.entry(method).or_default();
            entry.0.insert(&class.name);
            entry.1.push(at);
        }
    }
    for (method, (names, places)) in by_method {
        remark(model, "authentication_methods", format!("Passport strategy for {method} ({}).", quoted(names, 6)), places);
    }
}

/// The names of providers, the packages and the places of one library.
type SignedIn<'a> = (BTreeSet<String>, BTreeSet<&'a str>, Vec<&'a Location>);

/// Providers and strategies that an application signs people in with.
fn sign_in(input: &Input<'_>, model: &mut Model) {
    let mut found: BTreeMap<SignInLibrary, SignedIn<'_>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::SignIn(one) = &finding.fact else { continue };
        let named = match one.library {
            SignInLibrary::NextAuth | SignInLibrary::BetterAuth | SignInLibrary::Go => Some(provider(&one.named)),
            SignInLibrary::Passport => STRATEGIES.iter().find(|(package, _)| *package == one.named).map(|(_, what)| (*what).to_owned()),
            SignInLibrary::Client => Some(one.named.clone()),
        };
        let Some(named) = named else { continue };
        let entry = found.entry(one.library).or_default();
        entry.0.insert(named);
        entry.1.insert(&one.package);
        entry.2.push(&finding.at);
    }
    for (library, (names, packages, places)) in found {
        let names = joined(&names.into_iter().collect::<Vec<_>>());
        let text = match library {
            SignInLibrary::NextAuth => format!("NextAuth signs people in with {names}."),
            SignInLibrary::Passport => format!("Passport signs people in with {names} ({}).", quoted(packages, 6)),
            SignInLibrary::BetterAuth => format!("Better Auth signs people in with {names}."),
            SignInLibrary::Go => format!("People sign in with {names} ({}).", quoted(packages, 6)),
            SignInLibrary::Client => format!("People sign in through {names} ({}).", quoted(packages, 6)),
        };
        remark(model, "authentication_methods", text, places);
    }
}

/// A provider of NextAuth as a person calls it.
fn provider(module: &str) -> String {
    match module {
        "credentials" => "user name and password".to_owned(),
        "email" | "nodemailer" => "links by email".to_owned(),
        "azure-ad" | "microsoft-entra-id" => "Microsoft Entra ID".to_owned(),
        "azure-ad-b2c" => "Azure AD B2C".to_owned(),
        "github" => "GitHub".to_owned(),
        "github-enterprise" => "GitHub Enterprise".to_owned(),
        "gitlab" => "GitLab".to_owned(),
        "linkedin" => "LinkedIn".to_owned(),
        "workos" => "WorkOS".to_owned(),
        "jumpcloud" => "JumpCloud".to_owned(),
        // What is no name of a product is written as it is said.
        words if words.contains(' ') => words.to_owned(),
        other => wording::title(other),
    }
}

fn classes<'a>(input: &'a Input<'_>) -> impl Iterator<Item = (&'a Location, &'a Class)> {
    input.findings.iter().filter_map(|finding| match &finding.fact {
        Fact::Class(class) => Some((&finding.at, class)),
        _ => None,
    })
}

/// Libraries that make or check tokens, where code imports them.
fn token_libraries(input: &Input<'_>, model: &mut Model) {
    const LIBRARIES: &[(&str, &str)] = &[
        ("@nestjs/jwt", "JSON Web Tokens are made and checked with `@nestjs/jwt`."),
        ("jsonwebtoken", "JSON Web Tokens are made or checked with `jsonwebtoken`."),
        ("jose", "JSON Web Tokens are made or checked with `jose`."),
        ("jwks-rsa", "Signing keys of tokens are fetched with `jwks-rsa`."),
        ("nest-keycloak-connect", "Keycloak checks tokens through `nest-keycloak-connect`."),
        ("next-auth", "Sessions are kept by NextAuth (`next-auth`)."),
        ("better-auth", "Sessions are kept by Better Auth (`better-auth`)."),
        ("supertokens-node", "Sessions are kept by SuperTokens (`supertokens-node`)."),
        ("express-session", "Sessions are kept with `express-session`."),
        ("otplib", "One-time passwords are checked with `otplib`."),
        ("speakeasy", "One-time passwords are checked with `speakeasy`."),
        ("@simplewebauthn/server", "Passkeys are checked with `@simplewebauthn/server`."),
    ];
    let mut places: BTreeMap<&str, Vec<&Location>> = BTreeMap::new();
    for finding in input.findings {
        if let Fact::Import(import) = &finding.fact
            && let Some((_, text)) = LIBRARIES.iter().find(|(package, _)| *package == import.module)
        {
            places.entry(text).or_default().push(&finding.at);
        }
    }
    for (text, places) in places {
        remark(model, "authentication_methods", text.to_owned(), places);
    }
    let hashing = super::build::protections(input, Protection::PasswordHashing);
    for (means, places) in hashing {
        remark(model, "authentication_methods", format!("Values are hashed with {means}."), places);
    }
}

/// Names of variables that tell how callers are known. A variable is a setting, not a proof of a check: the text says so.
fn variables(input: &Input<'_>, model: &mut Model) {
    let usage = input.usage(model);
    let mut found: BTreeMap<&str, (BTreeSet<String>, Vec<Location>)> = BTreeMap::new();
    for variable in environment::variables(input, model, usage) {
        if let Some(what) = told_by(&variable.name) {
            let entry = found.entry(what).or_default();
            entry.0.insert(variable.name);
            entry.1.push(variable.at);
        }
    }
    for (what, (names, places)) in found {
        let (noun, verb) = if names.len() == 1 { ("variable", "sets") } else { ("variables", "set") };
        let text = format!("The {noun} {} {verb} up {what}.", quoted(&names, 8));
        remark(model, "authentication_methods", text, &places);
    }
}

fn told_by(name: &str) -> Option<&'static str> {
    let parts: Vec<&str> = name.split('_').collect();
    let has = |word: &str| parts.contains(&word);
    // A switch of a feature sets up nothing by itself.
    if parts.iter().any(|part| matches!(*part, "ENABLE" | "ENABLED" | "DISABLE" | "DISABLED" | "HIDE" | "SHOW" | "FEATURE")) {
        return None;
    }
    let own_key = ["ADMIN", "SHARED", "INTERNAL", "SERVICE", "SYSTEM", "MASTER", "STATIC"];
    if has("JWT") || name.contains("JWKS") {
        Some("JSON Web Tokens")
    } else if name.ends_with("_API_KEY") && own_key.contains(&parts[0]) {
        Some("static API keys")
    } else if parts[0] == "GOOGLE" && (has("AUTH") || has("OAUTH") || name == "GOOGLE_CLIENT_ID") {
        Some("Google OAuth")
    } else if has("SAML") {
        Some("SAML")
    } else if has("OIDC") {
        Some("OpenID Connect")
    } else if has("LDAP") {
        Some("LDAP")
    } else if parts[0] == "KEYCLOAK" {
        Some("Keycloak")
    } else {
        None
    }
}

/// Classes that decide whether a call may pass.
fn guards(input: &Input<'_>, model: &mut Model) {
    let is_guard = |class: &Class| !class.is_abstract && class.bases.iter().any(|base| base == "CanActivate" || base == "AuthGuard");
    let (names, places): (BTreeSet<&str>, Vec<&Location>) =
        classes(input).filter(|(_, class)| is_guard(class)).map(|(at, class)| (class.name.as_str(), at)).unzip();
    if !names.is_empty() {
        let word = if names.len() == 1 { "Guard" } else { "Guards" };
        remark(model, "authorization", format!("{word} written here: {}.", quoted(&names, 16)), places);
    }
}

/// How many endpoints name a guard or permission, by container. Those that name none are told too.
fn endpoints(model: &mut Model) {
    let mut open = Vec::new();
    let mut texts = Vec::new();
    for (container, operations) in model.endpoints.iter().filter(|(_, operations)| !operations.is_empty()) {
        let stated: Vec<&BTreeSet<String>> = operations.values().map(|one| &one.auth).filter(|auth| !auth.is_empty()).collect();
        if stated.is_empty() {
            open.push(format!("{container} ({})", counted(operations.len(), "endpoint")));
        } else {
            let all = counted(operations.len(), "endpoint");
            texts.push(format!("{container}: a guard or permission stands on {} of {all}: {}.", stated.len(), ranked(&stated)));
        }
    }
    if !open.is_empty() {
        texts.push(format!("No endpoint names a guard or permission in {}.", joined(&open)));
    }
    for text in texts {
        remark(model, "authorization", text, []);
    }
}

/// The names that stand on most endpoints, with their number.
fn ranked(stated: &[&BTreeSet<String>]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in stated.iter().flat_map(|auth| auth.iter()) {
        *counts.entry(name).or_default() += 1;
    }
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let mut shown: Vec<String> = ranked.iter().take(6).map(|(name, count)| format!("`{name}` ({count})")).collect();
    if ranked.len() > 6 {
        shown.push(format!("{} more", ranked.len() - 6));
    }
    joined(&shown)
}

//! How people sign in, as far as imports prove it: providers of NextAuth, strategies of Passport that an application uses, clients of identity
//! providers, providers and plugins of Better Auth, providers that programs of Go add.
//! A strategy counts only where the file makes one; a variable or a dependency alone proves nothing.

use std::collections::BTreeSet;

use super::services::imported;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, SignIn, SignInLibrary};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.sign_in",
    about: "how people sign in: NextAuth, Passport, Better Auth, clients of identity providers, goth and go-pkgz/auth of Go",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript, FileKind::Go],
    markers: &[
        "next-auth/providers/",
        "@auth/",
        "passport.use",
        "keycloak-js",
        "oidc",
        "@azure/msal-",
        "@auth0/",
        "openid-client",
        "better-auth",
        "go-pkgz/auth",
        "markbates/goth/providers/",
    ],
    when: When::Marked,
    queries: &[],
    extract,
};

/// Where the providers of NextAuth lie.
const PROVIDERS: &[&str] = &["next-auth/providers/", "@auth/core/providers/", "@auth/sveltekit/providers/", "@auth/express/providers/"];

/// Libraries by which an application sends people to an identity provider, with how the provider is called.
const CLIENTS: &[(&str, &str)] = &[
    ("keycloak-js", "Keycloak"),
    ("@azure/msal-browser", "Microsoft Entra ID"),
    ("@azure/msal-react", "Microsoft Entra ID"),
    ("@azure/msal-angular", "Microsoft Entra ID"),
    ("@azure/msal-node", "Microsoft Entra ID"),
    ("@auth0/auth0-react", "Auth0"),
    ("@auth0/auth0-angular", "Auth0"),
    ("@auth0/auth0-spa-js", "Auth0"),
    ("@auth0/nextjs-auth0", "Auth0"),
    ("oidc-client-ts", "OpenID Connect"),
    ("react-oidc-context", "OpenID Connect"),
    ("angular-oauth2-oidc", "OpenID Connect"),
    ("angular-auth-oidc-client", "OpenID Connect"),
];

/// Plugins of Better Auth that are ways to sign in, by their functions.
const PLUGINS: &[(&str, &str)] = &[
    ("anonymous", "guests without an account"),
    ("emailOTP", "codes by email"),
    ("genericOAuth", "any provider of OAuth 2.0"),
    ("magicLink", "links by email"),
    ("oneTap", "Google One Tap"),
    ("passkey", "passkeys"),
    ("phoneNumber", "phone numbers"),
    ("siwe", "Ethereum wallets"),
    ("sso", "single sign-on"),
    ("username", "user name and password"),
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if cx.file.kind == FileKind::Go {
        of_go(cx, sink);
        return;
    }
    if cx.text.contains("betterAuth(")
        && imported(cx.text).iter().any(|(specifier, _)| *specifier == "better-auth" || specifier.starts_with("better-auth/"))
    {
        better_auth(cx, sink);
    }
    let mut seen = BTreeSet::new();
    let uses_passport = cx.text.contains("passport.use(");
    for (specifier, at) in imported(cx.text) {
        let provider = PROVIDERS.iter().find_map(|before| specifier.strip_prefix(before));
        let client = || CLIENTS.iter().find(|(package, _)| *package == specifier).map(|(_, name)| *name);
        let found = if let Some(provider) = provider {
            Some((SignInLibrary::NextAuth, provider))
        } else if let Some(name) = client() {
            Some((SignInLibrary::Client, name))
        } else {
            Some((SignInLibrary::Passport, specifier)).filter(|_| uses_passport && specifier.contains("passport-") && !is_type(cx.text, at))
        };
        if let Some((library, named)) = found.filter(|found| seen.insert(*found)) {
            sink.fact(cx.line(at), Fact::SignIn(SignIn { library, named: named.to_owned(), package: specifier.to_owned() }));
        }
    }
}

/// `betterAuth({ emailAndPassword: { enabled: true }, socialProviders: { google: ... }, plugins: [magicLink(...)] })`
fn better_auth(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut told = |named: &str, at: usize| {
        let (named, package) = (named.to_owned(), "better-auth".to_owned());
        sink.fact(cx.line(at), Fact::SignIn(SignIn { library: SignInLibrary::BetterAuth, named, package }));
    };
    if let Some(at) = cx.text.find("socialProviders:") {
        keys(&cx.text[at..]).into_iter().for_each(|(name, behind)| told(name, at + behind));
    }
    if let Some(at) = cx.text.find("emailAndPassword:")
        && cx.text[at..].split('}').next().is_some_and(|inner| inner.contains("enabled: true"))
    {
        told("email and password", at);
    }
    for (function, what) in PLUGINS {
        let call = format!("{function}(");
        let mut places = cx.text.match_indices(&call).map(|(at, _)| at);
        let is_call = |at: &usize| !cx.text[..*at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '.' | '_' | '$'));
        if let Some(at) = places.find(is_call) {
            told(what, at);
        }
    }
}

/// The keys of the object that a text opens with, and where each stands; those of objects within it are left out.
fn keys(text: &str) -> Vec<(&str, usize)> {
    let Some(start) = text.find('{') else { return Vec::new() };
    let (mut found, mut depth, mut fresh) = (Vec::new(), 0_usize, false);
    for (at, letter) in text[start..].char_indices().map(|(at, letter)| (start + at, letter)) {
        match letter {
            '{' | '(' | '[' => {
                depth += 1;
                fresh = depth == 1;
            }
            '}' | ')' | ']' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            ',' => fresh = depth == 1,
            _ if fresh && letter.is_ascii_alphabetic() => {
                let name = text[at..].split(|one: char| !one.is_ascii_alphanumeric() && one != '_').next().unwrap_or_default();
                // A spread or a shorthand names no provider without doubt.
                if text[at + name.len()..].trim_start().starts_with(':') && !text[..at].ends_with('.') {
                    found.push((name, at));
                }
                fresh = false;
            }
            _ => {}
        }
    }
    found
}

/// `service.AddProvider("github", ...)` of go-pkgz/auth, `github.com/markbates/goth/providers/github`.
fn of_go(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let adds = cx.text.contains("go-pkgz/auth").then_some([("AddProvider(\"", "go-pkgz/auth"), ("goth/providers/", "goth")]);
    let all = adds.unwrap_or([("goth/providers/", "goth"); 2]);
    let mut seen = BTreeSet::new();
    for (before, package) in all {
        for (at, _) in cx.text.match_indices(before) {
            let named = cx.text[at + before.len()..].split(['"', '/']).next().unwrap_or_default();
            if !named.is_empty() && seen.insert(named) {
                let (named, package) = (named.to_owned(), package.to_owned());
                sink.fact(cx.line(at), Fact::SignIn(SignIn { library: SignInLibrary::Go, named, package }));
            }
        }
    }
}

/// Whether the line of an import takes no more than types.
fn is_type(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..at].trim_start().starts_with("import type ")
}

#[cfg(test)]
mod tests {
    use crate::finding::Fact;
    use crate::trial::extraction;

    fn shown(text: &str) -> Vec<String> {
        let findings = extraction(&[("src/auth.ts", text)]).findings;
        let show = |fact: &Fact| match fact {
            Fact::SignIn(one) => Some(format!("{:?} {}", one.library, one.named)),
            _ => None,
        };
        findings.iter().filter_map(|one| show(&one.fact)).collect()
    }

    #[test]
    fn providers_strategies_and_clients_are_told() {
        let text = "import Google from 'next-auth/providers/google';\nimport Keycloak from \"keycloak-js\";\nimport { Strategy } from 'passport-github2';\npassport.use(new Strategy({}));\n";
        assert_eq!(shown(text), ["NextAuth google", "Client Keycloak", "Passport passport-github2"]);
    }

    #[test]
    fn better_auth_states_its_providers_and_plugins() {
        let text = "import { betterAuth } from 'better-auth';\nimport { magicLink } from 'better-auth/plugins';\nexport const auth = betterAuth({\n  emailAndPassword: { enabled: true },\n  socialProviders: {\n    google: ok ? { clientId: id, clientSecret: key } : undefined,\n    github: { clientId: id },\n  },\n  plugins: [magicLink({ send })],\n});\n";
        assert_eq!(shown(text), ["BetterAuth email and password", "BetterAuth google", "BetterAuth github", "BetterAuth links by email"]);
    }

    #[test]
    fn programs_of_go_add_providers() {
        let text = "package main\n\nimport \"github.com/go-pkgz/auth/v2\"\n\nfunc main() {\n\tservice.AddProvider(\"github\", id, key)\n\tservice.AddProvider(\"google\", id, key)\n}\n";
        let found = extraction(&[("main.go", text)]).findings;
        let named: Vec<&str> = found
            .iter()
            .filter_map(|finding| match &finding.fact {
                Fact::SignIn(one) => Some(one.named.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(named, ["github", "google"]);
    }

    #[test]
    fn types_and_unused_strategies_are_not() {
        assert_eq!(shown("import { Strategy } from 'passport-github2';\n// import a from 'keycloak-js';\n"), [""; 0]);
        assert_eq!(shown("import type { Profile } from 'passport-github2';\npassport.use(other);\n"), [""; 0]);
    }
}

//! How people sign in, as far as imports prove it: providers of NextAuth, strategies of Passport that an application uses, clients of identity providers.
//! A strategy counts only where the file makes one; a variable or a dependency alone proves nothing.

use std::collections::BTreeSet;

use super::services::imported;
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, SignIn, SignInLibrary};

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "configuration.sign_in",
    about: "how people sign in: NextAuth, Passport, clients of identity providers",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["next-auth/providers/", "@auth/", "passport.use", "keycloak-js", "oidc", "@azure/msal-", "@auth0/", "openid-client"],
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

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
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
    fn types_and_unused_strategies_are_not() {
        assert_eq!(shown("import { Strategy } from 'passport-github2';\n// import a from 'keycloak-js';\n"), [""; 0]);
        assert_eq!(shown("import type { Profile } from 'passport-github2';\npassport.use(other);\n"), [""; 0]);
    }
}

//! How programs of Go know who calls and what callers may do, as the packages say that a program imports.
//! A package is proof that it is used, not that every route asks for it: the remarks say so.

use std::collections::{BTreeMap, BTreeSet};

use super::remark;
use crate::finding::Fact;
use crate::link::Input;
use crate::link::sentence::quoted;
use crate::location::Location;
use crate::model::Model;

/// The start of the path, the topic, what it is for.
const PACKAGES: &[(&str, &str, &str)] = &[
    ("github.com/golang-jwt/jwt", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/dgrijalva/jwt-go", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/lestrrat-go/jwx", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/go-jose/go-jose", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("gopkg.in/square/go-jose.v2", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/go-chi/jwtauth", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/labstack/echo-jwt", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/appleboy/gin-jwt", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/auth0/go-jwt-middleware", "authentication_methods", "JSON Web Tokens are made or checked"),
    ("github.com/o1egl/paseto", "authentication_methods", "PASETO tokens are made or checked"),
    ("aidanwoods.dev/go-paseto", "authentication_methods", "PASETO tokens are made or checked"),
    ("github.com/coreos/go-oidc", "authentication_methods", "Users come from an OpenID Connect provider"),
    ("github.com/zitadel/oidc", "authentication_methods", "Users come from an OpenID Connect provider"),
    ("golang.org/x/oauth2", "authentication_methods", "OAuth 2.0 is spoken"),
    ("github.com/markbates/goth", "authentication_methods", "OAuth 2.0 is spoken"),
    ("github.com/ory/fosite", "authentication_methods", "OAuth 2.0 is spoken"),
    ("github.com/crewjam/saml", "authentication_methods", "SAML is spoken"),
    ("github.com/go-ldap/ldap", "authentication_methods", "LDAP is asked for users"),
    ("github.com/gorilla/sessions", "authentication_methods", "Sessions are kept"),
    ("github.com/alexedwards/scs", "authentication_methods", "Sessions are kept"),
    ("github.com/gin-contrib/sessions", "authentication_methods", "Sessions are kept"),
    ("github.com/go-webauthn/webauthn", "authentication_methods", "Passkeys are checked"),
    ("github.com/duo-labs/webauthn", "authentication_methods", "Passkeys are checked"),
    ("github.com/pquerna/otp", "authentication_methods", "One-time passwords are checked"),
    ("golang.org/x/crypto/bcrypt", "authentication_methods", "Passwords are hashed"),
    ("golang.org/x/crypto/argon2", "authentication_methods", "Passwords are hashed"),
    ("golang.org/x/crypto/scrypt", "authentication_methods", "Passwords are hashed"),
    ("firebase.google.com/go", "authentication_methods", "Firebase is used, which knows users"),
    ("github.com/casbin/casbin", "authorization", "Policies decide what callers may do"),
    ("github.com/open-policy-agent/opa", "authorization", "Policies decide what callers may do"),
    ("github.com/openfga/go-sdk", "authorization", "Relations decide what callers may do"),
    ("github.com/authzed/authzed-go", "authorization", "Relations decide what callers may do"),
    ("github.com/rs/cors", "network", "Calls from other origins are ruled"),
    ("github.com/go-chi/cors", "network", "Calls from other origins are ruled"),
    ("github.com/gin-contrib/cors", "network", "Calls from other origins are ruled"),
    ("github.com/unrolled/secure", "network", "Headers protect browsers"),
    ("github.com/go-chi/httprate", "network", "Calls are limited in number"),
    ("github.com/ulule/limiter", "network", "Calls are limited in number"),
    ("github.com/didip/tollbooth", "network", "Calls are limited in number"),
];

/// What packages do, by topic -> the packages, and the files that import them.
type Uses<'a> = BTreeMap<(&'a str, &'a str), (BTreeSet<&'a str>, Vec<&'a Location>)>;

/// The packages, by what they do, of files that a container brings in.
pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut found = Uses::new();
    for finding in input.findings {
        let Fact::SourceFile(file) = &finding.fact else { continue };
        for import in &file.imports {
            let fits = |package: &str| import.path.strip_prefix(package).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
            let Some((package, topic, what)) = PACKAGES.iter().find(|(package, ..)| fits(package)) else { continue };
            if !input.usage(model).containers(model, &finding.at.path).is_empty() {
                let entry = found.entry((topic, what)).or_default();
                entry.0.insert(package);
                entry.1.push(&finding.at);
            }
        }
    }
    for ((topic, what), (packages, places)) in found {
        remark(model, topic, format!("{what} with {}.", quoted(packages, 6)), places);
    }
}

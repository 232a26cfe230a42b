//! Whether a function asks who calls, as far as its name says so. A name alone proves nothing: what it does must say so, too.

/// Words of names of middleware that asks who calls.
const ASKING: &[&str] = &[
    "auth",
    "jwt",
    "token",
    "session",
    "login",
    "logged",
    "permission",
    "protect",
    "verify",
    "require",
    "secure",
    "apikey",
    "guard",
    "claims",
    "acl",
    "rbac",
    "signin",
    "signedin",
    "private",
    "identity",
    "bearer",
    "restrict",
    "admin",
];

/// Words of names of middleware that lets those through too who are not known, or asks for something else than who calls.
const OPTIONAL: &[&str] = &[
    "feature",
    "plan",
    "captcha",
    "turnstile",
    "csrf",
    "xsrf",
    "throttle",
    "ratelimit",
    "rate_limit",
    "maintenance",
    "setup",
    "optional",
    "maybe",
    "try",
    "soft",
    "guest",
    "anonymous",
    "ifpresent",
    "unauth",
];

/// Who signs people in for others. What sends callers there, and what takes them in when they come back, is open to everybody.
const PROVIDERS: &[&str] = &[
    "google",
    "github",
    "gitlab",
    "bitbucket",
    "microsoft",
    "facebook",
    "twitter",
    "linkedin",
    "discord",
    "apple",
    "slack",
    "twitch",
    "spotify",
    "saml",
    "sso",
];

/// Whether a strategy or guard is called after somebody who signs people in: it starts or ends a login and asks nobody.
pub(super) fn signs_in(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    PROVIDERS.iter().any(|provider| lower.starts_with(provider)) || ["SSO", "Sso"].iter().any(|word| name.contains(word))
}

/// Whether a name says that its function lets nobody through who is not known.
pub(super) fn asks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ASKING.iter().any(|word| name.contains(word)) && !OPTIONAL.iter().any(|word| name.contains(word))
}

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

/// Whether a name says that its function lets nobody through who is not known.
pub(super) fn asks(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ASKING.iter().any(|word| name.contains(word)) && !OPTIONAL.iter().any(|word| name.contains(word))
}

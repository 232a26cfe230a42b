//! What the start-up code of .NET switches on: how callers are known, what they may do, who may call from where, how often, and what is
//! kept secret. A line to what issues the tokens, where that is a container here.

use std::collections::{BTreeMap, BTreeSet};

use super::remark;
use crate::finding::{Call, Fact, Lambda, Value};
use crate::link::Input;
use crate::link::clients::address::{Scope, Targets};
use crate::link::clients::relate;
use crate::link::names::last_part;
use crate::link::sentence::quoted;
use crate::link::startup::{Found, each_call};
use crate::location::Location;
use crate::model::{Model, Relationship};

/// Calls, the topic that they belong to, and what they mean.
const CALLS: &[(&str, &str, &str)] = &[
    ("AddJwtBearer", METHODS, "JWT bearer tokens are checked"),
    ("AddOpenIdConnect", METHODS, "Users sign in over OpenID Connect"),
    ("AddCookie", METHODS, "Sessions are kept in cookies"),
    ("AddBearerToken", METHODS, "Bearer tokens of ASP.NET Core are checked"),
    ("AddMicrosoftIdentityWebApi", METHODS, "Tokens of Microsoft Entra ID are checked"),
    ("AddMicrosoftIdentityWebApiAuthentication", METHODS, "Tokens of Microsoft Entra ID are checked"),
    ("AddMicrosoftIdentityWebApp", METHODS, "Users sign in with Microsoft Entra ID"),
    ("AddMicrosoftIdentityWebAppAuthentication", METHODS, "Users sign in with Microsoft Entra ID"),
    ("AddKeycloakWebApi", METHODS, "Tokens of Keycloak are checked"),
    ("AddKeycloakWebApiAuthentication", METHODS, "Tokens of Keycloak are checked"),
    ("AddKeycloakJwtBearer", METHODS, "Tokens of Keycloak are checked"),
    ("AddKeycloakWebApp", METHODS, "Users sign in with Keycloak"),
    ("AddKeycloakWebAppAuthentication", METHODS, "Users sign in with Keycloak"),
    ("AddKeycloakOpenIdConnect", METHODS, "Users sign in with Keycloak"),
    ("AddIdentityServer", METHODS, "Tokens are issued by IdentityServer"),
    ("AddOpenIddict", METHODS, "OpenIddict issues or checks tokens"),
    ("AddOAuth2Introspection", METHODS, "Reference tokens are checked by introspection"),
    ("AddIdentity", METHODS, "Accounts are kept by ASP.NET Core Identity"),
    ("AddDefaultIdentity", METHODS, "Accounts are kept by ASP.NET Core Identity"),
    ("AddIdentityCore", METHODS, "Accounts are kept by ASP.NET Core Identity"),
    ("AddIdentityApiEndpoints", METHODS, "Accounts are kept by ASP.NET Core Identity"),
    ("AddGoogle", METHODS, "Users sign in with Google"),
    ("AddFacebook", METHODS, "Users sign in with Facebook"),
    ("AddMicrosoftAccount", METHODS, "Users sign in with a Microsoft account"),
    ("AddTwitter", METHODS, "Users sign in with X (Twitter)"),
    ("AddGitHub", METHODS, "Users sign in with GitHub"),
    ("AddSaml2", METHODS, "Users sign in over SAML"),
    ("AddNegotiate", METHODS, "Users are known by their Windows account"),
    ("AddRateLimiter", NETWORK, "The rate of calls is limited"),
    ("AddHsts", NETWORK, "Browsers are told to use HTTPS only"),
    ("UseHsts", NETWORK, "Browsers are told to use HTTPS only"),
    ("UseHttpsRedirection", NETWORK, "Calls over HTTP are sent on to HTTPS"),
    ("AddAntiforgery", NETWORK, "Forms carry antiforgery tokens"),
    ("UseAntiforgery", NETWORK, "Forms carry antiforgery tokens"),
    ("AddAzureKeyVault", SECRETS, "Settings come from Azure Key Vault"),
    ("AddVault", SECRETS, "Settings come from HashiCorp Vault"),
    ("AddSecretsManager", SECRETS, "Settings come from AWS Secrets Manager"),
    ("AddDataProtection", SECRETS, "Cookies and tokens are protected with keys of data protection"),
];

const METHODS: &str = "authentication_methods";
const NETWORK: &str = "network";
const SECRETS: &str = "secrets_management";

/// What a call means.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Meaning {
    topic: &'static str,
    text: String,
    /// What follows the names of the containers: who issues the tokens.
    more: String,
}

impl Meaning {
    fn new(topic: &'static str, text: impl Into<String>) -> Self {
        Self { topic, text: text.into(), more: String::new() }
    }
}

/// Containers and places of one remark.
#[derive(Default)]
struct Told<'a> {
    containers: BTreeSet<String>,
    calls: BTreeSet<&'a str>,
    places: Vec<Location>,
}

pub(super) fn link(input: &Input<'_>, model: &mut Model) {
    let mut told: BTreeMap<Meaning, Told<'_>> = BTreeMap::new();
    let mut issuers: BTreeMap<(String, String), Location> = BTreeMap::new();
    for (container, procedures) in input.startup(model).all() {
        for (at, procedure) in procedures {
            each_call(&procedure.steps, &mut |_, call| {
                let place = Location::new(&at.path, call.line);
                for meaning in meanings(input, model, container, (at, procedure), call) {
                    let entry = told.entry(meaning).or_default();
                    entry.containers.insert(container.clone());
                    entry.calls.insert(call.name.as_str());
                    entry.places.push(place.clone());
                }
                for issuer in authority(input, model, container, (at, procedure), call).into_iter().flat_map(|found| found.containers) {
                    issuers.entry((container.clone(), issuer)).or_insert_with(|| place.clone());
                }
            });
        }
    }
    for (meaning, one) in told {
        let containers: Vec<&str> = one.containers.iter().map(String::as_str).collect();
        let text = format!("{} in {} ({}){}.", meaning.text, quoted(containers, 12), quoted(one.calls, 4), meaning.more);
        remark(model, meaning.topic, text, &one.places);
    }
    for ((container, target), at) in issuers.into_iter().filter(|((container, target), _)| container != target) {
        model.prove(&at, "authority", &["containers", &container, "relationships"]);
        let description = "Trusts the tokens that it issues".to_owned();
        relate(model, &container, Relationship { target, description, technology: Some("OpenID Connect".to_owned()) });
    }
    user_secrets(input, model);
}

/// The topics and sentences that a call adds to.
fn meanings(input: &Input<'_>, model: &Model, container: &str, found: Found<'_>, call: &Call) -> Vec<Meaning> {
    let is_called = |(name, _, _): &&(&str, &str, &str)| *name == call.name;
    if let Some((_, topic, text)) = CALLS.iter().find(is_called) {
        let more = authority(input, model, container, found, call).map(|targets| issued(&targets)).unwrap_or_default();
        return vec![Meaning { more, ..Meaning::new(topic, *text) }];
    }
    match call.name.as_str() {
        "AddScheme" => {
            let handler = call.type_arguments.iter().find(|name| name.ends_with("Handler"));
            let text = |handler: &String| format!("A scheme of its own checks callers with `{}`", last_part(handler));
            handler.map(|handler| Meaning::new(METHODS, text(handler))).into_iter().collect()
        }
        "AddPolicy" | "AddFixedWindowLimiter" | "AddSlidingWindowLimiter" | "AddTokenBucketLimiter" | "AddConcurrencyLimiter" => {
            policy(input, found.0, call).into_iter().collect()
        }
        "AllowAnyOrigin" => vec![Meaning::new(NETWORK, "Calls from pages of any origin are allowed")],
        "WithOrigins" => vec![Meaning::new(NETWORK, "Calls from pages of stated origins are allowed")],
        "SetIsOriginAllowed" => vec![Meaning::new(NETWORK, "Calls from pages whose origin a function accepts are allowed")],
        _ => Vec::new(),
    }
}

/// `options.AddPolicy("Admin", policy => policy.RequireRole("admin"))`: what is asked tells what kind of policy it is.
fn policy(input: &Input<'_>, at: &Location, call: &Call) -> Option<Meaning> {
    let name = call.arguments.first().and_then(|one| input.names.text(&at.path, &one.value))?;
    if call.name != "AddPolicy" {
        return Some(Meaning::new(NETWORK, format!("The rate of calls is limited by the policy `{name}`")));
    }
    let asks = |lambda: &Lambda| {
        let calls = lambda.steps.iter().flat_map(|step| &step.calls);
        let kinds: BTreeSet<String> = calls.filter(|one| one.name.starts_with("Require")).map(|one| one.name.clone()).collect();
        (!kinds.is_empty()).then_some(kinds)
    };
    let asked = asks(call.lambda()?)?;
    Some(Meaning::new("authorization", format!("The policy `{name}` asks for {}", quoted(&asked, 4))))
}

/// Where the tokens come from that a call checks: `options.Authority = ...`.
fn authority(input: &Input<'_>, model: &Model, container: &str, (at, procedure): Found<'_>, call: &Call) -> Option<Targets> {
    if !matches!(call.name.as_str(), "AddJwtBearer" | "AddOpenIdConnect" | "AddIdentityServerAuthentication" | "AddOAuth2Introspection") {
        return None;
    }
    let mut scope = Scope::new(input, model, container, &at.path);
    scope.add_parameters(&procedure.parameters);
    procedure.steps.iter().for_each(|step| scope.take(step));
    let lambda = call.lambda()?;
    lambda.steps.iter().for_each(|step| scope.take(step));
    let set = lambda.steps.iter().find(|step| step.assigned.as_deref().map(last_part) == Some("Authority"))?;
    Some(scope.targets(set.value.as_ref().unwrap_or(&Value::Name(set.receiver.clone()))))
}

fn issued(targets: &Targets) -> String {
    let by: Vec<&str> = targets.containers.iter().chain(&targets.outside).map(String::as_str).collect();
    let by = if by.is_empty() { String::new() } else { format!("; issued by {}", quoted(by, 4)) };
    let settings: Vec<&str> = targets.settings.iter().map(String::as_str).collect();
    let set = if settings.is_empty() { String::new() } else { format!("; the issuer is set by {}", settings.join(", ")) };
    format!("{by}{set}")
}

/// Projects whose secrets a developer's machine keeps outside of the repository.
fn user_secrets(input: &Input<'_>, model: &mut Model) {
    let mut places: BTreeMap<String, Vec<Location>> = BTreeMap::new();
    for finding in input.findings {
        let Fact::Package(package) = &finding.fact else { continue };
        if let Some(id) = package.property("UserSecretsId").filter(|_| !finding.at.path.as_str().to_ascii_lowercase().contains("test")) {
            places.entry(id.to_owned()).or_default().push(finding.at.clone());
        }
    }
    for (id, places) in places {
        let names: BTreeSet<&str> = places.iter().map(|at| at.path.stem()).collect();
        remark(model, SECRETS, format!("User secrets `{id}` keep settings of {} on developers' machines.", quoted(names, 8)), &places);
    }
}

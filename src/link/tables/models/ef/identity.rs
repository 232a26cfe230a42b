//! What contexts of ASP.NET Core Identity store by themselves: the types, and how their package maps them.
//! Source: the documentation of ASP.NET Core, "Identity model customization".

use crate::finding::mapped::{MappedProperty, MappedType};

/// Class, whether it is generic in its key, properties with their types.
type Spec = (&'static str, &'static [(&'static str, &'static str)]);

const TYPES: &[Spec] = &[
    (
        "IdentityUser",
        &[
            ("Id", "TKey"),
            ("UserName", "string?"),
            ("NormalizedUserName", "string?"),
            ("Email", "string?"),
            ("NormalizedEmail", "string?"),
            ("EmailConfirmed", "bool"),
            ("PasswordHash", "string?"),
            ("SecurityStamp", "string?"),
            ("ConcurrencyStamp", "string?"),
            ("PhoneNumber", "string?"),
            ("PhoneNumberConfirmed", "bool"),
            ("TwoFactorEnabled", "bool"),
            ("LockoutEnd", "DateTimeOffset?"),
            ("LockoutEnabled", "bool"),
            ("AccessFailedCount", "int"),
        ],
    ),
    ("IdentityRole", &[("Id", "TKey"), ("Name", "string?"), ("NormalizedName", "string?"), ("ConcurrencyStamp", "string?")]),
    ("IdentityUserClaim", &[("Id", "int"), ("UserId", "TKey"), ("ClaimType", "string?"), ("ClaimValue", "string?")]),
    ("IdentityRoleClaim", &[("Id", "int"), ("RoleId", "TKey"), ("ClaimType", "string?"), ("ClaimValue", "string?")]),
    ("IdentityUserRole", &[("UserId", "TKey"), ("RoleId", "TKey")]),
    (
        "IdentityUserLogin",
        &[("LoginProvider", "string"), ("ProviderKey", "string"), ("ProviderDisplayName", "string?"), ("UserId", "TKey")],
    ),
    ("IdentityUserToken", &[("UserId", "TKey"), ("LoginProvider", "string"), ("Name", "string"), ("Value", "string?")]),
];

/// The types of the package.
pub(super) fn types() -> Vec<MappedType> {
    let property = |(name, data_type): &(&str, &str)| MappedProperty {
        name: (*name).to_owned(),
        data_type: (*data_type).to_owned(),
        is_public: true,
        has_setter: true,
        ..MappedProperty::default()
    };
    let made = |(name, properties): &Spec| MappedType {
        name: (*name).to_owned(),
        type_parameters: vec!["TKey".to_owned()],
        properties: properties.iter().map(property).collect(),
        ..MappedType::default()
    };
    TYPES.iter().map(made).collect()
}

/// How one of the types is stored.
pub(super) struct Stored {
    pub(super) class: &'static str,
    pub(super) table: &'static str,
    pub(super) key: &'static [&'static str],
    /// The foreign keys: column, and whether it points at the user rather than the role.
    pub(super) foreign: &'static [(&'static str, bool)],
    /// The indexes: property, name, whether it is unique.
    pub(super) indexes: &'static [(&'static str, &'static str, bool)],
    /// Properties of at most 256 letters.
    pub(super) short: &'static [&'static str],
    /// Whether it only exists where there are roles.
    pub(super) of_roles: bool,
}

/// The tables.
pub(super) const STORED: &[Stored] = &[
    Stored {
        class: "IdentityUser",
        table: "AspNetUsers",
        key: &["Id"],
        foreign: &[],
        indexes: &[("NormalizedUserName", "UserNameIndex", true), ("NormalizedEmail", "EmailIndex", false)],
        short: &["UserName", "NormalizedUserName", "Email", "NormalizedEmail"],
        of_roles: false,
    },
    Stored {
        class: "IdentityRole",
        table: "AspNetRoles",
        key: &["Id"],
        foreign: &[],
        indexes: &[("NormalizedName", "RoleNameIndex", true)],
        short: &["Name", "NormalizedName"],
        of_roles: true,
    },
    Stored {
        class: "IdentityUserClaim",
        table: "AspNetUserClaims",
        key: &["Id"],
        foreign: &[("UserId", true)],
        indexes: &[],
        short: &[],
        of_roles: false,
    },
    Stored {
        class: "IdentityRoleClaim",
        table: "AspNetRoleClaims",
        key: &["Id"],
        foreign: &[("RoleId", false)],
        indexes: &[],
        short: &[],
        of_roles: true,
    },
    Stored {
        class: "IdentityUserRole",
        table: "AspNetUserRoles",
        key: &["UserId", "RoleId"],
        foreign: &[("RoleId", false), ("UserId", true)],
        indexes: &[],
        short: &[],
        of_roles: true,
    },
    Stored {
        class: "IdentityUserLogin",
        table: "AspNetUserLogins",
        key: &["LoginProvider", "ProviderKey"],
        foreign: &[("UserId", true)],
        indexes: &[],
        short: &[],
        of_roles: false,
    },
    Stored {
        class: "IdentityUserToken",
        table: "AspNetUserTokens",
        key: &["UserId", "LoginProvider", "Name"],
        foreign: &[("UserId", true)],
        indexes: &[],
        short: &[],
        of_roles: false,
    },
];

/// The type arguments of the base of a context, in the order of the widest form: user, role, key, user claim, user role, user login,
/// role claim, user token.
pub(super) fn arguments(base: &str, given: &[String]) -> Option<Vec<(&'static str, String)>> {
    let is_plain = base == "IdentityUserContext";
    if !is_plain && base != "IdentityDbContext" {
        return None;
    }
    let order: &[&str] = match (is_plain, given.len()) {
        (true, 1 | 2) => &["IdentityUser", "key"],
        (true, _) => &["IdentityUser", "key", "IdentityUserClaim", "IdentityUserLogin", "IdentityUserToken"],
        (false, 0..=3) => &["IdentityUser", "IdentityRole", "key"],
        (false, _) => &[
            "IdentityUser",
            "IdentityRole",
            "key",
            "IdentityUserClaim",
            "IdentityUserRole",
            "IdentityUserLogin",
            "IdentityRoleClaim",
            "IdentityUserToken",
        ],
    };
    let place = |name: &str| order.iter().position(|one| *one == name);
    let key = place("key").and_then(|at| given.get(at)).cloned().unwrap_or_else(|| "string".to_owned());
    let all = STORED.iter().filter(|one| !(is_plain && one.of_roles));
    let found = all.map(|one| {
        let own = place(one.class).and_then(|at| given.get(at)).cloned();
        (one.class, own.unwrap_or_else(|| format!("{}<{key}>", one.class)))
    });
    Some(found.collect())
}

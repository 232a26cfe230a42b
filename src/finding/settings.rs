//! Facts of files of settings and of code that reads them: names, hosts and databases.
//! Holds no value: what could be a secret is cut away before it becomes a fact.

use std::collections::BTreeSet;

use super::{HostReference, Value};

/// A file of settings of one application: `appsettings.json`, `appsettings.Development.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SettingsFile {
    /// The environment that it holds for; `None` for all.
    pub(crate) environment: Option<String>,
    /// Its settings, in written order.
    pub(crate) settings: Vec<Setting>,
}

/// A setting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The variable that it can be set by: `ConnectionStrings__Orders`.
    pub(crate) name: String,
    /// The line of its name.
    pub(crate) line: u32,
    /// The hosts that its value names, this machine among them.
    pub(crate) hosts: Vec<HostReference>,
    /// The database that its value names.
    pub(crate) database: Option<DatabaseReference>,
}

/// The database of a connection string; who logs in and how is cut away.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DatabaseReference {
    /// The product, where the form of the string tells it.
    pub(crate) engine: Option<String>,
    /// The name of the database.
    pub(crate) name: Option<String>,
}

/// A read of a setting, or of a section of settings into an object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SettingRead {
    /// Its key, parts by colons: `Jwt:Key`; empty for all settings.
    pub(crate) key: Value,
    /// The class whose properties the settings below the key fill.
    pub(crate) options: Option<String>,
    /// Whether a section is read, and not one value.
    pub(crate) is_section: bool,
}

/// What a gateway is told: which paths go to which cluster of servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProxyRules {
    /// The product: `YARP`, `Ocelot`.
    pub(crate) product: &'static str,
    /// The environment that the file holds for; `None` for all.
    pub(crate) environment: Option<String>,
    /// Its routes, in written order.
    pub(crate) routes: Vec<ProxyRoute>,
    /// Its clusters, in written order.
    pub(crate) clusters: Vec<ProxyCluster>,
}

/// A route of a gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProxyRoute {
    /// Its name.
    pub(crate) name: String,
    /// The line of its name.
    pub(crate) line: u32,
    /// The path as written; empty for every path.
    pub(crate) path: String,
    /// The hosts that it holds for; none for every host.
    pub(crate) hosts: BTreeSet<String>,
    /// The methods that it holds for; none for every method.
    pub(crate) methods: BTreeSet<String>,
    /// The cluster that it leads to.
    pub(crate) cluster: String,
    /// What is asked of callers: the name of a policy or scheme.
    pub(crate) policy: Option<String>,
}

/// Servers that answer for each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProxyCluster {
    /// Its name.
    pub(crate) name: String,
    /// The line of its name.
    pub(crate) line: u32,
    /// The hosts of its servers.
    pub(crate) hosts: Vec<HostReference>,
}

/// Where a developer's tools start an application: the ports that it then listens on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LaunchProfiles {
    /// Ports of this machine.
    pub(crate) ports: BTreeSet<String>,
    /// Names of the environment variables that it is given.
    pub(crate) environment: BTreeSet<String>,
}

impl SettingRead {
    /// The names in it: the class, and the constants that the key is made of.
    pub(super) fn names<'a>(&'a self, into: &mut Vec<&'a str>) {
        self.key.names(into);
        into.extend(self.options.as_deref());
    }
}

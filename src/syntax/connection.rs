//! Hosts in settings: URLs, lists of brokers, key-value connection strings.
//! User names, passwords, paths and queries are cut away here and never leave this file.

/// A host with what stands around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// The scheme, lower case.
    pub(crate) scheme: Option<String>,
    /// The host name.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: Option<String>,
}

/// The hosts that the value of a setting names, but this machine. A value without a scheme counts only when the setting's name says that it
/// holds a host.
pub(crate) fn endpoints(name: &str, value: &str) -> Vec<Endpoint> {
    let all = all_endpoints(name, value).into_iter();
    all.filter(|found| !is_here(&found.host)).collect()
}

/// The hosts that the value of a setting names, this machine among them.
pub(crate) fn all_endpoints(name: &str, value: &str) -> Vec<Endpoint> {
    let value = value.trim().trim_matches(['"', '\'']);
    if value.len() > 2_000 || value.contains('\n') {
        return Vec::new();
    }
    if value.contains("://") {
        return of_url(value);
    }
    if value.contains('=') && value.contains(';') {
        return of_pairs(value);
    }
    if !names_a_host(name) {
        return Vec::new();
    }
    value.split(',').filter_map(|part| of_authority(part.trim(), None)).collect()
}

/// `scheme://user:pass@host:port,other:port/path?query`, also behind `jdbc:` and in comma-separated lists.
fn of_url(value: &str) -> Vec<Endpoint> {
    let Some((before, rest)) = value.split_once("://") else { return Vec::new() };
    let scheme: String = before.rsplit([':', ' ', '=', '"', '(', '\'']).next().unwrap_or(before).to_ascii_lowercase();
    if scheme.is_empty() || !scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) {
        return Vec::new();
    }
    // A password may hold any of `@ / ? #`: everything up to the last `@` may be a part of it.
    let rest = match (rest.rfind('@'), rest.find("://")) {
        (Some(at), None) => &rest[at + 1..],
        (Some(at), Some(next)) if at < next => &rest[at + 1..],
        (Some(_), Some(_)) => return rest.split(',').filter(|part| part.contains("://")).flat_map(of_url).collect(),
        (None, _) => rest,
    };
    let authority = rest.split(['/', '?', '#', ' ', '"', '\'', ';', ')']).next().unwrap_or(rest);
    let mut found: Vec<Endpoint> = authority.split(',').filter_map(|part| of_authority(part, Some(&scheme))).collect();
    let others = rest.split(',').skip(1).filter(|part| part.contains("://"));
    found.extend(others.flat_map(of_url));
    found
}

/// `Server=db,1433;User Id=x;Password=y` and `Host=db;Port=5432`.
fn of_pairs(value: &str) -> Vec<Endpoint> {
    let pairs =
        || value.split(';').filter_map(|pair| pair.split_once('=')).map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim()));
    let port = pairs().find(|(key, _)| key == "port").map(|(_, value)| value).filter(|port| is_port(port));
    let host = pairs().find(|(key, _)| matches!(key.as_str(), "server" | "host" | "data source" | "address" | "addr" | "network address"));
    let Some((_, host)) = host else { return Vec::new() };
    let host = host.strip_prefix("tcp:").unwrap_or(host);
    let (host, inline) = host.split_once([',', ':']).unwrap_or((host, ""));
    let port = if is_port(inline) { Some(inline) } else { port };
    of_authority(host, None).map(|found| Endpoint { port: port.map(str::to_owned), ..found }).into_iter().collect()
}

fn of_authority(text: &str, scheme: Option<&str>) -> Option<Endpoint> {
    let (host, port) = match text.split_once(':') {
        Some((host, port)) if is_port(port) => (host, Some(port.to_owned())),
        Some(_) => return None,
        None => (text, None),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let named = host.bytes().any(|byte| byte.is_ascii_alphabetic());
    let usable = named && host.len() <= 120 && host.bytes().all(fits);
    // Without a scheme only a plain lower-case name is taken for a host; anything else might be a key.
    let plain = scheme.is_some() || !host.bytes().any(|byte| byte.is_ascii_uppercase()) && host.len() <= 80 && !is_word(host);
    (usable && plain).then(|| Endpoint { scheme: scheme.map(str::to_owned), host: host.to_owned(), port })
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_here(host: &str) -> bool {
    matches!(host, "localhost" | "host.docker.internal" | "localhost.localdomain")
}

fn is_word(host: &str) -> bool {
    matches!(host, "true" | "false" | "none" | "null" | "yes" | "no")
}

fn names_a_host(name: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "HOST",
        "HOSTS",
        "HOSTNAME",
        "SERVER",
        "SERVERS",
        "ADDR",
        "ADDRS",
        "ADDRESS",
        "ADDRESSES",
        "ENDPOINT",
        "ENDPOINTS",
        "BROKER",
        "BROKERS",
        "URL",
        "URLS",
        "URI",
        "NODES",
        "SEEDS",
        "UPSTREAM",
        "DATABASE_SERVER",
        "ZOOKEEPER_CONNECT",
        "SERVICE",
    ];
    let upper: String = name.chars().map(|letter| if letter == '-' || letter == '.' { '_' } else { letter.to_ascii_uppercase() }).collect();
    ENDINGS.iter().any(|ending| upper == *ending || upper.strip_suffix(ending).is_some_and(|rest| rest.ends_with('_')))
}

#[cfg(test)]
mod tests {
    use super::endpoints;

    fn shown(name: &str, value: &str) -> Vec<String> {
        let show = |found: super::Endpoint| {
            let scheme = found.scheme.map(|scheme| format!("{scheme}://")).unwrap_or_default();
            format!("{scheme}{}{}", found.host, found.port.map(|port| format!(":{port}")).unwrap_or_default())
        };
        endpoints(name, value).into_iter().map(show).collect()
    }

    #[test]
    fn hosts_come_out_of_every_usual_form() {
        let expected: &[(&str, &str, &[&str])] = &[
            ("DATABASE_URL", "postgres://user:secret@db:5432/app?sslmode=disable", &["postgres://db:5432"]),
            ("SPRING", "jdbc:postgresql://pg:5432/app", &["postgresql://pg:5432"]),
            ("MONGO", "mongodb://u:p@m1:27017,m2:27017/x", &["mongodb://m1:27017", "mongodb://m2:27017"]),
            ("NATS", "nats://a:4222,nats://b:4222", &["nats://a:4222", "nats://b:4222"]),
            ("KAFKA_BROKERS", "kafka:9092, kafka2:9092", &["kafka:9092", "kafka2:9092"]),
            ("DB", "Server=tcp:sql,1433;User Id=sa;Password=marker", &["sql:1433"]),
            ("DB", "Host=pg;Port=5432;Password=marker", &["pg:5432"]),
            ("REDIS_HOST", "redis", &["redis"]),
            ("REDIS_HOST", "${REDIS_HOST}", &[]),
            ("HOST", "0.0.0.0", &[]),
            ("API_URL", "http://localhost:3000", &[]),
            ("API_KEY", "abcdef", &[]),
        ];
        for (name, value, hosts) in expected {
            assert_eq!(shown(name, value), *hosts, "{name}={value}");
        }
    }

    #[test]
    fn no_part_of_a_password_comes_out() {
        for password in ["MARKER", "MAR/KER", "MARKER@x", "@MARKER", "M:ARKER", "MARKER?x", "a#MARKER", "MARKER,b", "MA@RK/ER"] {
            for form in ["postgres://user:{}@db:5432/app", "redis://:{}@db:5432", "Server=db;Password={};Database=x", "amqp://{}@db:5432"] {
                for found in shown("X_URL", &form.replace("{}", password)) {
                    assert!(found.ends_with("db:5432") || found == "db", "{found} out of {password} in {form}");
                }
            }
        }
    }
}

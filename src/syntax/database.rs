//! Databases in connection strings: which product, and what the database is called.
//! User names and passwords are never looked at. Source: the connection string references of SqlClient, Npgsql, MySqlConnector and MongoDB.

/// What a connection string says of the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Database {
    /// The product, where the form of the string tells it.
    pub(crate) engine: Option<&'static str>,
    /// The name of the database.
    pub(crate) name: Option<String>,
}

/// Schemes of databases.
const SCHEMES: &[(&str, &str)] = &[
    ("postgres", "PostgreSQL"),
    ("postgresql", "PostgreSQL"),
    ("mysql", "MySQL"),
    ("mariadb", "MySQL"),
    ("sqlserver", "Microsoft SQL Server"),
    ("mongodb", "MongoDB"),
    ("mongodb+srv", "MongoDB"),
    ("redis", "Redis"),
    ("rediss", "Redis"),
    ("clickhouse", "ClickHouse"),
];

/// Keys that only one product knows.
const KEYS: &[(&str, &str)] = &[
    ("initial catalog", "Microsoft SQL Server"),
    ("attachdbfilename", "Microsoft SQL Server"),
    ("trusted_connection", "Microsoft SQL Server"),
    ("integrated security", "Microsoft SQL Server"),
    ("trustservercertificate", "Microsoft SQL Server"),
    ("multipleactiveresultsets", "Microsoft SQL Server"),
    ("application intent", "Microsoft SQL Server"),
    ("host", "PostgreSQL"),
    ("search path", "PostgreSQL"),
    ("include error detail", "PostgreSQL"),
    ("allowuservariables", "MySQL"),
    ("allow user variables", "MySQL"),
    ("treattinyasboolean", "MySQL"),
    ("accountendpoint", "Azure Cosmos DB"),
];

/// Ports that a product listens on by itself.
const PORTS: &[(&str, &str)] = &[("5432", "PostgreSQL"), ("3306", "MySQL"), ("1433", "Microsoft SQL Server"), ("6379", "Redis")];

/// The database of a connection string; `None` for any other text.
pub(crate) fn database(value: &str) -> Option<Database> {
    let value = value.trim();
    if value.len() > 2_000 || value.contains('\n') {
        return None;
    }
    if let Some((scheme, rest)) = value.split_once("://") {
        return of_url(&scheme.to_ascii_lowercase(), rest);
    }
    if !value.contains('=') {
        return value.rsplit_once(':').filter(|(host, port)| *port == "6379" && !host.contains(' ')).map(|_| redis());
    }
    if !value.contains(';') && value.split(',').next().is_some_and(|first| first.ends_with(":6379")) {
        return Some(redis());
    }
    of_pairs(value)
}

fn redis() -> Database {
    Database { engine: Some("Redis"), name: None }
}

fn of_url(scheme: &str, rest: &str) -> Option<Database> {
    let (_, engine) = SCHEMES.iter().find(|(name, _)| *name == scheme)?;
    // A password may hold a slash: the path begins behind the last `@`.
    let behind = rest.rsplit('@').next().unwrap_or(rest);
    let path = behind.split_once('/').map(|(_, path)| path).unwrap_or_default();
    let name = path.split(['?', '#']).next().unwrap_or_default();
    Some(Database { engine: Some(engine), name: named(name).filter(|_| *engine != "Redis") })
}

fn of_pairs(value: &str) -> Option<Database> {
    let pairs: Vec<(String, &str)> = value
        .split(';')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim()))
        .collect();
    let of = |names: &[&str]| pairs.iter().find(|(key, _)| names.contains(&key.as_str())).map(|(_, value)| *value);
    let source = of(&["data source", "datasource", "filename"]).unwrap_or_default();
    let alone =
        pairs.iter().all(|(key, _)| matches!(key.as_str(), "data source" | "datasource" | "filename" | "cache" | "mode" | "foreign keys"));
    if is_sqlite(source, alone) {
        let file = source.rsplit(['/', '\\']).next().unwrap_or(source);
        return Some(Database { engine: Some("SQLite"), name: named(file) });
    }
    let server = of(&["server", "host", "data source", "addr", "address", "network address", "accountendpoint"])?;
    let by_key = KEYS.iter().find(|(key, _)| pairs.iter().any(|(known, _)| known == key)).map(|(_, engine)| *engine);
    let port = of(&["port"]).or_else(|| server.rsplit([',', ':']).next()).unwrap_or_default();
    let by_port = || PORTS.iter().find(|(known, _)| *known == port).map(|(_, engine)| *engine);
    let local = || server.to_ascii_lowercase().contains("(localdb)").then_some("Microsoft SQL Server");
    let name = of(&["database", "initial catalog", "db", "dbname"]).and_then(named);
    let engine = by_port().or(by_key).or_else(local);
    (engine.is_some() || name.is_some()).then_some(Database { engine, name })
}

/// A file, or a source that nobody logs in to.
fn is_sqlite(source: &str, alone: bool) -> bool {
    let lower = source.to_ascii_lowercase();
    let is_file = [".db", ".sqlite", ".sqlite3", ".db3"].iter().any(|end| lower.ends_with(end));
    is_file || alone && !source.is_empty() && !source.contains([',', '(', '\\'])
}

/// A plain name; one that is put together at run time is none.
fn named(text: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    (!text.is_empty() && text.len() <= 120 && text.bytes().all(fits)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::database;

    #[test]
    fn databases_come_out_of_every_usual_form() {
        let cases: &[(&str, &str)] = &[
            ("Server=db;Port=5432;Database=CatalogDb;User Id=u;Password=MARKER", "PostgreSQL CatalogDb"),
            ("Host=db;Database=orders;Username=u;Password=MARKER", "PostgreSQL orders"),
            ("Server=db;Database=OrderDb;User Id=sa;Password=MARKER;TrustServerCertificate=True", "Microsoft SQL Server OrderDb"),
            ("Server=(localdb)\\mssqllocaldb;Database=App", "Microsoft SQL Server App"),
            ("Server=tcp:x,1433;Initial Catalog=App;", "Microsoft SQL Server App"),
            ("server=db;database=shop;uid=u;pwd=MARKER", "? shop"),
            ("Data Source=data/app.db", "SQLite app.db"),
            ("Data Source=discountdb", "SQLite discountdb"),
            ("mongodb://u:MARKER@m:27017/orders?x=1", "MongoDB orders"),
            ("localhost:6379", "Redis ?"),
            ("localhost:6379,abortConnect=false", "Redis ?"),
            ("https://api.example.com", "-"),
            ("Endpoint=sb://x;SharedAccessKeyName=k;SharedAccessKey=MARKER", "-"),
            ("Information", "-"),
        ];
        for (text, expected) in cases {
            let shown = database(text)
                .map(|found| format!("{} {}", found.engine.unwrap_or("?"), found.name.as_deref().unwrap_or("?")))
                .unwrap_or_else(|| "-".to_owned());
            assert_eq!(shown, *expected, "{text}");
        }
    }
}

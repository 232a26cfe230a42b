//! Whether a column type holds all that another one held.
//! Knows the families of PostgreSQL, MySQL, SQL Server and SQLite by their usual names; what it does not know it calls narrower.

/// How a new type fits what an old one held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diff) enum Fit {
    /// Another spelling of the same type.
    Same,
    /// It holds all of it.
    Wider,
    /// It does not, or that is not known.
    Narrower,
}

/// A type: its family, how much it holds within it, and the digits behind the point.
#[derive(Debug, PartialEq)]
struct Reach {
    family: &'static str,
    size: u64,
    scale: u64,
}

/// Without an end.
const ALL: u64 = u64::MAX;

/// How the new type fits.
pub(in crate::diff) fn fit(old: &str, new: &str) -> Fit {
    if plain(old) == plain(new) {
        return Fit::Same;
    }
    let (Some(old), Some(new)) = (reach(old), reach(new)) else { return Fit::Narrower };
    if old == new {
        return Fit::Same;
    }
    let whole_to_decimal = old.family == "integer" && new.family == "decimal" && new.size.saturating_sub(new.scale) >= digits(old.size);
    let to_text = new.family == "text" && new.size == ALL && old.family == "text";
    let within = old.family == new.family && new.size >= old.size && new.scale >= old.scale && grows(&old, &new);
    if whole_to_decimal || to_text || within { Fit::Wider } else { Fit::Narrower }
}

/// A decimal that takes digits from before the point to behind it holds less.
fn grows(old: &Reach, new: &Reach) -> bool {
    old.family != "decimal" || new.size == ALL || new.size - new.scale >= old.size.saturating_sub(old.scale)
}

fn digits(bytes: u64) -> u64 {
    match bytes {
        0..=1 => 3,
        2 => 5,
        3..=4 => 10,
        _ => 19,
    }
}

fn plain(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<&str>>().join(" ").replace(", ", ",").replace(" (", "(")
}

fn reach(text: &str) -> Option<Reach> {
    let text = plain(text);
    let (name, numbers) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.split(')').next().unwrap_or_default()),
        None => (text.as_str(), ""),
    };
    if text.ends_with(']') || text.contains("unsigned") {
        return None;
    }
    let mut numbers = numbers.split(',').map(|one| match one.trim() {
        "max" => Some(ALL),
        one => one.parse::<u64>().ok(),
    });
    let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
    let reach = |family, size, scale| Some(Reach { family, size, scale });
    match name {
        "bool" | "boolean" | "bit" if first.unwrap_or(1) == 1 => reach("boolean", 1, 0),
        "tinyint" => reach("integer", 1, 0),
        "smallint" | "int2" | "smallserial" => reach("integer", 2, 0),
        "mediumint" => reach("integer", 3, 0),
        "int" | "integer" | "int4" | "serial" => reach("integer", 4, 0),
        "bigint" | "int8" | "bigserial" => reach("integer", 8, 0),
        "real" | "float4" => reach("float", 4, 0),
        "double precision" | "float8" | "double" => reach("float", 8, 0),
        "numeric" | "decimal" => match first {
            Some(size) => reach("decimal", size, second.unwrap_or(0)),
            None => reach("decimal", ALL, ALL / 2),
        },
        "varchar" | "character varying" | "nvarchar" => reach("text", first.unwrap_or(ALL), 0),
        "char" | "character" | "nchar" | "bpchar" => reach("text", first.unwrap_or(1), 0),
        "tinytext" => reach("text", 255, 0),
        "text" | "longtext" | "ntext" | "clob" => reach("text", ALL, 0),
        "timestamp" | "timestamp without time zone" => reach("timestamp", first.unwrap_or(6), 0),
        "timestamptz" | "timestamp with time zone" => reach("timestamptz", first.unwrap_or(6), 0),
        "time" | "time without time zone" => reach("time", first.unwrap_or(6), 0),
        "varbinary" | "bit varying" | "varbit" => reach("bytes", first.unwrap_or(ALL), 0),
        "json" | "jsonb" | "uuid" | "date" | "bytea" => None,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Fit, fit};

    #[test]
    fn types_fit_or_not() {
        let wider = [
            ("int", "bigint"),
            ("varchar(50)", "varchar(255)"),
            ("varchar(50)", "text"),
            ("numeric(10,2)", "numeric(12,2)"),
            ("numeric(10,2)", "numeric"),
            ("real", "double precision"),
            ("nvarchar(10)", "nvarchar(max)"),
            ("timestamp(0)", "timestamp"),
            ("int", "numeric(12,0)"),
        ];
        for (old, new) in wider {
            assert_eq!((fit(old, new), fit(new, old)), (Fit::Wider, Fit::Narrower), "{old} {new}");
        }
        for (old, new) in
            [("int", "integer"), ("character varying(5)", "varchar(5)"), ("numeric(10, 2)", "numeric(10,2)"), ("text", "varchar")]
        {
            assert_eq!(fit(old, new), Fit::Same, "{old} {new}");
        }
        for (old, new) in
            [("text", "uuid"), ("timestamp", "timestamptz"), ("numeric(10,2)", "numeric(10,4)"), ("int", "text"), ("json", "jsonb")]
        {
            assert_eq!(fit(old, new), Fit::Narrower, "{old} {new}");
        }
    }
}

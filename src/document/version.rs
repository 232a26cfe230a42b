//! Which versions of the contract can be read: this one and older ones, and documents that people wrote without naming one.

use serde_json::Value;

use super::SECTIONS;

/// This version.
const CURRENT: (u32, u32) = (1, 0);
const CURRENT_TEXT: &str = "shtgn-1.0";

/// Makes a document of this version of one of an older version.
pub(super) fn raise(document: &mut Value) -> Result<(), String> {
    let Some(map) = document.as_object_mut() else { return Err("it is no document of reposcan: it is no JSON object".to_owned()) };
    if !SECTIONS.iter().any(|name| map.contains_key(*name)) {
        return Err("it is no document of reposcan: it has none of its sections".to_owned());
    }
    let Some(meta) = map.get_mut("meta").and_then(Value::as_object_mut) else { return Ok(()) };
    let stated = match meta.get("version") {
        None => CURRENT,
        Some(version) => {
            number(version).ok_or_else(|| format!("its version {version} is not understood; this reposcan reads {CURRENT_TEXT}"))?
        }
    };
    if stated > CURRENT {
        let (major, minor) = stated;
        return Err(format!(
            "it is of version shtgn-{major}.{minor}, and this reposcan reads {CURRENT_TEXT} and older; use a newer reposcan"
        ));
    }
    meta.insert("version".to_owned(), CURRENT_TEXT.into());
    Ok(())
}

fn number(version: &Value) -> Option<(u32, u32)> {
    let (major, minor) = version.as_str()?.strip_prefix("shtgn-")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::raise;

    #[test]
    fn older_versions_are_read_and_newer_ones_refused() {
        let version = |version: &str| {
            let mut document = json!({"meta": {"project": "p", "version": version}, "containers": {}});
            raise(&mut document).map(|()| document["meta"]["version"].clone())
        };
        assert_eq!(version("shtgn-0.9"), Ok(json!("shtgn-1.0")));
        assert_eq!(version("shtgn-1.0"), Ok(json!("shtgn-1.0")));
        assert!(version("shtgn-1.1").unwrap_err().contains("newer reposcan"));
        assert!(version("shtgn-2.0").unwrap_err().contains("shtgn-2.0"));
        assert!(version("2").unwrap_err().contains("not understood"));
        assert!(raise(&mut json!({})).is_err() && raise(&mut json!([])).is_err() && raise(&mut json!({"name": "x"})).is_err());
        assert!(raise(&mut json!({"containers": {}})).is_ok());
    }
}

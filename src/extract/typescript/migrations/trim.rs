//! Large migrations are read without what never runs: the way back, and functions for engines that the package does not use. A generated
//! migration for three engines may have megabytes of these, and a tree takes twenty times its source.
//! Of what is taken out the ends of lines stay, so that every line keeps its number. In doubt nothing is taken out.

use super::engine;
use crate::classify::{File, FileKind, RepoMap};
use crate::extract::Read;
use crate::source::SourceText;

/// Bytes below which a file is not worth it.
const LARGE: usize = 24 * 1024;

/// The text without the bodies that never run; `None` where all of it is to be read.
pub(in crate::extract) fn trimmed((map, read): (&RepoMap, Read<'_>), file: &File, text: &str) -> Option<String> {
    let of_tool =
        text.len() > LARGE && matches!(file.kind, FileKind::TypeScript | FileKind::JavaScript) && text.contains("MigrationInterface");
    if !of_tool {
        return None;
    }
    let methods = methods(text);
    let forward = without(text, &methods, |method| goes_back(method.name));
    // A helper of the way forward may be called so, too.
    let is_called = |name: &str| forward.contains(&format!(".{name}("));
    if methods.iter().any(|one| goes_back(one.name) && is_called(one.name)) {
        return None;
    }
    let companion = |path: &crate::location::RepoPath| SourceText::decode(read(path).ok()?).ok().map(|source| source.text);
    let Some(own) = Some(text).filter(|text| engine::is_for_several(text)).and_then(|_| engine::of_package(map, &file.path, &companion))
    else {
        return Some(forward);
    };
    let is_of_another = |method: &Method<'_>| {
        let engines = engine::spoken_of(method.name);
        !engines.is_empty() && !engines.contains(&own)
    };
    let left = without(text, &methods, |method| goes_back(method.name) || is_of_another(method));
    // What is left must still say that it is written for several engines: that decides which one counts.
    Some(if engine::is_for_several(&left) { left } else { forward })
}

/// A method with the bytes between its braces.
struct Method<'t> {
    name: &'t str,
    body: std::ops::Range<usize>,
}

/// The text without the bodies of some methods. Bodies begin and end at braces, and so at characters.
fn without(text: &str, methods: &[Method<'_>], is_left_out: impl Fn(&Method<'_>) -> bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for method in methods.iter().filter(|method| is_left_out(method)) {
        kept.push_str(&text[from..method.body.start]);
        kept.extend(text[method.body.clone()].matches('\n'));
        from = method.body.end;
    }
    kept.push_str(&text[from..]);
    kept
}

/// `down`, `postgresDownQueryRunner`; not `addDropdown`.
fn goes_back(name: &str) -> bool {
    name == "down" || name.match_indices("Down").any(|(at, _)| !name[at + 4..].starts_with(|next: char| next.is_ascii_lowercase()))
}

/// The methods whose head stands on a line of its own, which ends with the brace: `public async up(queryRunner: QueryRunner): Promise<any> {`.
fn methods(text: &str) -> Vec<Method<'_>> {
    let mut found: Vec<Method<'_>> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let Some(head) = line.trim_end().strip_suffix('{') else { continue };
        let inside = found.last().is_some_and(|last| last.body.contains(&start));
        let Some(name) = name_of(head.trim_start()).filter(|_| !inside) else { continue };
        let open = start + line.trim_end().len();
        if let Some(end) = closing(&text.as_bytes()[open..]) {
            found.push(Method { name, body: open..open + end });
        }
    }
    found
}

fn name_of(head: &str) -> Option<&str> {
    let mut rest = head;
    while let Some(next) =
        ["public ", "private ", "protected ", "static ", "async ", "override "].iter().find_map(|word| rest.strip_prefix(word))
    {
        rest = next.trim_start();
    }
    let (name, _) = rest.split_once('(')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !matches!(name, "if" | "for" | "while" | "switch" | "catch" | "function" | "with")).then_some(name)
}

/// Where the brace stands that closes one that was opened before the text; strings and comments are passed over.
fn closing(text: &[u8]) -> Option<usize> {
    // The brackets that are open, and for a template string the sign that begins one.
    let mut open = vec![b'{'];
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        let in_template = open.last() == Some(&b'`');
        match (byte, text.get(at + 1).copied()) {
            (b'\\', _) => at += 1,
            (b'`', _) if in_template => _ = open.pop(),
            (b'$', Some(b'{')) if in_template => {
                open.push(b'{');
                at += 1;
            }
            _ if in_template => {}
            (b'`', _) => open.push(b'`'),
            (b'\'' | b'"', _) => at += quoted(&text[at + 1..], byte)?,
            (b'/', Some(b'/')) => at += text[at..].iter().position(|one| *one == b'\n')?,
            (b'/', Some(b'*')) => at += text[at + 2..].windows(2).position(|two| two == b"*/")? + 3,
            (b'{', _) => open.push(b'{'),
            (b'}', _) => {
                open.pop();
                if open.is_empty() {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// How far the sign that ends a string stands behind the one that begins it; a string ends on its line.
fn quoted(text: &[u8], sign: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        match text.get(at)? {
            b'\\' => at += 1,
            b'\n' => return None,
            one if *one == sign => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{goes_back, methods, without};

    #[test]
    fn bodies_are_told_by_their_braces_and_leave_their_lines() {
        let text = "class A {\n  public async up(q: Q): Promise<void> {\n    await q.query(`{ ${f({ a: '}' })} }`); // }\n  }\n\n  \
                    async sqliteDownQueryRunner(q: Q) {\n    if (x) {\n      /* } */ y(\"{\");\n    }\n  }\n}\n";
        let found = methods(text);
        assert_eq!(found.iter().map(|one| one.name).collect::<Vec<_>>(), ["up", "sqliteDownQueryRunner"]);
        let left = without(text, &found, |method| method.name != "up");
        assert_eq!(left.lines().count(), text.lines().count());
        assert!(left.contains("'}'") && !left.contains("y(\"{\")") && left.trim_end().ends_with("}\n}"), "{left}");
    }

    #[test]
    fn a_brace_that_is_never_closed_takes_nothing_out() {
        assert!(methods("  async down(q) {\n    const a = `{\n  }\n").is_empty());
        assert!(goes_back("down") && goes_back("mysqlDownQueryRunner") && !goes_back("addDropdown") && !goes_back("setDownloads"));
    }
}

//! Reads of environment variables: `process.env.X`, `import.meta.env.X`, keys asked from a configuration object, and keys of a schema of
//! Joi, Zod or Yup that the environment is checked against.
//! Reads the text without a tree, comments left out; takes names and never a value.

use crate::classify::FileKind;
use crate::extract::hosts::hosts_of;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{EnvironmentRead, Fact};

use super::values::is_variable_name;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.environment",
    about: "environment variables that code reads",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["process.env", "import.meta.env", "onfigService", "onfig.get", "oi.object", "z.object", "yup.object", "createEnv("],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let is_of_settings = is_of_settings(cx);
    // Most schemas check no settings: their files are left before the text is copied.
    if !is_of_settings && !["onfigService", "onfig.get"].iter().any(|word| cx.text.contains(word)) {
        return;
    }
    let code = without_comments(cx.text);
    let mut found: Vec<(usize, &str, Option<&str>)> = Vec::new();
    for object in ["process.env", "import.meta.env"] {
        for (at, _) in code.match_indices(object) {
            let rest = &code[at + object.len()..];
            match variable_behind(rest) {
                Some(name) => found.push((at, name, text_instead(rest, name))),
                None => found.extend(destructured(&code[..at], rest).into_iter().map(|name| (at, name, None))),
            }
        }
    }
    for method in ["get", "getOrThrow"] {
        for (at, _) in code.match_indices(method) {
            found.extend(asked(&code, at, method).map(|name| (at, name, None)));
        }
    }
    if is_of_settings {
        found.extend(checked(&code).into_iter().map(|(at, name)| (at, name, None)));
    }
    found.sort_unstable();
    found.dedup();
    for (at, name, instead) in found {
        // Set by the runtime or the build, not by whoever runs the system.
        if !matches!(name, "DEV" | "PROD" | "SSR" | "MODE" | "BASE_URL" | "PATH" | "HOME" | "PWD") {
            let defaults = instead.map(|text| hosts_of(name, text)).unwrap_or_default();
            sink.fact(cx.line(at), Fact::EnvironmentRead(EnvironmentRead { name: name.to_owned(), defaults }));
        }
    }
}

/// Whether a file has to do with settings: other schemas with keys in capitals check something else.
fn is_of_settings(cx: &FileCx<'_>) -> bool {
    const WORDS: &[&str] = &["process.env", "import.meta.env", "@nestjs/config", "validationSchema", "createEnv("];
    WORDS.iter().any(|word| cx.text.contains(word))
        || cx.file.path.stem().to_ascii_lowercase().split(['.', '-', '_']).any(|part| part == "env")
}

/// The keys of schemas: `PORT: Joi.number()`, `DATABASE_URL: z.string()`.
fn checked(code: &str) -> Vec<(usize, &str)> {
    let key = |at: usize| {
        let before = code[..at].trim_end().strip_suffix(':')?.trim_end();
        let before = before.strip_suffix(['\'', '"']).unwrap_or(before);
        let start = before.rfind(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).map_or(0, |at| at + 1);
        Some((start, &before[start..])).filter(|(_, name)| is_variable_name(name))
    };
    ["Joi.", "joi.", "z.", "yup."].iter().flat_map(|library| code.match_indices(library)).filter_map(|(at, _)| key(at)).collect()
}

/// The plain text that holds where a variable is not set: `|| 'text'`, `?? 'text'`.
fn text_instead<'t>(rest: &'t str, name: &str) -> Option<&'t str> {
    let behind = rest[rest.find(name)? + name.len()..].trim_start_matches(['\'', '"', ']', ')']).trim_start();
    let text = behind.strip_prefix("||").or_else(|| behind.strip_prefix("??"))?.trim_start();
    let quote = text.chars().next().filter(|first| matches!(first, '\'' | '"' | '`'))?;
    text[1..].split(quote).next().filter(|text| !text.contains("${") && !text.contains('\n'))
}

/// `.X`, `?.X` or `['X']`.
fn variable_behind(rest: &str) -> Option<&str> {
    let rest = rest.trim_start_matches(['!', '?']);
    let name = if let Some(inner) = rest.strip_prefix("['").or_else(|| rest.strip_prefix("[\"")).or_else(|| rest.strip_prefix(".['")) {
        identifier(inner)
    } else {
        identifier(rest.strip_prefix('.')?)
    };
    Some(name).filter(|name| is_plausible(name))
}

/// `const { A, B: b = 'x' } = process.env`.
fn destructured<'t>(before: &'t str, rest: &str) -> Vec<&'t str> {
    let ends = rest.trim_start_matches([' ', '\t']).starts_with([';', '\n', '\r']) || rest.is_empty();
    let pattern = before.trim_end().strip_suffix('=').map(str::trim_end).and_then(|head| head.strip_suffix('}'));
    let Some(pattern) = pattern.filter(|_| ends) else { return Vec::new() };
    let Some(open) = pattern.rfind('{') else { return Vec::new() };
    pattern[open + 1..].split(',').map(|part| identifier(part.trim())).filter(|name| is_plausible(name)).collect()
}

/// `configService.get<string>('X')`: an upper-case key asked from an object whose name says configuration or environment.
fn asked<'t>(code: &'t str, at: usize, method: &str) -> Option<&'t str> {
    let before = code[..at].trim_end().strip_suffix('.')?.trim_end_matches(['?', '!']).trim_end();
    let owner_start =
        before.rfind(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_' || letter == '$')).map_or(0, |at| at + 1);
    let owner = before[owner_start..].to_ascii_lowercase();
    let by_class = before.ends_with("(ConfigService)");
    if !owner.contains("config") && !owner.starts_with("env") && !by_class {
        return None;
    }
    let mut rest = code[at + method.len()..].trim_start();
    if let Some(inner) = rest.strip_prefix('<') {
        rest = inner.get(..200.min(inner.len())).and_then(|head| head.find('(')).map(|open| &inner[open..])?;
    }
    let inner = rest.strip_prefix('(')?.trim_start();
    let name = identifier(inner.strip_prefix(['\'', '"', '`'])?);
    let closed = inner[1 + name.len()..].starts_with(['\'', '"', '`']);
    Some(name).filter(|name| closed && is_variable_name(name))
}

fn identifier(text: &str) -> &str {
    let end = text.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).unwrap_or(text.len());
    &text[..end]
}

/// A name that an environment variable may have: it starts with a letter or underscore and has an upper-case letter.
fn is_plausible(name: &str) -> bool {
    name.len() > 1 && !name.starts_with(|first: char| first.is_ascii_digit()) && name.chars().any(|letter| letter.is_ascii_uppercase())
}

/// The text with comments blanked out byte for byte, so that offsets stay. Quotes are followed so that `'//'` is no comment.
fn without_comments(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    let mut quote: Option<u8> = None;
    while at < bytes.len() {
        let byte = bytes[at];
        match (quote, byte) {
            (Some(_), b'\\') => at += 1,
            // A text that speaks of a variable reads none; what stands in a template literal may be code.
            (Some(b'\'' | b'"'), b'p') if text[at..].starts_with("process.env") => bytes[at] = b' ',
            (Some(open), byte) if byte == open || byte == b'\n' && open != b'`' => quote = None,
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'/') if matches!(bytes.get(at + 1), Some(b'/')) => at = blank(&mut bytes, at, b"\n"),
            (None, b'/') if matches!(bytes.get(at + 1), Some(b'*')) => at = blank(&mut bytes, at, b"*/"),
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Blanks from `at` up to the end mark and gives the place of its last byte.
fn blank(bytes: &mut [u8], at: usize, end: &[u8]) -> usize {
    let stop = memchr::memmem::find(&bytes[at + 2..], end).map_or(bytes.len(), |found| at + 2 + found);
    for byte in bytes[at..stop].iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
    stop + end.len() - 1
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn keys_of_a_schema_of_settings_are_read() {
        let joi = "import { ConfigModule } from '@nestjs/config';
            ConfigModule.forRoot({ validationSchema: Joi.object({ PORT: Joi.number().default(3000), 'SMTP_HOST': Joi.string(),
                // OLD: Joi.string(),
                nested: Joi.object({ name: Joi.string() }) }) });";
        assert_eq!(facts("typescript.environment", "a.ts", joi), "2 reads PORT\n2 reads SMTP_HOST");
        let zod = "export const schema = z.object({\n  DATABASE_URL: z.string().url(),\n});";
        assert_eq!(facts("typescript.environment", "src/env.ts", zod), "2 reads DATABASE_URL");
        assert_eq!(facts("typescript.environment", "src/rates.ts", "const rates = z.object({ USD: z.number() });"), "");
    }

    #[test]
    fn variables_are_named() {
        let text = "
            const url = process.env.DATABASE_URL ?? 'x', key = process.env['API_KEY'], v = import.meta.env.VITE_URL;
            const { PORT, HOST: host = 'h' } = process.env;
            // process.env.COMMENTED
            const site = 'http://x'; /* process.env.ALSO
            */ this.configService.get<string>('REDIS_URL', 'r'); config.getOrThrow(\"JWT_SECRET\"); configService.get('app.port');
            app.get(ConfigService)
                .get('LATE'); this.map.get('NOT_ONE'); `${process.env.IN_TEMPLATE}`;
            Object.keys(process.env); process.env[name]; import.meta.env.DEV;
        ";
        assert_eq!(
            facts("typescript.environment", "a.ts", text),
            "2 reads DATABASE_URL
2 reads API_KEY
2 reads VITE_URL
3 reads HOST
3 reads PORT
6 reads REDIS_URL
6 reads JWT_SECRET
8 reads LATE
8 reads IN_TEMPLATE"
        );
    }
}

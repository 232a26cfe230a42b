//! What looks like a credential in a text: passwords in addresses and settings, tokens of known forms, private keys, random words.
//! The last line of defence: extractors never emit values of variables and Secrets in the first place.

use std::borrow::Cow;

/// What stands in place of a credential.
pub(super) const HIDDEN: &str = "***";

/// The text without credentials; itself, untouched, in nearly every case.
pub(super) fn masked(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    let rules: [fn(&str) -> Vec<Range>; 5] = [key_blocks, addresses, settings, known_tokens, random_words];
    for rule in rules {
        let found = rule(&out);
        if !found.is_empty() {
            out = Cow::Owned(without(&out, &found));
        }
    }
    out
}

/// Whether a name says that what it holds is secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    const WORDS: &[&str] =
        &["password", "passwd", "pwd", "secret", "token", "apikey", "api_key", "private_key", "access_key", "passphrase", "salt"];
    let lower = name.to_lowercase();
    WORDS.iter().any(|word| lower.contains(word))
}

/// Bytes from and to.
type Range = (usize, usize);

/// Ranges come in order and do not overlap; one that begins inside the one before is a part of it.
fn without(text: &str, ranges: &[Range]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (from, to) in ranges.iter().filter(|(from, to)| from < to) {
        if *from >= at {
            out.push_str(&text[at..*from]);
            out.push_str(HIDDEN);
            at = *to;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// Private keys in PEM form, to their end.
fn key_blocks(text: &str) -> Vec<Range> {
    let starts = text.match_indices("-----BEGIN ").map(|(at, _)| at);
    let private = starts.filter(|at| text[*at..].get(..64).unwrap_or(&text[*at..]).contains("PRIVATE KEY"));
    private.map(|at| (at, text[at..].find("-----END ").map_or(text.len(), |end| line_end(text, at + end)))).collect()
}

fn line_end(text: &str, from: usize) -> usize {
    let rest = &text[from..];
    rest[9..].find("-----").map_or(text.len(), |end| from + 9 + end + 5)
}

/// The user information of addresses: `scheme://user:password@host`. A password may hold `/`, `?`, `#` and `@`.
fn addresses(text: &str) -> Vec<Range> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let rest = &text[start..];
        let end = rest.find(|one: char| one.is_whitespace() || "\"'`<>".contains(one)).unwrap_or(rest.len());
        let segment = &rest[..end];
        let authority = &segment[..segment.find(['/', '?', '#']).unwrap_or(end)];
        let scheme = text[..at].rsplit(|one: char| !one.is_ascii_alphanumeric() && one != '+').next().unwrap_or_default();
        let user_end = authority.rfind('@').or_else(|| spread_password(segment, authority, scheme));
        let Some(user_end) = user_end else { continue };
        let user = &segment[..user_end];
        match user.find(':') {
            Some(colon) if is_value(&user[colon + 1..]) => found.push((start + colon + 1, start + user_end)),
            None if user.len() >= 12 && is_value(user) => found.push((start, start + user_end)),
            _ => {}
        }
    }
    found
}

/// Where the user information ends when its password holds a slash or the like; `None` for a plain path with an `@`.
fn spread_password(segment: &str, authority: &str, scheme: &str) -> Option<usize> {
    let (_, after) = authority.split_once(':')?;
    let is_port = !after.is_empty() && after.bytes().all(|byte| byte.is_ascii_digit());
    let web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https" | "ws" | "wss");
    let last = segment.rfind('@')?;
    (!is_port || !web).then_some(last)
}

/// Not a placeholder: `${PASSWORD}`, `{password}`, `<password>`, `$1`, `***`.
fn is_value(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(['$', '{', '<', '*', '%']) && !matches!(text, "true" | "false" | "null" | "undefined" | "xxx")
}

/// Values behind names that say so: `password=x`, `AccountKey=x`, `?token=x`, `PASSWORD 'x'`, `IDENTIFIED BY 'x'`.
fn settings(text: &str) -> Vec<Range> {
    const NAMES: &[&str] = &[
        "password=",
        "passwd=",
        "pwd=",
        "secret=",
        "token=",
        "apikey=",
        "api_key=",
        "api-key=",
        "accountkey=",
        "accesskey=",
        "access_key=",
        "sharedaccesskey=",
        "signature=",
        "sig=",
        "client_secret=",
        "passphrase=",
        "_authtoken=",
    ];
    const QUOTED: &[&str] = &["password '", "identified by '", "password: '", "password: \"", "secret: '", "secret: \""];
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for name in NAMES {
        for (at, _) in lower.match_indices(name) {
            let start = at + name.len();
            let rest = &text[start..];
            let end = rest.find(|one: char| one.is_whitespace() || "&;,\"'`)>".contains(one)).unwrap_or(rest.len());
            // `token=` of a type, a comparison (`==`) or a placeholder holds no value.
            if is_value(&rest[..end]) && !rest.starts_with('=') {
                found.push((start, start + end));
            }
        }
    }
    for name in QUOTED {
        for (at, _) in lower.match_indices(name) {
            let start = at + name.len();
            let quote = if name.ends_with('"') { '"' } else { '\'' };
            if let Some(end) = text[start..].find(quote).filter(|end| is_value(&text[start..start + end])) {
                found.push((start, start + end));
            }
        }
    }
    found.sort_unstable();
    found
}

/// How tokens of well-known services begin, and the fewest characters that follow.
const TOKENS: &[(&str, usize)] = &[
    ("AKIA", 12),
    ("ASIA", 12),
    ("AIza", 30),
    ("Basic ", 12),
    ("Bearer ", 12),
    ("EAAC", 30),
    ("SG.", 12),
    ("dop_v1_", 12),
    ("eyJ", 12),
    ("github_pat_", 12),
    ("gho_", 12),
    ("ghp_", 12),
    ("ghs_", 12),
    ("ghu_", 12),
    ("glpat-", 12),
    ("hf_", 20),
    ("hvs.", 12),
    ("key-", 28),
    ("npm_", 12),
    ("pk_live_", 12),
    ("pk_test_", 12),
    ("re_", 20),
    ("rk_live_", 12),
    ("sbp_", 20),
    ("shpat_", 12),
    ("sk-", 12),
    ("sk_live_", 12),
    ("sk_test_", 12),
    ("sq0atp-", 12),
    ("whsec_", 12),
    ("xoxa-", 12),
    ("xoxb-", 12),
    ("xoxp-", 12),
    ("ya29.", 12),
];

/// No token of the list is shorter.
const SHORTEST_TOKEN: usize = 12;

fn known_tokens(text: &str) -> Vec<Range> {
    let mut found = Vec::new();
    // Nearly every text of a document is a short name: one look tells that no word of it is long enough.
    if !text.split_ascii_whitespace().any(|word| word.len() >= SHORTEST_TOKEN && word.bytes().any(|byte| byte.is_ascii_digit())) {
        return found;
    }
    for (prefix, fewest) in TOKENS {
        for (at, _) in text.match_indices(prefix) {
            let starts_word = !text[..at].ends_with(|one: char| one.is_ascii_alphanumeric());
            let start = at + prefix.len();
            let rest = &text[start..];
            let end = rest.find(|one: char| !one.is_ascii_alphanumeric() && !"_-.+/=".contains(one)).unwrap_or(rest.len());
            let token = rest[..end].trim_end_matches('.');
            let mixed = token.contains(|one: char| one.is_ascii_digit()) && token.contains(|one: char| one.is_ascii_alphabetic());
            if starts_word && token.len() >= *fewest && mixed && !is_kebab(token) {
                found.push((start, start + token.len()));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Words with dashes or underscores between them: `sk-button-primary-2` is a class of a style sheet and no key.
fn is_kebab(token: &str) -> bool {
    let parts: Vec<&str> = token.split(['-', '_', '.', '/']).collect();
    let word = |part: &&str| {
        part.len() <= 12 && (part.bytes().all(|byte| byte.is_ascii_lowercase()) || part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    parts.len() > 2 && parts.iter().all(word)
}

/// Long words that no person writes: random letters and digits, long hexadecimal numbers.
fn random_words(text: &str) -> Vec<Range> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut start = None;
    for at in 0..=bytes.len() {
        let inside = bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-+=".contains(byte));
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                start = None;
                if at - from >= 24 && is_random(&text[..from], &text[from..at]) {
                    found.push((from, at));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_random(before: &str, word: &str) -> bool {
    let digest = ["sha256:", "sha512:", "sha1:", "sha512-", "sha256-", "@"].iter().any(|mark| before.ends_with(mark))
        || word.starts_with("sha512-")
        || word.starts_with("sha256-");
    if digest {
        return false;
    }
    let separators = word.bytes().filter(|byte| b"_-+=".contains(byte)).count();
    // Generated names of constraints end in a part of a digest: `FK_a3ffb1c0c8416b9fc6f907b7433`.
    let last = word.rsplit('_').next().unwrap_or(word);
    if is_hex(last) {
        return last.len() >= 32 && (separators == 0 || last.len() == word.len());
    }
    if separators * 10 > word.len() {
        return false;
    }
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => Some(0),
        b'a'..=b'z' => Some(1),
        b'A'..=b'Z' => Some(2),
        _ => None,
    };
    let kinds: Vec<u8> = word.bytes().filter_map(kind).collect();
    let count = |wanted: u8| kinds.iter().filter(|one| **one == wanted).count();
    let changes = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let share = changes as f64 / kinds.len().max(1) as f64;
    let (digits, lower, upper) = (count(0), count(1), count(2));
    let mixed = digits >= 2 && lower >= 3 && upper >= 3 && share >= 0.42;
    let one_case = digits >= 4 && (lower == 0 || upper == 0) && lower + upper >= 4 && kinds.len() >= 28 && separators <= 1 && share >= 0.3;
    mixed || one_case
}

fn is_hex(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    word.len() >= 24 && digits > 0 && digits < word.len() && word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn credentials_are_hidden() {
        let cases = [
            ("postgres://root:pa:ss@db/shop and amqp://mq", "postgres://root:***@db/shop and amqp://mq"),
            ("postgres://root:MAR/KER@x@db:5432/shop", "postgres://root:***@db:5432/shop"),
            ("redis://:12/34@cache:6379", "redis://:***@cache:6379"),
            ("https://0123456789abcdef@sentry.example/1", "https://***@sentry.example/1"),
            ("Server=db;Password=p4ss!;Database=x", "Server=db;Password=***;Database=x"),
            ("GET /hook?token=abc&x=1", "GET /hook?token=***&x=1"),
            ("CREATE ROLE app LOGIN PASSWORD 'hunter2'", "CREATE ROLE app LOGIN PASSWORD '***'"),
            ("send `Bearer abcDEF0123456789`", "send `Bearer ***`"),
            ("key sk_live_abcdefgh12345678.", "key sk_live_***."),
            ("AKIAIOSFODNN7EXAMPLE1", "AKIA***"),
            ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-def_123", "eyJ***"),
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- ok", "*** ok"),
            ("default 'q7Xb2LmZ9tRk4VwY8sPd3NcF'", "default '***'"),
            ("5f4dcc3b5aa765d61d8327deb882cf99", "***"),
            ("k3j9x7b2m5n8q1w4e6r0t2y5u8i1o3p7", "***"),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn names_paths_and_prose_are_left_alone() {
        let cases = [
            "ssh://git@example.com/x",
            "https://medium.com/@user/post-1",
            "http://localhost:3000/@scope/pkg",
            "postgres://${USER}:${PASSWORD}@db/app",
            "Bearer authentication, Basic authorization",
            "npm_config_registry sets it",
            "mail a@b.example",
            "GenerateFirstMessageWithAttachmentsHandlerV2",
            "node:20@sha256:5f4dcc3b5aa765d61d8327deb882cf995f4dcc3b5aa765d61d8327deb882cf99",
            "actions/checkout@b4ffde65f46336ab88eb53be808477a3936bae11",
            "FK_a3ffb1c0c8416b9fc6f907b7433",
            "20231106120000-add-user-table-with-index",
            "1699999999999-AddUserTableWithManyColumns1699999999999",
            "00000000-0000-4000-8000-000000000000",
            "apps/api/src/modules/users/commands/create-user/create-user.handler.ts",
            "CHECK (char_length(token) = 64)",
            "idx_workspace_members_workspace_id_user_id_deleted_at",
            "AWS_S3_BUCKET_NAME_FOR_UPLOADS_2",
            "useGlobalPipes(new ValidationPipe({ whitelist: true }))",
            "token=${TOKEN}",
            "sk-button-primary-large-2",
            "i18nextHttpBackendOptionsForServerSideRendering2Env",
            "release-name-my-service-7d9f8b6c5d-x2v4n",
        ];
        for text in cases {
            assert_eq!(masked(text), text);
        }
    }
}

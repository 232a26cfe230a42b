//! Formatting as Go's fmt does it.

use crate::syntax::gotemplate::value::Value;
use crate::syntax::gotemplate::yaml_value::number_text;

/// Widths beyond which a text is padded no more.
const WIDTH_LIMIT: usize = 1_000;

/// `printf`.
pub(super) fn printf(format: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut rest = arguments.iter();
    let mut letters = format.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = letters.next_if(|next| "+-# 0".contains(*next)) {
            flags.push(flag);
        }
        let mut take = || {
            let mut digits = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            digits.parse::<usize>().ok().map(|number| number.min(WIDTH_LIMIT))
        };
        let width = take();
        let precision = if letters.next_if_eq(&'.').is_some() {
            let mut digits = String::new();
            while let Some(digit) = letters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            Some(digits.parse::<usize>().unwrap_or(0).min(WIDTH_LIMIT))
        } else {
            None
        };
        match letters.next() {
            Some('%') => out.push('%'),
            Some(verb) => match rest.next() {
                Some(value) => out.push_str(&padded(one(verb, value, precision), &flags, width)),
                None => out.push_str(&format!("%!{verb}(MISSING)")),
            },
            None => out.push_str("%!(NOVERB)"),
        }
    }
    out
}

fn one(verb: char, value: &Value, precision: Option<usize>) -> String {
    match verb {
        'd' if !value.is_open() => value.to_int().to_string(),
        'f' | 'F' if !value.is_open() => format!("{:.*}", precision.unwrap_or(6), value.to_float()),
        'x' if matches!(value, Value::Int(_) | Value::Float(_)) => format!("{:x}", value.to_int()),
        'T' => super::type_name(value).to_owned(),
        'q' => quoted(&value.print()),
        'g' | 'e' => number_text(value),
        _ => match precision {
            Some(length) => value.print().chars().take(length).collect(),
            None => value.verbose(),
        },
    }
}

fn padded(text: String, flags: &str, width: Option<usize>) -> String {
    let missing = width.unwrap_or(0).saturating_sub(text.chars().count());
    if flags.contains('-') {
        return text + &" ".repeat(missing);
    }
    let filler = if flags.contains('0') { "0" } else { " " };
    filler.repeat(missing) + &text
}

/// A text in double quotes, as `%q` and Sprig's `quote` print it.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

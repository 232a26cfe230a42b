//! C# with its conditional directives settled: one branch of each is kept, everything else is blank, and every byte stays in its place.
//! For files that the grammar does not understand otherwise, since a directive may stand in the middle of an expression.

/// The text with the first branch of each `#if` that is not `false`, or the `#else` behind it.
pub(crate) fn settled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Whether a branch was taken already, and whether this one is.
    let mut open: Vec<(bool, bool)> = Vec::new();
    for line in text.split_inclusive('\n') {
        let directive = line.trim_start().strip_prefix('#').map(str::trim_start);
        let word = directive.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()).unwrap_or_default();
        match word {
            "if" => {
                let taken = holds(directive, word);
                open.push((taken, taken));
            }
            "elif" | "else" => {
                if let Some((taken, active)) = open.last_mut() {
                    *active = !*taken && (word == "else" || holds(directive, word));
                    *taken |= *active;
                }
            }
            "endif" => _ = open.pop(),
            // What only some builds ask of a caller is proven for none.
            _ if !open.is_empty() && line.contains("Authoriz") => {}
            _ if open.iter().all(|(_, active)| *active) => {
                out.push_str(line);
                continue;
            }
            _ => {}
        }
        out.extend(line.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
    }
    out
}

/// Whether a branch can be built at all.
fn holds(directive: Option<&str>, word: &str) -> bool {
    let condition = directive.and_then(|rest| rest.strip_prefix(word)).unwrap_or_default();
    condition.split("//").next().map(str::trim) != Some("false")
}

#[cfg(test)]
mod tests {
    use super::settled;

    #[test]
    fn one_branch_is_kept_and_nothing_moves() {
        let text = "a\n#if DEBUG\n  .b() // ü\n#else\n  .c()\n#endif\n#if false\nd\n#elif X\ne\n#endif\n#region f\nf;\n";
        let found = settled(text);
        assert_eq!(found.len(), text.len());
        let kept: Vec<&str> = found.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(kept, ["a", ".b() // ü", "e", "#region f", "f;"]);
        assert_eq!(found.find(".b()"), text.find(".b()"));
    }
}

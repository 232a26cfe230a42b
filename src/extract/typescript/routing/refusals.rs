//! Whether a function turns callers away that are not known, as far as its text says so. One that looks at the path or the method may
//! let some of them through, and so does one that goes on where there is no user: such a function proves nothing.

use tree_sitter::Node;

use super::super::exports;
use super::super::values::{children, text_of, unwrapped};

/// Words of an answer that refuses.
const REFUSALS: &[&str] =
    &["401", "403", "nauthorized", "NAUTHORIZED", "orbidden", "FORBIDDEN", "jwtVerify", "nauthenticated", "NAUTHENTICATED"];
/// Words of the path that a request asks for.
const PATHS: &[&str] = &[".path", ".url", ".originalUrl", ".baseUrl", "routerPath", ".routeOptions", "pathname"];
/// Words of what says who calls.
const CALLERS: &[&str] =
    &["user", "token", "session", "auth", "key", "jwt", "credential", "account", "identity", "viewer", "actor", "bearer"];
/// Operands of one condition.
const OPERANDS: usize = 12;

/// Whether a function refuses whom it does not know.
pub(super) fn rejects(function: Node<'_>, text: &str) -> bool {
    let written = text_of(function, text);
    REFUSALS.iter().any(|word| written.contains(word))
        && !PATHS.iter().any(|word| written.contains(word))
        && !exports::below(function).any(|node| node.kind() == "if_statement" && goes_on(node, text))
}

/// `if (!token) return next()`, `if (type !== 'mutation') return next()`
fn goes_on(node: Node<'_>, text: &str) -> bool {
    let (Some(asked), Some(way)) = (node.child_by_field_name("condition"), node.child_by_field_name("consequence")) else { return false };
    let written = text_of(way, text);
    let refuses = REFUSALS.iter().any(|word| written.contains(word));
    let leaves = written.contains("next()") || written.contains("next({");
    leaves && !refuses && operands(asked, text).into_iter().any(|one| lets_through(one, text))
}

/// What `||` and `&&` put together.
fn operands<'t>(asked: Node<'t>, text: &str) -> Vec<Node<'t>> {
    let mut open = vec![asked];
    let mut found = Vec::new();
    while let Some(node) = open.pop().map(unwrapped).filter(|_| found.len() < OPERANDS) {
        let sides = ["left", "right"].map(|field| node.child_by_field_name(field));
        match (node.child_by_field_name("operator").map_or("", |sign| text_of(sign, text)), sides) {
            ("||", [Some(left), Some(right)]) => open.extend([left, right]),
            _ => found.push(node),
        }
    }
    found
}

/// A condition that holds for callers who are not known, or for some methods only.
fn lets_through(asked: Node<'_>, text: &str) -> bool {
    let written = text_of(asked, text);
    let of_method = written.starts_with("type ") || written.contains(".method") && !written.contains("OPTIONS");
    let is_caller = |node: Node<'_>| {
        let last = text_of(node, text).rsplit(['.', '?', ' ']).next().unwrap_or_default().to_ascii_lowercase();
        CALLERS.iter().any(|word| last.contains(word))
    };
    let absent = match asked.kind() {
        "unary_expression" => written.starts_with('!') && children(asked).first().is_some_and(|one| is_caller(unwrapped(*one))),
        "binary_expression" => {
            let nothing = asked.child_by_field_name("right").is_some_and(|one| matches!(text_of(one, text), "null" | "undefined"));
            let equal = asked.child_by_field_name("operator").is_some_and(|sign| matches!(text_of(sign, text), "==" | "==="));
            nothing && equal && asked.child_by_field_name("left").is_some_and(is_caller)
        }
        _ => false,
    };
    of_method || absent
}

#[cfg(test)]
mod tests {
    use super::rejects;
    use crate::syntax::grammar::{self, Grammar};

    fn is_guard(body: &str) -> bool {
        let text = format!("const guard = async (req, res, next) => {{ {body} }};");
        let tree = grammar::parse(Grammar::TypeScript, &text).unwrap();
        rejects(tree.root_node(), &text)
    }

    #[test]
    fn who_goes_on_without_a_user_is_no_guard() {
        assert!(is_guard("if (!req.user) { return res.status(401).end(); } next();"));
        assert!(is_guard("if (req.method === 'OPTIONS') return next(); if (!token) throw new Unauthorized(); return next();"));
        assert!(is_guard("if (user && !user.blocked) { return next(); } res.sendStatus(403);"));
        assert!(is_guard("if (!key) return next(new UnauthorizedError()); next();"));
        assert!(!is_guard("if (!req.headers.authorization) { next(); return; } if (!valid(req)) res.status(401).end();"));
        assert!(!is_guard("if (type !== 'mutation' || !ctx.user) { return next(); } throw new TRPCError({ code: 'UNAUTHORIZED' });"));
        assert!(!is_guard("if (req.method === 'GET') return next(); res.status(403).end();"));
        assert!(!is_guard("if (req.url === '/login') return next(); res.status(401).end();"));
    }
}

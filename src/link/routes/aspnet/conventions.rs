//! Conventional routes: templates that controllers and actions without a template of their own are reached by.
//! Source: the ASP.NET Core documentation, "Conventional routing", "Dedicated conventional route", "Areas".

use std::collections::BTreeMap;

use super::template::Tokens;
use crate::finding::{Argument, Call, Value};

/// One route of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Convention {
    template: String,
    /// What it says where its template does not: `new { controller = "Blog", action = "Post" }`.
    fixed: BTreeMap<String, String>,
}

/// The places of the template, of the defaults and of the area in calls that add to the table.
const CALLS: &[(&str, usize, usize, Option<usize>)] = &[
    ("MapControllerRoute", 1, 2, None),
    ("MapRoute", 1, 2, None),
    ("MapAreaControllerRoute", 2, 3, Some(1)),
    ("MapAreaRoute", 2, 3, Some(1)),
];

/// What a call adds to the table, where its texts are known.
pub(super) fn added(call: &Call, text: &dyn Fn(&Value) -> Option<String>) -> Option<Convention> {
    if matches!(call.name.as_str(), "MapDefaultControllerRoute" | "UseMvcWithDefaultRoute") {
        return Some(Convention { template: "{controller=Home}/{action=Index}/{id?}".to_owned(), ..Convention::default() });
    }
    let (_, template, defaults, area) = CALLS.iter().find(|(name, ..)| *name == call.name)?;
    let of = |one: Option<&Argument>| one.and_then(|one| text(&one.value));
    let template = of(call.argument("pattern", *template).or_else(|| call.argument("template", *template)))?;
    let mut fixed = BTreeMap::new();
    if let Some(Value::Map(entries)) = call.argument("defaults", *defaults).map(|one| &one.value) {
        fixed.extend(entries.iter().filter_map(|(key, value)| Some((key.to_ascii_lowercase(), text(value)?))));
    }
    let area = area.and_then(|place| of(call.argument("areaName", place)));
    fixed.extend(area.map(|area| ("area".to_owned(), area)));
    Some(Convention { template, fixed })
}

impl Convention {
    /// Whether the template has a parameter of a name.
    fn names(&self, name: &str) -> bool {
        self.template.split('/').any(|segment| parameter(segment).is_some_and(|found| found.eq_ignore_ascii_case(name)))
    }

    /// Whether the route leads to an action: by a parameter, or by what it says.
    fn leads_to(&self, name: &str, value: &str) -> bool {
        match self.fixed.get(name).filter(|_| !self.names(name)) {
            Some(fixed) => fixed.eq_ignore_ascii_case(value),
            None => value.is_empty() != self.names(name),
        }
    }

    fn path(&self, tokens: Tokens<'_>) -> Option<String> {
        let named = [("controller", tokens.controller), ("action", tokens.action), ("area", tokens.area)];
        if !named.iter().all(|(name, value)| self.leads_to(name, value)) {
            return None;
        }
        let values: BTreeMap<&str, &str> = named.into();
        let mut out = String::new();
        for segment in self.template.split('/').filter(|segment| !segment.is_empty()) {
            let name = parameter(segment).unwrap_or_default().to_ascii_lowercase();
            match values.get(name.as_str()) {
                Some(value) => out.push_str(&format!("/{value}")),
                // Optional parameters are left out.
                None if !name.is_empty() && (segment.ends_with("?}") || segment.contains('=')) => {}
                None => out.push_str(&format!("/{segment}")),
            }
        }
        Some(if out.is_empty() { "/".to_owned() } else { out })
    }
}

/// `id` of `{id:int?}`, `area` of `{area:exists}`.
fn parameter(segment: &str) -> Option<&str> {
    let inner = segment.strip_prefix('{')?.strip_suffix('}')?;
    inner.trim_start_matches('*').split([':', '=', '?', '!']).next()
}

/// The paths that lead to an action: every route that is made for it, and the first of those that lead to any.
pub(super) fn paths(table: &[Convention], tokens: Tokens<'_>) -> Vec<String> {
    let is_general = |one: &&Convention| one.names("controller");
    let own = table.iter().filter(|one| !is_general(one)).filter_map(|one| one.path(tokens));
    let general = table.iter().filter(is_general).find_map(|one| one.path(tokens));
    let mut found: Vec<String> = own.chain(general).collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::{Convention, paths};
    use crate::link::routes::aspnet::template::Tokens;

    fn table(rows: &[(&str, &[(&str, &str)])]) -> Vec<Convention> {
        let fixed = |pairs: &[(&str, &str)]| pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        rows.iter().map(|(template, pairs)| Convention { template: (*template).to_owned(), fixed: fixed(pairs) }).collect()
    }

    #[test]
    fn tables_lead_to_actions() {
        let table = table(&[
            ("", &[("controller", "Home"), ("action", "Index")]),
            ("blog/{*article}", &[("controller", "Blog"), ("action", "Article")]),
            ("{area:exists}/{controller=Home}/{action=Index}/{id?}", &[]),
            ("shop/{controller}/{action=Index}/{id:int}", &[("area", "Shop")]),
            ("{controller=Home}/{action=Index}/{id?}", &[]),
        ]);
        let cases = [
            (("Home", "Index", ""), vec!["/", "/Home/Index"]),
            (("Blog", "Article", ""), vec!["/Blog/Article", "/blog/{*article}"]),
            (("Blog", "List", ""), vec!["/Blog/List"]),
            (("Users", "Index", "Admin"), vec!["/Admin/Users/Index"]),
        ];
        for ((controller, action, area), expected) in cases {
            assert_eq!(paths(&table, Tokens { controller, action, area }), expected);
        }
        let shop = paths(&table[3..], Tokens { controller: "Cart", action: "Show", area: "Shop" });
        assert_eq!(shop, ["/shop/Cart/Show/{id:int}"]);
        assert!(paths(&table[3..4], Tokens { controller: "Cart", action: "Show", area: "" }).is_empty());
    }
}

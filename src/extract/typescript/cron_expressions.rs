//! The cron expressions that `@nestjs/schedule` publishes under names.
//! Source: the documentation of `CronExpression`; the constants of the package are facts, not code.

/// The expression of `CronExpression.<name>`; `None` for a name that is not known.
pub(super) fn published(name: &str) -> Option<String> {
    let fixed = FIXED.iter().find(|(known, _)| *known == name).map(|(_, expression)| (*expression).to_owned());
    fixed.or_else(|| hourly(name)).or_else(|| daily(name)).or_else(|| on_weekdays(name))
}

const FIXED: &[(&str, &str)] = &[
    ("EVERY_SECOND", "* * * * * *"),
    ("EVERY_5_SECONDS", "*/5 * * * * *"),
    ("EVERY_10_SECONDS", "*/10 * * * * *"),
    ("EVERY_30_SECONDS", "*/30 * * * * *"),
    ("EVERY_MINUTE", "*/1 * * * *"),
    ("EVERY_5_MINUTES", "0 */5 * * * *"),
    ("EVERY_10_MINUTES", "0 */10 * * * *"),
    ("EVERY_15_MINUTES", "0 */15 * * * *"),
    ("EVERY_30_MINUTES", "0 */30 * * * *"),
    ("EVERY_HOUR", "0 0-23/1 * * *"),
    ("EVERY_DAY_AT_NOON", "0 12 * * *"),
    ("EVERY_DAY_AT_MIDNIGHT", "0 0 * * *"),
    ("EVERY_WEEK", "0 0 * * 0"),
    ("EVERY_WEEKDAY", "0 0 * * 1-5"),
    ("EVERY_WEEKEND", "0 0 * * 6,0"),
    ("EVERY_1ST_DAY_OF_MONTH_AT_MIDNIGHT", "0 0 1 * *"),
    ("EVERY_1ST_DAY_OF_MONTH_AT_NOON", "0 12 1 * *"),
    ("EVERY_2ND_HOUR", "0 */2 * * *"),
    ("EVERY_2ND_HOUR_FROM_1AM_THROUGH_11PM", "0 1-23/2 * * *"),
    ("EVERY_2ND_MONTH", "0 0 1 */2 *"),
    ("EVERY_QUARTER", "0 0 1 */3 *"),
    ("EVERY_6_MONTHS", "0 0 1 */6 *"),
    ("EVERY_YEAR", "0 0 1 1 *"),
    ("EVERY_30_MINUTES_BETWEEN_9AM_AND_5PM", "0 */30 9-17 * * *"),
    ("EVERY_30_MINUTES_BETWEEN_9AM_AND_6PM", "0 */30 9-18 * * *"),
    ("EVERY_30_MINUTES_BETWEEN_10AM_AND_7PM", "0 */30 10-19 * * *"),
    ("MONDAY_TO_FRIDAY_AT_09_30AM", "0 30 09 * * 1-5"),
    ("MONDAY_TO_FRIDAY_AT_11_30AM", "0 30 11 * * 1-5"),
];

/// `EVERY_2_HOURS` to `EVERY_12_HOURS`.
fn hourly(name: &str) -> Option<String> {
    let hours: u32 = name.strip_prefix("EVERY_")?.strip_suffix("_HOURS")?.parse().ok()?;
    (2..=12).contains(&hours).then(|| format!("0 0-23/{hours} * * *"))
}

/// `EVERY_DAY_AT_1AM` to `EVERY_DAY_AT_11PM`.
fn daily(name: &str) -> Option<String> {
    let hour = hour(name.strip_prefix("EVERY_DAY_AT_")?).filter(|hour| *hour != 12)?;
    Some(format!("0 {hour:02} * * *"))
}

/// `MONDAY_TO_FRIDAY_AT_1AM` to `MONDAY_TO_FRIDAY_AT_11PM`.
fn on_weekdays(name: &str) -> Option<String> {
    let hour = hour(name.strip_prefix("MONDAY_TO_FRIDAY_AT_")?)?;
    Some(format!("0 0 {hour:02} * * 1-5"))
}

/// `9AM` is 9, `1PM` is 13, `12PM` is 12.
fn hour(text: &str) -> Option<u32> {
    let (number, afternoon) = text.strip_suffix("AM").map(|number| (number, false)).or_else(|| Some((text.strip_suffix("PM")?, true)))?;
    let number: u32 = number.parse().ok().filter(|number| (1..=12).contains(number))?;
    match (number, afternoon) {
        (12, false) => None,
        (12, true) => Some(12),
        (number, false) => Some(number),
        (number, true) => Some(number + 12),
    }
}

#[cfg(test)]
mod tests {
    use super::published;

    #[test]
    fn names_stand_for_expressions() {
        let cases = [
            ("EVERY_HOUR", Some("0 0-23/1 * * *")),
            ("EVERY_12_HOURS", Some("0 0-23/12 * * *")),
            ("EVERY_DAY_AT_3AM", Some("0 03 * * *")),
            ("EVERY_DAY_AT_5PM", Some("0 17 * * *")),
            ("MONDAY_TO_FRIDAY_AT_12PM", Some("0 0 12 * * 1-5")),
            ("MONDAY_TO_FRIDAY_AT_09_30AM", Some("0 30 09 * * 1-5")),
            ("EVERY_13_HOURS", None),
            ("EVERY_DAY_AT_12AM", None),
        ];
        for (name, expression) in cases {
            assert_eq!(published(name).as_deref(), expression, "{name}");
        }
    }
}

//! Schedules that a hosting platform calls an application by: `crons` of `vercel.json`, `triggers.crons` of Cloudflare's `wrangler.json`.
//! Sources: "Cron Jobs" of Vercel, "Cron Triggers" of Cloudflare Workers.

use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, Job, Trigger, Value};
use crate::syntax::json::Json;

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "platform.scheduled",
    about: "schedules of hosting platforms: crons of vercel.json and wrangler.json",
    kinds: &[FileKind::Json],
    markers: &["\"crons\""],
    when: When::Marked,
    queries: &[],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let name = cx.file.path.name();
    let is_worker = matches!(name, "wrangler.json" | "wrangler.jsonc");
    if name != "vercel.json" && !is_worker {
        return;
    }
    let Some(root) = cx.json(sink) else { return };
    let crons = if is_worker { root.get("triggers").and_then(|one| one.get("crons")) } else { root.get("crons") };
    for cron in crons.map(Json::items).unwrap_or_default() {
        let (schedule, handler) =
            if is_worker { (cron.text(), Some("scheduled")) } else { (cron.text_of("schedule"), cron.text_of("path")) };
        let (Some(schedule), Some(handler)) = (schedule, handler) else { continue };
        // The platform calls the path as a client would.
        let handler = if is_worker { handler.to_owned() } else { format!("GET {}", handler.split('?').next().unwrap_or(handler)) };
        let trigger = Trigger::Cron(Value::Text(schedule.to_owned()));
        sink.fact(cron.line, Fact::Job(Job { name: None, trigger, class: String::new(), handler, doc: None }));
    }
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn paths_that_the_platform_calls_are_jobs() {
        let files = [
            ("package.json", r#"{"name": "web", "dependencies": {"next": "15"}, "scripts": {"start": "next start"}}"#),
            ("app/api/tidy/route.ts", "export async function GET() { return Response.json({}); }\n"),
            ("vercel.json", "{\n  \"crons\": [{ \"path\": \"/api/tidy?all=1\", \"schedule\": \"0 5 * * *\" }]\n}\n"),
        ];
        let shown: Vec<String> = model(&files).jobs.iter().map(|(key, one)| format!("{key} {} {}", one.trigger, one.container)).collect();
        assert_eq!(shown, ["GET /api/tidy Cron `0 5 * * *` web"]);
    }
}

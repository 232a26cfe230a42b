//! A progress bar on the standard error, and only when that is a terminal.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reposcan::{Document, Progress, ScanError, ScanOptions};

/// How often the bar is drawn; a scan that is quicker shows none.
const PERIOD: Duration = Duration::from_millis(120);

/// Scans, with a bar where a person looks.
pub(crate) fn scan(root: &Path, options: &ScanOptions, quiet: bool) -> Result<Document, ScanError> {
    let progress = Progress::default();
    if quiet || !std::io::stderr().is_terminal() {
        return reposcan::scan(root, options, &progress);
    }
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| watch(&progress, &done));
        let result = reposcan::scan(root, options, &progress);
        done.store(true, Ordering::Release);
        watcher.thread().unpark();
        result
    })
}

fn watch(progress: &Progress, done: &AtomicBool) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} files, {elapsed}") {
        bar.set_style(style);
    }
    loop {
        std::thread::park_timeout(PERIOD);
        if done.load(Ordering::Acquire) {
            break;
        }
        let (files, total) = progress.now();
        bar.set_length(total as u64);
        bar.set_position(files as u64);
        bar.tick();
    }
    bar.finish_and_clear();
}

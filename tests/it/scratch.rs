//! Repositories for one test, on disk and gone with it, and what every test does with a scan.

use std::fs;
use std::path::{Path, PathBuf};

use reposcan::{Document, Progress, ScanOptions};
use serde_json::Value;

/// The root of this project.
pub(crate) fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder with files, gone with the value.
pub(crate) struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// Makes the files in the given order; folders come by themselves.
    pub(crate) fn with(files: &[(&str, &[u8])]) -> Self {
        let scratch = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir(scratch.root()).expect("the root");
        for (path, bytes) in files {
            scratch.file(path, bytes);
        }
        scratch
    }

    /// The root of the repository; always of the same name, which is the name of its project.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("repo")
    }

    /// Writes one more file.
    pub(crate) fn file(&self, path: &str, bytes: &[u8]) {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }

    /// The pretty JSON of a scan.
    pub(crate) fn scan(&self) -> String {
        scan_text(&self.root(), &ScanOptions::default())
    }

    /// The document of a scan, which must be valid.
    pub(crate) fn document(&self) -> Value {
        let text = self.scan();
        assert_eq!(Document::faults(&text), [], "{text}");
        serde_json::from_str(&text).expect("JSON")
    }
}

/// The pretty JSON of a scan of a folder.
pub(crate) fn scan_text(root: &Path, options: &ScanOptions) -> String {
    let document = reposcan::scan(root, options, &Progress::default()).expect("a scan");
    let mut bytes = Vec::new();
    document.write_json(&mut bytes, false).expect("JSON");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The diagnostics as `code path`, in their order.
pub(crate) fn diagnostics(document: &Value) -> Vec<String> {
    let list = document["meta"]["diagnostics"].as_array().expect("diagnostics");
    list.iter().map(|one| format!("{} {}", one["code"].as_str().unwrap_or(""), one["path"].as_str().unwrap_or(""))).collect()
}

/// Every file below a folder, sorted, as paths relative to it.
pub(crate) fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path.strip_prefix(root).expect("below the root").to_path_buf());
            }
        }
    }
    found.sort();
    found
}

/// The folders right below a folder, sorted; none when it is missing.
pub(crate) fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

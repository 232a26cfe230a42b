//! Speed and memory of whole scans: on a generated repository, or on the repositories named as arguments.
//!
//! `cargo bench --bench scan` measures files a second, start-up, growth and peak memory; `-- --check` fails where a limit is passed.
//! `cargo bench --bench scan -- <folder>...` compares a scan of each folder with a walk that reads the same files, and with `rg` over four
//! literals where it is installed, and says how many files are parsed. Only ratios of runs that alternate count: a machine has other things to do.
#![expect(clippy::print_stdout, reason = "the bench prints its table")]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use reposcan::{Progress, ScanOptions};

/// Milliseconds of a scan of an empty folder.
const START_UP_LIMIT: f64 = 20.0;
/// Mebibytes at the peak of a scan.
const MEMORY_LIMIT: f64 = 128.0;
/// How much longer eight times the files may take.
const GROWTH_LIMIT: f64 = 10.0;
/// Alternations of a comparison.
const ROUNDS: usize = 9;
/// Modules of the smaller generated repository; the larger one has eight times as many.
const MODULES: usize = 150;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<&str>>().as_slice() {
        ["--child-read", folder] => println!("{}", walk_and_read(Path::new(folder))),
        ["--child-scan", folder] => println!("{}", scan_and_weigh(Path::new(folder))),
        [] => return generated(false),
        ["--check"] => return generated(true),
        folders => compare(folders),
    }
    ExitCode::SUCCESS
}

/// Measures generated repositories.
fn generated(check: bool) -> ExitCode {
    let (Ok(empty), Ok(small), Ok(large)) = (tempfile::tempdir(), tempfile::tempdir(), tempfile::tempdir()) else {
        return ExitCode::FAILURE;
    };
    let files = write_repository(small.path(), MODULES);
    let many = write_repository(large.path(), MODULES * 8);
    let start_up = least(|| scan_command(empty.path()));
    let (one, eight) = (least(|| scan_command(small.path())), least(|| scan_command(large.path())));
    let memory = peak_memory(large.path());
    let growth = (eight.as_secs_f64() - start_up.as_secs_f64()) / (one.as_secs_f64() - start_up.as_secs_f64());
    let start_up = start_up.as_secs_f64() * 1e3;
    println!("start-up on an empty folder   {start_up:8.1} ms     limit {START_UP_LIMIT} ms");
    println!("scan of {files:5} files           {:8.1} ms", one.as_secs_f64() * 1e3);
    println!("scan of {many:5} files           {:8.1} ms     {:.0} files/s", eight.as_secs_f64() * 1e3, many as f64 / eight.as_secs_f64());
    println!("growth for 8 times the files  {growth:8.1} times  limit {GROWTH_LIMIT} times");
    println!("peak memory                   {memory:8.1} MiB    limit {MEMORY_LIMIT} MiB");
    let fine = start_up <= START_UP_LIMIT && growth <= GROWTH_LIMIT && memory <= MEMORY_LIMIT;
    if check && !fine { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Compares repositories that are on the disk.
fn compare(folders: &[&str]) {
    let has_rg = Command::new("rg").arg("--version").stdout(Stdio::null()).status().is_ok();
    println!("{:<24} {:>9} {:>10} {:>10} {:>10} {:>14}", "repository", "scan ms", "scan/read", "scan/rg", "peak MiB", "parsed");
    let (mut by_read, mut by_rg) = (Vec::new(), Vec::new());
    for folder in folders.iter().map(Path::new) {
        let (mut scan, mut read, mut rg) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            scan.push(timed(&mut scan_command(folder)));
            read.push(timed(&mut own_command("--child-read", folder)));
            if has_rg {
                rg.push(timed(&mut rg_command(folder)));
            }
        }
        let (scan, read) = (median(scan), median(read));
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        by_read.push(scan / read);
        let shown = if has_rg {
            by_rg.push(scan / median(rg));
            format!("{:.1}", by_rg[by_rg.len() - 1])
        } else {
            "-".to_owned()
        };
        let (ratio, memory, parsed) = (by_read[by_read.len() - 1], peak_memory(folder), parsed_share(folder));
        println!("{name:<24} {:>9.1} {ratio:>10.1} {shown:>10} {memory:>10.1} {parsed:>14}", scan * 1e3);
    }
    println!("geometric mean           {:>9} {:>10.1} {:>10.1}", "", geometric(&by_read), geometric(&by_rg));
}

fn scan_command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_reposcan"));
    command.arg(folder);
    command
}

fn own_command(mode: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap_or_default());
    command.arg(mode).arg(folder);
    command
}

fn rg_command(folder: &Path) -> Command {
    let mut command = Command::new("rg");
    command.args(["--hidden", "-n", r"@Controller|@Module|MapGet|http\.HandleFunc"]).arg(folder);
    command
}

fn timed(command: &mut Command) -> f64 {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.is_ok(), "{command:?} does not start");
    start.elapsed().as_secs_f64()
}

/// The quickest of some runs: what the work takes when nothing disturbs it.
fn least(command: impl Fn() -> Command) -> Duration {
    let all = (0..ROUNDS).map(|_| timed(&mut command()));
    Duration::from_secs_f64(all.fold(f64::MAX, f64::min))
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn geometric(all: &[f64]) -> f64 {
    (all.iter().map(|one| one.ln()).sum::<f64>() / all.len() as f64).exp()
}

/// The files that are parsed, and of how many: `886 of 5805`.
fn parsed_share(folder: &Path) -> String {
    let output = scan_command(folder).args(["--sections", "meta"]).stderr(Stdio::null()).output();
    let document: Option<serde_json::Value> = output.ok().and_then(|output| serde_json::from_slice(&output.stdout).ok());
    let files = document.map(|document| document["meta"]["stats"]["files"].clone()).unwrap_or_default();
    format!("{} of {}", files["parsed"], files["listed"])
}

/// Mebibytes at the peak of a scan in a process of its own; not a number where the system does not tell.
fn peak_memory(folder: &Path) -> f64 {
    let output = own_command("--child-scan", folder).stderr(Stdio::null()).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.trim().parse::<f64>().map_or(f64::NAN, |kib| kib / 1024.0)
}

fn scan_and_weigh(folder: &Path) -> String {
    if let Ok(document) = reposcan::scan(folder, &ScanOptions::default(), &Progress::default()) {
        let written = document.write_json(&mut std::io::sink(), false);
        assert!(written.is_ok());
    }
    let mut status = String::new();
    let read = fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut status));
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).filter(|_| read.is_ok());
    line.map(|line| line.trim().trim_end_matches(" kB").to_owned()).unwrap_or_default()
}

/// Reads every byte below a folder with the same ignore rules; the number of bytes keeps the work from being left out.
fn walk_and_read(folder: &Path) -> usize {
    let total = std::sync::atomic::AtomicUsize::new(0);
    let mut walk = ignore::WalkBuilder::new(folder);
    walk.hidden(false).parents(false).git_global(false).git_exclude(false).require_git(false).follow_links(false);
    walk.filter_entry(|entry| !matches!(entry.file_name().to_str(), Some(".git" | "node_modules" | "vendor" | "dist")));
    walk.build_parallel().run(|| {
        Box::new(|entry| {
            let file = entry.ok().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
            let mut bytes = Vec::new();
            if let Some(Ok(mut file)) = file.map(|entry| fs::File::open(entry.path())) {
                let read = file.read_to_end(&mut bytes).unwrap_or_default();
                total.fetch_add(read, std::sync::atomic::Ordering::Relaxed);
            }
            ignore::WalkState::Continue
        })
    });
    total.into_inner()
}

/// Writes a NestJS repository with modules, services that hold no facts, tests and migrations; returns the number of files.
fn write_repository(root: &Path, modules: usize) -> usize {
    let mut files: Vec<(PathBuf, String)> = vec![
        ("package.json".into(), r#"{"name":"bench","dependencies":{"@nestjs/core":"10.0.0","pg":"8"},"scripts":{"start":"nest start"}}"#.into()),
        ("src/main.ts".into(), "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nNestFactory.create(AppModule).then((app) => app.setGlobalPrefix('api'));\n".into()),
        ("docker-compose.yml".into(), "services:\n  api:\n    build: .\n  db:\n    image: postgres:16\n".into()),
    ];
    let names: Vec<String> = (0..modules).map(|at| format!("Thing{at}")).collect();
    let imports: String = names.iter().map(|name| format!("import {{ {name}Module }} from './{name}/{name}.module';\n")).collect();
    let list: String = names.iter().map(|name| format!("{name}Module, ")).collect();
    files.push((
        "src/app.module.ts".into(),
        format!("import {{ Module }} from '@nestjs/common';\n{imports}@Module({{ imports: [{list}] }})\nexport class AppModule {{}}\n"),
    ));
    for (at, name) in names.iter().enumerate() {
        let path = |end: &str| PathBuf::from(format!("src/{name}/{name}.{end}"));
        let work = "  /** Does some of the work. */\n  async work(input: string[]): Promise<number> {\n    const seen = new Map<string, number>();\n    for (const one of input) {\n      seen.set(one, (seen.get(one) ?? 0) + 1);\n    }\n    return [...seen.values()].reduce((sum, count) => sum + count, 0);\n  }\n".repeat(8);
        files.push((path("module.ts"), format!("import {{ Module }} from '@nestjs/common';\nimport {{ {name}Controller }} from './{name}.controller';\nimport {{ {name}Service }} from './{name}.service';\n@Module({{ controllers: [{name}Controller], providers: [{name}Service], exports: [{name}Service] }})\nexport class {name}Module {{}}\n")));
        files.push((path("controller.ts"), format!("import {{ Controller, Get, Post, Body, Param }} from '@nestjs/common';\nimport {{ {name}Dto }} from './{name}.dto';\nimport {{ {name}Service }} from './{name}.service';\n@Controller('things/{at}')\nexport class {name}Controller {{\n  constructor(private readonly service: {name}Service) {{}}\n  /** Reads one. */\n  @Get(':id')\n  one(@Param('id') id: string): Promise<{name}Dto> {{ return this.service.work([id]); }}\n  @Post()\n  create(@Body() body: {name}Dto) {{ return this.service.work([body.name]); }}\n}}\n")));
        files.push((
            path("service.ts"),
            format!("import {{ Injectable }} from '@nestjs/common';\n@Injectable()\nexport class {name}Service {{\n{work}}}\n"),
        ));
        files.push((path("dto.ts"), format!("export class {name}Dto {{\n  name: string;\n  count?: number;\n}}\n")));
        files.push((
            path("util.ts"),
            format!(
                "export const names{at} = ['a', 'b'];\n{}",
                "export function add(a: number, b: number): number {\n  return a + b;\n}\n".repeat(20)
            ),
        ));
        files.push((
            path("service.spec.ts"),
            format!("describe('{name}', () => {{\n  it('works', () => {{ expect(1).toBe(1); }});\n}});\n"),
        ));
        files.push((format!("migrations/{at:05}-thing.sql").into(), format!("CREATE TABLE thing_{at} (id uuid PRIMARY KEY, name varchar(255) NOT NULL, created_at timestamptz NOT NULL DEFAULT now());\nCREATE INDEX thing_{at}_name ON thing_{at} (name);\n")));
    }
    for (path, text) in &files {
        let path = root.join(path);
        let made = path.parent().map(fs::create_dir_all);
        let written = fs::File::create(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        assert!(matches!(made, Some(Ok(()))) && written.is_ok(), "the temporary folder cannot be written");
    }
    files.len()
}

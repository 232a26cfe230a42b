//! What a diff of two near revisions costs beside one scan of a revision: `cargo bench --bench diff`. The goal is at most 1.3 times.
//!
//! Without arguments a repository is generated and some of its files are changed; `-- <folder> <old> <new>` takes two revisions of a real one.
//! Both commands alternate in one run, because only ratios of such runs count; `--check` fails where the goal is missed.
#![expect(clippy::expect_used, clippy::print_stdout, reason = "a bench stops where it cannot be set up, and prints its table")]

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// How many scans a diff may cost.
const LIMIT: f64 = 1.3;
/// Alternations; the median of their ratios counts.
const ROUNDS: usize = 11;
/// Modules of the generated repository, of four files each.
const MODULES: usize = 600;
/// Modules whose files the second revision changes.
const CHANGED: usize = 5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let check = arguments.iter().any(|argument| argument == "--check");
    let given: Vec<&str> = arguments.iter().map(String::as_str).filter(|argument| *argument != "--check").collect();
    let ratio = match given.as_slice() {
        [folder, old, new] => compare(Path::new(folder), old, new),
        _ => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            generate(folder.path());
            compare(folder.path(), "HEAD~1", "HEAD")
        }
    };
    if check && ratio > LIMIT { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn compare(folder: &Path, old: &str, new: &str) -> f64 {
    let mut pairs: Vec<(f64, f64)> = Vec::new();
    for _ in 0..ROUNDS {
        let scan = timed(reposcan().args(["--quiet", "--rev", new]).arg(folder));
        let diff =
            timed(reposcan().args(["diff", "--quiet", "--fail-on", "none", "--format", "json", "--repo"]).arg(folder).args([old, new]));
        pairs.push((scan, diff));
    }
    let ratio = median(pairs.iter().map(|(scan, diff)| diff / scan));
    let (scan, diff) = (median(pairs.iter().map(|(scan, _)| *scan)), median(pairs.iter().map(|(_, diff)| *diff)));
    println!("{}: scan {:.1} ms, diff {:.1} ms, ratio {ratio:.2} (limit {LIMIT})", folder.display(), scan * 1e3, diff * 1e3);
    ratio
}

fn reposcan() -> Command {
    Command::new(env!("CARGO_BIN_EXE_reposcan"))
}

fn timed(command: &mut Command) -> f64 {
    let start = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("reposcan starts");
    assert!(status.success(), "{command:?} fails");
    start.elapsed().as_secs_f64()
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// A NestJS application of many modules, in two commits.
fn generate(root: &Path) {
    let package = r#"{"name":"shop","dependencies":{"@nestjs/core":"10.0.0"},"scripts":{"start":"nest start"}}"#;
    write(root, "package.json", package);
    write(
        root,
        "src/main.ts",
        "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app.module';\nasync function bootstrap() { const app = await NestFactory.create(AppModule); await app.listen(3000); }\nbootstrap();\n",
    );
    let imports: String = (0..MODULES).map(|at| format!("import {{ M{at}Module }} from './m{at}/m{at}.module';\n")).collect();
    let names: Vec<String> = (0..MODULES).map(|at| format!("M{at}Module")).collect();
    write(root, "src/app.module.ts", &format!("{imports}@Module({{ imports: [{}] }})\nexport class AppModule {{}}\n", names.join(", ")));
    for at in 0..MODULES {
        module(root, at, "list");
    }
    git(root, &["init", "-q"]);
    save(root);
    for at in 0..CHANGED {
        module(root, at * 7, "all");
    }
    save(root);
}

fn module(root: &Path, at: usize, method: &str) {
    let service = format!(
        "@Injectable()\nexport class M{at}Service {{\n  constructor(private readonly bus: ClientProxy) {{}}\n  run(id: string) {{\n    \
         this.bus.emit('m{at}.done', {{ id }});\n    return process.env.M{at}_LIMIT ?? id;\n  }}\n}}\n"
    );
    let controller = format!(
        "import {{ M{at}Service }} from './m{at}.service';\n@Controller('m{at}')\nexport class M{at}Controller {{\n  constructor(private readonly \
         service: M{at}Service) {{}}\n  @Get()\n  {method}() {{ return this.service.run('a'); }}\n  @Post(':id')\n  @UseGuards(AuthGuard)\n  \
         change(@Param('id') id: string, @Body() body: M{at}Dto): Promise<M{at}Dto> {{ return this.service.run(id); }}\n}}\n"
    );
    let own = format!(
        "import {{ M{at}Controller }} from './m{at}.controller';\nimport {{ M{at}Service }} from './m{at}.service';\n@Module({{ controllers: \
         [M{at}Controller], providers: [M{at}Service] }})\nexport class M{at}Module {{}}\n"
    );
    write(root, &format!("src/m{at}/m{at}.service.ts"), &service);
    write(root, &format!("src/m{at}/m{at}.controller.ts"), &controller);
    write(root, &format!("src/m{at}/m{at}.module.ts"), &own);
    write(
        root,
        &format!("migrations/{at:05}.sql"),
        &format!("CREATE TABLE m{at} (id uuid PRIMARY KEY, name text NOT NULL, {method}_at timestamptz);\n"),
    );
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn save(root: &Path) {
    git(root, &["add", "-A"]);
    git(root, &["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "state"]);
    git(root, &["gc", "-q"]);
}

fn git(root: &Path, arguments: &[&str]) {
    let status = Command::new("git").current_dir(root).args(arguments).status().expect("git starts");
    assert!(status.success(), "git {arguments:?}");
}

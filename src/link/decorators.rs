//! Decorators as they take effect: one composed of others (`applyDecorators`, a function that gives back a decorator) is taken apart,
//! with the arguments of the call put in for the parameters.

use super::names::{Names, last_part};
use crate::finding::{Decorator, Value};
use crate::location::RepoPath;

/// A decorator that is composed of nothing else in the repository.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Atom {
    /// The file in which the names of its arguments stand.
    pub(crate) file: RepoPath,
    /// Its name without what stands before the last dot.
    pub(crate) name: String,
    /// Its arguments.
    pub(crate) arguments: Vec<Value>,
    /// Whether it came out of another decorator.
    pub(crate) composed: bool,
}

/// How deep decorators are composed.
const DEPTH: usize = 6;

/// The decorators with composed ones taken apart; a composed one also stands itself, before its parts.
pub(crate) fn atoms(names: &Names<'_>, file: &RepoPath, decorators: &[Decorator]) -> Vec<Atom> {
    let mut found = Vec::new();
    for decorator in decorators {
        take_apart(names, file, (&decorator.name, &decorator.arguments), DEPTH, &mut found);
    }
    found
}

fn take_apart(names: &Names<'_>, file: &RepoPath, (name, arguments): (&str, &[Value]), depth: usize, into: &mut Vec<Atom>) {
    if last_part(name) == "applyDecorators" {
        for part in arguments {
            calls(part, &mut |name, arguments| take_apart(names, file, (name, arguments), depth.saturating_sub(1), into));
        }
        return;
    }
    let composed = depth < DEPTH;
    into.push(Atom { file: file.clone(), name: last_part(name).to_owned(), arguments: arguments.to_vec(), composed });
    if depth == 0 {
        return;
    }
    let Some((target, body, parameters)) = names.function_at(file, name) else { return };
    let arguments: Vec<Value> = arguments.iter().map(|argument| names.resolve(file, argument)).collect();
    let body = body.with_arguments(&parameters, &arguments);
    calls(&body, &mut |name, arguments| take_apart(names, &target, (name, arguments), depth - 1, into));
}

/// Every call that a body gives back, also in a list. Of one of several only what each of them gives back is certain.
fn calls(value: &Value, take: &mut dyn FnMut(&str, &[Value])) {
    match value {
        Value::Call(name, arguments) => take(name, arguments),
        Value::Name(name) => take(name, &[]),
        Value::List(items) => items.iter().for_each(|item| calls(item, take)),
        Value::Spread(inner) => calls(inner, take),
        Value::Either(branches) => {
            let Some((first, others)) = branches.split_first() else { return };
            let others: Vec<Vec<Value>> = others.iter().map(parts).collect();
            parts(first).iter().filter(|part| others.iter().all(|other| other.contains(part))).for_each(|part| calls(part, take));
        }
        _ => {}
    }
}

/// The decorators that one branch gives back.
fn parts(branch: &Value) -> Vec<Value> {
    match branch {
        Value::Call(name, arguments) if last_part(name) == "applyDecorators" => arguments.iter().flat_map(parts).collect(),
        Value::List(items) => items.iter().flat_map(parts).collect(),
        Value::Spread(inner) => parts(inner),
        other => vec![other.clone()],
    }
}

#[cfg(test)]
mod tests {
    use crate::trial::model;

    #[test]
    fn a_decorator_that_decides_proves_only_what_all_its_branches_have() {
        let files = [
            ("package.json", "{\"name\":\"a\",\"scripts\":{\"start\":\"nest start\"},\"dependencies\":{\"@nestjs/core\":\"10\"}}"),
            (
                "src/main.ts",
                "import { NestFactory } from '@nestjs/core';\nimport { AppModule } from './app';\nNestFactory.create(AppModule).then((app) => app.listen(1));\n",
            ),
            (
                "src/auth.ts",
                "import { applyDecorators, UseGuards } from '@nestjs/common';
                export function Perhaps(open: boolean) { if (open) { return applyDecorators(Public()); } return applyDecorators(UseGuards(JwtGuard)); }
                export function Always(role?: string) { if (role) { return applyDecorators(UseGuards(JwtGuard), Roles(role)); } return UseGuards(JwtGuard); }",
            ),
            (
                "src/app.ts",
                "import { Controller, Get, Module } from '@nestjs/common';
                import { Always, Perhaps } from './auth';
                function chosen() { if (process.env.CLOUD) { return [Cloud]; } return [Own]; }
                @Controller() export class Own { @Get('a') @Perhaps(true) a() {} @Get('b') @Always() b() {} }
                @Controller('cloud') export class Cloud { @Get() c() {} }
                @Module({ controllers: [...chosen()] }) export class AppModule {}",
            ),
        ];
        let model = model(&files);
        let shown: Vec<String> = model.endpoints["a"].iter().map(|(key, one)| format!("{key} {:?}", one.auth)).collect();
        assert_eq!(shown, ["GET /a {}", "GET /b {\"JwtGuard\"}", "GET /cloud {}"]);
    }
}

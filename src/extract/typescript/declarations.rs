//! What other files may refer to: imports, re-exports, constants, enums, classes.
//! Emits only what the file itself states; names of other files stay names.

use tree_sitter::Node;

use super::values::{children, text_of};
use super::{classes, constants, decorators, doc_comment, imports, metadata, strings};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Class, Constant, Fact, Import, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/declarations", text: include_str!("../../../queries/typescript/declarations.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.declarations",
    about: "imports, constants, enums and classes that routes and messages refer to",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &[],
    when: When::Parsed,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let root = tree.root_node();
    let brought = imports::of(root, cx.text);
    for (statement, import) in &brought {
        sink.fact(cx.line(statement.start_byte()), Fact::Import(import.clone()));
    }
    for found in cx.matches(&QUERY) {
        if let Some(class) = found.node("class") {
            emit_class(cx, class, sink);
        } else if let Some(statement) = found.node("export").filter(|one| one.parent() == Some(root)) {
            emit_export(cx, statement, &brought, sink);
        }
    }
    for (statement, import) in imports::given_on(root, cx.text) {
        sink.fact(cx.line(statement.start_byte()), Fact::Reexport(import));
    }
    for (node, constant) in constants::of(root, cx.text) {
        sink.fact(cx.line(node.start_byte()), Fact::Constant(constant));
    }
}

fn emit_class(cx: &FileCx<'_>, node: Node<'_>, sink: &mut Sink<'_>) {
    let line = cx.line(node.start_byte());
    let name = format!("{}{}", constants::space_of(node, cx.text), classes::name(node, cx.text));
    for (at, constant) in constants::of_class(node, &name, cx.text) {
        sink.fact(cx.line(at.start_byte()), Fact::Constant(constant));
    }
    if let Some((function, at)) = classes::holder(node, cx.text) {
        let parameters = constants::parameters_of(at, cx.text);
        let class = Class { name: function, bases: vec![name.clone()], parameters, is_abstract: true, ..Class::default() };
        sink.fact(line, Fact::Class(class));
    }
    let class = Class {
        bases: classes::bases(node, cx.text),
        base_arguments: classes::base_arguments(node, cx.text),
        parameters: Vec::new(),
        full_bases: Vec::new(),
        members: classes::members(node, cx.text),
        decorators: decorators::plain(&decorators::of_class(node, cx.text)),
        doc: doc_comment::of(node, cx.text),
        is_abstract: node.kind() != "class_declaration" && node.kind() != "class",
        metadata: metadata::keys(node, cx.text),
        delegates: metadata::delegates(node, cx.text),
        rejects: false,
        name,
    };
    sink.fact(line, Fact::Class(class));
}

/// `export * from`, `export { a as b } from`, `export { a }`, `export default a`.
fn emit_export(cx: &FileCx<'_>, statement: Node<'_>, brought: &[(Node<'_>, Import)], sink: &mut Sink<'_>) {
    let line = cx.line(statement.start_byte());
    let source = statement.child_by_field_name("source").map(|source| strings::literal(source, cx.text));
    let parts = children(statement);
    for specifier in parts.iter().filter(|part| part.kind() == "export_clause").flat_map(|clause| children(*clause)) {
        let Some(name) = specifier.child_by_field_name("name") else { continue };
        let local = text_of(specifier.child_by_field_name("alias").unwrap_or(name), cx.text);
        if let Some(fact) = export(local, text_of(name, cx.text), source.as_deref(), brought) {
            sink.fact(line, fact);
        }
    }
    if let Some(module) = source.filter(|_| parts.iter().all(|part| part.kind() != "export_clause")) {
        let space = parts.iter().find(|part| part.kind() == "namespace_export").and_then(|part| children(*part).first().copied());
        let local = space.map_or("*", |name| text_of(name, cx.text)).to_owned();
        sink.fact(line, Fact::Reexport(Import { local, imported: "*".to_owned(), module, target: None }));
    }
    if let Some(value) = statement.child_by_field_name("value") {
        for constant in constants::default_export(value, cx.text) {
            sink.fact(line, Fact::Constant(constant));
        }
    } else if let Some(name) = default_class(statement, cx.text) {
        sink.fact(line, Fact::Constant(Constant { name: "default".to_owned(), parameters: Vec::new(), value: Value::Name(name) }));
    }
}

/// A name given on: from the module named here, from the one that it was imported from, or another name of a thing of this file.
fn export(local: &str, name: &str, source: Option<&str>, brought: &[(Node<'_>, Import)]) -> Option<Fact> {
    let given = local.to_owned();
    if let Some(module) = source {
        return Some(Fact::Reexport(Import { local: given, imported: name.to_owned(), module: module.to_owned(), target: None }));
    }
    if let Some((_, import)) = brought.iter().find(|(_, import)| import.local == name) {
        return Some(Fact::Reexport(Import { local: given, ..import.clone() }));
    }
    (local != name).then(|| Fact::Constant(Constant { name: given, parameters: Vec::new(), value: Value::Name(name.to_owned()) }))
}

/// The name of `export default class X` or `export default function x`.
fn default_class(statement: Node<'_>, text: &str) -> Option<String> {
    let mut cursor = statement.walk();
    let is_default = statement.children(&mut cursor).any(|child| child.kind() == "default");
    let declaration = statement.child_by_field_name("declaration").filter(|_| is_default)?;
    Some(text_of(declaration.child_by_field_name("name")?, text).to_owned())
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn imports_and_exports() {
        let text = "
            import def, { a as b, type C } from './x';
            import * as ns from './y';
            import old = require('old');
            const { d, e: f } = require('./z');
            const g = require('g').h;
            module.exports = { ...require('./spread'), named: require('./named'), b };
            exports.single = require('./single');
            export * from './all';
            export * as space from './space';
            export { one as two } from './one';
            export { b, own as other };
            export default class Main {}
        ";
        assert_eq!(
            facts("typescript.declarations", "a.ts", text),
            "2 import def = default of ./x
2 import b = a of ./x
2 import C = C of ./x
3 import ns = * of ./y
4 import old = * of old
5 import d = d of ./z
5 import f = e of ./z
6 import g = h of g
7 reexport * = * of ./spread
7 reexport named = * of ./named
7 reexport b = a of ./x
7 constant default = {...: require('./spread'), named: require('./named'), b: b}
8 reexport single = * of ./single
9 reexport * = * of ./all
10 reexport space = * of ./space
11 reexport two = one of ./one
12 reexport b = a of ./x
12 constant other = own
13 constant default = Main
13 class Main"
        );
    }

    #[test]
    fn constants_and_enums() {
        let text = "
            export const A = 'a', B = `${A}/b`, C = A + '.c' + 1;
            const routes = { user: { root: 'users', 'by-id': `users/:id` }, ...more } as const;
            export const LIST = Object.freeze(['x', \"y\\'s\"]);
            export const T = <string>'t';
            export enum Topic { Created = 'user.created', Deleted = `user.${A}` }
            const enum N { Zero, One, Five = 5, Six }
            export class K { static readonly NAME = 'k'; static other: string = K.NAME; field = 1; static getName(): string { return 'k.changed'; } static make() { return new K(); } }
            export namespace Contract { export const topic = 'c.t'; export class Request {} export namespace Inner { export const x = 1 } }
            const PORT = process.env.PORT ?? 3000, HOST = config.get<string>('HOST', 'h'), KEY = this.configService.getOrThrow('KEY'), BASE = process.env.BASE ? `/${process.env.BASE}` : '', ONE = flag ? 'a' : 'b';
            export const Public = () => SetMetadata('isPublic', true);
            export function Auth(...roles: Role[]) { return applyDecorators(UseGuards(JwtGuard), Roles(...roles)); }
            export const Route = (path: string, secured = true) => {
                const list = [Get(path)];
                if (secured) list.push(Auth());
                return applyDecorators(...list);
            };
            const { A1, B1: b1, C1 = 'c', D1: d1 = 4 } = process.env;
            let changing = 'no';
            export const fn = async () => { await x(); };
        ";
        assert_eq!(
            facts("typescript.declarations", "a.ts", text),
            "2 constant A = 'a'
2 constant B = A + '/b'
2 constant C = A + '.c' + 1
3 constant routes = {user: {root: 'users', by-id: 'users/:id'}, ...: more}
4 constant LIST = ['x', 'y's']
5 constant T = 't'
6 constant Topic = {Created: 'user.created', Deleted: 'user.' + A}
7 constant N = {Zero: 0, One: 1, Five: 5, Six: 6}
8 constant K.NAME = 'k'
8 constant K.other = K.NAME
8 constant K.getName = 'k.changed'
8 class K
9 class Contract.Request
9 constant Contract.topic = 'c.t'
9 constant Contract.Inner.x = 1
10 constant PORT = $PORT ?? 3000
10 constant HOST = $HOST ?? 'h'
10 constant KEY = $KEY
10 constant BASE = $BASE ?? ''
10 constant ONE = ('a' | 'b')
11 constant Public() = SetMetadata('isPublic', true)
12 constant Auth(roles) = applyDecorators(UseGuards(JwtGuard), Roles(...roles))
13 constant Route(path, secured) = applyDecorators(...[Get(path), (Auth() | <nothing>)])
18 constant A1 = $A1
18 constant b1 = $B1
18 constant C1 = $C1 ?? 'c'
18 constant d1 = $D1 ?? 4"
        );
    }

    #[test]
    fn classes_and_mixins() {
        let text = "
            /** A user. */
            @Entity('users')
            export class User extends Base<string> implements Named, Aged { id: string; private readonly repo = new Repo(); constructor(private a: A, b: Repository<B>) { super(); } }
            export class Dto extends PartialType(OmitType(User, ['id'])) {}
            export class Mapped extends PickType(User, ['id']) {}
            export class X extends BaseController(User) {}
            export abstract class Abs {}
            export interface I extends J { name: string }
            export function BaseController<T>(entity: Type<T>): any {
                @Controller() class Host { }
                return Host;
            }
            export const Anonymous = (x) => { return class extends x {} };
        ";
        assert_eq!(
            facts("typescript.declarations", "a.ts", text),
            "4 class User : Base, Named, Aged {id: string, repo: Repo, a: A, b: Repository<B>} @Entity('users') -- A user.
5 class Dto : User
6 class Mapped : User
7 class X : BaseController
8 class abstract Abs
9 class abstract I : J {name: string}
11 class abstract BaseController : Host
11 class Host @Controller()
14 class Anonymous : x"
        );
    }

    #[test]
    fn common_js_exports() {
        let text = "
            const path = '/x';
            module.exports = { path, other: 'y' };
            exports.third = 'z';
        ";
        assert_eq!(
            facts("typescript.declarations", "a.js", text),
            "2 constant path = '/x'
3 constant default = {path: path, other: 'y'}
3 constant other = 'y'
4 constant third = 'z'"
        );
    }
}

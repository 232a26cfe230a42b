//! `@nestjs/cqrs`: handlers of commands, queries and events, and sagas.
//! The message classes themselves come through the declarations.

use tree_sitter::Node;

use super::class_cx::ClassCx;
use super::imports::Origins;
use super::values::{self, children, text_of};
use super::{classes, decorators, doc_comment, types};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{CqrsHandler, CqrsKind, Fact, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/cqrs", text: include_str!("../../../queries/typescript/cqrs.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.cqrs",
    about: "@nestjs/cqrs handlers of commands, queries and events, and sagas",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &["CommandHandler", "QueryHandler", "EventsHandler", "@Saga"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// A saga with more nodes than this is not looked through to its end.
const NODES: usize = 4_096;

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for node in cx.matches(&QUERY).iter().filter_map(|found| found.node("class")) {
        let class = ClassCx::of(cx, &origins, node);
        emit_handler(&class, sink);
        emit_sagas(&class, sink);
    }
}

fn emit_handler(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    for found in &class.decorators {
        let (kind, method) = match class.original_name(found) {
            "CommandHandler" => (CqrsKind::Command, "execute"),
            "QueryHandler" => (CqrsKind::Query, "execute"),
            "EventsHandler" => (CqrsKind::Event, "handle"),
            _ => continue,
        };
        let text = class.cx.text;
        let method = classes::methods(class.node).into_iter().find(|one| classes::member_name(*one, text) == method);
        let of_method = method.map(|method| decorators::of_member(method, text)).unwrap_or_default();
        let response = (kind != CqrsKind::Event).then(|| response(class.node, method, text)).flatten();
        for message in found.decorator.arguments.iter().flat_map(Value::items) {
            let Value::Name(message) = message else { continue };
            let handler = CqrsHandler {
                kind,
                message: message.clone(),
                class: class.name.clone(),
                response: response.clone(),
                decorators: decorators::plain(&class.decorators).into_iter().chain(decorators::plain(&of_method)).collect(),
                doc: doc_comment::of(class.node, text).or_else(|| doc_comment::of(method?, text)),
            };
            sink.fact(class.line(found.node), Fact::CqrsHandler(handler));
        }
    }
}

/// The result of `execute`, or the second argument of `ICommandHandler<Message, Result>`.
fn response(class: Node<'_>, method: Option<Node<'_>>, text: &str) -> Option<String> {
    method.and_then(|method| types::returned(classes::function_of(method), text)).or_else(|| {
        let heritage = children(class).into_iter().find(|child| child.kind() == "class_heritage")?;
        let clause = children(heritage).into_iter().find(|clause| clause.kind() == "implements_clause")?;
        let handler = children(clause).into_iter().find(|one| {
            let name = one.child_by_field_name("name").map_or("", |name| text_of(name, text));
            matches!(name, "ICommandHandler" | "IQueryHandler")
        })?;
        types::name(*children(handler.child_by_field_name("type_arguments")?).get(1)?, text)
    })
}

/// A saga handles the events that it filters with `ofType`.
fn emit_sagas(class: &ClassCx<'_, '_>, sink: &mut Sink<'_>) {
    let text = class.cx.text;
    let Some(body) = class.node.child_by_field_name("body") else { return };
    for member in children(body) {
        let of_member = decorators::of_member(member, text);
        let Some(saga) = of_member.iter().find(|found| class.original_name(found) == "Saga") else { continue };
        for message in filtered(member, text) {
            let handler = CqrsHandler {
                kind: CqrsKind::Event,
                message,
                class: format!("{}.{}", class.name, classes::member_name(member, text)),
                response: None,
                decorators: decorators::plain(&of_member),
                doc: doc_comment::of(member, text),
            };
            sink.fact(class.line(saga.node), Fact::CqrsHandler(handler));
        }
    }
}

/// The classes in the `ofType(...)` calls of a member.
fn filtered(member: Node<'_>, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![member];
    let mut seen = 0;
    while let Some(node) = open.pop() {
        seen += 1;
        if seen > NODES {
            break;
        }
        let is_filter = node.kind() == "call_expression"
            && node.child_by_field_name("function").is_some_and(|function| values::callee(function, text) == "ofType");
        if is_filter {
            found.extend(values::arguments(node, text).into_iter().filter_map(|value| match value {
                Value::Name(name) => Some(name),
                _ => None,
            }));
        } else {
            open.extend(children(node).into_iter().rev());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn handlers_and_sagas() {
        let text = "
            import { CommandHandler as Handles, QueryHandler, EventsHandler, Saga, ofType } from '@nestjs/cqrs';
            /** Creates a user. */
            @Handles(CreateUserCommand)
            export class CreateUserHandler implements ICommandHandler<CreateUserCommand, UserId> {
                @Transactional()
                async execute(command: CreateUserCommand): Promise<UserDto> {}
            }
            @QueryHandler(messages.GetUser) @RequirePermissions('user:read')
            export class GetUserHandler implements IQueryHandler<messages.GetUser, User | null> { execute = async (query) => {} }
            @EventsHandler(UserCreated, UserDeleted)
            class Listener implements IEventHandler<UserCreated> { handle(event: UserCreated) { return 1; } }
            @Injectable()
            export class UserSagas {
                @Saga() created = (events$: Observable<any>): Observable<ICommand> => events$.pipe(ofType(UserCreated, UserMoved), map(() => new Mail()));
                @Saga()
                deleted(events$) { return events$.pipe(ofType(UserDeleted)); }
            }
        ";
        assert_eq!(
            facts("typescript.cqrs", "a.ts", text),
            "4 Command CreateUserCommand by CreateUserHandler -> UserDto @Handles(CreateUserCommand) @Transactional() -- Creates a user.
9 Query messages.GetUser by GetUserHandler -> User @QueryHandler(messages.GetUser) @RequirePermissions('user:read')
11 Event UserCreated by Listener @EventsHandler(UserCreated, UserDeleted)
11 Event UserDeleted by Listener @EventsHandler(UserCreated, UserDeleted)
15 Event UserCreated by UserSagas.created @Saga()
15 Event UserMoved by UserSagas.created @Saga()
16 Event UserDeleted by UserSagas.deleted @Saga()"
        );
    }
}

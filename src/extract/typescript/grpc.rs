//! gRPC in Node.js: services that a server answers for, and clients with their address; grpc-js, nice-grpc, Connect.
//! Names services as the generated code does; their methods are those of the `.proto` files, which the linker knows.

use tree_sitter::Node;

use super::http_clients::{self, holder};
use super::imports::Origins;
use super::values::{self, callee, children, dotted, text_of, unwrapped};
use super::{classes, scope};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{ClientKind, Fact, OutgoingClient, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/grpc", text: include_str!("../../../queries/typescript/grpc.scm") };

/// Modules that a server of gRPC is made with.
const SERVERS: &[&str] = &["@grpc/grpc-js", "grpc", "nice-grpc"];
/// Modules of Connect.
const CONNECT: &[&str] = &["@connectrpc/connect", "@bufbuild/connect"];

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.grpc",
    about: "services of gRPC and Connect that servers of Node.js answer for, and clients with their address",
    kinds: &[FileKind::TypeScript, FileKind::JavaScript],
    markers: &["@grpc/grpc-js", "'grpc'", "\"grpc\"", "nice-grpc", "@connectrpc/connect", "@bufbuild/connect"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    if cx.text.contains("@nestjs/") || !(origins.any_from(SERVERS) || origins.any_from(CONNECT)) {
        return;
    }
    for found in cx.matches(&QUERY) {
        if let Some(call) = found.node("call") {
            if let Some(service) = served(&origins, call, cx.text) {
                sink.fact(cx.line(call.start_byte()), Fact::RpcServed(service));
            }
        } else if let Some(client) = found.node("new").and_then(|made| client(cx, made)) {
            sink.fact(cx.line(client.0), Fact::OutgoingClient(client.1));
        }
    }
}

/// `server.addService(proto.Greeter.service, handlers)`, `server.add(GreeterDefinition, handlers)`, `router.service(Greeter, handlers)`.
fn served(origins: &Origins, call: Node<'_>, text: &str) -> Option<String> {
    let function = unwrapped(call.child_by_field_name("function")?);
    let method = text_of(function.child_by_field_name("property")?, text);
    let serves = match method {
        "addService" => origins.any_from(SERVERS),
        "add" => origins.any_from(&["nice-grpc"]),
        "service" => origins.any_from(CONNECT),
        _ => return None,
    };
    let [service, _] = children(call.child_by_field_name("arguments").filter(|_| serves)?)[..] else { return None };
    let name = dotted(service, text)?;
    let name = name.strip_suffix(".service").unwrap_or(&name);
    let last = name.rsplit('.').next().unwrap_or(name);
    // What another file calls so is meant, whatever it is called here.
    let last = if name.contains('.') { last } else { origins.original(last) };
    last.starts_with(char::is_uppercase).then(|| last.to_owned())
}

/// `new proto.Greeter(address, grpc.credentials.createInsecure())`
fn client(cx: &FileCx<'_>, made: Node<'_>) -> Option<(usize, OutgoingClient)> {
    let constructor = callee(made.child_by_field_name("constructor")?, cx.text);
    let given = made.child_by_field_name("arguments").map(children)?;
    let [address, credentials, ..] = given.as_slice() else { return None };
    let secured = text_of(*credentials, cx.text).to_ascii_lowercase();
    if !(secured.contains("credentials") || secured.contains("createinsecure") || secured.contains("createssl")) {
        return None;
    }
    let address = match scope::resolved(values::read(*address, cx.text), made, cx.text) {
        Value::Name(name) => match name.strip_prefix("this.") {
            Some(field) => http_clients::of_field(cx, made, field)?,
            None => Value::Name(name),
        },
        Value::Opaque(_) => return None,
        known => known,
    };
    let (class, _) = classes::place(made, cx.text);
    let class = if class.is_empty() { cx.file.path.stem().to_owned() } else { class };
    let last = constructor.rsplit('.').next().unwrap_or(&constructor);
    let client = if last.starts_with(char::is_uppercase) { Some(last.to_owned()) } else { holder(made, cx.text) };
    Some((made.start_byte(), OutgoingClient { kind: ClientKind::Grpc, class, client, address }))
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn services_and_clients() {
        let text = "
import * as grpc from '@grpc/grpc-js';
import { OrdersService } from './gen/orders_grpc_pb';
const proto = grpc.loadPackageDefinition(definition) as any;
server.addService(proto.shop.v1.Greeter.service, { sayHello });
server.addService(OrdersService, new OrdersImpl());
const stock = new proto.shop.v1.Stock(process.env.STOCK_ADDR, grpc.credentials.createInsecure());
new Map(a, b); list.add(A, b); x.service(B, c);
";
        assert_eq!(facts("typescript.grpc", "a.ts", text), "5 serves Greeter\n6 serves OrdersService\n7 calls $STOCK_ADDR by Stock in a");
    }
}

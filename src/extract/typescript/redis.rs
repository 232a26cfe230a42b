//! Keys that code hands to Redis clients: `redis.get(\`session:${id}\`)`, through constants and functions that make keys.
//! A call counts only when what it is called on is a client here, or a name from another file that the linker proves to be one.

use tree_sitter::Node;

use super::clients::{self, ClientKind};
use super::imports::Origins;
use super::scope;
use super::values::{self, text_of, unwrapped};
use crate::classify::FileKind;
use crate::extract::{Extractor, FileCx, Sink, When};
use crate::finding::{Fact, StoreKey, Value};
use crate::syntax::query::QueryFile;

static QUERY: QueryFile = QueryFile { id: "typescript/redis", text: include_str!("../../../queries/typescript/redis.scm") };

pub(super) const EXTRACTOR: Extractor = Extractor {
    id: "typescript.redis",
    about: "keys that code hands to Redis clients",
    kinds: &[FileKind::TypeScript, FileKind::Tsx, FileKind::JavaScript],
    markers: &["ioredis", "redis", "Redis"],
    when: When::Marked,
    queries: &[&QUERY],
    extract,
};

/// How the commands begin that take a key first, in the spellings of the libraries.
const COMMANDS: &[&str] = &[
    "get",
    "set",
    "del",
    "unlink",
    "exists",
    "expire",
    "pexpire",
    "expireAt",
    "ttl",
    "incr",
    "decr",
    "append",
    "getset",
    "getdel",
    "getex",
    "setex",
    "psetex",
    "setnx",
    "setEx",
    "setNX",
    "mget",
    "hget",
    "hset",
    "hdel",
    "hmget",
    "hmset",
    "hincr",
    "hgetall",
    "hexists",
    "hkeys",
    "hGet",
    "hSet",
    "hDel",
    "hIncr",
    "hExists",
    "lpush",
    "rpush",
    "lpop",
    "rpop",
    "llen",
    "lrange",
    "ltrim",
    "lPush",
    "rPush",
    "lPop",
    "rPop",
    "lLen",
    "lRange",
    "sadd",
    "srem",
    "smembers",
    "sismember",
    "scard",
    "sAdd",
    "sRem",
    "sMembers",
    "sIsMember",
    "sCard",
    "zadd",
    "zrem",
    "zrange",
    "zscore",
    "zcard",
    "zincrby",
    "zAdd",
    "zRem",
    "zRange",
    "zScore",
    "zCard",
    "zIncrBy",
    "xadd",
    "xlen",
    "xrange",
    "xAdd",
    "xLen",
    "xRange",
    "publish",
    "subscribe",
    "pfadd",
    "setbit",
    "getbit",
    "geoadd",
    "json",
];

fn extract(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(tree) = cx.tree() else { return };
    let origins = Origins::of(tree.root_node(), cx.text);
    for call in cx.matches(&QUERY).iter().filter_map(|found| found.node("call")) {
        if let Some(used) = used(cx, &origins, call) {
            sink.fact(cx.line(call.start_byte()), Fact::StoreKey(used));
        }
    }
}

fn used(cx: &FileCx<'_>, origins: &Origins, call: Node<'_>) -> Option<StoreKey> {
    let function = unwrapped(call.child_by_field_name("function")?);
    let receiver = function.child_by_field_name("object")?;
    let command = text_of(function.child_by_field_name("property")?, cx.text);
    if !COMMANDS.iter().any(|head| command.starts_with(head)) {
        return None;
    }
    let client = match clients::client_of(receiver, origins, cx.text) {
        Some(client) if client.kind == ClientKind::Redis => None,
        Some(_) => return None,
        // A client that another file makes: `import { redis } from './client'`.
        None => {
            let name = values::dotted(receiver, cx.text)?;
            let root = name.split('.').next().unwrap_or_default();
            origins.module(root).filter(|module| cx.map().resolve_module(&cx.file.path, module).is_some())?;
            Some(name)
        }
    };
    let key = scope::resolved(values::arguments(call, cx.text).into_iter().next()?, call, cx.text);
    let is_told = matches!(key, Value::Text(_) | Value::Concat(_) | Value::Name(_) | Value::Call(..) | Value::Either(_) | Value::List(_));
    is_told.then(|| StoreKey { key, command: command.to_owned(), client })
}

#[cfg(test)]
mod tests {
    use crate::extract::typescript::tests::facts;

    #[test]
    fn keys_of_clients_are_read() {
        let text = "
            import Redis from 'ioredis';
            const redis = new Redis();
            class Lock {
                constructor(private readonly redis: Redis, private readonly map: Map<string, string>) {}
                take(kind: string) { return this.redis.set(`lock:${kind}`, '1', 'EX', 30); }
                other(id: string) { this.map.get(`no:${id}`); cache.get(`no:${id}`); }
            }
            export async function f(id: string) {
                const key = `rate:${id}`;
                await redis.incr(key);
                await redis.get(keys.session(id));
            }
        ";
        assert_eq!(facts("typescript.redis", "a.ts", text), "6 set 'lock:' + kind \n11 incr 'rate:' + id \n12 get keys.session(id) ");
    }
}

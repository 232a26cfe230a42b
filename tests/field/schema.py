#!/usr/bin/env python3
"""Measures `data_schema` of a real repository against a real PostgreSQL.

usage: schema.py BINARY REPOSITORY FOLDER PATTERN [--lexical|--dated] [--prefix KEY_PREFIX] [--sql 'statements run first'] [--replace REGEX TEXT]
       [--up REGEX] [--store ENGINE] [--run COMMAND] [--ignore REGEX]

Applies the files of FOLDER that match PATTERN (a glob), in the order of the tool, to a throw-away server, scans the repository with
BINARY, and prints precision, recall and F1 for tables, columns, types, nullability, primary keys, foreign keys and enums.
With --run a shell command makes the schema instead, with PGHOST, PGUSER and PGDATABASE set: the tool of the repository itself, for migrations
that are written in code. --ignore leaves tables out, as those in which tools keep their books.
Types are put into the server's words by the server. --up cuts each file where the expression matches (the way back of goose or dbmate).
"""

import argparse
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile

CATALOG = """
select json_build_object(
 'columns', (select json_agg(json_build_array(%(name)s, attname, format_type(atttypid, atttypmod), not attnotnull))
   from pg_attribute join rel c on c.oid = attrelid where attnum > 0 and not attisdropped),
 'tables', (select json_agg(%(name)s) from rel c),
 'keys', (select json_agg(json_build_array(%(name)s, (select json_agg(attname) from pg_attribute where attrelid = c.oid and attnum = any(conkey))))
   from pg_constraint join rel c on c.oid = conrelid where contype = 'p'),
 'foreign', (select json_agg(json_build_array(%(name)s,
     (select json_agg(attname order by o) from unnest(conkey) with ordinality k(n, o) join pg_attribute on attrelid = conrelid and attnum = n),
     (select case r.nspname when 'public' then '' else r.nspname || '.' end || r.relname from every r where r.oid = confrelid)))
   from pg_constraint join rel c on c.oid = conrelid where contype = 'f' and conparentid = 0),
 'enums', (select json_agg(json_build_array(name, labels)) from (
   select case nspname when 'public' then '' else nspname || '.' end || typname as name, json_agg(enumlabel order by enumsortorder) as labels
   from pg_type t join pg_namespace n on n.oid = typnamespace join pg_enum on enumtypid = t.oid group by 1) e))
"""
RELATIONS = """
with every as (select c.oid, relname, nspname, relkind, relispartition from pg_class c join pg_namespace n on n.oid = relnamespace
    where nspname !~ '^pg_' and nspname <> 'information_schema'),
  rel as (select * from every where relkind in ('r', 'p') and not relispartition
    and not exists (select 1 from pg_depend d where d.objid = every.oid and d.deptype = 'e'))
"""
NAME = "case c.nspname when 'public' then '' else c.nspname || '.' end || c.relname"


class Server:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="schema")
        os.chmod(self.folder, 0o777)
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True).stdout.strip()
        places = [said] + sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
        self.programs = next(place for place in places if os.path.exists(f"{place}/initdb"))
        self.run("initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off"
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o", options, "start")

    def run(self, program, *arguments):
        user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        subprocess.run([*user, f"{self.programs}/{program}", *arguments], check=True, capture_output=True, cwd="/tmp")

    def psql(self, *arguments, text=None):
        command = ["psql", "-h", self.folder, "-U", "postgres", "-d", "postgres", "-X", "-q", "-At", *arguments]
        return subprocess.run(command, capture_output=True, text=True, input=text)

    def stop(self):
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


def ordered(arguments):
    files = glob.glob(os.path.join(arguments.folder, arguments.pattern), recursive=True)
    if arguments.lexical:
        return sorted(files)
    if arguments.dated:
        return sorted(files, key=lambda path: os.path.basename(os.path.dirname(path)).split("_")[0].replace("-", ""))
    return sorted(files, key=lambda path: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path)])


def server_facts(server):
    answer = server.psql("-c", RELATIONS + CATALOG % {"name": NAME})
    catalog = {key: value or [] for key, value in json.loads(answer.stdout).items()}
    return {
        "tables": {name.lower() for name in catalog["tables"]},
        "columns": {(t.lower(), c) for t, c, _, _ in catalog["columns"]},
        "types": {(t.lower(), c, kind.lower()) for t, c, kind, _ in catalog["columns"]},
        "nullability": {(t.lower(), c, null) for t, c, _, null in catalog["columns"]},
        "primary keys": {(t.lower(), *sorted(columns)) for t, columns in catalog["keys"]},
        "foreign keys": {(t.lower(), *columns, target.lower()) for t, columns, target in catalog["foreign"]},
        "enums": {(name.lower(), *labels) for name, labels in catalog["enums"]},
    }


def document_facts(server, schema, prefix, store):
    own = {name: table for name, table in schema["tables"].items() if name.startswith(prefix) and table.get("store") == store}
    plain = {name[len(prefix):].lower(): table for name, table in own.items()}
    enums = {name[len(prefix):]: labels for name, labels in schema["enums"].items() if name.startswith(prefix)}
    written = sorted({column["type"] for table in plain.values() for column in table["columns"]})
    by_lower = {name.lower(): name for name in enums}

    def in_server_words(kind):
        base, bracket, rest = kind.partition("[")
        spelled = ".".join(f'"{part}"' for part in by_lower[base].split(".")) if base in by_lower else base
        probe = f"create temporary table probe (c {spelled}{bracket}{rest})"
        read = "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'probe'::regclass and attnum = 1"
        return server.psql("-c", probe, "-c", read).stdout.strip().lower()

    types = {kind: in_server_words(kind) for kind in written}
    facts = {kind: set() for kind in ["tables", "columns", "types", "nullability", "primary keys", "foreign keys", "enums"]}
    for name, table in plain.items():
        facts["tables"].add(name)
        key = table.get("primary_key") or [column["name"] for column in table["columns"] if column.get("primary_key")]
        if key:
            facts["primary keys"].add((name, *sorted(key)))
        for column in table["columns"]:
            facts["columns"].add((name, column["name"]))
            facts["types"].add((name, column["name"], types[column["type"]]))
            facts["nullability"].add((name, column["name"], column.get("nullable", False)))
        for one in table.get("relationships", []):
            if one["type"] in ("many_to_one", "one_to_one") and one.get("references"):
                columns = one["foreign_key"] if isinstance(one["foreign_key"], list) else [one["foreign_key"]]
                facts["foreign keys"].add((name, *columns, one["target_table"][len(prefix):].lower()))
    facts["enums"] = {(name.lower(), *labels) for name, labels in enums.items()}
    return facts


def ignored(fact, pattern):
    return re.search(pattern, fact if isinstance(fact, str) else fact[0]) is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ["binary", "repository", "folder", "pattern"]:
        parser.add_argument(name)
    parser.add_argument("--lexical", action="store_true")
    parser.add_argument("--dated", action="store_true")
    parser.add_argument("--prefix", default="")
    parser.add_argument("--sql", default="")
    parser.add_argument("--replace", nargs=2)
    parser.add_argument("--up")
    parser.add_argument("--run")
    parser.add_argument("--ignore", default="^$")
    parser.add_argument("--store", default="PostgreSQL", help="only tables of this engine; a repository may hold others")
    arguments = parser.parse_args()
    server = Server()
    try:
        server.psql(text=arguments.sql)
        if arguments.run:
            place = {"PGHOST": server.folder, "PGUSER": "postgres", "PGDATABASE": "postgres"}
            subprocess.run(arguments.run, shell=True, check=False, cwd=arguments.repository, env={**os.environ, **place})
        for path in [] if arguments.run else ordered(arguments):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            text = re.split(arguments.up, text)[0] if arguments.up else text
            text = re.sub(arguments.replace[0], arguments.replace[1], text) if arguments.replace else text
            faults = [line for line in server.psql(text=text).stderr.splitlines() if "ERROR" in line]
            if faults:
                print(f"the server refuses a part of {path}: {faults[0]}")
        scan = subprocess.run([arguments.binary, arguments.repository, "-q"], check=True, capture_output=True, text=True)
        expected = server_facts(server)
        expected = {kind: {one for one in truth if not ignored(one, arguments.ignore)} for kind, truth in expected.items()}
        found = document_facts(server, json.loads(scan.stdout)["data_schema"], arguments.prefix, arguments.store)
    finally:
        server.stop()
    for kind, truth in expected.items():
        right = len(truth & found[kind])
        precision = right / len(found[kind]) if found[kind] else float(not truth)
        recall = right / len(truth) if truth else 1.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        print(f"{kind:13} {len(truth):5} on the server, {len(found[kind]):5} found, P {precision:.3f} R {recall:.3f} F1 {f1:.3f}")
        for one in sorted(truth - found[kind], key=str)[:8]:
            print("   missing", one)
        for one in sorted(found[kind] - truth, key=str)[:8]:
            print("   wrong  ", one)


main()

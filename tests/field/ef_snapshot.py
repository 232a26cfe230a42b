#!/usr/bin/env python3
"""Measures the fold of EF Core migrations against the newest model snapshot of the same context.

usage: ef_snapshot.py DOCUMENT SNAPSHOT.cs [--owner CONTAINER] [--prefix KEY_PREFIX]

DOCUMENT is what reposcan printed for the repository. Prints precision, recall and F1 for tables, columns, types, nullability, primary
keys and foreign keys, then what differs. Types that the snapshot leaves to the engine are not compared.
"""

import argparse
import json
import re

PROPERTY = re.compile(r'b\d*\.(?:Property|PrimitiveCollection)<([^>]+(?:<[^>]+>)?\??)>\("([^"]+)"\)(.*?);', re.S)
BLOCK = re.compile(r'modelBuilder\s*\.Entity\("([^"]+)",\s*(?:"([^"]+)",\s*)?b(\d*)\s*=>', re.S)


def body(text, start):
    """The text between the first brace behind `start` and the one that closes it."""
    begin = text.index("{", start)
    depth, at, quoted = 0, begin, False
    while at < len(text):
        letter = text[at]
        if quoted:
            at += letter == "\\"
            quoted = letter != '"'
        elif letter == '"':
            quoted = True
        elif letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
            if depth == 0:
                return text[begin + 1 : at]
        at += 1
    return text[begin:]


def call(text, name):
    found = re.search(r"\." + name + r"\(([^;]*?)\)\s*(?:[;.])", text, re.S)
    return re.findall(r'"([^"]*)"', found.group(1)) if found else []


def snapshot(path):
    text = open(path, encoding="utf-8-sig").read()
    entities, order = {}, []
    default = re.search(r'HasDefaultSchema\("([^"]+)"\)', text)
    for found in BLOCK.finditer(text):
        name, inner = found.group(1), body(text, found.end())
        entity = entities.setdefault(name, {"columns": {}, "keys": None, "table": None, "owned": [], "relations": [], "base": None})
        if name not in order:
            order.append(name)
        read_entity(entity, inner, entities)
    return tables(entities, default.group(1) if default else None)


def read_entity(entity, inner, entities):
    owned = re.compile(r'b\d*\.(?:OwnsOne|OwnsMany|ComplexProperty)\(', re.S)
    plain, rest = "", inner
    while found := owned.search(rest):
        plain += rest[: found.start()]
        inside = body(rest, found.end())
        header = rest[found.end() : rest.index("{", found.end())]
        child = {"columns": {}, "keys": None, "table": None, "owned": [], "relations": [], "base": None}
        read_entity(child, inside, entities)
        names = re.findall(r'"([^"]*)"', header)
        child["prefix"] = names[1] if "ComplexProperty" not in found.group(0) and len(names) > 1 else names[-1] if names else ""
        entity["owned"].append(child)
        begin = rest.index("{", found.end())
        rest = rest[begin + len(inside) + 2 :]
    plain += rest
    for clr, name, more in PROPERTY.findall(plain):
        column = call(more + ";", "HasColumnName")
        kind = call(more + ";", "HasColumnType")
        # A type of the code that is a class can be null unless the model says otherwise.
        is_class = clr in ("string", "byte[]", "JsonDocument", "Vector") or clr.endswith("[]") or "<" in clr
        nullable = clr.endswith("?") or (is_class and "IsRequired()" not in more)
        entity["columns"][name] = (column[0] if column else name, kind[0].lower() if kind else None, nullable)
    if keys := call(plain, "HasKey"):
        entity["keys"] = keys
    if table := re.search(r'\.ToTable\("([^"]+)"(?:,\s*"([^"]+)"|,\s*\(string\)null)?', plain):
        entity["table"] = (table.group(2), table.group(1))
    if re.search(r"\.ToTable\(\(string\)null\)|\.ToView\(|\.HasNoKey\(\)", plain) and not entity["table"]:
        entity["table"] = entity["table"] or None
        entity["view"] = True
    if base := call(plain, "HasBaseType"):
        entity["base"] = base[0]
    for target, more in re.findall(r'\.HasOne\("([^"]+)"(?:,\s*"[^"]*"|,\s*null)?\)(.*?);', plain, re.S):
        if foreign := call(more + ";", "HasForeignKey"):
            entity["relations"].append((target, [one for one in foreign if one not in entities]))


def tables(entities, default):
    found = {}
    for name, entity in entities.items():
        root = entity
        while root["base"] and root["base"] in entities and not root["table"]:
            root = entities[root["base"]]
        place = root["table"] or (None, None)
        if place[1] is None:
            continue
        schema = place[0] or default
        key = f"{schema}.{place[1]}" if schema and schema not in ("public", "dbo") else place[1]
        table = found.setdefault(key, {"columns": {}, "keys": [], "foreign": set()})
        child = root is not entity
        for column, kind, nullable in entity["columns"].values():
            table["columns"].setdefault(column, (kind, nullable or child))
        add_owned(table, entity, "", found, default)
        if entity["keys"] and not child:
            table["keys"] = [entity["columns"].get(one, (one,))[0] for one in entity["keys"]]
        for target, columns in entity["relations"]:
            table["foreign"].add(tuple(entity["columns"].get(one, (one,))[0] for one in columns))
    return found


def add_owned(table, entity, prefix, found, default):
    for child in entity["owned"]:
        if child["table"] and child["table"][1]:
            schema = child["table"][0] or default
            key = f"{schema}.{child['table'][1]}" if schema and schema not in ("public", "dbo") else child["table"][1]
            own = found.setdefault(key, {"columns": {}, "keys": [], "foreign": set()})
        else:
            own = table
        # In the table of its owner a column is called after the way to it, and can be null when the owned object is missing.
        inner = f"{prefix}{child['prefix']}_" if own is table else ""
        for name, (column, kind, nullable) in child["columns"].items():
            if own is not table:
                own["columns"].setdefault(column, (kind, nullable))
            elif name not in (child["keys"] or []):
                own["columns"].setdefault(column if column != name else inner + name, (kind, None))
        if own is not table:
            own["keys"] = [child["columns"].get(one, (one,))[0] for one in child["keys"] or []]
        add_owned(own, child, inner, found, default)


def document(path, owner, prefix):
    found = {}
    for key, table in json.load(open(path))["data_schema"]["tables"].items():
        if owner and table.get("owner") != owner:
            continue
        if prefix and not key.startswith(prefix):
            continue
        name = key.split("/")[-1]
        columns = {one["name"]: (one["type"].lower(), bool(one.get("nullable"))) for one in table["columns"]}
        keys = table.get("primary_key") or [one["name"] for one in table["columns"] if one.get("primary_key")]
        lines = [one for one in table.get("relationships", []) if "references" in one or "on_delete" in one or one["type"] == "many_to_one"]
        foreign = {tuple(one["foreign_key"] if isinstance(one["foreign_key"], list) else [one["foreign_key"]]) for one in lines if one.get("foreign_key")}
        found[name] = {"columns": columns, "keys": keys, "foreign": foreign}
    return found


def facts(tables, kinds, stated):
    rows = {"tables": set(), "columns": set(), "types": set(), "nullability": set(), "primary keys": set(), "foreign keys": set()}
    for name, table in tables.items():
        rows["tables"].add(name)
        rows["primary keys"].add((name, tuple(table["keys"])))
        rows["foreign keys"].update((name, one) for one in table["foreign"])
        for column, (kind, nullable) in table["columns"].items():
            rows["columns"].add((name, column))
            if stated.get((name, column)) is not None and column not in table["keys"]:
                rows["nullability"].add((name, column, nullable))
            if kinds.get((name, column)):
                rows["types"].add((name, column, kind))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("document")
    parser.add_argument("snapshot")
    parser.add_argument("--owner")
    parser.add_argument("--prefix")
    given = parser.parse_args()
    truth = snapshot(given.snapshot)
    found = document(given.document, given.owner, given.prefix)
    kinds = {(name, column): kind for name, table in truth.items() for column, (kind, _) in table["columns"].items()}
    stated = {(name, column): null for name, table in truth.items() for column, (_, null) in table["columns"].items()}
    wanted, got = facts(truth, kinds, stated), facts(found, kinds, stated)
    for subject, rows in wanted.items():
        both = len(rows & got[subject])
        precision, recall = both / max(1, len(got[subject])), both / max(1, len(rows))
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(f"{subject:13} truth {len(rows):5} found {len(got[subject]):5} precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}")
        for sign, some in (("missing", sorted(rows - got[subject], key=str)[:8]), ("wrong", sorted(got[subject] - rows, key=str)[:8])):
            for one in some:
                print(f"    {sign}: {one}")


main()

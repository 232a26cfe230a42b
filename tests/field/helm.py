#!/usr/bin/env python3
"""Measures the rendering of a collection of Helm charts against the reference renderer of tests/oracles/helm.

usage: CHARTS=FOLDER helm.py BINARY REFERENCE [--without] [--only CHART] [--show N]

BINARY is reposcan, REFERENCE the built renderer (`GO111MODULE=off GOPATH=/usr/share/gocode go build` in tests/oracles/helm).
Every folder of FOLDER that holds a Chart.yaml is laid into a temporary folder with the charts that it needs, as far as FOLDER has them, in its
`charts` folder; with --without reposcan gets the chart alone, as a checkout has it, and only the chart's own templates are compared.
Prints, for all templates out of which resources come with default values, the share whose resources have the same facts.
"""

import argparse
import collections
import json
import os
import shutil
import subprocess
import tempfile
import time

FACTS = ["image", "init_image", "ports", "hosts", "replicas", "schedule", "service_account", "storage", "namespace"]


def needs(folder):
    """Names of the dependencies in a Chart.yaml, which are written one way everywhere: `- name: x` or `  name: x` in a list."""
    names, inside = [], False
    with open(os.path.join(folder, "Chart.yaml"), encoding="utf-8") as file:
        for line in file:
            if not line.startswith((" ", "-", "#")) and line.strip():
                inside = line.startswith("dependencies:")
            part = line.strip().lstrip("- ")
            if inside and part.startswith("name:"):
                names.append(part[5:].strip().strip("\"'"))
    return names


def vendor(folder, collection, depth=0):
    for name in needs(folder):
        source, target = collection.get(name), os.path.join(folder, "charts", name)
        if source and depth < 6 and not os.path.exists(target):
            shutil.copytree(source, target)
            vendor(target, collection, depth + 1)


def run(command, folder):
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    return done, time.monotonic() - start


def facts(values):
    out = {}
    for name in FACTS:
        value = values.get(name)
        if value not in (None, [], ""):
            out[name] = sorted(map(str, value if isinstance(value, list) else [value]))
    return out


def told(document):
    """Template -> resources that the default values give."""
    out = collections.defaultdict(list)
    for key, platform in document["deployment_topology"].items():
        if not key.startswith("helm: ") or not key.endswith(" (values)"):
            continue
        here = f"/deployment_topology/{key.replace('~', '~0').replace('/', '~1')}/resources/"
        for path, lines in document["sources"].items():
            for pointer in {line.split(" -> ", 1)[1] for line in lines}:
                if not pointer.startswith(here):
                    continue
                category, own = (part.replace("~1", "/").replace("~0", "~") for part in pointer[len(here):].split("/", 1))
                values = platform["resources"][category][own]
                values = values if isinstance(values, dict) else {}
                if "enabled_by" not in values and not own.startswith("Chart/"):
                    out[path].append((own.split("/")[0], own.rsplit("/", 1)[1], facts(values)))
    return out


def shown(resources):
    return sorted({json.dumps(one, sort_keys=True) for one in resources})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("reference")
    parser.add_argument("--without", action="store_true")
    parser.add_argument("--only")
    parser.add_argument("--show", type=int, default=10)
    arguments = parser.parse_args()
    binary, reference = os.path.abspath(arguments.binary), os.path.abspath(arguments.reference)
    root = os.environ["CHARTS"]
    names = sorted(name for name in os.listdir(root) if os.path.exists(os.path.join(root, name, "Chart.yaml")))
    collection = {name: os.path.join(root, name) for name in names}
    same = full = refused = charts = 0
    slowest = (0.0, "")
    different = []
    for name in [arguments.only] if arguments.only else names:
        with tempfile.TemporaryDirectory(prefix="helm") as place:
            whole, bare = os.path.join(place, "whole", name), os.path.join(place, "bare", name)
            # What is laid into `charts` is often ignored by the collection itself.
            shutil.copytree(collection[name], whole, ignore=shutil.ignore_patterns(".gitignore"))
            shutil.copytree(collection[name], bare)
            vendor(whole, collection)
            done, _ = run([reference, "."], whole)
            if done.returncode:
                print(f"{name}: the reference does not load it: {done.stderr.decode().strip()}")
                continue
            charts += 1
            truth = json.loads(done.stdout)
            done, took = run([binary, "--compact", "."], bare if arguments.without else whole)
            slowest = max(slowest, (took, name))
            if done.returncode:
                print(f"{name}: reposcan ends with {done.returncode}: {done.stderr.decode()[-300:]}")
                continue
            found = told(json.loads(done.stdout))
            # A chart that is taken in twice has each of its templates twice.
            merged = {}
            for one in truth:
                known = merged.setdefault(one["template"], one)
                if known is not one:
                    known["resources"] += one["resources"]
                    known["error"] = known.get("error") or one.get("error")
            for one in merged.values():
                path = one["template"]
                if arguments.without and not path.startswith("templates/"):
                    continue
                if one.get("error"):
                    refused += 1
                    continue
                wanted = shown((r["kind"], r["name"], facts(r["facts"])) for r in one["resources"])
                given = shown(found.get(path, []))
                if wanted or given:
                    full += 1
                    same += wanted == given
                    if wanted != given:
                        different.append((name, path, [x for x in wanted if x not in given], [x for x in given if x not in wanted]))
    for name, path, wanted, given in different[: arguments.show]:
        print(f"\n{name}/{path}")
        for text in wanted:
            print(f"  helm:     {text[:400]}")
        for text in given:
            print(f"  reposcan: {text[:400]}")
    share = 100 * same / full if full else 0
    print(f"\n{charts} charts, {full} templates with resources, {same} with the same facts ({share:.1f} %), {refused} refused by the reference")
    print(f"slowest: {slowest[1]}, {slowest[0]:.2f} s")
    worst = collections.Counter(name for name, *_ in different)
    print("different:", ", ".join(f"{name} {count}" for name, count in worst.most_common(30)))


if __name__ == "__main__":
    main()

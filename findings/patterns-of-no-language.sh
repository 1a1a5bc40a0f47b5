#!/usr/bin/env bash
# In which language the patterns are written by which AWS's models say what a name may be.
#
# Versions   botocore 1.43.106 (the models of the APIs), cfn-lint 1.58.0 (CloudFormation's schemas); Python 3.11, Node 20
# One would  guess that they are of one language, which a checker of input can be made from: the schemas' are by JSON Schema's own rule those of
#            ECMAScript, with Unicode.
# They are   of no one. Python's re cannot read 177 of the 4,695 in the models, ECMAScript with "u" 211, and some neither. Without "u"
#            ECMAScript reads nearly all, and reads \p{L} as the letters p, L and two braces: a tag's key of ACM may then be "pLZN" and not
#            "shop". What all can read differs too: a role's name is [\w+=,.@-]+, to which "größe" fits in Python alone, where
#            \w is any letter, and IAM refuses it. Java's intersection of classes has got into the schemas as well: [\p{Print}&&[^|:/]].
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.43.106 cfn-lint==1.58.0
cat >"$folder/ask.mjs" <<'JS'
import { readFileSync } from "node:fs";

const [models, schemas, samples] = JSON.parse(readFileSync(process.argv[2], "utf8"));
const read = (flags) => (pattern) => {
  try {
    return new RegExp(`^(?:${pattern})$`, flags);
  } catch {
    return null;
  }
};
const verdict = (pattern, text) => (pattern ? (pattern.test(text) ? "fits" : "does not fit") : "unreadable");
const unreadable = (list) => ["", "u"].map((flags) => list.map((pattern) => read(flags)(pattern) === null));
const answers = samples.map(([pattern, text]) => ["", "u"].map((flags) => verdict(read(flags)(pattern), text)));
console.log(JSON.stringify([unreadable(models), unreadable(schemas), answers]));
JS
cat >"$folder/ask.py" <<'PY'
import json
import pathlib
import re
import subprocess
import sys

import botocore
import botocore.loaders
import cfnlint

loader = botocore.loaders.Loader()


def shapes(service):
    return loader.load_service_model(service, "service-2")["shapes"]


def patterns(value):
    if isinstance(value, dict):
        if isinstance(value.get("pattern"), str):
            yield value["pattern"]
        for member in value.values():
            yield from patterns(member)
    elif isinstance(value, list):
        for member in value:
            yield from patterns(member)


def verdict(pattern, text):
    try:
        return "fits" if re.fullmatch(pattern, text) else "does not fit"
    except re.error:
        return "unreadable"


services = loader.list_available_services("service-2")
models = sorted({shape["pattern"] for service in services for shape in shapes(service).values() if "pattern" in shape})
folder = pathlib.Path(cfnlint.__file__).parent / "data/schemas/resources"
schemas = sorted({pattern for file in folder.rglob("*.json") for pattern in patterns(json.loads(file.read_text()))})
tag, role = shapes("acm")["TagKey"]["pattern"], shapes("iam")["roleNameType"]["pattern"]
samples = [(tag, "shop"), (tag, "pLZN"), (tag, "größe"), (role, "shop"), (role, "größe")]

pathlib.Path(sys.argv[2]).write_text(json.dumps([models, schemas, samples]))
node = json.loads(subprocess.run(["node", sys.argv[1], sys.argv[2]], check=True, capture_output=True).stdout)
for name, known, (plain, unicode) in (("models", models, node[0]), ("schemas", schemas, node[1])):
    python = [verdict(pattern, "") == "unreadable" for pattern in known]
    none = sum(map(all, zip(python, plain, unicode)))
    print(f"{name}: {len(known)} patterns; unreadable in Python {sum(python)}, ECMAScript {sum(plain)}, with u {sum(unicode)}, all {none}")
print("schemas:", [pattern for pattern in schemas if "&&" in pattern])
for (pattern, text), (plain, unicode) in zip(samples, node[2]):
    print(f"{pattern} and {text}: Python {verdict(pattern, text)}, ECMAScript {plain}, with u {unicode}")
PY
"$folder/venv/bin/python" "$folder/ask.py" "$folder/ask.mjs" "$folder/asked" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
models: 4695 patterns; unreadable in Python 177, ECMAScript 38, with u 211, all 11
schemas: 3014 patterns; unreadable in Python 101, ECMAScript 14, with u 123, all 8
schemas: ['^[\\p{Print}&&[^|:/]]+$']
([\p{L}\p{Z}\p{N}_.:/=+\-@]*) and shop: Python unreadable, ECMAScript does not fit, with u fits
([\p{L}\p{Z}\p{N}_.:/=+\-@]*) and pLZN: Python unreadable, ECMAScript fits, with u fits
([\p{L}\p{Z}\p{N}_.:/=+\-@]*) and größe: Python unreadable, ECMAScript does not fit, with u fits
[\w+=,.@-]+ and shop: Python fits, ECMAScript fits, with u fits
[\w+=,.@-]+ and größe: Python fits, ECMAScript does not fit, with u does not fit
SEEN

#!/usr/bin/env bash
# What two engines of JSONata, the language of Step Functions' newer definitions, make of the same expressions.
#
# Versions   jsonata 2.2.2 (npm, the language's own), jsonata-python 0.7.1 (PyPI, by which ministack 1.5.33 runs state machines)
# One would  guess that a port which passes the language's suite of tests calculates alike, since numbers in JSONata are numbers of JSON.
# They do    not. The port takes the remainder of whole numbers: 2.5 % 1 is 0, and 5.5 % 2 is 1. A number of 16 digits loses its last ones as
#            soon as it becomes a text, as does 1e15: an order's number in a key or a message is another one. It rounds halves up where
#            the other rounds them to even numbers, takes times without seconds, and base64 of a letter outside ASCII is of UTF-8, which the
#            language's own is not: there it is of Latin-1. None of it is an error, so the state succeeds with another output.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jsonata-python==0.7.1
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts jsonata@2.2.2 >/dev/null
cat >"$folder/expressions" <<'TXT'
5 % 3
2.5 % 1
5.5 % 2
-5.5 % 2
'order-' & 123456789012345
'order-' & 1234567890123456
$string(1e15)
$formatNumber(1.5, '#')
$formatNumber(2.5, '#')
$formatNumber(0.125, '0.00')
$toMillis('2026-01-01T00:00Z')
$toMillis('2026-01-01T00:00')
$base64encode('ü')
$replace('a.b', '.', '$0')
TXT
cat >"$folder/ask.mjs" <<'JS'
import { readFileSync } from "node:fs";
import jsonata from "jsonata";

for (const text of readFileSync(process.argv[2], "utf8").trim().split("\n")) {
  const answer = await jsonata(text).evaluate({}).then(JSON.stringify, (error) => `error ${error.code}`);
  console.log(`${text} = ${answer}`);
}
JS
cat >"$folder/ask.py" <<'PY'
import json
import sys

import jsonata

for text in open(sys.argv[1], encoding="utf-8").read().strip().split("\n"):
    print(json.dumps(jsonata.Jsonata(text).evaluate({})))
PY
node "$folder/ask.mjs" "$folder/expressions" >"$folder/node"
"$folder/venv/bin/python" "$folder/ask.py" "$folder/expressions" >"$folder/python"
paste -d '|' "$folder/node" "$folder/python" | sed 's/|/ and /' >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
5 % 3 = 2 and 2
2.5 % 1 = 0.5 and 0
5.5 % 2 = 1.5 and 1
-5.5 % 2 = -1.5 and -1
'order-' & 123456789012345 = "order-123456789012345" and "order-123456789012345"
'order-' & 1234567890123456 = "order-1234567890123456" and "order-1.23456789012346e+15"
$string(1e15) = "1000000000000000" and "1e+15"
$formatNumber(1.5, '#') = "2" and "2"
$formatNumber(2.5, '#') = "2" and "3"
$formatNumber(0.125, '0.00') = "0.12" and "0.13"
$toMillis('2026-01-01T00:00Z') = error D3110 and 1767225600000
$toMillis('2026-01-01T00:00') = error D3110 and 1767225600000
$base64encode('ü') = "/A==" and "w7w="
$replace('a.b', '.', '$0') = "a$0b" and "a.b"
SEEN

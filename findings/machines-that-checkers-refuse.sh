#!/usr/bin/env bash
# What two checkers of state machines make of definitions in JSONata.
#
# Versions   asl-validator 4.0.0 (npm), statelint 3.1.0 (PyPI); both know "QueryLanguage": "JSONata"
# One would  guess that they take what the States Language's specification has: an expression is a text from "{%" to "%}", with blanks and line ends as one
#            likes, numbers may be expressions, an Output is any JSON; and that they refuse what it forbids: a state of JSONPath in a machine of
#            JSONata, and a variable that is called "states".
# They do    not, and refuse different things. For asl-validator an expression is one line with a blank at both ends, so that each longer one, as
#            YAML has them, is wrong, and an Output is an object or an expression. What it says of it is that the state's Type is not an allowed
#            value. statelint refuses expressions in the place of each number and time (Seconds, TimeoutSeconds, MaxConcurrency, MaxItems)
#            and what a reader or a writer of a distributed map says of its format. Both take the two that are forbidden.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check statelint==3.1.0
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts asl-validator@4.0.0 >/dev/null

cat >"$folder/make.py" <<'PY'
import json
import sys

CALL = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "worker"}}
EACH = {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}
MANY = dict(EACH, ProcessorConfig={"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"})
READER = {"Resource": "arn:aws:states:::s3:getObject", "Arguments": {"Bucket": "files", "Key": "orders.json"}}
WRITER = {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "files", "Prefix": "out"}}
STATES = {
    "an expression": {"Type": "Pass", "Output": "{% $states.input.id %}"},
    "an expression without blanks": {"Type": "Pass", "Output": "{%$states.input.id%}"},
    "an expression of two lines": {"Type": "Pass", "Output": "{% (\n  $states.input.id) %}"},
    "two lines within an object": {"Type": "Pass", "Output": {"id": "{% (\n  $states.input.id) %}"}},
    "a number as output": {"Type": "Pass", "Output": 7},
    "a list as output": {"Type": "Pass", "Output": [7, "{% $states.input.id %}"]},
    "a text as output": {"Type": "Pass", "Output": "done"},
    "arguments by an expression": dict(CALL, Arguments="{% $states.input %}"),
    "seconds to wait": {"Type": "Wait", "Seconds": "{% $states.input.seconds %}"},
    "a time to wait for": {"Type": "Wait", "Timestamp": "{% $states.input.due %}"},
    "a time limit": dict(CALL, TimeoutSeconds="{% $states.input.seconds %}"),
    "items of two lines": {"Type": "Map", "Items": "{% (\n  $states.input.ids) %}", "ItemProcessor": EACH},
    "how many at once": {"Type": "Map", "MaxConcurrency": "{% $states.input.many %}", "ItemProcessor": EACH},
    "a reader's format": {"Type": "Map", "ItemReader": dict(READER, ReaderConfig={"InputType": "JSON"}), "ItemProcessor": MANY},
    "a reader's limit": {"Type": "Map", "ItemReader": dict(READER, ReaderConfig={"MaxItems": "{% $states.input.many %}"}),
                         "ItemProcessor": MANY},
    "a writer's format": {"Type": "Map", "ResultWriter": dict(WRITER, WriterConfig={"OutputType": "JSONL", "Transformation": "COMPACT"}),
                          "ItemProcessor": MANY},
    "variables after an error": dict(CALL, Catch=[
        {"ErrorEquals": ["States.ALL"], "Assign": {"failed": "{% $states.errorOutput %}"}, "Next": "Last"}]),
    "forbidden: a state of JSONPath": {"Type": "Pass", "QueryLanguage": "JSONPath", "ResultPath": "$.id"},
    'forbidden: a variable "states"': {"Type": "Pass", "Assign": {"states": "{% 1 %}"}},
}
machines = {
    what: {"QueryLanguage": "JSONata", "StartAt": "First", "States": {"First": dict(state, Next="Last"), "Last": {"Type": "Succeed"}}}
    for what, state in STATES.items()}
json.dump(machines, sys.stdout)
PY
cat >"$folder/ask.py" <<'PY'
import json
import sys

from statelint.linter import Linter

for what, machine in json.load(open(sys.argv[1])).items():
    print(f"statelint, {what}: {'refused' if Linter().validate(machine) else 'taken'}")
PY
cat >"$folder/ask.cjs" <<'JS'
const validate = require("asl-validator");
for (const [what, machine] of Object.entries(JSON.parse(require("node:fs").readFileSync(process.argv[2], "utf8")))) {
  console.log(`asl-validator, ${what}: ${validate(machine).isValid ? "taken" : "refused"}`);
}
JS
"$folder/venv/bin/python" "$folder/make.py" >"$folder/machines.json"
node "$folder/ask.cjs" "$folder/machines.json" >"$folder/seen"
"$folder/venv/bin/python" "$folder/ask.py" "$folder/machines.json" >>"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
asl-validator, an expression: taken
asl-validator, an expression without blanks: refused
asl-validator, an expression of two lines: refused
asl-validator, two lines within an object: refused
asl-validator, a number as output: refused
asl-validator, a list as output: refused
asl-validator, a text as output: refused
asl-validator, arguments by an expression: taken
asl-validator, seconds to wait: taken
asl-validator, a time to wait for: taken
asl-validator, a time limit: taken
asl-validator, items of two lines: refused
asl-validator, how many at once: taken
asl-validator, a reader's format: taken
asl-validator, a reader's limit: taken
asl-validator, a writer's format: taken
asl-validator, variables after an error: taken
asl-validator, forbidden: a state of JSONPath: taken
asl-validator, forbidden: a variable "states": taken
statelint, an expression: taken
statelint, an expression without blanks: taken
statelint, an expression of two lines: taken
statelint, two lines within an object: taken
statelint, a number as output: taken
statelint, a list as output: taken
statelint, a text as output: taken
statelint, arguments by an expression: taken
statelint, seconds to wait: refused
statelint, a time to wait for: refused
statelint, a time limit: refused
statelint, items of two lines: refused
statelint, how many at once: refused
statelint, a reader's format: refused
statelint, a reader's limit: refused
statelint, a writer's format: refused
statelint, variables after an error: taken
statelint, forbidden: a state of JSONPath: taken
statelint, forbidden: a variable "states": taken
SEEN

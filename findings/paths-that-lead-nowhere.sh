#!/usr/bin/env bash
# What ministack makes of a path, in a state machine, that leads nowhere or that it cannot read.
#
# Versions   ministack 1.5.33, boto3 1.43.106
# One would  guess that a state machine whose execution succeeds has found what its paths name: the States Language has a path that finds
#            nothing in a payload template fail (States.ParameterPathFailure), and a choice about a missing variable (States.Runtime).
# It does    succeed, with null. So does every path that it does not know: filters, slices, an index from the end, "..", unions and
#            variables ("$total", which Assign has set) are all null and no error, and Validate finds nothing wrong with them. A choice
#            about what is missing takes the default, and "IsNull" holds of it. An object in States.Format comes out as Python
#            writes it, and a result for "$.list[0]" is put beside the list, under the name "list[0]".
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import json, sys, time
import boto3

INPUT = {"list": [1, 2, 3], "orders": [{"sum": 5}, {"sum": 7}], "paid": {"by": "card"}}
PATHS = ["$.list[1]", "$.orders[*].sum", "$.missing", "$.list[-1]", "$.list[1:3]", "$.list[0,1]", "$.orders[?(@.sum > 5)].sum", "$..sum", "$total",
         "States.Format('paid {}', $.paid)"]
CHOICES = [{"StringEquals": "x"}, {"IsNull": True}, {"IsPresent": False}]

states = boto3.client("stepfunctions", endpoint_url=sys.argv[1], region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
for _ in range(300):
    try:
        states.list_state_machines()
        break
    except Exception:
        time.sleep(0.2)

def run(what, first, **others):
    definition = json.dumps({"StartAt": "first", "States": {"first": first, **others}})
    valid = states.validate_state_machine_definition(definition=definition)["result"]
    name = f"machine-{time.monotonic_ns()}"
    arn = states.create_state_machine(name=name, roleArn="arn:aws:iam::000000000000:role/r", definition=definition)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps(INPUT))["executionArn"]
    while (end := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(0.1)
    print(f"{what}: {valid}, {end['status']}, {end.get('output')}")

END = {"Type": "Pass", "End": True}
for path in PATHS:
    run(path, {"Type": "Pass", "Assign": {"total": 12}, "Next": "second"}, second=END | {"Parameters": {"found.$": path}})
for choice in CHOICES:
    run(f"a choice, $.missing, {choice}",
        {"Type": "Choice", "Choices": [{"Variable": "$.missing", **choice, "Next": "yes"}], "Default": "no"},
        yes=END | {"Result": "yes"}, no=END | {"Result": "no"})
run("a result for $.list[0]", END | {"Result": 9, "ResultPath": "$.list[0]"})
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 120 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
$.list[1]: OK, SUCCEEDED, {"found": 2}
$.orders[*].sum: OK, SUCCEEDED, {"found": [5, 7]}
$.missing: OK, SUCCEEDED, {"found": null}
$.list[-1]: OK, SUCCEEDED, {"found": null}
$.list[1:3]: OK, SUCCEEDED, {"found": null}
$.list[0,1]: OK, SUCCEEDED, {"found": null}
$.orders[?(@.sum > 5)].sum: OK, SUCCEEDED, {"found": null}
$..sum: OK, SUCCEEDED, {"found": null}
$total: OK, SUCCEEDED, {"found": null}
States.Format('paid {}', $.paid): OK, SUCCEEDED, {"found": "paid {'by': 'card'}"}
a choice, $.missing, {'StringEquals': 'x'}: OK, SUCCEEDED, "no"
a choice, $.missing, {'IsNull': True}: OK, SUCCEEDED, "yes"
a choice, $.missing, {'IsPresent': False}: OK, SUCCEEDED, "yes"
a result for $.list[0]: OK, SUCCEEDED, {"list": [1, 2, 3], "orders": [{"sum": 5}, {"sum": 7}], "paid": {"by": "card"}, "list[0]": 9}
SEEN

#!/usr/bin/env bash
# What ministack sends to the destinations of asynchronous invocations.
#
# Versions   ministack 1.5.33, boto3 1.43.106
# One would  guess that a destination which is shown when it is read back is sent what Lambda's guide says: successes to OnSuccess, and of
#            a failure how often the function was called (approximateInvokeCount), with a version, a time and a request's id.
# It does    send failures alone. OnSuccess is kept, shown, and never sent to. A failure always says that there were three calls, though
#            the number of retries is heeded and there was one; it has no version, no timestamp and no requestId, by which a consumer
#            would know it again. So a chain of functions by OnSuccess ends at its first link in silence.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import io, json, os, sys, time, zipfile
import boto3

MAIN = """
import os
def handler(event, context):
    open(os.environ["CALLS"], "a").write(".")
    if "fail" in event:
        raise ValueError("no")
    return event
"""

def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")

functions, queues, calls = client("lambda"), client("sqs"), sys.argv[2]
for _ in range(300):
    try:
        functions.list_functions()
        break
    except Exception:
        time.sleep(0.2)
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("main.py", MAIN)
functions.create_function(FunctionName="f", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/r", Handler="main.handler",
                          Code={"ZipFile": code.getvalue()}, Environment={"Variables": {"CALLS": calls}})
urls = {name: queues.create_queue(QueueName=name)["QueueUrl"] for name in ("OnSuccess", "OnFailure")}
wanted = {name: {"Destination": f"arn:aws:sqs:us-west-2:000000000000:{name}"} for name in urls}
functions.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0, DestinationConfig=wanted)
print("shown as it was set:", functions.get_function_event_invoke_config(FunctionName="f")["DestinationConfig"] == wanted)

def sent(to, event):
    before = os.path.getsize(calls) if os.path.exists(calls) else 0
    functions.invoke(FunctionName="f", InvocationType="Event", Payload=json.dumps(event))
    messages = queues.receive_message(QueueUrl=urls[to], WaitTimeSeconds=15).get("Messages", [])
    print(f"{to}: calls {os.path.getsize(calls) - before}, messages {len(messages)}")
    return json.loads(messages[0]["Body"]) if messages else {}

sent("OnSuccess", {"succeed": True})
record = sent("OnFailure", {"fail": True})
print("a failure has", sorted(record))
print("its context:", {key: value for key, value in record["requestContext"].items() if key != "functionArn"})
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 240 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$ministack" "$folder/calls" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
shown as it was set: True
OnSuccess: calls 1, messages 0
OnFailure: calls 1, messages 1
a failure has ['requestContext', 'requestPayload', 'responseContext', 'responsePayload']
its context: {'condition': 'RetriesExhausted', 'approximateInvokeCount': 3}
SEEN

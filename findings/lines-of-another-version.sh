#!/usr/bin/env bash
# Whose lines one reads who watches one version of a function by its log, in two emulators of AWS.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that the lines of a new version are found by the streams whose names begin with its day and "[2]", that what several streams have
#            comes by time, and that a stream which is not there is an error, as are a stream and a prefix together in CloudWatch Logs' reference.
# They do    not. Both take logStreamNamePrefix and heed it not, so that a canary's lines are those of all versions: who counts its errors counts the
#            old version's, and who waits for its first line has it at once. moto puts one stream behind the other, in the order in which
#            they were made; the first lines by limit are those of the oldest stream. Both find nothing, and no error, in a stream that is
#            not there. Of GetLogEvents moto gives the line of endTime too. What ministack's functions write has no eventId, by which tools know
#            what they have shown; each call has a stream of its own, which is not the one that its context names; and
#            LogFormat JSON, which is kept and shown, leaves all lines as text.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,logs]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import io, json, sys, time, zipfile
import boto3
from botocore.exceptions import ClientError

GROUP = {"logGroupName": "/aws/lambda/orders"}
CODE = """
def handler(event, context):
    print("line of", context.function_version)
    return context.log_stream_name
"""

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    logs = client("logs")
    for _ in range(300):
        try:
            logs.create_log_group(**GROUP)
            break
        except Exception:
            time.sleep(0.2)
    start = int(time.time() * 1000) - 60_000

    def answer(call, **arguments):
        try:
            return [event["message"] for event in call(**GROUP, **arguments)["events"]]
        except ClientError as error:
            return error.response["Error"]["Code"]

    for version, seconds in (("2", (1, 3)), ("1", (0, 2, 4))):
        stream = {"logStreamName": f"2026/11/30/[{version}]abc"}
        logs.create_log_stream(**GROUP, **stream)
        lines = [{"timestamp": start + 1000 * second, "message": f"{second} s, version {version}"} for second in seconds]
        logs.put_log_events(logEvents=lines, **GROUP, **stream)
    print(f"{name}, all:", answer(logs.filter_log_events))
    print(f"{name}, the first two:", answer(logs.filter_log_events, limit=2))
    print(f"{name}, version 2 by its prefix:", answer(logs.filter_log_events, logStreamNamePrefix="2026/11/30/[2]"))
    print(f"{name}, version 2 by its stream:", answer(logs.filter_log_events, logStreamNames=["2026/11/30/[2]abc"]))
    print(f"{name}, a stream that is not there:", answer(logs.filter_log_events, logStreamNames=["2026/11/30/[3]abc"]))
    both = {"logStreamNames": ["2026/11/30/[2]abc"], "logStreamNamePrefix": "2026/11/30/[1]"}
    print(f"{name}, a stream and a prefix:", answer(logs.filter_log_events, **both))
    until = {"startTime": start, "endTime": start + 2000, "startFromHead": True}
    print(f"{name}, GetLogEvents until 2 s:", answer(logs.get_log_events, logStreamName="2026/11/30/[1]abc", **until))
    return client

def call(name, client):
    functions, logs = client("lambda"), client("logs")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", CODE)
    functions.create_function(FunctionName="f", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/r", Handler="main.handler",
                              Code={"ZipFile": code.getvalue()}, LoggingConfig={"LogFormat": "JSON"}, Publish=True)
    named = {json.loads(functions.invoke(FunctionName="f", Qualifier="1")["Payload"].read()) for _ in range(2)}
    time.sleep(1)
    streams = {one["logStreamName"] for one in logs.describe_log_streams(logGroupName="/aws/lambda/f")["logStreams"]}
    events = logs.filter_log_events(logGroupName="/aws/lambda/f")["events"]
    print(f"{name}, format:", functions.get_function(FunctionName="f")["Configuration"]["LoggingConfig"]["LogFormat"])
    print(f"{name}, first words of lines:", *sorted({event["message"].split()[0] for event in events}))
    print(f"{name}, lines with an eventId:", sum("eventId" in event for event in events), "of", len(events))
    print(f"{name}, streams of two calls, one after the other: {len(streams)}; named by their contexts: {len(named)}; both: {len(streams & named)}")

ask("moto", sys.argv[1])
call("ministack", ask("ministack", sys.argv[2]))
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 300 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$moto" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
moto, all: ['1 s, version 2', '3 s, version 2', '0 s, version 1', '2 s, version 1', '4 s, version 1']
moto, the first two: ['1 s, version 2', '3 s, version 2']
moto, version 2 by its prefix: ['1 s, version 2', '3 s, version 2', '0 s, version 1', '2 s, version 1', '4 s, version 1']
moto, version 2 by its stream: ['1 s, version 2', '3 s, version 2']
moto, a stream that is not there: []
moto, a stream and a prefix: ['1 s, version 2', '3 s, version 2']
moto, GetLogEvents until 2 s: ['0 s, version 1', '2 s, version 1']
ministack, all: ['0 s, version 1', '1 s, version 2', '2 s, version 1', '3 s, version 2', '4 s, version 1']
ministack, the first two: ['0 s, version 1', '1 s, version 2']
ministack, version 2 by its prefix: ['0 s, version 1', '1 s, version 2', '2 s, version 1', '3 s, version 2', '4 s, version 1']
ministack, version 2 by its stream: ['1 s, version 2', '3 s, version 2']
ministack, a stream that is not there: []
ministack, a stream and a prefix: ['1 s, version 2', '3 s, version 2']
ministack, GetLogEvents until 2 s: ['0 s, version 1']
ministack, format: JSON
ministack, first words of lines: END REPORT START line
ministack, lines with an eventId: 0 of 8
ministack, streams of two calls, one after the other: 2; named by their contexts: 1; both: 0
SEEN

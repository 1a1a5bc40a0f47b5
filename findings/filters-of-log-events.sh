#!/usr/bin/env bash
# Which events two emulators of AWS find by a filter pattern of CloudWatch Logs.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that FilterLogEvents finds by a pattern what CloudWatch Logs' guide says of it, or refuses what it cannot read: terms
#            are case-sensitive, "?a ?b" is either, "-a" is without, "%...%" is a regular expression, and "{ $.level = ... }"
#            compares a member of JSON.
# They do    refuse nothing. For what it cannot read moto takes every event, and so does ministack for JSON, which is the pattern that
#            structured logs are searched by; ministack finds nothing by "?a ?b" and by regular expressions, and takes "error" for
#            ERROR. So a test that waits for an error in a log passes at once, and one that there is none fails at once; and of
#            "-ERROR" and "?ERROR ?WARN" each emulator says another thing.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,logs]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3

LINES = ['{"level":"ERROR","n":5}', '{"level":"INFO","n":500}', "plain ERROR", "plain WARN"]
PATTERNS = ["ERROR", '"plain ERROR"', "error", "?ERROR ?WARN", "-ERROR", "%ERR.R%", '{ $.level = "ERROR" }', "{ $.n > 100 }"]
# What the guide says: the numbers of the lines.
GUIDE = [[0, 2], [2], [], [0, 2, 3], [1, 3], [0, 2], [0], [1]]

def ask(name, url):
    logs = boto3.client("logs", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            logs.create_log_group(logGroupName="g")
            break
        except Exception:
            time.sleep(0.2)
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName="g", logStreamName="s", logEvents=[{"timestamp": now, "message": line} for line in LINES])
    for pattern, guide in zip(PATTERNS, GUIDE):
        events = logs.filter_log_events(logGroupName="g", filterPattern=pattern)["events"]
        found = [LINES.index(event["message"]) for event in events]
        print(f"{name} {pattern}: {found}" + ("" if found == guide else f" instead of {guide}"))

ask("moto", sys.argv[1])
ask("ministack", sys.argv[2])
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 120 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$moto" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
moto ERROR: [0, 2]
moto "plain ERROR": [2]
moto error: []
moto ?ERROR ?WARN: [0, 1, 2, 3] instead of [0, 2, 3]
moto -ERROR: [0, 1, 2, 3] instead of [1, 3]
moto %ERR.R%: [0, 1, 2, 3] instead of [0, 2]
moto { $.level = "ERROR" }: [0, 1, 2, 3] instead of [0]
moto { $.n > 100 }: [0, 1, 2, 3] instead of [1]
ministack ERROR: [0, 2]
ministack "plain ERROR": [2]
ministack error: [0, 2] instead of []
ministack ?ERROR ?WARN: [] instead of [0, 2, 3]
ministack -ERROR: [1, 3]
ministack %ERR.R%: [] instead of [0, 2]
ministack { $.level = "ERROR" }: [0, 1, 2, 3] instead of [0]
ministack { $.n > 100 }: [0, 1, 2, 3] instead of [1]
SEEN

#!/usr/bin/env bash
# What two emulators of AWS answer to EventBridge's TestEventPattern.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that an operation which an emulator does not have is refused, so that a test which relies on it fails.
# They do    ministack answers as AWS documents it. moto has no such operation but a method of this name inside, and answers
#            200 with an empty body to everything, an invalid pattern included: there is neither "Result" nor an error. Code that
#            reads a missing member as false takes every pattern for one that does not match, and none for invalid.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,events]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import json, sys, time
import boto3
from botocore.exceptions import ClientError

EVENT = {"id": "1", "account": "123456789012", "source": "shop", "time": "2026-01-01T00:00:00Z", "region": "us-west-2",
         "resources": [], "detail-type": "Paid", "detail": {"sum": 3}}
PATTERNS = [{"source": ["shop"]}, {"source": ["bank"]}, {"detail": {"sum": [{"numeric": [">", 0, "<=", 3]}]}}, {"source": "shop"}]

def ask(name, url):
    events = boto3.client("events", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            events.list_rules()
            break
        except Exception:
            time.sleep(0.2)
    for pattern in map(json.dumps, PATTERNS):
        try:
            answer = events.test_event_pattern(EventPattern=pattern, Event=json.dumps(EVENT))
            print(name, pattern, answer["ResponseMetadata"]["HTTPStatusCode"], {k: v for k, v in answer.items() if k != "ResponseMetadata"})
        except ClientError as error:
            print(name, pattern, error.response["Error"]["Code"])

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
moto {"source": ["shop"]} 200 {}
moto {"source": ["bank"]} 200 {}
moto {"detail": {"sum": [{"numeric": [">", 0, "<=", 3]}]}} 200 {}
moto {"source": "shop"} 200 {}
ministack {"source": ["shop"]} 200 {'Result': True}
ministack {"source": ["bank"]} 200 {'Result': False}
ministack {"detail": {"sum": [{"numeric": [">", 0, "<=", 3]}]}} 200 {'Result': True}
ministack {"source": "shop"} InvalidEventPatternException
SEEN

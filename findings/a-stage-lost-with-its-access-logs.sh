#!/usr/bin/env bash
# What ministack makes of switching off the access logs of an HTTP API's stage.
#
# Versions   ministack 1.5.33, boto3 1.43.106
# One would  guess what API Gateway does on DeleteAccessLogSettings and DeleteRouteSettings: the settings go, the stage stays and goes on
#            serving; the answer is 204.
# It does    answer 204 and delete the whole stage: only the first two levels of the path below the API are looked at, so DELETE on
#            stages/NAME/accesslogsettings (and on stages/NAME/routesettings/KEY) is taken for DELETE on stages/NAME. A program that
#            looks at the status alone has lost its stage in the emulator, and would not in AWS.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106
cat >"$folder/ask.py" <<'PY'
import contextlib
import os
import socket
import subprocess
import sys
import time

import boto3

LOGS = {"DestinationArn": "arn:aws:logs:us-west-2:000000000000:log-group:api", "Format": "$context.requestId"}


@contextlib.contextmanager
def emulator():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = dict(os.environ, BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port), MINISTACK_HOST="127.0.0.1")
    program = os.path.join(sys.prefix, "bin", "ministack")
    process = subprocess.Popen([program], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def stages(client, api):
    return [stage["StageName"] for stage in client.get_stages(ApiId=api)["Items"]]


with emulator() as endpoint:
    api = boto3.client("apigatewayv2", "us-west-2", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b")
    for what in ("access logs", "a route's settings"):
        made = api.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
        api.create_stage(ApiId=made, StageName="live", AccessLogSettings=LOGS, RouteSettings={"GET /": {"ThrottlingBurstLimit": 5}})
        before = stages(api, made)
        if what == "access logs":
            answer = api.delete_access_log_settings(ApiId=made, StageName="live")
        else:
            answer = api.delete_route_settings(ApiId=made, StageName="live", RouteKey="GET /")
        print(f"{what}:", before, answer["ResponseMetadata"]["HTTPStatusCode"], stages(api, made))
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
access logs: ['live'] 204 []
a route's settings: ['live'] 204 []
SEEN

#!/usr/bin/env bash
# How the events of ministack's HTTP APIs go together with the router of Powertools for AWS Lambda.
#
# Versions   ministack 1.5.33, aws-lambda-powertools 3.37.0, boto3 1.43.106
# One would  guess that a route which answers behind an emulator's stage answers with the router that most functions in Python have.
# They do    not meet: an HTTP API hands over the path with its stage in front (rawPath "/live/orders/7"), and Powertools counts on it. It
#            takes as many characters off the path as the stage has, whatever they are. ministack hands over "/orders/7" beside
#            the stage "live", of which "rs/7" is left, so every route is a 404 until the stage is $default. The function's
#            own answer is a proper one: nothing says that the path was cut.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 aws-lambda-powertools==3.37.0 \
    boto3==1.43.106 botocore==1.43.106
cat >"$folder/ask.py" <<'PY'
import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile

import boto3
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

ECHO = "import json\ndef handler(event, context):\n    return {'statusCode': 200, 'body': json.dumps(event)}\n"

app = APIGatewayHttpResolver()


@app.get("/orders/<number>")
def order(number):
    return {"order": number}


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
        yield port
    finally:
        process.terminate()
        process.wait()


def zipped(text):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("main.py", text)
    return file.getvalue()


def show(what, event):
    answer = app.resolve(event, None)
    paths = [event["rawPath"], event["requestContext"]["stage"], app.current_event.path]
    print(f"{what}: rawPath {paths[0]}, stage {paths[1]}, path for the router {paths[2]}: {answer['statusCode']}")


with emulator() as port:
    account = {"region_name": "us-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    account["endpoint_url"] = f"http://127.0.0.1:{port}"
    function = boto3.client("lambda", **account).create_function(
        FunctionName="echo", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/r", Handler="main.handler", Code={"ZipFile": zipped(ECHO)}
    )
    gateway = boto3.client("apigatewayv2", **account)
    api = gateway.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
    echo = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function["FunctionArn"], PayloadFormatVersion="2.0"
    )
    gateway.create_route(ApiId=api, RouteKey="GET /orders/{number}", Target=f"integrations/{echo['IntegrationId']}")
    for stage, path in (("$default", "/orders/7"), ("live", "/live/orders/7")):
        gateway.create_stage(ApiId=api, StageName=stage, AutoDeploy=True)
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": f"{api}.execute-api.127.0.0.1"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            event = json.load(answer)
        show("ministack", event)
show("with the stage in front", event | {"rawPath": "/live/orders/7"})
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
ministack: rawPath /orders/7, stage $default, path for the router /orders/7: 200
ministack: rawPath /orders/7, stage live, path for the router rs/7: 404
with the stage in front: rawPath /live/orders/7, stage live, path for the router /orders/7: 200
SEEN

#!/usr/bin/env bash
# Whether anything but AWS minds two variables at one level of a path: /items/{x} beside /items/{y}.
#
# Versions   openapi-spec-validator 0.9.0, moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that the three refuse it, each with its own words: OpenAPI 3.0 calls two such paths identical and invalid, a REST API
#            answers that a sibling has a variable already, an HTTP API that the route key has a conflicting variable at that level.
#            A description that passes its validator, and an app that lives in an emulator, would then be accepted by AWS.
# They do    not: all three take both. moto also takes the very same resource and the very same route key a second time; ministack
#            takes the route key twice and refuses the resource alone.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openapi-spec-validator==0.9.0 \
    "moto[apigateway,apigatewayv2]==5.2.5" ministack==1.5.33 boto3==1.43.106 botocore==1.43.106
cat >"$folder/ask.py" <<'PY'
import contextlib
import os
import socket
import subprocess
import sys
import time

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from openapi_spec_validator import validate

ACCOUNT = {"region_name": "us-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
LEVELS = ["{x}", "{y}", "{x}"]


@contextlib.contextmanager
def ministack():
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


def verdict(call, **arguments):
    try:
        call(**arguments)
        return "taken"
    except ClientError as error:
        return error.response["Error"]["Code"]


def ask(name, endpoint=None):
    rest = boto3.client("apigateway", endpoint_url=endpoint, **ACCOUNT)
    api = rest.create_rest_api(name="items")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    items = rest.create_resource(restApiId=api, parentId=root, pathPart="items")["id"]
    resources = [verdict(rest.create_resource, restApiId=api, parentId=items, pathPart=level) for level in LEVELS]
    http = boto3.client("apigatewayv2", endpoint_url=endpoint, **ACCOUNT)
    api = http.create_api(Name="items", ProtocolType="HTTP")["ApiId"]
    routes = [verdict(http.create_route, ApiId=api, RouteKey=f"GET /items/{level}") for level in LEVELS]
    print(f"{name}: {LEVELS} as resources {resources}, as routes {routes}")


def described(level):
    parameter = {"name": level.strip("{}"), "in": "path", "required": True, "schema": {"type": "string"}}
    return {"get": {"parameters": [parameter], "responses": {"200": {"description": "one item"}}}}


paths = {f"/items/{level}": described(level) for level in LEVELS}
validate({"openapi": "3.0.3", "info": {"title": "items", "version": "1"}, "paths": paths})
print("openapi-spec-validator:", list(paths), "valid")
with mock_aws():
    ask("moto")
with ministack() as address:
    ask("ministack", address)
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
openapi-spec-validator: ['/items/{x}', '/items/{y}'] valid
moto: ['{x}', '{y}', '{x}'] as resources ['taken', 'taken', 'taken'], as routes ['taken', 'taken', 'taken']
ministack: ['{x}', '{y}', '{x}'] as resources ['taken', 'taken', 'ConflictException'], as routes ['taken', 'taken', 'taken']
SEEN

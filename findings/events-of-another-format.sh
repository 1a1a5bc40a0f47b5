#!/usr/bin/env bash
# In which payload format ministack's HTTP APIs call a function.
#
# Versions   ministack 1.5.33, boto3 1.43.106
# One would  guess that a function gets the format that its integration says, 1.0 or 2.0 (and 1.0, which API Gateway's reference has as the default
#            of CreateIntegration, where none is said), and that its answer is read by the same format.
# It does    always send 2.0, keeps "1.0" and shows it when it is read back, and gives 2.0 to an integration that says none. A handler for 1.0 finds
#            no httpMethod and no path; one for 2.0 whose integration forgot to say so works in the emulator alone. An answer is
#            read by 2.0 too: a dictionary without statusCode is 200, which in 1.0 is a 500, and multiValueHeaders are lost. And the 2.0 is
#            not AWS's: there is no "cookies" (they are in the headers), no stageVariables, and pathParameters is null where AWS has none.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import io, json, sys, time, urllib.request, zipfile
import boto3

MAIN = """
import json
def handler(event, context):
    answer = {"event": json.dumps(event)}
    if "bare" in event["rawPath"]:
        return answer
    return {"statusCode": 200, "multiValueHeaders": {"x-list": ["1", "2"]}, "body": json.dumps(event)}
"""

def client(service):
    return boto3.client(service, endpoint_url=sys.argv[1], region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")

functions, gateway = client("lambda"), client("apigatewayv2")
for _ in range(300):
    try:
        functions.list_functions()
        break
    except Exception:
        time.sleep(0.2)
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("main.py", MAIN)
function = functions.create_function(FunctionName="f", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/r", Handler="main.handler",
                                     Code={"ZipFile": code.getvalue()})["FunctionArn"]
api = gateway.create_api(Name="orders", ProtocolType="HTTP")["ApiId"]
gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True, StageVariables={"color": "blue"})
for format in ("1.0", "2.0", None):
    said = {"PayloadFormatVersion": format} if format else {}
    made = gateway.create_integration(ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function, **said)["IntegrationId"]
    shown = gateway.get_integration(ApiId=api, IntegrationId=made)["PayloadFormatVersion"]
    for path in (f"/orders-{shown}-{format}", f"/bare-{shown}-{format}"):
        gateway.create_route(ApiId=api, RouteKey=f"GET {path}", Target=f"integrations/{made}")
        request = urllib.request.Request(f"{sys.argv[1]}{path}", headers={"Host": f"{api}.execute-api.127.0.0.1", "Cookie": "a=1; b=2"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, headers, body = answer.status, answer.headers, json.load(answer)
        what = f"{path.split('-')[0]}, integration of {format or 'nothing'}, shown as {shown}"
        if path.startswith("/bare"):
            print(f"{what}: no statusCode is {status}")
            continue
        has = {key: key in body for key in ("httpMethod", "cookies", "stageVariables", "pathParameters")}
        print(f"{what}: event {body['version']}, has {has}, x-list {headers.get_all('x-list')}")
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 MINISTACK_HOST=127.0.0.1 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 120 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
/orders, integration of 1.0, shown as 1.0: event 2.0, has {'httpMethod': False, 'cookies': False, 'stageVariables': False, 'pathParameters': True}, x-list None
/bare, integration of 1.0, shown as 1.0: no statusCode is 200
/orders, integration of 2.0, shown as 2.0: event 2.0, has {'httpMethod': False, 'cookies': False, 'stageVariables': False, 'pathParameters': True}, x-list None
/bare, integration of 2.0, shown as 2.0: no statusCode is 200
/orders, integration of nothing, shown as 2.0: event 2.0, has {'httpMethod': False, 'cookies': False, 'stageVariables': False, 'pathParameters': True}, x-list None
/bare, integration of nothing, shown as 2.0: no statusCode is 200
SEEN

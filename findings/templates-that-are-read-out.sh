#!/usr/bin/env bash
# What ministack makes of the mapping templates of a mock integration.
#
# Versions   ministack 1.5.33, boto3 1.43.106
# One would  guess that a template is rendered, since it renders those of integrations with a service ($input, $util, $context, #set), or that
#            it is refused; and that a condition in a request template chooses the answer's status.
# It does    neither for a mock: the answer is the text of the template, with its $input and its directives, under 200 and as
#            application/json. Of a request template the first "statusCode" in its text counts, whatever condition it stands in and
#            though it is in a comment, so that a mock which refuses some requests refuses all of them. What no template
#            is asked for works: headers of fixed values, and a status without a condition.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time, urllib.error, urllib.request
import boto3

OK, JSON = '{"statusCode": 200}', "application/json"
CHOICE = """#if($input.params('id') == '7'){"statusCode": 404}#else{"statusCode": 200}#end"""
MOCKS = {
    "fixed": (OK, '{"id": 7}'),
    "from-the-request": (OK, """{"id": "$input.params('id')"}"""),
    "context": (OK, "$context.stage"),
    "set": (OK, "#set($id = 7)$id"),
    "chosen": (CHOICE, "found"),
    "commented": ('## was {"statusCode": 404}\n{"statusCode": 200}', "found"),
    "missing": ('{"statusCode": 404}', "found"),
}

rest = boto3.client("apigateway", endpoint_url=sys.argv[1], region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
for _ in range(300):
    try:
        rest.get_rest_apis()
        break
    except Exception:
        time.sleep(0.2)
api = rest.create_rest_api(name="mocks")["id"]
root = rest.get_resources(restApiId=api)["items"][0]["id"]
for name, (asked, answered) in MOCKS.items():
    method = {"restApiId": api, "resourceId": rest.create_resource(restApiId=api, parentId=root, pathPart=name)["id"], "httpMethod": "GET"}
    rest.put_method(authorizationType="NONE", **method)
    rest.put_integration(type="MOCK", requestTemplates={JSON: asked}, **method)
    for status, pattern, template in (("200", "", answered), ("404", "404", "not found")):
        rest.put_method_response(statusCode=status, **method)
        rest.put_integration_response(statusCode=status, selectionPattern=pattern, responseTemplates={JSON: template}, **method)
rest.create_deployment(restApiId=api, stageName="live")
for name in MOCKS:
    for number in (7, 8):
        request = urllib.request.Request(f"{sys.argv[1]}/live/{name}?id={number}", headers={"Host": f"{api}.execute-api.127.0.0.1"})
        try:
            answer = urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        print(f"{name}, id {number}: {answer.status} {answer.read().decode()}")
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 MINISTACK_HOST=127.0.0.1 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 120 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
fixed, id 7: 200 {"id": 7}
fixed, id 8: 200 {"id": 7}
from-the-request, id 7: 200 {"id": "$input.params('id')"}
from-the-request, id 8: 200 {"id": "$input.params('id')"}
context, id 7: 200 $context.stage
context, id 8: 200 $context.stage
set, id 7: 200 #set($id = 7)$id
set, id 8: 200 #set($id = 7)$id
chosen, id 7: 404 not found
chosen, id 8: 404 not found
commented, id 7: 404 not found
commented, id 8: 404 not found
missing, id 7: 404 not found
missing, id 8: 404 not found
SEEN

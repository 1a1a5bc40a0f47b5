#!/usr/bin/env bash
# Which REST API two emulators of AWS make of an OpenAPI description.
#
# Versions   moto 5.2.5, ministack 1.5.33, openapi-spec-validator 0.9.0, boto3 1.43.106
# One would  guess that ImportRestApi makes what the description says, with API Gateway's extensions, or refuses what it does not know, above all when it is
#            asked to fail on warnings.
# They do    neither. ministack takes any description and makes an API without a resource that is called "unnamed"; the answer is 201. moto makes the
#            paths and methods, and leaves out the rest without a word: authorizers and keys, which the methods then do not ask for, validators,
#            models, gateway responses, binary types and the policy. The extension for any method is a method of that name. Parameters that a
#            path's methods share, an integration that is a mock, and a description without "description", which OpenAPI does not ask for, are
#            each an error of Python, which moto's server answers as a 500.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[apigateway]==5.2.5' ministack==1.5.33 openapi-spec-validator==0.9.0 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import copy, json, sys, time
import boto3
from moto import mock_aws
from openapi_spec_validator import validate

AUTHORIZER = {
    "type": "token", "authorizerUri": "arn:aws:apigateway:us-west-2:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-west-2:123456789012:function:authorizer/invocations"}
ORDER = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
DONE = {"200": {"description": "done"}}
CALL = {"type": "http_proxy", "httpMethod": "POST", "uri": "https://backend.example.com/"}
MOCK = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
FULL = {
    "openapi": "3.0.1", "info": {"title": "orders", "version": "1", "description": "Orders"},
    "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True, "validateRequestParameters": True}},
    "x-amazon-apigateway-request-validator": "all",
    "x-amazon-apigateway-gateway-responses": {"UNAUTHORIZED": {"statusCode": "403"}},
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-policy": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}]},
    "components": {
        "schemas": {"Order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}},
        "securitySchemes": {
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "token": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
                      "x-amazon-apigateway-authorizer": AUTHORIZER}}},
    "paths": {
        "/orders": {
            "get": {"security": [{"token": []}], "responses": DONE, "x-amazon-apigateway-integration": CALL},
            "post": {"security": [{"key": []}], "requestBody": {"content": ORDER}, "responses": DONE,
                     "x-amazon-apigateway-integration": CALL}},
        "/rest": {"x-amazon-apigateway-any-method": {"responses": DONE, "x-amazon-apigateway-integration": CALL}}},
}
SHARED, PLAIN, MOCKED = copy.deepcopy(FULL), copy.deepcopy(FULL), copy.deepcopy(FULL)
SHARED["paths"]["/orders"]["parameters"] = [{"name": "trace", "in": "header", "schema": {"type": "string"}}]
del PLAIN["info"]["description"]
MOCKED["paths"]["/orders"]["get"]["x-amazon-apigateway-integration"] = MOCK


def ask(name, url):
    rest = boto3.client("apigateway", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            rest.get_rest_apis()
            break
        except Exception:
            time.sleep(0.2)

    def imported(document):
        validate(document)
        return rest.import_rest_api(body=json.dumps(document).encode(), failOnWarnings=True)

    api = imported(FULL)
    of = {"restApiId": api["id"]}
    print(f"{name}: status {api['ResponseMetadata']['HTTPStatusCode']}, name {api['name']}, binary types {api.get('binaryMediaTypes')}, "
          f"policy {'there' if api.get('policy') else 'absent'}")
    for resource in sorted(rest.get_resources(**of)["items"], key=lambda one: one["path"]):
        print(f"{name}: {resource['path']} {' '.join(sorted(resource.get('resourceMethods', {}))) or 'no method'}")
        for verb in sorted(set(resource.get("resourceMethods", {})) & {"GET", "POST"}):
            method = rest.get_method(**of, resourceId=resource["id"], httpMethod=verb)
            kept = [method.get(part) for part in ("authorizationType", "apiKeyRequired", "requestValidatorId", "requestModels")]
            print(f"{name}: {verb} {kept}")
    counts = {"authorizers": rest.get_authorizers, "validators": rest.get_request_validators, "models": rest.get_models}
    counts = {what: len(listed(**of)["items"]) for what, listed in counts.items()}
    counts["responses"] = sum(not one.get("defaultResponse") for one in rest.get_gateway_responses(**of)["items"])
    print(f"{name}: {counts}")
    for what, document in (("shared parameters", SHARED), ("no description of its own", PLAIN), ("a mock", MOCKED)):
        try:
            print(f"{name}, {what}: {imported(document)['name']}")
        except Exception as error:
            print(f"{name}, {what}: {type(error).__name__}")


with mock_aws():
    ask("moto", None)
ask("ministack", sys.argv[1])
PYTHON
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
"$folder/venv/bin/python" "$folder/ask.py" "http://127.0.0.1:$ministack" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
moto: status 200, name orders, binary types [], policy absent
moto: / no method
moto: /orders GET POST
moto: GET [None, False, None, None]
moto: POST [None, False, None, None]
moto: /rest X-AMAZON-APIGATEWAY-ANY-METHOD
moto: {'authorizers': 0, 'validators': 0, 'models': 0, 'responses': 0}
moto, shared parameters: AttributeError
moto, no description of its own: KeyError
moto, a mock: TypeError
ministack: status 201, name unnamed, binary types [], policy absent
ministack: / no method
ministack: {'authorizers': 0, 'validators': 0, 'models': 0, 'responses': 0}
ministack, shared parameters: unnamed
ministack, no description of its own: unnamed
ministack, a mock: unnamed
SEEN

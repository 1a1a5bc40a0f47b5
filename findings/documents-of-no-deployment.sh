#!/usr/bin/env bash
# What two emulators of AWS export as the description of a REST API's stage.
#
# Versions   moto 5.2.5, ministack 1.5.33, openapi-spec-validator 0.9.0, boto3 1.43.106
# One would  guess that GetExport gives what is deployed to the stage, in the format that is asked for, and that the document is valid, so that a
#            client can be generated from it in a test.
# They do    neither. Both export the API as it is edited, also to a stage that has another deployment. moto gives Swagger 2.0 in JSON
#            for OpenAPI 3.0, for YAML and for a stage that does not exist; its methods are in capitals ("GET"), which is
#            no operation in Swagger, so that a validator refuses it and a lenient reader finds an API without operations. ministack's
#            is valid, but an API without methods, which AWS does not deploy, is deployed and exported too.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[server,apigateway]==5.2.5' ministack==1.5.33 \
    openapi-spec-validator==0.9.0 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3, yaml
from botocore.exceptions import ClientError
from openapi_spec_validator import validate

def ask(name, url):
    rest = boto3.client("apigateway", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            rest.get_rest_apis()
            break
        except Exception:
            time.sleep(0.2)
    api = rest.create_rest_api(name="orders")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]

    def method(verb):
        rest.put_method(restApiId=api, resourceId=root, httpMethod=verb, authorizationType="NONE")
        rest.put_integration(restApiId=api, resourceId=root, httpMethod=verb, type="MOCK")
        rest.put_method_response(restApiId=api, resourceId=root, httpMethod=verb, statusCode="200")

    def deploy(what):
        try:
            rest.create_deployment(restApiId=api, stageName="live")
            print(f"{name}, {what}: deployed")
        except ClientError as error:
            print(f"{name}, {what}: {error.response['Error']['Code']}")

    def show(what, stage="live", kind="oas30", accepts="application/json"):
        try:
            text = rest.get_export(restApiId=api, stageName=stage, exportType=kind, accepts=accepts)["body"].read().decode()
        except ClientError as error:
            print(f"{name}, {what}: {error.response['Error']['Code']}")
            return
        document = yaml.safe_load(text)
        try:
            validate(document)
            verdict = "valid"
        except Exception as error:
            verdict = f"invalid ({type(error).__name__})"
        version = document.get("openapi") or document.get("swagger")
        language = "JSON" if text.startswith("{") else "YAML"
        print(f"{name}, {what}: {version} in {language}, {verdict}, methods {sorted(document['paths'].get('/', {}))}")

    deploy("no methods")
    method("GET")
    deploy("GET")
    show("oas30 of GET")
    show("swagger of GET", kind="swagger")
    show("oas30 in YAML", accepts="application/yaml")
    show("a stage that is none", stage="none")
    method("DELETE")
    show("with a DELETE that is not deployed")

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
moto, no methods: BadRequestException
moto, GET: deployed
moto, oas30 of GET: 2.0 in JSON, invalid (OpenAPIValidationError), methods ['GET']
moto, swagger of GET: 2.0 in JSON, invalid (OpenAPIValidationError), methods ['GET']
moto, oas30 in YAML: 2.0 in JSON, invalid (OpenAPIValidationError), methods ['GET']
moto, a stage that is none: 2.0 in JSON, invalid (OpenAPIValidationError), methods ['GET']
moto, with a DELETE that is not deployed: 2.0 in JSON, invalid (OpenAPIValidationError), methods ['DELETE', 'GET']
ministack, no methods: deployed
ministack, GET: deployed
ministack, oas30 of GET: 3.0.1 in JSON, valid, methods ['get']
ministack, swagger of GET: 2.0 in JSON, valid, methods ['get']
ministack, oas30 in YAML: 3.0.1 in YAML, valid, methods ['get']
ministack, a stage that is none: NotFoundException
ministack, with a DELETE that is not deployed: 3.0.1 in JSON, valid, methods ['delete', 'get']
SEEN

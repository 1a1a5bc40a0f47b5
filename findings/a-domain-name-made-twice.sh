#!/usr/bin/env bash
# What two emulators of AWS do when a domain name of API Gateway is created a second time.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that CreateDomainName of a name that is there is a ConflictException, as in AWS, so that a program which creates what it takes for
#            absent, or two that run at once, are stopped.
# They do    refuse it in the second API (apigatewayv2) alone. In the first both take the name again, with another certificate. ministack
#            drops the mappings of the name with it, so that every base path behind it is gone; moto keeps them and gives the name another
#            target, at which a record in Route 53 no longer points. And since in moto the two APIs have a store each, a name that one
#            of them made is not there for the other, and is made once more.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,apigateway,apigatewayv2]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3
from botocore.exceptions import ClientError

NAME = "api.example.com"

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    rest, http = client("apigateway"), client("apigatewayv2")
    for _ in range(300):
        try:
            rest.get_rest_apis()
            break
        except Exception:
            time.sleep(0.2)
    def answer(call):
        try:
            call()
            return "taken"
        except ClientError as error:
            return error.response["Error"]["Code"]
    def certificate(text):
        return f"arn:aws:acm:us-west-2:123456789012:certificate/{text}"
    def first(text, domain=NAME):
        return answer(lambda: rest.create_domain_name(
            domainName=domain, regionalCertificateArn=certificate(text), endpointConfiguration={"types": ["REGIONAL"]}))
    def second(text, domain=NAME):
        return answer(lambda: http.create_domain_name(DomainName=domain, DomainNameConfigurations=[{"CertificateArn": certificate(text)}]))

    api = rest.create_rest_api(name="orders")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    rest.create_deployment(restApiId=api, stageName="live")
    def show(what, verdict):
        shown = rest.get_domain_name(domainName=NAME)
        mapped = [mapping["basePath"] for mapping in rest.get_base_path_mappings(domainName=NAME).get("items", [])]
        print(f"{name}, {what}: {verdict}, certificate {shown['regionalCertificateArn'].split('/')[1]}, mappings {mapped}")
        return shown["regionalDomainName"]

    verdict = first("one")
    rest.create_base_path_mapping(domainName=NAME, restApiId=api, stage="live", basePath="v1")
    target = show("first API", verdict)
    again = show("first API, again", first("two"))
    print(f"{name}, its target is", "the same" if again == target else "another")
    print(f"{name}, in the second API it is", answer(lambda: http.get_domain_name(DomainName=NAME)).replace("taken", "known"))
    print(f"{name}, made there:", second("three"))
    print(f"{name}, second API:", second("one", "b.example.com"), "again:", second("two", "b.example.com"))

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
moto, first API: taken, certificate one, mappings ['v1']
moto, first API, again: taken, certificate two, mappings ['v1']
moto, its target is another
moto, in the second API it is NotFoundException
moto, made there: taken
moto, second API: taken again: ConflictException
ministack, first API: taken, certificate one, mappings ['v1']
ministack, first API, again: taken, certificate two, mappings []
ministack, its target is the same
ministack, in the second API it is known
ministack, made there: ConflictException
ministack, second API: taken again: ConflictException
SEEN

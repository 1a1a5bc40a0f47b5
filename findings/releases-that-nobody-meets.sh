#!/usr/bin/env bash
# What callers meet of a release in two emulators of AWS: a new version, an alias that leads to it, and a share of the calls.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that a version's number is given once, whatever was deleted since, that an alias leads to what was published under the number
#            that PublishVersion answers, and that an alias which gives nine calls of ten to a new version does so. AWS refuses a share of
#            $LATEST, and shares of two versions beside the alias's own.
# They do    not. moto's next number is how many versions there are, and one: once an old version was deleted, as who keeps the last ones
#            does with each release, a new one gets a number that is there. Both are listed under it, and whoever asks for the
#            number, or by an alias of it, gets the old one; so each release succeeds and none is ever run. ministack keeps the
#            weights, shows them, and gives every call to the alias's own version: a canary that would fail passes. Both take the
#            shares that AWS refuses.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,iam,awslambda]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import io, json, sys, time, zipfile
import boto3
from botocore.exceptions import ClientError

def ask(name, url, account, runs):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    functions, f = client("lambda"), {"FunctionName": "f"}
    for _ in range(300):
        try:
            functions.list_functions()
            break
        except Exception:
            time.sleep(0.2)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return context.function_version\n")
    functions.create_function(Runtime="python3.12", Role=f"arn:aws:iam::{account}:role/r", Handler="main.handler",
                              Code={"ZipFile": code.getvalue()}, **f)

    def publish(release):
        functions.update_function_configuration(Description=f"release {release}", **f)
        return functions.publish_version(**f)["Version"]

    def shown(qualifier):
        return functions.get_function(Qualifier=qualifier, **f)["Configuration"]["Description"]

    print(f"{name}, releases 1 to 3 are versions", *(publish(release) for release in (1, 2, 3)))
    functions.create_alias(Name="live", FunctionVersion="3", **f)
    functions.delete_function(Qualifier="1", **f)
    number = publish(4)
    print(f"{name}, the first is deleted, release 4 is version", number)
    print(f"{name}, versions:", *(one["Version"] for one in functions.list_versions_by_function(**f)["Versions"]))
    functions.update_alias(Name="live", FunctionVersion=number, **f)
    print(f"{name}, the alias leads to", shown("live"))

    def share(what, version, weights):
        try:
            functions.update_alias(Name="live", FunctionVersion=version, RoutingConfig={"AdditionalVersionWeights": weights}, **f)
            answer = "taken"
        except ClientError as error:
            answer = error.response["Error"]["Code"]
        print(f"{name}, {what}: {answer}")

    share("a share of $LATEST", "2", {"$LATEST": 0.1})
    share("shares of two versions", "2", {"3": 0.1, number: 0.1})
    share("nine of ten calls to version 3", "2", {"3": 0.9})
    if runs:
        met = [functions.invoke(Qualifier="live", **f) for _ in range(50)]
        print(f"{name}, versions that 50 calls met:", *sorted({one["ExecutedVersion"] for one in met}))

ask("moto", sys.argv[1], "123456789012", runs=False)
ask("ministack", sys.argv[2], "000000000000", runs=True)
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 300 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$moto" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
moto, releases 1 to 3 are versions 1 2 3
moto, the first is deleted, release 4 is version 3
moto, versions: $LATEST 2 3 3
moto, the alias leads to release 3
moto, a share of $LATEST: taken
moto, shares of two versions: taken
moto, nine of ten calls to version 3: taken
ministack, releases 1 to 3 are versions 1 2 3
ministack, the first is deleted, release 4 is version 4
ministack, versions: $LATEST 2 3 4
ministack, the alias leads to release 4
ministack, a share of $LATEST: taken
ministack, shares of two versions: taken
ministack, nine of ten calls to version 3: taken
ministack, versions that 50 calls met: 2
SEEN

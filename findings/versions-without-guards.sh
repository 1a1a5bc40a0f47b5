#!/usr/bin/env bash
# Which guards of Lambda's versions and aliases two emulators of AWS keep.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that a deployment which names what it has seen is refused if that has changed: PublishVersion by CodeSha256 and by RevisionId,
#            a change of the function or of an alias by RevisionId. And that an alias leads to a version that there is: one to which an
#            alias leads is not deleted, and no alias or weight is set to one that is not there.
# They do    not. Both publish whatever CodeSha256 and RevisionId are named, and moto changes an alias by any RevisionId, too; so two deployments at
#            once pass in every test, and so does one whose hash is of another archive. moto deletes the version behind an alias, which is
#            still there and leads nowhere; ministack makes an alias of a version that never was; and both give such a one half of the calls.
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

OTHER = "00000000-0000-0000-0000-000000000000"

def ask(name, url, account):
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
        archive.writestr("main.py", "def handler(event, context):\n    return 1\n")
    functions.create_function(Runtime="python3.12", Role=f"arn:aws:iam::{account}:role/r", Handler="main.handler",
                              Code={"ZipFile": code.getvalue()}, **f)

    def show(what, call, **arguments):
        try:
            call(**f, **arguments)
            answer = "taken"
        except ClientError as error:
            answer = error.response["Error"]["Code"]
        print(f"{name}, {what}: {answer}")

    functions.publish_version(**f)
    functions.update_function_configuration(Description="second", **f)
    show("PublishVersion, another CodeSha256", functions.publish_version, CodeSha256="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
    functions.update_function_configuration(Description="third", **f)
    show("PublishVersion, another RevisionId", functions.publish_version, RevisionId=OTHER)
    print(f"{name}, versions:", [one["Version"] for one in functions.list_versions_by_function(**f)["Versions"]])
    functions.create_alias(Name="live", FunctionVersion="1", **f)
    show("UpdateAlias, another RevisionId", functions.update_alias, Name="live", Description="d", RevisionId=OTHER)
    show("CreateAlias of no version", functions.create_alias, Name="next", FunctionVersion="77")
    show("half of the calls to no version", functions.update_alias, Name="live", RoutingConfig={"AdditionalVersionWeights": {"77": 0.5}})
    functions.update_alias(Name="live", RoutingConfig={"AdditionalVersionWeights": {}}, **f)
    show("the version of an alias is deleted", functions.delete_function, Qualifier="1")
    show("what the alias leads to", functions.get_function, Qualifier=functions.get_alias(Name="live", **f)["FunctionVersion"])

ask("moto", sys.argv[1], "123456789012")
ask("ministack", sys.argv[2], "000000000000")
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 120 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$moto" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
moto, PublishVersion, another CodeSha256: taken
moto, PublishVersion, another RevisionId: taken
moto, versions: ['$LATEST', '1', '2', '3']
moto, UpdateAlias, another RevisionId: taken
moto, CreateAlias of no version: ResourceNotFoundException
moto, half of the calls to no version: taken
moto, the version of an alias is deleted: taken
moto, what the alias leads to: ResourceNotFoundException
ministack, PublishVersion, another CodeSha256: taken
ministack, PublishVersion, another RevisionId: taken
ministack, versions: ['$LATEST', '1', '2', '3']
ministack, UpdateAlias, another RevisionId: PreconditionFailedException
ministack, CreateAlias of no version: taken
ministack, half of the calls to no version: taken
ministack, the version of an alias is deleted: ResourceConflictException
ministack, what the alias leads to: taken
SEEN

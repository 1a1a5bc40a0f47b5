#!/usr/bin/env bash
# Whether ministack's HTTP APIs let in whoever has a token of its own user pools.
#
# Versions   ministack 1.5.33, once alone and once beside cryptography 50.0.2, boto3 1.43.106
# One would  guess that an emulator which makes user pools, tokens and JWT authorizers lets its own tokens in, or refuses to make the
#            authorizer when it lacks what it needs to check them.
# It does    so only beside a package that it does not depend on. Alone it issues tokens with a signature that is none, makes the
#            authorizer without a word, and answers 401 to every token, its own and those of others, in the words that an expired
#            one gets. Nothing but the missing package differs between the two runs below.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106
cat >"$folder/ask.py" <<'PY'
import contextlib
import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile

import boto3

HELLO = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello'}\n"


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


with emulator() as port:
    account = {"region_name": "us-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    account["endpoint_url"] = f"http://127.0.0.1:{port}"
    users = boto3.client("cognito-idp", **account)
    pool = users.create_user_pool(PoolName="users")["UserPool"]["Id"]
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    app = users.create_user_pool_client(UserPoolId=pool, ClientName="app", ExplicitAuthFlows=flows)["UserPoolClient"]["ClientId"]
    users.admin_create_user(UserPoolId=pool, Username="ann")
    users.admin_set_user_password(UserPoolId=pool, Username="ann", Password="Pass-word-1", Permanent=True)
    entry = {"USERNAME": "ann", "PASSWORD": "Pass-word-1"}
    tokens = users.admin_initiate_auth(UserPoolId=pool, ClientId=app, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=entry)
    token = tokens["AuthenticationResult"]["IdToken"]

    function = boto3.client("lambda", **account).create_function(
        FunctionName="hello", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/r", Handler="main.handler", Code={"ZipFile": zipped(HELLO)}
    )
    gateway = boto3.client("apigatewayv2", **account)
    api = gateway.create_api(Name="hello", ProtocolType="HTTP")["ApiId"]
    issuer = f"https://cognito-idp.us-west-2.amazonaws.com/{pool}"
    authorizer = gateway.create_authorizer(
        ApiId=api, Name="users", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Audience": [app], "Issuer": issuer},
    )["AuthorizerId"]  # fmt: skip
    hello = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function["FunctionArn"], PayloadFormatVersion="2.0"
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="GET /", Target=f"integrations/{hello}", AuthorizationType="JWT", AuthorizerId=authorizer)
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)

    def ask(what, **headers):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers={"Host": f"{api}.execute-api.127.0.0.1", **headers})
        try:
            answer = urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        print(f"{sys.argv[1]}, {what}: {answer.status} {answer.read().decode()}")

    ask("no token")
    ask("a token of the pool", Authorization=f"Bearer {token}")
PY
"$folder/venv/bin/python" "$folder/ask.py" alone >"$folder/seen"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cryptography==50.0.2
"$folder/venv/bin/python" "$folder/ask.py" "beside cryptography" >>"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
alone, no token: 401 {"message": "Unauthorized"}
alone, a token of the pool: 401 {"message": "Unauthorized"}
beside cryptography, no token: 401 {"message": "Unauthorized"}
beside cryptography, a token of the pool: 200 hello
SEEN

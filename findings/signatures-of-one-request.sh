#!/usr/bin/env bash
# Whether libraries that sign requests for AWS (Signature Version 4) agree on the signature of one request.
#
# Versions   botocore 1.43.106, requests-aws4auth 1.4.0, aws-requests-auth 0.4.3 (PyPI), with requests 2.34.2;
#            aws4 1.13.2, aws4fetch 1.0.20, @smithy/signature-v4 5.7.5 (npm)
# One would  guess that one key, one moment and one URL, as it goes over the wire, have one signature, since the guide says how each part is written before it
#            is signed; so that a caller of an API with IAM's authorization may take any of them, AWS's own for Python first.
# They do    not agree. botocore signs a query as it stands in the URL. The others, AWS's own for JavaScript among them, encode it first, as the guide
#            says for all but letters, digits and "-_.~": a colon, a comma, a slash, an asterisk or a second equals sign in a query makes another
#            signature, and so does what requests makes of a blank in "params", which is a plus. aws-requests-auth does as botocore, sorts "a-b"
#            before "a", and has a signature of its own for a path with two slashes in a row; it and requests-aws4auth have one for a semicolon
#            in a path. To whoever calls, it is a 403 for some searches and none for others.
# Seen       see the end of this file, which is compared with what comes out: who has one signature stands together.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.43.106 botocore==1.43.106 \
    requests-aws4auth==1.4.0 aws-requests-auth==0.4.3 requests==2.34.2 freezegun==1.5.5
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts \
    aws4@1.13.2 aws4fetch@1.0.20 @smithy/signature-v4@5.7.5 @smithy/protocol-http@5.6.2 @aws-crypto/sha256-js@5.2.0 >/dev/null

cat >"$folder/ask.py" <<'PY'
import json
import sys

import freezegun
import requests
from aws_requests_auth.aws_auth import AWSRequestsAuth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from requests_aws4auth import AWS4Auth

HOST, REGION, SERVICE = "abc123.execute-api.us-west-2.amazonaws.com", "us-west-2", "execute-api"
REQUESTS = (
    ("/live/orders", None), ("/live/orders/a%2Fb", None), ("/live/orders/7:1", None), ("/live/orders", {"b": "2", "a": "1"}),
    ("/live/orders", {"q": "blue shoes"}), ("/live/orders?q=blue%20shoes", None), ("/live/orders", {"since": "12:00"}),
    ("/live/orders?since=12:00", None), ("/live/orders?fields=id,sum", None), ("/live/orders?next=YQ==", None),
    ("/live/orders?next=YQ%3D%3D", None), ("/live/orders?like=sh*", None), ("/live/orders?path=a/b", None),
    ("/live/orders?a-b=1&a=2", None), ("/live//orders", None), ("/live/orders;v=1", None),
)


def signature(headers):
    return headers["Authorization"].split("Signature=")[1]


def ask(path, query):
    url = requests.Request("GET", f"https://{HOST}{path}", params=query).prepare().url
    plain = AWSRequest("GET", url)
    SigV4Auth(Credentials("AKIDEXAMPLE", "example"), SERVICE, REGION).add_auth(plain)
    second = AWS4Auth("AKIDEXAMPLE", "example", REGION, SERVICE, include_hdrs={"host", "x-amz-date"})
    third = AWSRequestsAuth("AKIDEXAMPLE", "example", HOST, REGION, SERVICE)
    return {"url": url, "signatures": {
        "botocore": signature(plain.headers),
        "requests-aws4auth": signature(second(requests.Request("GET", url).prepare()).headers),
        "aws-requests-auth": signature(third(requests.Request("GET", url).prepare()).headers)}}


with freezegun.freeze_time("2026-11-30 12:00:00"):
    json.dump([ask(path, query) for path, query in REQUESTS], sys.stdout)
PY
cat >"$folder/ask.mjs" <<'JS'
import { readFileSync } from "node:fs";
import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import aws4 from "aws4";
import { AwsV4Signer } from "aws4fetch";

const key = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "example" };
const where = { region: "us-west-2", service: "execute-api" };
const signature = (header) => header.split("Signature=")[1];
for (const { url, signatures } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const { host, pathname, search, searchParams } = new URL(url);
  const short = { ...where, host, path: pathname + search, headers: { "X-Amz-Date": "20261130T120000Z" } };
  signatures["aws4"] = signature(aws4.sign(short, key).headers.Authorization);
  const fetched = await new AwsV4Signer({ ...key, ...where, url, method: "GET", datetime: "20261130T120000Z" }).sign();
  signatures["aws4fetch"] = signature(fetched.headers.get("authorization"));
  const request = new HttpRequest({ method: "GET", hostname: host, path: pathname, headers: { host } });
  request.query = Object.fromEntries(searchParams);
  const signer = new SignatureV4({ ...where, credentials: key, sha256: Sha256, applyChecksum: false });
  const signed = await signer.sign(request, { signingDate: new Date("2026-11-30T12:00:00Z") });
  signatures["smithy"] = signature(signed.headers.authorization);
  const together = {};
  for (const [name, one] of Object.entries(signatures)) (together[one] ??= []).push(name);
  const groups = Object.values(together);
  console.log(`${pathname}${search}: ${groups.length === 1 ? "all alike" : groups.map((names) => names.join(" ")).join(" | ")}`);
}
JS
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/signed.json"
node "$folder/ask.mjs" "$folder/signed.json" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
/live/orders: all alike
/live/orders/a%2Fb: all alike
/live/orders/7:1: all alike
/live/orders?b=2&a=1: all alike
/live/orders?q=blue+shoes: botocore aws-requests-auth | requests-aws4auth aws4 aws4fetch smithy
/live/orders?q=blue%20shoes: all alike
/live/orders?since=12%3A00: all alike
/live/orders?since=12:00: botocore aws-requests-auth | requests-aws4auth aws4 aws4fetch smithy
/live/orders?fields=id,sum: botocore aws-requests-auth | requests-aws4auth aws4 aws4fetch smithy
/live/orders?next=YQ==: botocore aws-requests-auth | requests-aws4auth aws4 aws4fetch smithy
/live/orders?next=YQ%3D%3D: all alike
/live/orders?like=sh*: botocore aws-requests-auth | requests-aws4auth aws4 aws4fetch smithy
/live/orders?path=a/b: botocore aws-requests-auth | requests-aws4auth aws4 aws4fetch smithy
/live/orders?a-b=1&a=2: botocore requests-aws4auth aws4 aws4fetch smithy | aws-requests-auth
/live//orders: botocore requests-aws4auth aws4 aws4fetch smithy | aws-requests-auth
/live/orders;v=1: botocore aws4 aws4fetch smithy | requests-aws4auth aws-requests-auth
SEEN

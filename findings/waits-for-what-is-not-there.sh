#!/usr/bin/env bash
# What the waiters of two SDKs of AWS take for a bucket, or a snapshot, that is there.
#
# Versions   botocore 1.43.106, @aws-sdk/client-s3 3.1175.0; a server on this machine that answers with one status
# One would  guess that a waiter ends well when what it waits for is there, and that two SDKs whose waiters are made from AWS's own models and
#            have one name end alike.
# They do    not. To botocore's bucket_exists a 403 is success: it ends at once for a bucket of another account, and what is then put there fails.
#            The one for JavaScript does not take it for an answer and asks until its time is over. Of object_not_exists a 403, which S3
#            gives for an absent object to whoever may not list, is a failure at once for the one and patience to the end for the
#            other. And botocore's db_snapshot_completed ends well when RDS says that there is no such snapshot, so that one of a
#            mistyped name is completed.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.43.106 botocore==1.43.106
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @aws-sdk/client-s3@3.1175.0 >/dev/null
cat >"$folder/ask.mjs" <<'JS'
import { S3Client, waitUntilBucketExists, waitUntilObjectNotExists } from "@aws-sdk/client-s3";

const [endpoint, waiter, status] = process.argv.slice(2);
const credentials = { accessKeyId: "x", secretAccessKey: "x" };
const client = new S3Client({ endpoint, region: "us-west-2", credentials, forcePathStyle: true });
const wait = waiter === "bucket_exists" ? waitUntilBucketExists : waitUntilObjectNotExists;
await wait({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 3 }, { Bucket: `bucket-${status}`, Key: "key" }).then(
  () => console.log("ends well"),
  (error) => console.log(error.name === "TimeoutError" ? "asks on" : "fails"),
);
JS
cat >"$folder/ask.py" <<'PY'
import http.server
import re
import subprocess
import sys
import threading

import boto3
from botocore.exceptions import WaiterError


class Server(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(int(re.search(r"bucket-(\d+)", self.path).group(1)))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b"<ErrorResponse><Error><Type>Sender</Type><Code>DBSnapshotNotFound</Code><Message>no</Message></Error></ErrorResponse>"
        self.send_response(404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}"


def client(service):
    return boto3.client(service, "us-west-2", endpoint_url=url, aws_access_key_id="x", aws_secret_access_key="x")


def python(service, waiter, **arguments):
    try:
        client(service).get_waiter(waiter).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 2}, **arguments)
        return "ends well"
    except WaiterError as error:
        return "asks on" if "Max attempts exceeded" in str(error) else "fails"


for waiter, more in (("bucket_exists", {}), ("object_not_exists", {"Key": "key"})):
    for status in (200, 403, 404):
        script = subprocess.run(["node", sys.argv[1], url, waiter, str(status)], check=True, capture_output=True, text=True).stdout.strip()
        print(f"{waiter}, {status}: botocore {python('s3', waiter, Bucket=f'bucket-{status}', **more)}, JavaScript {script}")
print("db_snapshot_completed, DBSnapshotNotFound: botocore", python("rds", "db_snapshot_completed", DBSnapshotIdentifier="mistyped"))
PY
"$folder/venv/bin/python" "$folder/ask.py" "$folder/ask.mjs" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
bucket_exists, 200: botocore ends well, JavaScript ends well
bucket_exists, 403: botocore ends well, JavaScript asks on
bucket_exists, 404: botocore asks on, JavaScript asks on
object_not_exists, 200: botocore asks on, JavaScript asks on
object_not_exists, 403: botocore fails, JavaScript asks on
object_not_exists, 404: botocore ends well, JavaScript ends well
db_snapshot_completed, DBSnapshotNotFound: botocore ends well
SEEN

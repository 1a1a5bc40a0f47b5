#!/usr/bin/env bash
# What two emulators of AWS answer to DescribeLogGroups with a name pattern.
#
# Versions   moto 5.2.5, ministack 1.5.33, botocore 1.43.106
# One would  guess that both filter by the pattern, and report as little of a group as AWS says that it does: botocore's
#            own text of the operation promises that only arn, creationTime and logGroupName come with a pattern.
# They do    moto does not know the parameter and lists every group, with its retention; ministack filters, and reports
#            the retention too. Code that reads the retention from such a listing passes both and finds none on AWS.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,logs]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import gzip, json, os, re, sys, time
import boto3, botocore

def ask(name, url):
    logs = boto3.client("logs", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            logs.describe_log_groups()
            break
        except Exception:
            time.sleep(0.2)
    for group in ["/aws/lambda/orders", "/aws/lambda/users"]:
        logs.create_log_group(logGroupName=group)
        logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    found = logs.describe_log_groups(logGroupNamePattern="orders")["logGroups"]
    print(name, "finds", [group["logGroupName"] for group in found], "retention", [group.get("retentionInDays") for group in found])

folder = os.path.join(os.path.dirname(botocore.__file__), "data/logs/2014-03-28")
plain = os.path.join(folder, "service-2.json")
model = json.load(open(plain) if os.path.exists(plain) else gzip.open(plain + ".gz"))
text = re.sub(r"<[^>]+>|\s+", " ", model["shapes"]["DescribeLogGroupsRequest"]["members"]["logGroupNamePattern"]["documentation"])
said = model["operations"]["DescribeLogGroups"]["documentation"] + text
names = [name for name in ["arn", "creationTime", "logGroupName", "retentionInDays"] if name in said]
print("botocore's text names", names)
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
botocore's text names ['arn', 'creationTime', 'logGroupName']
moto finds ['/aws/lambda/orders', '/aws/lambda/users'] retention [7, 7]
ministack finds ['/aws/lambda/orders'] retention [7]
SEEN

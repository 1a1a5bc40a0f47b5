#!/usr/bin/env bash
# Which changes of records two emulators of AWS take for Route 53, and what they do to other records.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that a change is judged by the records that there are: CREATE refuses a name and type that is there, DELETE asks for the
#            values of today (so that it compares and swaps), and both are about one record set alone.
# They do    ministack does. moto judges by the changes that there were: a CREATE is refused if the very same one came before and any record
#            stands behind that name, so that a record cannot come back after its DELETE; with another value it is taken, and the zone
#            has two sets of one name and type. DELETE takes the values of any time, and deletes what somebody has changed since. Of
#            weighted sets it looks at SetIdentifier alone: to delete "blue" of one name deletes "blue" of every other in the zone.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,route53]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3
from botocore.exceptions import ClientError

OLD, NEW = "192.0.2.1", "192.0.2.2"

def ask(name, url):
    zones = boto3.client("route53", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            zones.list_hosted_zones()
            break
        except Exception:
            time.sleep(0.2)

    def play(what, *changes):
        zone = zones.create_hosted_zone(Name="example.com", CallerReference=what)["HostedZone"]["Id"]
        for action, record, address, *identifier in changes:
            wanted = {"Name": f"{record}.example.com", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": address}]}
            if identifier:
                wanted |= {"SetIdentifier": identifier[0], "Weight": 1}
            try:
                zones.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": wanted}]})
                answer = "taken"
            except ClientError as error:
                answer = error.response["Error"]["Code"]
        sets = [one for one in zones.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"] if one["Type"] == "A"]
        left = [f"{one['Name'].split('.')[0]} {one['ResourceRecords'][0]['Value']}" for one in sets]
        print(f"{name}, {what}: {answer}, then {left}")

    play("a name that is there", ("CREATE", "a", OLD), ("CREATE", "a", NEW))
    play("a name that was there", ("CREATE", "a", OLD), ("CREATE", "b", OLD), ("DELETE", "a", OLD), ("CREATE", "a", OLD))
    play("values of before", ("UPSERT", "a", OLD), ("UPSERT", "a", NEW), ("DELETE", "a", OLD))
    play("one of two blues", ("CREATE", "a", OLD, "blue"), ("CREATE", "b", OLD, "blue"), ("DELETE", "a", OLD, "blue"))

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
moto, a name that is there: taken, then ['a 192.0.2.1', 'a 192.0.2.2']
moto, a name that was there: InvalidChangeBatch, then ['b 192.0.2.1']
moto, values of before: taken, then []
moto, one of two blues: taken, then []
ministack, a name that is there: InvalidChangeBatch, then ['a 192.0.2.1']
ministack, a name that was there: taken, then ['a 192.0.2.1', 'b 192.0.2.1']
ministack, values of before: InvalidChangeBatch, then ['a 192.0.2.2']
ministack, one of two blues: taken, then ['b 192.0.2.1']
SEEN

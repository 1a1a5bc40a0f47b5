#!/usr/bin/env bash
# How much of a list two emulators of AWS give to boto3's paginators.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that an emulator either gives pages, with a token for the next one, or everything at once, so that a paginator
#            comes to the end of every list in any case.
# They do    that for most lists. Of some they heed the size of a page and give no token: everything behind the first page is
#            gone, without an error. ministack's ListSchedules does so even for those who ask for no size: of 101 schedules it lists
#            100. Both say of Kinesis' streams that there are more (HasMoreStreams) and give no NextToken, and of KMS' keys
#            ministack says Truncated without NextMarker: botocore's paginators take either for the end.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[server,events,kms,kinesis,logs,s3,scheduler]==5.2.5' \
    ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3

ROLE = "arn:aws:iam::123456789012:role/r"
QUEUE = "arn:aws:sqs:us-west-2:123456789012:q"

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            client("events").list_rules()
            break
        except Exception:
            time.sleep(0.2)

    def listed(service, operation, key, create, many=3, sizes=(None, 1), **arguments):
        api = client(service)
        for number in range(many):
            create(api, number)
        counts = []
        for size in sizes:
            pages = api.get_paginator(operation).paginate(PaginationConfig={"PageSize": size} if size else {}, **arguments)
            counts.append(sum(len(page.get(key) or []) for page in pages))
        print(f"{name} {operation}: made {many}, listed {counts[0]}" + (f", by one a page {counts[1]}" if len(counts) > 1 else ""))

    def schedule(api, number):
        api.create_schedule(Name=f"s{number}", ScheduleExpression="rate(1 day)", FlexibleTimeWindow={"Mode": "OFF"},
                            Target={"Arn": QUEUE, "RoleArn": ROLE})

    def bucket(api, number):
        api.create_bucket(Bucket=f"bucket-{number}", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})

    client("logs").create_log_group(logGroupName="g")
    client("logs").create_log_stream(logGroupName="g", logStreamName="s")
    def line(api, number):
        api.put_log_events(logGroupName="g", logStreamName="s", logEvents=[{"timestamp": int(time.time() * 1000), "message": "m"}])

    listed("events", "list_rules", "Rules", lambda api, number: api.put_rule(Name=f"r{number}", ScheduleExpression="rate(1 day)"))
    listed("s3", "list_buckets", "Buckets", bucket)
    listed("logs", "filter_log_events", "events", line, logGroupName="g")
    listed("kms", "list_keys", "Keys", lambda api, number: api.create_key())
    listed("kinesis", "list_streams", "StreamNames", lambda api, number: api.create_stream(StreamName=f"s{number}", ShardCount=1))
    listed("scheduler", "list_schedule_groups", "ScheduleGroups", lambda api, number: number and api.create_schedule_group(Name=f"g{number}"))
    listed("scheduler", "list_schedules", "Schedules", schedule, many=101, sizes=(None,))

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
moto list_rules: made 3, listed 3, by one a page 3
moto list_buckets: made 3, listed 3, by one a page 1
moto filter_log_events: made 3, listed 3, by one a page 3
moto list_keys: made 3, listed 3, by one a page 3
moto list_streams: made 3, listed 3, by one a page 1
moto list_schedule_groups: made 3, listed 3, by one a page 3
moto list_schedules: made 101, listed 101
ministack list_rules: made 3, listed 3, by one a page 3
ministack list_buckets: made 3, listed 3, by one a page 3
ministack filter_log_events: made 3, listed 3, by one a page 1
ministack list_keys: made 3, listed 3, by one a page 1
ministack list_streams: made 3, listed 3, by one a page 1
ministack list_schedule_groups: made 3, listed 3, by one a page 1
ministack list_schedules: made 101, listed 100
SEEN

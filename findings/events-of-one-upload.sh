#!/usr/bin/env bash
# Which events two emulators of AWS send for one upload to S3, and for one delete.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess what S3's guide says: one event for one upload, whichever way it came (Put, or CompleteMultipartUpload for one in parts); a delete
#            in a bucket with versions is a DeleteMarkerCreated; an event has a sequencer, and a versionId where there are versions; a
#            key is as in a URL, its slashes left, and what is deleted has no size.
# They do    not both. moto sends two events for an upload in parts, the first of which is a Put, so that a function on ObjectCreated:* works
#            twice on what boto3's own upload_file sends in parts, and once on the small files of a test. It sends none for a delete in
#            a bucket with versions; it has no sequencer and no versionId, and writes a slash as %2F. ministack sends one each, with all of
#            these, and for a delete a size of 0 and an empty eTag, which in AWS are not there.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,s3,sqs]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import io, json, sys, time
import boto3

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    files, queues = client("s3"), client("sqs")
    for _ in range(300):
        try:
            queues.list_queues()
            break
        except Exception:
            time.sleep(0.2)
    queue = queues.create_queue(QueueName="events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    files.create_bucket(Bucket="uploads", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    wanted = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
    files.put_bucket_notification_configuration(Bucket="uploads", NotificationConfiguration={"QueueConfigurations": [wanted]})

    def show(what):
        events = []
        while messages := queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2).get("Messages"):
            for message in messages:
                queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                events += json.loads(message["Body"]).get("Records", [])
        texts = []
        for event in events:
            thing = event["s3"]["object"]
            more = [key for key in ("versionId", "sequencer") if key in thing]
            texts.append(f"{event['eventName']} {thing['key']} size {thing.get('size', 'absent')} {more}")
        print(f"{name}, {what}:", "; ".join(texts) or "no event")

    show("a test event")
    files.upload_fileobj(io.BytesIO(b"x" * 5), "uploads", "in/a b.bin")
    show("5 bytes")
    files.upload_fileobj(io.BytesIO(b"x" * 9 * 1024 * 1024), "uploads", "in/big")
    show("9 MB")
    files.delete_object(Bucket="uploads", Key="in/big")
    show("a delete")
    files.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    files.put_object(Bucket="uploads", Key="v", Body=b"x")
    show("a version")
    files.delete_object(Bucket="uploads", Key="v")
    show("a delete beside versions")

ask("moto", sys.argv[1])
ask("ministack", sys.argv[2])
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 180 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$moto" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
moto, a test event: no event
moto, 5 bytes: ObjectCreated:Put in%2Fa+b.bin size 5 []
moto, 9 MB: ObjectCreated:Put in%2Fbig size 9437184 []; ObjectCreated:CompleteMultipartUpload in%2Fbig size 9437184 []
moto, a delete: ObjectRemoved:Delete in%2Fbig size 9437184 []
moto, a version: ObjectCreated:Put v size 1 []
moto, a delete beside versions: no event
ministack, a test event: no event
ministack, 5 bytes: ObjectCreated:Put in/a+b.bin size 5 ['sequencer']
ministack, 9 MB: ObjectCreated:CompleteMultipartUpload in/big size 9437184 ['sequencer']
ministack, a delete: ObjectRemoved:Delete in/big size 0 ['sequencer']
ministack, a version: ObjectCreated:Put v size 1 ['versionId', 'sequencer']
ministack, a delete beside versions: ObjectRemoved:DeleteMarkerCreated v size 0 ['versionId', 'sequencer']
SEEN

#!/usr/bin/env bash
# Which messages of a queue ministack gives to a function again when the function says that a part of its batch has failed.
#
# Versions   ministack 1.5.33, boto3 1.43.106
# One would  guess what Lambda's guide says of ReportBatchItemFailures: the messages that are named come again; the whole batch comes again if a name is
#            empty, null or under another key, so that no message is lost by such a mistake; and a list that is null is one without failures.
# It does    repeat what is named by its id, and take each of these mistakes for a batch without failures: it deletes the messages, the failed one among
#            them. So the test of a function that reports "messageId" where "itemIdentifier" is asked for finds nothing that comes again, where in
#            AWS all of the batch does until it ends in the queue for dead letters. Of a list that is null, which AWS takes for success, it is
#            the other way round: the whole batch comes again.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/main.py" <<'PY'
import json
import os


def handler(event, context):
    bad = next((record["messageId"] for record in event.get("Records", []) if record["body"] == "bad"), "")
    return json.loads(os.environ["ANSWER"].replace("ID", bad))
PY
cat >"$folder/ask.py" <<'PYTHON'
import io, json, pathlib, sys, time, zipfile
import boto3

ANSWERS = (
    ("its id", [{"itemIdentifier": "ID"}]),
    ("no failure", []),
    ("a list that is null", None),
    ("an id that is empty", [{"itemIdentifier": ""}]),
    ("an id that is null", [{"itemIdentifier": None}]),
    ("another key", [{"messageId": "ID"}]),
)


def ask(url, code):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")

    functions, queues = client("lambda"), client("sqs")
    for _ in range(300):
        try:
            queues.list_queues()
            break
        except Exception:
            time.sleep(0.2)

    def queue(name, **attributes):
        url = queues.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def is_done(url):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        return set(queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values()) == {"0"}

    def bodies(url):
        found = [queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []) for _ in range(3)]
        return " and ".join(sorted(message["Body"] for messages in found for message in messages)) or "none"

    for number, (what, failures) in enumerate(ANSWERS):
        answer = json.dumps({"batchItemFailures": failures})
        functions.create_function(
            FunctionName=f"worker-{number}", Runtime="python3.12", Role="arn:aws:iam::000000000000:role/worker", Handler="main.handler",
            Code={"ZipFile": code}, Timeout=10, Environment={"Variables": {"ANSWER": answer}})
        functions.invoke(FunctionName=f"worker-{number}", Payload="{}")
        dead, arn = queue(f"dead-{number}")
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "1"})
        jobs, arn = queue(f"jobs-{number}", VisibilityTimeout="10", RedrivePolicy=redrive)
        queues.send_message_batch(QueueUrl=jobs, Entries=[{"Id": body, "MessageBody": body} for body in ("good", "bad")])
        functions.create_event_source_mapping(
            FunctionName=f"worker-{number}", EventSourceArn=arn, BatchSize=10, FunctionResponseTypes=["ReportBatchItemFailures"])
        for _ in range(120):
            if is_done(jobs):
                break
            time.sleep(0.5)
        print(f"{what}: {bodies(dead)} would have come again")


archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as out:
    out.writestr("main.py", pathlib.Path(sys.argv[2]).read_text())
ask(sys.argv[1], archive.getvalue())
PYTHON
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
"$folder/venv/bin/python" "$folder/ask.py" "http://127.0.0.1:$ministack" "$folder/main.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
its id: bad would have come again
no failure: none would have come again
a list that is null: bad and good would have come again
an id that is empty: none would have come again
an id that is null: none would have come again
another key: none would have come again
SEEN

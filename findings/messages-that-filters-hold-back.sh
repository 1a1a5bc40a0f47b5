#!/usr/bin/env bash
# Which messages two emulators of AWS deliver to a subscription of SNS that has a filter policy.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess what SNS' guide says of filter policies, or that what an emulator does not know is refused: "exists": false fits a message which lacks
#            the attribute and has another one, and none without attributes; a number is no text; a list fits "anything-but" by one other
#            value; a policy about the body looks into objects in lists; one operator in each object, five names and 150 values are the most.
# They do    not agree. moto sends messages without attributes to whoever asks for "exists": false, so that what one sends by it to a queue for the
#            rest is lost in AWS alone. It holds back what differs in case from "equals-ignore-case", and the list with one other value;
#            1 is true. Where a body has a text instead of a number, or "$or" stands below a member, the sender's Publish fails.
#            ministack, whose EventBridge looks into lists, delivers nothing by a member of objects in one (in moto it is the other way round),
#            takes a text for a number, an operator that does not exist, six names and 151 values. Both take two operators in one object.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[sns,sqs]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import json, sys, time
import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

OF_EACH = [{"sku": "a"}, {"sku": "b"}]
ATTRIBUTES = (
    ("x", ["x"], ("String", "x")),
    ("exists false, no attribute", [{"exists": False}], None),
    ("exists false, another attribute", [{"exists": False}], ("String", "x", "other")),
    ("1, a text", [1], ("String", "1")),
    ("equals-ignore-case", [{"equals-ignore-case": "EU"}], ("String", "eu")),
    ("anything-but, one other value", [{"anything-but": ["x"]}], ("String.Array", '["x", "y"]')),
    ("anything-but, no other value", [{"anything-but": ["x"]}], ("String.Array", '["x"]')),
    ("an operator that is none", [{"regex": "x"}], ("String", "x")),
    ("prefix a and suffix z, ab", [{"prefix": "a", "suffix": "z"}], ("String", "ab")),
    ("suffix z and prefix a, ab", [{"suffix": "z", "prefix": "a"}], ("String", "ab")),
    ("151 values", [str(number) for number in range(151)], ("String", "1")),
)
BODIES = (
    ("a member", {"sku": ["a"]}, {"sku": "a"}),
    ("a member of objects in a list", {"items": {"sku": ["a"]}}, {"items": OF_EACH}),
    ("1, true", {"paid": [1]}, {"paid": True}),
    ("more than 1, a text", {"sum": [{"numeric": [">", 1]}]}, {"sum": "2"}),
    ("$or below a member", {"order": {"$or": [{"sku": ["a"]}, {"sku": ["b"]}]}}, {"order": {"sku": "b"}}),
    ("six names", {name: [1] for name in "abcdef"}, {name: 1 for name in "abcdef"}),
)


def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")

    topics, queues, numbers = client("sns"), client("sqs"), iter(range(100))
    for _ in range(300):
        try:
            queues.list_queues()
            break
        except Exception:
            time.sleep(0.2)

    def delivered(policy, scope, **message):
        number = next(numbers)
        topic = topics.create_topic(Name=f"topic-{number}")["TopicArn"]
        queue = queues.create_queue(QueueName=f"queue-{number}")["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        settings = {"FilterPolicy": json.dumps(policy), "FilterPolicyScope": scope}
        try:
            topics.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=settings)
        except ClientError as error:
            return f"the policy is refused, {error.response['Error']['Code']}"
        try:
            topics.publish(TopicArn=topic, **message)
        except Exception:
            return "Publish fails"
        return "delivered" if queues.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages") else "held back"

    for what, policy, value in ATTRIBUTES:
        kind, text, of = (*value, "of")[:3] if value else (None, None, None)
        attributes = {of: {"DataType": kind, "StringValue": text}} if value else {}
        outcome = delivered({"of": policy}, "MessageAttributes", Message="text", MessageAttributes=attributes)
        print(f"{name}, {what}: {outcome}")
    for what, policy, body in BODIES:
        print(f"{name}, body, {what}: {delivered(policy, 'MessageBody', Message=json.dumps(body))}")


with mock_aws():
    ask("moto", None)
ask("ministack", sys.argv[1])
PYTHON
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
"$folder/venv/bin/python" "$folder/ask.py" "http://127.0.0.1:$ministack" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
moto, x: delivered
moto, exists false, no attribute: delivered
moto, exists false, another attribute: delivered
moto, 1, a text: held back
moto, equals-ignore-case: held back
moto, anything-but, one other value: held back
moto, anything-but, no other value: held back
moto, an operator that is none: the policy is refused, InvalidParameter
moto, prefix a and suffix z, ab: delivered
moto, suffix z and prefix a, ab: held back
moto, 151 values: the policy is refused, InvalidParameter
moto, body, a member: delivered
moto, body, a member of objects in a list: delivered
moto, body, 1, true: delivered
moto, body, more than 1, a text: Publish fails
moto, body, $or below a member: Publish fails
moto, body, six names: the policy is refused, InvalidParameter
ministack, x: delivered
ministack, exists false, no attribute: held back
ministack, exists false, another attribute: delivered
ministack, 1, a text: delivered
ministack, equals-ignore-case: delivered
ministack, anything-but, one other value: delivered
ministack, anything-but, no other value: held back
ministack, an operator that is none: held back
ministack, prefix a and suffix z, ab: delivered
ministack, suffix z and prefix a, ab: delivered
ministack, 151 values: delivered
ministack, body, a member: delivered
ministack, body, a member of objects in a list: held back
ministack, body, 1, true: held back
ministack, body, more than 1, a text: delivered
ministack, body, $or below a member: delivered
ministack, body, six names: delivered
SEEN

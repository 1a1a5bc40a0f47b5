#!/usr/bin/env bash
# Which events reach a rule of EventBridge in moto when its pattern is about lists, kinds of values or an operator that is none.
#
# Versions   moto 5.2.5, boto3 1.43.106
# One would  guess what EventBridge's guide says: a pattern looks into the objects of a list, by one object for all of its conditions; 1 and true are two
#            values; and PutRule refuses an operator that EventBridge does not have, two operators in one object, and an object without a
#            member, each of which is an InvalidEventPatternException.
# They do    none of it. A pattern about a member of objects in a list fits no event, so that a rule for orders with an article hears nothing; of what is
#            "exists": false it says that it fits all of them. 1 is true and 0 is false. An operator that does not exist is taken, and fits
#            every event that has the member: a misspelt "anything_but" lets through what it should keep out, as does a "regex". Of
#            two operators in one object the first one counts, and an empty object fits everything.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[events,sqs]==5.2.5' boto3==1.43.106 botocore==1.43.106
cat >"$folder/ask.py" <<'PYTHON'
import json

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

ACCOUNT = {"region_name": "us-west-2", "aws_access_key_id": "x", "aws_secret_access_key": "x"}
TWO = {"items": [{"sku": "a", "count": 1}, {"sku": "b", "count": 2}]}
CASES = (
    ("an article of a list", {"items": {"sku": ["a"]}}, TWO),
    ("two members of one article", {"items": {"sku": ["b"], "count": [2]}}, TWO),
    ("two members of two articles", {"items": {"sku": ["a"], "count": [2]}}, TWO),
    ("lists within lists", {"orders": {"items": {"sku": ["a"]}}}, {"orders": [TWO]}),
    ("an article without a member that it has", {"items": {"sku": [{"exists": False}]}}, TWO),
    ("an article without a member that it lacks", {"items": {"gift": [{"exists": False}]}}, TWO),
    ("a list of texts", {"tags": ["a"]}, {"tags": ["a", "b"]}),
    ("true, 1", {"paid": [True]}, {"paid": 1}),
    ("1, true", {"count": [1]}, {"count": True}),
    ("0, false", {"count": [0]}, {"count": False}),
    ('1, "1"', {"count": [1]}, {"count": "1"}),
    ("anything-but test, test", {"stage": [{"anything-but": "test"}]}, {"stage": "test"}),
    ("anything_but test, test", {"stage": [{"anything_but": "test"}]}, {"stage": "test"}),
    ("regex ^prod$, test", {"stage": [{"regex": "^prod$"}]}, {"stage": "test"}),
    ("prefix a and suffix z, ab", {"name": [{"prefix": "a", "suffix": "z"}]}, {"name": "ab"}),
    ("suffix z and prefix a, ab", {"name": [{"suffix": "z", "prefix": "a"}]}, {"name": "ab"}),
    ("no member", {"name": {}}, {"name": {"first": "a"}}),
)

with mock_aws():
    events, queues = boto3.client("events", **ACCOUNT), boto3.client("sqs", **ACCOUNT)
    for number, (what, pattern, detail) in enumerate(CASES):
        source = f"shop.{number}"
        queue = queues.create_queue(QueueName=f"heard-{number}")["QueueUrl"]
        arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        try:
            events.put_rule(Name=source, EventPattern=json.dumps({"source": [source], "detail": pattern}))
        except ClientError as error:
            print(f"{what}: {error.response['Error']['Code']}")
            continue
        events.put_targets(Rule=source, Targets=[{"Id": "queue", "Arn": arn}])
        events.put_events(Entries=[{"Source": source, "DetailType": "order", "Detail": json.dumps(detail)}])
        print(f"{what}: {'heard' if queues.receive_message(QueueUrl=queue).get('Messages') else 'not heard'}")
PYTHON
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
an article of a list: not heard
two members of one article: not heard
two members of two articles: not heard
lists within lists: not heard
an article without a member that it has: heard
an article without a member that it lacks: heard
a list of texts: heard
true, 1: heard
1, true: heard
0, false: heard
1, "1": not heard
anything-but test, test: not heard
anything_but test, test: heard
regex ^prod$, test: heard
prefix a and suffix z, ab: heard
suffix z and prefix a, ab: not heard
no member: heard
SEEN

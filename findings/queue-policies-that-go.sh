#!/usr/bin/env bash
# What moto makes of a queue's policy when another attribute is set.
#
# Versions   moto 5.2.5, boto3 1.43.106
# One would  guess what SQS's reference says of SetQueueAttributes: it changes the attributes that it names. So after a change of
#            VisibilityTimeout alone the policy is as before, and a subscription still delivers.
# It does    not: a call without Policy takes the policy away, while every other attribute stays (RedrivePolicy, DelaySeconds). A
#            program that is tested against it puts the policy back with each update, or never learns that it need not.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "moto[sqs]==5.2.5" boto3==1.43.106
cat >"$folder/ask.py" <<'PY'
import json

import boto3
from moto import mock_aws


def shown(sqs, url):
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {name: name in attributes for name in ("Policy", "RedrivePolicy")} | {"DelaySeconds": attributes["DelaySeconds"]}


with mock_aws():
    sqs = boto3.client("sqs", "us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    dead = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": dead.replace("dead", "jobs")}
    sqs.set_queue_attributes(
        QueueUrl=url,
        Attributes={
            "DelaySeconds": "5",
            "Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
            "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead, "maxReceiveCount": 3}),
        },
    )
    print("set:", shown(sqs, url))
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "60"})
    print("after VisibilityTimeout alone:", shown(sqs, url))
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
set: {'Policy': True, 'RedrivePolicy': True, 'DelaySeconds': '5'}
after VisibilityTimeout alone: {'Policy': False, 'RedrivePolicy': True, 'DelaySeconds': '5'}
SEEN

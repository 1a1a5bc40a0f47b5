#!/usr/bin/env bash
# Which rules of EventBridge get an event in moto, and what becomes of PutEvents.
#
# Versions   moto 5.2.5, boto3 1.43.106
# One would  guess that an event reaches the rules that are on and whose pattern it fits, that a rule with a schedule alone waits for its hour,
#            and that PutEvents ends well whatever becomes of a target, since EventBridge delivers later.
# It does    give every event to every rule without a pattern, which is every rule with a schedule, and to rules that are off. It delivers
#            within PutEvents: a target that it cannot serve (a function, a topic, a state machine) or a queue that is gone makes the
#            sender fail. So one nightly job with a function breaks all PutEvents of the account. A template with an unquoted
#            text, which is how EventBridge's guide writes them, fails alike: it is read as JSON before it has quotes.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'moto[events,sqs]==5.2.5' boto3==1.43.106 botocore==1.43.106
cat >"$folder/ask.py" <<'PY'
import json

import boto3
from moto import mock_aws

QUEUE = "arn:aws:sqs:us-west-2:123456789012:jobs"
FUNCTION = "arn:aws:lambda:us-west-2:123456789012:function:nightly"
PAID = {"EventPattern": '{"source": ["shop"]}'}
OTHER = {"EventPattern": '{"source": ["bank"]}'}
NIGHTLY = {"ScheduleExpression": "cron(0 3 * * ? *)"}
NAMES = {"InputPathsMap": {"name": "$.detail.name"}}


def ask(what, rule, target, **more):
    with mock_aws():
        account = {"region_name": "us-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
        events, sqs = boto3.client("events", **account), boto3.client("sqs", **account)
        url = sqs.create_queue(QueueName="jobs")["QueueUrl"]
        events.put_rule(Name="rule", **rule)
        events.put_targets(Rule="rule", Targets=[{"Id": "target", "Arn": target, **more}])
        try:
            detail = json.dumps({"name": "Ann"})
            failed = events.put_events(Entries=[{"Source": "shop", "DetailType": "Paid", "Detail": detail}])["FailedEntryCount"]
            sent = f"{failed} failed"
        except Exception as error:
            sent = type(error).__name__
        bodies = [message["Body"] for message in sqs.receive_message(QueueUrl=url).get("Messages", [])]
        got = [body if more else json.loads(body)["detail"] for body in bodies]
        print(f"{what}: PutEvents {sent}, the queue got {got}")


ask("a pattern that fits", PAID, QUEUE)
ask("another pattern", OTHER, QUEUE)
ask("switched off", PAID | {"State": "DISABLED"}, QUEUE)
ask("at three in the night", NIGHTLY, QUEUE)
ask("at three in the night, a function", NIGHTLY, FUNCTION)
ask("a text in quotes", PAID, QUEUE, InputTransformer=NAMES | {"InputTemplate": '{"name": "<name>"}'})
ask("a text without", PAID, QUEUE, InputTransformer=NAMES | {"InputTemplate": '{"name": <name>}'})
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
a pattern that fits: PutEvents 0 failed, the queue got [{'name': 'Ann'}]
another pattern: PutEvents 0 failed, the queue got []
switched off: PutEvents 0 failed, the queue got [{'name': 'Ann'}]
at three in the night: PutEvents 0 failed, the queue got [{'name': 'Ann'}]
at three in the night, a function: PutEvents NotImplementedError, the queue got []
a text in quotes: PutEvents 0 failed, the queue got ['{"name": "Ann"}']
a text without: PutEvents JSONDecodeError, the queue got []
SEEN

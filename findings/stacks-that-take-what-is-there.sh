#!/usr/bin/env bash
# What two emulators of AWS make of a CloudFormation stack whose template names what is there already.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that a stack does not take what it has not made: its creation fails because the name is taken, what was there stays as it was, and
#            to delete the failed stack deletes nothing of it. To take something over there is an import, which asks for it by name.
# They do    not all. To ministack a bucket and a parameter that are there are a reason to roll back. A table, a queue, a log group, a role and a
#            secret it makes again over the old ones, while the stack is complete: the item and the message are gone, and so are retention,
#            description and value. To delete the stack then deletes them all. moto refuses where the service's own call does, as an error of
#            that call in place of a stack that fails, and leaves a stack in progress; a queue, a topic and a rule become the stack's, and
#            are deleted with it. So an app whose template collides with another one passes in either, at the cost of the other's data.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,cloudformation]==5.2.5' ministack==1.5.33 \
    boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import json, sys, time
import boto3
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})
TABLE = {"TableName": "orders", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
         "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
PLACE = {"CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}}


def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")

    stacks, tables, buckets, queues, roles, logs, topics, parameters, secrets, rules = map(
        client, ("cloudformation", "dynamodb", "s3", "sqs", "iam", "logs", "sns", "ssm", "secretsmanager", "events"))
    for _ in range(300):
        try:
            queues.list_queues()
            break
        except Exception:
            time.sleep(0.2)

    tables.create_table(**TABLE)
    tables.put_item(TableName="orders", Item={"id": {"S": "1"}})
    queue = queues.create_queue(QueueName="jobs")["QueueUrl"]
    queues.send_message(QueueUrl=queue, MessageBody="job")
    logs.create_log_group(logGroupName="/orders")
    logs.put_retention_policy(logGroupName="/orders", retentionInDays=7)
    roles.create_role(RoleName="worker", AssumeRolePolicyDocument=TRUST, Description="mine")
    secrets.create_secret(Name="key", SecretString="mine")
    rules.put_rule(Name="nightly", ScheduleExpression="rate(7 minutes)")
    topics.create_topic(Name="alerts")
    buckets.create_bucket(Bucket="orders-files", **PLACE)
    parameters.put_parameter(Name="/limit", Type="String", Value="mine")

    def messages():
        found = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return found["Attributes"]["ApproximateNumberOfMessages"] + " messages"

    def group():
        found = logs.describe_log_groups(logGroupNamePrefix="/orders")["logGroups"]
        return f"kept for {found[0].get('retentionInDays', 'ever')}" if found else "gone"

    def topic():
        return "there" if topics.list_topics()["Topics"] else "gone"

    cases = (
        ("table", TABLE, "DynamoDB::Table", lambda: f"{tables.scan(TableName='orders')['Count']} items"),
        ("queue", {"QueueName": "jobs"}, "SQS::Queue", messages),
        ("log group", {"LogGroupName": "/orders"}, "Logs::LogGroup", group),
        ("role", {"RoleName": "worker", "AssumeRolePolicyDocument": json.loads(TRUST)}, "IAM::Role",
         lambda: "described: " + (roles.get_role(RoleName="worker")["Role"].get("Description") or "no")),
        ("secret", {"Name": "key", "SecretString": "stack"}, "SecretsManager::Secret",
         lambda: secrets.get_secret_value(SecretId="key")["SecretString"]),
        ("rule", {"Name": "nightly", "ScheduleExpression": "rate(5 minutes)"}, "Events::Rule",
         lambda: rules.describe_rule(Name="nightly")["ScheduleExpression"]),
        ("topic", {"TopicName": "alerts"}, "SNS::Topic", topic),
        ("bucket", {"BucketName": "orders-files"}, "S3::Bucket", lambda: buckets.head_bucket(Bucket="orders-files") and "there"),
        ("parameter", {"Name": "/limit", "Type": "String", "Value": "stack"}, "SSM::Parameter",
         lambda: parameters.get_parameter(Name="/limit")["Parameter"]["Value"]),
    )

    def status(stack):
        for _ in range(40):
            try:
                found = stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
            except ClientError:
                return "no stack"
            if not found.endswith("IN_PROGRESS"):
                return found
            time.sleep(0.1)
        return found

    def now(state):
        try:
            return state()
        except ClientError:
            return "gone"

    for what, properties, kind, state in cases:
        stack = what.replace(" ", "-")
        template = {"Resources": {"One": {"Type": f"AWS::{kind}", "Properties": properties}}}
        try:
            stacks.create_stack(StackName=stack, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"])
            refused = ""
        except (ClientError, ResponseParserError):
            refused = "an error, "
        made = status(stack)
        under = now(state)
        stacks.delete_stack(StackName=stack)
        status(stack)
        print(f"{name}, {what}: {refused}{made}, {under}; after the stack: {now(state)}")


ask(*sys.argv[1:])
PYTHON
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
AWS_DEFAULT_REGION=us-west-2 "$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
"$folder/venv/bin/python" "$folder/ask.py" moto "http://127.0.0.1:$moto" >"$folder/seen"
"$folder/venv/bin/python" "$folder/ask.py" ministack "http://127.0.0.1:$ministack" >>"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
moto, table: an error, CREATE_IN_PROGRESS, 1 items; after the stack: 1 items
moto, queue: CREATE_COMPLETE, 1 messages; after the stack: gone
moto, log group: an error, CREATE_IN_PROGRESS, kept for 7; after the stack: kept for 7
moto, role: an error, CREATE_IN_PROGRESS, described: mine; after the stack: described: mine
moto, secret: CREATE_COMPLETE, mine; after the stack: mine
moto, rule: CREATE_COMPLETE, rate(5 minutes); after the stack: gone
moto, topic: CREATE_COMPLETE, there; after the stack: gone
moto, bucket: an error, CREATE_IN_PROGRESS, there; after the stack: there
moto, parameter: an error, CREATE_IN_PROGRESS, mine; after the stack: mine
ministack, table: CREATE_COMPLETE, 0 items; after the stack: gone
ministack, queue: CREATE_COMPLETE, 0 messages; after the stack: gone
ministack, log group: CREATE_COMPLETE, kept for ever; after the stack: gone
ministack, role: CREATE_COMPLETE, described: no; after the stack: gone
ministack, secret: CREATE_COMPLETE, stack; after the stack: gone
ministack, rule: CREATE_COMPLETE, rate(5 minutes); after the stack: gone
ministack, topic: CREATE_COMPLETE, there; after the stack: gone
ministack, bucket: ROLLBACK_COMPLETE, there; after the stack: there
ministack, parameter: ROLLBACK_COMPLETE, mine; after the stack: mine
SEEN

#!/usr/bin/env bash
# What is there of a CloudFormation stack that two emulators of AWS call complete.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that CREATE_COMPLETE and UPDATE_COMPLETE say what they say in CloudFormation: each resource of the template is there, with its
#            properties, and one of a type, or with a property, that the emulator does not have is refused.
# They do    not. Both leave out what they do not have. ministack's tables have neither a time to live nor backups, its functions no reserved
#            concurrency and no dead letter queue, its buckets no lifecycle rules and no tags; moto's buckets have their tags alone. Of
#            types that moto does not know, such as an HTTP API, an alarm, an alias, a subscription and the policy of a queue, nothing is
#            made, and each is an entry of the stack's resources without a name, a type or an id. Its updates change no name of a
#            queue, and delete what has left the template although it says Retain, which a deletion of the stack heeds.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,cloudformation,apigatewayv2,awslambda]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import json, sys, time
import boto3
from botocore.exceptions import ClientError

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
SEND = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}]}
PROPERTIES = {
    "Failed": ("SQS::Queue", {"QueueName": "failed"}),
    "Table": ("DynamoDB::Table", {
        "TableName": "orders", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}),
    "Bucket": ("S3::Bucket", {
        "BucketName": "orders-files", "Tags": [{"Key": "team", "Value": "shop"}], "VersioningConfiguration": {"Status": "Enabled"},
        "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 3}]},
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}),
    "Role": ("IAM::Role", {"RoleName": "worker", "AssumeRolePolicyDocument": TRUST}),
    "Function": ("Lambda::Function", {
        "FunctionName": "worker", "Runtime": "python3.12", "Handler": "index.handler", "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": "def handler(event, context):\n    return 1\n"}, "Architectures": ["arm64"],
        "ReservedConcurrentExecutions": 3, "DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": ["Failed", "Arn"]}}}),
}
TYPES = {
    "Queue": ("SQS::Queue", {"QueueName": "jobs"}),
    "Policy": ("SQS::QueuePolicy", {"Queues": [{"Ref": "Queue"}], "PolicyDocument": SEND}),
    "Topic": ("SNS::Topic", {"TopicName": "alerts"}),
    "Subscription": ("SNS::Subscription", {
        "TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]}}),
    "Api": ("ApiGatewayV2::Api", {"Name": "orders", "ProtocolType": "HTTP"}),
    "Alarm": ("CloudWatch::Alarm", {
        "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "MetricName": "Errors", "Namespace": "AWS/Lambda",
        "Period": 60, "Statistic": "Sum", "Threshold": 1}),
}


def template(resources, kept=()):
    keep = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    return json.dumps({"Resources": {
        name: {"Type": f"AWS::{kind}", "Properties": properties, **(keep if name in kept else {})}
        for name, (kind, properties) in resources.items()}})


def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")

    stacks, tables, buckets, functions, queues, topics = map(
        client, ("cloudformation", "dynamodb", "s3", "lambda", "sqs", "sns"))
    for _ in range(300):
        try:
            queues.list_queues()
            break
        except Exception:
            time.sleep(0.2)

    def done(stack, call, body):
        call(StackName=stack, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
        for _ in range(100):
            status = stacks.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
            if not status.endswith("IN_PROGRESS"):
                return status
            time.sleep(0.1)

    def show(what, read):
        try:
            found = read()
        except ClientError as error:
            found = error.response["Error"]["Code"]
        print(f"{name}, {what}: {found}")

    bucket, function = {"Bucket": "orders-files"}, {"FunctionName": "worker"}
    print(f"{name}, properties: {done('properties', stacks.create_stack, template(PROPERTIES))}")
    show("time to live", lambda: tables.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]["TimeToLiveStatus"])
    show("backups", lambda: tables.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"][
        "PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"])
    show("versioning", lambda: buckets.get_bucket_versioning(**bucket).get("Status"))
    show("lifecycle", lambda: len(buckets.get_bucket_lifecycle_configuration(**bucket)["Rules"]))
    show("tags", lambda: [tag["Key"] for tag in buckets.get_bucket_tagging(**bucket)["TagSet"]])
    show("no public access", lambda: buckets.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"]["BlockPublicAcls"])
    show("architecture", lambda: functions.get_function_configuration(**function)["Architectures"])
    show("dead letters", lambda: functions.get_function_configuration(**function).get("DeadLetterConfig"))
    show("reserved", lambda: functions.get_function_concurrency(**function).get("ReservedConcurrentExecutions"))

    print(f"{name}, types: {done('types', stacks.create_stack, template(TYPES))}")
    listed = stacks.describe_stack_resources(StackName="types")["StackResources"]
    show("resources", lambda: " ".join(sorted(one.get("LogicalResourceId", "-") for one in listed)))
    queue = queues.get_queue_url(QueueName="jobs")["QueueUrl"]
    show("policy", lambda: "Policy" in queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"])
    show("subscriptions", lambda: len(topics.list_subscriptions()["Subscriptions"]))
    show("HTTP APIs", lambda: len(client("apigatewayv2").get_apis()["Items"]))
    show("alarms", lambda: len(client("cloudwatch").describe_alarms()["MetricAlarms"]))

    def names():
        return " ".join(sorted(url.rsplit("/", 1)[1] for url in queues.list_queues(QueueNamePrefix="kept").get("QueueUrls", [])))

    first, second = ("SQS::Queue", {"QueueName": "kept-1"}), ("SQS::Queue", {"QueueName": "kept-2"})
    done("kept", stacks.create_stack, template({"One": first, "Two": second}, ["One"]))
    print(f"{name}, {names()} without the one that is retained: {done('kept', stacks.update_stack, template({'Two': second}))}, {names()}")
    third = ("SQS::Queue", {"QueueName": "kept-3"})
    print(f"{name}, with another name for the other: {done('kept', stacks.update_stack, template({'Two': third}))}, {names()}")


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
moto, properties: CREATE_COMPLETE
moto, time to live: DISABLED
moto, backups: DISABLED
moto, versioning: None
moto, lifecycle: NoSuchLifecycleConfiguration
moto, tags: ['team']
moto, no public access: NoSuchPublicAccessBlockConfiguration
moto, architecture: ['x86_64']
moto, dead letters: None
moto, reserved: 3
moto, types: CREATE_COMPLETE
moto, resources: - - - - Queue Topic
moto, policy: False
moto, subscriptions: 0
moto, HTTP APIs: 0
moto, alarms: 0
moto, kept-1 kept-2 without the one that is retained: UPDATE_COMPLETE, kept-2
moto, with another name for the other: UPDATE_COMPLETE, kept-2
ministack, properties: CREATE_COMPLETE
ministack, time to live: DISABLED
ministack, backups: DISABLED
ministack, versioning: Enabled
ministack, lifecycle: NoSuchLifecycleConfiguration
ministack, tags: NoSuchTagSet
ministack, no public access: True
ministack, architecture: ['arm64']
ministack, dead letters: None
ministack, reserved: None
ministack, types: CREATE_COMPLETE
ministack, resources: Alarm Api Policy Queue Subscription Topic
ministack, policy: True
ministack, subscriptions: 1
ministack, HTTP APIs: 1
ministack, alarms: 1
ministack, kept-1 kept-2 without the one that is retained: UPDATE_COMPLETE, kept-1 kept-2
ministack, with another name for the other: UPDATE_COMPLETE, kept-1 kept-3
SEEN

#!/usr/bin/env bash
# Whether two emulators of AWS do once what is asked for twice.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that whoever repeats a call by its token, as after an answer that was lost, has it done once: a transaction of DynamoDB by its
#            ClientRequestToken, and refused if its content is another; a message of a FIFO queue for five minutes by its
#            deduplication id, also when it has been received and deleted; a copy with "If-None-Match: *" over nothing alone.
# They do    not all. moto takes the token and does the transaction each time, with any content: a counter that is added 1 to twice and then 2 by one
#            token is 4. It knows a message only as long as it is in the queue, so that one which was sent twice is handled twice as soon
#            as the first was deleted in between: what passes is the case that no consumer is quick enough for. ministack does both
#            once. Both write an object by If-None-Match once, and copy over it with the very same condition.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,dynamodb,s3,sqs]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3
from botocore.exceptions import ClientError

ID = {"id": {"S": "a"}}

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    def answer(call):
        try:
            call()
            return "taken"
        except ClientError as error:
            return error.response["Error"]["Code"]
    tables, queues, files = client("dynamodb"), client("sqs"), client("s3")
    for _ in range(300):
        try:
            queues.list_queues()
            break
        except Exception:
            time.sleep(0.2)

    tables.create_table(TableName="counters", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
    def add(number):
        update = {"TableName": "counters", "Key": ID, "UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": number}}}
        return answer(lambda: tables.transact_write_items(ClientRequestToken="token", TransactItems=[{"Update": update}]))
    answers = [add("1"), add("1"), add("2")]
    print(f"{name}, one token for 1, 1 and 2: {answers}, the counter is {tables.get_item(TableName='counters', Key=ID)['Item']['n']['N']}")

    queue = queues.create_queue(QueueName="jobs.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    def send():
        queues.send_message(QueueUrl=queue, MessageBody="job", MessageGroupId="jobs", MessageDeduplicationId="job-1")
    def handle():
        messages = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        for message in messages:
            queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return len(messages)
    send()
    send()
    first = handle()
    send()
    print(f"{name}, a message sent twice: {first}, sent again when it is deleted: {handle()}")

    files.create_bucket(Bucket="locks", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    files.put_object(Bucket="locks", Key="mine", Body=b"mine")
    def lock(text):
        return answer(lambda: files.put_object(Bucket="locks", Key="lock", Body=text, IfNoneMatch="*"))
    def copied():
        return answer(lambda: files.copy_object(Bucket="locks", Key="lock", CopySource="locks/mine", IfNoneMatch="*"))
    answers = [lock(b"first"), lock(b"second"), copied()]
    print(f"{name}, If-None-Match of two writes and a copy: {answers}, then it is {files.get_object(Bucket='locks', Key='lock')['Body'].read()}")

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
moto, one token for 1, 1 and 2: ['taken', 'taken', 'taken'], the counter is 4
moto, a message sent twice: 1, sent again when it is deleted: 1
moto, If-None-Match of two writes and a copy: ['taken', 'PreconditionFailed', 'taken'], then it is b'mine'
ministack, one token for 1, 1 and 2: ['taken', 'taken', 'IdempotentParameterMismatchException'], the counter is 1
ministack, a message sent twice: 1, sent again when it is deleted: 0
ministack, If-None-Match of two writes and a copy: ['taken', 'PreconditionFailed', 'taken'], then it is b'mine'
SEEN

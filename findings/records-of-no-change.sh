#!/usr/bin/env bash
# Which records two emulators of AWS write to the stream of a table.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess what DynamoDB's guide says: a record for each change of an item, none for a write that changes nothing, and the same records
#            whichever operation the change was made by.
# They do    not. moto writes a MODIFY for each write that changes nothing, with an old and a new image that are alike, and for an update that makes
#            an item two records INSERT, the first of which has the key alone: a consumer counts two items, and one of them never was. ministack
#            writes what the guide says until an item is changed by PartiQL: its INSERT and DELETE change the table and leave no record.
#            A consumer that guards against loops passes in one emulator and one that is fed by PartiQL waits in the other.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,dynamodb]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3

A, B = {"id": {"S": "a"}}, {"id": {"S": "b"}}

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    tables, streams = client("dynamodb"), client("dynamodbstreams")
    for _ in range(300):
        try:
            tables.list_tables()
            break
        except Exception:
            time.sleep(0.2)
    made = tables.create_table(TableName="things", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                               AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                               StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})["TableDescription"]
    stream = made["LatestStreamArn"]
    shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
    place = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]

    def values(image):
        return {key: text for key, kind in (image or {}).items() for text in kind.values()} or "nothing"

    def show(what):
        nonlocal place
        time.sleep(0.5)
        answer = streams.get_records(ShardIterator=place)
        place = answer["NextShardIterator"]
        changes = [(record["eventName"], record["dynamodb"]) for record in answer["Records"]]
        texts = [f"{event} {values(data.get('OldImage'))} to {values(data.get('NewImage'))}" for event, data in changes]
        print(f"{name}, {what}:", "; ".join(texts) or "no record")

    def update(key, expression, value):
        tables.update_item(TableName="things", Key=key, UpdateExpression=expression, ExpressionAttributeValues={":v": {"N": value}})

    def partiql(statement):
        tables.execute_statement(Statement=statement)

    tables.put_item(TableName="things", Item=A | {"v": {"N": "1"}})
    show("an item is put")
    tables.put_item(TableName="things", Item=A | {"v": {"N": "1"}})
    show("the same is put")
    update(A, "SET v = :v", "1")
    show("an update to the same")
    tables.update_item(TableName="things", Key=A, UpdateExpression="REMOVE w")
    show("an absent attribute is removed")
    update(A, "SET v = :v", "2")
    show("an update")
    update(B, "SET v = :v", "1")
    show("an update of no item")
    tables.delete_item(TableName="things", Key={"id": {"S": "none"}})
    show("a delete of no item")
    partiql("INSERT INTO things VALUE {'id': 'c', 'v': 1}")
    show("PartiQL's INSERT")
    partiql("DELETE FROM things WHERE id = 'a'")
    show("PartiQL's DELETE")
    items = [values(item) for item in tables.scan(TableName="things")["Items"]]
    print(f"{name}, in the table:", sorted(items, key=str))

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
moto, an item is put: INSERT nothing to {'id': 'a', 'v': '1'}
moto, the same is put: MODIFY {'id': 'a', 'v': '1'} to {'id': 'a', 'v': '1'}
moto, an update to the same: MODIFY {'id': 'a', 'v': '1'} to {'id': 'a', 'v': '1'}
moto, an absent attribute is removed: MODIFY {'id': 'a', 'v': '1'} to {'id': 'a', 'v': '1'}
moto, an update: MODIFY {'id': 'a', 'v': '1'} to {'id': 'a', 'v': '2'}
moto, an update of no item: INSERT nothing to {'id': 'b'}; INSERT nothing to {'id': 'b', 'v': '1'}
moto, a delete of no item: no record
moto, PartiQL's INSERT: INSERT nothing to {'id': 'c', 'v': '1'}
moto, PartiQL's DELETE: REMOVE {'id': 'a', 'v': '2'} to nothing
moto, in the table: [{'id': 'b', 'v': '1'}, {'id': 'c', 'v': '1'}]
ministack, an item is put: INSERT nothing to {'id': 'a', 'v': '1'}
ministack, the same is put: no record
ministack, an update to the same: no record
ministack, an absent attribute is removed: no record
ministack, an update: MODIFY {'id': 'a', 'v': '1'} to {'id': 'a', 'v': '2'}
ministack, an update of no item: INSERT nothing to {'id': 'b', 'v': '1'}
ministack, a delete of no item: no record
ministack, PartiQL's INSERT: no record
ministack, PartiQL's DELETE: no record
ministack, in the table: [{'id': 'b', 'v': '1'}, {'id': 'c', 'v': '1'}]
SEEN

#!/usr/bin/env bash
# What two emulators of AWS make of a number in DynamoDB that is written in two ways, or that is long.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that 1 and 1.0 are one key, since DynamoDB trims zeros at both ends, and that a number keeps the 38 digits that
#            DynamoDB promises, whatever is added to it.
# They do    not both. ministack trims what is stored and not what is asked for: 1.0 finds no item 1, an update of it makes a second item,
#            which is shown with the very same key, and both stay side by side in a scan. It adds with 28 digits, so that a sum of
#            38 ends in zeros. moto finds the item and shows numbers as they were written (1.50, 5 - 5.0 = 0.0), takes 40 digits and
#            takes a set in which one number is twice. Each is right where the other is wrong.
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
from botocore.exceptions import ClientError

def ask(name, url):
    tables = boto3.client("dynamodb", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            tables.list_tables()
            break
        except Exception:
            time.sleep(0.2)
    tables.create_table(TableName="things", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}])
    def key(number):
        return {"id": {"N": number}}
    def put(number, **more):
        try:
            tables.put_item(TableName="things", Item=key(number) | more)
            return "taken"
        except ClientError as error:
            return error.response["Error"]["Code"]
    def keys():
        return [item["id"]["N"] for item in tables.scan(TableName="things")["Items"]]
    def changed(number, expression, by):
        answer = tables.update_item(TableName="things", Key=key(number), UpdateExpression=expression, ReturnValues="UPDATED_NEW",
                                    ExpressionAttributeValues={":by": {"N": by}})
        return answer["Attributes"]["v"]["N"]

    print(name, "put 1:", put("1", v={"N": "1.50"}), keys())
    print(name, "get 1.0:", "Item" in tables.get_item(TableName="things", Key=key("1.0")))
    tables.update_item(TableName="things", Key=key("1.0"), UpdateExpression="SET w = :by", ExpressionAttributeValues={":by": {"S": "w"}})
    print(name, "update 1.0:", keys(), "v is", tables.get_item(TableName="things", Key=key("1"))["Item"]["v"]["N"])
    tables.delete_item(TableName="things", Key=key("1.0"))
    print(name, "delete 1.0:", keys())
    print(name, "a set of 1 and 1.0:", put("2", s={"NS": ["1", "1.0"]}))
    print(name, "40 digits:", put("3", v={"N": "1234567890" * 4}))
    put("4", v={"N": "5"})
    print(name, "5 - 5.0:", changed("4", "SET v = v - :by", "5.0"))
    put("5", v={"N": "12345678901234567890123456789012345678"})
    print(name, "38 digits and 1:", changed("5", "SET v = v + :by", "1"))

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
moto put 1: taken ['1']
moto get 1.0: True
moto update 1.0: ['1'] v is 1.50
moto delete 1.0: []
moto a set of 1 and 1.0: taken
moto 40 digits: taken
moto 5 - 5.0: 0.0
moto 38 digits and 1: 12345678901234567890123456789012345679
ministack put 1: taken ['1']
ministack get 1.0: False
ministack update 1.0: ['1', '1'] v is 1.5
ministack delete 1.0: ['1']
ministack a set of 1 and 1.0: ValidationException
ministack 40 digits: ValidationException
ministack 5 - 5.0: 0
ministack 38 digits and 1: 12345678901234567890123456790000000000
SEEN

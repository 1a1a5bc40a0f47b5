#!/usr/bin/env bash
# What the Serverless Framework makes of two routes, or of two sources of events, whose names have the same letters and digits.
#
# Version    osls 4.3.1 (the Serverless Framework 3 as others maintain it)
# One would  guess that each event of a function is a resource of its own, as it is a line of its own, and that two which cannot be told apart
#            are refused.
# It does    name resources by the letters and digits of what they are about, and of two with one name the last one replaces the first, without
#            a word, while the package ends with 0. So /orders/count is gone beside /orders/$count, /v1.1/orders beside /v11/orders and
#            "GET /users/me" beside "GET /users/@me"; of a function's queues orders-v1 and orders_v1 one is heard, and so it is with
#            queues, topics and streams of one name in two regions or two accounts. A deployment that adds the one takes away the other, which
#            worked before.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts osls@4.3.1 >/dev/null
mkdir "$folder/app"
cd "$folder/app"
cat >serverless.yml <<'YAML'
service: shop
provider:
  name: aws
  runtime: nodejs20.x
  stage: live
  region: us-west-2
functions:
  first:
    handler: main.handler
    events:
      - http: GET /orders/count
      - http: GET /v1.1/orders
      - httpApi: GET /users/me
      - sqs: arn:aws:sqs:us-west-2:123456789012:orders-v1
      - sqs: arn:aws:sqs:us-west-2:123456789012:paid
      - sns: arn:aws:sns:us-west-2:123456789012:shipped
      - stream: arn:aws:kinesis:us-west-2:123456789012:stream/clicks
  second:
    handler: main.handler
    events:
      - http: GET /orders/$count
      - http: GET /v11/orders
      - httpApi: GET /users/@me
  third:
    handler: main.handler
    events:
      - sqs: arn:aws:sqs:us-west-2:123456789012:orders-v1
      - sqs: arn:aws:sqs:us-west-2:123456789012:orders_v1
      - sqs: arn:aws:sqs:us-west-2:123456789012:paid
      - sqs: arn:aws:sqs:us-west-2:210987654321:paid
      - sns: arn:aws:sns:us-west-2:123456789012:shipped
      - sns: arn:aws:sns:us-east-1:123456789012:shipped
      - stream: arn:aws:kinesis:us-west-2:123456789012:stream/clicks
      - stream: arn:aws:kinesis:us-west-2:210987654321:stream/clicks
YAML
echo 'exports.handler = async () => 1;' >main.js
code=0
AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x SLS_TELEMETRY_DISABLED=1 SLS_NOTIFICATIONS_MODE=off \
    ../node_modules/.bin/osls package >out 2>&1 || code=$?
cat >ask.py <<'PY'
import json

with open(".serverless/cloudformation-template-update-stack.json", encoding="utf-8") as file:
    resources = json.load(file)["Resources"]


def function(value):
    text = json.dumps(value)
    return next(name for name in ("first", "second", "third") if f'"{name.capitalize()}LambdaFunction"' in text)


def path(reference):
    one = resources.get(reference.get("Ref"))
    return path(one["Properties"]["ParentId"]) + "/" + one["Properties"]["PathPart"] if one else ""


lines = []
for one in resources.values():
    kind, about = one["Type"], one.get("Properties", {})
    if kind == "AWS::ApiGateway::Method":
        lines.append(f"{path(about['ResourceId'])}: {function(about['Integration']['Uri'])}")
    elif kind == "AWS::ApiGatewayV2::Route":
        target = resources[about["Target"]["Fn::Join"][1][1]["Ref"]]
        lines.append(f"{about['RouteKey']}: {function(target)}")
    elif kind == "AWS::Lambda::EventSourceMapping":
        lines.append(f"{about['EventSourceArn'].removeprefix('arn:aws:')}: {function(about['FunctionName'])}")
    elif kind == "AWS::SNS::Subscription":
        lines.append(f"{about['TopicArn'].removeprefix('arn:aws:')}: {function(about['Endpoint'])}")
print("\n".join(sorted(lines)))
PY
{
    echo "exit code $code, $(grep -ciE 'warning|duplicate|conflict' out || true) words of warning"
    python3 ask.py
} >seen
cat seen
diff seen - <<'SEEN'
exit code 0, 0 words of warning
/orders/$count: second
/v11/orders: second
GET /users/@me: second
kinesis:us-west-2:123456789012:stream/clicks: first
kinesis:us-west-2:210987654321:stream/clicks: third
sns:us-east-1:123456789012:shipped: third
sns:us-west-2:123456789012:shipped: first
sqs:us-west-2:123456789012:orders-v1: first
sqs:us-west-2:123456789012:orders_v1: third
sqs:us-west-2:123456789012:paid: first
sqs:us-west-2:210987654321:paid: third
SEEN

#!/usr/bin/env bash
# Which schedule expressions two emulators of AWS take, for an EventBridge rule and for an EventBridge Scheduler schedule.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that an emulator which refuses an expression for a rule refuses it for a schedule too: both services have
#            the same cron and rate expressions, and AWS validates them in both (day of month or day of week has to be "?",
#            a rate of 1 has the singular unit, others the plural).
# They do    ministack checks a rule's cron fields, moto that it says cron or rate; neither checks a rate's unit. For a schedule
#            both take any text at all, a time zone and a date that do not exist included. So a wrong schedule passes every
#            test and fails on AWS.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,events,scheduler]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import sys, time
import boto3
from botocore.exceptions import ClientError

EXPRESSIONS = ["cron(0 3 * * ? *)", "cron(0 3 * * * *)", "rate(1 minutes)", "rate(5 minute)", "at(2026-13-45T00:00:00)", "every day"]
TARGET = {"Arn": "arn:aws:lambda:us-west-2:123456789012:function:f", "RoleArn": "arn:aws:iam::123456789012:role/r"}

def ask(name, url):
    def client(service):
        return boto3.client(service, endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    def answer(call):
        try:
            call()
            return "taken"
        except ClientError as error:
            return error.response["Error"]["Code"]
    rules, schedules = client("events"), client("scheduler")
    for _ in range(300):
        try:
            rules.list_rules()
            break
        except Exception:
            time.sleep(0.2)
    def schedule(key, expression, **more):
        return answer(lambda: schedules.create_schedule(
            Name=key, ScheduleExpression=expression, FlexibleTimeWindow={"Mode": "OFF"}, Target=TARGET, **more))
    for number, expression in enumerate(EXPRESSIONS):
        rule = answer(lambda: rules.put_rule(Name=f"r{number}", ScheduleExpression=expression))
        print(f"{name} {expression}: rule {rule}, schedule {schedule(f's{number}', expression)}")
    print(f"{name} in Europe/Atlantis: schedule {schedule('zone', 'rate(1 hour)', ScheduleExpressionTimezone='Europe/Atlantis')}")

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
moto cron(0 3 * * ? *): rule taken, schedule taken
moto cron(0 3 * * * *): rule taken, schedule taken
moto rate(1 minutes): rule taken, schedule taken
moto rate(5 minute): rule taken, schedule taken
moto at(2026-13-45T00:00:00): rule ValidationException, schedule taken
moto every day: rule ValidationException, schedule taken
moto in Europe/Atlantis: schedule taken
ministack cron(0 3 * * ? *): rule taken, schedule taken
ministack cron(0 3 * * * *): rule ValidationException, schedule taken
ministack rate(1 minutes): rule taken, schedule taken
ministack rate(5 minute): rule taken, schedule taken
ministack at(2026-13-45T00:00:00): rule ValidationException, schedule taken
ministack every day: rule ValidationException, schedule taken
ministack in Europe/Atlantis: schedule taken
SEEN

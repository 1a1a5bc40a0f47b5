#!/usr/bin/env bash
# When libraries for EventBridge's cron expressions say that a schedule is due next.
#
# Versions   aws-cron-parser 1.1.12 (npm), aws-croniter 2.1.1, aws-cron-expression-validator 1.1.15 (PyPI)
# One would  guess that libraries which are made for these expressions agree on those of EventBridge's guide, so that a calendar, a test, or a watch for
#            runs that did not come, can be made from any: a month without a 31st has no such day, a year without a 29th of February none either,
#            20-2 is a range of hours over midnight (one of the guide's examples), L alone is the last day of the week, 2027/2 is each second year.
# They do    not. For aws-cron-parser the 31st of February is the 3rd of March, the 31st of April the 1st of May, and the 29th of February in three
#            years of four the 1st of March: days on which EventBridge does nothing. It forgets what stands behind a comma when a range with
#            steps is before it, and says "this shouldn't happen" of 20-2, of 31W in February and of L. aws-croniter is right on days and
#            hours; it refuses 2027/2, takes L, and finds no time for it. The validator takes all of them, so that a schedule which passed it
#            is one that the two others may not know.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aws-croniter==2.1.1 aws-cron-expression-validator==1.1.15
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts aws-cron-parser@1.1.12 >/dev/null

cat >"$folder/expressions" <<'TEXT'
0 12 31 * ? *
0 12 29 2 ? *
10-20/5,40 12 1 1 ? *
0/30 20-2 ? * MON-FRI *
0 12 31W * ? *
0 12 ? * L *
0 12 1 1 ? 2027/2
0 12 15W * ? *
15 10 ? * 6L *
0 12 ? * 3#2 *
TEXT
cat >"$folder/ask.mjs" <<'JS'
import { readFileSync } from "node:fs";
import parser from "aws-cron-parser";

for (const expression of readFileSync(process.argv[2], "utf8").trim().split("\n")) {
  const found = [];
  try {
    const cron = parser.parse(expression);
    for (let at = new Date(Date.UTC(2027, 0, 1)); found.length < 4; found.push(at.toISOString().slice(0, 16))) at = parser.next(cron, at);
  } catch (error) {
    found.push(`an error, "${error.message}"`);
  }
  console.log(`aws-cron-parser, ${expression}: ${found.join(" ")}`);
}
JS
cat >"$folder/ask.py" <<'PY'
import datetime
import pathlib
import sys

from aws_cron_expression_validator.validator import AWSCronExpressionValidator
from aws_croniter import AwsCroniter

START = datetime.datetime(2027, 1, 1, tzinfo=datetime.timezone.utc)


def times(expression):
    found = AwsCroniter(expression).get_next(START, n=4)
    return " ".join("none" if at is None else at.isoformat()[:16] for at in found)


def answer(call, expression):
    try:
        return call(expression)
    except ValueError as error:
        return f"an error, {type(error).__name__}"


expressions = pathlib.Path(sys.argv[1]).read_text().splitlines()
for expression in expressions:
    print(f"aws-croniter, {expression}: {answer(times, expression)}")
for expression in expressions:
    print(f"validator, {expression}: {answer(lambda one: AWSCronExpressionValidator.validate(one) and 'right', expression)}")
PY
node "$folder/ask.mjs" "$folder/expressions" >"$folder/seen"
"$folder/venv/bin/python" "$folder/ask.py" "$folder/expressions" >>"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
aws-cron-parser, 0 12 31 * ? *: 2027-01-31T12:00 2027-03-03T12:00 2027-03-31T12:00 2027-05-01T12:00
aws-cron-parser, 0 12 29 2 ? *: 2027-03-01T12:00 2028-02-29T12:00 2029-03-01T12:00 2030-03-01T12:00
aws-cron-parser, 10-20/5,40 12 1 1 ? *: 2027-01-01T12:10 2027-01-01T12:15 2027-01-01T12:20 2028-01-01T12:10
aws-cron-parser, 0/30 20-2 ? * MON-FRI *: an error, "AwsCronParser : this shouldn't happen, but iter > 10"
aws-cron-parser, 0 12 31W * ? *: 2027-01-29T12:00 an error, "getDaysOfMonthForW - should not happen"
aws-cron-parser, 0 12 ? * L *: an error, "AwsCronParser : this shouldn't happen, but iter > 10"
aws-cron-parser, 0 12 1 1 ? 2027/2: 2027-01-01T12:00 2029-01-01T12:00 2031-01-01T12:00 2033-01-01T12:00
aws-cron-parser, 0 12 15W * ? *: 2027-01-15T12:00 2027-02-15T12:00 2027-03-15T12:00 2027-04-15T12:00
aws-cron-parser, 15 10 ? * 6L *: 2027-01-29T10:15 2027-02-26T10:15 2027-03-26T10:15 2027-04-30T10:15
aws-cron-parser, 0 12 ? * 3#2 *: 2027-01-12T12:00 2027-02-09T12:00 2027-03-09T12:00 2027-04-13T12:00
aws-croniter, 0 12 31 * ? *: 2027-01-31T12:00 2027-03-31T12:00 2027-05-31T12:00 2027-07-31T12:00
aws-croniter, 0 12 29 2 ? *: 2028-02-29T12:00 2032-02-29T12:00 2036-02-29T12:00 2040-02-29T12:00
aws-croniter, 10-20/5,40 12 1 1 ? *: 2027-01-01T12:10 2027-01-01T12:15 2027-01-01T12:20 2027-01-01T12:40
aws-croniter, 0/30 20-2 ? * MON-FRI *: 2027-01-01T00:30 2027-01-01T01:00 2027-01-01T01:30 2027-01-01T02:00
aws-croniter, 0 12 31W * ? *: 2027-01-29T12:00 2027-03-31T12:00 2027-05-31T12:00 2027-07-30T12:00
aws-croniter, 0 12 ? * L *: none none none none
aws-croniter, 0 12 1 1 ? 2027/2: an error, AwsCroniterExpressionYearError
aws-croniter, 0 12 15W * ? *: 2027-01-15T12:00 2027-02-15T12:00 2027-03-15T12:00 2027-04-15T12:00
aws-croniter, 15 10 ? * 6L *: 2027-01-29T10:15 2027-02-26T10:15 2027-03-26T10:15 2027-04-30T10:15
aws-croniter, 0 12 ? * 3#2 *: 2027-01-12T12:00 2027-02-09T12:00 2027-03-09T12:00 2027-04-13T12:00
validator, 0 12 31 * ? *: right
validator, 0 12 29 2 ? *: right
validator, 10-20/5,40 12 1 1 ? *: right
validator, 0/30 20-2 ? * MON-FRI *: right
validator, 0 12 31W * ? *: right
validator, 0 12 ? * L *: right
validator, 0 12 1 1 ? 2027/2: right
validator, 0 12 15W * ? *: right
validator, 15 10 ? * 6L *: right
validator, 0 12 ? * 3#2 *: right
SEEN

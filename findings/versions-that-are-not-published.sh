#!/usr/bin/env bash
# Which changes of a function SAM publishes when its template asks for an alias of the newest version.
#
# Version    aws-sam-translator 1.115.0 (the transform AWS::Serverless-2016-10-31)
# One would  guess that AutoPublishAlias publishes every change of what a version holds, or that of the code alone, as the property's older
#            descriptions have it.
# It does    publish the code, the memory, the environment and SnapStart. Handler, runtime, timeout, layers, role, VPC and the rest of what is
#            frozen in a version change $LATEST, and the alias that callers use goes on to the old version, while the deployment
#            succeeds. A changed value of a parameter behind a member of the environment publishes nothing either, since the name
#            of the version is made of the text of the template. AutoPublishAliasAllProperties turns it round: then what no version
#            holds publishes one too (tags, reserved concurrency), and of a parameter's value still nothing is known.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aws-sam-translator==1.115.0
cat >"$folder/ask.py" <<'PY'
import copy
import logging

from samtranslator.translator.transform import transform

SIMPLE = {"Handler": "main.handler", "Runtime": "python3.12", "CodeUri": "s3://code/1.zip", "AutoPublishAlias": "live"}
BESIDE = {"Environment": {"Variables": {"TABLE": {"Ref": "Table"}}}}
CHANGES = {
    "code": {"CodeUri": "s3://code/2.zip"},
    "memory": {"MemorySize": 512},
    "environment": {"Environment": {"Variables": {"TABLE": "b"}}},
    "SnapStart": {"SnapStart": {"ApplyOn": "PublishedVersions"}},
    "handler": {"Handler": "main.other"},
    "runtime": {"Runtime": "python3.13"},
    "timeout": {"Timeout": 9},
    "layers": {"Layers": ["arn:aws:lambda:us-west-2:123456789012:layer:tools:2"]},
    "role": {"Role": "arn:aws:iam::123456789012:role/other"},
    "VPC": {"VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}},
    "architecture": {"Architectures": ["arm64"]},
    "storage": {"EphemeralStorage": {"Size": 1024}},
    "tags": {"Tags": {"team": "shop"}},
    "reserved concurrency": {"ReservedConcurrentExecutions": 1},
}


class NoPolicies:
    def load(self):
        return {}


def version(table, **properties):
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"Table": {"Type": "String"}},
        "Resources": {"Function": {"Type": "AWS::Serverless::Function", "Properties": copy.deepcopy(SIMPLE | properties)}},
    }
    resources = transform(template, {"Table": table}, NoPolicies())["Resources"]
    return next(name for name, resource in resources.items() if resource["Type"] == "AWS::Lambda::Version")


logging.disable(logging.CRITICAL)
for what, all_properties in (("AutoPublishAlias", {}), ("and AutoPublishAliasAllProperties", {"AutoPublishAliasAllProperties": True})):
    before = version("a", **all_properties)
    published = [name for name, change in CHANGES.items() if version("a", **all_properties, **change) != before]
    print(f"{what}: published", ", ".join(published))
    print(f"{what}: not published", ", ".join(name for name in CHANGES if name not in published) or "nothing")
    beside = all_properties | BESIDE
    print(f"{what}: a parameter's new value is", "not published" if version("a", **beside) == version("b", **beside) else "published")
PY
AWS_DEFAULT_REGION=us-west-2 "$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen" 2>"$folder/err"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
AutoPublishAlias: published code, memory, environment, SnapStart
AutoPublishAlias: not published handler, runtime, timeout, layers, role, VPC, architecture, storage, tags, reserved concurrency
AutoPublishAlias: a parameter's new value is not published
and AutoPublishAliasAllProperties: published code, memory, environment, SnapStart, handler, runtime, timeout, layers, role, VPC, architecture, storage, tags, reserved concurrency
and AutoPublishAliasAllProperties: not published nothing
and AutoPublishAliasAllProperties: a parameter's new value is not published
SEEN

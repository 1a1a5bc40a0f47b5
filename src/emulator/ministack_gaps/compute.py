"""Lambda and Step Functions."""

import json
import re

from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc, s3, stepfunctions

from .tools import replace


def apart(name, asked, answer):
    """The policy of a function and that of an alias are two: what the original sees is the one that is meant."""
    query, path = (*asked, None, None)[:2]
    resource = lambda_svc._policy_resource_arn(name, lambda_svc._qualifier_from_path_or_query(path, query))
    policy = (lambda_svc._functions.get(name) or {}).get("policy")
    if policy is None:
        return answer()
    others = [statement for statement in policy["Statement"] if statement["Resource"] != resource]
    policy["Statement"] = [statement for statement in policy["Statement"] if statement["Resource"] == resource]
    try:
        return answer()
    finally:
        policy["Statement"] += others


@replace(lambda_svc, "_get_policy")
def get_policy(original, name, *asked):
    answer = apart(name, asked, lambda: original(name, *asked))
    if answer[0] == 200 and not json.loads(json.loads(answer[2])["Policy"])["Statement"]:
        message = "The resource you requested does not exist."
        return error_response_json("ResourceNotFoundException", message, 404)
    return answer


@replace(lambda_svc, "_add_permission")
def add_permission(original, func_name, data, *asked):
    if re.fullmatch(r"\d{12}", data.get("Principal", "")):
        data = dict(data, Principal=f"arn:aws:iam::{data['Principal']}:root")
    return apart(func_name, asked, lambda: original(func_name, data, *asked))


@replace(lambda_svc, "_remove_permission")
def remove_permission(original, func_name, sid, *asked):
    return apart(func_name, asked, lambda: original(func_name, sid, *asked))


@replace(lambda_svc, "_publish_version")
def publish_version(original, name, data):
    config = (lambda_svc._functions.get(name) or {}).get("config") or {}
    if config and data.get("CodeSha256") not in (None, config.get("CodeSha256")):
        text = f"CodeSHA256 ({data['CodeSha256']}) is different from current CodeSHA256 in $LATEST"
        return error_response_json("InvalidParameterValueException", text, 400)
    if config and data.get("RevisionId") not in (None, config.get("RevisionId")):
        text = "The RevisionId provided does not match the latest RevisionId."
        return error_response_json("PreconditionFailedException", text, 412)
    return original(name, data)


@replace(lambda_svc, "_create_function")
def create_function(original, data):
    code = data.get("Code") or {}
    return refuse_object(code) or with_digest(data.get("FunctionName"), code, original(data))


@replace(lambda_svc, "_update_code")
def update_code(original, name, data):
    return refuse_object(data) or with_digest(name, data, original(name, data))


@replace(lambda_svc, "_publish_layer_version")
def publish_layer_version(original, layer_name, data):
    return refuse_object(data.get("Content") or {}) or original(layer_name, data)


def with_digest(name, code, answer):
    """Of an image Lambda shows the digest, in hex."""
    digest = re.search(r"@sha256:([0-9a-f]{64})$", code.get("ImageUri") or "")
    if digest is None or answer[0] >= 300:
        return answer
    lambda_svc._functions[name]["config"]["CodeSha256"] = digest[1]
    return (answer[0], answer[1], json.dumps({**json.loads(answer[2]), "CodeSha256": digest[1]}).encode())


def refuse_object(code):
    """Lambda tells what S3 said of the object that it was to fetch."""
    bucket, key = code.get("S3Bucket"), code.get("S3Key")
    if not bucket or lambda_svc._fetch_code_from_s3(bucket, key) is not None:
        return None
    text = "NoSuchKey. S3 Error Message: The specified key does not exist."
    if s3.bucket_region(bucket) is None:
        text = "NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    message = f"Error occurred while GetObject. S3 Error Code: {text}"
    return error_response_json("InvalidParameterValueException", message, 400)


@replace(stepfunctions, "_create_state_machine")
def create_state_machine(original, data):
    answer = original(data)
    return keep_tracing(json.loads(answer[2]).get("stateMachineArn"), data, answer)


@replace(stepfunctions, "_update_state_machine")
def update_state_machine(original, data):
    return keep_tracing(data.get("stateMachineArn"), data, original(data))


def keep_tracing(arn, data, answer):
    machine = stepfunctions._state_machines.get(arn) if answer[0] == 200 else None
    if machine is not None:
        machine.setdefault("tracingConfiguration", {"enabled": False})
        # Clients leave out `enabled` where it is false.
        if "tracingConfiguration" in data:
            machine["tracingConfiguration"] = {"enabled": False, **data["tracingConfiguration"]}
    return answer


@replace(stepfunctions, "_delete_state_machine")
def delete_state_machine(original, data):
    known = data.get("stateMachineArn") in stepfunctions._state_machines
    return original(data) if known else json_response({})

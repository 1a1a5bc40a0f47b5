"""Lambda and Step Functions."""

import json
import re

from ministack.core.responses import error_response_json, json_response
from ministack.services import lambda_svc, stepfunctions

from .tools import replace


@replace(lambda_svc, "_get_policy")
def get_policy(original, *args, **kwargs):
    answer = original(*args, **kwargs)
    if answer[0] == 200 and not json.loads(json.loads(answer[2])["Policy"])["Statement"]:
        message = "The resource you requested does not exist."
        return error_response_json("ResourceNotFoundException", message, 404)
    return answer


@replace(lambda_svc, "_add_permission")
def add_permission(original, func_name, data, *args, **kwargs):
    if re.fullmatch(r"\d{12}", data.get("Principal", "")):
        data = dict(data, Principal=f"arn:aws:iam::{data['Principal']}:root")
    return original(func_name, data, *args, **kwargs)


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

"""IAM: roles that no service knows yet, and tags."""

import re

from .wire import accounts, after, before, form_error, json_error

KEY = re.compile(r"[\w\s_.:/=+\-@]+")
TAGGING = ("iam:CreateRole", "iam:CreatePolicy", "iam:TagRole", "iam:TagPolicy", "iam:CreateOpenIDConnectProvider")


@before(*TAGGING)
def refuse_tags(request):
    keys = [tag.get("Key", "") for tag in request.listed("Tags")]
    if len({key.lower() for key in keys}) < len(keys):
        text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        return form_error("InvalidInput", text)
    bad = next((key for key in keys if not KEY.fullmatch(key)), None)
    if bad is not None:
        pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"
        text = f"1 validation error detected: Value '{bad}' failed to satisfy constraint: {pattern}"
        return form_error("ValidationError", text)
    return None


@after("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", ":AssumeRoleWithWebIdentity")
def keys_are_handed_out(_request, answer):
    """A token is exchanged by a request that nobody signs."""
    text = answer.body.decode("utf-8", "replace")
    key = re.search(r"<AccessKeyId>(\w+)</AccessKeyId>", text)
    account = re.search(r":sts::(\d{12}):assumed-role/", text)
    if key and account:
        accounts[key[1]] = account[1]


@after("iam:CreateRole")
def role_is_made(request, answer):
    if answer.is_good:
        request.memory("fresh", "")[request.form["RoleName"]] = set()


@after("iam:DeleteRole")
def role_is_gone(request, answer):
    if answer.is_good:
        request.memory("fresh", "").pop(request.form["RoleName"], None)


def is_unknown(request, role, service):
    """True the first time that a service is given a role which was made here: it has not heard of it."""
    services = request.memory("fresh", "").get((role or "").rsplit("/", 1)[-1])
    if services is None or service in services:
        return False
    services.add(service)
    return True


@before("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
def lambda_does_not_know_the_role(request):
    if is_unknown(request, request.data.get("Role"), "lambda"):
        text = "The role defined for the function cannot be assumed by Lambda."
        return json_error("InvalidParameterValueException", text)
    return None


@before("scheduler:CreateSchedule", "scheduler:UpdateSchedule")
def scheduler_does_not_know_the_role(request):
    target = request.data.get("Target") or {}
    if is_unknown(request, target.get("RoleArn"), "scheduler"):
        text = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
        return json_error("ValidationException", text)
    return None


@before("states:CreateStateMachine", "states:UpdateStateMachine")
def states_does_not_know_the_role(request):
    if is_unknown(request, request.data.get("roleArn"), "states"):
        text = (
            "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume "
        )
        return json_error("AccessDeniedException", f"{text}the provided role.")
    return None

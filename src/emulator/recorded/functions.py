"""Lambda: states that take time, revisions that move with them, members that are always there, refusals."""

import json
import uuid

from .wire import Answer, UnderWay, after, before, json_error, once

CHANGES = ("lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration")
SHOWS = ("lambda:GetFunction", "lambda:GetFunctionConfiguration")
RESERVED = {
    "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT", "TZ",
}  # fmt: skip
UNABLE = (
    "Lambda was unable to configure your environment variables because the environment variables you have provided "
)


class Function:
    """What is remembered of a function: what is under way, how often its policy has changed, how it logs,
    how its runtime is updated."""

    def __init__(self):
        self.moving, self.moves, self.real = None, 0, None
        self.logging, self.runtime = {}, {"UpdateRuntimeOn": "Auto"}
        self.versions, self.kept_ready = {}, None

    def revision(self, is_moving):
        """Another one while something is under way, and after each change of the policy."""
        if not is_moving and not self.moves:
            return self.real
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.real}/{self.moves}/{is_moving}"))


def named(request):
    name = request.named[0] if request.named else request.data.get("FunctionName")
    return request.memory("functions").setdefault(name, Function())


@before("lambda:CreateFunction", *CHANGES)
def refuse_environment(request):
    variables = (request.data.get("Environment") or {}).get("Variables") or {}
    measured = json.dumps(variables, separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > 4096:
        text = f"{UNABLE}exceeded the 4KB limit. String measured: {measured}"
        return json_error("InvalidParameterValueException", text)
    used = sorted(RESERVED & set(variables))
    if used:
        text = f"{UNABLE}contains reserved keys that are currently not supported for modification. "
        return json_error(
            "InvalidParameterValueException", f"{text}Reserved keys used in this request: {', '.join(used)}"
        )
    return None


@before("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
def refuse_role_without_rights(request):
    """Lambda tries a role that it shall make network interfaces with; what was just allowed is not known everywhere."""
    data = request.data
    connects = bool((data.get("VpcConfig") or {}).get("SubnetIds"))
    if connects and once(request, "connected roles", data.get("Role") or request.named[0]):
        text = "The provided execution role does not have permissions to call CreateNetworkInterface on EC2"
        return json_error("InvalidParameterValueException", text)
    return None


@before("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
def keep_logging(request):
    """What an update does not say of logs stays; levels come with JSON and go with it."""
    data, is_new = request.data, request.operation == "lambda:CreateFunction"
    if is_new or data.get("LoggingConfig"):
        known = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{data.get('FunctionName')}"} if is_new else {}
        said = {**known, **(data.get("LoggingConfig") or {})}
        levels = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"} if said.get("LogFormat") == "JSON" else {}
        old = {} if is_new else named(request).logging
        kept = {**old, **levels, **said}
        if kept.get("LogFormat") == "Text":
            kept = {key: kept[key] for key in ("LogFormat", "LogGroup") if key in kept}
        request.body = json.dumps({**data, "LoggingConfig": kept}).encode()


@after("lambda:PutRuntimeManagementConfig", "lambda:GetRuntimeManagementConfig")
def manage_runtime(request, answer):
    """No emulator has it, but one that asks IAM denies it as it denies others."""
    if answer.status != 403:
        made = runtime_management(request)
        answer.status, answer.headers, answer.body = made.status, made.headers, made.body


def runtime_management(request):
    """It is kept beside the function, whose configuration does not show it."""
    function = request.memory("functions").get(request.named[0])
    if function is None:
        return json_error("ResourceNotFoundException", f"Function not found: {request.named[0]}", 404)
    if request.method == "PUT":
        data = request.data
        if (data.get("UpdateRuntimeOn") == "Manual") != bool(data.get("RuntimeVersionArn")):
            text = "RuntimeVersionArn is for the mode Manual, and needed there"
            return json_error("InvalidParameterValueException", text)
        if function.moving and not function.moving.is_over():
            return moving_on(request, function)
        function.runtime = {key: data[key] for key in ("UpdateRuntimeOn", "RuntimeVersionArn") if data.get(key)}
    arn = f"arn:aws:lambda:{request.region}:{request.account}:function:{request.named[0]}"
    headers = [("Content-Type", "application/json"), ("x-amzn-requestid", str(uuid.uuid4()))]
    shown = {"RuntimeVersionArn": None, **function.runtime, "FunctionArn": arn}
    return Answer(200, headers, json.dumps(shown).encode())


def moving_on(request, function):
    state = f"An update is in progress for resource: {request.named[0]}"
    if function.moving.what == "create":
        state = "The function is currently in the following state: Pending"
    return json_error("ResourceConflictException", f"The operation cannot be performed at this time. {state}", 409)


@before(*CHANGES, "lambda:PublishVersion")
def refuse_while_moving(request):
    function = named(request)
    if function.moving and not function.moving.is_over():
        return moving_on(request, function)
    sent = request.data.get("RevisionId")
    if sent and function.moves:
        # The emulator knows its own revision alone.
        known = function.real if sent == function.revision(False) else "moved"
        request.body = json.dumps({**request.data, "RevisionId": known}).encode()
    return None


@after("lambda:CreateFunction", *CHANGES)
def start(request, answer):
    if not answer.is_good:
        return
    is_new = request.operation == "lambda:CreateFunction"
    if is_new:
        request.memory("functions").pop(request.data.get("FunctionName"), None)
    function = named(request)
    function.moving, function.moves = UnderWay(what="create" if is_new else "update"), 0
    data = answer.data
    show(request, function, data, True)
    answer.data = data


@after(*SHOWS)
def show_function(request, answer):
    if not answer.is_good:
        return
    function, data = named(request), answer.data
    if "Qualifier" in request.query:
        show_version(request, function, data["Configuration"] if request.operation == SHOWS[0] else data)
        answer.data = data
        return
    is_moving = bool(function.moving) and function.moving.is_read()
    show(request, function, data["Configuration"] if request.operation == SHOWS[0] else data, is_moving)
    answer.data = data


def show_version(request, function, config):
    """A version takes a while until it is ready; what listings say of it does not tell."""
    fill(request, config)
    moving = function.versions.get(config.get("Version"))
    is_moving = bool(moving) and moving.is_read()
    config.update({"State": "Pending" if is_moving else "Active", "LastUpdateStatus": "Successful"})


@after("lambda:PublishVersion")
def publish(request, answer):
    """A new version is on its way, and the function's revision is another one."""
    if answer.is_good:
        function, data = named(request), answer.data
        if data["Version"] not in function.versions:
            function.versions[data["Version"]] = UnderWay(what="publish")
            function.moves += 1
        show_version(request, function, data)
        answer.data = data


@after("lambda:ListVersionsByFunction")
def list_versions(request, answer):
    data = answer.data
    for config in data.get("Versions", []):
        fill(request, config)
        for key in ("State", "StateReason", "StateReasonCode", "LastUpdateStatus"):
            config.pop(key, None)
    answer.data = data


@after("lambda:DeleteAlias")
def delete_no_alias(request, answer):
    if answer.status == 404:
        answer.status, answer.body = 204, b""


@after("lambda:PutProvisionedConcurrencyConfig", "lambda:GetProvisionedConcurrencyConfig")
def keep_ready(request, answer):
    if not answer.is_good:
        return
    function, data = named(request), answer.data
    if request.method == "PUT":
        function.kept_ready = UnderWay(what="provisioned")
    if function.kept_ready and function.kept_ready.is_read():
        data.update({"Status": "IN_PROGRESS", "AvailableProvisionedConcurrentExecutions": 0})
        answer.data = data


@before("lambda:PutProvisionedConcurrencyConfig")
def refuse_none_kept_ready(request):
    if request.data.get("ProvisionedConcurrentExecutions", 0) < 1:
        text = "Value 0 at 'provisionedConcurrentExecutions' failed to satisfy constraint"
        return json_error("InvalidParameterValueException", text)
    return None


@after("lambda:ListFunctions")
def show_functions(request, answer):
    data = answer.data
    for config in data.get("Functions", []):
        fill(request, config)
    answer.data = data


@after("lambda:AddPermission", "lambda:RemovePermission")
def policy_moves_the_function(request, answer):
    if answer.is_good and "Qualifier" not in request.query:
        named(request).moves += 1


@after("lambda:DeleteFunction")
def forget(request, answer):
    if answer.is_good and "Qualifier" not in request.query:
        request.memory("functions").pop(request.named[0], None)


def show(request, function, config, is_moving):
    fill(request, config)
    function.logging = config["LoggingConfig"]
    function.real = config.get("RevisionId")
    config["RevisionId"] = function.revision(is_moving)
    is_new = is_moving and function.moving.what == "create"
    config.update({"State": "Pending" if is_new else "Active", "LastUpdateStatus": "Successful"})
    for key in ("StateReason", "StateReasonCode", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"):
        config.pop(key, None)
    if is_new:
        config.update({"StateReason": "The function is being created.", "StateReasonCode": "Creating"})
        config["LastUpdateStatus"] = "InProgress"
    elif is_moving:
        reason = {"LastUpdateStatusReason": "The function is being created.", "LastUpdateStatusReasonCode": "Creating"}
        config.update({"LastUpdateStatus": "InProgress", **reason})


def fill(request, config):
    """What AWS always shows."""
    runtime = "a" * 64
    config.setdefault("PackageType", "Zip")
    config.setdefault("EphemeralStorage", {"Size": 512})
    config.setdefault("TracingConfig", {"Mode": "PassThrough"})
    config.setdefault("SnapStart", {"ApplyOn": "None", "OptimizationStatus": "Off"})
    config.setdefault(
        "RuntimeVersionConfig", {"RuntimeVersionArn": f"arn:aws:lambda:{request.region}::runtime:{runtime}"}
    )
    config.setdefault("LoggingConfig", {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{config.get('FunctionName')}"})
    if config.get("VpcConfig"):
        vpc = {"SubnetIds": [], "SecurityGroupIds": [], "VpcId": "", "Ipv6AllowedForDualStack": False}
        config["VpcConfig"] = {**vpc, **config["VpcConfig"]}

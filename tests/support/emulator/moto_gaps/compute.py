"""Lambda and Step Functions."""

import json
import re
import uuid

from moto.awslambda.exceptions import (
    InvalidParameterValueException,
    LambdaClientError,
    PreconditionFailedException,
    UnknownLayerException,
)
from moto.awslambda.models import ImageConfig, LambdaBackend, LambdaFunction, LayerVersion
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.awslambda.urls import url_paths
from moto.core.exceptions import AWSError
from moto.s3.exceptions import MissingBucket, MissingKey
from moto.s3.models import s3_backends
from moto.stepfunctions.exceptions import ResourceNotFound, StateMachineDoesNotExist
from moto.stepfunctions.models import StepFunctionBackend
from moto.stepfunctions.responses import StepFunctionResponse
from moto.utilities.utils import get_partition

from .tools import add, replace


class ResourceConflict(LambdaClientError):
    code = 409

    def __init__(self, message):
        super().__init__("ResourceConflictException", message)


class StateMachineAlreadyExists(AWSError):
    TYPE = "StateMachineAlreadyExists"
    STATUS = 400


KEPT = ("DeadLetterConfig", "FileSystemConfigs", "KMSKeyArn", "LoggingConfig", "SnapStart")


@replace(LambdaFunction, "__init__")
def function_init(original, self, account_id, spec, *args, **kwargs):
    self.gap_members = {key: spec[key] for key in KEPT if spec.get(key)}
    self.gap_revision = str(uuid.uuid4())
    original(self, account_id, spec, *args, **kwargs)


@replace(LambdaFunction, "get_configuration")
def get_configuration(original, self, *args, **kwargs):
    shown = original(self, *args, **kwargs)
    logging = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
    logging.update(self.gap_members.get("LoggingConfig", {}))
    shown.update(self.gap_members, RevisionId=self.gap_revision, LoggingConfig=logging)
    return shown


@replace(LambdaFunction, "get_code")
def get_code(original, self):
    shown = original(self)
    if self.reserved_concurrency is not None:
        shown["Concurrency"] = {"ReservedConcurrentExecutions": int(self.reserved_concurrency)}
    return shown


@replace(LambdaFunction, "update_configuration")
def update_configuration(original, self, updates):
    revise(self, updates)
    updates = dict(updates)
    if "Variables" not in updates.get("Environment", {"Variables": {}}):
        del updates["Environment"]
    if "TracingConfig" in updates:
        self.tracing_config = updates["TracingConfig"]
    if "EphemeralStorage" in updates:
        self.ephemeral_storage = updates["EphemeralStorage"]["Size"]
    if "ImageConfig" in updates:
        self.image_config = ImageConfig(updates["ImageConfig"])
    for key in set(KEPT) & set(updates):
        self.gap_members[key] = updates[key]
    if not self.gap_members.get("DeadLetterConfig", {}).get("TargetArn"):
        self.gap_members.pop("DeadLetterConfig", None)
    return original(self, updates)


@replace(LambdaBackend, "update_function_code")
def update_function_code(original, self, function_name, qualifier, body):
    function = self.get_function(function_name, qualifier)
    revise(function, body)
    if body.get("Architectures"):
        function.architectures = body["Architectures"]
    return original(self, function_name, qualifier, body)


@replace(LambdaFunction, "_set_function_code")
def set_function_code(original, self, spec):
    refuse_object(self, spec)
    original(self, spec)
    digest = re.search(r"@sha256:([0-9a-f]{64})$", spec.get("ImageUri") or "")
    if digest:
        self.code_sha_256 = digest[1]


@replace(LayerVersion, "__init__")
def layer_version_init(original, self, spec, account_id, region):
    self.account_id, self.partition = account_id, get_partition(region)
    refuse_object(self, spec.get("Content") or {})
    original(self, spec, account_id, region)


@replace(LambdaBackend, "delete_layer_version")
def delete_layer_version(original, self, layer_name, layer_version):
    try:
        return original(self, layer_name, layer_version)
    except UnknownLayerException:
        return None


def refuse_object(function, code):
    """Lambda tells what S3 said of the object that it was to fetch."""
    if not code.get("S3Bucket"):
        return
    text = "NoSuchKey. S3 Error Message: The specified key does not exist."
    try:
        found = s3_backends[function.account_id][function.partition].get_object(code["S3Bucket"], code["S3Key"])
    except MissingBucket:
        found, text = None, "NoSuchBucket. S3 Error Message: The specified bucket does not exist"
    except MissingKey:
        found = None
    if found is None:
        raise InvalidParameterValueException(f"Error occurred while GetObject. S3 Error Code: {text}")


def revise(function, request):
    """Refuses a request that was made for an older revision, else makes a new one."""
    if request.get("RevisionId", function.gap_revision) != function.gap_revision:
        raise PreconditionFailedException("The Revision Id provided does not match the latest Revision Id.")
    function.gap_revision = str(uuid.uuid4())


RECURSION = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/recursion-config$"
url_paths[RECURSION] = LambdaResponse.dispatch


@add(LambdaResponse)
def get_function_recursion_config(self):
    function = self.backend.get_function(self.path.split("/")[-2])
    return json.dumps({"RecursiveLoop": getattr(function, "gap_recursive_loop", "Terminate")})


@add(LambdaResponse)
def put_function_recursion_config(self):
    function = self.backend.get_function(self.path.split("/")[-2])
    function.gap_recursive_loop = json.loads(self.body)["RecursiveLoop"]
    return self.get_function_recursion_config()


@replace(Policy, "add_statement")
def add_statement(original, self, raw, qualifier=None):
    sid = json.loads(raw).get("StatementId")
    if any(statement.get("Sid") == sid for statement in self.statements):
        raise ResourceConflict(f"The statement id ({sid}) provided already exists.")
    return original(self, raw, qualifier)


@replace(Policy, "principal_formatter")
def principal_formatter(original, self, principal):
    if isinstance(principal, str) and re.fullmatch(r"\d{12}", principal):
        return {"AWS": f"arn:aws:iam::{principal}:root"}
    if isinstance(principal, str) and principal.startswith("arn:"):
        return {"AWS": principal}
    return original(self, principal)


@replace(StepFunctionBackend, "create_state_machine")
def create_state_machine(original, self, name, definition, *args, **kwargs):
    for machine in self.state_machines:
        if machine.name == name and machine.definition != definition:
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{machine.arn}'")
    return original(self, name, definition, *args, **kwargs)


@replace(StepFunctionBackend, "delete_state_machine")
def delete_state_machine(original, self, arn):
    self.tagger.delete_all_tags_for_resource(arn)
    return original(self, arn)


@replace(StepFunctionBackend, "list_tags_for_resource")
def list_tags_for_resource(original, self, arn):
    try:
        self.describe_state_machine(arn)
    except StateMachineDoesNotExist:
        raise ResourceNotFound(arn) from None
    return original(self, arn)


@add(StepFunctionResponse)
def validate_state_machine_definition(self):
    try:
        definition = json.loads(self._get_param("definition"))
        states = definition["States"]
    except (ValueError, KeyError, TypeError):
        definition, states = None, None
    said = [
        {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "location": location, "message": UNKNOWN.format(arn)}
        for location, arn in unknown_calls(definition)
    ]
    return json.dumps({"result": "OK" if states and not said else "FAIL", "diagnostics": said, "truncated": False})


UNKNOWN = (
    "The resource provided {} is not recognized. The value is not a valid resource ARN, or the resource is not "
    "available in this region."
)


def unknown_calls(value, path=""):
    """Where a task calls DynamoDB in a way that no integration has: there are four."""
    parts = [(f"{path}/{key}", part) for key, part in value.items()] if isinstance(value, dict) else []
    parts += [(f"{path}[{index}]", part) for index, part in enumerate(value)] if isinstance(value, list) else []
    for place, part in parts:
        called = isinstance(part, str) and re.fullmatch(r"arn:aws[a-z-]*:states:::dynamodb:(\w+)", part)
        if called and called[1] not in ("getItem", "putItem", "updateItem", "deleteItem"):
            yield place, part
        yield from unknown_calls(part, place)


@replace(StepFunctionBackend, "update_state_machine")
def update_state_machine(original, self, *args, tracing_configuration=None, **kwargs):
    # Clients leave out `enabled` where it is false, and moto takes an empty object for none.
    if tracing_configuration is not None:
        tracing_configuration = {"enabled": False, **tracing_configuration}
    return original(self, *args, tracing_configuration=tracing_configuration, **kwargs)

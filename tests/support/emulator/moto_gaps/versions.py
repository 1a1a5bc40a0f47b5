"""Lambda: versions, aliases, and what an alias has of its own."""

import copy
import json
import uuid

from moto.awslambda.exceptions import LambdaClientError, PreconditionFailedException, UnknownFunctionException
from moto.awslambda.models import (
    EventInvokeConfig,
    EventSourceMapping,
    LambdaAlias,
    LambdaBackend,
    LambdaStorage,
)
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse
from moto.awslambda.urls import url_paths

from .compute import ResourceConflict
from .tools import add, replace


class NoProvisionedConcurrency(LambdaClientError):
    code = 404

    def __init__(self):
        text = "No Provisioned Concurrency Config found for this function"
        super().__init__("ProvisionedConcurrencyConfigNotFoundException", text)


@replace(LambdaStorage, "publish_version")
def publish_version(original, self, name_or_arn, description=""):
    latest = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions = self._functions[latest.function_name]["versions"]
    if versions and versions[-1].gap_published_of == latest.gap_revision:
        return versions[-1]
    latest.gap_numbers = getattr(latest, "gap_numbers", 0) + 1
    version = copy.copy(latest)
    version.gap_members = dict(latest.gap_members)
    version.gap_published_of, version.gap_revision = latest.gap_revision, str(uuid.uuid4())
    version.set_version(latest.gap_numbers)
    version.description = description or latest.description
    versions.append(version)
    self._arns[version.function_arn] = version
    return version


@replace(LambdaResponse, "publish_version")
def refuse_other_code(original, self):
    latest = self.backend.get_function(self.path.split("/")[-2])
    asked = json.loads(self.body or "{}")
    if asked.get("CodeSha256", latest.code_sha_256) != latest.code_sha_256:
        text = f"CodeSHA256 ({asked['CodeSha256']}) is different from current CodeSHA256 in $LATEST"
        raise LambdaClientError("InvalidParameterValueException", text)
    if asked.get("RevisionId", latest.gap_revision) != latest.gap_revision:
        raise PreconditionFailedException("The RevisionId provided does not match the latest RevisionId.")
    return original(self)


@replace(LambdaBackend, "delete_function")
def delete_function(original, self, function_name, qualifier=None):
    aliases = self._lambdas._get_function_aliases(function_name).values() if qualifier else []
    named = [a.name for a in aliases if qualifier == a.function_version or qualifier in weights(a.routing_config)]
    if named:
        text = f"Unable to delete version because the following aliases reference it: [{', '.join(named)}]"
        raise ResourceConflict(text)
    kept = dict(self._lambdas._get_function_aliases(function_name))
    original(self, function_name, qualifier)
    if qualifier:
        self._lambdas._get_function_aliases(function_name).update(kept)


def weights(routing):
    return (routing or {}).get("AdditionalVersionWeights") or {}


@replace(LambdaStorage, "put_alias")
def put_alias(original, self, name, function_name, *args, **kwargs):
    if name in self._get_function_aliases(function_name):
        raise ResourceConflict(f"Alias already exists: {self.get_alias(name, function_name).arn}")
    return original(self, name, function_name, *args, **kwargs)


@replace(LambdaAlias, "update")
def update_alias(original, self, description, function_version, routing_config):
    original(self, description, function_version, routing_config)
    self.revision_id = str(uuid.uuid4())


@replace(LambdaAlias, "to_json")
def to_json(original, self):
    shown = original(self)
    if not weights(shown["RoutingConfig"]):
        del shown["RoutingConfig"]
    return shown


@replace(LambdaResponse, "update_alias")
def refuse_other_revision(original, self):
    asked = json.loads(self.body)
    name = self.path.rsplit("/", 1)[-1]
    alias = self.backend.get_alias(name=name, function_name=self.path.split("/")[-3])
    if asked.get("RevisionId", alias.revision_id) != alias.revision_id:
        raise PreconditionFailedException("The RevisionId provided does not match the latest RevisionId.")
    return original(self)


def of_alias(self, function_name, alias_name):
    """What an alias has of its own lies in a function of its own."""
    alias = self.get_alias(alias_name, function_name)
    if not hasattr(alias, "gap_own"):
        own = copy.copy(self.get_function(function_name))
        own.function_arn, own.policy = alias.arn, Policy(own)
        own.url_config, own.event_invoke_config, own.gap_provisioned = None, [], None
        alias.gap_own = own
    return alias.gap_own


@replace(LambdaBackend, "add_permission")
def add_permission(original, self, function_name, qualifier, raw):
    if not qualifier:
        return original(self, function_name, qualifier, raw)
    return of_alias(self, function_name, qualifier).policy.add_statement(raw)[0]


@replace(LambdaBackend, "get_policy")
def get_policy(original, self, function_name, qualifier=None):
    if not qualifier:
        return original(self, function_name, qualifier)
    policy = of_alias(self, function_name, qualifier).policy
    if not policy.statements:
        raise UnknownFunctionException(policy.parent.function_arn)
    return policy.wire_format()


@replace(LambdaResponse, "remove_permission")
def remove_permission(original, self):
    alias = self._get_param("Qualifier")
    if not alias:
        return original(self)
    own = of_alias(self.backend, self.path.split("/")[-3], alias)
    own.policy.del_statement(self.path.split("/")[-1].split("?")[0])
    return 204, {"status": 204}, "{}"


def own_url(operation):
    def place(patch):
        @replace(LambdaResponse, operation)
        def patched(original, self):
            alias = self._get_param("Qualifier")
            return patch(self, of_alias(self.backend, self.path.split("/")[-2], alias)) if alias else original(self)

    return place


@own_url("create_function_url_config")
def create_url(self, own):
    if own.url_config:
        raise ResourceConflict(f"Failed to create function url config for [functionArn = {own.function_arn}]")
    return 201, {"status": 201}, json.dumps(own.create_url_config(self.json_body).to_dict())


@own_url("get_function_url_config")
def get_url(self, own):
    return 200, {}, json.dumps(own.get_url_config().to_dict())


@own_url("update_function_url_config")
def update_url(self, own):
    return json.dumps(own.update_url_config(self.json_body).to_dict())


@own_url("delete_function_url_config")
def delete_url(_, own):
    own.delete_url_config()
    return 204, {"status": 204}, "{}"


@own_url("put_function_event_invoke_config")
def put_invoke_config(self, own):
    own.event_invoke_config = [EventInvokeConfig(own.function_arn, own.last_modified, self.json_body)]
    return json.dumps(own.event_invoke_config[0].response())


@own_url("get_function_event_invoke_config")
def get_invoke_config(_, own):
    if not own.event_invoke_config:
        raise UnknownFunctionException(own.function_arn)
    return json.dumps(own.event_invoke_config[0].response())


@own_url("delete_function_event_invoke_config")
def delete_invoke_config(_, own):
    own.event_invoke_config = []
    return 204, {}, json.dumps({})


PROVISIONED = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency$"
url_paths[PROVISIONED] = LambdaResponse.dispatch


@add(LambdaResponse)
def get_provisioned_concurrency_config(self):
    own = of_alias(self.backend, self.path.split("/")[-2], self._get_param("Qualifier"))
    if own.gap_provisioned is None:
        raise NoProvisionedConcurrency
    count = own.gap_provisioned
    names = [f"{word}ProvisionedConcurrentExecutions" for word in ("Requested", "Available", "Allocated")]
    return json.dumps({**dict.fromkeys(names, count), "Status": "READY", "LastModified": "2026-01-01T00:00:00+0000"})


@add(LambdaResponse)
def put_provisioned_concurrency_config(self):
    own = of_alias(self.backend, self.path.split("/")[-2], self._get_param("Qualifier"))
    own.gap_provisioned = self.json_body["ProvisionedConcurrentExecutions"]
    return 202, {"status": 202}, self.get_provisioned_concurrency_config()


@add(LambdaResponse)
def delete_provisioned_concurrency_config(self):
    of_alias(self.backend, self.path.split("/")[-2], self._get_param("Qualifier")).gap_provisioned = None
    return 204, {"status": 204}, ""


@replace(LambdaBackend, "create_event_source_mapping")
def create_event_source_mapping(original, self, spec):
    return point(original(self, spec), spec)


@replace(LambdaBackend, "update_event_source_mapping")
def update_event_source_mapping(original, self, esm_uuid, spec):
    mapping = original(self, esm_uuid, spec)
    return point(mapping, spec) if mapping else None


def point(mapping: EventSourceMapping, spec):
    """moto points at the version that an alias points to."""
    name, _, alias = (spec.get("FunctionName") or "").partition(":")
    if alias:
        mapping.function_arn = f"{mapping.function_arn.split(':function:')[0]}:function:{name}:{alias}"
    return mapping

"""API Gateway."""

import json
from urllib.parse import unquote

from moto.apigateway.exceptions import ConflictException, NotFoundException, StageStillActive
from moto.apigateway.models import APIGatewayBackend, Authorizer, Integration, RestAPI, Stage
from moto.apigateway.responses import APIGatewayResponse
from moto.apigateway.urls import url_paths

from .tools import add, replace

url_paths["{0}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/restapis/(?P<function_id>[^/]+)$"] = (
    APIGatewayResponse.dispatch
)


class NoSuchResource(NotFoundException):
    code = 404

    def __init__(self):
        super().__init__("Invalid identifier specified")


def tagged_api(response):
    """The REST API that the request's ARN names; nothing if it names a stage."""
    resource = unquote(response.path.split("/tags/")[1]).split("::/")[-1].split("/")
    return response.backend.get_rest_api(resource[1]) if len(resource) == 2 else None


@replace(APIGatewayResponse, "get_tags")
def get_tags(original, self):
    api = tagged_api(self)
    return original(self) if api is None else json.dumps({"tags": api.tags})


@replace(APIGatewayResponse, "tag_resource")
def tag_resource(original, self):
    api = tagged_api(self)
    if api is None:
        return original(self)
    api.tags = {**api.tags, **self._get_param("tags")}
    return json.dumps({})


@replace(APIGatewayResponse, "untag_resource")
def untag_resource(original, self):
    api = tagged_api(self)
    if api is None:
        return original(self)
    api.tags = {key: value for key, value in api.tags.items() if key not in self.querystring.get("tagKeys", [])}
    return json.dumps({})


@replace(APIGatewayResponse, "create_rest_api")
def create_rest_api(original, self):
    status, headers, body = original(self)
    if status == 200 and self._get_param("binaryMediaTypes"):
        api = self.backend.get_rest_api(json.loads(body)["id"])
        api.binaryMediaTypes = self._get_param("binaryMediaTypes")
        body = json.dumps(api.to_dict())
    return status, headers, body


@add(APIGatewayResponse)
def update_rest_api(self):
    api_id = self.path.split("/")[2]
    api = self.backend.update_rest_api(api_id, self._get_param("patchOperations"))
    return 200, {}, json.dumps(api.to_dict())


@replace(RestAPI, "apply_patch_operations")
def apply_patch_operations(original, self, patches):
    for patch in patches:
        first, *rest = tokens(patch)
        value = patch.get("value")
        if first == "binaryMediaTypes":
            kept = [one for one in self.binaryMediaTypes if one not in rest]
            self.binaryMediaTypes = kept if patch["op"] == "remove" else [*kept, *(rest or [value])]
        elif [first, *rest] == ["endpointConfiguration", "vpcEndpointIds"]:
            ids = [one for one in self.endpoint_configuration.get("vpcEndpointIds", []) if one != value]
            self.endpoint_configuration["vpcEndpointIds"] = ids + [value] * (patch["op"] == "add")
        elif first == "disableExecuteApiEndpoint":
            self.disableExecuteApiEndpoint = value == "true"
        elif first == "minimumCompressionSize":
            self.minimum_compression_size = int(value) if value else None
        else:
            original(self, [patch])


def tokens(patch):
    return [token.replace("~1", "/").replace("~0", "~") for token in patch["path"].lstrip("/").split("/")]


@replace(Integration, "to_json")
def integration_to_json(original, self):
    shown = original(self)
    shown["timeoutInMillis"] = int(shown["timeoutInMillis"] or 29000)
    shown["passthroughBehavior"] = shown["passthroughBehavior"] or "WHEN_NO_MATCH"
    if getattr(self, "connection_id", None):
        shown["connectionId"] = self.connection_id
    return shown


@replace(APIGatewayResponse, "put_integration")
def put_integration(original, self):
    """moto drops the VPC link and what tells cached answers apart."""
    status, headers, _ = original(self)
    _, _, api_id, _, resource_id, _, method_type = self.path.split("/")[:7]
    integration = self.backend.get_integration(api_id, resource_id, method_type)
    integration.connection_id = self._get_param("connectionId")
    integration.cache_key_parameters = self._get_param("cacheKeyParameters") or []
    return status, headers, json.dumps(integration.to_json())


@replace(APIGatewayBackend, "put_method")
def put_method(original, self, function_id, resource_id, method_type, *args, **kwargs):
    if method_type in self.get_resource(function_id, resource_id).resource_methods:
        raise ConflictException("Method already exists for this resource")
    return original(self, function_id, resource_id, method_type, *args, **kwargs)


def update(record, patches, attributes):
    for patch in patches:
        first, *rest = tokens(patch)
        attribute, convert = attributes[first]
        if rest:
            members = dict(getattr(record, attribute) or {})
            members.pop(rest[0], None)
            if patch["op"] != "remove":
                members[rest[0]] = convert(patch["value"])
            setattr(record, attribute, members)
        else:
            setattr(record, attribute, None if patch["op"] == "remove" else convert(patch["value"]))


def is_true(value):
    return value == "true"


@add(APIGatewayResponse)
def update_method(self):
    _, _, api_id, _, resource_id, _, method_type = self.path.split("/")[:7]
    method = self.backend.get_method(api_id, resource_id, method_type)
    attributes = {
        "authorizationType": ("authorization_type", str),
        "authorizerId": ("authorizer_id", str),
        "apiKeyRequired": ("api_key_required", is_true),
        "operationName": ("operation_name", str),
        "requestParameters": ("request_parameters", is_true),
        "requestModels": ("request_models", str),
        "requestValidatorId": ("request_validator_id", str),
    }
    update(method, self._get_param("patchOperations"), attributes)
    return json.dumps(method.to_json())


@add(APIGatewayResponse)
def update_integration(self):
    _, _, api_id, _, resource_id, _, method_type = self.path.split("/")[:7]
    integration = self.backend.get_integration(api_id, resource_id, method_type)
    attributes = {
        "uri": ("uri", str),
        "httpMethod": ("http_method", str),
        "timeoutInMillis": ("timeout_in_millis", int),
        "passthroughBehavior": ("passthrough_behaviour", str),
        "credentials": ("credentials", str),
        "requestTemplates": ("request_templates", str),
        "requestParameters": ("request_parameters", str),
        "contentHandling": ("content_handling", str),
        "connectionType": ("connection_type", str),
        "connectionId": ("connection_id", str),
    }
    update(integration, self._get_param("patchOperations"), attributes)
    return json.dumps(integration.to_json())


@replace(APIGatewayBackend, "create_resource")
def create_resource(original, self, function_id, parent_resource_id, path_part):
    for resource in self.get_rest_api(function_id).resources.values():
        if path_part and (resource.parent_id, resource.path_part) == (parent_resource_id, path_part):
            raise ConflictException("Another resource with the same parent already has this name: " + path_part)
    return original(self, function_id, parent_resource_id, path_part)


@replace(APIGatewayBackend, "delete_resource")
def delete_resource(original, self, function_id, resource_id):
    resources = self.get_rest_api(function_id).resources
    if resource_id not in resources:
        raise NoSuchResource()
    for child in [one.id for one in resources.values() if one.parent_id == resource_id]:
        self.delete_resource(function_id, child)
    return original(self, function_id, resource_id)


@replace(APIGatewayResponse, "delete_resource")
def delete_resource_request(_original, self):
    """moto answers with the path of what is gone, which it can no longer tell."""
    self.backend.delete_resource(self.path.split("/")[2], self.path.split("/")[4])
    return 202, {"status": 202}, "{}"


@replace(APIGatewayBackend, "delete_rest_api")
def delete_rest_api(original, self, function_id):
    self.get_rest_api(function_id)
    return original(self, function_id)


@replace(APIGatewayBackend, "delete_deployment")
def delete_deployment(original, self, function_id, deployment_id):
    if any(stage.deployment_id == deployment_id for stage in self.get_rest_api(function_id).stages.values()):
        raise StageStillActive()
    return original(self, function_id, deployment_id)


@replace(Stage, "apply_operations")
def apply_operations(original, self, patches):
    for patch in patches:
        key = patch["path"].lstrip("/")
        if patch["op"] == "remove" and key in self.method_settings:
            del self.method_settings[key]
        else:
            original(self, [patch])
    return self


@replace(Stage, "_get_default_method_settings")
def default_method_settings(original, self):
    return {**original(self), "throttlingRateLimit": 10000.0, "throttlingBurstLimit": 5000, "cacheDataEncrypted": False}


@replace(RestAPI, "create_authorizer")
def create_authorizer(original, self, *args, **kwargs):
    authorizer = original(self, *args, **kwargs)
    authorizer.identity_validation_expression = kwargs.get("identiy_validation_expression")
    return authorizer


@replace(Authorizer, "apply_operations")
def apply_to_authorizer(original, self, patches):
    for patch in patches:
        if patch["path"] == "/providerARNs":
            others = [pool for pool in self.provider_arns or [] if pool != patch["value"]]
            self.provider_arns = [*others, patch["value"]] if patch["op"] == "add" else others
        elif patch["path"] == "/identitySource" and patch["op"] == "remove":
            self.identity_source = None
        else:
            original(self, [patch])
    return self


@add(APIGatewayResponse)
def update_model(self):
    _, _, api_id, _, name = self.path.split("/")[:5]
    model = self.backend.get_model(api_id, name)
    attributes = {"description": ("description", str), "schema": ("schema", str)}
    update(model, self._get_param("patchOperations"), attributes)
    return json.dumps(model.to_json())

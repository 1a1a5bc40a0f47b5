"""API Gateway: members that are always there, policies escaped once more, and what is refused."""

import json

from .wire import after, before, json_error, once

APIS = ("apigateway:CreateRestApi", "apigateway:GetRestApi", "apigateway:UpdateRestApi")
STAGES = ("apigateway:CreateStage", "apigateway:GetStage", "apigateway:UpdateStage")
CHANGES = tuple(
    f"apigateway:{name}"
    for name in (
        "UpdateRestApi", "DeleteRestApi", "CreateResource", "DeleteResource", "PutMethod", "DeleteMethod",
        "PutIntegration", "UpdateIntegration", "PutMethodResponse", "PutIntegrationResponse", "CreateDeployment",
        "DeleteDeployment", "CreateStage", "UpdateStage", "DeleteStage",
    )
)  # fmt: skip
VPC_ENDPOINTS = "/endpointConfiguration/vpcEndpointIds"
NOT_PRIVATE = "VPCEndpoints can only be specified with PRIVATE apis."
# What one setting of a method brings along.
SETTING = {
    "metricsEnabled": False,
    "dataTraceEnabled": False,
    "throttlingBurstLimit": 5000,
    "throttlingRateLimit": 10000.0,
    "cachingEnabled": False,
    "cacheTtlInSeconds": 300,
    "cacheDataEncrypted": False,
    "requireAuthorizationForCacheControl": True,
    "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
}


def bad_request(text):
    return json_error("BadRequestException", text)


def patches(request):
    return request.data.get("patchOperations") or []


@before("apigateway:CreateRestApi")
def refuse_empty_description(request):
    if request.data.get("description") == "":
        return bad_request("Description cannot be an empty string")
    return None


@before("apigateway:UpdateRestApi")
def refuse_emptying_description(request):
    for patch in patches(request):
        if patch["path"] == "/description" and patch["op"] == "replace" and not patch.get("value"):
            return bad_request("Description cannot be an empty string")
    return None


@before("apigateway:UpdateRestApi")
def refuse_vpc_endpoints_of_others(request):
    """Only a private API has VPC endpoints, and it is no other as long as it has some."""
    kind, ids = request.memory("endpoints").get(request.named[0], (None, []))
    ids = set(ids)
    for patch in patches(request):
        if patch["path"] == VPC_ENDPOINTS:
            (ids.add if patch["op"] == "add" else ids.discard)(patch.get("value"))
            if kind != "PRIVATE":
                return bad_request(NOT_PRIVATE)
        elif patch["path"].startswith("/endpointConfiguration/types/"):
            kind = patch["value"]
    return bad_request(NOT_PRIVATE) if ids and kind != "PRIVATE" else None


@after(*CHANGES)
def unknown_api(request, answer):
    if answer.status == 404 and once(request, "unknown APIs", (request.operation, *request.named)):
        text = "Unable to complete operation due to concurrent modification. Please try again later."
        error = json_error("ConflictException", text, 409)
        answer.status, answer.headers, answer.body = error.status, error.headers, error.body


@after(*APIS)
def show_api(request, answer):
    if answer.is_good:
        data = answer.data
        complete_api(request, data)
        answer.data = data


@after("apigateway:GetRestApis")
def show_apis(request, answer):
    data = answer.data
    for api in data.get("item") or []:
        complete_api(request, api)
    answer.data = data


def complete_api(request, api):
    endpoint = api.setdefault("endpointConfiguration", {})
    is_private = "PRIVATE" in (endpoint.get("types") or [])
    kept = ((endpoint.get("types") or [None])[0], endpoint.get("vpcEndpointIds") or [])
    request.memory("endpoints")[api["id"]] = kept
    endpoint["ipAddressType"] = "dualstack" if is_private else endpoint.get("ipAddressType") or "ipv4"
    for key, value in {
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": False,
        "securityPolicy": "TLS_1_0",
    }.items():
        api[key] = value if api.get(key) is None else api[key]
    if api.get("description") == "":
        del api["description"]
    if api.get("policy"):
        api["policy"] = escaped(expanded(request, api["id"], plain(api["policy"])))


def plain(text):
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(json.loads(f'"{text}"'))


def expanded(request, api_id, value):
    """`execute-api:/...` names the API."""
    if isinstance(value, str) and value.startswith("execute-api:/"):
        return f"arn:aws:execute-api:{request.region}:{request.account}:{api_id}/" + value.removeprefix("execute-api:/")
    if isinstance(value, list):
        return [expanded(request, api_id, one) for one in value]
    if isinstance(value, dict):
        return {key: expanded(request, api_id, one) for key, one in value.items()}
    return value


def escaped(document):
    text = json.dumps(document, separators=(",", ":"))
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("/", "\\/")


def settings_of(request, stage_name):
    return request.memory("settings").setdefault((request.named[0], stage_name), set())


def pointer(path):
    """`/~1items/GET/throttling/rateLimit` and `items/GET` both as `items/GET`."""
    return "/".join(path.lstrip("/").split("/")[:2]).replace("~1", "/").lstrip("/")


@before("apigateway:UpdateStage")
def refuse_removing_no_setting(request):
    known = settings_of(request, request.named[1])
    for patch in patches(request):
        key = patch["path"].lstrip("/")
        is_setting = key.count("/") == 1 and (key == "*/*" or key.startswith("~1"))
        if patch["op"] == "remove" and is_setting and pointer(key) not in known:
            return bad_request(f"Cannot remove method setting {key} because there is no method setting for this method")
    return None


@after(*STAGES)
def show_stage(request, answer):
    if answer.is_good:
        stage = answer.data
        complete_stage(request, stage)
        answer.data = stage


@after("apigateway:GetStages")
def show_stages(request, answer):
    if answer.is_good:
        data = answer.data
        for stage in data.get("item") or []:
            complete_stage(request, stage)
        answer.data = data


def complete_stage(request, stage):
    stage.setdefault("cacheClusterEnabled", False)
    stage.setdefault("cacheClusterStatus", "NOT_AVAILABLE")
    settings = stage.get("methodSettings") or {}
    kept = {key: {name: value for name, value in of.items() if value is not None} for key, of in settings.items()}
    stage["methodSettings"] = {key.removeprefix("~1"): {**SETTING, **of} for key, of in kept.items()}
    known = settings_of(request, stage["stageName"])
    known.clear()
    known.update(pointer(key) for key in settings)


@after("apigateway:GetResources")
def show_resources(request, answer):
    if not answer.is_good:
        return
    data = answer.data
    for resource in data.get("item") or []:
        for method in (resource.get("resourceMethods") or {}).values():
            if (method or {}).get("methodIntegration"):
                complete_integration(method["methodIntegration"], resource["id"])
    answer.data = data


@after("apigateway:PutIntegration", "apigateway:GetIntegration", "apigateway:UpdateIntegration")
def show_integration(request, answer):
    if answer.is_good:
        data = answer.data
        complete_integration(data, request.named[1])
        answer.data = data


def complete_integration(integration, resource_id):
    """A response of an integration without a template has one that is null, and any status fits."""
    integration["cacheKeyParameters"] = integration.get("cacheKeyParameters") or []
    integration["cacheNamespace"] = integration.get("cacheNamespace") or resource_id
    integration["passthroughBehavior"] = integration.get("passthroughBehavior") or "WHEN_NO_MATCH"
    integration["timeoutInMillis"] = int(integration.get("timeoutInMillis") or 29000)
    for response in (integration.get("integrationResponses") or {}).values():
        response["responseTemplates"] = response.get("responseTemplates") or {"application/json": None}
        response["selectionPattern"] = response.get("selectionPattern") or ""

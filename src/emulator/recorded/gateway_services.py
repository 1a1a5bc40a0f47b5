"""API Gateway: what integrations and their responses are refused, how they are shown; caches, which take time.

What a method declares is learned from the request that makes it.
"""

import re

from .wire import UnderWay, after, before, json_error, once

CALLED = ("HTTP", "HTTP_PROXY", "AWS", "AWS_PROXY")
ASKED = re.compile(r"method\.request\.(?:multivalue)?(?:header|querystring|path)\.(?!.*\*)[^.]+.*")


def bad_request(text):
    return json_error("BadRequestException", text)


def invalid(parameter):
    return bad_request(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression "
        f"parameter specified: {parameter}]"
    )


def declared(request, what):
    """What a method says of itself, by API, path and HTTP method."""
    return request.memory(what).setdefault(request.named[:3], {})


@after("apigateway:PutMethod")
def declares(request, answer):
    if answer.is_good:
        request.memory("parameters of methods")[request.named[:3]] = dict(request.data.get("requestParameters") or {})
        request.memory("responses of methods")[request.named[:3]] = {}


@after("apigateway:PutMethodResponse")
def declares_response(request, answer):
    if answer.is_good:
        known = declared(request, "responses of methods")
        known[request.named[3]] = dict(request.data.get("responseParameters") or {})


@before("apigateway:PutIntegration")
def refuse_integration(request):
    data = request.data
    of, uri = data.get("type"), data.get("uri") or ""
    if of in CALLED and not data.get("httpMethod"):
        return bad_request("Enumeration value for HttpMethod must be non-empty")
    if of in ("HTTP", "HTTP_PROXY") and not re.match(r"https?://.", uri):
        return bad_request("Invalid HTTP endpoint specified for URI")
    if of in ("AWS", "AWS_PROXY") and not re.match(r"arn:[^:]+:apigateway:[^:]+:[^:]+:(path|action)/", uri):
        return bad_request("AWS ARN for integration must contain path or action")
    if request.named[:3] not in request.memory("parameters of methods"):
        return None
    known = declared(request, "parameters of methods")
    for source in (data.get("requestParameters") or {}).values():
        if ASKED.fullmatch(source) and source not in known:
            return invalid(source)
    return next((invalid(key) for key in data.get("cacheKeyParameters") or [] if key not in known), None)


@before("apigateway:PutIntegrationResponse")
def refuse_response(request):
    if request.named[:3] not in request.memory("responses of methods"):
        return None
    known = declared(request, "responses of methods")
    if request.named[3] not in known:
        return json_error("NotFoundException", "Invalid Response status code specified", 404)
    headers = request.data.get("responseParameters") or {}
    return next((invalid(header) for header in headers if header not in known[request.named[3]]), None)


@after("apigateway:GetResources")
def show_resources(_request, answer):
    if not answer.is_good:
        return
    data = answer.data
    for resource in data.get("item") or []:
        for method in (resource.get("resourceMethods") or {}).values():
            show_connection((method or {}).get("methodIntegration"))
    answer.data = data


@after("apigateway:PutIntegration", "apigateway:GetIntegration", "apigateway:UpdateIntegration")
def show_integration(_request, answer):
    if answer.is_good:
        data = answer.data
        show_connection(data)
        answer.data = data


def show_connection(integration):
    """What is called by HTTP says how it is connected; a service and an answer of one's own do not."""
    if not integration:
        return
    if integration.get("type") in ("HTTP", "HTTP_PROXY"):
        integration["connectionType"] = integration.get("connectionType") or "INTERNET"
    elif integration.get("type") in ("AWS", "MOCK"):
        integration.pop("connectionType", None)


# A stage's cache takes minutes, and says what it is at.


@after("apigateway:CreateStage", "apigateway:UpdateStage")
def cache_changes(request, answer):
    if not answer.is_good:
        return
    stage = answer.data
    size = (stage.get("cacheClusterSize") or "0.5") if stage.get("cacheClusterEnabled") else None
    known, key = request.memory("caches"), (request.named[0], stage.get("stageName"))
    was, _ = known.get(key, (None, None))
    if size != was:
        known[key] = (size, UnderWay(what="CREATE_IN_PROGRESS" if size else "DELETE_IN_PROGRESS"))
    show_cache(request, stage)
    answer.data = stage


@after("apigateway:GetStage", "apigateway:GetStages")
def show_caches(request, answer):
    if answer.is_good:
        data = answer.data
        for stage in data.get("item") or [] if request.operation.endswith("s") else [data]:
            show_cache(request, stage)
        answer.data = data


def show_cache(request, stage):
    size, way = request.memory("caches").get((request.named[0], stage.get("stageName")), (None, None))
    if way and way.is_read():
        stage["cacheClusterStatus"] = way.what
    else:
        stage["cacheClusterStatus"] = "AVAILABLE" if size else "NOT_AVAILABLE"


@after("apigateway:DeleteStage")
def cache_goes(request, answer):
    if answer.is_good:
        request.memory("caches").pop(request.named, None)


# The role with which logs are written is tried at once, and one just made is not known everywhere.


@before("apigateway:UpdateAccount")
def role_is_new(request):
    for patch in request.data.get("patchOperations") or []:
        role = patch.get("value") or ""
        if role.endswith("/serverless-app-api-gateway-logs") and once(request, "roles for logs", role):
            return bad_request("The role ARN does not have required permissions set to API Gateway")
    return None

"""API Gateway, the second API: updates that keep what they leave out, what is there once, what is in use, defaults.

What AWS would show of each part is kept here, since no emulator keeps all of it: an emulator gets each update as the
whole that AWS makes of it.
"""

import json
import re

from .wire import UnderWay, after, before, json_error, once

PARTS = {
    "Route": ("routes", "routeId"),
    "Integration": ("integrations", "integrationId"),
    "Authorizer": ("authorizers", "authorizerId"),
    "Stage": ("stages", "stageName"),
    "Deployment": ("deployments", "deploymentId"),
}
BUSY = "Unable to complete operation due to concurrent modification. Please try again later."
# What an empty value takes away; others stay as they are sent.
CLEARED = {
    "routes": ("authorizerId", "authorizationScopes", "operationName"),
    "integrations": (),
    "authorizers": ("authorizerCredentialsArn", "authorizerPayloadFormatVersion", "identitySource"),
    "stages": ("clientCertificateId",),
    "deployments": (),
}
# Objects of which an update keeps what it does not name.
MERGED = ("requestParameters", "responseParameters", "stageVariables", "routeSettings", "defaultRouteSettings")


def conflict(text):
    return json_error("ConflictException", text, 409)


def bad_request(text):
    return json_error("BadRequestException", text)


def parts_of(request, api=None):
    """What is kept of an API: by part and id."""
    return request.memory("http apis").setdefault(api or request.named[0], {where: {} for where, _ in PARTS.values()})


def kind_of(request):
    """Where parts of this sort are kept, and the name of their id."""
    return PARTS[re.sub("^(Create|Update|Delete|Get)", "", request.operation.split(":")[1]).removesuffix("s")]


def has_value(value):
    return value not in ("", [], {}, None)


def with_changes(where, old, data):
    """A part after an update."""
    new = dict(old)
    for name, value in data.items():
        if name in MERGED:
            value = {key: one for key, one in {**old.get(name, {}), **value}.items() if has_value(one)}
        if name in CLEARED[where] and not has_value(value):
            new.pop(name, None)
        elif value is not None:
            new[name] = value
    return new


def completed(where, part):
    """With what AWS fills in."""
    if where == "routes":
        return {"apiKeyRequired": False, "authorizationType": "NONE", **part}
    if where == "integrations":
        method = {"integrationMethod": "POST"} if part.get("integrationType") == "AWS_PROXY" else {}
        return {"connectionType": "INTERNET", "timeoutInMillis": 30000, **method, **part}
    if where == "stages":
        settings = {"detailedMetricsEnabled": False, **part.get("defaultRouteSettings", {})}
        return {"routeSettings": {}, "stageVariables": {}, **part, "defaultRouteSettings": settings}
    return part


# What is refused.


@before("apigatewayv2:CreateRoute")
def refuse_route(request):
    """AWS makes one change of an API at a time, and says so to the first who comes."""
    if once(request, "busy HTTP APIs", request.named[0]):
        return conflict(BUSY)
    key = request.data.get("routeKey", "")
    for route in parts_of(request)["routes"].values():
        if route["routeKey"] == key:
            return conflict(f"Route with key {key} already exists for this API")
        if path(route["routeKey"]) != path(key) and shape(route["routeKey"]) == shape(key):
            text = "has a conflicting variable on the same hierarchical level as"
            return conflict(f"The provided route key {key} {text} {route['routeKey']}")
    return named_parts(request)


@before("apigatewayv2:UpdateRoute")
def refuse_unknown_target(request):
    return named_parts(request)


def path(key):
    return key.split(" ", 1)[-1]


def shape(key):
    """A path without the names of its variables."""
    return re.sub(r"\{[^}+]+(\+?)\}", r"{\1}", path(key))


def named_parts(request):
    """A route may name only what is there."""
    parts, target = parts_of(request), request.data.get("target", "").removeprefix("integrations/")
    if target and target not in parts["integrations"]:
        return json_error("NotFoundException", f"Invalid integration identifier specified {target}", 404)
    authorizer = request.data.get("authorizerId")
    if authorizer and authorizer not in parts["authorizers"]:
        return json_error("NotFoundException", f"Invalid authorizer identifier specified {authorizer}", 404)
    return None


@before("apigatewayv2:CreateAuthorizer")
def refuse_taken_name(request):
    name = request.data.get("name")
    if any(one["name"] == name for one in parts_of(request)["authorizers"].values()):
        return bad_request(f"Authorizer name must be unique. Authorizer {name} already exists in this RestApi.")
    return refuse_other_type(request)


@before("apigatewayv2:UpdateAuthorizer")
def refuse_other_type(request):
    of = request.data.get("authorizerType")
    if of == "REQUEST" and "jwtConfiguration" in request.data:
        return bad_request("JwtConfiguration is not supported for REQUEST authorizers")
    if of == "JWT" and {"authorizerUri", "enableSimpleResponses", "authorizerResultTtlInSeconds"} & set(request.data):
        return bad_request("AuthorizerUri and EnableSimpleResponses are not supported for JWT authorizers")
    return None


@before("apigatewayv2:DeleteAuthorizer")
def refuse_used_authorizer(request):
    parts, authorizer = parts_of(request), request.named[1]
    for route in parts["routes"].values():
        if route.get("authorizerId") == authorizer:
            name = parts["authorizers"].get(authorizer, {}).get("name")
            key = route["routeKey"].replace(" ", ": ")
            return conflict(f"Cannot delete authorizer '{name}', is referenced in route: {key}")
    return None


@before("apigatewayv2:CreateIntegration")
def refuse_no_version(request):
    if not request.data.get("payloadFormatVersion"):
        return bad_request("PayloadFormatVersion is a required parameter for integration")
    return None


@before("apigatewayv2:UpdateIntegration")
def refuse_no_type(request):
    integration = parts_of(request)["integrations"].get(request.named[1], {})
    lacks_subtype = integration.get("integrationSubtype") and not request.data.get("integrationSubtype")
    if not request.data.get("integrationType") or lacks_subtype:
        return bad_request("Invalid integration URI specified")
    return None


@before("apigatewayv2:DeleteIntegration")
def refuse_used_integration(request):
    target = f"integrations/{request.named[1]}"
    used = [key for key, route in parts_of(request)["routes"].items() if route.get("target") == target]
    if used:
        ids = ", ".join(used)
        text = f"Cannot delete Integration because it is referenced by the following Routes with Ids: [{ids}]"
        return conflict(text)
    return None


@before("apigatewayv2:CreateDeployment")
def refuse_nothing_to_deploy(request):
    if not parts_of(request)["routes"]:
        return bad_request("At least one route is required before deploying the Api.")
    return None


@before("apigatewayv2:DeleteDeployment")
def refuse_served_deployment(request):
    if any(one.get("deploymentId") == request.named[1] for one in parts_of(request)["stages"].values()):
        return bad_request("Active stages pointing to this deployment must be moved or deleted")
    return None


@before("apigatewayv2:CreateStage")
def refuse_taken_stage(request):
    name = request.data.get("stageName")
    if name in parts_of(request)["stages"]:
        return conflict(f"Stage {name} already exists")
    return refuse_unknown_routes(request)


@before("apigatewayv2:UpdateStage")
def refuse_deploying_twice(request):
    stage = parts_of(request)["stages"].get(request.named[1], {})
    if stage.get("autoDeploy") and "deploymentId" in request.data:
        return bad_request("Deployment ID cannot be set on this stage because AutoDeploy is enabled")
    return refuse_unknown_routes(request)


def refuse_unknown_routes(request):
    """What is left of routes that have gone counts as well, but only where settings of routes are said."""
    parts = parts_of(request)
    keys = {route["routeKey"] for route in parts["routes"].values()}
    said = set(request.data.get("routeSettings") or {})
    if said and request.operation == "apigatewayv2:UpdateStage":
        said |= set(parts["stages"].get(request.named[1], {}).get("routeSettings") or {})
    unknown = said - keys
    if unknown:
        return json_error(
            "NotFoundException", f"Unable to find Route by key {min(unknown)} within the provided RouteSettings", 404
        )
    deployment = request.data.get("deploymentId")
    if deployment and deployment not in parts["deployments"]:
        return json_error("NotFoundException", f"Invalid Deployment identifier specified {deployment}", 404)
    return None


# What updates make of what there is.


@before(*(f"apigatewayv2:Update{name}" for name in ("Route", "Integration", "Authorizer", "Stage")))
def send_whole(request):
    """After what refuses: the emulator gets all that the part is, with an empty value for what goes."""
    where, _ = kind_of(request)
    old = parts_of(request)[where].get(request.named[1])
    if old is not None:
        new = with_changes(where, old, request.data)
        gone = {name: [] if isinstance(old[name], list) else "" for name in old if name not in new}
        request.memory("whole HTTP parts")[request.named] = new
        request.body = json.dumps({**new, **gone}).encode()


@after(*(f"apigatewayv2:Create{name}" for name in PARTS))
def keep_new(request, answer):
    if answer.is_good:
        where, key = kind_of(request)
        data = answer.data
        part = completed(where, {**with_changes(where, {}, request.data), key: data[key]})
        if where == "deployments":
            part = {**part, "createdDate": data["createdDate"], "autoDeployed": False}
            request.memory("HTTP deployments")[data[key]] = UnderWay()
        parts_of(request)[where][data[key]] = part
        answer.data = shown(request, where, data[key], part)


@after(*(f"apigatewayv2:Update{name}" for name in ("Route", "Integration", "Authorizer", "Stage")))
def keep_changed(request, answer):
    where, _ = kind_of(request)
    whole = request.memory("whole HTTP parts").pop(request.named, None)
    if answer.is_good and whole is not None:
        parts_of(request)[where][request.named[1]] = completed(where, whole)
        answer.data = parts_of(request)[where][request.named[1]]


@after(*(f"apigatewayv2:Delete{name}" for name in PARTS))
def forget(request, answer):
    if answer.is_good:
        parts_of(request)[kind_of(request)[0]].pop(request.named[1], None)


@after("apigatewayv2:DeleteAccessLogSettings")
def forget_logs(request, answer):
    if answer.is_good:
        parts_of(request)["stages"].get(request.named[1], {}).pop("accessLogSettings", None)


@after("apigatewayv2:DeleteRouteSettings")
def forget_settings(request, answer):
    if answer.is_good:
        stage = parts_of(request)["stages"].get(request.named[1], {})
        stage.get("routeSettings", {}).pop(request.named[2], None)


@after("apigatewayv2:DeleteApi")
def forget_all(request, answer):
    if answer.is_good:
        request.memory("http apis").pop(request.named[0], None)


# What is shown.


def shown(request, where, key, part):
    if where != "deployments":
        return part
    way = request.memory("HTTP deployments").get(key)
    return {**part, "deploymentStatus": "PENDING" if way and way.is_read() else "DEPLOYED"}


@after(*(f"apigatewayv2:Get{name}s" for name in PARTS))
def show_parts(request, answer):
    if answer.is_good:
        where, key = kind_of(request)
        kept, data = parts_of(request)[where], answer.data
        items = [(one[key], kept.get(one[key], one)) for one in data.get("items") or []]
        answer.data = {"items": [shown(request, where, name, part) for name, part in items]}


@before("apigatewayv2:CreateApi", "apigatewayv2:UpdateApi")
def lower_headers(request):
    """Empty CORS says nothing; names of headers come back in lower case."""
    data = request.data
    cors = data.get("corsConfiguration")
    if not cors:
        data.pop("corsConfiguration", None)
    else:
        names = ("allowHeaders", "exposeHeaders")
        cors.update({name: [header.lower() for header in cors[name]] for name in names if name in cors})
    request.body = json.dumps(data).encode()


@after("apigatewayv2:GetApis")
def show_apis(_request, answer):
    if answer.is_good:
        data = answer.data
        for api in data.get("items") or []:
            api["ipAddressType"] = api.get("ipAddressType") or "ipv4"
            for name in ("description", "version"):
                if not api.get(name):
                    api.pop(name, None)
            if api.get("corsConfiguration"):
                api["corsConfiguration"] = {"allowCredentials": False, "maxAge": 0, **api["corsConfiguration"]}
        answer.data = data

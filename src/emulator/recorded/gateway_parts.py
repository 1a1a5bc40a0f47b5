"""API Gateway: names that are taken, what is in use, models that AWS makes, and gateway responses of every type.

What names and uses what is learned from the requests that say so.
"""

import json

from .wire import after, before, json_error

BUSY = "Unable to complete operation due to concurrent modification. Please try again later."
USELESS = (
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid "
    "authorizer."
)
EMPTY = {"$schema": "http://json-schema.org/draft-04/schema#", "title": "Empty Schema", "type": "object"}
ERROR = {**EMPTY, "title": "Error Schema", "properties": {"message": {"type": "string"}}}
TEMPLATES = {"application/json": '{"message":$context.error.messageString}'}
STATUS = {
    "ACCESS_DENIED": "403",
    "API_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_FAILURE": "500",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "EXPIRED_TOKEN": "403",
    "INTEGRATION_FAILURE": "504",
    "INTEGRATION_TIMEOUT": "504",
    "INVALID_API_KEY": "403",
    "INVALID_SIGNATURE": "403",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "QUOTA_EXCEEDED": "429",
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "THROTTLED": "429",
    "UNAUTHORIZED": "401",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "WAF_FILTERED": "403",
}


def bad_request(text):
    return json_error("BadRequestException", text)


def of_api(request, what):
    """What is known of the API that the request names: by id or name."""
    return request.memory(what).setdefault(request.named[0], {})


def patches(request):
    return request.data.get("patchOperations") or []


# Authorizers.


@before("apigateway:CreateAuthorizer")
def name_is_taken(request):
    name = request.data.get("name")
    if any(known["name"] == name for known in of_api(request, "authorizers").values()):
        return bad_request(f"Authorizer name must be unique. Authorizer {name} already exists in this RestApi.")
    return None


@after("apigateway:CreateAuthorizer")
def made(request, answer):
    if answer.status == 404:
        error = json_error("ConflictException", BUSY, 409)
        answer.status, answer.headers, answer.body = error.status, error.headers, error.body
    elif answer.is_good:
        shown = answer.data
        known = {"name": shown["name"], "pools": list(request.data.get("providerARNs") or [])}
        of_api(request, "authorizers")[shown["id"]] = known
        show_type(shown)
        answer.data = shown


@after("apigateway:GetAuthorizers")
def show_authorizers(_request, answer):
    if answer.is_good:
        data = answer.data
        for authorizer in data.get("item") or []:
            show_type(authorizer)
        answer.data = data


def show_type(authorizer):
    cognito = authorizer.get("type") == "COGNITO_USER_POOLS"
    authorizer["authType"] = "cognito_user_pools" if cognito else "custom"


@before("apigateway:UpdateAuthorizer")
def refuse_patch(request):
    """User pools are added and removed, one by one, and never all of them."""
    pools = list(of_api(request, "authorizers").get(request.named[1], {}).get("pools", []))
    for patch in patches(request):
        if patch["path"] != "/providerARNs":
            continue
        if patch["op"] == "replace":
            return bad_request("Invalid patch path /providerARNs: use add and remove")
        if patch["op"] == "add":
            pools.append(patch.get("value"))
        elif patch.get("value") in pools:
            pools.remove(patch["value"])
        if not pools:
            return bad_request("Invalid request input: a COGNITO_USER_POOLS authorizer needs a provider ARN")
    return None


@after("apigateway:UpdateAuthorizer")
def patched(request, answer):
    if not answer.is_good:
        return
    known = of_api(request, "authorizers").get(request.named[1])
    for patch in patches(request) if known else []:
        if patch["path"] == "/providerARNs":
            rest = [pool for pool in known["pools"] if pool != patch["value"]]
            known["pools"] = [*rest, patch["value"]] if patch["op"] == "add" else rest


@before("apigateway:DeleteAuthorizer")
def authorizer_in_use(request):
    for (resource, method), uses in of_api(request, "methods").items():
        if uses["authorizer"] == request.named[1]:
            name = of_api(request, "authorizers").get(request.named[1], {}).get("name", request.named[1])
            text = f"Cannot delete authorizer '{name}', is referenced in method: {method}/{resource}"
            return json_error("ConflictException", text, 409)
    return None


@after("apigateway:DeleteAuthorizer")
def authorizer_gone(request, answer):
    if answer.is_good:
        of_api(request, "authorizers").pop(request.named[1], None)


# Methods, which use them.


@before("apigateway:PutMethod")
def no_authorizer(request):
    asks = request.data.get("authorizationType") in ("CUSTOM", "COGNITO_USER_POOLS")
    if asks and request.data.get("authorizerId") not in of_api(request, "authorizers"):
        return bad_request(USELESS)
    unknown = (
        set((request.data.get("requestModels") or {}).values()) - set(of_api(request, "models")) - {"Empty", "Error"}
    )
    return bad_request("Invalid model identifier specified") if unknown else None


@after("apigateway:PutMethod")
def uses(request, answer):
    if answer.is_good:
        models = set((request.data.get("requestModels") or {}).values())
        used = {"authorizer": request.data.get("authorizerId"), "models": models}
        of_api(request, "methods")[request.named[1:]] = used


@after("apigateway:DeleteMethod")
def uses_no_more(request, answer):
    if answer.is_good:
        of_api(request, "methods").pop(request.named[1:], None)


@after("apigateway:DeleteResource")
def path_gone(request, answer):
    if answer.is_good:
        methods = of_api(request, "methods")
        for key in [key for key in methods if key[0] == request.named[1]]:
            del methods[key]


# Models.


@before("apigateway:CreateModel")
def refuse_model(request):
    name, schema = request.data.get("name"), request.data.get("schema")
    if name in of_api(request, "models") or name in ("Empty", "Error"):
        return json_error("ConflictException", "Model name already exists for this REST API", 409)
    try:
        is_empty = not json.loads(schema or "{}")
    except ValueError:
        return bad_request("Invalid model schema specified")
    return bad_request("Model schema must have at least 1 property or array items defined") if is_empty else None


@after("apigateway:CreateModel")
def model_made(request, answer):
    if answer.is_good:
        of_api(request, "models")[request.data["name"]] = True


@before("apigateway:DeleteModel")
def model_in_use(request):
    for (resource, method), used in of_api(request, "methods").items():
        if request.named[1] in used["models"]:
            text = f"Cannot delete model '{request.named[1]}', is referenced in method request: /{resource}/{method}"
            return json_error("ConflictException", text, 409)
    return None


@after("apigateway:DeleteModel")
def model_gone(request, answer):
    if answer.is_good:
        of_api(request, "models").pop(request.named[1], None)


@after("apigateway:GetModels")
def show_models(_request, answer):
    """AWS makes two for every API."""
    if not answer.is_good:
        return
    data = answer.data
    shown = data.get("item") or []
    names = {model["name"] for model in shown}
    for name, schema, text in (
        ("Empty", EMPTY, "This is a default empty schema model"),
        ("Error", ERROR, "This is a default error schema model"),
    ):
        if name not in names:
            own = {"id": name.lower(), "name": name, "description": text, "contentType": "application/json"}
            shown.append({**own, "schema": json.dumps(schema, indent=2)})
    answer.data = {**data, "item": shown}


# Validators: a patch only replaces.


@before("apigateway:UpdateRequestValidator")
def only_replaces(request):
    for patch in patches(request):
        if patch["op"] != "replace":
            return bad_request(f"Invalid patch operation specified. Must be 'replace' and not '{patch['op']}'")
    return None


# Gateway responses: there is one of every type.


def custom(request):
    return of_api(request, "responses")


@after("apigateway:PutGatewayResponse")
def put(request, answer):
    if answer.is_good:
        of, said = request.named[1], request.data
        shown = {
            "responseType": of,
            "statusCode": said.get("statusCode") or STATUS.get(of),
            "responseParameters": said.get("responseParameters") or {},
            "responseTemplates": said.get("responseTemplates") or TEMPLATES,
            "defaultResponse": False,
        }
        shown = {key: value for key, value in shown.items() if value is not None}
        custom(request)[of] = shown
        answer.data = shown


@before("apigateway:DeleteGatewayResponse")
def none_to_delete(request):
    if request.named[1] not in custom(request):
        return json_error("NotFoundException", "Gateway response type not defined on api", 404)
    return None


@after("apigateway:DeleteGatewayResponse")
def back_to_default(request, answer):
    if answer.is_good:
        custom(request).pop(request.named[1], None)


@after("apigateway:GetGatewayResponses")
def show_responses(request, answer):
    """What DEFAULT_4XX and DEFAULT_5XX say shows in the other types, which call themselves defaults all the same."""
    if answer.is_good:
        answer.data = {"item": [response_of(request, of) for of in STATUS]}


def response_of(request, of):
    said = custom(request)
    if of in said:
        return said[of]
    family = said.get("DEFAULT_5XX" if (STATUS[of] or "").startswith("5") else "DEFAULT_4XX") if STATUS[of] else None
    shown = {
        "responseType": of,
        "statusCode": STATUS[of],
        "responseParameters": (family or {}).get("responseParameters", {}),
        "responseTemplates": (family or {}).get("responseTemplates", TEMPLATES),
        "defaultResponse": True,
    }
    return {key: value for key, value in shown.items() if value is not None}

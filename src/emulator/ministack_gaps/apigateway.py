"""API Gateway."""

from ministack.core.responses import get_region
from ministack.services import apigateway_v1 as apigateway
from ministack.services import waf

from .tools import replace


def stage_arn(api_id, stage_name):
    return f"arn:aws:apigateway:{get_region()}::/restapis/{api_id}/stages/{stage_name}"


def not_found(what):
    return apigateway._v1_error("NotFoundException", f"Invalid {what} identifier specified", 404)


@replace(apigateway, "_rest_api_view")
def rest_api_view(original, api):
    view = original(api)
    if view is not None:
        view["tags"] = dict(apigateway._v1_tags.get(apigateway._rest_api_arn(view["id"]), {}))
    return view


def stage_view(api_id, stage):
    arn = stage_arn(api_id, stage["stageName"])
    view = dict(stage, tags=dict(apigateway._v1_tags.get(arn, {})))
    view["methodSettings"] = {escaped(key): value for key, value in stage["methodSettings"].items()}
    acl = waf._associations.get(arn)
    return dict(view, webAclArn=acl) if acl else view


def escaped(key):
    """/items/POST -> ~1items/POST"""
    path, method = key.rsplit("/", 1)
    return path.replace("/", "~1") + "/" + method


@replace(apigateway, "find_api_scope")
def find_api_scope(original, api_id):
    """An unsigned request names no account, so that of the API counts."""
    scopes = (
        scope for *scope, stored_id in (key for key, _ in apigateway._rest_apis.all_items()) if stored_id == api_id
    )
    return original(api_id) or next(map(tuple, scopes), None)


@replace(apigateway, "_create_stage")
def create_stage(original, api_id, data):
    name = data.get("stageName", "")
    if name in apigateway._stages_v1.get(api_id, {}):
        return apigateway._v1_error("ConflictException", "Stage already exists", 409)
    answer = original(api_id, data)
    if answer[0] == 201:
        apigateway._v1_tags[stage_arn(api_id, name)] = dict(data.get("tags", {}))
    return answer


@replace(apigateway, "_get_stages")
def get_stages(original, api_id):
    if api_id not in apigateway._rest_apis:
        return original(api_id)
    stages = apigateway._stages_v1.get(api_id, {}).values()
    return apigateway._v1_response({"item": [stage_view(api_id, stage) for stage in stages]})


@replace(apigateway, "_get_stage")
def get_stage(original, api_id, stage_name):
    stage = apigateway._stages_v1.get(api_id, {}).get(stage_name)
    return apigateway._v1_response(stage_view(api_id, stage)) if stage else original(api_id, stage_name)


@replace(apigateway, "_delete_stage")
def delete_stage(original, api_id, stage_name):
    answer = original(api_id, stage_name)
    if answer[0] == 202:
        apigateway._v1_tags.pop(stage_arn(api_id, stage_name), None)
        waf._associations.pop(stage_arn(api_id, stage_name), None)
    return answer


@replace(apigateway, "_delete_rest_api")
def delete_rest_api(original, api_id):
    for stage_name in list(apigateway._stages_v1.get(api_id, {})):
        apigateway._delete_stage(api_id, stage_name)
    return original(api_id)


@replace(apigateway, "_update_rest_api")
def update_rest_api(original, api_id, data):
    api = apigateway._rest_apis.get(api_id)
    rest = []
    for patch in data.get("patchOperations", []) if api else []:
        if not patched_specially(api, patch):
            rest.append(patch)
    answer = original(api_id, {"patchOperations": rest})
    if api:
        make_typed(api, booleans=["disableExecuteApiEndpoint"], integers=["minimumCompressionSize"])
        answer = apigateway._v1_response(apigateway._rest_api_view(api))
    return answer


def patched_specially(api, patch):
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in patch["path"].lstrip("/").split("/")]
    if tokens[0] == "binaryMediaTypes" and len(tokens) == 2:
        types = [one for one in api["binaryMediaTypes"] if one != tokens[1]]
        api["binaryMediaTypes"] = types if patch["op"] == "remove" else [*types, patch.get("value") or tokens[1]]
        return True
    if tokens[:2] == ["endpointConfiguration", "types"] and len(tokens) == 3:
        api["endpointConfiguration"]["types"] = [patch["value"]]
        return True
    if tokens == ["endpointConfiguration", "vpcEndpointIds"]:
        ids = [one for one in api["endpointConfiguration"].get("vpcEndpointIds", []) if one != patch["value"]]
        api["endpointConfiguration"]["vpcEndpointIds"] = ids + [patch["value"]] * (patch["op"] == "add")
        return True
    return False


def make_typed(record, booleans=(), integers=()):
    """Patch operations carry text; AWS answers in the type of the member."""
    for key in booleans:
        if isinstance(record.get(key), str):
            record[key] = record[key] == "true"
    for key in integers:
        if isinstance(record.get(key), str):
            record[key] = int(record[key])


@replace(apigateway, "_put_method")
def put_method(original, api_id, resource_id, http_method, data):
    resource = apigateway._resources.get(api_id, {}).get(resource_id, {})
    if http_method in resource.get("resourceMethods", {}):
        return apigateway._v1_error("ConflictException", "Method already exists for this resource", 409)
    return original(api_id, resource_id, http_method, data)


@replace(apigateway, "_update_method")
def update_method(original, api_id, resource_id, http_method, data):
    answer = original(api_id, resource_id, http_method, data)
    resource = apigateway._resources.get(api_id, {}).get(resource_id, {})
    method = resource.get("resourceMethods", {}).get(http_method)
    if method:
        make_typed(method, booleans=["apiKeyRequired"])
    return answer


@replace(apigateway, "_update_integration")
def update_integration(original, api_id, resource_id, http_method, data):
    answer = original(api_id, resource_id, http_method, data)
    resource = apigateway._resources.get(api_id, {}).get(resource_id, {})
    integration = (resource.get("resourceMethods", {}).get(http_method) or {}).get("methodIntegration")
    if integration:
        make_typed(integration, integers=["timeoutInMillis"])
    return answer


@replace(apigateway, "_delete_deployment")
def delete_deployment(original, api_id, deployment_id):
    stages = apigateway._stages_v1.get(api_id, {}).values()
    if any(stage["deploymentId"] == deployment_id for stage in stages):
        message = "Active stages pointing to this deployment must be moved or deleted"
        return apigateway._v1_error("BadRequestException", message, 400)
    return original(api_id, deployment_id)


@replace(apigateway, "_delete_resource")
def delete_resource(original, api_id, resource_id):
    answer = original(api_id, resource_id)
    if answer[0] == 202:
        for child in [r["id"] for r in apigateway._resources[api_id].values() if r.get("parentId") == resource_id]:
            apigateway._delete_resource(api_id, child)
    return answer


@replace(apigateway, "_create_authorizer")
def create_authorizer(original, api_id, data):
    answer = original(api_id, data)
    if answer[0] == 201 and data.get("type") == "REQUEST" and "identitySource" not in data:
        made = next(one for one in apigateway._authorizers_v1[api_id].values() if one["name"] == data.get("name"))
        made["identitySource"] = None
        return apigateway._v1_response(made, 201)
    return answer


@replace(apigateway, "_update_authorizer")
def update_authorizer(original, api_id, auth_id, data):
    authorizer = apigateway._authorizers_v1.get(api_id, {}).get(auth_id)
    rest = []
    for patch in data.get("patchOperations", []) if authorizer else []:
        if patch["path"] != "/providerARNs":
            rest.append(patch)
            continue
        others = [pool for pool in authorizer["providerARNs"] if pool != patch["value"]]
        authorizer["providerARNs"] = [*others, patch["value"]] if patch["op"] == "add" else others
    answer = original(api_id, auth_id, {"patchOperations": rest})
    if authorizer:
        make_typed(authorizer, integers=["authorizerResultTtlInSeconds"])
        return apigateway._v1_response(authorizer)
    return answer

"""API Gateway's HTTP APIs."""

from urllib.parse import unquote

from ministack.core.responses import get_region
from ministack.services import apigateway, tagging

from .tools import replace

# What an integration has that ministack drops.
MORE = ("connectionId", "credentialsArn", "integrationSubtype", "tlsConfig")


@replace(apigateway, "_create_integration")
def create_integration(original, api_id, data):
    answer = original(api_id, data)
    if answer[0] != 201:
        return answer
    made = list(apigateway._integrations[api_id].values())[-1]
    made.update({name: data[name] for name in MORE if data.get(name)})
    return apigateway._apigw_response(made, 201)


@replace(apigateway, "_update_integration")
def update_integration(original, api_id, integration_id, data):
    answer = original(api_id, integration_id, data)
    if answer[0] != 200:
        return answer
    changed = apigateway._integrations[api_id][integration_id]
    changed.update({name: data[name] for name in MORE if name in data})
    return apigateway._apigw_response(changed)


@replace(apigateway, "_get_apis")
def get_apis(_original):
    tags = apigateway._api_tags
    apis = [dict(api, tags=dict(tags.get(apigateway._api_arn(name), {}))) for name, api in apigateway._apis.items()]
    return apigateway._apigw_response({"items": apis})


@replace(apigateway, "_delete_api")
def delete_api(original, api_id):
    answer = original(api_id)
    if answer[0] == 204:
        apigateway._authorizers.pop(api_id, None)
    return answer


def not_found(what):
    return apigateway._apigw_error("NotFoundException", f"Invalid {what} identifier specified", 404)


def refusing_absent(name, store):
    """Deleting what is not there is an error."""

    @replace(apigateway, name)
    def delete(original, api_id, part_id):
        if api_id in apigateway._apis and part_id not in getattr(apigateway, store).get(api_id, {}):
            return not_found(store.strip("_").removesuffix("s"))
        return original(api_id, part_id)


for one, parts in {
    "_delete_route": "_routes",
    "_delete_integration": "_integrations",
    "_delete_authorizer": "_authorizers",
    "_delete_stage": "_stages",
    "_delete_deployment": "_deployments",
}.items():
    refusing_absent(one, parts)

handle_whole = apigateway.handle_request


async def handle_request(method, path, headers, body, query_params):
    """What a stage says of logs and of a route goes by itself: ministack takes its path for the stage's."""
    parts = unquote(path).strip("/").split("/", 6)
    is_below_stage = len(parts) > 5 and parts[:2] == ["v2", "apis"] and parts[3] == "stages"
    if method != "DELETE" or not is_below_stage:
        return await handle_whole(method, path, headers, body, query_params)
    stage = apigateway._stages.get(parts[2], {}).get(parts[4])
    if stage is None:
        return not_found("stage")
    if parts[5] == "accesslogsettings":
        stage.pop("accessLogSettings", None)
    elif parts[5] == "routesettings" and len(parts) == 7:
        stage["routeSettings"] = {key: of for key, of in stage["routeSettings"].items() if key != parts[6]}
    return 204, {}, b""


apigateway.handle_request = handle_request


def tagged():
    start = f"arn:aws:apigateway:{get_region()}::/apis/"
    for arn, tags in apigateway._api_tags.items():
        if arn.startswith(start) and tags:
            yield arn, [{"Key": key, "Value": value} for key, value in tags.items()]


# Under a name that no ARN has: these have no account in them.
tagging._COLLECTORS["apigatewayv2"] = tagged

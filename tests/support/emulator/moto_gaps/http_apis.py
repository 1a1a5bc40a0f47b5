"""API Gateway's HTTP APIs."""

import json
from datetime import datetime, timezone
from urllib.parse import unquote

from moto.apigateway.urls import url_paths
from moto.apigatewayv2.exceptions import APIGatewayV2Error, StageNotFound
from moto.apigatewayv2.models import Api, Integration, apigatewayv2_backends
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.resource_tagging import TaggedResource, make_tag_matcher
from moto.moto_api._internal import mock_random
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

from .tools import add, replace

STAGE = "{0}/v2/apis/(?P<api_id>[^/]+)/stages/(?P<stage_name>[^/]+)"
for path in (
    "{0}/v2/apis/(?P<api_id>[^/]+)/deployments$",
    "{0}/v2/apis/(?P<api_id>[^/]+)/deployments/(?P<deployment_id>[^/]+)$",
    STAGE + "/accesslogsettings$",
    STAGE + "/routesettings/(?P<route_key>.+)$",
):
    url_paths[path] = ApiGatewayV2Response.dispatch


class NoSuchPart(APIGatewayV2Error):
    code = 404

    def __init__(self, what):
        super().__init__("NotFoundException", f"Invalid {what} identifier specified")


def named(response):
    """The API, and the names below it."""
    _, _, _, api_id, *names = unquote(response.path.rstrip("/")).split("/", 7)
    return response.apigatewayv2_backend.get_api(api_id), names


@replace(Api, "__init__")
def api(original, self, *args, **kwargs):
    original(self, *args, **kwargs)
    self.deployments = {}


def refusing_absent(name, parts):
    """Deleting what is not there is an error."""

    @replace(Api, name)
    def delete(original, self, *args, **named_args):
        if next(iter([*args, *named_args.values()])) not in getattr(self, parts):
            raise NoSuchPart(parts.removesuffix("s"))
        return original(self, *args, **named_args)


for one, kept in {
    "delete_route": "routes",
    "delete_integration": "integrations",
    "delete_authorizer": "authorizers",
    "delete_stage": "stages",
}.items():
    refusing_absent(one, kept)


@replace(Integration, "update")
def update_integration(original, self, **fields):
    original(self, **fields)
    if fields.get("timeout_in_millis") is not None:
        self.timeout_in_millis = int(fields["timeout_in_millis"])


@add(ApiGatewayV2Response)
def get_authorizers(self):
    found, _ = named(self)
    return 200, {}, json.dumps({"items": [one.to_json() for one in found.authorizers.values()]})


@add(ApiGatewayV2Response)
def create_deployment(self):
    found, _ = named(self)
    deployment_id = mock_random.get_random_hex(8)
    found.deployments[deployment_id] = {
        "deploymentId": deployment_id,
        "deploymentStatus": "DEPLOYED",
        "createdDate": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": json.loads(self.body).get("description"),
    }
    return 201, {}, json.dumps(found.deployments[deployment_id])


@add(ApiGatewayV2Response)
def get_deployments(self):
    found, _ = named(self)
    return 200, {}, json.dumps({"items": list(found.deployments.values())})


@add(ApiGatewayV2Response)
def delete_deployment(self):
    found, names = named(self)
    if found.deployments.pop(names[1], None) is None:
        raise NoSuchPart("deployment")
    return 204, {}, ""


def stage_of(response):
    found, names = named(response)
    if names[1] not in found.stages:
        raise StageNotFound
    return found.stages[names[1]], names


@add(ApiGatewayV2Response)
def update_stage(self):
    """Whatever it is given, since recorded answers say what that is (http_apis.py there)."""
    stage, _ = stage_of(self)
    return 200, {}, json.dumps(stage.to_json())


@add(ApiGatewayV2Response)
def delete_access_log_settings(self):
    stage_of(self)
    return 204, {}, ""


@add(ApiGatewayV2Response)
def delete_route_settings(self):
    stage_of(self)
    return 204, {}, ""


@replace(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
def get_resources(original, self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    yield from original(self, tag_filters, resource_type_filters, resource_arn_list)
    backend, is_asked_for = apigatewayv2_backends[self.account_id][self.region_name], make_tag_matcher(tag_filters)
    for arn in [one.arn for one in backend.apis.values()]:
        tags = backend.get_tags(arn)
        if tags and is_asked_for(tags) and (not resource_arn_list or arn in resource_arn_list):
            yield TaggedResource(arn=arn, tags=tags, resource_type="apigateway:apis")

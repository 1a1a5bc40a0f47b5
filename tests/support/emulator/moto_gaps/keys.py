"""API Gateway: API keys and usage plans."""

import json
from urllib.parse import unquote

from moto.apigateway.exceptions import ApiGatewayException
from moto.apigateway.models import APIGatewayBackend, apigateway_backends
from moto.apigateway.responses import APIGatewayResponse
from moto.apigateway.urls import url_paths
from moto.core.resource_tagging import TaggedResource, make_tag_matcher
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from recorded import keys

from .tools import replace

for path in ("apikeys", "usageplans"):
    pattern = "{0}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/" + path + "/(?P<made_up>[^/]+)$"
    url_paths[pattern] = APIGatewayResponse.dispatch


def refusal(refused):
    error = ApiGatewayException(refused.code, refused.text)
    error.code = refused.status
    return error


def tagged(response):
    """The key or the plan that the request's ARN names, if it names one."""
    path, _, made_up = unquote(response.path.split("/tags/")[1]).split("::/")[-1].partition("/")
    if path == "apikeys":
        return response.backend.get_api_key(made_up)
    return response.backend.get_usage_plan(made_up) if path == "usageplans" else None


@replace(APIGatewayResponse, "get_tags")
def get_tags(original, self):
    record = tagged(self)
    return original(self) if record is None else json.dumps({"tags": record.tags or {}})


@replace(APIGatewayResponse, "tag_resource")
def tag_resource(original, self):
    record = tagged(self)
    if record is None:
        return original(self)
    record.tags = {**(record.tags or {}), **self._get_param("tags")}
    return json.dumps({})


@replace(APIGatewayResponse, "untag_resource")
def untag_resource(original, self):
    record = tagged(self)
    if record is None:
        return original(self)
    gone = self.querystring.get("tagKeys", [])
    record.tags = {key: value for key, value in (record.tags or {}).items() if key not in gone}
    return json.dumps({})


def stages_of(backend):
    return lambda api_id, stage_name: api_id in backend.apis and stage_name in backend.apis[api_id].stages


def members(plan):
    """Of moto's own record."""
    return {
        "name": plan.name,
        "description": plan.description,
        "apiStages": plan.api_stages,
        "throttle": plan.throttle,
        "quota": plan.quota,
    }


def others(backend, key_id, plan_id):
    """The other plans that a key is in."""
    within = [of for of, known in backend.usage_plan_keys.items() if of != plan_id and key_id in known]
    return [members(backend.usage_plans[of]) for of in within if of in backend.usage_plans]


@replace(APIGatewayBackend, "delete_api_key")
def delete_api_key(original, self, api_key_id):
    original(self, api_key_id)
    for known in self.usage_plan_keys.values():
        known.pop(api_key_id, None)


@replace(APIGatewayBackend, "create_usage_plan")
def create_usage_plan(original, self, payload):
    try:
        keys.check(keys.members(payload), stages_of(self))
    except keys.Refused as refused:
        raise refusal(refused) from refused
    return original(self, payload)


@replace(APIGatewayBackend, "update_usage_plan")
def update_usage_plan(_original, self, usage_plan_id, patch_operations):
    plan = self.get_usage_plan(usage_plan_id)
    try:
        made = keys.patched(members(plan), patch_operations, stages_of(self), usage_plan_id)
        for key_id in self.usage_plan_keys.get(usage_plan_id, {}):
            keys.refuse_two_plans(key_id, made, others(self, key_id, usage_plan_id))
    except keys.Refused as refused:
        raise refusal(refused) from refused
    plan.description, plan.api_stages = made["description"], made["apiStages"]
    plan.throttle, plan.quota = made["throttle"], made["quota"]
    return plan


@replace(APIGatewayBackend, "delete_usage_plan")
def delete_usage_plan(original, self, usage_plan_id):
    try:
        keys.refuse_delete(members(self.get_usage_plan(usage_plan_id)), usage_plan_id)
    except keys.Refused as refused:
        raise refusal(refused) from refused
    self.usage_plan_keys.pop(usage_plan_id, None)
    return original(self, usage_plan_id)


@replace(APIGatewayBackend, "create_usage_plan_key")
def create_usage_plan_key(original, self, usage_plan_id, payload):
    plan = members(self.get_usage_plan(usage_plan_id))
    try:
        keys.refuse_two_plans(payload["keyId"], plan, others(self, payload["keyId"], usage_plan_id))
    except keys.Refused as refused:
        raise refusal(refused) from refused
    return original(self, usage_plan_id, payload)


@replace(APIGatewayBackend, "delete_rest_api")
def delete_rest_api(original, self, function_id):
    answer = original(self, function_id)
    for plan in self.usage_plans.values():
        plan.api_stages = [one for one in plan.api_stages if one["apiId"] != function_id]
    return answer


@replace(APIGatewayBackend, "delete_stage")
def delete_stage(original, self, function_id, stage_name):
    original(self, function_id, stage_name)
    for plan in self.usage_plans.values():
        gone = (function_id, stage_name)
        plan.api_stages = [one for one in plan.api_stages if (one["apiId"], one["stage"]) != gone]


@replace(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
def get_resources(original, self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    yield from original(self, tag_filters, resource_type_filters, resource_arn_list)
    backend, is_asked_for = apigateway_backends[self.account_id][self.region_name], make_tag_matcher(tag_filters)
    for path, store in {"apikeys": backend.keys, "usageplans": backend.usage_plans}.items():
        for made_up, record in store.items():
            arn, tags = f"arn:aws:apigateway:{self.region_name}::/{path}/{made_up}", record.tags or {}
            if tags and is_asked_for(tags) and (not resource_arn_list or arn in resource_arn_list):
                yield TaggedResource(arn=arn, tags=tags, resource_type=f"apigateway:{path}")

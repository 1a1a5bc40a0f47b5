"""API Gateway: API keys and usage plans."""

import functools
import json

from ministack.core.responses import get_region
from ministack.services import apigateway_v1 as apigateway
from ministack.services import tagging
from recorded import keys

from .tools import replace

STORES = {"apikeys": apigateway._api_keys, "usageplans": apigateway._usage_plans}


def arn(path, made_up):
    return f"arn:aws:apigateway:{get_region()}::/{path}/{made_up}"


def is_stage(api_id, stage_name):
    return stage_name in apigateway._stages_v1.get(api_id, {})


def answering(function):
    """What is refused is an answer."""

    @functools.wraps(function)
    def answer(*args):
        try:
            return function(*args)
        except keys.Refused as error:
            return apigateway._v1_error(error.code, error.text, error.status)

    return answer


def with_tags(path, answer, data):
    """The record has the very tags that calls on tags change."""
    if answer[0] == 201:
        record = STORES[path][json.loads(answer[2])["id"]]
        record["tags"] = dict(data.get("tags") or {})
        apigateway._v1_tags[arn(path, record["id"])] = record["tags"]
    return answer


@replace(apigateway, "_create_api_key")
def create_api_key(original, data):
    return with_tags("apikeys", original(data), data)


@replace(apigateway, "_update_api_key")
def update_api_key(original, key_id, data):
    answer = original(key_id, data)
    key = apigateway._api_keys.get(key_id)
    if key is None:
        return answer
    if isinstance(key["enabled"], str):
        key["enabled"] = key["enabled"] == "true"
    return apigateway._v1_response(key)


@replace(apigateway, "_delete_api_key")
def delete_api_key(original, key_id):
    apigateway._v1_tags.pop(arn("apikeys", key_id), None)
    for plan_id in list(apigateway._usage_plans.keys()):
        apigateway._usage_plan_keys.get(plan_id, {}).pop(key_id, None)
    return original(key_id)


@replace(apigateway, "_create_usage_plan")
@answering
def create_usage_plan(original, data):
    keys.check(keys.members(data), is_stage)
    return with_tags("usageplans", original(data), data)


@replace(apigateway, "_update_usage_plan")
@answering
def update_usage_plan(original, plan_id, data):
    plan = apigateway._usage_plans.get(plan_id)
    if plan is None:
        return original(plan_id, data)
    made = keys.patched(plan, data.get("patchOperations", []), is_stage, plan_id)
    for key_id in apigateway._usage_plan_keys.get(plan_id, {}):
        keys.refuse_two_plans(key_id, made, others(key_id, plan_id))
    plan.update(made)
    return apigateway._v1_response(plan)


def others(key_id, plan_id):
    """The other plans that a key is in."""
    plans = apigateway._usage_plans.items()
    return [plan for of, plan in plans if of != plan_id and key_id in apigateway._usage_plan_keys.get(of, {})]


@replace(apigateway, "_delete_usage_plan")
@answering
def delete_usage_plan(original, plan_id):
    plan = apigateway._usage_plans.get(plan_id)
    if plan is not None:
        keys.refuse_delete(plan, plan_id)
        apigateway._v1_tags.pop(arn("usageplans", plan_id), None)
    return original(plan_id)


@replace(apigateway, "_create_usage_plan_key")
@answering
def create_usage_plan_key(original, plan_id, data):
    key_id, plan = data.get("keyId"), apigateway._usage_plans.get(plan_id)
    if key_id not in apigateway._api_keys:
        raise keys.Refused("NotFoundException", "Invalid API Key identifier specified", 404)
    if plan is not None:
        keys.refuse_two_plans(key_id, plan, others(key_id, plan_id))
    return original(plan_id, data)


@replace(apigateway, "_get_usage_plan_keys")
def get_usage_plan_keys(original, plan_id, query):
    known = plan_id in apigateway._usage_plans
    return original(plan_id, query) if known else apigateway._v1_response({"item": []})


@replace(apigateway, "_delete_stage")
def delete_stage(original, api_id, stage_name):
    answer = original(api_id, stage_name)
    if answer[0] == 202:
        for plan in apigateway._usage_plans.values():
            gone = keys.named(plan, api_id, stage_name)
            plan["apiStages"] = [one for one in plan["apiStages"] if one is not gone]
    return answer


def keys_and_plans():
    for path, store in STORES.items():
        for made_up, record in store.items():
            yield arn(path, made_up), [{"Key": key, "Value": value} for key, value in record["tags"].items()]


tagging._COLLECTORS["apigateway keys"] = keys_and_plans

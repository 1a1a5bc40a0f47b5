"""API Gateway: usage plans and API keys: what is not shown, and what a patch of a plan does."""

import copy
import json

from .wire import after, before

FINE_GRAIN = "Can not define fine grain throttling if usage plan throttle is not defined."


class Refused(Exception):
    """What AWS says no with."""

    def __init__(self, code, text, status=400):
        super().__init__(text)
        self.code, self.text, self.status = code, text, status


@before("apigateway:CreateApiKey")
def off_by_default(request):
    data = request.data
    if "enabled" not in data:
        request.body = json.dumps({**data, "enabled": False}).encode()


def asks_for_value(request):
    return any(request.query.get(name) == "true" for name in ("includeValue", "includeValues"))


@after("apigateway:GetApiKey", "apigateway:UpdateApiKey")
def show_key(request, answer):
    if answer.is_good and not asks_for_value(request):
        answer.data = {name: value for name, value in answer.data.items() if name != "value"}


@after("apigateway:GetApiKeys")
def show_keys(request, answer):
    """No tags in a listing: whoever needs them asks for the key."""
    hidden = {"tags"} if asks_for_value(request) else {"tags", "value"}
    without(answer, hidden)


@after("apigateway:GetUsagePlans")
def show_plans(_request, answer):
    without(answer, {"tags"})


def without(answer, hidden):
    if answer.is_good:
        data = answer.data
        items = data.get("item") or []
        shown = [{name: value for name, value in one.items() if name not in hidden} for one in items]
        answer.data = {**data, "item": [complete(one) for one in shown]}


@after("apigateway:CreateUsagePlan")
def create_plan(_request, answer):
    if answer.is_good:
        answer.data = complete({name: value for name, value in answer.data.items() if name != "tags"})


@after("apigateway:GetUsagePlan", "apigateway:UpdateUsagePlan")
def show_plan(_request, answer):
    if answer.is_good:
        answer.data = complete(answer.data)


def complete(plan):
    """A plan has a list of stages, and nothing of what was not set."""
    if "apiStages" not in plan:
        return plan
    plan = {name: value for name, value in plan.items() if value not in (None, "", {})}
    if plan.get("quota"):
        plan["quota"] = {"offset": 0, **plan["quota"]}
    return {"apiStages": [], **plan}


# What follows is for the emulators' gaps, which know what stages and keys there are.


def stage_of(text):
    api, _, stage = (text or "").partition(":")
    if not api or not stage:
        raise Refused("BadRequestException", "Invalid API Stage specified")
    return api, stage


def named(plan, api, stage):
    return next((one for one in plan["apiStages"] if (one["apiId"], one["stage"]) == (api, stage)), None)


def check(plan, is_stage, made_up="new"):
    """What AWS asks of a whole plan."""
    for one in plan["apiStages"]:
        if not is_stage(one["apiId"], one["stage"]):
            where = f"{{api: {one['apiId']}, stage: {one['stage']}}}"
            raise Refused("NotFoundException", f"Invalid API Stage {where} specified for usageplan {made_up}", 404)
    if any(one.get("throttle") for one in plan["apiStages"]) and not plan["throttle"]:
        raise Refused("BadRequestException", FINE_GRAIN)


def members(plan):
    return {
        "name": plan.get("name"),
        "description": plan.get("description"),
        "apiStages": copy.deepcopy(plan.get("apiStages") or []),
        "throttle": dict(plan.get("throttle") or {}),
        "quota": dict(plan.get("quota") or {}),
    }


def patched(plan, operations, is_stage, made_up):
    """The plan's members after a patch, all of it or none."""
    made = members(plan)
    for operation in operations:
        patch(made, operation["op"], operation["path"], operation.get("value"))
    added = [one for one in made["apiStages"] if not named(members(plan), one["apiId"], one["stage"])]
    check({**made, "apiStages": added}, is_stage, made_up)
    check(made, lambda *_: True, made_up)
    return made


def patch(plan, op, path, value):
    first, *rest = path.lstrip("/").split("/")
    if path == "/apiStages":
        patch_stages(plan, op, *stage_of(value))
    elif first == "apiStages":
        patch_methods(plan, op, *stage_of(rest[0]), path.split("/throttle", 1)[1].removeprefix("/"), value)
    elif op == "remove" and path in ("/throttle", "/quota"):
        plan[first] = {}
    elif first in ("throttle", "quota") and op in ("add", "replace"):
        plan[first][rest[0]] = typed(rest[0], value)
    elif path in ("/name", "/description") and op == "replace":
        plan[first] = value
    else:
        raise Refused("BadRequestException", f"Invalid patch path  '{path}' specified for op '{op}'.")


def patch_stages(plan, op, api, stage):
    known = named(plan, api, stage)
    if op == "remove":
        if not known:
            raise Refused("NotFoundException", "Invalid API Stage specified", 404)
        plan["apiStages"].remove(known)
    elif known:
        raise Refused("ConflictException", f"API Stage {api}:{stage} is already in the usage plan", 409)
    else:
        plan["apiStages"].append({"apiId": api, "stage": stage})


def patch_methods(plan, op, api, stage, method, value):
    known = named(plan, api, stage)
    if not known:
        raise Refused("NotFoundException", "Invalid API Stage specified", 404)
    if op == "remove" and not method:
        known.pop("throttle", None)
    elif op == "remove":
        known.get("throttle", {}).pop(method, None)
    else:
        method, limit = method.rsplit("/", 1)
        known.setdefault("throttle", {}).setdefault(method, {})[limit] = typed(limit, value)
    if not known.get("throttle"):
        known.pop("throttle", None)


def typed(name, value):
    if name == "rateLimit":
        return float(value)
    return value if name == "period" else int(value)


def refuse_two_plans(key, plan, others):
    """A key opens a stage by one plan alone."""
    stages = {(one["apiId"], one["stage"]) for one in plan["apiStages"]}
    for other in others:
        for one in other["apiStages"]:
            if (one["apiId"], one["stage"]) in stages:
                text = f"API Key {key} cannot reference multiple Usage Plans with the same API stage: "
                raise Refused("ConflictException", f"{text}{one['apiId']}:{one['stage']}", 409)


def refuse_delete(plan, made_up):
    if plan["apiStages"]:
        one = plan["apiStages"][0]
        text = f"Cannot delete Usage Plan {made_up} because there are API Stages associated with it, including "
        raise Refused("BadRequestException", f"{text}{one['apiId']}:{one['stage']}")

"""EventBridge."""

import json

from ministack.core.responses import error_response_json, json_response
from ministack.services import eventbridge

from .tools import replace


@replace(eventbridge, "_put_permission")
def put_permission(original, data):
    if not data.get("Policy"):
        return original(data)
    bus = data.get("EventBusName", "default")
    if bus not in eventbridge._event_buses:
        return error_response_json("ResourceNotFoundException", f"Event bus {bus} does not exist.", 400)
    try:
        policy = json.loads(data["Policy"])
    except ValueError:
        return error_response_json("ValidationException", "This policy contains invalid Json", 400)
    eventbridge._event_bus_policies[bus] = policy
    return json_response({})

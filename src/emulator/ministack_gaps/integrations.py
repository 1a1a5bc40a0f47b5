"""What routes of HTTP APIs ask of services, in a role's name."""

import asyncio
import base64
import json
import re

from ministack.core.responses import new_uuid
from ministack.services import apigateway, eventbridge, kinesis, sqs, stepfunctions

from .tools import replace


def answer(status, document):
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()


def send_message(parameters):
    try:
        return answer(200, sqs._act_send_message(parameters, parameters["QueueUrl"]))
    except sqs._Err as error:
        return answer(400, {"message": str(error)})


def put_events(parameters):
    entry = {key: value for key, value in parameters.items() if key not in ("Region", "Resources")}
    return eventbridge._put_events({"Entries": [entry]})


def put_record(parameters):
    data = base64.b64encode(parameters["Data"].encode()).decode()
    return kinesis._put_record({**parameters, "Data": data})


def execution(parameters):
    names = {"StateMachineArn": "stateMachineArn", "Input": "input", "Name": "name"}
    return {ours: parameters[theirs] for theirs, ours in names.items() if theirs in parameters}


SERVICES = {
    "EventBridge-PutEvents": put_events,
    "Kinesis-PutRecord": put_record,
    "SQS-SendMessage": send_message,
    "StepFunctions-StartExecution": lambda parameters: stepfunctions._start_execution(execution(parameters)),
    "StepFunctions-StartSyncExecution": lambda parameters: stepfunctions._start_sync_execution(execution(parameters)),
}


def from_body(body, path):
    """All of a body, or what a JSON path without filters finds in it."""
    found = body.decode("utf-8", errors="replace")
    for step in [step for step in re.split(r"[.\[\]]+", path) if step]:
        try:
            found = json.loads(found) if isinstance(found, str) else found
            found = found[int(step)] if isinstance(found, list) else found.get(step)
        except (AttributeError, IndexError, ValueError):
            return None
    return found if found is None or isinstance(found, str) else json.dumps(found)


@replace(apigateway, "_invoke_lambda_proxy")
async def invoke_proxy(
    original, integration, api_id, stage, path, method, headers, body, query_params, *args, **options
):
    service = SERVICES.get(integration.get("integrationSubtype"))
    if service is None:
        return await original(integration, api_id, stage, path, method, headers, body, query_params, *args, **options)
    route_key, path_params = args
    sources = {
        "request_headers": headers,
        "request_query": query_params or {},
        "path_params": path_params or {},
        "context_vars": {
            "requestId": new_uuid(),
            "httpMethod": method,
            "path": f"/{stage}{path}",
            "request.path": path,
            "routeKey": route_key,
            "stage": stage,
            "authorizer.jwt.claims": options.get("authorizer_claims") or {},
            "authorizer.lambda": options.get("authorizer_lambda_context") or {},
        },
        "stage_vars": apigateway._get_stage_variables(api_id, stage),
    }

    def atom(name):
        if name == "request.body" or name.startswith("request.body."):
            return from_body(body or b"", name.removeprefix("request.body"))
        return apigateway._resolve_mapping_atom(f"${name}", **sources)

    def value(text):
        if "${" in text:
            return re.sub(r"\$\{([^}]+)\}", lambda found: str(atom(found[1]) or ""), text)
        return atom(text[1:]) if text.startswith("$") else text

    parameters = {key: value(text) for key, text in (integration.get("requestParameters") or {}).items()}
    lacking = [key for key, found in parameters.items() if found is None]
    if lacking:
        return answer(400, {"message": f"Unable to resolve property {lacking[0]} from source"})
    return await asyncio.to_thread(service, parameters)

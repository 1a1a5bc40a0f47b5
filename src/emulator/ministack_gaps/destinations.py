"""Where the results of asynchronous invocations are sent: alone, ministack sends failures, and none to a bus."""

import contextvars
import json
from datetime import datetime, timezone

from ministack.core.responses import new_uuid
from ministack.services import eventbridge, lambda_svc, sns, sqs

from .tools import replace

# The event of the asynchronous invocation that is under way: the thread that invokes has a copy of this context.
UNDER_WAY = contextvars.ContextVar("under_way", default=None)


@replace(lambda_svc, "invoke_async_with_retry")
def invoke_async_with_retry(original, func, event):
    token = UNDER_WAY.set(event)
    try:
        return original(func, event)
    finally:
        UNDER_WAY.reset(token)


@replace(lambda_svc, "_execute_function")
def execute_function(original, func, event):
    under_way = UNDER_WAY.get()
    result = original(func, event)
    if under_way is not None and under_way is event and not result.get("error"):
        config = func.get("config") or func
        settings = func.get("event_invoke_config") or (func.get("event_invoke_configs") or {}).get("$LATEST") or {}
        target = ((settings.get("DestinationConfig") or {}).get("OnSuccess") or {}).get("Destination")
        if target:
            deliver(target, config, record(config, event, "Success", result), "Success")
    return result


@replace(lambda_svc, "_route_async_failure")
def route_async_failure(original, target, name, event, result):
    if ":event-bus/" not in target:
        return original(target, name, event, result)
    config = lambda_svc._functions.get(name, {}).get("config", {})
    return deliver(target, config, record(config, event, "RetriesExhausted", result), "Failure")


def record(config, event, condition, result):
    """The record of an invocation, as its destinations get it."""
    failed = {"functionError": result.get("function_error") or "Unhandled"} if result.get("error") else {}
    return {
        "version": "1.0",
        "timestamp": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": new_uuid(),
            "functionArn": f"{config.get('FunctionArn', '')}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": 1,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", **failed},
        "responsePayload": result.get("body"),
    }


def deliver(target, config, sent, outcome):
    service, body = target.split(":")[2], json.dumps(sent)
    if service == "sqs":
        queue = sqs._queue_by_arn(target)
        if queue is not None:
            sqs._act_send_message({"QueueUrl": queue["url"], "MessageBody": body}, queue["url"])
    elif service == "sns":
        sns._fanout(target, new_uuid(), body, "", "", {})
    elif service == "events":
        entry = {
            "EventBusName": target,
            "Source": "lambda",
            "DetailType": f"Lambda Function Invocation Result - {outcome}",
            "Detail": body,
            "Resources": [sent["requestContext"]["functionArn"], target],
        }
        eventbridge._put_events({"Entries": [entry]})
    elif service == "lambda":
        func, _config, _name = lambda_svc._get_func_record_for_ref(target)
        if func:
            lambda_svc.invoke_async_with_retry(func, sent)

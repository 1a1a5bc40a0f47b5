"""CloudWatch. The query protocol is translated to JSON and back, since ministack serves JSON in full."""

import json
from datetime import datetime, timezone
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from ministack.services import cloudwatch

from .tools import replace


def structure(form):
    """{"A.member.1.B": "x"} -> {"A": [{"B": "x"}]}"""
    tree = {}
    for key, value in form.items():
        node = tree
        *path, last = key.split(".")
        for part in path:
            node = node.setdefault(part, {})
        node[last] = value
    return lists_in(tree)


def lists_in(node):
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        return [lists_in(node["member"][key]) for key in sorted(node["member"], key=int)]
    return {key: lists_in(value) for key, value in node.items()}


def xml(value, key=""):
    if isinstance(value, dict):
        return "".join(f"<{k}>{xml(v, k)}</{k}>" for k, v in value.items() if v not in (None, ""))
    if isinstance(value, list):
        return "".join(f"<member>{xml(one)}</member>" for one in value)
    if isinstance(value, bool):
        return str(value).lower()
    if key.endswith("Timestamp") and isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return escape(str(value))


def typed_alarm(data):
    for query in data.get("Metrics", []):
        query["ReturnData"] = query.get("ReturnData", "true") == "true"
    return dict(data, ActionsEnabled=data.get("ActionsEnabled", "true") == "true")


serve_json = cloudwatch.handle_request


async def cloudwatch_request(method, path, headers, body, query_params):
    form = {key: values[0] for key, values in parse_qs((body or b"").decode(), keep_blank_values=True).items()}
    if "x-amz-target" in headers or "Action" not in form:
        return await serve_json(method, path, headers, body, query_params)
    operation = form.pop("Action")
    data = structure(form)
    data = typed_alarm(data) if operation == "PutMetricAlarm" else data
    translated = dict(headers)
    translated["content-type"] = "application/x-amz-json-1.0"
    translated["x-amz-target"] = f"GraniteServiceVersion20100801.{operation}"
    status, _, answer = await serve_json(method, path, translated, json.dumps(data).encode(), {})
    return status, {"Content-Type": "text/xml"}, in_xml(operation, status, json.loads(answer or b"{}"))


def in_xml(operation, status, answer):
    if status < 300:
        inner = f"<{operation}Result>{xml(answer)}</{operation}Result>"
        return f"<{operation}Response>{inner}</{operation}Response>".encode()
    code = {"ResourceNotFound": "ResourceNotFoundException"}.get(answer.get("__type"), answer.get("__type"))
    words = answer.get("message") or answer.get("Message") or ""
    return (
        f"<ErrorResponse><Error><Code>{code}</Code><Message>{escape(words)}</Message></Error></ErrorResponse>".encode()
    )


cloudwatch.handle_request = cloudwatch_request


@replace(cloudwatch, "_put_metric_alarm")
def put_metric_alarm(original, params, data, is_cbor, is_json=False):
    answer = original(params, data, is_cbor, is_json)
    alarm = cloudwatch._alarms.get(data.get("AlarmName")) if answer[0] == 200 else None
    if alarm is not None:
        if "Statistic" not in data:
            alarm["Statistic"] = None
        if "Metrics" in data:
            alarm["Period"] = None
        for member in ("EvaluateLowSampleCountPercentile", "Metrics"):
            alarm[member] = data.get(member)
    return answer


@replace(cloudwatch, "_evaluate_alarm")
def evaluate_alarm(original, alarm):
    return None if alarm.get("Metrics") or not alarm.get("Period") else original(alarm)

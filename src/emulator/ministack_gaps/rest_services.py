"""What routes of REST APIs ask of services in a role's name, and what they answer by themselves."""

import inspect
import json
import re
from xml.etree import ElementTree

from ministack.core.responses import new_uuid, request_scope
from ministack.services import apigateway_v1 as apigateway
from ministack.services import dynamodb, eventbridge, kinesis, sns, sqs, stepfunctions

from . import templates
from .tools import replace

JSON = {"Content-Type": "application/json"}
# How each service is asked: by a target and a JSON document, or by a form.
TARGETS = {
    "dynamodb": (dynamodb, "DynamoDB_20120810"),
    "events": (eventbridge, "AWSEvents"),
    "kinesis": (kinesis, "Kinesis_20131202"),
    "states": (stepfunctions, "AWSStepFunctions"),
}
FORMS = {"sns": sns, "sqs": sqs}


@replace(apigateway, "_put_integration")
def put_integration(original, api_id, resource_id, http_method, data):
    answer = original(api_id, resource_id, http_method, data)
    if answer[0] != 201:
        return answer
    integration = apigateway._resources[api_id][resource_id]["resourceMethods"][http_method]["methodIntegration"]
    if data.get("connectionId"):
        integration["connectionId"] = data["connectionId"]
    if data.get("type") == "MOCK":
        integration.pop("connectionType", None)
    return apigateway._v1_response(integration, 201)


def by_type(wanted, content_type):
    """The template for a content type."""
    plain = content_type.split(";", 1)[0].strip().lower()
    return next((text for of, text in (wanted or {}).items() if of.lower() == plain), None)


def header(headers, name, default=""):
    return templates.Headers(headers or {}).get(name, default)


class Call:
    """One request to a route: what templates know of it."""

    def __init__(self, method, path, headers, body, query, path_params, stage, resource_path, authorizer):
        self.headers, self.body = headers or {}, (body or b"").decode("utf-8", errors="replace")
        self.parameters = {
            "header": templates.Headers({key: value for key, value in self.headers.items() if isinstance(value, str)}),
            "path": dict(path_params or {}),
            "querystring": {k: v[0] if isinstance(v, list) else v for k, v in (query or {}).items()},
        }
        self.variables = dict(stage.get("variables") or {})
        self.context = {
            "requestId": new_uuid(),
            "httpMethod": method,
            "path": f"/{stage.get('stageName', '')}{path}",
            "resourcePath": resource_path,
            "stage": stage.get("stageName"),
            "identity": {"sourceIp": "127.0.0.1"},
            "authorizer": authorizer or {},
        }

    def render(self, template, body):
        known = {
            "input": templates.Input(body, self.parameters),
            "util": templates.Util(),
            "context": self.context,
            "stageVariables": self.variables,
        }
        return templates.Template(template, known).render()

    def mapped(self, source, answer="", answer_headers=None):
        """The value of a parameter: text in quotes, or where it comes from."""
        if source.startswith("'"):
            return source.strip("'")
        of, _, name = source.partition(".")
        if of in ("context", "stageVariables"):
            return templates.found(self.context if of == "context" else self.variables, name)
        place, _, name = name.partition(".")[2].partition(".")
        if source.startswith("integration.response."):
            if place == "header":
                return header(answer_headers, name, None)
            return answer if not name else templates.found(json.loads(answer or "{}"), name)
        if place == "body":
            return self.body if not name else templates.Input(self.body, self.parameters).path(name)
        return self.parameters.get(place, {}).get(name)

    def answer(self, integration, status, text, answer_headers=None):
        """What callers get of an answer."""
        chosen = chosen_response(integration, status)
        if chosen is None:
            return 500, JSON, b'{"message":"Internal server error"}'
        self.context.pop("responseOverride", None)
        offered = chosen.get("responseTemplates") or {}
        offered = {of: template for of, template in offered.items() if template}
        template = by_type(offered, header(self.headers, "accept", "application/json").split(",")[0])
        template = template if template is not None else next(iter(offered.values()), None)
        body = text if template is None else self.render(template, text)
        shown = dict(JSON)
        for parameter, source in (chosen.get("responseParameters") or {}).items():
            value = self.mapped(source, text, answer_headers)
            if value is not None:
                shown[parameter.removeprefix("method.response.header.")] = str(value)
        override = self.context.get("responseOverride", {})
        return int(override.get("status") or chosen.get("statusCode") or status), shown, body.encode()


def chosen_response(integration, status):
    """The response whose pattern fits the status, or the one without a pattern."""
    responses = [one or {} for one in (integration.get("integrationResponses") or {}).values()]
    fits = (
        one for one in responses if one.get("selectionPattern") and re.fullmatch(one["selectionPattern"], str(status))
    )
    return next(fits, None) or next((one for one in responses if not one.get("selectionPattern")), None)


async def ask(service, verb, rest, body, integration, call):
    """Asks a service as API Gateway does; gives its status and its answer as JSON."""
    named = integration.get("requestParameters") or {}
    start = "integration.request.header."
    headers = {
        key.removeprefix(start).lower(): call.mapped(source) for key, source in named.items() if key.startswith(start)
    }
    if service in FORMS:
        module, path = FORMS[service], f"/{rest}" if service == "sqs" else "/"
    else:
        module, target = TARGETS[service]
        path, action = "/", rest if verb == "action" else headers.get("x-amz-target", "").split(".")[-1]
        headers["x-amz-target"] = f"{target}.{action}"
    answer = module.handle_request("POST", path, headers, body.encode(), {})
    status, _headers, text = await answer if inspect.isawaitable(answer) else answer
    text = text.decode() if isinstance(text, bytes) else text
    return status, as_json(text) if text.lstrip().startswith("<") else text


def as_json(xml):
    """An answer in XML, which API Gateway asks for and hands on as JSON."""

    def value(node):
        return {child.tag.split("}")[-1]: value(child) for child in node} if len(node) else node.text

    root = ElementTree.fromstring(xml)
    return json.dumps({root.tag.split("}")[-1]: value(root)})


async def serve(integration, stage, resource, path, method, headers, body, query, path_params, options):
    region, service, verb, rest = apigateway._parse_service_integration_uri(integration.get("uri", ""))
    authorizer = options.get("authorizer_context")
    call = Call(method, path, headers, body, query, path_params, stage, resource.get("path"), authorizer)
    template = by_type(integration.get("requestTemplates"), header(headers, "content-type") or "application/json")
    try:
        asked = call.body if template is None else call.render(template, call.body)
        with request_scope(options.get("owner_account_id"), region):
            status, text = await ask(service, verb, rest, asked, integration, call)
        return call.answer(integration, status, text)
    except templates.NoJson:
        return 400, JSON, b'{"message":"Could not parse request body into json"}'


def is_known(integration):
    spec = apigateway._parse_service_integration_uri(integration.get("uri", ""))
    return spec is not None and (spec[1] in TARGETS or spec[1] in FORMS)


@replace(apigateway, "_invoke_lambda_custom_v1")
async def invoke_service(original, integration, api_id, stage_name, stage, resource, path, method, *args, **options):
    if not is_known(integration):
        return await original(integration, api_id, stage_name, stage, resource, path, method, *args, **options)
    headers, body, query, path_params = args
    return await serve(integration, stage, resource, path, method, headers, body, query, path_params, options)


@replace(apigateway, "_invoke_sqs_v1")
async def invoke_queue(_original, integration, _api_id, _stage_name, stage, resource, path, method, *args, **options):
    headers, body, query, path_params = args
    return await serve(integration, stage, resource, path, method, headers, body, query, path_params, options)


@replace(apigateway, "_invoke_mock_v1")
def invoke_mock(original, integration):
    """With its template filled in, as far as that knows of no request."""
    responses = integration.get("integrationResponses") or {}
    if not any((one or {}).get("responseTemplates") for one in responses.values()):
        return original(integration)
    request = next(iter((integration.get("requestTemplates") or {}).values()), "")
    status = re.search(r'"statusCode"\s*:\s*(\d{3})', request)
    call = Call("GET", "/", {}, b"", {}, {}, {}, "/", None)
    return call.answer(integration, int(status[1]) if status else 200, "{}")

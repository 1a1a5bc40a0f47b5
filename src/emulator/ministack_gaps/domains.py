"""API Gateway: custom domain names."""

import functools
import json
from urllib.parse import unquote

from ministack.core.responses import get_region, new_uuid
from ministack.services import apigateway as http
from ministack.services import apigateway_v1 as rest
from ministack.services import tagging
from recorded import domains
from recorded.keys import Refused

from .tools import replace

NONE = ("NotFoundException", "Invalid domain name identifier specified", 404)


def answering(function):
    """What is refused is an answer."""

    @functools.wraps(function)
    def answer(*args):
        try:
            return function(*args)
        except Refused as error:
            return rest._v1_error(error.code, error.text, error.status)

    return answer


def arn(name):
    return f"arn:aws:apigateway:{get_region()}::/domainnames/{name}"


def view(name):
    return domains.completed({**rest._domain_names[name], "tags": dict(rest._v1_tags.get(arn(name), {}))})


def has_stage(api_id, stage):
    return stage in rest._stages_v1.get(api_id, {}) or stage in http._stages.get(api_id, {})


@replace(rest, "_create_domain_name")
@answering
def create_domain_name(original, data):
    name = data.get("domainName", "")
    domains.refuse_taken(name in rest._domain_names)
    domains.refuse_wrong(data)
    answer = original(data)
    if answer[0] != 201:
        return answer
    rest._v1_tags[arn(name)] = dict(data.get("tags") or {})
    made_up = new_uuid().replace("-", "")[:10]
    rest._domain_names[name]["regionalDomainName"] = f"d-{made_up}.execute-api.{get_region()}.amazonaws.com"
    return rest._v1_response(view(name), 201)


@replace(rest, "_get_domain_name")
def get_domain_name(original, name):
    return rest._v1_response(view(name)) if name in rest._domain_names else original(name)


@replace(rest, "_get_domain_names")
def get_domain_names(_original, query):
    return rest._v1_paginated_response([view(name) for name in list(rest._domain_names)], query)


@answering
def update_domain_name(name, data):
    if name not in rest._domain_names:
        raise Refused(*NONE)
    rest._domain_names[name] = domains.patched(rest._domain_names[name], data.get("patchOperations") or [])
    return rest._v1_response(view(name))


@replace(rest, "_delete_domain_name")
def delete_domain_name(original, name):
    rest._v1_tags.pop(arn(name), None)
    return original(name)


@replace(rest, "_create_base_path_mapping")
@answering
def create_base_path_mapping(original, name, data):
    if name not in rest._domain_names:
        raise Refused(*NONE)
    path, known = data.get("basePath") or domains.EMPTY, has_stage(data.get("restApiId"), data.get("stage"))
    domains.refuse_path(path, rest._base_path_mappings.get(name, {}), known)
    return original(name, {**data, "basePath": path})


@replace(rest, "_delete_base_path_mapping")
def delete_base_path_mapping(original, name, quoted):
    path = unquote(quoted)
    if path not in rest._base_path_mappings.get(name, {}):
        return rest._get_base_path_mapping(name, path)
    return original(name, path)


@answering
def update_base_path_mapping(name, path, data):
    mapping = rest._base_path_mappings.get(name, {}).get(path)
    if mapping is None:
        return rest._get_base_path_mapping(name, path)
    members = {"/restapiId": "restApiId", "/stage": "stage"}
    made = {**mapping, **{members[one["path"]]: one["value"] for one in data.get("patchOperations") or []}}
    if not has_stage(made["restApiId"], made["stage"]):
        raise Refused("BadRequestException", "Invalid stage identifier specified")
    mapping.update(made)
    return rest._v1_response(rest._public_mapping(mapping))


@replace(rest, "handle_request")
async def handle_request(original, method, path, headers, body, query_params):
    """Its own knows no patches of domain names."""
    top, *names = [unquote(part) for part in path.strip("/").split("/")]
    if top != "domainnames" or method != "PATCH":
        return await original(method, path, headers, body, query_params)
    data = json.loads(body or b"{}")
    if len(names) == 1:
        return update_domain_name(names[0], data)
    return update_base_path_mapping(names[0], names[2], data)


def mapped(api_id, stage=None):
    """The domain names below which an API, or one of its stages, is mapped."""
    of = lambda one: one["restApiId"] == api_id and stage in (None, one["stage"])  # noqa: E731
    return [name for name, all_of in rest._base_path_mappings.items() if any(map(of, all_of.values()))]


def refusing(module, function, what, names_stage):
    @replace(module, function)
    @answering
    def delete(original, api_id, *stage):
        domains.refuse_mapped(what, stage[0] if names_stage else api_id, mapped(api_id, *stage))
        return original(api_id, *stage)


refusing(rest, "_delete_rest_api", "RestApi", names_stage=False)
refusing(rest, "_delete_stage", "stage", names_stage=True)
refusing(http, "_delete_api", "HTTP API", names_stage=False)
refusing(http, "_delete_stage", "stage", names_stage=True)


def domain_names():
    for name in list(rest._domain_names):
        yield arn(name), [{"Key": key, "Value": value} for key, value in view(name)["tags"].items()]


tagging._COLLECTORS["apigateway domain names"] = domain_names

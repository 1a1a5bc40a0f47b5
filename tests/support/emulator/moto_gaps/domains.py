"""API Gateway: custom domain names, one for both of its APIs."""

import json
from urllib.parse import unquote

from moto.apigateway.models import APIGatewayBackend, BasePathMapping, DomainName, apigateway_backends
from moto.apigateway.responses import APIGatewayResponse
from moto.apigateway.urls import url_paths
from moto.apigatewayv2.exceptions import APIGatewayV2Error
from moto.apigatewayv2.models import ApiGatewayV2Backend, apigatewayv2_backends
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.core.resource_tagging import TaggedResource, make_tag_matcher
from moto.moto_api._internal import mock_random
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from recorded import domains
from recorded.keys import Refused

from .keys import refusal
from .tools import add, replace

NONE = ("NotFoundException", "Invalid domain name identifier specified", 404)
MORE = ("endpointAccessMode", "mutualTlsAuthentication")
ARN = "{0}/tags/arn:(?P<partition>[^/]+):apigateway:(?P<region_name>[^/]+)::/domainnames/(?P<domain_name>[^/]+)$"
url_paths[ARN] = APIGatewayResponse.dispatch


def refusal_v2(refused):
    error = APIGatewayV2Error(refused.code, refused.text)
    error.code = refused.status
    return error


def rest_of(backend):
    return apigateway_backends[backend.account_id][backend.region_name]


def http_of(backend):
    return apigatewayv2_backends[backend.account_id][backend.region_name]


@replace(DomainName, "to_json")
def to_json(original, self):
    return domains.completed({**original(self), **getattr(self, "more", {})})


def take(domain, data):
    """The members of an answer as moto keeps them."""
    domain.regional_certificate_arn, domain.security_policy = data["regionalCertificateArn"], data["securityPolicy"]
    domain.endpoint_configuration = data["endpointConfiguration"]
    domain.more = {name: data.get(name) for name in MORE}


@replace(APIGatewayResponse, "create_domain_name")
def create_domain_name(original, self):
    data = json.loads(self.body)
    name = data["domainName"]
    try:
        domains.refuse_taken(name in self.backend.domain_names)
        domains.refuse_wrong(data)
    except Refused as refused:
        raise refusal(refused) from refused
    status, headers, _ = original(self)
    domain = self.backend.domain_names[name]
    domain.more = {member: data.get(member) for member in MORE}
    self.backend.base_path_mappings[name] = {}
    return status, headers, json.dumps(domain.to_json())


@add(APIGatewayResponse)
def update_domain_name(self):
    domain = self.backend.get_domain_name(unquote(self.path.split("/")[2]))
    try:
        take(domain, domains.patched(domain.to_json(), json.loads(self.body)["patchOperations"]))
    except Refused as refused:
        raise refusal(refused) from refused
    return json.dumps(domain.to_json())


@replace(APIGatewayBackend, "delete_domain_name")
def delete_domain_name(original, self, domain_name):
    self.base_path_mappings.pop(unquote(domain_name), None)
    return original(self, unquote(domain_name))


@replace(APIGatewayBackend, "get_domain_name")
def get_domain_name(original, self, domain_name):
    return original(self, unquote(domain_name))


def has_stage(backend, api_id, stage):
    rest, http = rest_of(backend), http_of(backend)
    of_rest = api_id in rest.apis and stage in rest.apis[api_id].stages
    return of_rest or (api_id in http.apis and stage in http.apis[api_id].stages)


@replace(APIGatewayBackend, "create_base_path_mapping")
def create_base_path_mapping(_original, self, domain_name, rest_api_id, base_path, stage):
    name, path = unquote(domain_name), base_path or domains.EMPTY
    if name not in self.domain_names:
        raise refusal(Refused(*NONE))
    try:
        domains.refuse_path(path, self.base_path_mappings[name], has_stage(self, rest_api_id, stage))
    except Refused as refused:
        raise refusal(refused) from refused
    mapping = BasePathMapping(domain_name=name, rest_api_id=rest_api_id, basePath=path, stage=stage)
    self.base_path_mappings[name][path] = mapping
    return mapping


def unquoted(function):
    @replace(APIGatewayBackend, function)
    def call(original, self, domain_name, *args, **kwargs):
        return original(self, unquote(domain_name), *args, **kwargs)


for one in ("get_base_path_mappings", "delete_base_path_mapping", "update_base_path_mapping"):
    unquoted(one)


# What the second API maps stands with what the first one does.


def mappings_of(backend, domain_name):
    rest, name = rest_of(backend), unquote(domain_name)
    if name not in rest.domain_names:
        raise refusal_v2(Refused(*NONE))
    return rest.base_path_mappings[name]


def shown(path, mapping):
    if not hasattr(mapping, "made_up"):
        mapping.made_up = mock_random.get_random_hex(6)
    key = "" if path == domains.EMPTY else path
    return {"apiId": mapping.rest_api_id, "apiMappingId": mapping.made_up, "apiMappingKey": key, "stage": mapping.stage}


def found(response):
    """The mapping that a request's path names, by its base path."""
    _, _, _, name, _, made_up = response.path.rstrip("/").split("/")
    known = mappings_of(response.apigatewayv2_backend, name)
    for path, mapping in known.items():
        if shown(path, mapping)["apiMappingId"] == made_up:
            return known, path, mapping
    raise refusal_v2(Refused("NotFoundException", "Invalid API mapping identifier specified", 404))


@replace(ApiGatewayV2Response, "get_api_mappings")
def get_api_mappings(_original, self):
    known = mappings_of(self.apigatewayv2_backend, self.path.split("/")[3])
    return 200, {}, json.dumps({"items": [shown(path, mapping) for path, mapping in known.items()]})


def refuse_stage(response, data):
    if not has_stage(response.apigatewayv2_backend, data["apiId"], data["stage"]):
        raise refusal_v2(Refused("BadRequestException", "Invalid stage identifier specified"))


@replace(ApiGatewayV2Response, "create_api_mapping")
def create_api_mapping(_original, self):
    data, name = json.loads(self.body), self.path.split("/")[3]
    known, path = mappings_of(self.apigatewayv2_backend, name), data.get("apiMappingKey") or domains.EMPTY
    refuse_stage(self, data)
    if path in known:
        text = "ApiMapping key already exists for this domain name"
        raise refusal_v2(Refused("ConflictException", text, 409))
    mapping = BasePathMapping(domain_name=name, rest_api_id=data["apiId"], basePath=path, stage=data["stage"])
    known[path] = mapping
    return 201, {}, json.dumps(shown(path, mapping))


@add(ApiGatewayV2Response)
def update_api_mapping(self):
    data, (_, path, mapping) = json.loads(self.body), found(self)
    refuse_stage(self, data)
    mapping.rest_api_id, mapping.stage = data["apiId"], data["stage"]
    return 200, {}, json.dumps(shown(path, mapping))


@replace(ApiGatewayV2Response, "delete_api_mapping")
def delete_api_mapping(_original, self):
    known, path, _ = found(self)
    del known[path]
    return 204, {}, ""


def mapped(backend, api_id, stage=None):
    """The domain names below which an API, or one of its stages, is mapped."""
    all_of = rest_of(backend).base_path_mappings.items()
    of = lambda one: one.rest_api_id == api_id and stage in (None, one.stage)  # noqa: E731
    return [name for name, known in all_of if any(map(of, known.values()))]


def refusing(owner, function, what, error, names_stage):
    @replace(owner, function)
    def delete(original, self, api_id, *stage, **named):
        stages = [*stage, *named.values()]
        try:
            domains.refuse_mapped(what, stages[0] if names_stage else api_id, mapped(self, api_id, *stages))
        except Refused as refused:
            raise error(refused) from refused
        return original(self, api_id, *stage, **named)


refusing(APIGatewayBackend, "delete_rest_api", "RestApi", refusal, names_stage=False)
refusing(APIGatewayBackend, "delete_stage", "stage", refusal, names_stage=True)
refusing(ApiGatewayV2Backend, "delete_api", "HTTP API", refusal_v2, names_stage=False)
refusing(ApiGatewayV2Backend, "delete_stage", "stage", refusal_v2, names_stage=True)


def tagged(response):
    """The domain name that the request's ARN names, if it names one."""
    path, _, name = unquote(response.path.split("/tags/")[1]).split("::/")[-1].partition("/")
    return response.backend.get_domain_name(name) if path == "domainnames" else None


@replace(APIGatewayResponse, "get_tags")
def get_tags(original, self):
    domain = tagged(self)
    return original(self) if domain is None else json.dumps({"tags": domain.tags or {}})


@replace(APIGatewayResponse, "tag_resource")
def tag_resource(original, self):
    domain = tagged(self)
    if domain is None:
        return original(self)
    domain.tags = {**(domain.tags or {}), **self._get_param("tags")}
    return json.dumps({})


@replace(APIGatewayResponse, "untag_resource")
def untag_resource(original, self):
    domain = tagged(self)
    if domain is None:
        return original(self)
    gone = self.querystring.get("tagKeys", [])
    domain.tags = {key: value for key, value in (domain.tags or {}).items() if key not in gone}
    return json.dumps({})


@replace(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
def get_resources(original, self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    yield from original(self, tag_filters, resource_type_filters, resource_arn_list)
    backend, is_asked_for = apigateway_backends[self.account_id][self.region_name], make_tag_matcher(tag_filters)
    for name, domain in backend.domain_names.items():
        arn, tags = f"arn:aws:apigateway:{self.region_name}::/domainnames/{name}", domain.tags or {}
        if tags and is_asked_for(tags) and (not resource_arn_list or arn in resource_arn_list):
            yield TaggedResource(arn=arn, tags=tags, resource_type="apigateway:domainnames")

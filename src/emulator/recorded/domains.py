"""API Gateway: custom domain names, what is mapped below them, and what refuses to go."""

import copy
from urllib.parse import unquote

from .keys import Refused
from .wire import UnderWay, after, before, json_error, once

CHANGES = ("apigateway:CreateDomainName", "apigateway:UpdateDomainName")


@after(*CHANGES)
def begin_update(request, answer):
    """Made or changed, and not yet as it shall be."""
    if answer.is_good:
        data = answer.data
        data["domainNameStatus"] = "UPDATING"
        answer.data = data
        request.memory("domain names")[data["domainName"]] = UnderWay()


@after("apigateway:GetDomainName")
def show_update(request, answer):
    if answer.is_good:
        data = answer.data
        under_way = request.memory("domain names").get(data["domainName"])
        data["domainNameStatus"] = "UPDATING" if under_way is not None and under_way.is_read() else "AVAILABLE"
        answer.data = data


@before("apigateway:UpdateDomainName", "apigateway:DeleteDomainName")
def refuse_while_updating(request):
    under_way = request.memory("domain names").get(unquote(request.named[0]))
    if request.operation.endswith("UpdateDomainName") and under_way is not None and not under_way.is_over():
        return json_error("BadRequestException", "The domain name is being updated. Please try again later.")
    return None


@before("apigateway:CreateBasePathMapping")
def refuse_new_domain(request):
    """Right after a domain name was made, mapping below it is refused for a moment."""
    if once(request, "mapped domain names", (unquote(request.named[0]),)):
        return json_error("BadRequestException", "Invalid domain name identifier specified")
    return None


# What follows is for the emulators' gaps, which know what APIs and stages there are.

EMPTY = "(none)"
ENHANCED = "SecurityPolicy_"


def refuse_wrong(domain):
    """What does not go together."""
    policy, mode = domain.get("securityPolicy") or "TLS_1_2", domain.get("endpointAccessMode")
    if policy.startswith(ENHANCED) and not mode:
        raise Refused("BadRequestException", "Endpoint access mode is required for the security policy")
    if mode and not policy.startswith(ENHANCED):
        raise Refused("BadRequestException", "Endpoint access mode cannot be set for the security policy")
    if (domain.get("mutualTlsAuthentication") or {}).get("truststoreUri") and policy != "TLS_1_2":
        raise Refused("BadRequestException", "Mutual TLS authentication needs the security policy TLS_1_2")
    if "EDGE" in (domain.get("endpointConfiguration") or {}).get("types", ["EDGE"]):
        raise Refused("BadRequestException", "A certificate was not provided for the endpoint type EDGE.")


def refuse_taken(is_taken):
    if is_taken:
        raise Refused("ConflictException", "The domain name you provided already exists.", 409)


def completed(domain):
    """With every member that AWS shows, and none that is not set."""
    shown = {name: value for name, value in domain.items() if value not in (None, "", {})}
    endpoint = {"ipAddressType": "ipv4", **(shown.get("endpointConfiguration") or {})}
    defaults = {"securityPolicy": "TLS_1_2", "routingMode": "BASE_PATH_MAPPING_ONLY", "domainNameStatus": "AVAILABLE"}
    return {**defaults, **shown, "endpointConfiguration": endpoint}


def patched(domain, patches):
    """The domain name after a patch."""
    made = copy.deepcopy(domain)
    for patch in patches:
        parts, value = patch["path"].strip("/").split("/"), patch.get("value") or ""
        if patch["op"] != "replace":
            raise Refused("BadRequestException", f"Invalid patch operation {patch['op']}")
        place = made
        for part in parts[:-1]:
            place[part] = place.get(part) or {}
            place = place[part]
        place[parts[-1]] = value
        if parts == ["mutualTlsAuthentication", "truststoreUri"] and not value:
            made["mutualTlsAuthentication"] = {}
    refuse_wrong(made)
    return made


def refuse_path(path, taken, has_stage):
    """A base path beside those that there are."""
    if "/" in path:
        raise Refused(
            "BadRequestException", "API Gateway V1 doesn't support the slash character (/) in base path mappings."
        )
    if path in taken:
        raise Refused("ConflictException", "Base path already exists for this domain name", 409)
    if taken and (path == EMPTY or EMPTY in taken):
        text = "Only one base path mapping is allowed if the base path is empty."
        raise Refused("ConflictException", text, 409)
    if not has_stage:
        raise Refused("BadRequestException", "Invalid stage identifier specified")


def refuse_mapped(what, made_up, domains):
    """AWS deletes neither an API nor a stage that is mapped."""
    if not domains:
        return
    names = ", ".join(sorted(domains))
    if what == "HTTP API":
        text = (
            f"Deleting API {made_up} failed. Please remove all API mappings for the API from your custom domain names."
        )
    else:
        text = (
            f"Deleting {what} {made_up} failed. Please remove all base path mappings related to the "
            f"{what} in your domains: {names}"
        )
    raise Refused("BadRequestException", text)

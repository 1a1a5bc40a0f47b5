"""Tags as conditions know them: those of what a request is about, and those that it sets.

Where ministack has none: API Gateway, WAF, certificates and event source mappings. The tags of an API hold for
everything below it, a stage's own before them; the paths of tags (`/tags/...`) have none.
"""

import re


def resource_tags(arn):
    """`aws:ResourceTag/...` of what an ARN names."""
    service = arn.split(":")[2] if arn.startswith("arn:") else ""
    of = {"acm": of_certificate, "apigateway": of_api, "lambda": of_mapping, "wafv2": of_firewall}
    tags = of[service](arn) if service in of else {}
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def of_api(arn):
    from ministack.services.apigateway import _api_tags
    from ministack.services.apigateway_v1 import _v1_tags

    http = re.match(r"arn:aws:apigateway:[^:]*::/apis/[^/*]+", arn)
    if http:
        return dict(_api_tags.get(http[0], {}))
    api = re.match(r"arn:aws:apigateway:[^:]*::/restapis/[^/*]+", arn)
    stage = re.match(r"arn:aws:apigateway:[^:]*::/restapis/[^/*]+/stages/[^/*]+", arn)
    key = re.match(r"arn:aws:apigateway:[^:]*::/(apikeys|domainnames|usageplans)/(\*\.)?[^/*]+", arn)
    if key:
        return dict(_v1_tags.get(key[0], {}))
    return {**_v1_tags.get(api[0] if api else "", {}), **_v1_tags.get(stage[0] if stage else "", {})}


def of_certificate(arn):
    from ministack.services.acm import _certificates

    return {tag["Key"]: tag["Value"] for tag in (_certificates.get(arn) or {}).get("Tags", [])}


def of_firewall(arn):
    from ministack.services.waf import _waf_tags

    return {tag["Key"]: tag["Value"] for tag in _waf_tags.get(arn, [])}


def of_mapping(arn):
    from ministack.services.lambda_svc import _esms

    mapping = re.fullmatch(r"arn:aws:lambda:[^:]*:\d+:event-source-mapping:(.+)", arn)
    return (_esms.get(mapping[1]) or {}).get("Tags", {}) if mapping else {}


def request_tags(action, request):
    """`aws:RequestTag/...` of the tags that a request sets."""
    if action.split(":")[0] not in ("acm", "apigateway", "lambda", "wafv2"):
        return {}
    tags = request.field("tags", "Tags") or {}
    if isinstance(tags, list):
        tags = {tag["Key"]: tag["Value"] for tag in tags if "Value" in tag}
    return {f"aws:RequestTag/{key}": value for key, value in tags.items()}

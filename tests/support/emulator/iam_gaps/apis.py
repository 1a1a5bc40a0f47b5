"""What AWS asks IAM about APIs, their domain names, certificates and records."""

import re
from urllib.parse import quote, unquote

from .questions import about, passing, tagging

# API Gateway: verbs on paths.


@about("apigateway:POST", "apigateway:PUT", "apigateway:PATCH", "apigateway:DELETE")
def apigateway_change(action, request):
    path = request.path.rstrip("/")
    here = f"arn:aws:apigateway:{request.region}::"
    if path.startswith("/v2/"):
        return http_api_change(action, request, path.removeprefix("/v2"), here)
    if path.startswith("/tags/"):
        tagged = path.removeprefix("/tags/")
        return [here + tags_of(tagged), ("apigateway:PATCH", tagged)]
    if path.startswith("/domainnames"):
        return domain_name_change(action, request, unquote(path), here)
    name = api_name(request, path)
    key = "Request" if action == "apigateway:POST" else "Resource"
    asked = [(action, here + path, {f"apigateway:{key}/ApiName": name} if name else {})]
    if action == "apigateway:POST" and path.endswith(("/restapis", "/stages", "/apikeys", "/usageplans")):
        asked += tagging(request, "apigateway:PUT", here + tags_of(f"{here}{path}/*"))
    patches = [(patch["op"], patch["path"]) for patch in request.field("patchOperations") or []]
    if (path == "/restapis" and request.field("policy")) or any(of.startswith("/policy") for _, of in patches):
        asked += [("apigateway:UpdateRestApiPolicy", here + path)]
    if any(op != "remove" and of.startswith("/accessLogSettings") for op, of in patches):
        delivery = ("CreateLogDelivery", "DescribeResourcePolicies", "PutResourcePolicy")
        asked += [(f"logs:{name}", "*") for name in delivery]
    asked += passing(request.field("credentials"), "apigateway.amazonaws.com")
    return asked


def domain_name_change(action, request, path, here):
    """A certificate is asked about by itself, and a truststore by the rights of whoever sets it."""
    asked, domain = [(action, here + path)], "/".join(path.split("/")[:3])
    patches = {patch["path"]: patch.get("value") or "" for patch in request.field("patchOperations") or []}
    uri = (request.field("mutualTlsAuthentication") or {}).get("truststoreUri")
    if path == "/domainnames":
        made = f"{here}/domainnames/{request.field('domainName')}"
        asked += [
            ("apigateway:AddCertificateToDomain", made),
            *tagging(request, "apigateway:PUT", here + tags_of(made)),
        ]
    elif path == domain:
        new = [("apigateway:AddCertificateToDomain", here + domain)] if "/regionalCertificateArn" in patches else []
        old = [("apigateway:RemoveCertificateFromDomain", here + domain)] if new or action.endswith("DELETE") else []
        asked, uri = [*asked, *new, *old], patches.get("/mutualTlsAuthentication/truststoreUri")
    if uri:
        asked += [
            (f"s3:{name}", "arn:aws:s3:::" + uri.removeprefix("s3://")) for name in ("GetObject", "GetObjectVersion")
        ]
    return asked


@about("apigateway:GET")
def apigateway_read(_action, request):
    path = request.path.rstrip("/").removeprefix("/v2")
    path = unquote(path) if path.startswith("/domainnames") else path
    return [f"arn:aws:apigateway:{request.region}::{path}"]


# Certificate Manager.


@about("acm:RequestCertificate")
def new_certificate(action, request):
    names = [request.field("DomainName"), *(request.field("SubjectAlternativeNames") or [])]
    context = {"acm:DomainNames": names, "acm:ValidationMethod": request.field("ValidationMethod")}
    context = {**context, "acm:KeyAlgorithm": request.field("KeyAlgorithm") or "RSA_2048"}
    return [
        (action, "*", context),
        *tagging(request, "acm:AddTagsToCertificate", request.arn("acm", "certificate/*")),
    ]


@about(
    "acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:DescribeCertificate", "acm:ListTagsForCertificate",
    "acm:RemoveTagsFromCertificate",
)  # fmt: skip
def certificate(_action, request):
    return [request.field("CertificateArn")]


@about("acm:ListCertificates")
def certificates(_action, _request):
    return ["*"]


# Route 53.


@about("route53:ChangeResourceRecordSets")
def record_change(_action, request):
    """What a batch is about as IAM knows it: names without the dot at their end."""
    text, zone = request.body.decode(), request.path.split("/")[3]
    of = lambda tag: sorted(set(re.findall(rf"<{tag}>([^<]+)</{tag}>", text)))  # noqa: E731
    names = [name.lower().rstrip(".").replace("*", "\\052") for name in of("Name")]
    start = "route53:ChangeResourceRecordSets"
    context = {
        f"{start}NormalizedRecordNames": names,
        f"{start}RecordTypes": of("Type"),
        f"{start}Actions": of("Action"),
    }
    return [(start, f"arn:aws:route53:::hostedzone/{zone}", context)]


@about("route53:ListHostedZones")
def zones_read(_action, _request):
    return ["*"]


def http_api_change(action, request, path, here):
    """No ARN has the version that paths of requests begin with."""
    if path.startswith("/tags/"):
        tagged = path.removeprefix("/tags/")
        return [(action, here + tags_of(tagged)), ("apigateway:PATCH", tagged)]
    name = request.field("name") if path == "/apis" else http_api_name(path)
    key = "Request" if action == "apigateway:POST" else "Resource"
    asked = [(action, here + path, {f"apigateway:{key}/ApiName": name} if name else {})]
    if path == "/apis":
        asked += tagging(request, "apigateway:POST", here + tags_of(f"{here}/apis/*"))
    if request.field("accessLogSettings"):
        asked += [(f"logs:{name}", "*") for name in DELIVERY]
    for role in ("credentialsArn", "authorizerCredentialsArn"):
        asked += passing(request.field(role), "apigateway.amazonaws.com")
    return asked


# As the guide on logging of HTTP APIs lists them.
DELIVERY = (
    "CreateLogDelivery", "DeleteLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies", "GetLogDelivery",
    "ListLogDeliveries", "PutResourcePolicy", "UpdateLogDelivery",
)  # fmt: skip


def http_api_name(path):
    from ministack.services import apigateway

    api = re.fullmatch(r"/apis/([^/]+)", path)
    return (apigateway._apis.get(api[1]) or {}).get("name") if api else None


def tags_of(arn):
    return "/tags/" + quote(arn, safe="*")


def api_name(request, path):
    from ministack.services import apigateway_v1

    if path == "/restapis":
        return request.field("name")
    api = re.fullmatch(r"/restapis/([^/]+)", path)
    return (apigateway_v1._rest_apis.get(api[1]) or {}).get("name") if api else None

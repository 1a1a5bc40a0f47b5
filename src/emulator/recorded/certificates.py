"""Certificate Manager: certificates that wait for their CNAME, whose keys listings leave out, and that are in use.

The emulators keep certificates and their tags; what becomes of one is decided here, by the CNAMEs that stand in the
hosted zones of the account and the domain names of API Gateway that have it.
"""

import hashlib
import json
import re
import time
from urllib.parse import unquote

from .wire import Answer, UnderWay, after, before, json_error

# As long as AWS answers a request with the same token alike, in seconds.
TOKEN = 3600.0
# What listings have without filter.
BY_DEFAULT = ("RSA_1024", "RSA_2048")
# Domains of which AWS wants to know more, and says so within seconds.
WELL_KNOWN = ("example.com", "example.net")


def base(domain):
    """A wildcard is validated by the record of the domain below it."""
    return domain.lower().removeprefix("*.")


def is_below(domain, *above):
    return any(base(domain) == one or base(domain).endswith("." + one) for one in above)


def cname(request, domain):
    """Name and value follow from account and domain."""
    of = lambda word: hashlib.md5(f"{word} {request.account} {base(domain)}".encode()).hexdigest()  # noqa: E731
    return f"_{of('name')}.{base(domain)}.", f"_{of('value')}.{of('more')[:10]}.acm-validations.aws."


class Certificate:
    """What AWS knows of one that was requested."""

    def __init__(self, data):
        self.domain, self.key = data["DomainName"].lower(), data.get("KeyAlgorithm") or "RSA_2048"
        self.method = data.get("ValidationMethod") or "EMAIL"
        self.without_record, self.failing, self.validating = UnderWay(), UnderWay(), None
        self.is_issued = False

    def status(self, request):
        if self.is_issued:
            return "ISSUED"
        if is_below(self.domain, *WELL_KNOWN):
            return "PENDING_VALIDATION" if self.failing.is_read() else "FAILED"
        name, value = cname(request, self.domain)
        if self.method != "DNS" or cnames(request).get(plain(name)) != plain(value):
            return "PENDING_VALIDATION"
        self.validating = self.validating or UnderWay()
        self.is_issued = not self.validating.is_read()
        return "ISSUED" if self.is_issued else "PENDING_VALIDATION"


def plain(name):
    return name.lower().rstrip(".")


def cnames(request):
    """The CNAMEs of the account, in whatever zone."""
    return request.memory("cnames", region="")


def known(request):
    return request.memory("certificates")


def users(request):
    """The certificates of domain names."""
    return request.memory("certificates of domain names")


def is_used(request, arn):
    """By a domain name, or by one that has just let go of it."""
    leaving = request.memory("certificates just left").get(arn)
    return arn in users(request).values() or (leaving is not None and not leaving.is_over())


def let_go(request, name):
    arn = users(request).pop(name, None)
    if arn:
        request.memory("certificates just left")[arn] = UnderWay()


@before("route53:ChangeResourceRecordSets")
def note_batch(request):
    request.changes = re.findall(r"<Change>(.*?)</Change>", request.body.decode(), re.DOTALL)


@after("route53:ChangeResourceRecordSets")
def change_cnames(request, answer):
    if not answer.is_good:
        return
    for change in request.changes:
        of = lambda tag: (re.search(rf"<{tag}>([^<]*)</{tag}>", change) or [None, ""])[1]  # noqa: B023, E731
        if of("Type") != "CNAME":
            continue
        if of("Action") == "DELETE":
            cnames(request).pop(plain(of("Name")), None)
        else:
            cnames(request)[plain(of("Name"))] = plain(of("Value"))


@before("acm:RequestCertificate")
def refuse_request(request):
    data = request.data
    token = data.pop("IdempotencyToken", None)
    if token is not None and not re.fullmatch(r"\w{1,32}", token):
        text = "1 validation error detected: Value at 'idempotencyToken' failed to satisfy constraint: "
        return json_error("ValidationException", text + "Member must satisfy regular expression pattern: \\w+")
    if len(data.get("DomainName", "")) > 64:
        return json_error("InvalidDomainValidationOptionsException", "The first domain name can be no longer than 64.")
    made, since = request.memory("certificate tokens").get(token, (None, 0.0))
    if made and time.monotonic() - since < TOKEN:
        body = json.dumps({"CertificateArn": made}).encode()
        return Answer(200, [("Content-Type", "application/x-amz-json-1.1")], body)
    request.token, request.asked = token, data
    # What the emulators make of tokens is another thing.
    request.body = json.dumps(data).encode()
    return None


@after("acm:RequestCertificate")
def note_request(request, answer):
    if not answer.is_good or not hasattr(request, "asked"):
        return
    arn = answer.data["CertificateArn"]
    known(request)[arn] = Certificate(request.asked)
    if request.token is not None:
        request.memory("certificate tokens")[request.token] = (arn, time.monotonic())


@after("acm:DescribeCertificate")
def show(request, answer):
    if not answer.is_good:
        return
    detail = answer.data["Certificate"]
    arn, one = detail["CertificateArn"], known(request).get(detail["CertificateArn"])
    detail["KeyAlgorithm"] = (one.key if one else detail.get("KeyAlgorithm", "RSA_2048")).replace("_", "-", 1)
    detail["InUseBy"] = sorted(
        f"arn:aws:apigateway:{request.region}::/domainnames/{name}"
        for name, used in users(request).items()
        if used == arn
    )
    detail.pop("Tags", None)
    if one:
        detail.update(members(request, one))
        absent = () if detail["Status"] == "ISSUED" else ("IssuedAt", "NotBefore", "NotAfter", "Serial", "Issuer")
        detail = {name: value for name, value in detail.items() if name not in absent}
    answer.data = {"Certificate": detail}


def members(request, one):
    """What depends on how far validation has come."""
    status = one.status(request)
    (name, value), domain = cname(request, one.domain), base(one.domain)
    option = {"DomainName": one.domain, "ValidationDomain": domain, "ValidationMethod": one.method}
    option["ValidationStatus"] = {"ISSUED": "SUCCESS", "FAILED": "FAILED"}.get(status, "PENDING_VALIDATION")
    if one.method == "DNS" and not one.without_record.is_read():
        option["ResourceRecord"] = {"Name": name, "Type": "CNAME", "Value": value}
    more = {"FailureReason": "ADDITIONAL_VERIFICATION_REQUIRED"} if status == "FAILED" else {}
    names = {"DomainName": one.domain, "SubjectAlternativeNames": [one.domain]}
    return {**names, "Status": status, "Type": "AMAZON_ISSUED", "DomainValidationOptions": [option], **more}


@before("acm:ListCertificates")
def ask_for_all(request):
    """The emulators' own filters know no key but RSA."""
    data = request.data
    request.asked = data
    request.body = json.dumps({name: value for name, value in data.items() if name == "NextToken"}).encode()


@after("acm:ListCertificates")
def show_all(request, answer):
    if not answer.is_good:
        return
    data, asked = answer.data, request.asked
    types = (asked.get("Includes") or {}).get("keyTypes") or BY_DEFAULT
    listed = [summary(request, one) for one in data.get("CertificateSummaryList") or []]
    listed = [one for one in listed if one["KeyAlgorithm"].replace("-", "_", 1) in types]
    statuses = asked.get("CertificateStatuses") or []
    listed = [one for one in listed if not statuses or one["Status"] in statuses]
    answer.data = {**data, "CertificateSummaryList": listed}


def summary(request, listed):
    arn = listed["CertificateArn"]
    one = known(request).get(arn)
    names = listed.get("SubjectAlternativeNames") or [listed["DomainName"]]
    key = one.key if one else listed.get("KeyAlgorithm", "RSA_2048")
    return {
        "CertificateArn": arn,
        "DomainName": listed["DomainName"],
        "SubjectAlternativeNameSummaries": names,
        "HasAdditionalSubjectAlternativeNames": False,
        "Status": one.status(request) if one else listed.get("Status", "ISSUED"),
        "Type": listed.get("Type", "AMAZON_ISSUED"),
        "KeyAlgorithm": key.replace("_", "-", 1),
        "InUse": is_used(request, arn),
    }


@before("acm:DeleteCertificate")
def refuse_delete(request):
    arn = request.data.get("CertificateArn", "")
    leaving = request.memory("certificates just left").get(arn)
    if arn in users(request).values() or (leaving is not None and leaving.is_read()):
        text = f"Certificate {arn} in account {request.account} is in use."
        return json_error("ResourceInUseException", text)
    return None


@after("acm:DeleteCertificate")
def forget(request, answer):
    if answer.is_good:
        known(request).pop(request.data.get("CertificateArn", ""), None)


def refuse_pending(request, arn):
    one = known(request).get(arn)
    if one is not None and not one.is_issued:
        return json_error("BadRequestException", f"The certificate {arn} is not issued.")
    return None


@before("apigateway:CreateDomainName")
def refuse_domain_name(request):
    return refuse_pending(request, request.data.get("regionalCertificateArn"))


@after("apigateway:CreateDomainName")
def use(request, answer):
    if answer.is_good:
        users(request)[request.data["domainName"]] = request.data.get("regionalCertificateArn")


def new_certificate(request):
    patches = request.data.get("patchOperations") or []
    return next((one.get("value") for one in patches if one["path"] == "/regionalCertificateArn"), None)


@before("apigateway:UpdateDomainName")
def refuse_move(request):
    return refuse_pending(request, new_certificate(request))


@after("apigateway:UpdateDomainName")
def move(request, answer):
    name, arn = unquote(request.named[0]), new_certificate(request)
    if answer.is_good and arn and arn != users(request).get(name):
        let_go(request, name)
        users(request)[name] = arn


@after("apigateway:DeleteDomainName")
def leave(request, answer):
    if answer.is_good:
        let_go(request, unquote(request.named[0]))

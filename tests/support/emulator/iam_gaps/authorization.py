"""Identities and permissions.

ministack asks about one action and resource a request, and for many of them about no resource; AWS asks about every
action that the request takes, on the very ARN. Whatever is denied is told in AWS's words: the action, the resource and
the sort of policy that does not allow it.
"""

import json
import re
from contextvars import ContextVar
from xml.sax.saxutils import escape

from ministack.core import iam_actions, iam_evaluator
from ministack.services import iam, lambda_svc, sts
from ministack_gaps.tools import replace

from .questions import Request, questions

# What else the request at hand must be allowed, and what of it was denied.
asked = ContextVar("asked", default=())
denied = ContextVar("denied", default=None)
# The objects that the request at hand deletes: each is denied by itself, inside an answer that says 200.
deleted = ContextVar("deleted", default=())
# Why whoever reads the function at hand may not read its tags, if so.
without_tags = ContextVar("without_tags", default=None)


@replace(iam_evaluator, "pin_request_origin")
def pin_request_origin(original, source_ip, _secure_transport):
    """AWS is always reached by TLS: policies that ask for it hold."""
    return original(source_ip, True)


@replace(iam_evaluator, "_fnmatch_compile")
def fnmatch_compile(original, pattern, ignore_case):
    """What policies write as `${*}`, `${?}` and `${$}` is that character."""
    parts = re.split(r"\$\{([*?$])\}", pattern)
    if len(parts) == 1:
        return original(pattern, ignore_case)
    regex = [
        re.escape(part) if at % 2 else original(part, ignore_case).pattern.removeprefix("^").removesuffix("$")
        for at, part in enumerate(parts)
    ]
    return re.compile(f"^{''.join(regex)}$", re.IGNORECASE if ignore_case else 0)


# The parts of a function that ministack asks about as the function itself, or all as one.
PARTS = {
    "aliases": {"DELETE": "DeleteAlias", "PUT": "UpdateAlias"},
    "concurrency": {"DELETE": "DeleteFunctionConcurrency", "GET": "GetFunctionConcurrency"},
    "event-invoke-config": {
        "DELETE": "DeleteFunctionEventInvokeConfig",
        "GET": "GetFunctionEventInvokeConfig",
        "POST": "UpdateFunctionEventInvokeConfig",
        "PUT": "PutFunctionEventInvokeConfig",
    },
    "event-source-mappings": {"DELETE": "DeleteEventSourceMapping", "PUT": "UpdateEventSourceMapping"},
    "provisioned-concurrency": {
        "DELETE": "DeleteProvisionedConcurrencyConfig",
        "GET": "GetProvisionedConcurrencyConfig",
        "PUT": "PutProvisionedConcurrencyConfig",
    },
    "recursion-config": {"GET": "GetFunctionRecursionConfig", "PUT": "PutFunctionRecursionConfig"},
    "runtime-management-config": {"GET": "GetRuntimeManagementConfig", "PUT": "PutRuntimeManagementConfig"},
    "url": {"DELETE": "DeleteFunctionUrlConfig", "PUT": "UpdateFunctionUrlConfig"},
}


LAYERS = (
    ("GET", r"/layers/?", "ListLayers"),
    ("GET", r"/layers/[^/]+/versions", "ListLayerVersions"),
    ("POST", r"/layers/[^/]+/versions", "PublishLayerVersion"),
    ("GET", r"/layers/[^/]+/versions/\d+", "GetLayerVersion"),
    ("DELETE", r"/layers/[^/]+/versions/\d+", "DeleteLayerVersion"),
)


@replace(iam_actions, "_lambda_action")
def lambda_action(original, method, path):
    for verb, pattern, action in LAYERS:
        if verb == method and re.fullmatch(r"/\d{4}-\d\d-\d\d" + pattern, path):
            return action
    named = re.search(r"/functions/[^/]+/([^/]+)|/(event-source-mappings)/", path)
    part = (named[1] or named[2]) if named else None
    return PARTS.get(part, {}).get(method) or original(method, path)


@replace(iam_actions, "extract_iam_action")
def extract_iam_action(original, service, method, path, headers, body, params):
    named = re.fullmatch(r"/service/GraniteServiceVersion\d+/operation/(\w+)", path)
    return f"cloudwatch:{named[1]}" if named else original(service, method, path, headers, body, params)


@replace(iam_actions, "extract_resource_arn")
def extract_resource_arn(original, service, method, path, headers, body, params, region, account):
    # ministack looks for JSON or a form there, and finds CBOR.
    is_read = service != "monitoring"
    resource = original(service, method, path, headers, body, params, region, account) if is_read else "*"
    action = iam_actions.extract_iam_action(service, method, path, headers, body, params)
    request = Request(path, headers, body or b"", params, region, account)
    first, *more = questions(action, request, resource)
    asked.set((first[2], more))
    denied.set(None)
    is_batch = service == "s3" and method == "POST" and "delete" in params
    deleted.set(iam_actions._s3_batch_delete_targets(path.strip("/"), body) if is_batch else ())
    return first[1]


@replace(iam_evaluator, "enforce")
def enforce(original, key, action, service, region, resource_arn="*", service_context=None):
    own, more = asked.get() or ({}, [])
    asked.set(())
    for name, resource, context in [(action, resource_arn, own), *more]:
        said = {**(service_context or {}), **context}
        # A policy of the resource itself has a say in what its own service asks alone.
        place = service if name.split(":")[0] == action.split(":")[0] else name.split(":")[0]
        result = original(key, name, place, region, resource_arn=resource, service_context=said)
        if isinstance(result, iam_evaluator.EvalResult):
            denied.set((name, resource, missed_by(key, name, resource, region, said)))
        if result is not None:
            return result
    if action == "lambda:GetFunction":
        tags = "lambda:ListTags"
        result = original(key, tags, service, region, resource_arn=resource_arn)
        sort = missed_by(key, tags, resource_arn, region, {}) if result else None
        without_tags.set(result and message(service, result.principal_arn, tags, resource_arn, sort))
    return None


def missed_by(key, action, resource, region, said):
    """The first sort of policy that does not allow it."""
    from ministack.core.responses import get_account_id

    principal = iam_evaluator.resolve_principal(key, get_account_id())
    context = iam_evaluator.EvalContext(
        principal_arn=principal.arn, principal_type=principal.type, principal_account=principal.account,
        action=action, resource_arn=resource, region=region, principal_keys=principal.keys,
        service_context={name.lower(): value for name, value in said.items()},
    )  # fmt: skip
    role = iam._roles.get(iam_evaluator._role_name_from_assumed_arn(principal.arn)) or {}
    names = ["permissions boundary"] if role.get("PermissionsBoundary") else []
    sorts = ["identity-based policy", *names, "session policy"]
    for sort, policies in zip(sorts, [principal.policies, *principal.limits], strict=False):
        if iam_evaluator.evaluate(context, policies).decision != "Allow":
            return sort
    return sorts[0]


def message(service, principal, action, resource, sort):
    """S3 quotes the ARN and tells no other, and SNS writes its own name large."""
    shown = f' on resource: "{resource}"' if service == "s3" else f" on resource: {resource}"
    shown = "" if service == "s3" and resource == "*" else shown
    action = action.replace("sns:", "SNS:")
    end = f"because no {sort} allows the {action} action"
    return f"User: {principal} is not authorized to perform: {action}{shown} {end}"


@replace(iam_actions, "access_denied_response")
def access_denied_response(original, service, action, principal_arn, request_id, **more):
    """In full, as AWS tells it."""
    if denied.get() is None or more.get("error_code") or more.get("explicit_deny"):
        return original(service, action, principal_arn, request_id, **more)
    name, resource, sort = denied.get()
    denied.set(None)
    told = message(service, principal_arn, name, resource, sort)
    if service == "logs":
        body = json.dumps({"__type": "AccessDeniedException", "Message": told}).encode()
        return 400, {"Content-Type": "application/x-amz-json-1.1"}, body
    if service == "route53":
        return wrapped(told, request_id)
    if deleted.get():
        return none_deleted(told)
    return original(service, name, principal_arn, request_id, **{**more, "message": told})


def wrapped(why, request_id):
    """Route 53 puts its errors into an ErrorResponse; S3 alone does not."""
    error = f"<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>{escape(why)}</Message></Error>"
    end = f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    body = f'<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">{error}{end}'
    return 403, {"Content-Type": "text/xml"}, body.encode()


def none_deleted(why):
    errors = [
        f"<Error><Key>{escape(arn.split(':::', 1)[1].split('/', 1)[1])}</Key><VersionId>{version}</VersionId>"
        f"<Code>AccessDenied</Code><Message>{escape(why)}</Message></Error>"
        for arn, version in deleted.get()
    ]
    body = f'<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{"".join(errors)}</DeleteResult>'
    return 200, {"Content-Type": "application/xml"}, body.encode()


@replace(lambda_svc, "handle_request")
async def lambda_request(original, *args, **kwargs):
    """GetFunction tells why there are no tags, rather than be denied, where they must not be listed."""
    why = without_tags.get()
    without_tags.set(None)
    status, headers, body = await original(*args, **kwargs)
    if why and status == 200:
        function = json.loads(body)
        function.pop("Tags", None)
        function["TagsError"] = {"ErrorCode": "AccessDeniedException", "Message": why}
        body = json.dumps(function).encode()
    return status, headers, body


@replace(sts, "_web_identity_principal")
def web_identity_principal(original, token, provider_id, role_arn):
    """STS knows more claims of GitHub's tokens than those that every provider's have."""
    from ministack.services.cognito import _decode_id_token_unverified

    principal, keys = original(token, provider_id, role_arn)
    host = principal.split("oidc-provider/")[-1]
    if host == "token.actions.githubusercontent.com":
        claims = _decode_id_token_unverified(token)
        known = ("actor", "environment", "job_workflow_ref", "ref", "repository_id")
        keys.update({f"{host}:{name}": claims[name] for name in known if name in claims})
    return principal, keys


@replace(sts, "_web_identity_trust_denied")
def web_identity_trust_denied(original, role_arn, params, use_json):
    """The account has to know the provider, and the provider the audience."""
    principal, keys = sts._web_identity_principal(
        sts._p(params, "WebIdentityToken"), sts._p(params, "ProviderId"), role_arn
    )
    provider = iam._oidc_providers.get_scoped(role_arn.split(":")[4], None, principal)
    audience = next((value for name, value in keys.items() if name.endswith(":aud")), None)
    if provider is None or audience not in provider.get("ClientIDList", []):
        unknown = f"No OpenIDConnect provider found in your account for {principal.split('oidc-provider/')[-1]}"
        why = unknown if provider is None else "Incorrect token audience"
        return sts._error(400, "InvalidIdentityToken", why, ns="sts")
    return original(role_arn, params, use_json)

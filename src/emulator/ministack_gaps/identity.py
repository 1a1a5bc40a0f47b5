"""IAM."""

from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from ministack.core import iam_evaluator
from ministack.services import iam

from .tools import replace


def iam_error(status, code, message):
    return iam._error(status, code, message, ns="iam")


def handler(name):
    """Like `replace`, for the operations that ministack looks up in a table."""

    def place(patch):
        original = iam._IAM_HANDLERS.get(name)
        iam._IAM_HANDLERS[name] = lambda params: patch(original, params)
        return patch

    return place


@handler("SetDefaultPolicyVersion")
def set_default_policy_version(_original, params):
    policy = iam._policies.get(iam._p(params, "PolicyArn"))
    version = iam._p(params, "VersionId")
    if not policy or version not in policy["Versions"]:
        return iam_error(404, "NoSuchEntity", f"Policy version {version} not found.")
    for name, one in policy["Versions"].items():
        one["IsDefaultVersion"] = name == version
    policy["DefaultVersionId"] = version
    return iam._xml(200, "SetDefaultPolicyVersionResponse", "", ns="iam")


@handler("CreatePolicyVersion")
def create_policy_version(original, params):
    policy = iam._policies.get(iam._p(params, "PolicyArn"))
    highest = max((number(version) for version in policy["Versions"]), default=0) if policy else 0
    status, headers, body = original(params)
    if status == 200:
        given, due = highest + 1, policy.get("_versions_made", highest) + 1
        policy["_versions_made"] = due
        rename_version(policy, f"v{given}", f"v{due}")
        body = body.replace(f"<VersionId>v{given}<".encode(), f"<VersionId>v{due}<".encode())
    return status, headers, body


def number(version):
    return int(version[1:])


def rename_version(policy, old, new):
    version = policy["Versions"].pop(old)
    version["VersionId"] = new
    policy["Versions"][new] = version
    if version["IsDefaultVersion"]:
        policy["DefaultVersionId"] = new


@handler("DeletePolicy")
def delete_policy(original, params):
    policy = iam._policies.get(iam._p(params, "PolicyArn"))
    if policy and len(policy["Versions"]) > 1:
        return iam_error(409, "DeleteConflict", "This policy has more than one version.")
    return original(params)


@handler("AttachRolePolicy")
def attach_role_policy(original, params):
    arn = iam._p(params, "PolicyArn")
    if not iam._policy_exists(arn) and not arn.startswith("arn:aws:iam::aws:"):
        return iam_error(404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
    return original(params)


@replace(iam, "handle_request")
async def iam_request(original, method, path, headers, body, query_params):
    form = parse_qs((body or b"").decode("utf-8", errors="replace"), keep_blank_values=True)
    answer = await original(method, path, headers, body, query_params)
    role = iam._roles.get(form.get("RoleName", [""])[0])
    if form.get("Action") == ["UpdateRole"] and form.get("Description") == [""] and role:
        role["Description"] = ""
    return answer


def add_client_id(params):
    provider = iam._oidc_providers.get(iam._p(params, "OpenIDConnectProviderArn"))
    if not provider:
        return iam_error(404, "NoSuchEntity", "OpenIDConnect Provider not found.")
    client_id = iam._p(params, "ClientID")
    if client_id not in provider["ClientIDList"]:
        provider["ClientIDList"].append(client_id)
    return iam._xml(200, "AddClientIDToOpenIDConnectProviderResponse", "", ns="iam")


iam._IAM_HANDLERS["AddClientIDToOpenIDConnectProvider"] = add_client_id


@handler("SimulatePrincipalPolicy")
def simulate_principal_policy(_original, params):
    role_arn, resource = iam._p(params, "PolicySourceArn"), iam._p(params, "ResourceArns.member.1") or "*"
    account = role_arn.split(":")[4]
    policies = iam_evaluator._gather_role_policies(role_arn.rsplit("/", 1)[-1], account)
    context = {key.lower(): values[0] if len(values) == 1 else values for key, values in context_entries(params)}
    members = []
    for action in listed(params, "ActionNames"):
        asked = iam_evaluator.EvalContext(
            role_arn, "AssumedRole", account, action, resource, iam.get_region(), service_context=context
        )
        decision = iam_evaluator.evaluate(asked, policies).decision if policies else None
        word = {"Allow": "allowed", "Deny": "explicitDeny"}.get(decision, "implicitDeny")
        members.append(
            f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{escape(resource)}"
            f"</EvalResourceName><EvalDecision>{word}</EvalDecision></member>"
        )
    results = f"<EvaluationResults>{''.join(members)}</EvaluationResults><IsTruncated>false</IsTruncated>"
    body = f"<SimulatePrincipalPolicyResult>{results}</SimulatePrincipalPolicyResult>"
    return iam._xml(200, "SimulatePrincipalPolicyResponse", body, ns="iam")


def context_entries(params):
    number = 1
    while key := iam._p(params, f"ContextEntries.member.{number}.ContextKeyName"):
        yield key, listed(params, f"ContextEntries.member.{number}.ContextKeyValues")
        number += 1


def listed(params, name):
    found = []
    while value := iam._p(params, f"{name}.member.{len(found) + 1}"):
        found.append(value)
    return found

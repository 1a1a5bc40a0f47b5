"""SNS: filter policies, and the policy that a topic has where nobody has set one."""

import json
import re
from xml.sax.saxutils import escape, unescape

from .wire import after, before, form_error

MOST = 150
# In AWS's own order.
OWNER_ACTIONS = [
    "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission", "SNS:DeleteTopic",
    "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish",
]  # fmt: skip
DELIVERY = {
    "http": {
        "defaultHealthyRetryPolicy": {
            "minDelayTarget": 20, "maxDelayTarget": 20, "numRetries": 3, "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0, "numMinDelayRetries": 0, "backoffFunction": "linear",
        },
        "disableSubscriptionOverrides": False,
        "defaultRequestPolicy": {"headerContentType": "text/plain; charset=UTF-8"},
    }
}  # fmt: skip


def entry(name, text):
    return f"<entry><key>{name}</key><value>{escape(text)}</value></entry>"


@after("sns:GetTopicAttributes")
def show_topic(_request, answer):
    if answer.is_good:
        text = re.sub(r"<key>Policy</key>\s*<value>(.*?)</value>", own_order, answer.body.decode(), flags=re.DOTALL)
        text = re.sub(
            r"<entry>\s*<key>EffectiveDeliveryPolicy</key>\s*(<value>[^<]*</value>|<value ?/>)\s*</entry>", "", text
        )
        delivery = entry("EffectiveDeliveryPolicy", json.dumps(DELIVERY, separators=(",", ":")))
        answer.body = text.replace("</Attributes>", delivery + "</Attributes>").encode()


def own_order(found):
    policy = json.loads(unescape(found[1], {"&quot;": '"', "&#34;": '"', "&#39;": "'", "&apos;": "'"}))
    if policy.get("Id") == "__default_policy_ID":
        policy["Statement"][0]["Action"] = OWNER_ACTIONS
    return f"<key>Policy</key><value>{escape(json.dumps(policy, separators=(',', ':')))}</value>"


def combinations(policy):
    """As many as the lengths of its lists make; nested keys count with their depth."""
    count = 1
    for value, depth in leaves(policy, 1):
        count *= len(value) * depth
    return count


def leaves(policy, depth):
    for value in policy.values():
        if isinstance(value, dict):
            yield from leaves(value, depth + 1)
        elif isinstance(value, list):
            yield value, depth


def refuse(text):
    try:
        policy = json.loads(text or "{}")
    except ValueError:
        return None
    if isinstance(policy, dict) and combinations(policy) > MOST:
        return form_error("InvalidParameter", "Invalid parameter: FilterPolicy: Filter policy is too complex")
    return None


@before("sns:Subscribe")
def refuse_filter(request):
    pairs = [
        (value, request.form.get(key[: -len("key")] + "value"))
        for key, value in request.form.items()
        if key.endswith(".key")
    ]
    return refuse(dict(pairs).get("FilterPolicy"))


@before("sns:SetSubscriptionAttributes")
def refuse_other_filter(request):
    if request.form.get("AttributeName") != "FilterPolicy":
        return None
    return refuse(request.form.get("AttributeValue"))


@after("sns:GetSubscriptionAttributes")
def show_subscription(_request, answer):
    """The scope is shown beside a policy alone."""
    text = answer.body.decode()
    if answer.is_good and "<key>FilterPolicy</key>" not in text:
        before_scope, found, rest = text.partition("<key>FilterPolicyScope</key>")
        if found:
            start = before_scope.rstrip().removesuffix("<entry>")
            text = start + rest.split("</entry>", 1)[1]
            answer.body = text.encode()

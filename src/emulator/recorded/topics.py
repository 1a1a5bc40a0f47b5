"""SNS: filter policies and their scope, and the policy that a topic has where nobody has set one."""

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


ATTRIBUTES, BODY = "MessageAttributes", "MessageBody"
NESTED = "Invalid parameter: FilterPolicy: Filter policy scope MessageAttributes does not support nested filter policy"
OTHER_TYPE = (
    "Invalid parameter: Invalid parameter: Endpoint Reason: "
    "FIFO SQS Queues can not be subscribed to standard SNS topics"
)


def is_nested(text):
    try:
        policy = json.loads(text or "{}")
    except ValueError:
        return False
    return isinstance(policy, dict) and any(isinstance(value, dict) for value in policy.values())


def attributes_of(request):
    pairs = [
        (value, request.form.get(key[: -len("key")] + "value"))
        for key, value in request.form.items()
        if key.endswith(".key")
    ]
    return dict(pairs)


@before("sns:Subscribe")
def refuse_subscription(request):
    attributes = attributes_of(request)
    endpoint, topic = request.form.get("Endpoint", ""), request.form.get("TopicArn", "")
    if request.form.get("Protocol") == "sqs" and endpoint.endswith(".fifo") and not topic.endswith(".fifo"):
        return form_error("InvalidParameter", OTHER_TYPE)
    if is_nested(attributes.get("FilterPolicy")) and attributes.get("FilterPolicyScope", ATTRIBUTES) == ATTRIBUTES:
        return form_error("InvalidParameter", NESTED)
    return refuse(attributes.get("FilterPolicy"))


@before("sns:SetSubscriptionAttributes")
def refuse_attribute(request):
    """A filter is judged by the scope that is set by then; a redrive policy goes by no value, not by an empty one."""
    name, value = request.form.get("AttributeName"), request.form.get("AttributeValue")
    filtered = request.memory("filters").setdefault(request.form.get("SubscriptionArn"), {})
    after_that = {**filtered, name: value}
    if name in ("FilterPolicy", "FilterPolicyScope"):
        if is_nested(after_that.get("FilterPolicy")) and after_that.get("FilterPolicyScope", ATTRIBUTES) == ATTRIBUTES:
            return form_error("InvalidParameter", NESTED)
        if name == "FilterPolicyScope" and value not in (ATTRIBUTES, BODY):
            return form_error("InvalidParameter", "Invalid parameter: FilterPolicyScope")
    if name == "RedrivePolicy" and value == "":
        return form_error("InvalidParameter", "Invalid parameter: RedrivePolicy: failed to parse JSON.")
    return refuse(value) if name == "FilterPolicy" else None


@after("sns:Subscribe")
def remember_filter(request, answer):
    arn = re.search(r"<SubscriptionArn>(arn:[^<]+)</SubscriptionArn>", answer.body.decode()) if answer.is_good else None
    if arn:
        filtered = request.memory("filters").setdefault(arn[1], {})
        filtered.update(attributes_of(request))


@after("sns:SetSubscriptionAttributes")
def remember_other_filter(request, answer):
    if answer.is_good:
        filtered = request.memory("filters").setdefault(request.form.get("SubscriptionArn"), {})
        filtered[request.form.get("AttributeName")] = request.form.get("AttributeValue")


@after("sns:GetSubscriptionAttributes")
def show_subscription(_request, answer):
    """The scope is shown beside a policy alone, and no redrive policy that has gone."""
    text = answer.body.decode()
    if answer.is_good:
        empty = (
            r"<entry>\s*<key>(RedrivePolicy|FilterPolicy)</key>\s*(<value>\s*(\{\})?</value>|<value ?/>)?\s*</entry>"
        )
        text = re.sub(empty, "", text)
        answer.body = text.encode()
    if answer.is_good and "<key>FilterPolicy</key>" not in text:
        before_scope, found, rest = text.partition("<key>FilterPolicyScope</key>")
        if found:
            start = before_scope.rstrip().removesuffix("<entry>")
            text = start + rest.split("</entry>", 1)[1]
            answer.body = text.encode()

"""S3: what a bucket reports to others, and whether they let it.

Whom a queue, topic or function lets in is learned from the requests that say so.
"""

import json
import re
from fnmatch import fnmatchcase
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from .wire import UnderWay, after, before, bucket_error

LISTS = {"QueueConfiguration": "Queue", "TopicConfiguration": "Topic", "CloudFunctionConfiguration": "CloudFunction"}
UNREACHED = "Unable to validate the following destination configurations"
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
    "overlapping for the same event type."
)


# Who is let in: ARN to the statements of its policy.


def policies(request):
    return request.memory("receivers")


def changed(request, arn, statements):
    policies(request)[arn] = statements
    request.memory("let in")[arn] = UnderWay(reads=1)


def statements(text):
    try:
        found = json.loads(text or "{}").get("Statement", [])
    except ValueError:
        return []
    return found if isinstance(found, list) else [found]


def arn(request, service, name):
    return f"arn:aws:{service}:{request.region}:{request.account}:{name}"


@after("sqs:CreateQueue")
def queue_made(request, answer):
    if answer.is_good:
        queue = arn(request, "sqs", request.data.get("QueueName") or request.form.get("QueueName", ""))
        policy = (request.data.get("Attributes") or {}).get("Policy")
        if policy or queue not in policies(request):
            changed(request, queue, statements(policy))


@after("sqs:SetQueueAttributes")
def queue_changed(request, answer):
    attributes = request.data.get("Attributes") or {}
    if answer.is_good and "Policy" in attributes:
        queue = arn(request, "sqs", request.data["QueueUrl"].rsplit("/", 1)[-1])
        changed(request, queue, statements(attributes["Policy"]))


@after("sqs:DeleteQueue")
def queue_gone(request, answer):
    if answer.is_good:
        policies(request).pop(arn(request, "sqs", request.data.get("QueueUrl", "").rsplit("/", 1)[-1]), None)


@after("sns:CreateTopic")
def topic_made(request, answer):
    if answer.is_good:
        pairs = {one.get("key"): one.get("value") for one in entries(request.form)}
        topic = arn(request, "sns", request.form.get("Name", ""))
        if pairs.get("Policy") or topic not in policies(request):
            changed(request, topic, statements(pairs.get("Policy")))


def entries(form):
    found = {}
    for key, value in form.items():
        part = re.fullmatch(r"Attributes\.entry\.(\d+)\.(key|value)", key)
        if part:
            found.setdefault(part[1], {})[part[2]] = value
    return found.values()


@after("sns:SetTopicAttributes")
def topic_changed(request, answer):
    if answer.is_good and request.form.get("AttributeName") == "Policy":
        changed(request, request.form["TopicArn"], statements(request.form.get("AttributeValue")))


@after("sns:DeleteTopic")
def topic_gone(request, answer):
    if answer.is_good:
        policies(request).pop(request.form.get("TopicArn"), None)


def function_arn(request):
    return arn(request, "lambda", "function:" + request.named[0].rsplit(":", 1)[-1])


@after("lambda:AddPermission")
def permitted(request, answer):
    if answer.is_good:
        said = request.data
        condition = {}
        if said.get("SourceArn"):
            condition["ArnLike"] = {"AWS:SourceArn": said["SourceArn"]}
        if said.get("SourceAccount"):
            condition["StringEquals"] = {"AWS:SourceAccount": said["SourceAccount"]}
        one = {
            "Sid": said.get("StatementId"),
            "Effect": "Allow",
            "Principal": {"Service": said.get("Principal")},
            "Action": said.get("Action"),
            "Condition": condition,
        }
        function = function_arn(request)
        changed(request, function, [*policies(request).get(function, []), one])


@after("lambda:RemovePermission")
def no_longer_permitted(request, answer):
    if answer.is_good:
        function, sid = function_arn(request), request.path.rstrip("/").rsplit("/", 1)[-1]
        left = [one for one in policies(request).get(function, []) if one.get("Sid") != sid]
        policies(request)[function] = left


@after("lambda:DeleteFunction")
def function_gone(request, answer):
    if answer.is_good:
        policies(request).pop(function_arn(request), None)


def listed(value):
    return value if isinstance(value, list) else [value]


def allows(statement, action, bucket, account):
    principal = statement.get("Principal")
    services = listed(principal.get("Service", [])) if isinstance(principal, dict) else []
    everybody = principal == "*" or isinstance(principal, dict) and "*" in listed(principal.get("AWS", []))
    actions = [one.lower() for one in listed(statement.get("Action", []))]
    if statement.get("Effect") != "Allow" or not (everybody or "s3.amazonaws.com" in services):
        return False
    if not any(fnmatchcase(action.lower(), one) for one in actions):
        return False
    known = {"aws:sourcearn": f"arn:aws:s3:::{bucket}", "aws:sourceaccount": account}
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, values in keys.items():
            found = known.get(key.lower())
            fits = fnmatchcase if operator in ("ArnLike", "ArnEquals", "StringLike") else str.__eq__
            if found is None or not any(fits(found, value) for value in listed(values)):
                return False
    return True


def refusal(request, what, to):
    """Why this destination is refused, in AWS's words."""
    policy, bucket = policies(request).get(to), request.named[0]
    if what == "CloudFunction":
        action, why = "lambda:InvokeFunction", f"Not authorized to invoke function [{to}]"
    else:
        word = what.lower()
        action = "sqs:SendMessage" if what == "Queue" else "SNS:Publish"
        why = f"Permissions on the destination {word} do not allow S3 to publish notifications from this bucket"
        if policy is None:
            return f"The destination {word} does not exist"
    is_new = request.memory("let in").get(to)
    if policy is None or not any(allows(one, action, bucket, request.account) for one in policy):
        return why
    return why if is_new and is_new.is_read() else None


# The document.


def configurations(request):
    """What is asked for: kind of destination, ARN, events, prefix, suffix."""
    try:
        root = ElementTree.fromstring(request.body)
    except ElementTree.ParseError:
        return
    for one in root:
        what = LISTS.get(one.tag.rsplit("}", 1)[-1])
        if what:
            rules = {
                rule.findtext("{*}Name", "").lower(): rule.findtext("{*}Value", "")
                for rule in one.iterfind(".//{*}FilterRule")
            }
            events = [event.text for event in one.iterfind("{*}Event")]
            yield what, one.findtext(f"{{*}}{what}", ""), events, rules.get("prefix", ""), rules.get("suffix", "")


def is_one_event(one, other):
    short, long = sorted((one, other), key=len)
    return one == other or any(
        family.endswith(":*") and event.startswith(family[:-1]) for family, event in ((short, long), (long, short))
    )


def overlap(one, other):
    (_, _, events, prefix, suffix), (_, _, others, another_prefix, another_suffix) = one, other
    return (
        any(is_one_event(event, another) for event in events for another in others)
        and (prefix.startswith(another_prefix) or another_prefix.startswith(prefix))
        and (suffix.endswith(another_suffix) or another_suffix.endswith(suffix))
    )


@before("s3:PutBucketNotificationConfiguration")
def refuse(request):
    asked = list(configurations(request))
    if any(overlap(one, other) for at, one in enumerate(asked) for other in asked[:at]):
        return bucket_error("InvalidArgument", AMBIGUOUS)
    for what, to, *_ in asked:
        if what != "CloudFunction" and to.endswith(".fifo"):
            return bucket_error("InvalidArgument", f"FIFO SQS {what.lower()} are not supported. Use a standard one.")
    if request.headers.get("x-amz-skip-destination-validation", "").lower() == "true":
        return None
    refused = [(to, why) for what, to, *_ in asked if (why := refusal(request, what, to))]
    more = "".join(
        f"<ArgumentName{number}>{escape(to)}</ArgumentName{number}>"
        f"<ArgumentValue{number}>{escape(why)}</ArgumentValue{number}>"
        for number, (to, why) in enumerate(refused, 1)
    )
    return bucket_error("InvalidArgument", UNREACHED, more=more) if refused else None


@after("s3:GetBucketNotificationConfiguration")
def show(_request, answer):
    """Names in capitals, and no order that anybody may rely on."""
    if not answer.is_good:
        return
    text = answer.body.decode()
    for name in ("Prefix", "Suffix"):
        text = text.replace(f"<Name>{name.lower()}</Name>", f"<Name>{name}</Name>")
    one = re.compile(r"<(Queue|Topic|CloudFunction)Configuration>.*?</\1Configuration>", re.DOTALL)
    entries = [found[0] for found in one.finditer(text)]
    if entries:
        start = one.search(text).start()
        text = text[:start] + "".join(reversed(entries)) + one.sub("", text[start:])
    answer.body = text.encode()

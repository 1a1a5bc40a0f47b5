"""SQS: what a queue always shows, one kind of encryption, changes that show a moment later, names that are not free."""

from .wire import UnderWay, after, before, json_error

KEY, DATA_KEYS, MANAGED = "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled"
SCOPE, LIMIT = "DeduplicationScope", "FifoThroughputLimit"
BOTH = "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE."
LOCKED = "You must wait 60 seconds after deleting a queue before you can create another with the same name."


def name_of(request):
    return request.data.get("QueueName") or request.data.get("QueueUrl", "").rstrip("/").rsplit("/", 1)[-1]


def given(request):
    return request.data.get("Attributes") or {}


def refusal(code, message, query_code=None):
    """SQS names an error in each of its two protocols."""
    answer = json_error(code, message)
    answer.headers.append(("x-amzn-query-error", f"{query_code or code};Sender"))
    return answer


def defaults(name):
    order = {SCOPE: "queue", LIMIT: "perQueue"} if name.endswith(".fifo") else {}
    return {MANAGED: "true", **order}


def kept(request):
    """The attributes of a queue that no emulator keeps as AWS does."""
    name = name_of(request)
    return request.memory("queues").setdefault(name, defaults(name))


@before("sqs:CreateQueue")
def refuse_name_of_what_is_gone(request):
    gone = request.memory("deleted queues").get(name_of(request))
    if gone and gone.is_read():
        return refusal("QueueDeletedRecently", LOCKED, "AWS.SimpleQueueService.QueueDeletedRecently")
    return None


@before("sqs:CreateQueue", "sqs:SetQueueAttributes")
def refuse_attributes(request):
    attributes, name = given(request), name_of(request)
    if attributes.get(KEY) and attributes.get(MANAGED) == "true":
        return refusal("InvalidAttributeName", BOTH)
    if "FifoQueue" in attributes and not name.endswith(".fifo"):
        return refusal("InvalidAttributeName", "Unknown Attribute FifoQueue.")
    after_that = {**request.memory("queues").get(name, defaults(name)), **attributes}
    if after_that.get(LIMIT) == "perMessageGroupId" and after_that.get(SCOPE) != "messageGroup":
        return refusal("InvalidAttributeValue", f"Invalid value for the parameter {LIMIT}.")
    return None


@after("sqs:CreateQueue", "sqs:SetQueueAttributes")
def keep(request, answer):
    if not answer.is_good:
        return
    is_new = name_of(request) not in request.memory("queues")
    attributes, state = given(request), kept(request)
    state.update({name: attributes[name] for name in (SCOPE, LIMIT, DATA_KEYS) if name in attributes})
    if attributes.get(KEY):
        state.update({KEY: attributes[KEY], MANAGED: "false", DATA_KEYS: state.get(DATA_KEYS, "300")})
    elif KEY in attributes:
        # The queue is left without any encryption.
        state.pop(KEY, None)
        state.pop(DATA_KEYS, None)
    if MANAGED in attributes:
        state[MANAGED] = attributes[MANAGED]
    shown = request.memory("shown queues").get(name_of(request))
    if not is_new and shown:
        request.memory("queue changes")[name_of(request)] = UnderWay(reads=1, what=shown)


@after("sqs:GetQueueAttributes")
def show(request, answer):
    """A change takes up to 60 seconds to show; here one read."""
    if not answer.is_good:
        return
    data, state, names = answer.data, kept(request), request.data.get("AttributeNames") or []
    shown = {name: text for name, text in (data.get("Attributes") or {}).items() if name not in (KEY, DATA_KEYS)}
    if "All" not in names:
        data["Attributes"] = {**shown, **{name: text for name, text in state.items() if name in names}}
        answer.data = data
        return
    shown.update(state)
    change = request.memory("queue changes").get(name_of(request))
    data["Attributes"] = change.what if change and change.is_read() else shown
    request.memory("shown queues")[name_of(request)] = data["Attributes"]
    answer.data = data


@after("sqs:ListQueueTags")
def no_tags(_request, answer):
    data = answer.data
    if answer.is_good and data.get("Tags") == {}:
        del data["Tags"]
        answer.data = data


@after("sqs:DeleteQueue")
def lock_name(request, answer):
    if answer.is_good:
        name = name_of(request)
        for what in ("queues", "shown queues", "queue changes"):
            request.memory(what).pop(name, None)
        request.memory("deleted queues")[name] = UnderWay(what=name)

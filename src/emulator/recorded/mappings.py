"""Lambda: event source mappings that take time and are unique; URLs; asynchronous invocations."""

from .wire import UnderWay, after, before, json_error, once

CREATE, LIST = "lambda:CreateEventSourceMapping", "lambda:ListEventSourceMappings"
GET, UPDATE, DELETE = (f"lambda:{verb}EventSourceMapping" for verb in ("Get", "Update", "Delete"))
# What AWS shows of a stream's mapping for which nothing else was asked; it shows none of it of a queue's.
OF_STREAM = {
    "BisectBatchOnFunctionError": False,
    "MaximumRecordAgeInSeconds": -1,
    "MaximumRetryAttempts": -1,
    "ParallelizationFactor": 1,
    "TumblingWindowInSeconds": 0,
}


class Mapping:
    """What is remembered of a mapping: of what it is, what is under way, and how it was shown last."""

    def __init__(self, source, function):
        self.source, self.function = source, function
        self.moving, self.shown, self.is_deleted = UnderWay(what="Creating"), {}, False

    def is_gone(self):
        return self.is_deleted and self.moving.is_over()


def mappings(request):
    known = request.memory("mappings")
    for uuid in [uuid for uuid, mapping in known.items() if mapping.is_gone()]:
        del known[uuid]
    return known


def function_name(named):
    """A function's name, of that or of an ARN."""
    return named.split(":function:")[-1].split(":")[0]


@before(CREATE)
def refuse_a_second_one(request):
    source, function = request.data.get("EventSourceArn"), function_name(request.data.get("FunctionName") or "")
    for uuid, mapping in mappings(request).items():
        if (mapping.source, mapping.function) == (source, function):
            text = (
                f'An event source mapping with event source arn (" {source} ") and function (" {function} ") already '
                f"exists. Please update or delete the existing mapping with UUID {uuid}"
            )
            return json_error("ResourceConflictException", text, 409)
    if once(request, "first mappings", (source, function)):
        # The policy that was just attached to the role is not known everywhere yet.
        text = "The provided execution role does not have permissions to call ReceiveMessage on SQS"
        return json_error("InvalidParameterValueException", text)
    return None


@before(UPDATE, DELETE)
def refuse_while_moving(request):
    mapping = mappings(request).get(request.named[0])
    if mapping and not mapping.moving.is_over():
        verb = "update" if request.operation == UPDATE else "delete"
        text = f"Cannot {verb} the event source mapping because it is in use."
        return json_error("ResourceInUseException", text)
    return None


@after(CREATE)
def start(request, answer):
    if answer.is_good:
        data = answer.data
        mapping = Mapping(data["EventSourceArn"], function_name(data["FunctionArn"]))
        mappings(request)[data["UUID"]] = mapping
        answer.data = show(mapping, data, True)


@after(UPDATE)
def change(request, answer):
    mapping = mappings(request).get(request.named[0])
    if answer.is_good and mapping:
        data, was = answer.data, mapping.shown.get("State")
        what = {("Disabled", "Enabled"): "Enabling", ("Enabled", "Disabled"): "Disabling"}
        mapping.moving = UnderWay(what=what.get((was, data.get("State")), "Updating"))
        answer.data = show(mapping, data, True)


@after(DELETE)
def end(request, answer):
    mapping = mappings(request).get(request.named[0])
    if answer.is_good and mapping:
        mapping.moving, mapping.is_deleted = UnderWay(what="Deleting"), True
        answer.data = show(mapping, answer.data, True)


@before(GET)
def what_is_being_deleted_is_still_there(request):
    mapping = mappings(request).get(request.named[0])
    if mapping and mapping.is_deleted and mapping.moving.is_read():
        answer = json_error("", "", 200)
        answer.headers = [("Content-Type", "application/json")]
        answer.data = mapping.shown
        return answer
    return None


@after(GET)
def show_one(request, answer):
    mapping = mappings(request).get(request.named[0])
    if answer.is_good and mapping and not mapping.is_deleted:
        answer.data = show(mapping, answer.data, mapping.moving.is_read())


@after(LIST)
def show_all(request, answer):
    if not answer.is_good:
        return
    data, known = answer.data, mappings(request)
    for config in data.get("EventSourceMappings") or []:
        mapping = known.get(config["UUID"])
        if mapping:
            show(mapping, config, mapping.moving.is_read())
    if not data.get("NextMarker"):
        deleted = [mapping for mapping in known.values() if mapping.is_deleted and asked(request, mapping)]
        going = [mapping.shown for mapping in deleted if mapping.moving.is_read()]
        data["EventSourceMappings"] = (data.get("EventSourceMappings") or []) + going
    answer.data = data


def asked(request, mapping):
    """True if a listing is for it too."""
    function, source = request.query.get("FunctionName"), request.query.get("EventSourceArn")
    return (not function or function_name(function) == mapping.function) and (not source or source == mapping.source)


def show(mapping, config, is_moving):
    """The mapping as AWS shows it."""
    is_stream = ":sqs:" not in config["EventSourceArn"]
    config.pop("Tags", None)
    config.setdefault("FunctionResponseTypes", [])
    config.setdefault("MaximumBatchingWindowInSeconds", 0)
    if not (config.get("FilterCriteria") or {}).get("Filters"):
        config.pop("FilterCriteria", None)
    if not (config.get("ScalingConfig") or {}).get("MaximumConcurrency"):
        config.pop("ScalingConfig", None)
    for name, value in OF_STREAM.items():
        if is_stream:
            config.setdefault(name, value)
        else:
            config.pop(name, None)
    if is_stream:
        config["DestinationConfig"] = {"OnFailure": {}, **(config.get("DestinationConfig") or {})}
        config["StateTransitionReason"] = "User action"
    else:
        for name in ("DestinationConfig", "StartingPosition", "LastProcessingResult"):
            config.pop(name, None)
        config["StateTransitionReason"] = "USER_INITIATED"
    mapping.shown = dict(config)
    if is_moving:
        config["State"] = mapping.moving.what
        if mapping.is_deleted:
            mapping.shown = dict(config)
    return config


# URLs.


@before("lambda:CreateFunctionUrlConfig")
def refuse_a_second_url(request):
    if request.named[0] in request.memory("urls"):
        arn = f"arn:aws:lambda:{request.region}:{request.account}:function:{request.named[0]}"
        text = f"Failed to create function url config for [functionArn = {arn}]. Error message:  FunctionUrlConfig "
        return json_error("ResourceConflictException", f"{text}exists for this Lambda function", 409)
    return None


@after("lambda:CreateFunctionUrlConfig")
def url_is_made(request, answer):
    if answer.is_good:
        request.memory("urls")[request.named[0]] = True


@after("lambda:DeleteFunctionUrlConfig", "lambda:DeleteFunction")
def url_is_gone(request, answer):
    if answer.is_good:
        request.memory("urls").pop(request.named[0], None)


@after("lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig", "lambda:GetFunctionUrlConfig")
def show_url(request, answer):
    if not answer.is_good:
        return
    data = answer.data
    cors = {name: value for name, value in (data.pop("Cors", None) or {}).items() if value not in (None, [])}
    for name in {"AllowHeaders", "ExposeHeaders"} & set(cors):
        cors[name] = [header.lower() for header in cors[name]]
    if cors:
        data["Cors"] = cors
    if request.operation != "lambda:GetFunctionUrlConfig":
        # Only a read shows it for certain.
        data.pop("InvokeMode", None)
    answer.data = data


# Asynchronous invocations.


@after("lambda:PutFunctionEventInvokeConfig", "lambda:GetFunctionEventInvokeConfig")
def show_invoke_config(_request, answer):
    if answer.is_good:
        data = answer.data
        data["DestinationConfig"] = {"OnFailure": {}, "OnSuccess": {}, **(data.get("DestinationConfig") or {})}
        answer.data = data


@before("lambda:PutFunctionEventInvokeConfig")
def destination_is_not_known_yet(request):
    destinations = request.data.get("DestinationConfig") or {}
    for place in ("OnFailure", "OnSuccess"):
        arn = (destinations.get(place) or {}).get("Destination")
        if arn and once(request, "destinations", (request.named[0], arn)):
            text = f"The destination ARN {arn} is invalid."
            return json_error("InvalidParameterValueException", text)
    return None

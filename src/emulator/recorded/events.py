"""EventBridge: what a put empties and ignores, what stands in the way of a delete, five targets, accounts' roots."""

import json
import re

from .wire import UnderWay, after, before, json_error

MOST = 5


def bus_of(request, field="EventBusName"):
    """By its name, which may be given as an ARN."""
    return (request.data.get(field) or "default").rsplit("/", 1)[-1]


def rule_of(request, field="Name"):
    return bus_of(request), request.data.get(field)


def is_archived(request, bus):
    return any(source == bus for source in request.memory("archived buses").values())


@before("events:PutRule")
def empty_what_is_left_out(request):
    """A put replaces everything; tags are for a new rule alone."""
    data = dict(request.data)
    if rule_of(request) in request.memory("event rules"):
        data.pop("Tags", None)
    data = {"State": "ENABLED", "Description": "", "RoleArn": "", **data}
    request.body = json.dumps(data).encode()


@after("events:PutRule")
def put_rule(request, answer):
    if answer.is_good and rule_of(request) not in request.memory("event rules"):
        request.memory("event rules")[rule_of(request)] = set()
        request.memory("young event rules")[rule_of(request)] = UnderWay(reads=1)


@after("events:DescribeRule")
def describe_rule(request, answer):
    """A rule just made is not known everywhere."""
    young = request.memory("young event rules").get(rule_of(request))
    if answer.is_good and young and young.is_read():
        name = request.data.get("Name")
        unknown = json_error("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {bus_of(request)}.")
        answer.status, answer.headers, answer.body = unknown.status, unknown.headers, unknown.body
        return
    show(answer, ("Description", "RoleArn", "EventPattern", "ScheduleExpression"))


def show(answer, members):
    """What is not set is absent, and no empty text."""
    if answer.is_good:
        answer.data = {
            key: value for key, value in answer.data.items() if key not in members or value not in ("", None)
        }


@before("events:PutTargets")
def refuse_a_sixth_target(request):
    targets = request.memory("event rules").get(rule_of(request, "Rule"))
    if targets is not None and len(targets | ids_of(request)) > MOST:
        return json_error("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    return None


def ids_of(request):
    return {target.get("Id") for target in request.data.get("Targets", [])}


@after("events:PutTargets")
def put_targets(request, answer):
    if answer.is_good and rule_of(request, "Rule") in request.memory("event rules"):
        request.memory("event rules")[rule_of(request, "Rule")] |= ids_of(request)


@after("events:RemoveTargets")
def remove_targets(request, answer):
    if answer.is_good and rule_of(request, "Rule") in request.memory("event rules"):
        request.memory("event rules")[rule_of(request, "Rule")] -= set(request.data.get("Ids", []))


@before("events:DeleteRule")
def keep_a_rule_with_targets(request):
    if request.memory("event rules").get(rule_of(request)):
        return json_error("ValidationException", "Rule can't be deleted since it has targets.")
    return None


@after("events:DeleteRule")
def delete_rule(request, answer):
    if answer.is_good and request.memory("event rules").pop(rule_of(request), None) is not None:
        request.memory("young event rules").pop(rule_of(request), None)
        request.memory("buses of gone rules")[bus_of(request)] = UnderWay(reads=1)


@before("events:DeleteEventBus")
def keep_a_bus_with_rules(request):
    """And one whose last rule has just gone, for a while; an archive has a rule of its own."""
    bus = bus_of(request, "Name")
    has_rules = any(of == bus for of, _ in request.memory("event rules")) or is_archived(request, bus)
    just_gone = request.memory("buses of gone rules").get(bus)
    if has_rules or just_gone and just_gone.is_read():
        return json_error("ValidationException", "EventBus can't be deleted since it has rules.")
    return None


@after("events:DeleteEventBus")
def delete_bus(request, answer):
    if answer.is_good:
        request.memory("buses of gone rules").pop(bus_of(request, "Name"), None)
        request.memory("updated buses").pop(bus_of(request, "Name"), None)


@after("events:UpdateEventBus")
def update_bus(request, answer):
    if answer.is_good:
        request.memory("updated buses")[bus_of(request, "Name")] = True


@after("events:DescribeEventBus")
def describe_bus(request, answer):
    """Its logs are shown, off, from the first update on."""
    show(answer, ("Description", "KmsKeyIdentifier", "Policy"))
    if not answer.is_good:
        return
    data = answer.data
    if bus_of(request, "Name") in request.memory("updated buses"):
        data.setdefault("LogConfig", {"IncludeDetail": "NONE", "Level": "OFF"})
    if data.get("Policy"):
        data["Policy"] = re.sub(r'"(\d{12})"', r'"arn:aws:iam::\1:root"', data["Policy"])
    answer.data = data


@after("events:CreateArchive")
def create_archive(request, answer):
    if answer.is_good:
        name = request.data.get("ArchiveName")
        request.memory("archived buses")[name] = bus_of(request, "EventSourceArn")


@after("events:DeleteArchive")
def delete_archive(request, answer):
    if answer.is_good:
        bus = request.memory("archived buses").pop(request.data.get("ArchiveName"), None)
        if bus:
            request.memory("buses of gone rules")[bus] = UnderWay(reads=1)


@after("events:DescribeArchive")
def describe_archive(_request, answer):
    show(answer, ("Description", "EventPattern", "KmsKeyIdentifier"))

"""EventBridge."""

import ipaddress
import json
import re

from moto.core.exceptions import JsonRESTError
from moto.core.resource_tagging import TaggedResource
from moto.events.models import Archive, EventBus, EventPattern, EventsBackend
from moto.events.responses import EventsHandler

from .tools import add, replace


class InvalidEventPattern(JsonRESTError):
    def __init__(self, why):
        super().__init__("InvalidEventPatternException", f"Event pattern is not valid. Reason: {why}")


@add(EventsHandler)
def update_event_bus(self):
    bus = self.events_backend.describe_event_bus(self._get_param("Name"))
    bus.description = self._get_param("Description", bus.description) or None
    bus.kms_key_identifier = self._get_param("KmsKeyIdentifier", bus.kms_key_identifier) or None
    bus.dead_letter_config = self._get_param("DeadLetterConfig") or bus.dead_letter_config
    return json.dumps({"Arn": bus.arn, "Name": bus.name}), self.response_headers


@replace(EventBus, "add_policy")
def add_policy(_original, self, policy):
    self.gap_policy = policy


@replace(EventBus, "remove_statements")
def remove_statements(original, self):
    self.gap_policy = None
    original(self)


def policy(self):
    """The whole policy that was put, else what moto has made of statements."""
    put = getattr(self, "gap_policy", None)
    return json.dumps(put) if put else made_of_statements(self)


made_of_statements = EventBus.policy.fget
EventBus.policy = property(policy)


@replace(Archive, "update")
def update_archive(original, self, description, event_pattern, retention):
    original(self, description, event_pattern, retention)
    if retention is not None:
        self.retention = retention


def at(backend, arn):
    """The ARN, if there is such a bus or rule."""
    known = {bus.arn for bus in backend.event_buses.values()}
    known |= {rule.arn for bus in backend.event_buses.values() for rule in bus.rules.values()}
    if arn not in known:
        raise JsonRESTError("ResourceNotFoundException", f"{arn} does not exist.")
    return arn


@replace(EventsBackend, "list_tags_for_resource")
def list_tags_for_resource(_original, self, arn):
    return self.tagger.list_tags_for_resource(at(self, arn))


@replace(EventsBackend, "tag_resource")
def tag_resource(_original, self, arn, tags):
    self.tagger.tag_resource(at(self, arn), self.tagger.convert_dict_to_tags_input(tags))


@replace(EventsBackend, "untag_resource")
def untag_resource(_original, self, arn, tag_keys):
    self.tagger.untag_resource_using_names(at(self, arn), tag_keys)


@replace(EventsHandler, "test_event_pattern")
def test_event_pattern(_original, self):
    text = self._get_param("EventPattern")
    check(text)
    event = json.loads(self._get_param("Event"))
    return json.dumps({"Result": EventPattern.load(text).matches_event(event)}), self.response_headers


def check(text):
    try:
        pattern = json.loads(text)
    except ValueError:
        raise InvalidEventPattern("Invalid JSON") from None
    check_fields(pattern)


def check_fields(pattern):
    if not isinstance(pattern, dict):
        raise InvalidEventPattern("Filter is not an object")
    if not pattern:
        raise InvalidEventPattern("Empty objects are not allowed")
    for name, value in pattern.items():
        if name == "$or" and isinstance(value, list):
            for alternative in value:
                check_fields(alternative)
        elif isinstance(value, list):
            check_values(name, value)
        elif isinstance(value, dict):
            check_fields(value)
        else:
            raise InvalidEventPattern(f'"{name}" must be an object or an array')


def check_values(name, values):
    if not values:
        raise InvalidEventPattern("Empty arrays are not allowed")
    for value in values:
        if isinstance(value, list):
            raise InvalidEventPattern("Match value must be String, number, true, false, or null")
        if isinstance(value, dict):
            check_operator(value)


def check_operator(value):
    if len(value) != 1:
        raise InvalidEventPattern("Only one key allowed in match expression")
    (operator, operand), *_ = value.items()
    if operator not in OPERATORS:
        raise InvalidEventPattern(f"Unrecognized match type {operator}")
    if not OPERATORS[operator](operand):
        raise InvalidEventPattern(f"{operator} match pattern is not valid")


def is_text(operand):
    return isinstance(operand, str)


def is_affix(operand):
    return is_text(operand) or isinstance(operand, dict) and set(operand) == {"equals-ignore-case"}


def is_range(operand):
    try:
        return bool(ipaddress.ip_network(operand, strict=False))
    except ValueError:
        return False


def is_comparison(operand):
    return isinstance(operand, list) and len(operand) in (2, 4) and all(map(is_text, operand[::2]))


def is_wildcard(operand):
    """A backslash stands before a star or another one alone."""
    return is_text(operand) and not re.search(r"\\", re.sub(r"\\[*\\]", "", operand))


OPERATORS = {
    "anything-but": lambda operand: operand not in ([], {}, None),
    "cidr": is_range,
    "equals-ignore-case": is_text,
    "exists": lambda operand: isinstance(operand, bool),
    "numeric": is_comparison,
    "prefix": is_affix,
    "suffix": is_affix,
    "wildcard": is_wildcard,
}


@replace(EventsBackend, "iter_tagged_resources")
def iter_tagged_resources(original, self):
    yield from original(self)
    for rule in [rule for bus in self.event_buses.values() for rule in bus.rules.values()]:
        tags = self.tagger.get_tag_dict_for_resource(rule.arn)
        yield TaggedResource(arn=rule.arn, tags=tags, resource_type="events:rule")

"""EventBridge Scheduler: members that are always there, groups that take their time to go, tokens, expressions."""

import re

from .wire import Answer, UnderWay, after, before, json_error

DAYS, MONTHS = "SUN|MON|TUE|WED|THU|FRI|SAT", "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
RATE = re.compile(r"rate\([1-9]\d* (minutes?|hours?|days?)\)")
AT = re.compile(r"at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)")
CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
# What a field is made of, roughly: which words, and the largest number.
FIELDS = [("", 59), ("", 23), ("LW|L|W", 31), (MONTHS, 12), (f"{DAYS}|L", 7), ("", 2199)]


def is_taken(expression):
    """Takes more than AWS does, and nothing that AWS was recorded to refuse."""
    fields = CRON.fullmatch(expression)
    if not fields:
        return bool(RATE.fullmatch(expression) or AT.fullmatch(expression))
    is_day_left_out = [fields[3] == "?", fields[5] == "?"]
    return sum(is_day_left_out) == 1 and all(map(fits, fields.groups(), FIELDS))


def fits(text, field):
    words, largest = field
    if text == "?":
        return words.startswith(("L", "SUN"))
    rest = re.sub(words, "", text, flags=re.IGNORECASE) if words else text
    numbers = re.findall(r"\d+", rest)
    return re.fullmatch(r"[\d,*/#-]*", rest) is not None and all(int(number) <= largest for number in numbers)


def absent(what):
    return json_error("ResourceNotFoundException", f"{what} does not exist.", 404)


@before("scheduler:CreateSchedule", "scheduler:UpdateSchedule")
def refuse_expression(request):
    expression = request.data.get("ScheduleExpression") or ""
    if not is_taken(expression):
        return json_error("ValidationException", f"Invalid Schedule Expression {expression}.")
    return None


@before("scheduler:CreateSchedule")
def same_again(request):
    """What comes with the token that made a schedule has made it."""
    made = request.memory("schedules").get(key_of(request))
    if made and made["token"] == request.data.get("ClientToken"):
        return Answer(200, [("Content-Type", "application/json")], made["answer"])
    return None


@before("scheduler:CreateSchedule")
def group_is_not_known(request):
    """The first time that a group is named which was just made."""
    fresh = request.memory("fresh groups")
    name = request.data.get("GroupName")
    return absent(f"Schedule group {name}") if fresh.pop(name, None) else None


def key_of(request):
    name = request.path.rsplit("/", 1)[-1]
    return (request.data.get("GroupName") or request.query.get("groupName") or "default", name)


@after("scheduler:CreateSchedule")
def create(request, answer):
    if answer.is_good:
        token = request.data.get("ClientToken")
        request.memory("schedules")[key_of(request)] = {"token": token, "answer": answer.body}


@after("scheduler:DeleteSchedule")
def delete(request, answer):
    if answer.is_good:
        request.memory("schedules").pop(key_of(request), None)


@after("scheduler:GetSchedule")
def show(request, answer):
    if not answer.is_good:
        return
    data = {name: value for name, value in answer.data.items() if value not in (None, "")}
    defaults = {"ActionAfterCompletion": "NONE", "ScheduleExpressionTimezone": "UTC", "State": "ENABLED"}
    retry = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}
    target = data.get("Target") or {}
    target["RetryPolicy"] = {**retry, **(target.get("RetryPolicy") or {})}
    answer.data = {**defaults, **data, "Target": target}


@before("scheduler:CreateScheduleGroup")
def old_one_is_going(request):
    name = request.path.rsplit("/", 1)[-1]
    gone = request.memory("gone groups").get(name)
    if gone and not gone.is_over():
        return json_error("ConflictException", f"Schedule group {name} is being deleted.", 409)
    return None


@after("scheduler:CreateScheduleGroup")
def make_group(request, answer):
    if answer.is_good:
        request.memory("fresh groups")[request.path.rsplit("/", 1)[-1]] = True


@after("scheduler:DeleteScheduleGroup")
def delete_group(request, answer):
    name = request.path.rsplit("/", 1)[-1]
    shown = request.memory("groups").pop(name, None)
    request.memory("fresh groups").pop(name, None)
    if not answer.is_good:
        return
    made = request.memory("schedules")
    for key in [key for key in made if key[0] == name]:
        del made[key]
    if shown:
        request.memory("gone groups")[name] = UnderWay(reads=2, what={**shown, "State": "DELETING"})


@after("scheduler:GetScheduleGroup")
def show_group(request, answer):
    name = request.path.rsplit("/", 1)[-1]
    if answer.is_good:
        request.memory("groups")[name] = answer.data
        return
    gone = request.memory("gone groups").get(name)
    if gone and gone.is_read():
        answer.status, answer.data = 200, gone.what
        answer.headers = [(key, value) for key, value in answer.headers if key.lower() != "x-amzn-errortype"]


@after("scheduler:ListScheduleGroups")
def list_groups(request, answer):
    if not answer.is_good:
        return
    data, prefix = answer.data, request.query.get("NamePrefix") or ""
    listed = data.get("ScheduleGroups") or []
    for group in listed:
        request.memory("groups")[group["Name"]] = group
    gone = [(name, one) for name, one in request.memory("gone groups").items() if name.startswith(prefix)]
    data["ScheduleGroups"] = listed + [one.what for _, one in gone if one.is_read()]
    answer.data = data

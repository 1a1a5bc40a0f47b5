"""What AWS asks IAM about what brings events: mappings, schedules, buses, rules and archives."""

from urllib.parse import unquote

from .questions import about, passing, tagging

# Lambda: a mapping is known by an id that AWS makes up.


@about("lambda:CreateEventSourceMapping")
def new_mapping(action, request):
    named = request.field("FunctionName").split(":function:")[-1]
    function = {"lambda:FunctionArn": request.arn("lambda", f"function:{named}")}
    tags = tagging(request, "lambda:TagResource", request.arn("lambda", "event-source-mapping:made-up"))
    return [(action, "*", function), *tags]


@about("lambda:DeleteEventSourceMapping", "lambda:UpdateEventSourceMapping")
def mapping(action, request):
    from ministack.services import lambda_svc

    uuid = request.path.rstrip("/").rsplit("/", 1)[-1]
    known = lambda_svc._esms.get(uuid) or {}
    function = {"lambda:FunctionArn": known["FunctionArn"]} if known else {}
    return [(action, request.arn("lambda", f"event-source-mapping:{uuid}"), function)]


@about("lambda:ListEventSourceMappings")
def all_mappings(_action, _request):
    return ["*"]


# EventBridge Scheduler: a schedule's group is in the body or the query, a group's own name in the path.


def schedule_arn(request):
    query = request.params.get("groupName") or "default"
    group = request.field("GroupName") or (query[0] if isinstance(query, list) else query)
    return request.arn("scheduler", f"schedule/{group}/{request.path.rsplit('/', 1)[-1]}")


@about("scheduler:CreateSchedule", "scheduler:UpdateSchedule")
def whole_schedule(_action, request):
    key = request.field("KmsKeyArn")
    keys = [(f"kms:{name}", key) for name in ("Decrypt", "DescribeKey", "GenerateDataKey")] if key else []
    return [schedule_arn(request), *passing(request.field("Target")["RoleArn"], "scheduler.amazonaws.com"), *keys]


@about("scheduler:GetSchedule", "scheduler:DeleteSchedule")
def named_schedule(_action, request):
    return [schedule_arn(request)]


@about("scheduler:CreateScheduleGroup")
def new_group(_action, request):
    arn = named_group(_action, request)[0]
    return [arn, *tagging(request, "scheduler:TagResource", arn)]


@about("scheduler:GetScheduleGroup")
def named_group(_action, request):
    return [request.arn("scheduler", f"schedule-group/{request.path.rsplit('/', 1)[-1]}")]


@about("scheduler:DeleteScheduleGroup")
def group_with_schedules(_action, request):
    name = request.path.rsplit("/", 1)[-1]
    return [
        *named_group(_action, request),
        ("scheduler:DeleteSchedule", request.arn("scheduler", f"schedule/{name}/*")),
    ]


@about("scheduler:ListTagsForResource", "scheduler:TagResource", "scheduler:UntagResource")
def tags_of_group(_action, request):
    return [unquote(request.path.split("/tags/", 1)[-1])]


@about("scheduler:ListSchedules", "scheduler:ListScheduleGroups")
def all_schedules(_action, _request):
    return ["*"]


# EventBridge: a rule's ARN names its bus unless that is the default one.


def events_rule(request, field="Name"):
    bus = (request.field("EventBusName") or "default").rsplit("/", 1)[-1]
    within = "" if bus == "default" else f"{bus}/"
    return request.arn("events", f"rule/{within}{request.field(field)}")


@about("events:CreateEventBus")
def new_bus(_action, request):
    arn = request.arn("events", f"event-bus/{request.field('Name')}")
    return [arn, *tagging(request, "events:TagResource", arn)]


@about("events:UpdateEventBus", "events:DeleteEventBus", "events:DescribeEventBus")
def named_bus(_action, request):
    return [request.arn("events", f"event-bus/{request.field('Name')}")]


@about("events:PutRule")
def put_rule(_action, request):
    arn = events_rule(request)
    return [arn, *tagging(request, "events:TagResource", arn)]


@about("events:DeleteRule", "events:DescribeRule")
def named_rule(_action, request):
    return [events_rule(request)]


@about("events:PutTargets")
def put_targets(_action, request):
    roles = [target.get("RoleArn") for target in request.field("Targets") or []]
    passed = [asked for role in roles for asked in passing(role, "events.amazonaws.com")]
    return [events_rule(request, "Rule"), *passed]


@about("events:RemoveTargets", "events:ListTargetsByRule")
def targets(_action, request):
    return [events_rule(request, "Rule")]


@about("events:CreateArchive")
def new_archive(_action, request):
    return [request.arn("events", f"archive/{request.field('ArchiveName')}"), request.field("EventSourceArn")]


@about("events:UpdateArchive", "events:DeleteArchive", "events:DescribeArchive")
def named_archive(_action, request):
    return [request.arn("events", f"archive/{request.field('ArchiveName')}")]


@about("events:TagResource", "events:UntagResource", "events:ListTagsForResource")
def events_tags(_action, request):
    return [request.field("ResourceARN")]


@about(
    "events:ListArchives", "events:ListEventBuses", "events:ListRules", "events:PutPermission",
    "events:RemovePermission", "events:TestEventPattern",
)  # fmt: skip
def events_anywhere(_action, _request):
    return ["*"]

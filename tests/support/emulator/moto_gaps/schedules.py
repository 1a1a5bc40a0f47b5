"""EventBridge Scheduler."""

from moto.core.exceptions import JsonRESTError
from moto.core.resource_tagging import TaggedResource, make_tag_matcher
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.scheduler.exceptions import ScheduleGroupNotFound
from moto.scheduler.models import EventBridgeSchedulerBackend, Schedule, scheduler_backends
from moto.scheduler.responses import EventBridgeSchedulerResponse

from .tools import replace


class GroupExists(JsonRESTError):
    code = 409

    def __init__(self, name):
        super().__init__("ConflictException", f"Schedule group {name} already exists.")


@replace(EventBridgeSchedulerBackend, "create_schedule")
def create_schedule(original, self, **fields):
    self.get_schedule_group(fields["group_name"])
    return original(self, **fields)


@replace(EventBridgeSchedulerResponse, "update_schedule")
def update_schedule(original, self):
    answer = original(self)
    schedule = self.scheduler_backend.get_schedule(self._get_param("GroupName"), self.uri.split("?")[0].split("/")[-1])
    schedule.action_after_completion = self._get_param("ActionAfterCompletion") or "NONE"
    return answer


@replace(Schedule, "update")
def update(original, self, **fields):
    original(self, **{**fields, "state": fields["state"] or "ENABLED"})


@replace(EventBridgeSchedulerBackend, "create_schedule_group")
def create_schedule_group(original, self, name, tags):
    if name in self.schedule_groups:
        raise GroupExists(name)
    return original(self, name, tags)


@replace(EventBridgeSchedulerBackend, "delete_schedule_group")
def delete_schedule_group(original, self, name):
    group = self.get_schedule_group(name)
    self.tagger.delete_all_tags_for_resource(group.arn)
    return original(self, name)


@replace(EventBridgeSchedulerBackend, "list_tags_for_resource")
def list_tags_for_resource(original, self, resource_arn):
    require(self, resource_arn)
    return original(self, resource_arn)


@replace(EventBridgeSchedulerBackend, "tag_resource")
def tag_resource(original, self, resource_arn, tags):
    require(self, resource_arn)
    return original(self, resource_arn, tags)


def require(backend, arn):
    """Only groups have tags."""
    if arn not in [group.arn for group in backend.schedule_groups.values()]:
        raise ScheduleGroupNotFound(arn.rsplit("/", 1)[-1])


@replace(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
def get_resources(original, self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    yield from original(self, tag_filters, resource_type_filters, resource_arn_list)
    backend, is_asked_for = scheduler_backends[self.account_id][self.region_name], make_tag_matcher(tag_filters)
    for arn in [group.arn for group in backend.schedule_groups.values()]:
        tags = backend.tagger.get_tag_dict_for_resource(arn)
        if tags and is_asked_for(tags) and (not resource_arn_list or arn in resource_arn_list):
            yield TaggedResource(arn=arn, tags=tags, resource_type="scheduler:schedule-group")

"""WAF and AWS Config."""

import json
import uuid

from moto.config.exceptions import NoSuchConfigRuleException, ResourceNotFoundException
from moto.config.models import ConfigBackend, ConfigRecorder, Scope
from moto.config.responses import ConfigResponse
from moto.core.resource_tagging import TaggedResource, make_tag_matcher
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend
from moto.wafv2.exceptions import WAFNonexistentItemException, WAFv2ClientError, WAFV2DuplicateItemException
from moto.wafv2.models import WAFV2Backend, wafv2_backends
from moto.wafv2.responses import WAFV2Response
from recorded.guard import RULE_GROUPS

from .tools import add, replace


class WAFAssociatedItemException(WAFv2ClientError):
    def __init__(self):
        super().__init__("WAFAssociatedItemException", "AWS WAF couldn't perform the operation: it is in use.")


@replace(WAFV2DuplicateItemException, "__init__")
def duplicate_item(_original, self):
    WAFv2ClientError.__init__(self, "WAFDuplicateItemException", "Some resource in your request is a duplicate.")


@replace(WAFV2Backend, "create_ip_set")
def create_ip_set(original, self, name, *args, **kwargs):
    if name in [ip_set.name for ip_set in self.ip_sets.values()]:
        raise WAFV2DuplicateItemException()
    return original(self, name, *args, **kwargs)


@replace(WAFV2Backend, "delete_ip_set")
def delete_ip_set(original, self, name, scope, _id, lock_token):
    rules = json.dumps([acl.to_dict() for acl in self.wacls.values()], default=str)
    if f"/ipset/{name}/{_id}" in rules:
        raise WAFAssociatedItemException()
    return forget_tags(self, original(self, name, scope, _id, lock_token))


@replace(WAFV2Backend, "delete_web_acl")
def delete_web_acl(original, self, name, scope, _id, lock_token):
    if self.get_web_acl(None, name, _id).associated_resources:
        raise WAFAssociatedItemException()
    return forget_tags(self, original(self, name, scope, _id, lock_token))


def forget_tags(backend, answer):
    """Tags of what has just gone must not outlive it."""
    for arn in [arn for arn in backend.tagging_service.tags if not exists(backend, arn)]:
        backend.tagging_service.delete_all_tags_for_resource(arn)
    return answer


def exists(backend, arn):
    return arn in backend.wacls or arn in backend.ip_sets or not (":regional/webacl/" in arn or "/ipset/" in arn)


@replace(WAFV2Backend, "list_tags_for_resource")
def list_tags_for_resource(original, self, arn, **kwargs):
    if not exists(self, arn):
        raise WAFNonexistentItemException()
    return original(self, arn, **kwargs)


@replace(WAFV2Backend, "update_web_acl")
def update_web_acl(original, self, name, _id, default_action, rules, description, *args, **kwargs):
    token = original(self, name, _id, default_action, rules, description, *args, **kwargs)
    acl = self.get_web_acl(None, name, _id)
    acl.description = description or ""
    acl.custom_response_bodies = kwargs.get("custom_response_bodies") or (args[2] if len(args) > 2 else None)
    acl.rules = acl.rules if rules else []
    return token


@replace(WAFV2Backend, "associate_web_acl")
def associate_web_acl(original, self, web_acl_arn, resource_arn):
    if ":apigateway:" in resource_arn and self._find_apigw_stage(resource_arn) is None:
        raise WAFNonexistentItemException()
    for acl in self.wacls.values() if web_acl_arn in self.wacls else []:
        acl.associated_resources = [arn for arn in acl.associated_resources if arn != resource_arn]
    return original(self, web_acl_arn, resource_arn)


@replace(ResourceGroupsTaggingAPIBackend, "_get_resources_generator")
def get_resources(original, self, tag_filters=None, resource_type_filters=None, resource_arn_list=None):
    yield from original(self, tag_filters, resource_type_filters, resource_arn_list)
    backend, is_asked_for = wafv2_backends[self.account_id][self.region_name], make_tag_matcher(tag_filters)
    for arn in [*backend.wacls, *backend.ip_sets]:
        tags = backend.tagging_service.get_tag_dict_for_resource(arn)
        if tags and is_asked_for(tags) and (not resource_arn_list or arn in resource_arn_list):
            yield TaggedResource(arn=arn, tags=tags, resource_type="wafv2")


@add(WAFV2Response)
def list_available_managed_rule_groups(_self):
    groups = [{"VendorName": "AWS", "Name": name} for name in RULE_GROUPS]
    return 200, {"Content-Type": "application/json"}, json.dumps({"ManagedRuleGroups": groups})


@add(WAFV2Response)
def list_resources_for_web_acl(self):
    acl = self.wafv2_backend.get_web_acl(self._get_param("WebACLArn"), None, None)
    return 200, {"Content-Type": "application/json"}, json.dumps({"ResourceArns": acl.associated_resources})


@replace(ConfigBackend, "describe_config_rules")
def describe_config_rules(original, self, config_rule_names, next_token):
    for name in config_rule_names or []:
        if name not in self.config_rules:
            raise NoSuchConfigRuleException(name)
    return original(self, config_rule_names, next_token)


@replace(ConfigBackend, "put_config_rule")
def put_config_rule(original, self, config_rule, tags=None):
    before = self.config_rules.get(config_rule.get("ConfigRuleName"))
    kept = dict(before.tags) if before else None
    answer = original(self, config_rule, tags)
    if before:
        before.tags = kept
    return answer


@replace(Scope, "to_dict")
def scope_to_dict(original, self):
    shown = original(self)
    shown.pop("Tags", None)
    for key, value in (self.tags or {}).items():
        shown.update({"TagKey": key, "TagValue": value} if value else {"TagKey": key})
    return shown


@replace(ConfigResponse, "put_configuration_recorder")
def put_configuration_recorder(original, self):
    wanted = self._get_param("ConfigurationRecorder")
    backend = self.config_backend
    before = backend.recorders.get(wanted.get("name"))
    answer = original(self)
    recorder = backend.recorders[wanted["name"]]
    recorder.gap_id = before.gap_id if before else uuid.uuid4().hex[:8]
    recorder.tags = before.tags if before else {tag["Key"]: tag["Value"] for tag in self._get_param("Tags") or []}
    recorder.gap_mode = wanted.get("recordingMode") or {"recordingFrequency": "CONTINUOUS"}
    recorder.gap_arn = f"arn:aws:config:{self.region}:{self.current_account}:configuration-recorder"
    return answer


def recorder_arn(recorder):
    return f"{recorder.gap_arn}/{recorder.name}/{recorder.gap_id}"


@replace(ConfigRecorder, "to_dict")
def recorder_to_dict(original, self):
    shown = original(self)
    for key in [key for key in shown if key.startswith("gap") or key == "tags"]:
        del shown[key]
    return {"arn": recorder_arn(self), **shown, "recordingMode": self.gap_mode}


@replace(ConfigBackend, "_match_arn")
def match_arn(original, self, resource_arn):
    for recorder in self.recorders.values():
        if recorder_arn(recorder) == resource_arn:
            return recorder
    if ":configuration-recorder/" in resource_arn:
        raise ResourceNotFoundException(resource_arn)
    return original(self, resource_arn)

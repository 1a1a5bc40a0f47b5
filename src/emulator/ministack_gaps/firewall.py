"""WAF."""

import json
import re

from ministack.core.responses import AccountScopedDict, json_response
from ministack.services import apigateway_v1 as apigateway
from ministack.services import waf
from recorded.guard import RULE_GROUPS

from .tools import more_operations, replace


def list_available_managed_rule_groups(_data):
    return json_response({"ManagedRuleGroups": [{"VendorName": "AWS", "Name": name} for name in RULE_GROUPS]})


# Logs by the ARN of their web ACL.
logs = AccountScopedDict()


def put_logging_configuration(data):
    wanted = data.get("LoggingConfiguration") or {}
    _, refused = waf._resolve_local_web_acl(wanted.get("ResourceArn", ""))
    if refused:
        return refused
    logs[wanted["ResourceArn"]] = wanted
    return json_response({"LoggingConfiguration": wanted})


def get_logging_configuration(data):
    log = logs.get(data.get("ResourceArn", ""))
    return json_response({"LoggingConfiguration": log}) if log else no_log()


def delete_logging_configuration(data):
    return json_response({}) if logs.pop(data.get("ResourceArn", ""), None) else no_log()


def no_log():
    return waf._waf_err("WAFNonexistentItemException", "AWS WAF couldn't find the logging configuration.")


more_operations(
    waf,
    DeleteLoggingConfiguration=delete_logging_configuration,
    GetLoggingConfiguration=get_logging_configuration,
    ListAvailableManagedRuleGroups=list_available_managed_rule_groups,
    PutLoggingConfiguration=put_logging_configuration,
)


@replace(waf, "create_web_acl_record")
def create_web_acl_record(original, name, scope, props):
    uid, arn, record = original(name, scope, props)
    record["CustomResponseBodies"] = props.get("CustomResponseBodies")
    return uid, arn, record


@replace(waf, "_get_web_acl_for_resource")
def get_web_acl_for_resource(original, data):
    return original(data) if data.get("ResourceArn", "") in waf._associations else json_response({})


@replace(waf, "_delete_web_acl")
def delete_web_acl(original, data):
    acl = waf._resource_from_scope(waf._web_acls, data.get("Id", ""), data.get("Scope", "REGIONAL"))
    return in_use() if acl and acl["ARN"] in waf._associations.values() else original(data)


@replace(waf, "_delete_ip_set")
def delete_ip_set(original, data):
    scope = data.get("Scope", "REGIONAL")
    ip_set = waf._resource_from_scope(waf._ip_sets, data.get("Id", ""), scope)
    rules = json.dumps([acl["Rules"] for acl in waf._values_for_scope(waf._web_acls, scope)])
    return in_use() if ip_set and ip_set["ARN"] in rules else locked(ip_set, data) or original(data)


def in_use():
    return waf._waf_err("WAFAssociatedItemException", "AWS WAF couldn't perform the operation: it is in use.")


def locked(ip_set, data):
    if ip_set and data.get("LockToken") != ip_set["LockToken"]:
        return waf._waf_err("WAFOptimisticLockException", "AWS WAF couldn't save your changes: the lock token is old.")
    return None


@replace(waf, "_update_ip_set")
def update_ip_set(original, data):
    ip_set = waf._resource_from_scope(waf._ip_sets, data.get("Id", ""), data.get("Scope", "REGIONAL"))
    refused = locked(ip_set, data)
    if ip_set and not refused:
        ip_set["Description"] = data.get("Description", "")
    return refused or original(data)


@replace(waf, "_update_web_acl")
def update_web_acl(original, data):
    answer = original(data)
    if answer[0] == 200:
        acl = waf._resource_from_scope(waf._web_acls, data.get("Id", ""), data.get("Scope", "REGIONAL"))
        acl["Description"] = data.get("Description", "")
        acl["CustomResponseBodies"] = data.get("CustomResponseBodies")
    return answer


@replace(waf, "_associate_web_acl")
def associate_web_acl(original, data):
    stage = re.fullmatch(r"arn:aws:apigateway:[^:]+::/restapis/([^/]+)/stages/([^/]+)", data.get("ResourceArn", ""))
    if stage and stage[2] not in apigateway._stages_v1.get(stage[1], {}):
        return waf._waf_err("WAFNonexistentItemException", "AWS WAF couldn't find the resource.")
    return original(data)

"""The tagging index."""

from ministack.core.responses import get_account_id, get_region
from ministack.services import acm, cloudwatch, cloudwatch_logs, stepfunctions, tagging, waf

from . import config


def pairs(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def state_machines():
    for arn, tags in stepfunctions._tags.items():
        yield arn, [{"Key": tag["key"], "Value": tag["value"]} for tag in tags]


def log_groups():
    start = f"arn:aws:logs:{get_region()}:{get_account_id()}:log-group:"
    for name, group in cloudwatch_logs._log_groups.items():
        yield start + name, pairs(group.get("tags") or {})


def web_acls():
    yield from waf._waf_tags.items()


def alarms():
    for arn, tags in cloudwatch._resource_tags.items():
        yield arn, pairs(tags)


def recorders_and_rules():
    for arn, tags in config.config_tags.items():
        yield arn, pairs(tags)


def certificates():
    for arn, certificate in acm._certificates.items():
        yield arn, certificate.get("Tags") or []


tagging._COLLECTORS.update(
    {
        "certificates": certificates,
        "states": state_machines,
        "logs": log_groups,
        "wafv2": web_acls,
        "cloudwatch": alarms,
        "config": recorders_and_rules,
    }
)

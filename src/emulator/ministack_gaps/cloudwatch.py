"""CloudWatch."""

from ministack.services import cloudwatch

from .tools import replace

# What ministack keeps nothing of; AWS stores what it is given, and drops what it is not given again.
DROPPED = (
    "ActionConfiguration",
    "EvaluateLowSampleCountPercentile",
    "EvaluationCriteria",
    "EvaluationInterval",
    "EvaluationWindow",
    "Metrics",
    "ThresholdMetricId",
    "WarmUpConfiguration",
)


@replace(cloudwatch, "_put_metric_alarm")
def put_metric_alarm(original, params, data, is_cbor, is_json=False):
    answer = original(params, data, is_cbor, is_json)
    alarm = cloudwatch._alarms.get(data.get("AlarmName")) if answer[0] == 200 else None
    if alarm is not None:
        if "Statistic" not in data:
            alarm["Statistic"] = None
        if "Metrics" in data:
            alarm["Period"] = None
        for member in DROPPED:
            alarm[member] = data.get(member)
    return answer


@replace(cloudwatch, "_evaluate_alarm")
def evaluate_alarm(original, alarm):
    return None if alarm.get("Metrics") or not alarm.get("Period") else original(alarm)


@replace(cloudwatch, "_validate_alarm_tag_arn")
def validate_alarm_tag_arn(original, arn, is_json=False, is_cbor=False):
    if original(arn) is None:
        return None
    words = f"Alarm resource {arn} not found"
    return cloudwatch._error("ResourceNotFoundException", words, 404, use_json=is_json, use_cbor=is_cbor)

"""CloudWatch: what an alarm shows."""

from .wire import after


@after("monitoring:DescribeAlarms")
def alarms_are_described(_request, answer):
    if not answer.is_good:
        return
    data = answer.data
    for alarm in data.get("MetricAlarms") or []:
        alarm.setdefault("StateTransitionedTimestamp", alarm.get("StateUpdatedTimestamp"))
        if not alarm.get("AlarmDescription"):
            alarm.pop("AlarmDescription", None)
    answer.data = data

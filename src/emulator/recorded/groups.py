"""CloudWatch Logs: what a listing by prefix shows."""

from .wire import after


@after("logs:DescribeLogGroups")
def show_groups(request, answer):
    if not answer.is_good or request.data.get("logGroupNamePattern"):
        return
    data = answer.data
    for group in data.get("logGroups") or []:
        group.setdefault("storedBytes", 0)
        group.setdefault("metricFilterCount", 0)
        group.setdefault("deletionProtectionEnabled", False)
    answer.data = data

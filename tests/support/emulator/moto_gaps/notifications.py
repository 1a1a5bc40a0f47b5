"""S3: what a bucket reports to others."""

from xml.sax.saxutils import escape

from moto.s3.models import NotificationConfiguration
from moto.s3.responses import S3Response

from .tools import replace

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def rule(of):
    value = of.get("Value") or ""
    return f"<FilterRule><Name>{of['Name']}</Name><Value>{escape(value)}</Value></FilterRule>"


def entry(what, of):
    rules = "".join(rule(one) for one in of.filters["S3Key"]["FilterRule"]) if of.filters else ""
    chosen = f"<Filter><S3Key>{rules}</S3Key></Filter>" if rules else ""
    events = "".join(f"<Event>{event}</Event>" for event in of.events)
    inner = f"<Id>{escape(of.id)}</Id><{what}>{of.arn}</{what}>{events}{chosen}"
    return f"<{what}Configuration>{inner}</{what}Configuration>"


@replace(S3Response, "get_bucket_notification")
def get_bucket_notification(_original, self):
    found = self.backend.get_bucket_notification_configuration(self.bucket_name) or NotificationConfiguration()
    parts = [entry("Topic", one) for one in found.topic]
    parts += [entry("Queue", one) for one in found.queue]
    parts += [entry("CloudFunction", one) for one in found.cloud_function]
    if found.event_bridge is not None:
        parts.append("<EventBridgeConfiguration/>")
    body = f'<NotificationConfiguration xmlns="{NAMESPACE}">{"".join(parts)}</NotificationConfiguration>'
    return 200, {"Content-Type": "application/xml"}, body

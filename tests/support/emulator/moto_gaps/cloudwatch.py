"""CloudWatch. Requests in CBOR are translated to JSON and their answers back, since moto does not know CBOR."""

import io
import json
import re

import cbor2
from moto.cloudwatch.exceptions import ResourceNotFoundException as NoSuchAlarm
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from .tools import replace

OPERATION = re.compile(r"/service/(GraniteServiceVersion\d+)/operation/(\w+)")
# What moto keeps nothing of; by the names of its attributes.
DROPPED = {
    "ActionConfiguration": "action_configuration",
    "EvaluationCriteria": "evaluation_criteria",
    "EvaluationInterval": "evaluation_interval",
    "EvaluationWindow": "evaluation_window",
    "WarmUpConfiguration": "warm_up_configuration",
}


@replace(DomainDispatcherApplication, "__call__")
def call(original, self, environ, start_response):
    named = OPERATION.fullmatch(environ.get("PATH_INFO", ""))
    if not named:
        return original(self, environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    sent = {}

    def keep(status, headers, _error=None):
        sent.update(status=status, headers=headers)

    parts = original(self, in_json(environ, ".".join(named.groups()), cbor2.loads(body)), keep)
    answer = json.loads(b"".join(parts) or b"{}")
    if hasattr(parts, "close"):
        parts.close()
    body = cbor2.dumps(typed(answer))
    others = ("content-length", "content-type", "x-amzn-errortype")
    headers = [(key, value) for key, value in sent["headers"] if key.lower() not in others]
    headers += [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
    start_response(sent["status"], [*headers, ("Content-Length", str(len(body)))])
    return [body]


def in_json(environ, target, data):
    body = json.dumps(data).encode()
    return dict(
        environ,
        PATH_INFO="/",
        CONTENT_TYPE="application/x-amz-json-1.0",
        CONTENT_LENGTH=str(len(body)),
        HTTP_X_AMZ_TARGET=target,
        **{"wsgi.input": io.BytesIO(body)},
    )


def typed(value, name=""):
    """What CBOR tells apart and JSON does not; a member that is null is left out."""
    if isinstance(value, dict):
        return {key: typed(member, key) for key, member in value.items() if member is not None}
    if isinstance(value, list):
        return [typed(member) for member in value]
    if name.endswith("Timestamp"):
        return cbor2.CBORTag(1, float(value))
    return float(value) if name == "Threshold" else value


@replace(CloudWatchBackend, "put_metric_alarm")
def put_metric_alarm(original, self, name, *args, **kwargs):
    if name in self.alarms:
        kwargs["tags"] = None
    return original(self, name, *args, **kwargs)


@replace(CloudWatchResponse, "put_metric_alarm")
def put_every_member(original, self):
    answer = original(self)
    alarm = self.cloudwatch_backend.alarms[self._get_param("AlarmName")]
    for member, attribute in DROPPED.items():
        setattr(alarm, attribute, self._get_param(member))
    return answer


@replace(CloudWatchBackend, "delete_alarms")
def delete_alarms(original, self, alarm_names):
    for name in alarm_names:
        if name in self.alarms:
            self.tagger.delete_all_tags_for_resource(self.alarms[name].alarm_arn)
    return original(self, alarm_names)


@replace(CloudWatchBackend, "list_tags_for_resource")
def list_alarm_tags(original, self, arn):
    if ":alarm:" in arn and arn not in [alarm.alarm_arn for alarm in self.alarms.values()]:
        raise NoSuchAlarm()
    return original(self, arn)

"""SQS and SNS."""

import re

from moto.core.responses import ActionResult
from moto.sns.models import SNSBackend
from moto.sns.responses import SNSResponse
from moto.sqs.models import Queue

from .tools import replace

ALLOW = "RedriveAllowPolicy"
SHOWN = re.compile(r"(Application|Firehose|HTTP|Lambda|SQS)(Success|Failure)Feedback\w+|FifoThroughputScope")


@replace(Queue, "_set_attributes")
def set_attributes(original, self, attributes, now=None):
    # A queue that is being made has no policy yet.
    kept = self.policy if hasattr(self, "_policy_json") else None
    original(self, attributes, now)
    if "Policy" not in attributes:
        self.policy = kept
    if ALLOW in attributes:
        self.gap_allow = attributes[ALLOW]


queue_attributes = Queue.attributes


def with_allow_policy(self):
    shown = queue_attributes.fget(self)
    allow = getattr(self, "gap_allow", None)
    return {**shown, ALLOW: allow} if allow else shown


Queue.attributes = property(with_allow_policy)


@replace(SNSResponse, "create_topic")
def create_topic(original, self):
    given = {name: text for name, text in (self._get_param("Attributes", {}) or {}).items() if SHOWN.fullmatch(name)}
    answer = original(self)
    topic = self.backend.get_topic(answer.result["TopicArn"])
    topic.gap_shown = {**getattr(topic, "gap_shown", {}), **given}
    return answer


@replace(SNSResponse, "set_topic_attributes")
def set_topic_attributes(original, self):
    name, text = self._get_param("AttributeName"), self._get_param("AttributeValue")
    answer = original(self)
    if SHOWN.fullmatch(name):
        topic = self.backend.get_topic(self._get_param("TopicArn"))
        topic.gap_shown = {**getattr(topic, "gap_shown", {}), name: text}
    return answer


@replace(SNSResponse, "get_topic_attributes")
def get_topic_attributes(original, self):
    answer = original(self)
    topic = self.backend.get_topic(self._get_param("TopicArn"))
    shown = {name: text for name, text in getattr(topic, "gap_shown", {}).items() if text}
    return ActionResult({"Attributes": {**answer.result["Attributes"], **shown}})


@replace(SNSBackend, "set_subscription_attributes")
def set_subscription_attributes(original, self, arn, name, value):
    original(self, arn, name, value)
    if name == "RedrivePolicy" and not value:
        self.subscriptions[arn].attributes.pop(name, None)

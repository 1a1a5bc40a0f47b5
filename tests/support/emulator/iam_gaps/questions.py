"""What AWS asks IAM about a request: actions, each on a resource, with what the request says of condition keys.

By the action that a request is mostly about. Taken from the service authorization reference, and where that does not
say which resource it is while there is none yet, from what AWS's own denials name.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs

import cbor2
from ministack.services import config, iam

from .owned import request_tags, resource_tags


@dataclass
class Request:
    """A request, with what its questions are made of."""

    path: str
    headers: dict
    body: bytes
    params: dict
    region: str
    account: str

    def field(self, *names):
        """The first of these fields of a body or a form that is there."""
        data = self.data()
        return next((data[name] for name in names if data.get(name)), None)

    def data(self):
        """All fields; of a form, each one's last value."""
        if "cbor" in self.headers.get("content-type", ""):
            return cbor2.loads(self.body)
        form = {name: values[-1] for name, values in parse_qs(self.body.decode("utf-8", "replace")).items()}
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return form
        return parsed if isinstance(parsed, dict) else form

    def has_tags(self):
        """True if it sets tags of something that it makes."""
        return bool(self.field("Tags", "tags", "Tags.member.1.Key"))

    def arn(self, service, resource):
        """An ARN at its place."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


QUESTIONS = {}


def about(*actions):
    """What these actions are asked about: the decorated function's answers, each an ARN or an action with one."""

    def place(ask):
        QUESTIONS.update(dict.fromkeys(actions, ask))
        return ask

    return place


def questions(action, request, otherwise):
    """All that must be allowed, `(action, resource, context)`; `otherwise` is the resource where nothing is known."""
    ask = QUESTIONS.get(action)
    answers = ask(action, request) if ask else [otherwise]
    made = [(action, answer, {}) if isinstance(answer, str) else (*answer, {})[:3] for answer in answers]
    set_tags = request_tags(action, request)
    return [
        (named, resource or "*", {**resource_tags(resource or "*"), **set_tags, **context})
        for named, resource, context in made
    ]


def passing(role, service):
    return [("iam:PassRole", role, {"iam:PassedToService": service})] if role else []


def tagging(request, action, *resources):
    return [(action, resource) for resource in resources] if request.has_tags() else []


# CloudWatch.


@about("cloudwatch:DescribeAlarms")
def all_alarms(_action, request):
    return [request.arn("cloudwatch", "alarm:*")]


@about("cloudwatch:DeleteAlarms")
def named_alarms(_action, request):
    return [request.arn("cloudwatch", f"alarm:{name}") for name in request.field("AlarmNames") or []]


@about("cloudwatch:PutMetricAlarm")
def alarm(_action, request):
    arn = request.arn("cloudwatch", f"alarm:{request.field('AlarmName')}")
    return [arn, *tagging(request, "cloudwatch:TagResource", arn)]


@about(
    "cloudwatch:ListTagsForResource", "cloudwatch:TagResource", "cloudwatch:UntagResource",
    "config:ListTagsForResource", "config:TagResource", "config:UntagResource",
    "dynamodb:ListTagsOfResource", "dynamodb:TagResource", "dynamodb:UntagResource",
    "sns:ListTagsForResource", "sns:TagResource", "sns:UntagResource",
    "states:ListTagsForResource", "states:TagResource", "states:UntagResource",
    "wafv2:ListTagsForResource", "wafv2:TagResource", "wafv2:UntagResource",
)  # fmt: skip
def tagged_resource(_action, request):
    return [request.field("ResourceARN", "ResourceArn", "resourceArn")]


# AWS Config: the ARN of a rule holds an id that is not its name.


@about("config:PutConfigRule")
def new_rule(_action, request):
    arn = rule_arn(request, request.field("ConfigRule")["ConfigRuleName"])
    return [arn, *tagging(request, "config:TagResource", arn)]


@about("config:DeleteConfigRule")
def rule(_action, request):
    return [rule_arn(request, request.field("ConfigRuleName"))]


def rule_arn(request, name):
    known = config._config_rules.get(name)
    return known["ConfigRuleArn"] if known else request.arn("config", "config-rule/config-rule-made-up")


@about("config:PutConfigurationRecorder")
def new_recorder(_action, request):
    recorder = request.field("ConfigurationRecorder")
    arn = recorder_arn(request, recorder["name"])
    role = passing(recorder.get("roleARN"), "config.amazonaws.com")
    return [arn, *tagging(request, "config:TagResource", arn), *role]


@about(
    "config:DeleteConfigurationRecorder", "config:StartConfigurationRecorder", "config:StopConfigurationRecorder",
)  # fmt: skip
def recorder(_action, request):
    return [recorder_arn(request, request.field("ConfigurationRecorderName"))]


def recorder_arn(request, name):
    known = config._recorders.get(name)
    return known["recorder"]["arn"] if known else request.arn("config", f"configuration-recorder/{name}/made-up")


@about("config:DescribeConfigRules")
def scoped_by_nothing(_action, _request):
    return ["*"]


# DynamoDB, what it does with keys on behalf of whoever sends the request, and the key that AWS keeps for it.


@about("dynamodb:CreateTable", "dynamodb:UpdateTable")
def table(_action, request):
    arn = request.arn("dynamodb", f"table/{request.field('TableName')}")
    key = (request.field("SSESpecification") or {}).get("KMSMasterKeyId")
    via = {"kms:ViaService": f"dynamodb.{request.region}.amazonaws.com"}
    used = [(f"kms:{name}", key, via) for name in WITH_KEY if key]
    return [arn, *tagging(request, "dynamodb:TagResource", arn), *used]


WITH_KEY = (
    "DescribeKey",
    "CreateGrant",
    "Encrypt",
    "Decrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
)


@about("kms:DescribeKey")
def key(action, request):
    from ministack.services import kms

    named = request.field("KeyId") or ""
    known = kms._resolve_key(named)
    arn = known["Arn"] if known else request.arn("kms", "key/made-up")
    return [(action, arn, {"kms:RequestAlias": named} if named.startswith("alias/") else {})]


# IAM: a role's path is part of its ARN, and a request after the first does not say it.


@about("iam:CreateRole")
def new_role(action, request):
    arn = f"arn:aws:iam::{request.account}:role{request.field('Path') or '/'}{request.field('RoleName')}"
    return [(action, arn, boundary(request)), *tagging(request, "iam:TagRole", arn)]


@about("iam:CreatePolicy")
def new_policy(_action, request):
    arn = f"arn:aws:iam::{request.account}:policy{request.field('Path') or '/'}{request.field('PolicyName')}"
    return [arn, *tagging(request, "iam:TagPolicy", arn)]


@about(
    "iam:AttachRolePolicy", "iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy", "iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies",
    "iam:ListRolePolicies", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:TagRole", "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
)  # fmt: skip
def role(action, request):
    name = request.field("RoleName")
    known = iam._roles.get(name) or {}
    attached = {"iam:PolicyARN": request.field("PolicyArn")} if action.endswith("tachRolePolicy") else {}
    said = {**boundary(request, known.get("PermissionsBoundary")), **attached}
    return [(action, f"arn:aws:iam::{request.account}:role{known.get('Path') or '/'}{name}", said)]


def boundary(request, live=None):
    """The boundary that is set, or the one that the role has."""
    bounds = request.field("PermissionsBoundary") or live
    return {"iam:PermissionsBoundary": bounds} if bounds else {}


# Logs: a group is asked about with `:*` behind it, but for the calls about tags.


@about(
    "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:DeleteRetentionPolicy", "logs:PutRetentionPolicy",
)  # fmt: skip
def log_group(_action, request):
    arn = request.arn("logs", f"log-group:{request.field('logGroupName')}")
    return [f"{arn}:*", *tagging(request, "logs:TagResource", arn, f"{arn}:*")]


# S3: what the input of CreateBucket sets is asked about too.


@about("s3:CreateBucket")
def new_bucket(_action, request):
    arn = "arn:aws:s3:::" + request.path.strip("/")
    tags = [("s3:TagResource", arn)] if b"<Tags>" in request.body else []
    owned = [("s3:PutBucketOwnershipControls", arn)] if request.headers.get("x-amz-object-ownership") else []
    return [arn, *tags, *owned]


# SNS.


@about("sns:CreateTopic")
def new_topic(_action, request):
    arn = request.arn("sns", request.field("Name"))
    return [arn, *tagging(request, "sns:TagResource", arn)]


@about("sns:SetTopicAttributes")
def topic_attribute(action, request):
    is_role = request.field("AttributeName").endswith("FeedbackRoleArn")
    role = request.field("AttributeValue") if is_role else None
    return [(action, request.field("TopicArn")), *passing(role, "sns.amazonaws.com")]


@about("sns:Subscribe")
def subscription(action, request):
    said = {"sns:Protocol": request.field("Protocol"), "sns:Endpoint": request.field("Endpoint")}
    return [(action, request.field("TopicArn"), said)]


# SQS: a queue's name ends its URL.


@about("sqs:CreateQueue")
def new_queue(_action, request):
    arn = request.arn("sqs", request.field("QueueName"))
    return [arn, *tagging(request, "sqs:TagQueue", arn)]


@about(
    "sqs:DeleteQueue", "sqs:GetQueueAttributes", "sqs:ListQueueTags", "sqs:SetQueueAttributes", "sqs:TagQueue",
    "sqs:UntagQueue",
)  # fmt: skip
def named_queue(_action, request):
    return [request.arn("sqs", request.field("QueueUrl").rsplit("/", 1)[-1])]


@about("sqs:ListQueues")
def all_queues(_action, _request):
    return ["*"]


# Step Functions.


@about("states:CreateStateMachine", "states:UpdateStateMachine")
def state_machine(_action, request):
    arn = request.field("stateMachineArn") or request.arn("states", f"stateMachine:{request.field('name')}")
    tags = tagging(request, "states:TagResource", arn)
    return [arn, *tags, *passing(request.field("roleArn"), "states.amazonaws.com")]


# WAF: rules are asked about with what they refer to.


@about("wafv2:CreateWebACL", "wafv2:UpdateWebACL")
def rules(action, request):
    arn, text = waf_arn("webacl", request), json.dumps(request.field("Rules") or [])
    managed = [request.arn("wafv2", "regional/managedruleset/*/*")] if "ManagedRuleGroupStatement" in text else []
    kinds = "ipset|regexpatternset|rulegroup"
    sets = [json.loads(found) for found in re.findall(rf'"ARN": ("[^"]*:regional/(?:{kinds})/[^"]*")', text)]
    return [arn, *tagging(request, "wafv2:TagResource", arn), *managed, *sets]


@about("wafv2:DeleteWebACL", "wafv2:GetWebACL")
def web_acl(_action, request):
    return [waf_arn("webacl", request)]


@about("wafv2:CreateIPSet", "wafv2:DeleteIPSet", "wafv2:GetIPSet", "wafv2:UpdateIPSet")
def ip_set(action, request):
    arn = waf_arn("ipset", request)
    return [arn, *(tagging(request, "wafv2:TagResource", arn) if action == "wafv2:CreateIPSet" else [])]


def waf_arn(kind, request):
    return request.arn("wafv2", f"regional/{kind}/{request.field('Name')}/{request.field('Id') or 'made-up'}")


@about("wafv2:AssociateWebACL", "wafv2:DisassociateWebACL")
def association(_action, request):
    acl, resource = request.field("WebACLArn"), request.field("ResourceArn")
    ties = bool(acl)
    verb = "Associate" if ties else "Disassociate"
    own = {
        "apigateway": [("apigateway:SetWebACL", resource)],
        "appsync": [(f"appsync:{verb}WebACL", resource), ("appsync:SetWebACL", "*")],
        "cognito-idp": [(f"cognito-idp:{verb}WebACL", arn) for arn in ([resource, acl] if ties else [resource])],
        "elasticloadbalancing": [
            (f"elasticloadbalancing:{'Create' if ties else 'Delete'}WebACLAssociation", resource),
            ("elasticloadbalancing:SetWebAcl", "*"),
        ],
    }
    return [*([acl] if ties else []), resource, *own[resource.split(":")[2]]]


@about("wafv2:GetWebACLForResource")
def web_acl_of(_action, request):
    resource = request.field("ResourceArn")
    own = {
        "apigateway": [],
        "appsync": [("appsync:GetWebACLForResource", resource)],
        "cognito-idp": [("cognito-idp:GetWebACLForResource", resource)],
        "elasticloadbalancing": [("elasticloadbalancing:GetLoadBalancerWebACL", resource)],
    }
    return [resource, *own[resource.split(":")[2]]]


@about("wafv2:ListResourcesForWebACL")
def resources_of(_action, request):
    acl = request.field("WebACLArn")
    own = {
        "APPSYNC": [("appsync:ListResourcesForWebACL", "*")],
        "APPLICATION_LOAD_BALANCER": [("elasticloadbalancing:DescribeWebACLAssociation", "*")],
        "COGNITO_USER_POOL": [("cognito-idp:ListResourcesForWebACL", acl)],
    }
    return [acl, *own.get(request.field("ResourceType"), [])]


@about("wafv2:DeleteLoggingConfiguration", "wafv2:GetLoggingConfiguration", "wafv2:PutLoggingConfiguration")
def log(action, request):
    wanted = request.field("LoggingConfiguration") or {}
    arn = wanted.get("ResourceArn") or request.field("ResourceArn")
    delivery = {
        "wafv2:DeleteLoggingConfiguration": ["DeleteLogDelivery"],
        "wafv2:PutLoggingConfiguration": [
            "CreateLogDelivery", "DescribeLogGroups", "DescribeResourcePolicies", "PutResourcePolicy",
        ],
    }  # fmt: skip
    return [arn, *((f"logs:{name}", "*") for name in delivery.get(action, []))]

"""WAF's rules and logs. Nobody has recorded these: its developer guide says what rules cost, its reference the rest."""

import json
import re
from uuid import uuid4

from .guard import RULE_GROUPS
from .wire import Answer, after, before, json_error

# WCU of AWS's groups; the others take 50.
GROUPS = {
    "AWSManagedRulesCommonRuleSet": 700,
    "AWSManagedRulesKnownBadInputsRuleSet": 200,
    "AWSManagedRulesLinuxRuleSet": 200,
    "AWSManagedRulesSQLiRuleSet": 200,
    "AWSManagedRulesWindowsRuleSet": 200,
    "AWSManagedRulesAdminProtectionRuleSet": 100,
    "AWSManagedRulesPHPRuleSet": 100,
    "AWSManagedRulesUnixRuleSet": 100,
    "AWSManagedRulesWordPressRuleSet": 100,
    "AWSManagedRulesAmazonIpReputationList": 25,
}
LEAST = {
    "IPSetReferenceStatement": 1,
    "GeoMatchStatement": 1,
    "AsnMatchStatement": 1,
    "LabelMatchStatement": 1,
    "SizeConstraintStatement": 1,
    "RegexMatchStatement": 3,
    "RegexPatternSetReferenceStatement": 25,
    "SqliMatchStatement": 20,
    "XssMatchStatement": 40,
}
# What stands behind which part of an ARN.
TYPES = {
    "APPLICATION_LOAD_BALANCER": ":elasticloadbalancing:",
    "API_GATEWAY": ":apigateway:",
    "APPSYNC": ":appsync:",
    "COGNITO_USER_POOL": ":cognito-idp:",
}


class Refused(Exception):
    def __init__(self, code, text):
        super().__init__(text)
        self.code, self.text = code, text


@before("wafv2:CheckCapacity")
def capacity(request):
    try:
        rules = request.data.get("Rules") or []
        refuse_bodies(rules)
        total = sum(weight(rule["Statement"]) for rule in rules)
    except Refused as refused:
        return json_error(refused.code, refused.text)
    headers = [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-requestid", str(uuid4()))]
    return Answer(200, headers, json.dumps({"Capacity": total}).encode())


def refuse_bodies(value):
    """The bodies are the web ACL's, and no part of the question."""
    if isinstance(value, list):
        for one in value:
            refuse_bodies(one)
    if isinstance(value, dict):
        if "CustomResponseBodyKey" in value:
            why = "Error reason: You referenced a custom response body that isn't defined, field: CUSTOM_RESPONSE_BODY"
            raise Refused("WAFInvalidParameterException", f"{why}, parameter: {value['CustomResponseBodyKey']}")
        refuse_bodies(list(value.values()))


def weight(statement):
    (kind, of), *_ = statement.items()
    if kind == "ManagedRuleGroupStatement":
        return group(of)
    if kind == "RateBasedStatement":
        inner = weight(of["ScopeDownStatement"]) if of.get("ScopeDownStatement") else 0
        return 2 + 30 * len(of.get("CustomKeys") or []) + inner
    if kind in ("AndStatement", "OrStatement"):
        return 1 + sum(weight(inner) for inner in of["Statements"])
    if kind == "NotStatement":
        return 1 + weight(of["Statement"])
    if kind == "RegexMatchStatement":
        check_expression(of["RegexString"])
    least = LEAST.get(kind, 10 if str(of.get("PositionalConstraint")).startswith("CONTAINS") else 2)
    if kind == "SqliMatchStatement" and of.get("SensitivityLevel") == "HIGH":
        least = 30
    doubled = 2 if "JsonBody" in (of.get("FieldToMatch") or {}) else 1
    transformed = [one for one in of.get("TextTransformations") or [] if one["Type"] != "NONE"]
    return doubled * least + 10 * len(transformed)


def group(of):
    if of["VendorName"] != "AWS":
        raise Refused("WAFSubscriptionNotFoundException", "You must be subscribed to the managed rule group.")
    if of["Name"] not in RULE_GROUPS:
        raise Refused("WAFNonexistentItemException", "AWS WAF couldn't find the managed rule group.")
    return GROUPS.get(of["Name"], 50)


def check_expression(text):
    try:
        re.compile(text)
    except re.error as error:
        why = f"Error reason: The regular expression isn't valid, field: REGEX_STRING, parameter: {text}"
        raise Refused("WAFInvalidParameterException", why) from error


@after("wafv2:ListResourcesForWebACL")
def only_of_the_type_that_is_asked_for(request, answer):
    part = TYPES.get(request.data.get("ResourceType") or "APPLICATION_LOAD_BALANCER", "")
    if answer.is_good:
        arns = answer.data.get("ResourceArns") or []
        answer.data = {**answer.data, "ResourceArns": [arn for arn in arns if part in arn]}


@after("wafv2:GetLoggingConfiguration")
def what_is_logged_and_for_whom(_request, answer):
    """These two have a value where nobody has set one."""
    if answer.is_good:
        log = {"LogType": "WAF_LOGS", "LogScope": "CUSTOMER", **(answer.data.get("LoggingConfiguration") or {})}
        answer.data = {**answer.data, "LoggingConfiguration": log}


@before("wafv2:PutLoggingConfiguration")
def destinations_are_named_so(request):
    wanted = request.data.get("LoggingConfiguration") or {}
    for arn in wanted.get("LogDestinationConfigs") or []:
        if not re.search(r"[:/]aws-waf-logs-", arn):
            why = "The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons"
            text = f"Error reason: {why}, field: LOG_DESTINATION, parameter: {arn}"
            return json_error("WAFInvalidParameterException", text)
    return None

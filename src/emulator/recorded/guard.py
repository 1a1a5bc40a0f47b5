"""WAF and AWS Config. Nobody has recorded these: they are what the documentation says."""

from .wire import UnderWay, after, before, json_error, once

# What AWS offers for what is regional.
RULE_GROUPS = [
    "AWSManagedRulesACFPRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesAdminProtectionRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesAnonymousIpList",
    "AWSManagedRulesAntiDDoSRuleSet",
    "AWSManagedRulesBotControlRuleSet",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesLinuxRuleSet",
    "AWSManagedRulesPHPRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesUnixRuleSet",
    "AWSManagedRulesWindowsRuleSet",
    "AWSManagedRulesWordPressRuleSet",
]


@before("wafv2:AssociateWebACL")
def stage_is_not_known_yet(request):
    if once(request, "stages of WAF", (request.data.get("ResourceArn"), request.data.get("WebACLArn"))):
        text = "AWS WAF couldn't retrieve the resource that you requested. Retry your request."
        return json_error("WAFUnavailableEntityException", text)
    return None


@before("config:PutDeliveryChannel")
def bucket_policy_is_not_known_yet(request):
    bucket = (request.data.get("DeliveryChannel") or {}).get("s3BucketName")
    if once(request, "channels", bucket):
        why = "unable to write to bucket, provided s3 key prefix is 'null', provided kms key is 'null'."
        text = f"Insufficient delivery policy to s3 bucket: {bucket}, {why}"
        return json_error("InsufficientDeliveryPolicyException", text)
    return None


@after("config:PutConfigRule")
def rule_is_evaluated(request, answer):
    if answer.is_good:
        request.memory("rules")[request.data["ConfigRule"]["ConfigRuleName"]] = UnderWay(what="EVALUATING")


@after("config:DescribeConfigRules")
def show_rules(request, answer):
    data = answer.data
    for rule in data.get("ConfigRules") or []:
        change = request.memory("rules").get(rule["ConfigRuleName"])
        rule["ConfigRuleState"] = change.what if change and change.is_read() else "ACTIVE"
        rule.setdefault("EvaluationModes", [{"Mode": "DETECTIVE"}])
    answer.data = data


@after("config:DescribeConfigurationRecorders")
def show_recorders(_request, answer):
    data = answer.data
    for recorder in data.get("ConfigurationRecorders") or []:
        recorder.setdefault("recordingMode", {"recordingFrequency": "CONTINUOUS"})
    answer.data = data


# What emulators show of a resource, and AWS has no such member of.
STRANGERS = {
    "wafv2:GetWebACL": ("WebACL", {"LockToken", "Scope"}),
    "wafv2:GetIPSet": ("IPSet", {"LockToken", "Scope"}),
    "config:DescribeConfigRules": ("ConfigRules", {"AccountId", "InputParametersDict", "LastUpdatedTime", "Tags"}),
    "config:DescribeConfigurationRecorders": ("ConfigurationRecorders", {"status", "tags"}),
}


@after(*STRANGERS)
def nothing_is_shown_that_aws_has_not(request, answer):
    data, (where, strangers) = answer.data, STRANGERS[request.operation]
    shown = data.get(where) if answer.is_good else None
    for resource in shown if isinstance(shown, list) else [shown] if shown else []:
        for name in strangers & resource.keys():
            del resource[name]
    if shown:
        answer.data = data

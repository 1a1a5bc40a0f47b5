"""AWS Config."""

from ministack.core.responses import (
    AccountRegionScopedDict,
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
)
from ministack.services import config

from .tools import more_operations, replace

config_tags = AccountRegionScopedDict()


def config_error(code, message):
    return error_response_json(code, message, 400)


def known_to_config(arn):
    recorders = [recorder["recorder"]["arn"] for recorder in config._recorders.values()]
    return arn in recorders or arn in [rule["ConfigRuleArn"] for rule in config._config_rules.values()]


def config_tagging(change):
    def operation(data):
        arn = data["ResourceArn"]
        if not known_to_config(arn):
            return config_error("ResourceNotFoundException", f"ResourceArn '{arn}' does not exist")
        tags = config_tags.setdefault(arn, {})
        return json_response(change(tags, data) or {})

    return operation


def add_config_tags(tags, data):
    tags.update((tag["Key"], tag["Value"]) for tag in data["Tags"])


def remove_config_tags(tags, data):
    for key in data["TagKeys"]:
        tags.pop(key, None)


def list_config_tags(tags, _data):
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@replace(config, "_put_configuration_recorder")
def put_configuration_recorder(original, data):
    recorder = data.get("ConfigurationRecorder") or {}
    name = recorder.get("name") or "default"
    before = config._recorders.get(name)
    if before is None and len(config._recorders):
        return config_error("MaxNumberOfConfigurationRecordersExceededException", "There is a recorder already")
    arn = before["recorder"]["arn"] if before else recorder_arn(name)
    answer = original(data)
    config._recorders[name]["recorder"]["arn"] = arn
    if before is None:
        add_config_tags(config_tags.setdefault(arn, {}), {"Tags": data.get("Tags", [])})
    return answer


def recorder_arn(name):
    return f"arn:aws:config:{get_region()}:{get_account_id()}:configuration-recorder/{name}/{new_uuid()[:8]}"


@replace(config, "_put_config_rule")
def put_config_rule(original, data):
    name = (data.get("ConfigRule") or {}).get("ConfigRuleName")
    is_new = name not in config._config_rules
    answer = original(data)
    if is_new and answer[0] == 200:
        arn = config._config_rules[name]["ConfigRuleArn"]
        add_config_tags(config_tags.setdefault(arn, {}), {"Tags": data.get("Tags", [])})
    return answer


@replace(config, "_put_delivery_channel")
def put_delivery_channel(original, data):
    name = (data.get("DeliveryChannel") or {}).get("name") or "default"
    if not len(config._recorders):
        return config_error("NoAvailableConfigurationRecorderException", "There is no configuration recorder")
    if name not in config._delivery_channels and len(config._delivery_channels):
        return config_error("MaxNumberOfDeliveryChannelsExceededException", "There is a delivery channel already")
    return original(data)


@replace(config, "_start_configuration_recorder")
def start_configuration_recorder(original, data):
    known = data.get("ConfigurationRecorderName") in config._recorders
    if known and not len(config._delivery_channels):
        return config_error("NoAvailableDeliveryChannelException", "There is no delivery channel")
    return original(data)


def delete_configuration_recorder(data):
    name = data["ConfigurationRecorderName"]
    recorder = config._recorders.pop(name, None)
    if recorder is None:
        return config_error("NoSuchConfigurationRecorderException", f"There is no recorder {name}")
    config_tags.pop(recorder["recorder"]["arn"], None)
    return json_response({})


def delete_delivery_channel(data):
    name = data["DeliveryChannelName"]
    if name not in config._delivery_channels:
        return config_error("NoSuchDeliveryChannelException", f"There is no delivery channel {name}")
    if any(recorder["recording"] for recorder in config._recorders.values()):
        return config_error("LastDeliveryChannelDeleteFailedException", "There is a running configuration recorder")
    del config._delivery_channels[name]
    return json_response({})


more_operations(
    config,
    TagResource=config_tagging(add_config_tags),
    UntagResource=config_tagging(remove_config_tags),
    ListTagsForResource=config_tagging(list_config_tags),
    DeleteConfigurationRecorder=delete_configuration_recorder,
    DeleteDeliveryChannel=delete_delivery_channel,
)

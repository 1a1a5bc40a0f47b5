"""DynamoDB: statuses that take time, what a table just made refuses, members that are always there."""

from .wire import UnderWay, after, before, json_error

TABLE_CHANGES = ("dynamodb:UpdateTable", "dynamodb:DeleteTable", "dynamodb:UpdateTimeToLive")
NOT_FOUND = "Requested resource not found: "


def name_of(request):
    name = request.data.get("TableName") or request.data.get("ResourceArn") or ""
    return name.rsplit("table/", 1)[-1]


def moving(request):
    """What the table is at, if anything."""
    change = request.memory("tables").get(name_of(request))
    return change if change and not change.is_over() else None


@before(*TABLE_CHANGES)
def refuse_while_moving(request):
    change = moving(request)
    if change is None:
        return None
    words = {"CREATING": "created", "UPDATING": "updated", "DELETING": "deleted"}[change.what]
    text = f"Attempt to change a resource which is still in use: Table is being {words}: {name_of(request)}"
    return json_error("ResourceInUseException", text)


@before("dynamodb:CreateTable")
def refuse_name_of_what_goes(request):
    gone = request.memory("gone tables").get(name_of(request))
    if gone and not gone.is_over():
        return json_error("ResourceInUseException", f"Table is being deleted: {name_of(request)}")
    return None


@before("dynamodb:ListTagsOfResource")
def tags_of_a_new_table(request):
    change = moving(request)
    if change and change.what == "CREATING":
        return json_error(
            "ResourceNotFoundException", f"{NOT_FOUND}ResourceArn: {request.data.get('ResourceArn')} not found"
        )
    return None


@before("dynamodb:UpdateContinuousBackups")
def backups_of_a_new_table(request):
    name = name_of(request)
    new = request.memory("new tables").get(name)
    if new and new.is_read():
        text = f"Backups are being enabled for the table: {name}. Please retry later"
        return json_error("ContinuousBackupsUnavailableException", text)
    return None


@before("dynamodb:UpdateTimeToLive")
def time_to_live_is_changing(request):
    change = request.memory("time to live").get(name_of(request))
    if change and not change.is_over():
        text = "Time to live has been modified multiple times within a fixed interval"
        return json_error("ValidationException", text)
    return None


@after("dynamodb:CreateTable", "dynamodb:UpdateTable")
def start(request, answer):
    if not answer.is_good:
        return
    is_new = request.operation == "dynamodb:CreateTable"
    name, change = name_of(request), UnderWay(what="CREATING" if is_new else "UPDATING")
    change.indexes = {
        one["Create"]["IndexName"] for one in request.data.get("GlobalSecondaryIndexUpdates") or [] if "Create" in one
    }
    change.has_key = "SSESpecification" in request.data and not is_new
    request.memory("tables")[name] = change
    if is_new:
        request.memory("new tables")[name] = UnderWay(reads=1)
    data = answer.data
    show(data["TableDescription"], change)
    answer.data = data


@after("dynamodb:DescribeTable")
def describe(request, answer):
    name = name_of(request)
    if not answer.is_good:
        gone = request.memory("gone tables").get(name)
        if gone and gone.is_read():
            answer.status, answer.data = 200, {"Table": {**gone.what, "TableStatus": "DELETING"}}
            answer.headers = [(key, value) for key, value in answer.headers if key.lower() != "x-amzn-errortype"]
        return
    change = request.memory("tables").get(name)
    data = answer.data
    show(data["Table"], change if change and change.is_read() else None)
    answer.data = data


@after("dynamodb:DeleteTable")
def delete(request, answer):
    if answer.is_good:
        table = answer.data.get("TableDescription") or {}
        request.memory("tables").pop(name_of(request), None)
        request.memory("time to live").pop(name_of(request), None)
        request.memory("gone tables")[name_of(request)] = UnderWay(reads=1, what=table)


@after("dynamodb:UpdateTimeToLive")
def time_to_live_changes(request, answer):
    if answer.is_good:
        is_on = request.data["TimeToLiveSpecification"]["Enabled"]
        change = UnderWay(reads=1, what="ENABLING" if is_on else "DISABLING")
        change.attribute = request.data["TimeToLiveSpecification"]["AttributeName"]
        request.memory("time to live")[name_of(request)] = change


@after("dynamodb:DescribeTimeToLive")
def time_to_live_is_shown(request, answer):
    change = request.memory("time to live").get(name_of(request))
    if answer.is_good and change and change.is_read():
        shown = {"TimeToLiveStatus": change.what, "AttributeName": change.attribute}
        answer.data = {"TimeToLiveDescription": shown}


def show(table, change):
    table.setdefault("DeletionProtectionEnabled", False)
    is_on_demand = (table.get("BillingModeSummary") or {}).get("BillingMode") == "PAY_PER_REQUEST"
    if is_on_demand:
        table["BillingModeSummary"].setdefault("LastUpdateToPayPerRequestDateTime", table.get("CreationDateTime", 0))
    for one in [table, *(table.get("GlobalSecondaryIndexes") or [])]:
        capacity = one.setdefault("ProvisionedThroughput", {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0})
        capacity.setdefault("NumberOfDecreasesToday", 0)
        warm = (12000, 4000) if is_on_demand else (capacity["ReadCapacityUnits"], capacity["WriteCapacityUnits"])
        one["WarmThroughput"] = {"ReadUnitsPerSecond": warm[0], "WriteUnitsPerSecond": warm[1], "Status": "ACTIVE"}
    if change is None:
        return
    table["TableStatus"] = change.what
    for index in table.get("GlobalSecondaryIndexes") or []:
        index["IndexStatus"] = (
            "CREATING" if change.what == "CREATING" or index["IndexName"] in change.indexes else "ACTIVE"
        )
    if change.has_key:
        described = table.get("SSEDescription") or {}
        shown = {"SSEType": "KMS", **described, "Status": "UPDATING"}
        table["SSEDescription"] = shown

"""Step Functions: a state machine is shown as it was before a change once more, and goes slowly."""

from .wire import UnderWay, after, before, json_error


def arn_of(request):
    arn = request.data.get("stateMachineArn")
    return arn or f"arn:aws:states:{request.region}:{request.account}:stateMachine:{request.data.get('name')}"


@before("states:CreateStateMachine")
def old_one_is_going(request):
    gone = request.memory("gone machines").get(arn_of(request))
    if gone and not gone.is_over():
        return json_error("StateMachineDeleting", f"State Machine is being deleted: '{arn_of(request)}'")
    return None


@after("states:UpdateStateMachine")
def update(request, answer):
    shown = request.memory("machines").get(arn_of(request))
    if answer.is_good and shown:
        request.memory("stale machines")[arn_of(request)] = UnderWay(reads=1, what=shown)


@after("states:DeleteStateMachine")
def delete(request, answer):
    shown = request.memory("machines").pop(arn_of(request), None)
    request.memory("stale machines").pop(arn_of(request), None)
    if answer.is_good and shown:
        request.memory("gone machines")[arn_of(request)] = UnderWay(reads=1, what={**shown, "status": "DELETING"})


@after("states:DescribeStateMachine")
def describe(request, answer):
    arn = arn_of(request)
    if not answer.is_good:
        gone = request.memory("gone machines").get(arn)
        if gone and gone.is_read():
            answer.status, answer.data = 200, gone.what
            answer.headers = [(key, value) for key, value in answer.headers if key.lower() != "x-amzn-errortype"]
        return
    data = answer.data
    logging = {"level": "OFF", "includeExecutionData": False}
    data["loggingConfiguration"] = {**logging, **(data.get("loggingConfiguration") or {})}
    data["tracingConfiguration"] = {"enabled": False, **(data.get("tracingConfiguration") or {})}
    data["encryptionConfiguration"] = data.get("encryptionConfiguration") or {"type": "AWS_OWNED_KEY"}
    request.memory("machines")[arn] = data
    stale = request.memory("stale machines").get(arn)
    answer.data = stale.what if stale and stale.is_read() else data

"""Lambda: how many layers a function takes, and what listings of them do not show."""

from .wire import after, before, json_error


@before("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
def refuse_layers(request):
    layers = [arn for arn in request.data.get("Layers") or [] if isinstance(arn, str)]
    if len(layers) > 5:
        return json_error("InvalidParameterValueException", "Cannot reference more than 5 layers.")
    seen = {}
    for arn in layers:
        other = seen.setdefault(arn.rsplit(":", 1)[0], arn)
        if other is not arn:
            text = "Two different versions of the same layer are not allowed to be referenced in the same function. "
            text += f"{other} and {arn} are versions of the same layer."
            return json_error("InvalidParameterValueException", text)
    return None


@after("lambda:ListLayers")
def show_layers(request, answer):
    data = answer.data
    for layer in data.get("Layers", []):
        fill(layer.get("LatestMatchingVersion") or {})
    answer.data = data


@after("lambda:ListLayerVersions")
def show_versions(request, answer):
    data = answer.data
    for version in data.get("LayerVersions", []):
        fill(version)
    answer.data = data


def fill(version):
    """Only GetLayerVersion says what a version is made from; what nobody has said is absent."""
    for key in ("Content", "LayerArn"):
        version.pop(key, None)
    for key in ("Description", "LicenseInfo", "CompatibleRuntimes", "CompatibleArchitectures"):
        if not version.get(key):
            version.pop(key, None)

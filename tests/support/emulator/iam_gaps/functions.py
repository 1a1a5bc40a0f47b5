"""What AWS asks IAM about functions and layers."""

import re
from urllib.parse import unquote

from ministack.services import lambda_svc

from .questions import about, passing, tagging


@about("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration")
def function(action, request):
    arn = function_arn(request)
    tags = tagging(request, "lambda:TagResource", arn) if action == "lambda:CreateFunction" else []
    layers = [("lambda:GetLayerVersion", layer) for layer in request.field("Layers") or []]
    code = fetched(request.field("Code") or {}, request.account) if action == "lambda:CreateFunction" else []
    return [arn, *tags, *passing(request.field("Role"), "lambda.amazonaws.com"), *layers, *reached(request), *code]


@about("lambda:UpdateFunctionCode")
def function_code(_action, request):
    return [function_arn(request), *fetched(request.data(), request.account)]


def fetched(code, account):
    """Lambda fetches an object in the caller's name, and lets itself into an image's repository of the account."""
    bucket, key = code.get("S3Bucket"), code.get("S3Key")
    found = re.match(r"(\d{12})\.dkr\.ecr\.([^.]+)\.[^/]+/([^@:]+)", code.get("ImageUri") or "")
    if found:
        arn = f"arn:aws:ecr:{found[2]}:{found[1]}:repository/{found[3]}"
        own = ("GetRepositoryPolicy", "SetRepositoryPolicy") if found[1] == account else ()
        return [(f"ecr:{name}", arn) for name in ("BatchGetImage", "GetDownloadUrlForLayer", *own)]
    return [("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")] if bucket else []


@about("lambda:PublishLayerVersion")
def published(_action, request):
    return [layer_arn(request), *fetched(request.data().get("Content") or {}, request.account)]


@about("lambda:DeleteLayerVersion", "lambda:GetLayerVersion")
def layer_version(_action, request):
    return [layer_arn(request)]


@about("lambda:ListLayers", "lambda:ListLayerVersions")
def layers(_action, _request):
    return ["*"]


def layer_arn(request):
    """The layer's, or that of a version that the path names."""
    named = re.search(r"/layers/([^/]+)/versions(?:/(\d+))?", request.path)
    return request.arn("lambda", ":".join(part for part in ("layer", *named.groups()) if part))


@about("lambda:GetFunction", "lambda:GetFunctionConfiguration")
def function_read(action, request):
    """AWS answers without the environment where the reader may not use its key; here such a read is refused."""
    arn = function_arn(request)
    known = lambda_svc._functions.get(arn.rsplit(":", 1)[1]) or {}
    key = (known.get("config") or {}).get("KMSKeyArn")
    said = {**by_lambda(request), "kms:EncryptionContext:aws:lambda:FunctionArn": arn}
    return [qualified(request), ("kms:Decrypt", key, said)] if key else [qualified(request)]


def by_lambda(request):
    return {"kms:ViaService": f"lambda.{request.region}.amazonaws.com"}


def reached(request):
    """What Lambda looks at in the caller's name of what a function is connected to and mounts."""
    data = request.data()
    if data.get("KMSKeyArn"):
        used = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey")
        yield from ((f"kms:{name}", data["KMSKeyArn"], by_lambda(request)) for name in used)
    if (data.get("VpcConfig") or {}).get("SubnetIds"):
        yield from ((f"ec2:Describe{name}", "*") for name in ("SecurityGroups", "Subnets", "Vpcs"))
    for system in data.get("FileSystemConfigs") or []:
        place = system["Arn"].split(":access-point/")[0]
        yield "elasticfilesystem:DescribeAccessPoints", system["Arn"]
        yield "elasticfilesystem:DescribeMountTargets", f"{place}:file-system/any"


@about("lambda:AddPermission")
def permission(action, request):
    said = {"lambda:Principal": request.field("Principal")}
    if request.field("FunctionUrlAuthType"):
        said["lambda:FunctionUrlAuthType"] = request.field("FunctionUrlAuthType")
    return [(action, qualified(request), said)]


@about(
    "lambda:CreateAlias",
    "lambda:CreateFunctionUrlConfig",
    "lambda:DeleteAlias",
    "lambda:DeleteFunctionEventInvokeConfig",
    "lambda:DeleteFunctionUrlConfig",
    "lambda:ListAliases",
    "lambda:ListVersionsByFunction",
    "lambda:PublishVersion",
    "lambda:UpdateAlias",
    "lambda:GetFunctionEventInvokeConfig",
    "lambda:GetFunctionRecursionConfig",
    "lambda:GetFunctionUrlConfig",
    "lambda:GetRuntimeManagementConfig",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:PutFunctionRecursionConfig",
    "lambda:PutRuntimeManagementConfig",
    "lambda:UpdateFunctionUrlConfig",
)  # fmt: skip
def part_of_function(_action, request):
    return [function_arn(request)]


@about(
    "lambda:DeleteFunction", "lambda:DeleteProvisionedConcurrencyConfig", "lambda:GetPolicy",
    "lambda:GetProvisionedConcurrencyConfig", "lambda:PutProvisionedConcurrencyConfig", "lambda:RemovePermission",
)  # fmt: skip
def perhaps_of_a_version(_action, request):
    return [qualified(request)]


def qualified(request):
    """The function, or the alias or version of it that the request is about."""
    named = request.params.get("Qualifier")
    named = named[0] if isinstance(named, list) else named
    return f"{function_arn(request)}:{named}" if named else function_arn(request)


@about("lambda:ListTags", "lambda:TagResource", "lambda:UntagResource")
def tagged_by_path(_action, request):
    return [unquote(request.path.split("/tags/", 1)[1])]


def function_arn(request):
    named = re.search(r"/functions/([^/]+)", request.path)
    return request.arn("lambda", f"function:{named[1] if named else request.field('FunctionName')}")

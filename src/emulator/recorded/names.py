"""Which operation a request is, and what its path names."""

import re

LAMBDA = [
    ("POST", r"/\d{4}-\d\d-\d\d/functions/?", "CreateFunction"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/?", "ListFunctions"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)", "GetFunction"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/functions/([^/]+)", "DeleteFunction"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/configuration", "GetFunctionConfiguration"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/configuration", "UpdateFunctionConfiguration"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/code", "UpdateFunctionCode"),
    ("POST", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/policy", "AddPermission"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/policy/.+", "RemovePermission"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/url", "GetFunctionUrlConfig"),
    ("POST", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/url", "CreateFunctionUrlConfig"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/url", "UpdateFunctionUrlConfig"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/url", "DeleteFunctionUrlConfig"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/event-invoke-config", "GetFunctionEventInvokeConfig"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/event-invoke-config", "PutFunctionEventInvokeConfig"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/event-invoke-config", "DeleteFunctionEventInvokeConfig"),
    ("GET", r"/\d{4}-\d\d-\d\d/event-source-mappings/?", "ListEventSourceMappings"),
    ("POST", r"/\d{4}-\d\d-\d\d/event-source-mappings/?", "CreateEventSourceMapping"),
    ("GET", r"/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)", "GetEventSourceMapping"),
    ("PUT", r"/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)", "UpdateEventSourceMapping"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)", "DeleteEventSourceMapping"),
]
METHOD = r"/restapis/([^/]+)/resources/([^/]+)/methods/([^/]+)"
GATEWAY = [
    ("GET", r"/restapis", "GetRestApis"),
    ("POST", r"/restapis", "CreateRestApi"),
    ("GET", r"/restapis/([^/]+)", "GetRestApi"),
    ("PATCH", r"/restapis/([^/]+)", "UpdateRestApi"),
    ("DELETE", r"/restapis/([^/]+)", "DeleteRestApi"),
    ("GET", r"/restapis/([^/]+)/resources", "GetResources"),
    ("POST", r"/restapis/([^/]+)/resources/([^/]+)", "CreateResource"),
    ("DELETE", r"/restapis/([^/]+)/resources/([^/]+)", "DeleteResource"),
    ("PUT", METHOD, "PutMethod"),
    ("DELETE", METHOD, "DeleteMethod"),
    ("PUT", METHOD + "/integration", "PutIntegration"),
    ("GET", METHOD + "/integration", "GetIntegration"),
    ("PATCH", METHOD + "/integration", "UpdateIntegration"),
    ("PUT", METHOD + r"/responses/\d+", "PutMethodResponse"),
    ("PUT", METHOD + r"/integration/responses/\d+", "PutIntegrationResponse"),
    ("POST", r"/restapis/([^/]+)/deployments", "CreateDeployment"),
    ("DELETE", r"/restapis/([^/]+)/deployments/([^/]+)", "DeleteDeployment"),
    ("GET", r"/restapis/([^/]+)/stages", "GetStages"),
    ("POST", r"/restapis/([^/]+)/stages", "CreateStage"),
    ("GET", r"/restapis/([^/]+)/stages/([^/]+)", "GetStage"),
    ("PATCH", r"/restapis/([^/]+)/stages/([^/]+)", "UpdateStage"),
    ("DELETE", r"/restapis/([^/]+)/stages/([^/]+)", "DeleteStage"),
]
SCHEDULER = [
    ("GET", r"/schedules", "ListSchedules"),
    ("POST", r"/schedules/([^/]+)", "CreateSchedule"),
    ("GET", r"/schedules/([^/]+)", "GetSchedule"),
    ("PUT", r"/schedules/([^/]+)", "UpdateSchedule"),
    ("DELETE", r"/schedules/([^/]+)", "DeleteSchedule"),
    ("GET", r"/schedule-groups", "ListScheduleGroups"),
    ("POST", r"/schedule-groups/([^/]+)", "CreateScheduleGroup"),
    ("GET", r"/schedule-groups/([^/]+)", "GetScheduleGroup"),
    ("DELETE", r"/schedule-groups/([^/]+)", "DeleteScheduleGroup"),
]
BY_PATH = {"lambda": LAMBDA, "apigateway": GATEWAY, "scheduler": SCHEDULER}
# By the sub-resource that the query names; what else is in a bucket is no part of this.
BUCKET = {
    "versioning": "Versioning",
    "encryption": "Encryption",
    "publicAccessBlock": "PublicAccessBlock",
    "policy": "Policy",
    "tagging": "Tagging",
    "ownershipControls": "OwnershipControls",
    "lifecycle": "LifecycleConfiguration",
    "notification": "NotificationConfiguration",
}
VERBS = {"GET": "Get", "PUT": "Put", "DELETE": "Delete"}


def operation(request):
    """`service:Operation` with the names in the path; `(None, ())` where it is not known."""
    target = request.headers.get("x-amz-target")
    if target:
        return f"{request.service}:{target.rsplit('.', 1)[-1]}", ()
    if request.is_form:
        return f"{request.service}:{request.form.get('Action')}", ()
    in_cbor = re.fullmatch(r"/service/\w+/operation/(\w+)", request.path)
    if in_cbor:
        return f"{request.service}:{in_cbor[1]}", ()
    if request.service in BY_PATH:
        return by_path(request)
    return in_bucket(request) if request.service == "s3" else (None, ())


def by_path(request):
    path = request.path.rstrip("/") or "/"
    for method, pattern, name in BY_PATH[request.service]:
        found = re.fullmatch(pattern, path) if method == request.method else None
        if found:
            return f"{request.service}:{name}", found.groups()
    return None, ()


def in_bucket(request):
    bucket = request.path.strip("/")
    if not bucket or "/" in bucket or request.method not in VERBS:
        return None, ()
    sub = next((word for name, word in BUCKET.items() if name in request.query), None)
    if sub:
        return f"s3:{VERBS[request.method]}Bucket{sub}", (bucket,)
    whole = {"PUT": "CreateBucket", "DELETE": "DeleteBucket"}.get(request.method)
    return (f"s3:{whole}", (bucket,)) if whole and not set(request.query) - {"x-id"} else (None, ())

"""Which operation a request is, and what its path names."""

import re
from urllib.parse import unquote

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
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/runtime-management-config", "GetRuntimeManagementConfig"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/runtime-management-config", "PutRuntimeManagementConfig"),
    ("GET", r"/\d{4}-\d\d-\d\d/layers/?", "ListLayers"),
    ("GET", r"/\d{4}-\d\d-\d\d/layers/([^/]+)/versions", "ListLayerVersions"),
    ("POST", r"/\d{4}-\d\d-\d\d/layers/([^/]+)/versions", "PublishLayerVersion"),
    ("GET", r"/\d{4}-\d\d-\d\d/layers/([^/]+)/versions/(\d+)", "GetLayerVersion"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/layers/([^/]+)/versions/(\d+)", "DeleteLayerVersion"),
    ("POST", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/versions", "PublishVersion"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/versions", "ListVersionsByFunction"),
    ("POST", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/aliases", "CreateAlias"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/aliases", "ListAliases"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/aliases/([^/]+)", "UpdateAlias"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/aliases/([^/]+)", "DeleteAlias"),
    ("GET", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/provisioned-concurrency", "GetProvisionedConcurrencyConfig"),
    ("PUT", r"/\d{4}-\d\d-\d\d/functions/([^/]+)/provisioned-concurrency", "PutProvisionedConcurrencyConfig"),
    ("GET", r"/\d{4}-\d\d-\d\d/event-source-mappings/?", "ListEventSourceMappings"),
    ("POST", r"/\d{4}-\d\d-\d\d/event-source-mappings/?", "CreateEventSourceMapping"),
    ("GET", r"/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)", "GetEventSourceMapping"),
    ("PUT", r"/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)", "UpdateEventSourceMapping"),
    ("DELETE", r"/\d{4}-\d\d-\d\d/event-source-mappings/([^/]+)", "DeleteEventSourceMapping"),
]
METHOD = r"/restapis/([^/]+)/resources/([^/]+)/methods/([^/]+)"
GATEWAY = [
    ("PATCH", r"/account", "UpdateAccount"),
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
    ("PUT", METHOD + r"/responses/(\d+)", "PutMethodResponse"),
    ("PUT", METHOD + r"/integration/responses/(\d+)", "PutIntegrationResponse"),
    ("GET", r"/restapis/([^/]+)/authorizers", "GetAuthorizers"),
    ("POST", r"/restapis/([^/]+)/authorizers", "CreateAuthorizer"),
    ("PATCH", r"/restapis/([^/]+)/authorizers/([^/]+)", "UpdateAuthorizer"),
    ("DELETE", r"/restapis/([^/]+)/authorizers/([^/]+)", "DeleteAuthorizer"),
    ("GET", r"/restapis/([^/]+)/models", "GetModels"),
    ("POST", r"/restapis/([^/]+)/models", "CreateModel"),
    ("DELETE", r"/restapis/([^/]+)/models/([^/]+)", "DeleteModel"),
    ("PATCH", r"/restapis/([^/]+)/requestvalidators/([^/]+)", "UpdateRequestValidator"),
    ("GET", r"/restapis/([^/]+)/gatewayresponses", "GetGatewayResponses"),
    ("PUT", r"/restapis/([^/]+)/gatewayresponses/([^/]+)", "PutGatewayResponse"),
    ("DELETE", r"/restapis/([^/]+)/gatewayresponses/([^/]+)", "DeleteGatewayResponse"),
    ("POST", r"/restapis/([^/]+)/deployments", "CreateDeployment"),
    ("DELETE", r"/restapis/([^/]+)/deployments/([^/]+)", "DeleteDeployment"),
    ("GET", r"/restapis/([^/]+)/stages", "GetStages"),
    ("POST", r"/restapis/([^/]+)/stages", "CreateStage"),
    ("GET", r"/restapis/([^/]+)/stages/([^/]+)", "GetStage"),
    ("PATCH", r"/restapis/([^/]+)/stages/([^/]+)", "UpdateStage"),
    ("DELETE", r"/restapis/([^/]+)/stages/([^/]+)", "DeleteStage"),
    ("GET", r"/apikeys", "GetApiKeys"),
    ("POST", r"/apikeys", "CreateApiKey"),
    ("GET", r"/apikeys/([^/]+)", "GetApiKey"),
    ("PATCH", r"/apikeys/([^/]+)", "UpdateApiKey"),
    ("DELETE", r"/apikeys/([^/]+)", "DeleteApiKey"),
    ("GET", r"/domainnames", "GetDomainNames"),
    ("POST", r"/domainnames", "CreateDomainName"),
    ("GET", r"/domainnames/([^/]+)", "GetDomainName"),
    ("PATCH", r"/domainnames/([^/]+)", "UpdateDomainName"),
    ("DELETE", r"/domainnames/([^/]+)", "DeleteDomainName"),
    ("GET", r"/domainnames/([^/]+)/basepathmappings", "GetBasePathMappings"),
    ("POST", r"/domainnames/([^/]+)/basepathmappings", "CreateBasePathMapping"),
    ("PATCH", r"/domainnames/([^/]+)/basepathmappings/([^/]+)", "UpdateBasePathMapping"),
    ("DELETE", r"/domainnames/([^/]+)/basepathmappings/([^/]+)", "DeleteBasePathMapping"),
    ("GET", r"/usageplans", "GetUsagePlans"),
    ("POST", r"/usageplans", "CreateUsagePlan"),
    ("GET", r"/usageplans/([^/]+)", "GetUsagePlan"),
    ("PATCH", r"/usageplans/([^/]+)", "UpdateUsagePlan"),
    ("DELETE", r"/usageplans/([^/]+)", "DeleteUsagePlan"),
    ("GET", r"/usageplans/([^/]+)/keys", "GetUsagePlanKeys"),
    ("POST", r"/usageplans/([^/]+)/keys", "CreateUsagePlanKey"),
    ("DELETE", r"/usageplans/([^/]+)/keys/([^/]+)", "DeleteUsagePlanKey"),
]
HTTP_API = r"/v2/apis/([^/]+)"
HTTP_APIS = [
    ("GET", r"/v2/apis", "GetApis"),
    ("POST", r"/v2/apis", "CreateApi"),
    ("PATCH", HTTP_API, "UpdateApi"),
    ("DELETE", HTTP_API, "DeleteApi"),
    ("DELETE", HTTP_API + "/cors", "DeleteCorsConfiguration"),
    *(
        row
        for name in ("Route", "Integration", "Authorizer", "Stage", "Deployment")
        for row in (
            ("GET", f"{HTTP_API}/{name.lower()}s", f"Get{name}s"),
            ("POST", f"{HTTP_API}/{name.lower()}s", f"Create{name}"),
            ("PATCH", f"{HTTP_API}/{name.lower()}s/([^/]+)", f"Update{name}"),
            ("DELETE", f"{HTTP_API}/{name.lower()}s/([^/]+)", f"Delete{name}"),
        )
    ),
    ("DELETE", HTTP_API + "/stages/([^/]+)/accesslogsettings", "DeleteAccessLogSettings"),
    ("DELETE", HTTP_API + "/stages/([^/]+)/routesettings/(.+)", "DeleteRouteSettings"),
]
ZONE = r"/\d{4}-\d\d-\d\d/hostedzone/([^/]+)"
ROUTE_53 = [
    ("GET", r"/\d{4}-\d\d-\d\d/hostedzone", "ListHostedZones"),
    ("GET", ZONE + "/rrset", "ListResourceRecordSets"),
    ("POST", ZONE + "/rrset", "ChangeResourceRecordSets"),
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
BY_PATH = {"lambda": LAMBDA, "apigateway": GATEWAY, "route53": ROUTE_53, "scheduler": SCHEDULER}
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
    # API Gateway's second API is signed for as the first.
    is_second = request.service == "apigateway" and path.startswith("/v2/")
    service, rows = ("apigatewayv2", HTTP_APIS) if is_second else (request.service, BY_PATH[request.service])
    for method, pattern, name in rows:
        found = re.fullmatch(pattern, path) if method == request.method else None
        if found:
            names = found.groups()
            return f"{service}:{name}", tuple(map(unquote, names)) if is_second else names
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

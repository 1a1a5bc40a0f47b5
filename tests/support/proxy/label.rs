//! Names the operation of a request.

use super::http::Request;

/// Methods and paths (without the API's version) of the REST services. A `*` stands for one segment, `**` for all that
/// follows.
const REST: &[(&str, &str, &str, &str)] = &[
    ("lambda", "GET", "functions", "ListFunctions"),
    ("lambda", "POST", "functions", "CreateFunction"),
    ("lambda", "GET", "functions/*", "GetFunction"),
    ("lambda", "DELETE", "functions/*", "DeleteFunction"),
    ("lambda", "PUT", "functions/*/code", "UpdateFunctionCode"),
    ("lambda", "GET", "functions/*/configuration", "GetFunctionConfiguration"),
    ("lambda", "PUT", "functions/*/configuration", "UpdateFunctionConfiguration"),
    ("lambda", "GET", "functions/*/policy", "GetPolicy"),
    ("lambda", "POST", "functions/*/policy", "AddPermission"),
    ("lambda", "DELETE", "functions/*/policy/*", "RemovePermission"),
    ("lambda", "GET", "functions/*/concurrency", "GetFunctionConcurrency"),
    ("lambda", "PUT", "functions/*/concurrency", "PutFunctionConcurrency"),
    ("lambda", "DELETE", "functions/*/concurrency", "DeleteFunctionConcurrency"),
    ("lambda", "GET", "functions/*/url", "GetFunctionUrlConfig"),
    ("lambda", "POST", "functions/*/url", "CreateFunctionUrlConfig"),
    ("lambda", "PUT", "functions/*/url", "UpdateFunctionUrlConfig"),
    ("lambda", "DELETE", "functions/*/url", "DeleteFunctionUrlConfig"),
    ("lambda", "GET", "functions/*/event-invoke-config", "GetFunctionEventInvokeConfig"),
    ("lambda", "PUT", "functions/*/event-invoke-config", "PutFunctionEventInvokeConfig"),
    ("lambda", "DELETE", "functions/*/event-invoke-config", "DeleteFunctionEventInvokeConfig"),
    ("lambda", "GET", "layers", "ListLayers"),
    ("lambda", "GET", "layers/*/versions", "ListLayerVersions"),
    ("lambda", "POST", "layers/*/versions", "PublishLayerVersion"),
    ("lambda", "GET", "layers/*/versions/*", "GetLayerVersion"),
    ("lambda", "DELETE", "layers/*/versions/*", "DeleteLayerVersion"),
    ("lambda", "GET", "functions/*/versions", "ListVersionsByFunction"),
    ("lambda", "POST", "functions/*/versions", "PublishVersion"),
    ("lambda", "GET", "functions/*/aliases", "ListAliases"),
    ("lambda", "POST", "functions/*/aliases", "CreateAlias"),
    ("lambda", "PUT", "functions/*/aliases/*", "UpdateAlias"),
    ("lambda", "DELETE", "functions/*/aliases/*", "DeleteAlias"),
    ("lambda", "GET", "functions/*/provisioned-concurrency", "GetProvisionedConcurrencyConfig"),
    ("lambda", "PUT", "functions/*/provisioned-concurrency", "PutProvisionedConcurrencyConfig"),
    ("lambda", "DELETE", "functions/*/provisioned-concurrency", "DeleteProvisionedConcurrencyConfig"),
    ("lambda", "GET", "event-source-mappings", "ListEventSourceMappings"),
    ("lambda", "POST", "event-source-mappings", "CreateEventSourceMapping"),
    ("lambda", "GET", "event-source-mappings/*", "GetEventSourceMapping"),
    ("lambda", "PUT", "event-source-mappings/*", "UpdateEventSourceMapping"),
    ("lambda", "DELETE", "event-source-mappings/*", "DeleteEventSourceMapping"),
    ("lambda", "GET", "tags/**", "ListTags"),
    ("lambda", "POST", "tags/**", "TagResource"),
    ("lambda", "DELETE", "tags/**", "UntagResource"),
    ("scheduler", "GET", "schedules", "ListSchedules"),
    ("scheduler", "POST", "schedules/*", "CreateSchedule"),
    ("scheduler", "GET", "schedules/*", "GetSchedule"),
    ("scheduler", "PUT", "schedules/*", "UpdateSchedule"),
    ("scheduler", "DELETE", "schedules/*", "DeleteSchedule"),
    ("scheduler", "GET", "schedule-groups", "ListScheduleGroups"),
    ("scheduler", "POST", "schedule-groups/*", "CreateScheduleGroup"),
    ("scheduler", "GET", "schedule-groups/*", "GetScheduleGroup"),
    ("scheduler", "DELETE", "schedule-groups/*", "DeleteScheduleGroup"),
    ("scheduler", "GET", "tags/**", "ListTagsForResource"),
    ("scheduler", "POST", "tags/**", "TagResource"),
    ("scheduler", "DELETE", "tags/**", "UntagResource"),
    ("apigateway", "GET", "account", "GetAccount"),
    ("apigateway", "PATCH", "account", "UpdateAccount"),
    ("apigateway", "GET", "tags/**", "GetTags"),
    ("apigateway", "PUT", "tags/**", "TagResource"),
    ("apigateway", "DELETE", "tags/**", "UntagResource"),
    ("apigateway", "GET", "apikeys", "GetApiKeys"),
    ("apigateway", "POST", "apikeys", "CreateApiKey"),
    ("apigateway", "GET", "apikeys/*", "GetApiKey"),
    ("apigateway", "PATCH", "apikeys/*", "UpdateApiKey"),
    ("apigateway", "DELETE", "apikeys/*", "DeleteApiKey"),
    ("apigateway", "GET", "domainnames", "GetDomainNames"),
    ("apigateway", "POST", "domainnames", "CreateDomainName"),
    ("apigateway", "GET", "domainnames/*", "GetDomainName"),
    ("apigateway", "PATCH", "domainnames/*", "UpdateDomainName"),
    ("apigateway", "DELETE", "domainnames/*", "DeleteDomainName"),
    ("apigateway", "GET", "domainnames/*/basepathmappings", "GetBasePathMappings"),
    ("apigateway", "POST", "domainnames/*/basepathmappings", "CreateBasePathMapping"),
    ("apigateway", "PATCH", "domainnames/*/basepathmappings/*", "UpdateBasePathMapping"),
    ("apigateway", "DELETE", "domainnames/*/basepathmappings/*", "DeleteBasePathMapping"),
    ("apigateway", "GET", "v2/domainnames/*/apimappings", "GetApiMappings"),
    ("apigateway", "POST", "v2/domainnames/*/apimappings", "CreateApiMapping"),
    ("apigateway", "PATCH", "v2/domainnames/*/apimappings/*", "UpdateApiMapping"),
    ("apigateway", "DELETE", "v2/domainnames/*/apimappings/*", "DeleteApiMapping"),
    ("route53", "GET", "hostedzone", "ListHostedZones"),
    ("route53", "GET", "hostedzone/*/rrset", "ListResourceRecordSets"),
    ("route53", "POST", "hostedzone/*/rrset", "ChangeResourceRecordSets"),
    ("apigateway", "GET", "usageplans", "GetUsagePlans"),
    ("apigateway", "POST", "usageplans", "CreateUsagePlan"),
    ("apigateway", "GET", "usageplans/*", "GetUsagePlan"),
    ("apigateway", "PATCH", "usageplans/*", "UpdateUsagePlan"),
    ("apigateway", "DELETE", "usageplans/*", "DeleteUsagePlan"),
    ("apigateway", "GET", "usageplans/*/keys", "GetUsagePlanKeys"),
    ("apigateway", "POST", "usageplans/*/keys", "CreateUsagePlanKey"),
    ("apigateway", "DELETE", "usageplans/*/keys/*", "DeleteUsagePlanKey"),
    ("apigateway", "GET", "restapis", "GetRestApis"),
    ("apigateway", "POST", "restapis", "CreateRestApi"),
    ("apigateway", "GET", "restapis/*", "GetRestApi"),
    ("apigateway", "PATCH", "restapis/*", "UpdateRestApi"),
    ("apigateway", "DELETE", "restapis/*", "DeleteRestApi"),
    ("apigateway", "GET", "restapis/*/resources", "GetResources"),
    ("apigateway", "POST", "restapis/*/resources/*", "CreateResource"),
    ("apigateway", "DELETE", "restapis/*/resources/*", "DeleteResource"),
    ("apigateway", "GET", "restapis/*/resources/*/methods/*", "GetMethod"),
    ("apigateway", "GET", "restapis/*/resources/*/methods/*/integration", "GetIntegration"),
    ("apigateway", "PUT", "restapis/*/resources/*/methods/*", "PutMethod"),
    ("apigateway", "PATCH", "restapis/*/resources/*/methods/*", "UpdateMethod"),
    ("apigateway", "DELETE", "restapis/*/resources/*/methods/*", "DeleteMethod"),
    ("apigateway", "PUT", "restapis/*/resources/*/methods/*/responses/*", "PutMethodResponse"),
    ("apigateway", "DELETE", "restapis/*/resources/*/methods/*/responses/*", "DeleteMethodResponse"),
    ("apigateway", "PUT", "restapis/*/resources/*/methods/*/integration", "PutIntegration"),
    ("apigateway", "PATCH", "restapis/*/resources/*/methods/*/integration", "UpdateIntegration"),
    ("apigateway", "DELETE", "restapis/*/resources/*/methods/*/integration", "DeleteIntegration"),
    ("apigateway", "PUT", "restapis/*/resources/*/methods/*/integration/responses/*", "PutIntegrationResponse"),
    ("apigateway", "DELETE", "restapis/*/resources/*/methods/*/integration/responses/*", "DeleteIntegrationResponse"),
    ("apigateway", "GET", "restapis/*/authorizers", "GetAuthorizers"),
    ("apigateway", "POST", "restapis/*/authorizers", "CreateAuthorizer"),
    ("apigateway", "PATCH", "restapis/*/authorizers/*", "UpdateAuthorizer"),
    ("apigateway", "DELETE", "restapis/*/authorizers/*", "DeleteAuthorizer"),
    ("apigateway", "GET", "restapis/*/models", "GetModels"),
    ("apigateway", "POST", "restapis/*/models", "CreateModel"),
    ("apigateway", "PATCH", "restapis/*/models/*", "UpdateModel"),
    ("apigateway", "DELETE", "restapis/*/models/*", "DeleteModel"),
    ("apigateway", "GET", "restapis/*/requestvalidators", "GetRequestValidators"),
    ("apigateway", "POST", "restapis/*/requestvalidators", "CreateRequestValidator"),
    ("apigateway", "PATCH", "restapis/*/requestvalidators/*", "UpdateRequestValidator"),
    ("apigateway", "DELETE", "restapis/*/requestvalidators/*", "DeleteRequestValidator"),
    ("apigateway", "GET", "restapis/*/gatewayresponses", "GetGatewayResponses"),
    ("apigateway", "PUT", "restapis/*/gatewayresponses/*", "PutGatewayResponse"),
    ("apigateway", "PATCH", "restapis/*/gatewayresponses/*", "UpdateGatewayResponse"),
    ("apigateway", "DELETE", "restapis/*/gatewayresponses/*", "DeleteGatewayResponse"),
    ("apigateway", "GET", "restapis/*/deployments", "GetDeployments"),
    ("apigateway", "POST", "restapis/*/deployments", "CreateDeployment"),
    ("apigateway", "DELETE", "restapis/*/deployments/*", "DeleteDeployment"),
    ("apigateway", "GET", "restapis/*/stages", "GetStages"),
    ("apigateway", "POST", "restapis/*/stages", "CreateStage"),
    ("apigateway", "GET", "restapis/*/stages/*", "GetStage"),
    ("apigateway", "PATCH", "restapis/*/stages/*", "UpdateStage"),
    ("apigateway", "DELETE", "restapis/*/stages/*", "DeleteStage"),
    ("apigateway", "GET", "v2/apis", "GetApis"),
    ("apigateway", "POST", "v2/apis", "CreateApi"),
    ("apigateway", "PATCH", "v2/apis/*", "UpdateApi"),
    ("apigateway", "DELETE", "v2/apis/*", "DeleteApi"),
    ("apigateway", "DELETE", "v2/apis/*/cors", "DeleteCorsConfiguration"),
    ("apigateway", "GET", "v2/apis/*/authorizers", "GetAuthorizers"),
    ("apigateway", "POST", "v2/apis/*/authorizers", "CreateAuthorizer"),
    ("apigateway", "PATCH", "v2/apis/*/authorizers/*", "UpdateAuthorizer"),
    ("apigateway", "DELETE", "v2/apis/*/authorizers/*", "DeleteAuthorizer"),
    ("apigateway", "GET", "v2/apis/*/deployments", "GetDeployments"),
    ("apigateway", "POST", "v2/apis/*/deployments", "CreateDeployment"),
    ("apigateway", "PATCH", "v2/apis/*/deployments/*", "UpdateDeployment"),
    ("apigateway", "DELETE", "v2/apis/*/deployments/*", "DeleteDeployment"),
    ("apigateway", "GET", "v2/apis/*/integrations", "GetIntegrations"),
    ("apigateway", "POST", "v2/apis/*/integrations", "CreateIntegration"),
    ("apigateway", "PATCH", "v2/apis/*/integrations/*", "UpdateIntegration"),
    ("apigateway", "DELETE", "v2/apis/*/integrations/*", "DeleteIntegration"),
    ("apigateway", "GET", "v2/apis/*/routes", "GetRoutes"),
    ("apigateway", "POST", "v2/apis/*/routes", "CreateRoute"),
    ("apigateway", "PATCH", "v2/apis/*/routes/*", "UpdateRoute"),
    ("apigateway", "DELETE", "v2/apis/*/routes/*", "DeleteRoute"),
    ("apigateway", "GET", "v2/apis/*/stages", "GetStages"),
    ("apigateway", "POST", "v2/apis/*/stages", "CreateStage"),
    ("apigateway", "PATCH", "v2/apis/*/stages/*", "UpdateStage"),
    ("apigateway", "DELETE", "v2/apis/*/stages/*", "DeleteStage"),
    ("apigateway", "DELETE", "v2/apis/*/stages/*/accesslogsettings", "DeleteAccessLogSettings"),
    ("apigateway", "DELETE", "v2/apis/*/stages/*/routesettings/*", "DeleteRouteSettings"),
    ("apigateway", "GET", "v2/tags/**", "GetTags"),
    ("apigateway", "POST", "v2/tags/**", "TagResource"),
    ("apigateway", "DELETE", "v2/tags/**", "UntagResource"),
];

/// What a key of the query string says about a request to a bucket.
const BUCKET: &[(&str, &str)] = &[
    ("versioning", "BucketVersioning"),
    ("encryption", "BucketEncryption"),
    ("publicAccessBlock", "PublicAccessBlock"),
    ("ownershipControls", "BucketOwnershipControls"),
    ("lifecycle", "BucketLifecycleConfiguration"),
    ("cors", "BucketCors"),
    ("notification", "BucketNotificationConfiguration"),
    ("policy", "BucketPolicy"),
    ("tagging", "BucketTagging"),
    ("location", "BucketLocation"),
    ("versions", "ObjectVersions"),
    ("uploads", "MultipartUploads"),
    ("delete", "Objects"),
];

/// Service and operation.
pub fn of(request: &Request) -> (String, String) {
    let service = service(request).unwrap_or("unsigned").to_owned();
    let named = by_header(request).or_else(|| by_path(request)).or_else(|| by_form(request));
    let operation = named.or_else(|| by_rest(&service, request));
    let (method, target) = request.target();
    (service, operation.unwrap_or_else(|| format!("{method} {target}")))
}

/// `Credential=<key>/<date>/<region>/<service>/aws4_request`
fn service(request: &Request) -> Option<&str> {
    let scope = request.header("authorization")?.split("Credential=").nth(1)?.split(',').next()?;
    scope.split('/').nth(3)
}

fn by_header(request: &Request) -> Option<String> {
    Some(request.header("x-amz-target")?.rsplit('.').next()?.to_owned())
}

/// `/service/<service>/operation/<operation>`, for services that speak CBOR.
fn by_path(request: &Request) -> Option<String> {
    let (_, operation) = request.target().1.strip_prefix("/service/")?.split_once("/operation/")?;
    Some(operation.to_owned())
}

fn by_form(request: &Request) -> Option<String> {
    let form = std::str::from_utf8(&request.body).ok()?;
    Some(form.split('&').find_map(|pair| pair.strip_prefix("Action="))?.to_owned())
}

fn by_rest(service: &str, request: &Request) -> Option<String> {
    let (method, target) = request.target();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if service == "s3" {
        return bucket(method, path, query);
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let segments = match segments.first() {
        Some(version) if version.starts_with("20") => &segments[1..],
        _ => &segments[..],
    };
    let row = REST.iter().find(|row| row.0 == service && row.1 == method && matches(row.2, segments))?;
    Some(row.3.to_owned())
}

fn matches(pattern: &str, segments: &[&str]) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    if pattern.last() == Some(&"**") {
        let mut start = pattern[..pattern.len() - 1].iter().zip(segments);
        return segments.len() >= pattern.len() && start.all(|(part, segment)| part == segment);
    }
    pattern.len() == segments.len() && pattern.iter().zip(segments).all(|(part, segment)| ["*", segment].contains(part))
}

fn bucket(method: &str, path: &str, query: &str) -> Option<String> {
    let verb = match method {
        "GET" => "Get",
        "PUT" => "Put",
        "DELETE" | "POST" => "Delete",
        "HEAD" => return Some("HeadBucket".into()),
        _ => return None,
    };
    let keys: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    if let Some((_, noun)) = BUCKET.iter().find(|(key, _)| keys.contains(key)) {
        let verb = if ["ObjectVersions", "MultipartUploads"].contains(noun) { "List" } else { verb };
        return Some(format!("{verb}{noun}"));
    }
    let depth = path.split('/').filter(|segment| !segment.is_empty()).count();
    match (method, depth) {
        ("GET", 0) => Some("ListBuckets".into()),
        ("PUT", 1) => Some("CreateBucket".into()),
        ("DELETE", 1) => Some("DeleteBucket".into()),
        ("GET", 1) if keys.contains(&"list-type") => Some("ListObjectsV2".into()),
        (_, 1) => None,
        _ => Some(format!("{verb}Object")),
    }
}

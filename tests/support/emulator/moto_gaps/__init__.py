"""Makes moto 5.2.5 answer as AWS does where it does not, so that nothing else has to know about it.

| service    | operation                                | moto alone                          | AWS, and here                   |
| ---------- | ---------------------------------------- | ----------------------------------- | ------------------------------- |
| all        | an access key of 12 digits               | means nothing                       | selects the account (not AWS's, |
|            |                                          |                                     | but ministack's way)            |
| apigateway | TagResource, UntagResource, GetTags of   | 404                                 | known                           |
|            | a REST API                               |                                     |                                 |
| apigateway | binaryMediaTypes                         | dropped                             | stored                          |
| apigateway | UpdateRestApi, vpcEndpointIds            | taken for the endpoint's type       | added and removed               |
| apigateway | UpdateRestApi: endpoint on and off,      | always off; ignored                 | typed                           |
|            | compression                              |                                     |                                 |
| apigateway | UpdateMethod, UpdateIntegration          | 500                                 | known                           |
| apigateway | a second PutMethod, CreateResource       | replaces it; makes another          | ConflictException               |
| apigateway | PutIntegration without a timeout         | no timeoutInMillis or passthrough   | the defaults                    |
| apigateway | PutIntegration                           | drops the VPC link, cache keys      | stored                          |
| apigateway | UpdateStage, remove a method's setting   | ignored                             | removed                         |
| apigateway | UpdateStage, limits that are not set     | 1000 a second, 2000 at once         | 10000 and 5000                  |
| apigateway | CreateAuthorizer's validation expression | dropped                             | stored                          |
| apigateway | UpdateAuthorizer, user pools;            | 500                                 | known                           |
|            | UpdateModel                              |                                     |                                 |
| apigateway | DeleteDeployment of a stage's            | deletes it                          | BadRequestException             |
| apigateway | DeleteResource                           | leaves what is below it, unreadable | deletes that too                |
| apigateway | DeleteResource, DeleteRestApi of none    | 500                                 | NotFoundException               |
| apigateway | deployments, UpdateStage, GetAuthorizers | 404                                 | known                           |
|            | and two more of HTTP APIs                |                                     |                                 |
| apigateway | deleting an absent part of an HTTP API   | no error                            | NotFoundException               |
| apigateway | CreateDomainName: mutual TLS, access     | dropped; replaces one there is      | stored; ConflictException       |
|            | mode; a second one                       |                                     |                                 |
| apigateway | UpdateDomainName, UpdateApiMapping       | unknown                             | known                           |
| apigateway | domain names of the second API           | others than the first one's         | the same                        |
| apigateway | GetBasePathMappings without any          | 500                                 | an empty list                   |
| apigateway | tags of a domain name                    | 404                                 | known                           |
| apigateway | a mapped API or stage is deleted         | deletes it                          | BadRequestException             |
| apigateway | UpdateUsagePlan, limits on methods       | ignored; rates are whole numbers    | known; any number               |
| apigateway | usage plans: unknown stages, limits on   | taken                               | NotFoundException, BadRequest,  |
|            | methods alone, a key in two of a stage   |                                     | Conflict                        |
| apigateway | DeleteUsagePlan with stages              | deletes it                          | BadRequestException             |
| apigateway | DeleteStage, DeleteRestApi, DeleteApiKey | stay in usage plans                 | leave them                      |
| apigateway | TagResource and others of keys and plans | 404                                 | known                           |
| tagging    | GetResources: API keys, usage plans      | unknown                             | has them                        |
| cloudwatch | requests in CBOR (the Rust SDK's)        | 404                                 | known                           |
| cloudwatch | windows and others of an alarm           | dropped                             | stored                          |
| cloudwatch | tags of an alarm                         | PutMetricAlarm adds some later;     | only when created; gone with it |
|            |                                          | they outlive it                     |                                 |
| config     | recorder's arn, tags, mode               | unknown                             | known                           |
| config     | an unknown rule, when there are none     | an empty list                       | NoSuchConfigRuleException       |
| config     | PutConfigRule of one that exists         | replaces its tags                   | leaves them                     |
| config     | a rule's scope by tag                    | not shown                           | shown                           |
| dynamodb   | TableId, table class, SSE off            | absent, ignored                     | known                           |
| dynamodb   | stream off and on again                  | ResourceInUseException              | works                           |
| dynamodb   | to on-demand                             | keeps the throughput                | 0                               |
| dynamodb   | ListTables from a name that is none      | nothing                             | what follows it                 |
| dynamodb   | DescribeTimeToLive of no table           | ResourceNotFound                    | ResourceNotFoundException       |
| events     | UpdateEventBus, TestEventPattern         | 404; an empty answer                | known                           |
| events     | PutPermission with a whole policy        | adds to the old one, wants Sids     | replaces it                     |
| events     | UpdateArchive to keep for ever           | ignored                             | 0 days                          |
| events     | tags of rules of one name on two buses   | those of the first                  | each its own                    |
| iam        | DeletePolicy, attached or versioned      | deletes it                          | DeleteConflict                  |
| iam        | AddClientIDToOpenIDConnectProvider       | unknown                             | known                           |
| lambda     | where code can be downloaded from        | addresses of nobody                 | known                           |
| lambda     | code of an object that is not there      | a function without code             | InvalidParameterValueException  |
| lambda     | CodeSha256 of an image                   | of its URI                          | its digest in hex               |
| lambda     | an update of ImageConfig                 | ignored                             | works                           |
| lambda     | dead letters, logging, file systems,     | dropped                             | stored, checked                 |
|            | an update of the key, RevisionId         |                                     |                                 |
| lambda     | GetFunctionRecursionConfig,              | 404                                 | known                           |
|            | PutFunctionRecursionConfig               |                                     |                                 |
| lambda     | update of tracing, storage, architecture | ignored                             | works                           |
| lambda     | update with an empty environment         | 500                                 | keeps it                        |
| lambda     | reserved concurrency 0                   | not shown                           | shown                           |
| lambda     | AddPermission twice, for an account      | replaces it; the bare id            | ResourceConflict; the root ARN  |
| lambda     | AddPermission for a URL                  | drops its conditions                | has them                        |
| lambda     | UpdateFunctionUrlConfig: mode, no CORS   | ignored                             | works                           |
| lambda     | PutFunctionEventInvokeConfig twice       | keeps the first; a date as text     | replaces it; a number           |
| lambda     | versions: numbers after a deletion, a    | used again; changes with the        | never again; stays; refused     |
|            | later change, RevisionId, CodeSha256     | function; ignored                   |                                 |
| lambda     | DeleteFunction of a version              | deletes it and all aliases          | ResourceConflict while an alias |
|            |                                          |                                     | refers to it                    |
| lambda     | UpdateAlias: RevisionId, no weights      | ignored; an empty RoutingConfig     | another each time; none         |
| lambda     | policy, URL, settings of invocations of  | the function's                      | its own                         |
|            | an alias; mappings to one                | its version's                       | the alias's                     |
| lambda     | provisioned concurrency; SnapStart       | 404; dropped                        | known; stored                   |
| lambda     | PublishLayerVersion of no object         | other words                         | InvalidParameterValueException  |
| lambda     | DeleteLayerVersion of no layer           | ResourceNotFoundException           | no error                        |
| logs       | AssociateKmsKey, DisassociateKmsKey      | 500                                 | known                           |
| logs       | logGroupClass; days that are not offered | absent; taken                       | stored; refused                 |
| logs       | DescribeLogGroups by pattern             | every group, every member           | six members, no retention       |
| logs       | tags of a deleted group                  | still there                         | ResourceNotFoundException       |
| route53    | a zone's id                              | any letters and digits              | begins with Z                   |
| route53    | CREATE beside a CNAME, DELETE of other   | done; InvalidInput                  | InvalidChangeBatch              |
|            | values                                   |                                     |                                 |
| s3         | the root of nine answers, such as        | GetBucketVersioningResponse         | VersioningConfiguration         |
|            | GetBucketVersioning's                    |                                     |                                 |
| s3         | a new bucket's encryption, ownership     | not found                           | AES256, BucketOwnerEnforced,    |
|            | and public-access block                  |                                     | all four on                     |
| s3         | EventBridgeConfiguration                 | dropped from the answer             | shown                           |
| s3         | the root of notifications                | another                             | NotificationConfiguration       |
| s3         | a statement about requests without TLS   | holds of every request to moto      | of none that comes over TLS     |
| s3         | PutObject with another SHA-256           | stores it                           | BadDigest                       |
| s3         | some members of lifecycle rules          | dropped                             | stored                          |
| s3         | a SHA-256 that PutObject says            | only with the algorithm by itself   | kept, shown by HeadObject       |
| s3         | tags in CreateBucket                     | dropped                             | set                             |
| scheduler  | CreateSchedule, tags, in no group        | 500; an empty list                  | ResourceNotFoundException       |
| scheduler  | a second schedule of a name              | ConflictException with status 400   | 409                             |
| scheduler  | UpdateSchedule                           | keeps ActionAfterCompletion, no     | both replaced by their defaults |
|            |                                          | State where none is sent            |                                 |
| scheduler  | a second group of a name; a deleted      | replaces it; still there            | ConflictException; gone         |
|            | group's tags                             |                                     |                                 |
| scheduler  | DeleteScheduleGroup of none              | 500                                 | ResourceNotFoundException       |
| scheduler  | a group's tags in the tagging index      | unknown                             | known                           |
| sns        | how deliveries are logged, scope of a    | not shown                           | shown                           |
|            | FIFO topic's throughput                  |                                     |                                 |
| sqs        | SetQueueAttributes without a policy      | removes the policy                  | keeps it                        |
| sqs        | RedriveAllowPolicy                       | not shown                           | shown                           |
| states     | CreateStateMachine, other definition     | the old one's ARN                   | StateMachineAlreadyExists       |
| states     | tags of a deleted machine                | still there                         | ResourceNotFound                |
| states     | ValidateStateMachineDefinition           | 500                                 | known; names calls of DynamoDB  |
|            |                                          |                                     | that no integration has         |
| tagging    | GetResources                             | no event source mappings, no rules, | has them                        |
|            |                                          | no HTTP APIs, no web ACLs           |                                 |
| wafv2      | ListAvailableManagedRuleGroups           | 500                                 | AWS's rule groups               |
| wafv2      | ListResourcesForWebACL                   | 500                                 | known                           |
| wafv2      | a second IP set or Web ACL of a name     | made; another code                  | WAFDuplicateItemException       |
| wafv2      | DeleteWebACL, DeleteIPSet in use         | deletes it                          | WAFAssociatedItemException      |
| wafv2      | UpdateWebACL without a description or    | keeps the old ones                  | drops them                      |
|            | bodies of answers                        |                                     |                                 |
| wafv2      | AssociateWebACL over another             | both stay                           | the last one stays              |
| wafv2      | tags of a deleted one                    | still there                         | WAFNonexistentItemException     |
"""

# Each patches when it is loaded; `absent` first, for the others load moto.
from . import (  # noqa: F401
    absent,
    account,
    answers,
    apigateway,
    cloudwatch,
    compute,
    data,
    domains,
    downloads,
    events,
    guard,
    http_apis,
    identity,
    keys,
    mappings,
    messages,
    notifications,
    objects,
    records,
    schedules,
    versions,
)

"""Makes ministack 1.5.33 answer as AWS does where it does not, so that nothing else has to know about it.

| service    | operation                              | ministack alone                     | AWS, and here                   |
| ---------- | -------------------------------------- | ----------------------------------- | ------------------------------- |
| apigateway | TagResource, UntagResource             | only GetTags shows them             | so do GetRestApis and GetStages |
| apigateway | GetTags of a stage                     | lacks the tags of CreateStage       | has them                        |
| apigateway | UpdateRestApi, binaryMediaTypes        | kept escaped (a~1b), twice          | a/b, a set                      |
| apigateway | UpdateRestApi, endpoint type           | ignored                             | changes                         |
| apigateway | UpdateRestApi, vpcEndpointIds          | ignored                             | added and removed               |
| apigateway | UpdateMethod apiKeyRequired and such   | kept as text                        | typed                           |
| apigateway | PutMethod, CreateStage of one there is | replaces it                         | ConflictException               |
| apigateway | DeleteDeployment of a stage's          | deletes it                          | BadRequestException             |
| apigateway | DeleteResource                         | leaves what is below it             | deletes that too                |
| apigateway | GetStage, GetStages                    | no webAclArn                        | webAclArn                       |
| apigateway | CreateAuthorizer of whole requests     | looks at the header Authorization  | at nothing, unless said         |
| apigateway | UpdateAuthorizer                       | texts; user pools replaced         | typed; added and removed        |
| apigateway | an unsigned request to another account | 404                                 | reaches the API                 |
| apigateway | PutIntegration                         | drops the VPC link                  | stored                          |
| apigateway | a route of a REST API with a service   | SQS alone, a few words of templates | asks the service; templates     |
|            | or an answer of its own                |                                     | with conditions                 |
| apigateway | UpdateUsagePlan, UpdateApiKey          | stages replaced by text; kept as    | known; typed                    |
|            |                                        | text                                |                                 |
| apigateway | CreateDomainName of one there is       | replaces it                         | ConflictException               |
| apigateway | UpdateDomainName,                      | unknown                             | known                           |
|            | UpdateBasePathMapping                  |                                     |                                 |
| apigateway | tags of a domain name                  | set by TagResource: not shown       | shown                           |
| apigateway | a base path that is taken, an empty    | taken                               | ConflictException,              |
|            | one beside others, no such stage       |                                     | BadRequestException             |
| apigateway | a mapped API or stage is deleted       | deletes it                          | BadRequestException             |
| apigateway | usage plans: unknown stages, limits on | taken                               | NotFoundException,              |
|            | methods alone, a key in two of a stage |                                     | BadRequest, Conflict            |
| apigateway | DeleteUsagePlan with stages            | deletes it                          | BadRequestException             |
| apigateway | DeleteStage, DeleteApiKey              | stay in usage plans                 | leave them                      |
| apigateway | GetUsagePlanKeys of no plan            | NotFoundException                   | an empty list                   |
| apigateway | tags of keys and plans                 | set by TagResource: not shown       | shown                           |
| apigateway | GetApis of HTTP APIs                   | the tags of CreateApi               | those that there are            |
| apigateway | an integration of an HTTP API: service, | dropped                            | stored                          |
|            | role, VPC link, TLS                    |                                     |                                 |
| apigateway | DeleteAccessLogSettings,               | delete the stage                    | known                           |
|            | DeleteRouteSettings                    |                                     |                                 |
| apigateway | deleting an absent part of an HTTP API | no error                            | NotFoundException               |
| apigateway | a route of an HTTP API with a service  | 502                                 | asks the service                |
| apigateway | a route of an HTTP API with a token    | 401 without Python's cryptography   | the signature is checked        |
| cloudwatch | PutMetricAlarm                         | percentile: Statistic is Average;   | Statistic absent;               |
|            |                                        | metric math, windows and others are | stored                          |
|            |                                        | dropped                             |                                 |
| cloudwatch | tags of an alarm that is none          | ResourceNotFound                    | ResourceNotFoundException       |
| config     | recorder's arn, tags, Tag/Untag/List   | unknown                             | known                           |
| config     | DeleteConfigurationRecorder,           | unknown                             | known                           |
|            | DeleteDeliveryChannel                  |                                     |                                 |
| config     | a second recorder or channel, wrong    | allowed                             | the errors of the API           |
|            | order of the chain                     |                                     |                                 |
| dynamodb   | a stream on one that is on             | replaces it                         | ValidationException             |
| dynamodb   | to on-demand                           | indexes keep their throughput       | 0                               |
| dynamodb   | recovery period                        | dropped                             | stored, 35 by default           |
| dynamodb   | ListTagsOfResource without a table     | AccessDeniedException               | ResourceNotFoundException       |
| events     | PutPermission with a whole policy      | a statement of its own              | the policy                      |
| events     | DeleteEventBus                         | its policy awaits the next of a name | gone with it                   |
| iam        | SetDefaultPolicyVersion,               | unknown                             | known                           |
|            | AddClientIDToOpenIDConnectProvider     |                                     |                                 |
| iam        | SimulatePrincipalPolicy                | no roles with paths, no context     | both                            |
| iam        | DeletePolicy with several versions     | deletes it                          | DeleteConflict                  |
| iam        | AttachRolePolicy of an unknown policy  | attaches it                         | NoSuchEntity                    |
| iam        | version numbers after a delete         | given again                         | only grow                       |
| iam        | UpdateRole with an empty description   | keeps the old one                   | clears it                       |
| lambda     | code of an object that is not there    | a function or layer without code    | InvalidParameterValueException  |
| lambda     | CodeSha256 of an image                 | empty                               | its digest in hex               |
| lambda     | GetPolicy without statements           | an empty policy                     | ResourceNotFoundException       |
| lambda     | AddPermission for an account           | the bare account id                 | the account's root ARN          |
| lambda     | a mapping's tumbling window and time   | dropped                             | stored                          |
| lambda     | a URL of a deleted function            | stays                               | goes with it                    |
| lambda     | what an asynchronous invocation gave   | sent if it failed, to no bus        | sent, to a bus as well          |
| lambda     | PublishVersion, other code or revision | publishes                           | refused                         |
| lambda     | errorType of an exception of a handler | Runtime.HandlerError                | the exception's type            |
|            | in Python or JavaScript                |                                     |                                 |
| lambda     | policies of a function and its aliases | one                                 | one for each                    |
| logs       | AssociateKmsKey, DisassociateKmsKey    | unknown                             | known                           |
| logs       | DescribeLogGroups by pattern           | every member                        | six members, no retention       |
| logs       | FilterLogEvents of a function's group  | no eventId                          | eventId                         |
| route53    | CREATE beside a CNAME                  | done                                | InvalidChangeBatch              |
| route53    | CreateHostedZone with a reference      | an id of its own                    | that id (not AWS's way: for     |
|            | `zone:<id>`                            |                                     | `rehearse`)                     |
| s3         | GetPublicAccessBlock of a new bucket   | not found                           | all four on                     |
| states     | tracingConfiguration                   | dropped                             | stored, off by default          |
| states     | DeleteStateMachine of none             | an error                            | no error                        |
| tagging    | GetResources                           | no states, logs, wafv2, cloudwatch, | all of them                     |
|            |                                        | config, mappings, HTTP APIs,        |                                 |
|            |                                        | certificates                        |                                 |
| wafv2      | GetWebACLForResource without any       | an error                            | an empty answer                 |
| wafv2      | ListAvailableManagedRuleGroups         | unknown                             | AWS's rule groups               |
| wafv2      | Put-, Get-,                            | unknown                             | known                           |
|            | DeleteLoggingConfiguration             |                                     |                                 |
| wafv2      | CustomResponseBodies                   | dropped                             | stored                          |
| wafv2      | DeleteWebACL, DeleteIPSet in use       | deletes it                          | WAFAssociatedItemException      |
| wafv2      | UpdateIPSet                            | no lock, keeps the description      | lock token checked, replaced    |
| wafv2      | UpdateWebACL without a description     | keeps the old one                   | drops it                        |
"""

# Each patches what it is loaded for.
from . import (  # noqa: F401
    answers,
    apigateway,
    cloudwatch,
    compute,
    config,
    data,
    destinations,
    domains,
    events,
    failures,
    firewall,
    http_apis,
    identity,
    integrations,
    keys,
    mappings,
    records,
    rest_services,
    tagging,
    tokens,
)

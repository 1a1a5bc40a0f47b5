"""What AWS was recorded to answer, and no emulator does: loaded by all of them.

It changes requests and answers on the wire (wire.py), so that nothing here depends on how an emulator is made. The
answers, where each comes from and which test shows it are in docs/aws-differs.md; in short:

| module       | what AWS does                                                                                         |
| ------------ | ----------------------------------------------------------------------------------------------------- |
| functions.py | Lambda: Pending, InProgress, a revision that moves once more; reserved names, 4 KB as JSON; logs,     |
|              | levels, roles of connected functions, how runtimes are updated                                        |
| layers.py    | Lambda: five layers at most, each once; listings of versions do not say what those are made from      |
| mappings.py  | Lambda: mappings that take time and are unique; URLs' headers in lower case, one URL a function       |
| tables.py    | DynamoDB: CREATING, UPDATING, DELETING, ENABLING; no tags and no backups of a table just made         |
| gateway.py   | API Gateway: policies escaped once more, settings and integrations with every member, refusals        |
| gateway_parts.py | API Gateway: authorizers and models that are in use or taken, AWS's own models, responses  |
| gateway_services.py | API Gateway: integrations and responses of what no method declares                      |
| keys.py      | API Gateway: keys without values, listings without tags; what a patch of a usage plan does            |
| http_apis.py | API Gateway: updates of HTTP APIs keep what they leave out; what is in use, taken or pending          |
| domains.py   | API Gateway: domain names that are UPDATING, refused for a moment once made; what refuses to go       |
| certificates.py | Certificate Manager: keys that listings leave out, CNAMEs that are waited for, what is in use     |
| records.py   | Route 53: names in lower case, with a dot and `\\052`                                                |
| buckets.py   | S3: a bucket just made or just deleted, tags                                                          |
| notifications.py | S3: destinations are tried when they are set, overlaps refused, names in capitals                 |
| topics.py    | SNS: the default policy; filters of too many combinations, and nested ones of attributes              |
| queues.py    | SQS: one kind of encryption, changes that show a moment later, names that are not free at once        |
| events.py    | EventBridge: what a put empties and ignores, what stands in the way of a delete, five targets         |
| identity.py  | IAM: roles just made, tags                                                                            |
| machines.py  | Step Functions: an update that shows a moment later, DELETING                                         |
| alarms.py    | CloudWatch: when an alarm's state last changed; no description that was not given                     |
| schedules.py | Scheduler: every member, groups that are DELETING, tokens, expressions, groups just made              |
| groups.py    | CloudWatch Logs: members of a listing                                                                 |
| index.py     | the tagging index lags                                                                                |
| firewalls.py | WAF: what rules cost and which it refuses, types of resources, members of a log                       |
| guard.py     | WAF and AWS Config: no member that AWS has not; the rest is assumed, nobody has recorded it           |
"""

from . import (  # noqa: F401
    alarms,
    buckets,
    certificates,
    domains,
    events,
    firewalls,
    functions,
    gateway,
    gateway_parts,
    gateway_services,
    groups,
    guard,
    http_apis,
    identity,
    index,
    keys,
    layers,
    machines,
    mappings,
    notifications,
    queues,
    records,
    schedules,
    tables,
    topics,
)

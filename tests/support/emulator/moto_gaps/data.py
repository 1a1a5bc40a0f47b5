"""DynamoDB, S3 and CloudWatch Logs."""

import json
import uuid
from xml.etree import ElementTree

from moto.core.exceptions import JsonRESTError
from moto.core.serialize import S3Serializer
from moto.dynamodb.exceptions import ResourceNotFoundException as NoSuchTable
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.logs.exceptions import InvalidParameterException
from moto.logs.exceptions import ResourceNotFoundException as NoSuchGroup
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend
from moto.s3.responses import S3Response

from .tools import add, replace

RETENTION = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}  # fmt: skip

# The document elements of S3's answers, where they are not named after the operation: clients that check them
# cannot read moto's.
ROOTS = {
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
}


@replace(S3Serializer, "_serialize_body")
def serialize_body(original, self, body):
    name = f"{self.operation_model.name}Response"
    root = ROOTS.get(self.operation_model.name, name)
    return original(self, {root if key == name else key: value for key, value in body.items()})


@replace(Table, "describe")
def describe(original, self, *args, **kwargs):
    answer = original(self, *args, **kwargs)
    for table in answer.values():
        self.gap_id = getattr(self, "gap_id", None) or str(uuid.uuid4())
        table["TableId"] = self.gap_id
        if getattr(self, "gap_class", None):
            table["TableClassSummary"] = {"TableClass": self.gap_class}
        if self.billing_mode == "PAY_PER_REQUEST":
            for one in [table, *table["GlobalSecondaryIndexes"]]:
                one["ProvisionedThroughput"] = {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return answer


@replace(DynamoHandler, "create_table")
def create_table(original, self):
    answer = original(self)
    self.dynamodb_backend.get_table(self.body["TableName"]).gap_class = self.body.get("TableClass")
    return answer


@replace(DynamoHandler, "update_table")
def update_table(original, self):
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    encryption = self.body.get("SSESpecification")
    if encryption is not None:
        table.sse_specification = dict(encryption)
        if encryption.get("Enabled") and not encryption.get("KMSMasterKeyId"):
            default = table._get_default_encryption_key(table.account_id, table.region_name)
            table.sse_specification["KMSMasterKeyId"] = default
    table.gap_class = self.body.get("TableClass") or getattr(table, "gap_class", None)
    return original(self)


@replace(DynamoDBBackend, "update_table_streams")
def update_table_streams(original, self, table, specification):
    answer = original(self, table, specification)
    if not specification.get("StreamEnabled"):
        table.latest_stream_label = None
    return answer


@replace(DynamoDBBackend, "list_tables")
def list_tables(_original, self, limit, exclusive_start_table_name):
    names = sorted(name for name in self.tables if name > (exclusive_start_table_name or ""))
    page = names[: limit or len(names)]
    return page, page[-1] if len(page) < len(names) else None


@replace(DynamoDBBackend, "describe_time_to_live")
def describe_time_to_live(original, self, table_name):
    try:
        return original(self, table_name)
    except JsonRESTError:
        raise NoSuchTable(table_name=table_name) from None


@replace(FakeBucket, "__init__")
def bucket_init(original, self, *args, **kwargs):
    original(self, *args, **kwargs)
    self.public_access_block = PublicAccessBlock(True, True, True, True)
    self.ownership_rule = "BucketOwnerEnforced"


@replace(S3Backend, "get_bucket_encryption")
def get_bucket_encryption(original, self, bucket_name):
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}
    return original(self, bucket_name) or {"Rule": default}


@replace(S3Response, "_bucket_response_put")
def bucket_response_put(original, self, request, bucket_name, querystring):
    answer = original(self, request, bucket_name, querystring)
    if "lifecycle" in querystring:
        self.backend.get_bucket(bucket_name).gap_lifecycle = self.body
    if not querystring and self.body:
        tags = {tag[0].text: tag[1].text or "" for tag in ElementTree.fromstring(self.body).iterfind(".//{*}Tag")}
        if tags:
            self.backend.put_bucket_tagging(bucket_name, tags)
    return answer


@replace(S3Response, "_get_checksum")
def get_checksum(original, self, response_headers):
    value = self.headers.get("x-amz-checksum-sha256")
    if value and not self.headers.get("x-amz-sdk-checksum-algorithm"):
        response_headers["x-amz-checksum-sha256"] = value
        return "SHA256", value
    return original(self, response_headers)


@replace(S3Response, "get_bucket_lifecycle")
def get_bucket_lifecycle(original, self):
    original(self)
    return 200, {}, self.backend.get_bucket(self.bucket_name).gap_lifecycle


@replace(LogGroup, "to_describe_dict")
def group_to_describe_dict(original, self):
    return {"logGroupClass": getattr(self, "gap_class", "STANDARD"), **original(self)}


@replace(LogsResponse, "create_log_group")
def create_log_group(original, self):
    answer = original(self)
    group = self.logs_backend.groups[self._get_param("logGroupName")]
    group.gap_class = self._get_param("logGroupClass") or "STANDARD"
    return answer


@replace(LogsBackend, "put_retention_policy")
def put_retention_policy(original, self, log_group_name, retention_in_days):
    if retention_in_days not in RETENTION:
        raise InvalidParameterException(msg=f"{retention_in_days} is no retention that is offered")
    return original(self, log_group_name, retention_in_days)


@replace(LogsBackend, "delete_log_group")
def delete_log_group(original, self, log_group_name):
    if log_group_name in self.groups:
        self.tagger.delete_all_tags_for_resource(self.groups[log_group_name].arn)
    return original(self, log_group_name)


@replace(LogsBackend, "list_tags_for_resource")
def list_tags_for_resource(original, self, resource_arn):
    if ":log-group:" in resource_arn and resource_arn not in [group.arn for group in self.groups.values()]:
        raise NoSuchGroup()
    return original(self, resource_arn)


BY_PATTERN = ("logGroupName", "arn", "logGroupArn", "creationTime", "logGroupClass", "metricFilterCount")


@replace(LogsResponse, "describe_log_groups")
def describe_log_groups(original, self):
    pattern = self._get_param("logGroupNamePattern")
    if not pattern:
        return original(self)
    if self._get_param("nextToken"):
        return json.dumps({"logGroups": []})
    groups = [group.to_describe_dict() for name, group in sorted(self.logs_backend.groups.items())]
    found = [group for group in groups if pattern.lower() in group["logGroupName"].lower()]
    reduced = [{key: group[key] for key in BY_PATTERN if key in group} for group in found]
    # By pattern AWS gives a token even where nothing follows.
    return json.dumps({"logGroups": reduced, "nextToken": "end"})


@add(LogsResponse)
def associate_kms_key(self):
    name = self._get_param("logGroupName") or self._get_param("resourceIdentifier").split(":log-group:")[-1]
    if name not in self.logs_backend.groups:
        raise NoSuchGroup()
    self.logs_backend.groups[name].kms_key_id = self._get_param("kmsKeyId")
    return json.dumps({})


LogsResponse.disassociate_kms_key = associate_kms_key

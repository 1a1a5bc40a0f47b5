"""S3: a bucket just made or just gone, its tags, and a header."""

import re
from xml.etree import ElementTree

from .wire import UnderWay, after, before, bucket_error

VALUE = re.compile(r"[\w\s+\-=._:/@]*")


def sent_tags(request):
    try:
        root = ElementTree.fromstring(request.body)
    except ElementTree.ParseError:
        return {}
    found = [{part.tag.rsplit("}", 1)[-1]: part.text or "" for part in tag} for tag in root.iterfind(".//{*}Tag")]
    return {tag.get("Key", ""): tag.get("Value", "") for tag in found}


@before("s3:CreateBucket", "s3:PutBucketTagging")
def refuse_tags(request):
    for key, value in sent_tags(request).items():
        if not VALUE.fullmatch(value):
            return bucket_error("InvalidTag", "The TagValue you have provided is invalid")
        if not VALUE.fullmatch(key):
            return bucket_error("InvalidTag", "The TagKey you have provided is invalid")
    return None


@before("s3:CreateBucket")
def refuse_name(request):
    gone = request.memory("gone buckets", "").pop(request.named[0], None)
    if gone and not gone.is_over():
        text = "A conflicting conditional operation is currently in progress against this resource. Please try again."
        return bucket_error("OperationAborted", text, 409)
    is_own = request.memory("buckets", "").get(request.named[0]) == request.region
    if is_own and request.region == "us-east-1" and sent_tags(request):
        text = "Your previous request to create the named bucket succeeded and you already own it."
        return bucket_error("BucketAlreadyOwnedByYou", text, 409)
    return None


@after("s3:CreateBucket")
def made(request, answer):
    if answer.is_good:
        request.memory("buckets", "")[request.named[0]] = request.region
        request.memory("new buckets", "")[request.named[0]] = UnderWay(reads=1)


@after("s3:DeleteBucket")
def deleted(request, answer):
    if answer.is_good:
        request.memory("buckets", "").pop(request.named[0], None)
        request.memory("gone buckets", "")[request.named[0]] = UnderWay(reads=1)


@before(
    "s3:PutBucketVersioning", "s3:PutBucketEncryption", "s3:PutBucketPublicAccessBlock", "s3:PutBucketPolicy",
    "s3:PutBucketOwnershipControls", "s3:PutBucketLifecycleConfiguration",
)  # fmt: skip
def not_known_everywhere(request):
    new = request.memory("new buckets", "").get(request.named[0])
    if new and new.is_read():
        return bucket_error("NoSuchBucket", "The specified bucket does not exist", 404)
    return None


@after("s3:GetBucketLifecycleConfiguration", "s3:PutBucketLifecycleConfiguration")
def show_minimum(_request, answer):
    name = "x-amz-transition-default-minimum-object-size"
    if answer.is_good and name not in [key.lower() for key, _ in answer.headers]:
        answer.headers.append((name, "all_storage_classes_128K"))

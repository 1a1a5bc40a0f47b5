"""S3: what is put has the digest that its request says, and requests stand for such over TLS."""

import base64
import hashlib
import json

from moto.s3.exceptions import S3ClientError
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response

from .tools import replace


@replace(S3Response, "put_object")
def put_object(original, self):
    said = self.headers.get("x-amz-checksum-sha256")
    found = base64.b64encode(hashlib.sha256(self.body or b"").digest()).decode()
    if said and said != found:
        raise S3ClientError("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
    return original(self)


@replace(FakeBucket, "get_permission")
def get_permission(original, self, action, resource):
    kept = self.policy
    if kept is None:
        return original(self, action, resource)
    policy = json.loads(kept)
    statements = policy["Statement"] if isinstance(policy["Statement"], list) else [policy["Statement"]]
    policy["Statement"] = [one for one in statements if not is_about_plain_requests(one)]
    self.policy = json.dumps(policy).encode()
    try:
        return original(self, action, resource)
    finally:
        self.policy = kept


def is_about_plain_requests(statement):
    said = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return said in ("false", ["false"])

"""S3: what is put has the digest that its request says."""

import base64
import hashlib

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response

from .tools import replace


@replace(S3Response, "put_object")
def put_object(original, self):
    said = self.headers.get("x-amz-checksum-sha256")
    found = base64.b64encode(hashlib.sha256(self.body or b"").digest()).decode()
    if said and said != found:
        raise S3ClientError("BadDigest", "The SHA256 you specified did not match the calculated checksum.")
    return original(self)

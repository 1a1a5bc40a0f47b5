"""Requests and answers as they are on the wire, which is the same for every emulator.

A module of this package says what AWS does otherwise by two decorators: `before` may answer in the emulator's place,
`after` may change its answer. What is remembered belongs to an account and a region.
"""

import json
import re
import threading
import time
from collections import defaultdict
from datetime import timezone
from urllib.parse import parse_qs
from uuid import uuid4

import cbor2

from . import names

lock = threading.RLock()
refusing = defaultdict(list)
showing = defaultdict(list)
memory = defaultdict(dict)
# Of temporary credentials, by the access key's id.
accounts = {}

# So many reads show that something is still under way, and for so many seconds at most where nobody reads:
# more than a busy machine needs for the next request.
READS = 2
MOMENT = 5.0


class Request:
    """A signed request. `operation` is `service:Operation`, or None where no module cares."""

    def __init__(self, method, path, query, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.query = {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}
        scope = re.search(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/", headers.get("authorization", ""))
        key, self.region, self.service = scope.groups() if scope else ("", "", "")
        self.account = key if re.fullmatch(r"\d{12}", key) else accounts.get(key, "123456789012")
        self.is_form = "x-www-form-urlencoded" in headers.get("content-type", "")
        self.form = self._form() if self.is_form else {}
        self.operation, self.named = names.operation(self)

    def _form(self):
        form = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in form.items()}

    @property
    def data(self):
        """The body, in JSON or CBOR."""
        return parsed(self.body, self.headers.get("content-type", ""))

    def listed(self, name):
        """The members of a list of a form: `Tags.member.1.Key` of `Tags` is {"Key": ...}."""
        found = defaultdict(dict)
        for key, value in self.form.items():
            part = re.fullmatch(rf"{name}\.(?:member\.)?(\d+)\.(\w+)", key)
            if part:
                found[int(part[1])][part[2]] = value
        return [found[number] for number in sorted(found)]

    def memory(self, what, region=None):
        """What is remembered under this word, for the account and the region."""
        return memory[(self.account, self.region if region is None else region, what)]


class Answer:
    """What is sent back."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def is_good(self):
        return self.status < 300

    @property
    def content_type(self):
        return next((value for name, value in self.headers if name.lower() == "content-type"), "")

    @property
    def data(self):
        return parsed(self.body, self.content_type)

    @data.setter
    def data(self, value):
        self.body = in_cbor(value) if "cbor" in self.content_type else json.dumps(value).encode()


def parsed(body, content_type):
    """The members of a body; none where it is no object."""
    try:
        if "cbor" in content_type:
            value = cbor2.loads(body) if body else {}
        else:
            value = json.loads(body or b"{}")
    except (ValueError, cbor2.CBORDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


def in_cbor(value):
    """Times are numbers there, as Smithy has them."""
    return cbor2.dumps(value, datetime_as_timestamp=True, timezone=timezone.utc)


class UnderWay:
    """What takes time: counted in reads, and over after a moment even where nobody reads."""

    def __init__(self, reads=READS, what=None):
        self.left, self.until, self.what = reads, time.monotonic() + MOMENT, what

    def is_over(self):
        return self.left <= 0 or time.monotonic() > self.until

    def is_read(self):
        """Counts a read; true while it is still under way."""
        if self.is_over():
            return False
        self.left -= 1
        return True


def before(*operations):
    """The decorated function takes a request and may answer it."""

    def place(function):
        for operation in operations:
            refusing[operation].append(function)
        return function

    return place


def after(*operations):
    """The decorated function takes a request with the emulator's answer, and changes that."""

    def place(function):
        for operation in operations:
            showing[operation].append(function)
        return function

    return place


def once(request, what, key):
    """True the first time that this is asked of a key."""
    seen = request.memory(what).setdefault("once", set())
    is_first = key not in seen
    seen.add(key)
    return is_first


def json_error(code, message, status=400):
    headers = [("Content-Type", "application/json"), ("x-amzn-errortype", code), ("x-amzn-requestid", str(uuid4()))]
    return Answer(status, headers, json.dumps({"__type": code, "message": message, "Message": message}).encode())


def form_error(code, message, status=400):
    inner, number = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>", uuid4()
    text = f"<ErrorResponse>{inner}<RequestId>{number}</RequestId></ErrorResponse>"
    return Answer(status, [("Content-Type", "text/xml"), ("x-amzn-requestid", str(number))], text.encode())


def bucket_error(code, message, status=400, more=""):
    number = uuid4()
    text = f"<Error><Code>{code}</Code><Message>{message}</Message>{more}<RequestId>{number}</RequestId></Error>"
    return Answer(status, [("Content-Type", "application/xml"), ("x-amz-request-id", str(number))], text.encode())


def is_heard(request):
    return request.operation in refusing or request.operation in showing


def answer_instead(request):
    """AWS's answer where the emulator shall not see the request."""
    with lock:
        for function in refusing[request.operation] if request.operation in refusing else []:
            answer = function(request)
            if answer is not None:
                return answer
    return None


def correct(request, answer):
    """The emulator's answer as AWS would give it."""
    with lock:
        for function in showing[request.operation] if request.operation in showing else []:
            function(request, answer)
    # It is of the body that the emulator had sent.
    answer.headers = [(key, value) for key, value in answer.headers if key.lower() != "x-amz-crc32"]
    return answer

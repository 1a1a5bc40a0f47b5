"""Recorded answers, around all of moto."""

import io
from http.client import responses

from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from recorded import wire

# It is nearer to moto: what is recorded is of the client's own requests.
from . import cloudwatch  # noqa: F401
from .tools import replace


def heard(environ, body):
    """The request, if a module cares about it."""
    headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key.startswith("HTTP_")}
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
    request = wire.Request(environ["REQUEST_METHOD"], path, query, headers, body)
    return request if wire.is_heard(request) else None


def replay(environ, body):
    return dict(environ, CONTENT_LENGTH=str(len(body)), **{"wsgi.input": io.BytesIO(body)})


@replace(DomainDispatcherApplication, "__call__")
def call(original, self, environ, start_response):
    # A token is exchanged by a request that nobody signs.
    may_be_heard = "HTTP_AUTHORIZATION" in environ or (environ["REQUEST_METHOD"], environ.get("PATH_INFO")) == (
        "POST",
        "/",
    )
    if not may_be_heard or "HTTP_TRANSFER_ENCODING" in environ:
        return original(self, environ, start_response)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    request = heard(environ, body)
    if request is None:
        return original(self, replay(environ, body), start_response)
    answer = wire.answer_instead(request) or corrected(original, self, environ, request)
    headers = [(key, value) for key, value in answer.headers if key.lower() != "content-length"]
    status = f"{answer.status} {responses.get(answer.status, 'Unknown')}"
    start_response(status, [*headers, ("Content-Length", str(len(answer.body)))])
    return [answer.body]


def corrected(original, self, environ, request):
    sent = {}

    def start_response(status, headers, _error=None):
        sent.update(status=int(status.split(" ")[0]), headers=list(headers))

    parts = original(self, replay(environ, request.body), start_response)
    body = b"".join(parts)
    if hasattr(parts, "close"):
        parts.close()
    return wire.correct(request, wire.Answer(sent["status"], sent["headers"], body))

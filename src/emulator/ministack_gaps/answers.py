"""Recorded answers, around all of ministack."""

from contextvars import ContextVar

from ministack.core import iam_evaluator
from recorded import wire

from .tools import replace

# Headers and body of the request at hand as they arrived, where a module may have changed them since.
arrived = ContextVar("arrived", default=None)


@replace(iam_evaluator, "pin_signed_request")
def pin_signed_request(original, method, path, query, headers, **more):
    """Of these its signature is."""
    return original(method, path, query, arrived.get()[0] if arrived.get() else headers, **more)


@replace(iam_evaluator, "pin_signed_body")
def pin_signed_body(original, body):
    return original(arrived.get()[1] if arrived.get() else body)


async def whole_body(receive):
    body, is_more = b"", True
    while is_more:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    return body


def heard(scope, body):
    """The request, if a module cares about it."""
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    request = wire.Request(scope["method"], scope["path"], query, headers, body)
    return request if wire.is_heard(request) else None


async def send_answer(send, answer):
    headers = [(key.encode(), value.encode()) for key, value in answer.headers if key.lower() != "content-length"]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


def is_heard(scope):
    """A signed request, or one that may exchange a token, which nobody signs."""
    if scope["type"] != "http":
        return False
    headers = {key.lower() for key, _ in scope["headers"]}
    return b"authorization" in headers or (scope["method"], scope["path"]) == ("POST", "/")


def around(original, asked):
    """The server with the recorded answers around it, which reports every request.

    It is a coroutine function, which the server asks for.
    """

    async def app(scope, receive, send):
        asked()
        if not is_heard(scope):
            return await original(scope, receive, send)
        body = await whole_body(receive)
        request = heard(scope, body)
        answer = wire.answer_instead(request) if request else None
        if answer:
            return await send_answer(send, answer)

        async def receive_again():
            return {"type": "http.request", "body": request.body if request else body, "more_body": False}

        if request is None:
            return await original(scope, receive_again, send)
        arrived.set((scope["headers"], body))
        return await send_answer(send, await corrected(original, scope, receive_again, request))

    return app


async def corrected(original, scope, receive, request):
    sent = {"body": b""}

    async def keep(message):
        if message["type"] == "http.response.start":
            sent.update(status=message["status"], headers=message.get("headers", []))
        else:
            sent["body"] += message.get("body", b"")

    scope = dict(scope, headers=with_length(scope["headers"], request.body))
    await original(scope, receive, keep)
    headers = [(key.decode("latin-1"), value.decode("latin-1")) for key, value in sent["headers"]]
    return wire.correct(request, wire.Answer(sent["status"], headers, sent["body"]))


def with_length(headers, body):
    others = [(key, value) for key, value in headers if key.lower() != b"content-length"]
    return [*others, (b"content-length", str(len(body)).encode())]

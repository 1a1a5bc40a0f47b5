"""What an invocation says of an exception of a handler: alone, ministack gives all of them the same type."""

import contextvars

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from .tools import replace

# The type of the exception that the handler under way has raised.
RAISED = contextvars.ContextVar("raised", default=None)


def report_type(script, *places):
    """Lets the script that runs handlers report an exception's type wherever it reports its trace, a place each."""
    text = getattr(lambda_runtime, script)
    for trace, kind in places:
        before, after = text.split(trace)
        text = f"{before}{trace}, {kind}{after}"
    setattr(lambda_runtime, script, text)


report_type("_PYTHON_WORKER_SCRIPT", ('"trace": traceback.format_exc()', '"type": type(e).__name__'))
report_type(
    "_NODEJS_WORKER_SCRIPT",
    ('trace: err.stack || ""', "type: err instanceof Error ? err.name : typeof err"),
    ("error: e.message, trace: e.stack", "type: e instanceof Error ? e.name : typeof e"),
)


@replace(lambda_runtime.Worker, "invoke")
def invoke(original, *args, **kwargs):
    answer = original(*args, **kwargs)
    RAISED.set(answer.get("type"))
    return answer


@replace(lambda_svc, "_execute_function_warm")
def execute_function_warm(original, func, event, request_id):
    token = RAISED.set(None)
    try:
        result = original(func, event, request_id)
        if RAISED.get() and result.get("error"):
            result["body"]["errorType"] = RAISED.get()
        return result
    finally:
        RAISED.reset(token)

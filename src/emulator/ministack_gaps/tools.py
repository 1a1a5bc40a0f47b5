"""How a patch takes a function's place, and how operations are added."""

import json


def replace(module, name):
    """Puts the decorated function, which takes the original first, in the original's place."""
    original = getattr(module, name)

    def place(patch):
        setattr(module, name, lambda *args, **kwargs: patch(original, *args, **kwargs))
        return patch

    return place


def more_operations(module, **operations):
    """Adds operations to a service that is called by X-Amz-Target with a JSON body."""
    original = module.handle_request

    async def handle_request(method, path, headers, body, query_params):
        operation = operations.get(headers.get("x-amz-target", "").split(".")[-1])
        if operation is None:
            return await original(method, path, headers, body, query_params)
        return operation(json.loads(body) if body else {})

    module.handle_request = handle_request

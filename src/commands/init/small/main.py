"""Stores JSON objects with an `id` that are posted to /items, and returns them from /items/{id}."""

import base64
import json
import os
from functools import cache

import boto3


def handler(event, context):
    """Answers an event of an HTTP API, in payload format 2.0."""
    if event["routeKey"] == "POST /items":
        return store(event)
    return find(event["pathParameters"]["id"])


def store(event):
    """Stores the item in the body, with its data as JSON."""
    try:
        body = event.get("body") or ""
        item = json.loads(base64.b64decode(body) if event.get("isBase64Encoded") else body)
    except (ValueError, RecursionError):
        return answer(400, {"message": "the body is no valid JSON"})
    identifier = item.get("id") if isinstance(item, dict) else None
    if not isinstance(identifier, str) or not identifier:
        return answer(400, {"message": "the body must be a JSON object with an `id`, a string that is not empty"})
    table().put_item(Item={"id": identifier, "data": json.dumps(item.get("data"))})
    return answer(200, {"id": identifier})


def find(identifier):
    """Returns an item."""
    item = table().get_item(Key={"id": identifier}).get("Item")
    if item is None:
        return answer(404, {"message": "there is no such item"})
    return answer(200, {"id": item["id"], "data": json.loads(item["data"])})


def answer(status, body):
    """A response of an HTTP API."""
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


@cache
def table():
    """The boto3 table, created when it is first needed and kept as long as Lambda keeps the process."""
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])

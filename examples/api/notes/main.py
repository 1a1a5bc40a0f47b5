"""Keeps notes for a day: POST /notes stores one, GET and DELETE /notes/{id} find and remove it."""

import json
import os
import time
from functools import cache

import boto3

DAY = 24 * 60 * 60


def handler(event, context):
    """Answers an event of a REST API."""
    if event["httpMethod"] == "POST":
        return store(event.get("body") or "")
    identifier = event["pathParameters"]["id"]
    return find(identifier) if event["httpMethod"] == "GET" else remove(identifier)


def store(body):
    """Stores a note, in place of any with the same id."""
    try:
        note = json.loads(body)
    except (ValueError, RecursionError):
        return answer(400, {"message": "the body is no valid JSON"})
    if not isinstance(note, dict) or not isinstance(note.get("id"), str) or not note["id"]:
        return answer(400, {"message": "the body must be a JSON object with an `id`, a string that is not empty"})
    expires = int(time.time()) + DAY
    table().put_item(Item={"id": note["id"], "data": json.dumps(note.get("data")), "expires": expires})
    return answer(200, {"id": note["id"], "expires": expires})


def find(identifier):
    """Returns a note. DynamoDB may take two days to delete expired items, so expiry is checked here too."""
    item = table().get_item(Key={"id": identifier}).get("Item")
    if item is None or item["expires"] <= time.time():
        return answer(404, {"message": "there is no such note"})
    return answer(200, {"id": item["id"], "data": json.loads(item["data"])})


def remove(identifier):
    """Deletes a note, whether it exists or not."""
    table().delete_item(Key={"id": identifier})
    return answer(200, {"id": identifier})


def answer(status, body):
    """A response of a REST API."""
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


@cache
def table():
    """The boto3 table, created when it is first needed and kept as long as Lambda keeps the process."""
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])

"""Counts its calls."""

import json
import os
from functools import cache

import boto3


def handler(event, context):
    """Answers with the stage and the number of calls so far."""
    answer = table().update_item(
        Key={"id": "calls"},
        UpdateExpression="ADD calls :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    return json.dumps({"stage": os.environ["STAGE"], "calls": int(answer["Attributes"]["calls"])})


@cache
def table():
    """The boto3 table, created when it is first needed and kept as long as Lambda keeps the process."""
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])

"""Stores what is posted to the API in a table, and raises an alert when that fails.

The request's body is a JSON object with an `id` (a string that is not empty) and, if wanted, `data` (any JSON value).
"""

import base64
import json
import os
from datetime import datetime, timezone
from decimal import Clamped, Context, Inexact, InvalidOperation, Overflow, Subnormal
from functools import cache

import boto3
from aws_lambda_powertools import Logger

logger = Logger(service="api-handler")

# The numbers that DynamoDB can hold: 38 digits, from 1E-130 to 9.99E+125.
NUMBERS = Context(prec=38, Emin=-130, Emax=125, traps=[Clamped, Inexact, InvalidOperation, Overflow, Subnormal])


class BadRequest(Exception):
    """The request is at fault; the message is for whoever sent it."""


def handler(event, context):
    """Answers an event of API Gateway's Lambda proxy integration."""
    try:
        item = read_item(event)
        table().put_item(Item=item)
    except BadRequest as error:
        return answer(400, {"message": str(error)})
    except Exception as error:
        request_id = getattr(context, "aws_request_id", None)
        logger.exception("the item could not be stored", request_id=request_id)
        alert(error, request_id)
        return answer(500, {"message": "internal error"})
    logger.info("item stored", item_id=item["id"])
    return answer(200, {"id": item["id"], "timestamp": item["timestamp"]})


def read_item(event):
    """The item that an event asks to store."""
    body = read_body(event)
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    identifier = body.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise BadRequest("`id` must be a string that is not empty")
    timestamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return {"id": identifier, "data": body.get("data"), "timestamp": timestamp}


def read_body(event):
    """The body's JSON value; DynamoDB takes no floats, so every number in it is a Decimal."""
    body = event.get("body")
    if body is None:
        raise BadRequest("the body is missing")
    try:
        if event.get("isBase64Encoded"):
            body = base64.b64decode(body, validate=True).decode()
        return json.loads(body, parse_int=number, parse_float=number, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no valid JSON") from None


def number(text):
    """A JSON number that DynamoDB can hold."""
    try:
        return NUMBERS.create_decimal(text)
    except ArithmeticError:
        raise BadRequest("a number has more than 38 digits, or is out of range") from None


def refuse(name):
    """NaN and the infinities, which Python reads although they are no JSON."""
    raise ValueError(name)


def alert(error, request_id):
    """Tells the operators. A failure here is logged and changes nothing about the answer."""
    details = {"error": type(error).__name__, "message": str(error), "request_id": request_id}
    try:
        topic = os.environ["SNS_TOPIC_ARN"]
        sns().publish(TopicArn=topic, Subject="An item could not be stored", Message=json.dumps(details))
    except Exception:
        logger.exception("the alert could not be published", request_id=request_id)


def answer(status, body):
    """A response of the proxy integration."""
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


@cache
def table():
    """The table; made when it is first needed, then kept for as long as Lambda keeps the process."""
    return boto3.resource("dynamodb").Table(os.environ["DYNAMODB_TABLE"])


@cache
def sns():
    """The client of the topic's service."""
    return boto3.client("sns")

"""Counts events by source: one item in the table for each source."""

import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def sources(event):
    """Each record of an event with its source: `aws:sqs` and the like, the source on a bus, `schedule` or `url`."""
    for record in event.get("Records", []):
        yield record.get("eventSource", "unknown"), record
    if "detail-type" in event:
        yield event["source"], event
    elif "requestContext" in event:
        yield "url", event
    elif event.get("kind"):
        yield "schedule", event


def is_own(record):
    """True for an item that this function has written itself: counting it would never end."""
    keys = record.get("dynamodb", {}).get("Keys", {})
    return keys.get("id", {}).get("S", "").startswith("seen:")


def note(source):
    """Counts one more event from a source."""
    table.update_item(
        Key={"id": f"seen:{source}"},
        UpdateExpression="ADD #count :one",
        ExpressionAttributeNames={"#count": "count"},
        ExpressionAttributeValues={":one": 1},
    )


def handler(event, _context):
    """Reports which messages of a queue failed, so that only those are delivered again."""
    failed = []
    for source, record in sources(event):
        if source == "aws:dynamodb" and is_own(record):
            continue
        try:
            note(source)
        except Exception as error:
            print(json.dumps({"source": source, "error": str(error)}))
            if source != "aws:sqs":
                raise
            failed.append({"itemIdentifier": record["messageId"]})
        else:
            print(json.dumps({"source": source}))
    return {"batchItemFailures": failed}

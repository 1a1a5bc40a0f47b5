"""What the worker counts, without AWS."""

import os
import sys
import types
import unittest
from unittest.mock import MagicMock

boto3 = types.ModuleType("boto3")
boto3.resource = MagicMock()
sys.modules["boto3"] = boto3
os.environ["TABLE"] = "items"

import main  # noqa: E402


class Worker(unittest.TestCase):
    def setUp(self):
        main.table = MagicMock()

    def seen(self):
        return [call.kwargs["Key"]["id"] for call in main.table.update_item.call_args_list]

    def test_each_source_is_written_down(self):
        for event, source in [
            ({"Records": [{"eventSource": "aws:sqs", "messageId": "1"}]}, "aws:sqs"),
            ({"Records": [{"eventSource": "aws:s3", "s3": {}}]}, "aws:s3"),
            ({"detail-type": "OrderPaid", "source": "shop", "detail": {}}, "shop"),
            ({"kind": "full"}, "schedule"),
            ({"requestContext": {}, "rawPath": "/"}, "url"),
            ({"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {"Keys": {"id": {"S": "a"}}}}]}, "aws:dynamodb"),
        ]:
            main.table.reset_mock()
            self.assertEqual(main.handler(event, None), {"batchItemFailures": []})
            self.assertEqual(self.seen(), [f"seen:{source}"])

    def test_what_it_has_written_itself_comes_back_to_no_effect(self):
        own = {"eventSource": "aws:dynamodb", "dynamodb": {"Keys": {"id": {"S": "seen:aws:s3"}}}}
        main.handler({"Records": [own]}, None)
        self.assertEqual(self.seen(), [])

    def test_a_message_that_fails_comes_again_alone(self):
        main.table.update_item.side_effect = [None, RuntimeError("away")]
        records = [{"eventSource": "aws:sqs", "messageId": number} for number in ("1", "2")]
        self.assertEqual(main.handler({"Records": records}, None), {"batchItemFailures": [{"itemIdentifier": "2"}]})

    def test_any_other_event_that_fails_is_tried_again_by_who_sent_it(self):
        main.table.update_item.side_effect = RuntimeError("away")
        with self.assertRaises(RuntimeError):
            main.handler({"kind": "full"}, None)


if __name__ == "__main__":
    unittest.main()

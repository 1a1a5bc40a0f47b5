"""The handler's own tests: `python3 -m unittest` in this folder; nothing has to be installed."""

import base64
import json
import os
import sys
import types
import unittest
from datetime import datetime
from decimal import Decimal
from unittest.mock import MagicMock, patch

# Stand-ins for what Lambda's runtime and the vendored packages bring.
boto3 = types.ModuleType("boto3")
boto3.client = MagicMock(name="boto3.client")
boto3.resource = MagicMock(name="boto3.resource")
powertools = types.ModuleType("aws_lambda_powertools")
powertools.Logger = MagicMock(name="Logger")
with patch.dict(sys.modules, {"boto3": boto3, "aws_lambda_powertools": powertools}):
    import main

TOPIC = "arn:aws:sns:us-west-2:123456789012:alerts"


class HandlerTest(unittest.TestCase):
    def setUp(self):
        environment = {"DYNAMODB_TABLE": "items", "SNS_TOPIC_ARN": TOPIC}
        for patcher in (patch.dict(os.environ, environment), patch.object(main, "logger")):
            patcher.start()
            self.addCleanup(patcher.stop)
        for mock in (boto3.resource, boto3.client):
            mock.reset_mock(return_value=True)
        main.table.cache_clear()
        main.sns.cache_clear()
        self.table = boto3.resource.return_value.Table.return_value
        self.sns = boto3.client.return_value

    def send(self, body, **event):
        """The answer's status and its body, parsed."""
        context = types.SimpleNamespace(aws_request_id="request-1")
        answer = main.handler({"body": body, "isBase64Encoded": False, **event}, context)
        self.assertEqual(set(answer), {"statusCode", "headers", "body"})
        self.assertEqual(answer["headers"], {"Content-Type": "application/json"})
        return answer["statusCode"], json.loads(answer["body"])

    def stored(self):
        """The one item that was put."""
        self.table.put_item.assert_called_once()
        return self.table.put_item.call_args.kwargs["Item"]

    def assert_refused(self, body, part, **event):
        status, answer = self.send(body, **event)
        self.assertEqual(status, 400)
        self.assertIn(part, answer["message"])
        self.table.put_item.assert_not_called()
        self.sns.publish.assert_not_called()

    def test_an_item_is_stored_with_its_time(self):
        status, answer = self.send('{"id": "a-1", "data": {"name": "x", "tags": [true, null]}}')
        item = self.stored()
        self.assertEqual(status, 200)
        self.assertEqual(answer, {"id": "a-1", "timestamp": item["timestamp"]})
        self.assertEqual(item["id"], "a-1")
        self.assertEqual(item["data"], {"name": "x", "tags": [True, None]})
        self.assertEqual(datetime.fromisoformat(item["timestamp"]).utcoffset().total_seconds(), 0)
        boto3.resource.assert_called_once_with("dynamodb")
        boto3.resource.return_value.Table.assert_called_once_with("items")
        self.sns.publish.assert_not_called()

    def test_data_may_be_left_out_and_other_fields_are_not_stored(self):
        self.assertEqual(self.send('{"id": "a", "admin": true}')[0], 200)
        item = self.stored()
        self.assertEqual(set(item), {"id", "data", "timestamp"})
        self.assertIsNone(item["data"])

    def test_numbers_are_decimals_exactly_as_written(self):
        numbers = ["7", "0.1", "1e125", "-1e-130", "12345678901234567890.5"]
        self.assertEqual(self.send('{{"id": "a", "data": {{"n": [{}]}}}}'.format(", ".join(numbers)))[0], 200)
        stored = self.stored()["data"]["n"]
        self.assertEqual(stored, [Decimal(text) for text in numbers])
        self.assertEqual({type(value) for value in stored}, {Decimal})

    def test_numbers_that_the_table_cannot_hold_are_refused(self):
        for number in ("1e126", "1e-131", "1e-999999999999999999999", "1" * 39, "0." + "1" * 39, "1" * 5000):
            with self.subTest(number=number[:50]):
                self.assert_refused(f'{{"id": "a", "data": {number}}}', "38 digits")

    def test_base64_bodies_are_decoded(self):
        body = base64.b64encode('{"id": "ä"}'.encode()).decode()
        self.assertEqual(self.send(body, isBase64Encoded=True)[0], 200)
        self.assertEqual(self.stored()["id"], "ä")

    def test_broken_base64_is_refused(self):
        for body in ("{}", "a", base64.b64encode(b"\xff\xfe").decode()):
            with self.subTest(body=body):
                self.assert_refused(body, "no valid JSON", isBase64Encoded=True)

    def test_an_absent_body_is_refused(self):
        self.assert_refused(None, "missing")
        answer = main.handler({}, None)
        self.assertEqual(answer["statusCode"], 400)

    def test_what_is_no_json_is_refused(self):
        for body in ("", "{", "id=1", '{"id": "a", "data": NaN}', '{"id": "a", "data": -Infinity}', "[" * 100_000):
            with self.subTest(body=body[:30]):
                self.assert_refused(body, "no valid JSON")

    def test_what_is_no_object_is_refused(self):
        for body in ("null", "[]", '"id"', "1", "true"):
            with self.subTest(body=body):
                self.assert_refused(body, "JSON object")

    def test_an_id_that_is_no_text_is_refused(self):
        for body in ("{}", '{"id": ""}', '{"id": null}', '{"id": 1}', '{"id": ["a"]}', '{"ID": "a"}'):
            with self.subTest(body=body):
                self.assert_refused(body, "`id`")

    def test_a_failure_is_logged_published_and_not_told(self):
        self.table.put_item.side_effect = RuntimeError("secret detail")
        status, answer = self.send('{"id": "a"}')
        self.assertEqual((status, answer), (500, {"message": "internal error"}))
        main.logger.exception.assert_called_once()
        boto3.client.assert_called_once_with("sns")
        published = self.sns.publish.call_args.kwargs
        self.assertEqual(published["TopicArn"], TOPIC)
        self.assertEqual(
            json.loads(published["Message"]),
            {"error": "RuntimeError", "message": "secret detail", "request_id": "request-1"},
        )

    def test_a_failing_alert_does_not_mask_the_answer(self):
        self.table.put_item.side_effect = RuntimeError("secret detail")
        self.sns.publish.side_effect = OSError("no topic")
        status, answer = self.send('{"id": "a"}')
        self.assertEqual((status, answer), (500, {"message": "internal error"}))
        self.assertEqual(main.logger.exception.call_count, 2)

    def test_a_missing_setting_is_a_failure_like_any_other(self):
        del os.environ["DYNAMODB_TABLE"]
        self.assertEqual(self.send('{"id": "a"}')[0], 500)
        self.sns.publish.assert_called_once()
        del os.environ["SNS_TOPIC_ARN"]
        self.assertEqual(self.send('{"id": "a"}')[0], 500)

    def test_clients_are_made_once(self):
        for _ in range(3):
            self.send('{"id": "a"}')
        boto3.resource.assert_called_once()


if __name__ == "__main__":
    unittest.main()

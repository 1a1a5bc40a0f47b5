"""The handler's own tests: `python3 -m unittest` in this folder; nothing has to be installed."""

import base64
import json
import os
import sys
import types
import unittest
from unittest.mock import MagicMock, patch

# A stand-in for a package that Lambda's runtime provides.
boto3 = types.ModuleType("boto3")
boto3.resource = MagicMock(name="boto3.resource")
with patch.dict(sys.modules, {"boto3": boto3}):
    import main


class HandlerTest(unittest.TestCase):
    def setUp(self):
        patcher = patch.dict(os.environ, {"TABLE": "items"})
        patcher.start()
        self.addCleanup(patcher.stop)
        boto3.resource.reset_mock(return_value=True)
        main.table.cache_clear()
        self.table = boto3.resource.return_value.Table.return_value

    def post(self, body, **event):
        """The response's status and its body, parsed."""
        answer = main.handler({"routeKey": "POST /items", "body": body, **event}, None)
        return answer["statusCode"], json.loads(answer["body"])

    def get(self, identifier):
        """The same for a GET request."""
        answer = main.handler({"routeKey": "GET /items/{id}", "pathParameters": {"id": identifier}}, None)
        return answer["statusCode"], json.loads(answer["body"])

    def test_an_item_is_stored_and_found_again(self):
        self.assertEqual(self.post('{"id": "a", "data": {"price": 1.5}}'), (200, {"id": "a"}))
        item = self.table.put_item.call_args.kwargs["Item"]
        self.table.get_item.return_value = {"Item": item}
        self.assertEqual(self.get("a"), (200, {"id": "a", "data": {"price": 1.5}}))
        boto3.resource.return_value.Table.assert_called_once_with("items")

    def test_an_item_that_is_not_there_is_not_found(self):
        self.table.get_item.return_value = {}
        self.assertEqual(self.get("b")[0], 404)

    def test_base64_bodies_are_decoded(self):
        body = base64.b64encode(b'{"id": "a"}').decode()
        self.assertEqual(self.post(body, isBase64Encoded=True)[0], 200)

    def test_what_is_no_item_is_refused(self):
        for body in (None, "", "{", "[]", '"a"', "{}", '{"id": 1}', '{"id": ""}', "[" * 100_000):
            with self.subTest(body=str(body)[:20]):
                self.assertEqual(self.post(body)[0], 400)
        self.table.put_item.assert_not_called()


if __name__ == "__main__":
    unittest.main()

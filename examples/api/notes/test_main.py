"""The handler's own tests: `python3 -m unittest` in this folder; nothing has to be installed."""

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


class NotesTest(unittest.TestCase):
    def setUp(self):
        patcher = patch.dict(os.environ, {"TABLE": "notes"})
        patcher.start()
        self.addCleanup(patcher.stop)
        boto3.resource.reset_mock(return_value=True)
        main.table.cache_clear()
        self.table = boto3.resource.return_value.Table.return_value

    def call(self, method, identifier=None, body=None):
        """The response's status and its body, parsed."""
        event = {"httpMethod": method, "pathParameters": {"id": identifier}, "body": body}
        answer = main.handler(event, None)
        return answer["statusCode"], json.loads(answer["body"])

    def test_a_note_is_stored_and_found_again(self):
        with patch("time.time", return_value=1000):
            self.assertEqual(self.call("POST", body='{"id": "a", "data": [1.5]}'), (200, {"id": "a", "expires": 87400}))
            self.table.get_item.return_value = {"Item": self.table.put_item.call_args.kwargs["Item"]}
            self.assertEqual(self.call("GET", "a"), (200, {"id": "a", "data": [1.5]}))

    def test_a_note_that_has_expired_or_never_was_is_not_found(self):
        for found in ({}, {"Item": {"id": "a", "data": "null", "expires": 1}}):
            self.table.get_item.return_value = found
            self.assertEqual(self.call("GET", "a")[0], 404)

    def test_what_is_no_note_is_refused(self):
        for body in (None, "", "{", "[]", "{}", '{"id": 1}', '{"id": ""}', "[" * 100_000):
            with self.subTest(body=str(body)[:20]):
                self.assertEqual(self.call("POST", body=body)[0], 400)
        self.table.put_item.assert_not_called()

    def test_a_note_is_removed(self):
        self.assertEqual(self.call("DELETE", "a"), (200, {"id": "a"}))
        self.table.delete_item.assert_called_once_with(Key={"id": "a"})


if __name__ == "__main__":
    unittest.main()

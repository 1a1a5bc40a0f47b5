"""Says hello."""


def handler(event, context):
    """Answers any request of the HTTP API; a string becomes a response with status 200."""
    return "hello"

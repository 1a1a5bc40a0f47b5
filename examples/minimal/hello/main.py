"""Says hello."""


def handler(event, context):
    """Answers any request of the HTTP API; a text is an answer with the status 200."""
    return "hello"

"""Route 53: names as it writes them."""

import re

from .wire import after, before


def written(name):
    """In lower case, with a dot at its end, and `*` as an octal number."""
    return name.lower().rstrip(".").replace("*", "\\052") + "."


@before("route53:ChangeResourceRecordSets")
def take_names(request):
    request.body = re.sub(rb"(?<=<Name>)[^<]+(?=</Name>)", lambda name: name[0].lower(), request.body)


@after("route53:ListResourceRecordSets")
def show_names(_request, answer):
    if answer.is_good:
        text = answer.body.decode()
        shown = re.sub(r"<(Name|DNSName)>([^<]+)</\1>", lambda one: f"<{one[1]}>{written(one[2])}</{one[1]}>", text)
        answer.body = shown.encode()

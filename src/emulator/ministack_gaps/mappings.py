"""Lambda: event source mappings and URLs."""

import json

from ministack.core.responses import get_account_id, get_region
from ministack.services import lambda_svc, tagging

from .tools import replace

DROPPED = ("TumblingWindowInSeconds", "StartingPositionTimestamp")


def keep(esm_id, data):
    esm = lambda_svc._esms.get(esm_id)
    if esm is not None:
        esm.update({name: data[name] for name in DROPPED if name in data})


@replace(lambda_svc, "_create_esm")
def create_esm(original, data):
    answer = original(data)
    if answer[0] == 202:
        keep(json.loads(answer[2])["UUID"], data)
    return answer


@replace(lambda_svc, "_update_esm")
def update_esm(original, esm_id, data):
    answer = original(esm_id, data)
    if answer[0] == 200:
        keep(esm_id, data)
    return answer


@replace(lambda_svc, "_delete_function")
def delete_function(original, func_name, *args, **kwargs):
    answer = original(func_name, *args, **kwargs)
    if answer[0] == 204 and func_name not in lambda_svc._functions:
        lambda_svc._function_urls.pop(func_name, None)
    return answer


def functions_and_mappings(collect=tagging._COLLECTORS["lambda"]):
    yield from collect()
    start = f"arn:aws:lambda:{get_region()}:{get_account_id()}:event-source-mapping:"
    for uuid, esm in lambda_svc._esms.items():
        yield start + uuid, [{"Key": key, "Value": value} for key, value in esm.get("Tags", {}).items()]


tagging._COLLECTORS["lambda"] = functions_and_mappings

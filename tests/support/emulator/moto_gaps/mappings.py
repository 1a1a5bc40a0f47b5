"""Lambda: event source mappings, URLs and asynchronous invocations."""

import json
import time

from moto.awslambda.models import EventInvokeConfig, FunctionUrlConfig, LambdaBackend
from moto.awslambda.policy import Policy
from moto.core.resource_tagging import TaggedResource

from .tools import replace


@replace(Policy, "add_statement")
def add_statement(original, self, raw, qualifier=None):
    asked = json.loads(raw)
    conditions = {}
    if "FunctionUrlAuthType" in asked:
        conditions["StringEquals"] = {"lambda:FunctionUrlAuthType": asked.pop("FunctionUrlAuthType")}
    if asked.pop("InvokedViaFunctionUrl", False):
        conditions["Bool"] = {"lambda:InvokedViaFunctionUrl": "true"}
    statement, revision = original(self, json.dumps(asked), qualifier)
    if conditions:
        statement["Condition"] = {**statement.get("Condition", {}), **conditions}
    return statement, revision


@replace(FunctionUrlConfig, "to_dict")
def to_dict(original, self):
    shown = original(self)
    shown.update(FunctionUrl=self.url + "/", InvokeMode=self.config.get("InvokeMode") or "BUFFERED")
    if not shown.get("Cors"):
        shown.pop("Cors", None)
    return shown


@replace(FunctionUrlConfig, "update")
def update(original, self, new_config):
    original(self, new_config)
    self.config.update({name: new_config[name] for name in ("Cors", "InvokeMode") if name in new_config})


@replace(EventInvokeConfig, "response")
def response(original, self):
    return {**original(self), "LastModified": int(time.time())}


@replace(LambdaBackend, "put_function_event_invoke_config")
def put_function_event_invoke_config(original, self, function_name, config):
    self.get_function(function_name).event_invoke_config.clear()
    return original(self, function_name, config)


@replace(LambdaBackend, "iter_tagged_resources")
def iter_tagged_resources(original, self):
    yield from original(self)
    for mapping in self._event_source_mappings.values():
        yield TaggedResource(arn=mapping.arn, tags=mapping.tags, resource_type="lambda:event-source-mapping")

"""What Lambda gives out at URLs that it has signed: the code of functions and layers."""

import hashlib

from flask import request
from moto.awslambda.models import LambdaFunction, LayerVersion
from moto.moto_server.werkzeug_app import DomainDispatcherApplication

from .tools import replace

PLACE = "/signed-by-lambda/"
ZIPS = {}


def url(code):
    digest = hashlib.sha256(code).hexdigest()
    ZIPS[PLACE + digest] = code
    return request.host_url.rstrip("/") + PLACE + digest


@replace(DomainDispatcherApplication, "__call__")
def call(original, self, environ, start_response):
    code = ZIPS.get(environ.get("PATH_INFO"))
    if code is None:
        return original(self, environ, start_response)
    start_response("200 OK", [("Content-Type", "application/zip"), ("Content-Length", str(len(code)))])
    return [code]


@replace(LambdaFunction, "get_code")
def get_code(original, self):
    shown = original(self)
    if "Location" in shown.get("Code", {}):
        shown["Code"]["Location"] = url(self.code_bytes)
    return shown


@replace(LayerVersion, "get_layer_version")
def get_layer_version(original, self):
    shown = original(self)
    shown["Content"]["Location"] = url(self.code_bytes)
    return shown

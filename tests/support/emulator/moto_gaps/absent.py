"""Stands in for a package that moto loads for ImportRestApi alone; without it a third of the installation goes."""

import sys
import types


def stand_in():
    validator = types.ModuleType("openapi_spec_validator")
    validation = types.ModuleType("openapi_spec_validator.validation")
    exceptions = types.ModuleType("openapi_spec_validator.validation.exceptions")
    exceptions.OpenAPIValidationError = type("OpenAPIValidationError", (Exception,), {})
    validator.validate = lambda *_, **__: None
    for module in (validator, validation, exceptions):
        sys.modules[module.__name__] = module


stand_in()

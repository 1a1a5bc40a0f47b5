#!/usr/bin/env bash
# What botocore's model of AWS Lambda says of a function's greatest sizes, beside the same model's text.
#
# Version    botocore 1.43.106
# One would  guess that the number that a model gives as a shape's greatest value is the one that its documentation names, so
#            that a tool may refuse by it what Lambda refuses.
# It says    numbers for every kind of function that Lambda has by now (a timeout of 5,400 s, 32,768 MB of memory and of /tmp),
#            and in words 900 s, with 5,400 on managed instances, and 10,240 MB of /tmp. And botocore compares a value with
#            the least one alone: 0 s are refused before anything is sent, 99,999 s are not.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.43.106
"$folder/venv/bin/python3" - >"$folder/seen" <<'PYTHON'
import re

import botocore.loaders, botocore.model, botocore.validate

model = botocore.loaders.Loader().load_service_model("lambda", "service-2")
shapes = model["shapes"]
for shape in ["Timeout", "MemorySize", "EphemeralStorageSize"]:
    print(shape, "is at most", shapes[shape]["max"])
members = shapes["CreateFunctionRequest"]["members"]
for member in ["Timeout", "EphemeralStorage"]:
    text = re.sub(r"<[^>]+>", "", members[member]["documentation"])
    print(member, "in words:", *re.findall(r"\d+,?\d* (?:seconds|MB)", text))
shape = botocore.model.ServiceModel(model).operation_model("UpdateFunctionConfiguration").input_shape
for timeout in [0, 99999]:
    report = botocore.validate.ParamValidator().validate({"FunctionName": "f", "Timeout": timeout}, shape)
    print("a timeout of", timeout, "is", "refused" if report.has_errors() else "sent")
PYTHON
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
Timeout is at most 5400
MemorySize is at most 32768
EphemeralStorageSize is at most 32768
Timeout in words: 3 seconds 900 seconds 5,400 seconds
EphemeralStorage in words: 10,240 MB
a timeout of 0 is refused
a timeout of 99999 is sent
SEEN

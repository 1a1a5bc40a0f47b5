#!/usr/bin/env bash
# Which level Lambda's guide gives to the errors that libraries write as JSON, where a function has an ApplicationLogLevel.
#
# Versions   aws-lambda-powertools 3.37.0 and @aws-lambda-powertools/logger 2.36.0 (AWS's own, for Python and Node), structlog 26.1.0,
#            python-json-logger 4.2.0, pino 10.4.0, winston 3.19.0
# One would  guess that a function which writes JSON with a level, by AWS's own library at that, keeps its errors when its LoggingConfig asks for
#            ERROR and what is worse.
# They do    not write what the guide asks for: a "level" that Lambda has (TRACE to FATAL), and a "timestamp" by RFC 3339; a line that lacks either
#            counts as INFO, and is dropped. Powertools for Python, which reads Lambda's own variable for the level, writes
#            "2026-11-30 05:47:31,763+0000" unless use_rfc3339 is set, so that every error is INFO; Powertools for Node writes it
#            right. The worst level of both, CRITICAL, is none of Lambda's. Of the others structlog and winston are right where they were asked for
#            such a time; by default structlog has seconds, pino numbers for both, python-json-logger neither and winston no time.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    aws-lambda-powertools==3.37.0 structlog==26.1.0 python-json-logger==4.2.0
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts \
    @aws-lambda-powertools/logger@2.36.0 pino@10.4.0 winston@3.19.0 >/dev/null
cd "$folder"
cat >write.py <<'PY'
import logging
import sys

import structlog
from aws_lambda_powertools import Logger
from pythonjsonlogger.json import JsonFormatter


def handler(name, **arguments):
    stream = logging.StreamHandler(sys.stdout)
    stream.setFormatter(JsonFormatter(**arguments))
    logging.getLogger(name).addHandler(stream)
    return logging.getLogger(name)


Logger(service="one").error("Powertools for Python")
Logger(service="two", use_rfc3339=True).error("Powertools for Python, use_rfc3339")
Logger(service="two", use_rfc3339=True).critical("Powertools for Python, use_rfc3339, critical")
for name, time in (("its default time", {}), ("an ISO time", {"fmt": "iso"})):
    known = structlog.processors
    structlog.configure(processors=[known.add_log_level, known.TimeStamper(**time), known.EventRenamer("message"), known.JSONRenderer()])
    structlog.get_logger().error(f"structlog, a level and {name}")
handler("three").error("python-json-logger")
handler("four", fmt="%(levelname)s %(message)s", timestamp=True).error("python-json-logger, levelname and timestamp")
PY
cat >write.mjs <<'JS'
import { Logger } from "@aws-lambda-powertools/logger";
import pino from "pino";
import winston from "winston";

const { combine, json, timestamp } = winston.format;
const logger = (format) => winston.createLogger({ format, transports: [new winston.transports.Console()] });
new Logger().error("Powertools for Node");
new Logger().critical("Powertools for Node, critical");
pino({ messageKey: "message" }, pino.destination({ dest: 1, sync: true })).error("pino");
logger(json()).error("winston");
logger(combine(timestamp(), json())).error("winston with a timestamp");
JS
cat >judge.py <<'PY'
import json
import re
import sys

LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")

for line in sys.stdin:
    said = json.loads(line)
    level, time = said.get("level"), said.get("timestamp", said.get("time"))
    lacks = [] if isinstance(level, str) and level.upper() in LEVELS else [f"level {json.dumps(level)}"]
    if not (isinstance(time, str) and RFC_3339.fullmatch(time)):
        shape = re.sub(r"\d", "0", time) if isinstance(time, str) else "a number" if time else "none"
        lacks.append(f"time {shape}")
    print(f"{said['message']}: {'INFO, for ' + ' and '.join(lacks) if lacks else level.upper()}")
PY
{
    venv/bin/python write.py
    node write.mjs
} >lines 2>&1
python3 judge.py <lines >seen
cat seen
diff seen - <<'SEEN'
Powertools for Python: INFO, for time 0000-00-00 00:00:00,000+0000
Powertools for Python, use_rfc3339: ERROR
Powertools for Python, use_rfc3339, critical: INFO, for level "CRITICAL"
structlog, a level and its default time: INFO, for time a number
structlog, a level and an ISO time: ERROR
python-json-logger: INFO, for level null and time none
python-json-logger, levelname and timestamp: INFO, for level null
Powertools for Node: ERROR
Powertools for Node, critical: INFO, for level "CRITICAL"
pino: INFO, for level 50 and time a number
winston: INFO, for time none
winston with a timestamp: ERROR
SEEN

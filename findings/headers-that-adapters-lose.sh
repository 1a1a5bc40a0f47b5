#!/usr/bin/env bash
# What six adapters, which run a web app within a function, make of a request of an API and of the app's answer.
#
# Versions   mangum 0.22.0, apig-wsgi 2.20.0, serverless-wsgi 3.1.0 (PyPI); serverless-http 4.0.0, @codegenie/serverless-express 4.17.1, hono 4.13.19 (npm)
# One would  guess that an adapter is there so that an app need not know what calls it: it sees the path of its routes, each value of a header that came twice
#            and the caller's address, and two values of a header and two cookies that it answers reach the caller, in the format of REST APIs (1.0)
#            as in that of HTTP APIs (2.0).
# They do    not all. In 1.0 serverless-wsgi and serverless-http see the last value of a header alone, and for apig-wsgi each caller is 127.0.0.1, so
#            that a limit by address limits everybody at once; in 2.0 they do not. Of two values in an answer apig-wsgi keeps the last one in
#            2.0. serverless-wsgi writes two names that differ in their case instead, for cookies too, which 2.0 has a list for. Behind a stage
#            with a name none takes by itself the stage off the path, which 2.0 has in front of it, so that "/orders" is not found; serverless-wsgi says
#            besides that the app lives at "/live", by which its own links lead to "/live/live/orders".
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mangum==0.22.0 apig-wsgi==2.20.0 serverless-wsgi==3.1.0 Werkzeug==3.1.9
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts \
    serverless-http@4.0.0 @codegenie/serverless-express@4.17.1 hono@4.13.19 >/dev/null

cat >"$folder/events.json" <<'JSON'
{
  "1.0": {
    "resource": "/orders", "path": "/orders", "httpMethod": "GET", "body": null, "isBase64Encoded": false,
    "headers": {"Host": "abc123.execute-api.us-west-2.amazonaws.com", "Cookie": "a=1; b=2", "X-Tag": "2", "X-Forwarded-Proto": "https"},
    "multiValueHeaders": {
      "Host": ["abc123.execute-api.us-west-2.amazonaws.com"], "Cookie": ["a=1; b=2"], "X-Tag": ["1", "2"], "X-Forwarded-Proto": ["https"]},
    "queryStringParameters": null, "multiValueQueryStringParameters": null, "pathParameters": null, "stageVariables": null,
    "requestContext": {
      "accountId": "123456789012", "apiId": "abc123", "stage": "live", "path": "/live/orders", "resourcePath": "/orders",
      "httpMethod": "GET", "protocol": "HTTP/1.1", "requestId": "one", "domainName": "abc123.execute-api.us-west-2.amazonaws.com",
      "identity": {"sourceIp": "203.0.113.9", "userAgent": "test"}}
  },
  "2.0": {
    "version": "2.0", "routeKey": "GET /orders", "rawPath": "/live/orders", "rawQueryString": "", "isBase64Encoded": false,
    "cookies": ["a=1", "b=2"],
    "headers": {"host": "abc123.execute-api.us-west-2.amazonaws.com", "x-tag": "1,2", "x-forwarded-proto": "https"},
    "requestContext": {
      "accountId": "123456789012", "apiId": "abc123", "stage": "live", "routeKey": "GET /orders", "requestId": "one",
      "domainName": "abc123.execute-api.us-west-2.amazonaws.com", "domainPrefix": "abc123", "timeEpoch": 1796040000000,
      "http": {"method": "GET", "path": "/live/orders", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9", "userAgent": "test"}}
  }
}
JSON
cat >"$folder/ask.py" <<'PY'
import json
import sys

import apig_wsgi
import mangum
import serverless_wsgi

ANSWER = [("Content-Type", "text/plain"), ("Set-Cookie", "c=3"), ("Set-Cookie", "d=4"), ("X-Sum", "5"), ("X-Sum", "6")]
seen = {}


def wsgi(environment, start):
    seen.update(
        path=environment["PATH_INFO"], under=environment["SCRIPT_NAME"] or "/", tag=environment.get("HTTP_X_TAG"),
        caller=environment["REMOTE_ADDR"])
    start("200 OK", ANSWER)
    return [b"done"]


async def asgi(scope, receive, send):
    tags = ",".join(value.decode() for name, value in scope["headers"] if name == b"x-tag")
    seen.update(path=scope["path"], under=scope["root_path"] or "/", tag=tags, caller=scope["client"][0])
    headers = [(name.lower().encode(), value.encode()) for name, value in ANSWER]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"done"})


ADAPTERS = {
    "mangum": mangum.Mangum(asgi, lifespan="off"),
    "apig-wsgi": apig_wsgi.make_lambda_handler(wsgi),
    "serverless-wsgi": lambda event, context: serverless_wsgi.handle_request(wsgi, event, context),
}
for version, event in json.load(open(sys.argv[1])).items():
    for name, handler in ADAPTERS.items():
        answer = handler(json.loads(json.dumps(event)), None)
        kept = {key: answer[key] for key in ("headers", "multiValueHeaders", "cookies") if key in answer}
        for headers in (kept.get("headers", {}), kept.get("multiValueHeaders", {})):
            for one in [one for one in headers if one.lower() not in ("x-sum", "set-cookie")]:
                del headers[one]
        print(f"{version}, {name}: {' '.join(seen.values())} -> {json.dumps(kept)}")
PY
cat >"$folder/ask.mjs" <<'JS'
import { readFileSync } from "node:fs";
import express from "@codegenie/serverless-express";
import { Hono } from "hono";
import { getConnInfo, handle } from "hono/aws-lambda";
import serverless from "serverless-http";

let seen;
const plain = (request, response) => {
  seen = [request.url, request.headers["x-tag"], request.socket.remoteAddress];
  response.setHeader("set-cookie", ["c=3", "d=4"]);
  response.setHeader("x-sum", ["5", "6"]);
  response.end("done");
};
const app = new Hono().all("*", (context) => {
  seen = [context.req.path, context.req.header("x-tag"), getConnInfo(context).remote.address];
  for (const [name, value] of [["set-cookie", "c=3"], ["set-cookie", "d=4"], ["x-sum", "5"], ["x-sum", "6"]]) {
    context.header(name, value, { append: true });
  }
  return context.text("done");
});
const adapters = { "serverless-http": serverless(plain), codegenie: (express.default ?? express)({ app: plain }), hono: handle(app) };
const events = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (const [version, event] of Object.entries(events)) {
  for (const [name, handler] of Object.entries(adapters)) {
    const answer = await handler(structuredClone(event), {});
    const kept = {};
    for (const part of ["headers", "multiValueHeaders"]) {
      const found = Object.entries(answer[part] ?? {}).filter(([header]) => /^(x-sum|set-cookie)$/i.test(header));
      if (answer[part]) kept[part] = Object.fromEntries(found);
    }
    if (answer.cookies) kept.cookies = answer.cookies;
    console.log(`${version}, ${name}: ${seen.join(" ")} -> ${JSON.stringify(kept)}`);
  }
}
JS
"$folder/venv/bin/python" "$folder/ask.py" "$folder/events.json" >"$folder/seen"
node "$folder/ask.mjs" "$folder/events.json" >>"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
1.0, mangum: /orders / 1, 2 203.0.113.9 -> {"headers": {}, "multiValueHeaders": {"set-cookie": ["c=3", "d=4"], "x-sum": ["5", "6"]}}
1.0, apig-wsgi: /orders / 1,2 127.0.0.1 -> {"multiValueHeaders": {"Set-Cookie": ["c=3", "d=4"], "X-Sum": ["5", "6"]}}
1.0, serverless-wsgi: /orders /live 2 203.0.113.9 -> {"multiValueHeaders": {"Set-Cookie": ["c=3", "d=4"], "X-Sum": ["5", "6"]}}
2.0, mangum: /live/orders / 1,2 203.0.113.9 -> {"headers": {"x-sum": "5,6"}, "cookies": ["c=3", "d=4"]}
2.0, apig-wsgi: /live/orders / 1,2 203.0.113.9 -> {"headers": {"x-sum": "6"}, "cookies": ["c=3", "d=4"]}
2.0, serverless-wsgi: /live/orders /live 1,2 203.0.113.9 -> {"headers": {"set-cookie": "c=3", "Set-cookie": "d=4", "x-sum": "5", "X-sum": "6"}}
1.0, serverless-http: /orders 2 203.0.113.9 -> {"headers":{"x-sum":"5, 6"},"multiValueHeaders":{"set-cookie":["c=3","d=4"],"x-sum":["5","6"]}}
1.0, codegenie: /orders 1,2 203.0.113.9 -> {"multiValueHeaders":{"set-cookie":["c=3","d=4"],"x-sum":["5","6"]}}
1.0, hono: /orders 1, 2 203.0.113.9 -> {"multiValueHeaders":{"set-cookie":["c=3","d=4"],"x-sum":["5, 6"]}}
2.0, serverless-http: /live/orders 1,2 203.0.113.9 -> {"headers":{"x-sum":"5, 6"},"cookies":["c=3","d=4"]}
2.0, codegenie: /live/orders 1,2 203.0.113.9 -> {"headers":{"x-sum":"5,6"},"cookies":["c=3","d=4"]}
2.0, hono: /live/orders 1,2 203.0.113.9 -> {"headers":{"x-sum":"5, 6"},"cookies":["c=3","d=4"]}
SEEN

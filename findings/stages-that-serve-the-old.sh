#!/usr/bin/env bash
# After which changes of a REST API the CDK and SAM make the deployment without which no stage serves them.
#
# Versions   aws-cdk-lib 2.276.0, constructs 10.8.1, Node 20; aws-sam-translator 1.115.0
# One would  guess that tools which make a stage's deployment by themselves make one after each change that API Gateway's guide lists under those which
#            require it: methods, integrations, authorizers, gateway responses, models and what is said of the API itself, its policy included.
# They do    not, and each leaves out others. They name the deployment by a hash of what they take for the API, and CloudFormation makes another one
#            for another name. In the CDK's there are the API and its methods as its own classes know them: what is said by an escape hatch, as
#            whatever these classes do not have, is not among it, nor is an authorizer unless a flag is set, which "cdk init" sets in new apps. In
#            SAM's there is the OpenAPI document: compression, the source of keys and a private API's endpoints are beside it. The stack
#            is updated, every resource shows the new value, and callers go on to the old authorizer and the old time-out.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check aws-sam-translator==1.115.0
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts aws-cdk-lib@2.276.0 constructs@10.8.1 >/dev/null
cd "$folder"
cat >ask.js <<'JS'
const { App, Duration, Size, Stack } = require("aws-cdk-lib");
const gateway = require("aws-cdk-lib/aws-apigateway");
const ec2 = require("aws-cdk-lib/aws-ec2");
const iam = require("aws-cdk-lib/aws-iam");
const lambda = require("aws-cdk-lib/aws-lambda");
const recommended = require("aws-cdk-lib/recommended-feature-flags.json");

let synthesized = 0;

function deployment(flags, said) {
  const app = new App({ context: flags, outdir: `out${synthesized++}` });
  const stack = new Stack(app, "Shop");
  const code = lambda.Code.fromInline("exports.handler = async () => 1");
  const [one, two] = ["One", "Two"].map((name) =>
    new lambda.Function(stack, name, { runtime: lambda.Runtime.NODEJS_22_X, handler: "index.handler", code }));
  const endpoint = (name) => ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, name, { vpcEndpointId: name, port: 443 });
  const endpoints = said.endpoint && { types: [gateway.EndpointType.PRIVATE], vpcEndpoints: [endpoint(said.endpoint)] };
  const api = new gateway.RestApi(stack, "Api", { ...said.api, endpointConfiguration: endpoints || undefined });
  const handler = said.authorizer?.function === "two" ? two : one;
  const authorizer = new gateway.TokenAuthorizer(stack, "Guard", { handler, identitySource: said.authorizer?.header });
  const integration = new gateway.LambdaIntegration(said.route === "two" ? two : one, { timeout: said.timeout });
  const method = api.root.addMethod("GET", integration, { authorizer });
  if (said.hatch) method.node.defaultChild.addPropertyOverride("Integration.TimeoutInMillis", said.hatch);
  if (said.answer) api.addGatewayResponse("Refused", { type: gateway.ResponseType.DEFAULT_4XX, statusCode: said.answer });
  const resources = Object.entries(app.synth().getStackByName("Shop").template.Resources);
  return resources.find(([, one]) => one.Type === "AWS::ApiGateway::Deployment")[0];
}

function show(what, before, after) {
  const verdict = (flags) => (deployment(flags, before) === deployment(flags, after) ? "none" : "a deployment");
  console.log(`CDK, ${what}: ${verdict({})}, with the recommended flags ${verdict(recommended)}`);
}

const policy = new iam.PolicyDocument({
  statements: [new iam.PolicyStatement({ actions: ["execute-api:Invoke"], resources: ["execute-api:/*"], principals: [new iam.AnyPrincipal()] })],
});
show("a route's function", {}, { route: "two" });
show("the authorizer's function", {}, { authorizer: { function: "two" } });
show("the authorizer's header", {}, { authorizer: { header: "method.request.header.X-Token" } });
show("a time-out", {}, { timeout: Duration.seconds(5) });
show("a time-out by an escape hatch", {}, { hatch: 5000 });
show("a gateway response", {}, { answer: "404" });
show("the policy", {}, { api: { policy } });
show("compression", {}, { api: { minCompressionSize: Size.kibibytes(1) } });
show("the source of keys", {}, { api: { apiKeySourceType: gateway.ApiKeySourceType.AUTHORIZER } });
show("a private API's endpoints", { endpoint: "vpce-1" }, { endpoint: "vpce-2" });
JS
cat >ask.py <<'PY'
import copy
import logging

from samtranslator.translator.transform import transform

FUNCTION = {"Type": "AWS::Serverless::Function", "Properties": {"Handler": "main.handler", "Runtime": "python3.12", "CodeUri": "s3://code/1.zip"}}
ACCESS = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}


class NoPolicies:
    def load(self):
        return {}


def event(name, **route):
    function = copy.deepcopy(FUNCTION)
    function["Properties"]["Events"] = {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get", "RestApiId": {"Ref": "Api"}, **route}}}
    return {name: function}


def deployment(functions, api):
    resources = {"Api": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "live", **api}}, "One": FUNCTION, "Two": FUNCTION, **functions}
    template = {"Transform": "AWS::Serverless-2016-10-31", "Resources": copy.deepcopy(resources)}
    made = transform(template, {}, NoPolicies())["Resources"]
    return next(name for name, resource in made.items() if resource["Type"] == "AWS::ApiGateway::Deployment")


def show(what, before, after, functions=None):
    known = event("One")
    same = deployment(known, before) == deployment(functions or known, after)
    print(f"SAM, {what}: {'none' if same else 'a deployment'}")


def guard(function="One", **identity):
    authorizer = {"FunctionArn": {"Fn::GetAtt": [function, "Arn"]}, **({"Identity": identity} if identity else {})}
    return {"Auth": {"DefaultAuthorizer": "Guard", "Authorizers": {"Guard": authorizer}}}


def private(endpoint):
    return {"EndpointConfiguration": {"Type": "PRIVATE", "VPCEndpointIds": [endpoint]}}


logging.disable(logging.CRITICAL)
show("a route's function", {}, {}, event("Two"))
show("the authorizer's function", guard(), guard("Two"))
show("the authorizer's header", guard(), guard(Header="X-Token"))
show("a time-out", {}, {}, event("One", TimeoutInMillis=5000))
show("a gateway response", {}, {"GatewayResponses": {"DEFAULT_4XX": {"StatusCode": 404}}})
show("the policy", {}, {"Auth": {"ResourcePolicy": {"CustomStatements": [ACCESS]}}})
show("compression", {}, {"MinimumCompressionSize": 1024})
show("the source of keys", {}, {"ApiKeySourceType": "AUTHORIZER"})
show("a private API's endpoints", private("vpce-1"), private("vpce-2"))
PY
{
    node ask.js 2>err
    AWS_DEFAULT_REGION=us-west-2 venv/bin/python ask.py 2>err
} >seen
cat seen
diff seen - <<'SEEN'
CDK, a route's function: a deployment, with the recommended flags a deployment
CDK, the authorizer's function: none, with the recommended flags a deployment
CDK, the authorizer's header: none, with the recommended flags a deployment
CDK, a time-out: a deployment, with the recommended flags a deployment
CDK, a time-out by an escape hatch: none, with the recommended flags none
CDK, a gateway response: a deployment, with the recommended flags a deployment
CDK, the policy: a deployment, with the recommended flags a deployment
CDK, compression: a deployment, with the recommended flags a deployment
CDK, the source of keys: a deployment, with the recommended flags a deployment
CDK, a private API's endpoints: a deployment, with the recommended flags a deployment
SAM, a route's function: a deployment
SAM, the authorizer's function: a deployment
SAM, the authorizer's header: a deployment
SAM, a time-out: a deployment
SAM, a gateway response: a deployment
SAM, the policy: a deployment
SAM, compression: none
SAM, the source of keys: none
SAM, a private API's endpoints: none
SEEN

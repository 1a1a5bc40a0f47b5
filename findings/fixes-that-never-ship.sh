#!/usr/bin/env bash
# Which changes of a function's folder, or of an image's, the CDK takes for changes.
#
# Versions   aws-cdk-lib 2.276.0, constructs 10.8.1, Node 20
# One would  guess that what ends up in the archive or in the image decides: its files, what is in them and whether they can be run, so that
#            whoever mends a bootstrap that Lambda cannot start ("permission denied", "no such file", for the interpreter "sh\r") deploys the mended one.
# It does    decide by a hash in which a file's mode is not, and for which the CRLF of a file without a zero byte was made LF beforehand. The
#            hash is the name under which the archive is kept and the tag of the image: after "chmod +x", and after the line ends were
#            mended, the name is the same, what lies under it is not uploaded again, no version is published, and the deployment
#            says that nothing has changed. A comment added to the script ships both fixes. In a file with a zero byte CRLF counts.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts aws-cdk-lib@2.276.0 constructs@10.8.1 >/dev/null
cat >"$folder/ask.js" <<'JS'
const fs = require("node:fs");
const path = require("node:path");
const { App, Stack } = require("aws-cdk-lib");
const lambda = require("aws-cdk-lib/aws-lambda");
const { DockerImageAsset } = require("aws-cdk-lib/aws-ecr-assets");

const app = path.join(__dirname, "app");
const script = path.join(app, "bootstrap");
const known = { archive: [], version: [], image: [] };
let synthesized = 0;

// Each name as the number of its first appearance.
function number(kind, name) {
  if (!known[kind].includes(name)) known[kind].push(name);
  return known[kind].indexOf(name) + 1;
}

function show(what) {
  const root = new App({ outdir: path.join(__dirname, `out${synthesized++}`) }); // hashes are kept for each
  const stack = new Stack(root, "Shop");
  const code = lambda.Code.fromAsset(app);
  const made = new lambda.Function(stack, "Orders", { runtime: lambda.Runtime.PROVIDED_AL2023, handler: "orders", code });
  made.currentVersion;
  const image = new DockerImageAsset(stack, "Image", { directory: app });
  const resources = Object.entries(root.synth().getStackByName("Shop").template.Resources);
  const archive = resources.find(([, one]) => one.Type === "AWS::Lambda::Function")[1].Properties.Code.S3Key;
  const version = resources.find(([, one]) => one.Type === "AWS::Lambda::Version")[0];
  console.log(`${what}: archive ${number("archive", archive)}, version ${number("version", version)}, image ${number("image", image.imageTag)}`);
}

function write(text, mode) {
  fs.writeFileSync(script, text);
  fs.chmodSync(script, mode);
}

fs.mkdirSync(app);
fs.writeFileSync(path.join(app, "Dockerfile"), "FROM scratch\nCOPY bootstrap /\nENTRYPOINT [\"/bootstrap\"]\n");
write("#!/bin/sh\r\necho 1\r\n", 0o644);
show("a script with CRLF that cannot be run");
write("#!/bin/sh\r\necho 1\r\n", 0o755);
show("it can be run");
write("#!/bin/sh\necho 1\n", 0o755);
show("and has LF");
write("#!/bin/sh\n# mended\necho 1\n", 0o755);
show("and a comment");
write("#!/bin/sh\n# mended\necho 1\n", 0o644);
show("and cannot be run again");
write("\0\r\n", 0o755);
show("a zero byte and CRLF");
write("\0\n", 0o755);
show("a zero byte and LF");
JS
cd "$folder"
node ask.js >seen 2>err
cat seen
diff seen - <<'SEEN'
a script with CRLF that cannot be run: archive 1, version 1, image 1
it can be run: archive 1, version 1, image 1
and has LF: archive 1, version 1, image 1
and a comment: archive 2, version 2, image 2
and cannot be run again: archive 2, version 2, image 2
a zero byte and CRLF: archive 3, version 3, image 3
a zero byte and LF: archive 4, version 4, image 4
SEEN

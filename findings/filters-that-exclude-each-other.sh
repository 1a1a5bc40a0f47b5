#!/usr/bin/env bash
# What GitHub's language service says of a workflow whose push trigger has both "branches" and "branches-ignore".
#
# Versions   @actions/languageservice 0.3.61, check-jsonschema 0.39.0 (with the schema of workflows that it bundles)
# One would  guess that GitHub's own checker of workflows refuses what its own text forbids: "You cannot use both the `branches`
#            and `branches-ignore` filters for the same event" is the text that it shows for the key.
# It does    not: branches, tags and paths pass with both filters, without a problem. The schema that others made refuses each.
#            So a workflow which an editor shows as right never runs.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts \
    @actions/languageservice@0.3.61 vscode-languageserver-textdocument@1.0.16 >/dev/null

# The package imports JSON as its bundlers do; Node wants to be told the type.
cat >"$folder/json.mjs" <<'JS'
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return next(url, { ...context, importAttributes: { type: "json" } });
}
JS
cat >"$folder/check.mjs" <<'JS'
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { TextDocument } from "vscode-languageserver-textdocument";

register("./json.mjs", import.meta.url);
const { validate } = await import("@actions/languageservice");
const text = readFileSync(process.argv[2], "utf8");
const problems = await validate(TextDocument.create("file:///.github/workflows/a.yml", "github-actions-workflow", 1, text));
console.log(problems.length === 0 ? "no problem" : problems.map((problem) => problem.message).join("; "));
JS

for trigger in 'branches: [main]' 'branches: [main], branches-ignore: [dev]' 'tags: [v1], tags-ignore: [v2]' 'paths: [src], paths-ignore: [docs]'; do
    cat >"$folder/workflow.yml" <<YAML
on: { push: { $trigger } }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: echo
YAML
    schema=refused
    "$folder/venv/bin/check-jsonschema" --builtin-schema vendor.github-workflows "$folder/workflow.yml" >/dev/null && schema="no problem"
    echo "$trigger: language service: $(node "$folder/check.mjs" "$folder/workflow.yml" 2>"$folder/err"); schema: $schema"
done >"$folder/seen"
grep -rho 'You cannot use both the .branches. and .branches-ignore. filters for the same event' \
    "$folder/node_modules/@actions/workflow-parser/dist/workflow-v1.0.min.json" | sort -u >>"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
branches: [main]: language service: no problem; schema: no problem
branches: [main], branches-ignore: [dev]: language service: no problem; schema: refused
tags: [v1], tags-ignore: [v2]: language service: no problem; schema: refused
paths: [src], paths-ignore: [docs]: language service: no problem; schema: refused
You cannot use both the `branches` and `branches-ignore` filters for the same event
SEEN

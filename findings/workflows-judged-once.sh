#!/usr/bin/env bash
# How often GitHub's language service looks at a workflow.
#
# Versions   @actions/languageservice 0.3.61
# One would  guess that validate() is about the document that it is given: it takes one with its text and its version, and gives the
#            problems of that text.
# It does    look at the first text of each URI and keep what it read, whatever text and version come under the URI later: a workflow that
#            was right once is right for ever, and one that was wrong stays wrong, with the words and the places of the first. So a
#            linter or a test that checks text after text under one name, or whose reader uses the same made-up name for what comes by
#            standard input, says nothing of all but the first. What would forget is no export of the package's entry.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts \
    @actions/languageservice@0.3.61 vscode-languageserver-textdocument@1.0.16 >/dev/null

# The package imports JSON as its bundlers do; Node asks for the type.
cat >"$folder/json.mjs" <<'JS'
export async function load(url, context, next) {
  if (!url.endsWith(".json")) return next(url, context);
  return next(url, { ...context, importAttributes: { type: "json" } });
}
JS
cat >"$folder/check.mjs" <<'JS'
import { register } from "node:module";
import { TextDocument } from "vscode-languageserver-textdocument";

register("./json.mjs", import.meta.url);
const service = await import("@actions/languageservice");
const workflow = (event) => `on: ${event}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo\n`;
const check = async (name, version, event) => {
  const document = TextDocument.create(`file:///.github/workflows/${name}`, "github-actions-workflow", version, workflow(event));
  const problems = await service.validate(document);
  console.log(`${name}, version ${version}, on ${event}: ${problems.map((problem) => problem.message).join("; ") || "no problem"}`);
};

await check("a.yml", 1, "push");
await check("a.yml", 2, "pusch");
await check("b.yml", 1, "pusch");
await check("b.yml", 2, "push");
await check("b.yml", 3, "pull");
console.log("exported to forget:", Object.keys(service).filter((name) => /cache|clear|reset/i.test(name)).join() || "nothing");
JS
node "$folder/check.mjs" >"$folder/seen" 2>"$folder/err"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
a.yml, version 1, on push: no problem
a.yml, version 2, on pusch: no problem
b.yml, version 1, on pusch: Unexpected value 'pusch'
b.yml, version 2, on push: Unexpected value 'pusch'
b.yml, version 3, on pull: Unexpected value 'pusch'
exported to forget: nothing
SEEN

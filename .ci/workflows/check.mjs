// Checks workflows and actions with GitHub's own language service: schema, expressions and contexts, references between
// jobs and steps, and what a workflow passes to our own action. Usage: node check.mjs ACTION FILE...
// It has to lie where its packages are installed.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { basename } from "node:path";

import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";

register("./json.mjs", import.meta.url);
const { validate } = await import("@actions/languageservice");

const [action, ...files] = process.argv.slice(2);
const ours = parse(readFileSync(action, "utf8"));

// The other actions that may be used, with those of their inputs that are.
const others = {
  "actions/attest-build-provenance": ["subject-path"],
  "actions/cache": ["key", "path"],
  "actions/checkout": ["fetch-depth", "path", "persist-credentials", "ref"],
  "actions/download-artifact": ["merge-multiple", "name", "path"],
  "actions/upload-artifact": ["if-no-files-found", "name", "overwrite", "path"],
};

async function fetchActionMetadata({ owner, name }) {
  if (name === "serverless-app-action") return ours;
  const inputs = others[`${owner}/${name}`];
  return inputs && { name, description: "", inputs: Object.fromEntries(inputs.map((input) => [input, {}])) };
}

let found = 0;
for (const file of [action, ...files]) {
  const language = basename(file) === "action.yml" ? "github-actions-action" : "github-actions-workflow";
  const document = TextDocument.create(`file:///${file}`, language, 1, readFileSync(file, "utf8"));
  for (const { message, range } of await validate(document, { actionsMetadataProvider: { fetchActionMetadata } })) {
    console.error(`${file}:${range.start.line + 1}:${range.start.character + 1}: ${message}`);
    found += 1;
  }
}
console.log(`${files.length + 1} files checked, ${found} problems found`);
process.exit(found === 0 ? 0 : 1);

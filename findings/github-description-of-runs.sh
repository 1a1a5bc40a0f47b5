#!/usr/bin/env bash
# What GitHub's own description of its REST API says of workflow runs, deployments and environments.
#
# Version    @octokit/openapi 23.0.2 (the package of GitHub's OpenAPI description)
# One would  guess that a run always has its attempt, as it has its number; that a run's `path` is the path of a file; that a
#            deployment's status can be the `waiting` that a run's can; and that an environment says whether administrators
#            may pass by its protection, since that can be set.
# It says    `run_attempt` may be absent, though `run_number` and `path` may not; the example of `path` begins with a
#            repository and ends in a ref; no status of a deployment is `waiting`, in the same document in which a run's status
#            is; and "Get an environment" has no `can_admins_bypass`. Code that is generated from it, or that takes such a run
#            for broken, differs from GitHub on these points.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent @octokit/openapi@23.0.2 >/dev/null
tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
python3 - >seen <<'PYTHON'
import json

schemas = json.load(open("package/generated/api.github.com.json"))["components"]["schemas"]
run, environment = schemas["workflow-run"], schemas["environment"]
for field in ["run_attempt", "run_number", "path"]:
    print("a run's", field, "is required" if field in run["required"] else "may be absent")
print("a run's path is, for example,", run["properties"]["path"]["example"])
of_run = schemas["webhook-deployment-status-created"]["properties"]["workflow_run"]["properties"]["status"]["enum"]
of_deployment = schemas["deployment-status"]["properties"]["state"]["enum"]
print("waiting: of a run", "waiting" in of_run, "- of a deployment", "waiting" in of_deployment)
print("an environment's fields:", *sorted(environment["properties"]))
PYTHON
cat seen
diff seen - <<'SEEN'
a run's run_attempt may be absent
a run's run_number is required
a run's path is required
a run's path is, for example, octocat/octo-repo/.github/workflows/ci.yml@main
waiting: of a run True - of a deployment False
an environment's fields: created_at deployment_branch_policy html_url id name node_id protection_rules updated_at url
SEEN

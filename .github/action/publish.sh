#!/usr/bin/env bash
# Posts what became of a plan or an apply: on the pull request, and as a check run.
set -euo pipefail
folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$folder/words.sh"

case "$INPUT_COMMENT" in
on | true) ;;
off | false) set -- --no-comment ;;
*) fail usage "the input 'comment' is on or off, not $INPUT_COMMENT" ;;
esac
give SERVERLESS_APP_ENVIRONMENT "$INPUT_ENVIRONMENT"
give SERVERLESS_APP_APPLY_WORKFLOWS "$INPUT_APPLY_WORKFLOWS"
if [ -n "$ARTIFACT_URL" ]; then set -- "$@" --artifact-url "$ARTIFACT_URL"; fi
if [ "$INPUT_COMMAND" = apply ]; then set -- "$@" --result "$RECEIPT"; fi
exec "$SERVERLESS_APP" publish "$(work_folder)/plan" --stage "$INPUT_STAGE" --manifest "$INPUT_MANIFEST" "$@"

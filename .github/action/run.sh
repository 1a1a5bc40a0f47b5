#!/usr/bin/env bash
# Runs one command of the program. Inputs come as environment variables and are never evaluated.
set -euo pipefail
folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$folder/words.sh"

# An input that is empty was not given: then the program's own default holds.
give() {
    if [ -n "$2" ]; then export "$1=$2"; fi
}

# Runs the program with these arguments and the ones that the workflow adds, a line each.
program() {
    local line
    while IFS= read -r line; do
        if [ -n "$line" ]; then set -- "$@" "$line"; fi
    done <<<"$INPUT_ARGUMENTS"
    "$SERVERLESS_APP" "$@"
}

plan() {
    if [ -n "$INPUT_BASE" ]; then set -- "$@" --base "$(base)"; fi
    if [ "$INPUT_MODE" = destroy ]; then set -- "$@" --destroy; fi
    program plan "$@" --out "$work/plan"
}

# The base's checkout is named relative to the workspace, as everything that was checked out is.
base() {
    case "$INPUT_BASE" in
    /*) printf '%s\n' "$INPUT_BASE" ;;
    *) printf '%s\n' "$GITHUB_WORKSPACE/$INPUT_BASE" ;;
    esac
}

verify() {
    if [ -n "$INPUT_PLAN_ID" ]; then set -- "$@" --expect "$INPUT_PLAN_ID"; fi
    program verify "$@" --source . --out "$work/plan"
}

# Those of the arguments that the workflow adds which one command has, where another may have the rest.
further() {
    local line
    if [ -z "$INPUT_ARGUMENTS" ]; then return; fi
    set -- "$1" "$2" --
    while IFS= read -r line; do
        if [ -n "$line" ]; then set -- "$@" "$line"; fi
    done <<<"$INPUT_ARGUMENTS"
    "$SERVERLESS_APP" arguments "$@"
}

# Fetches the approved plan, whatever happened to the job that verified it, and applies it. The receipt says how far
# it got, also when it failed.
apply() {
    local status=0 for_verify for_apply
    if [ -z "$INPUT_PLAN_ID" ]; then
        fail usage "apply needs the input 'plan-id': the output of verify, or of plan"
    fi
    for_verify="$(further verify apply)"
    for_apply="$(further apply verify)"
    INPUT_ARGUMENTS="$for_verify"
    program verify "$@" --expect "$INPUT_PLAN_ID" --out "$work/plan"
    INPUT_ARGUMENTS="$for_apply"
    program apply "$work/plan" "$@" --expect "$INPUT_PLAN_ID" --source . --receipt "$work/receipt.json" || status=$?
    if [ -f "$work/receipt.json" ]; then set_output receipt-path "$work/receipt.json"; fi
    return "$status"
}

give SERVERLESS_APP_ROLE_TO_ASSUME "$INPUT_ROLE_TO_ASSUME"
give SERVERLESS_APP_ROLE_SESSION_NAME "$INPUT_ROLE_SESSION_NAME"
give SERVERLESS_APP_ROLE_DURATION "$INPUT_ROLE_DURATION"
give AWS_REGION "$INPUT_REGION"
give SERVERLESS_APP_SESSION_POLICY "$INPUT_SESSION_POLICY"
give SERVERLESS_APP_APPLY_ROLE "$INPUT_APPLY_ROLE"
give SERVERLESS_APP_PLAN_WORKFLOW "$INPUT_PLAN_WORKFLOW"
give SERVERLESS_APP_APPLY_WORKFLOWS "$INPUT_APPLY_WORKFLOWS"
give SERVERLESS_APP_ENVIRONMENT "$INPUT_ENVIRONMENT"
give SERVERLESS_APP_REQUIRE_APPROVAL "$INPUT_REQUIRE_APPROVAL"
give SERVERLESS_APP_LATE_PLANS "$INPUT_LATE_PLANS"
give SERVERLESS_APP_DESTROY_WITHOUT_REVIEWERS "$INPUT_DESTROY_WITHOUT_REVIEWERS"

case "$INPUT_COMMENT" in
on | true) ;;
off | false) give SERVERLESS_APP_NO_COMMENT true ;;
*) fail usage "the input 'comment' is on or off, not $INPUT_COMMENT" ;;
esac
case "$INPUT_MODE" in
apply | destroy) ;;
*) fail usage "the input 'mode' is apply or destroy, not $INPUT_MODE" ;;
esac
case "$INPUT_STAGE" in
'' | *[!a-z0-9]*) fail usage "the input 'stage' is made of lower-case letters and digits, not $INPUT_STAGE" ;;
esac
work="$(work_folder)"
mkdir -p "$work"
set -- --stage "$INPUT_STAGE" --manifest "$INPUT_MANIFEST"
case "$INPUT_COMMAND" in
plan | verify | apply) "$INPUT_COMMAND" "$@" ;;
check | rehearse) program "$INPUT_COMMAND" "$@" ;;
*) fail usage "the input 'command' is plan, verify, apply, check or rehearse, not $INPUT_COMMAND" ;;
esac

#!/usr/bin/env bash
# Runs one command of the program. Inputs come as environment variables and are never evaluated.
set -euo pipefail
folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$folder/words.sh"

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
    case "$INPUT_MODE" in
    destroy) set -- "$@" --destroy ;;
    destroy-data) set -- "$@" --destroy --delete-data ;;
    esac
    program plan "$@" ${adopt[@]+"${adopt[@]}"} ${back[@]+"${back[@]}"} --out "$work/plan"
}

# Runs what the manifest says. It has no token, and its job no rights.
build() {
    program build "$@" --out "$work/builds"
    set_output builds-path "$work/builds"
}

# What the manual apply takes over, as arguments of plan, verify and apply alike.
adopted() {
    local address
    set -f
    # shellcheck disable=SC2086 # addresses hold no spaces: a space separates them as a line break does
    set -- $INPUT_ADOPT
    set +f
    for address in "$@"; do
        case "$address" in
        -* | *[!A-Za-z0-9._/-]*) fail usage "the input 'adopt' is a list of addresses such as dynamodb.table/orders, not $address" ;;
        esac
        adopt+=(--adopt "$address")
    done
}

# The functions that the manual apply moves back, as arguments of plan, verify and apply alike.
moved_back() {
    local one
    set -f
    # shellcheck disable=SC2086 # names hold no spaces: a space separates them as a line break does
    set -- ${INPUT_ROLLBACK-}
    set +f
    for one in "$@"; do
        case "$one" in
        -* | *[!a-z0-9./=-]*) fail usage "the input 'rollback' is a list of functions such as orders or orders=7, not $one" ;;
        esac
        back+=(--rollback "$one")
    done
    if [ "${#back[@]}" -gt 0 ] && [ "$INPUT_MODE" != apply ]; then
        fail usage "the input 'rollback' is for the mode apply, not for $INPUT_MODE"
    fi
}

# A folder that a link leads to can be another one at another commit, and then so would be the manifest in it.
no_links() {
    local at="$GITHUB_WORKSPACE" part parts
    case "$INPUT_WORKING_DIRECTORY" in
    /*) return ;;
    esac
    IFS=/ read -r -a parts <<<"$INPUT_WORKING_DIRECTORY"
    for part in ${parts[@]+"${parts[@]}"}; do
        at="$at/$part"
        if [ -L "$at" ]; then fail usage "the input 'working-directory' leads through a symbolic link, $at; name the folder itself"; fi
    done
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
    program verify "$@" "${asked[@]}" --source . --out "$work/plan"
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
    program verify "$@" "${asked[@]}" --expect "$INPUT_PLAN_ID" --out "$work/plan"
    INPUT_ARGUMENTS="$for_apply"
    program apply "$work/plan" "$@" "${asked[@]}" --expect "$INPUT_PLAN_ID" --source . --receipt "$work/receipt.json" || status=$?
    if [ -f "$work/receipt.json" ]; then set_output receipt-path "$work/receipt.json"; fi
    return "$status"
}

# A variable that nobody has set is an empty input. GitHub's own machines have no credentials but those that the job brings, so
# there a job without a role cannot look at AWS, and must not look as if it had. (plan knows forks, which get none.)
has_credentials() {
    local name
    for name in AWS_ACCESS_KEY_ID AWS_PROFILE AWS_DEFAULT_PROFILE AWS_WEB_IDENTITY_TOKEN_FILE AWS_CONTAINER_CREDENTIALS_FULL_URI \
        AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_SHARED_CREDENTIALS_FILE; do
        if [ -n "${!name:-}" ]; then return 0; fi
    done
    [ -f "${HOME:-/nowhere}/.aws/credentials" ]
}

needs_role() {
    case "$INPUT_COMMAND" in
    check | verify | apply) ;;
    *) return ;;
    esac
    case $'\n'"$INPUT_ARGUMENTS"$'\n' in
    *$'\n--offline\n'*) return ;;
    esac
    if [ -z "$INPUT_ROLE_TO_ASSUME" ] && [ "${RUNNER_ENVIRONMENT:-}" = github-hosted ] && ! has_credentials; then
        fail usage "the input 'role-to-assume' is empty, and the job has no other credentials: set the variable that it names (such as SERVERLESS_APP_PLAN_ROLE, as 'serverless-app bootstrap' says), or write the role's ARN"
    fi
}

needs_role
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
case "$INPUT_BUILDS" in
'' | false) ;;
true) give SERVERLESS_APP_BUILDS "$(builds_folder)" ;;
*) fail usage "the input 'builds' is true or false, not $INPUT_BUILDS" ;;
esac
case "$INPUT_MODE" in
apply | destroy | destroy-data) ;;
*) fail usage "the input 'mode' is apply, destroy or destroy-data, not $INPUT_MODE" ;;
esac
case "$INPUT_STAGE" in
'' | *[!a-z0-9]*) fail usage "the input 'stage' is made of lower-case letters and digits, not $INPUT_STAGE" ;;
esac
no_links
adopt=()
adopted
back=()
moved_back
asked_mode="$INPUT_MODE"
if [ "${#back[@]}" -gt 0 ]; then asked_mode=rollback; fi
# What a plan is held against, whatever it says itself.
asked=(--mode "$asked_mode" ${adopt[@]+"${adopt[@]}"} ${back[@]+"${back[@]}"})
work="$(work_folder)"
mkdir -p "$work"
set -- --stage "$INPUT_STAGE" --manifest "$INPUT_MANIFEST"
case "$INPUT_COMMAND" in
build | plan | verify | apply) "$INPUT_COMMAND" "$@" ;;
check | rehearse) program "$INPUT_COMMAND" "$@" ;;
*) fail usage "the input 'command' is build, plan, verify, apply, check or rehearse, not $INPUT_COMMAND" ;;
esac

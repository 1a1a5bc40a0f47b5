#!/usr/bin/env bash
# What the action's scripts share. Bash 3.2 is enough, which macOS has.

# One line of output of the step; the values that these scripts write hold no line breaks.
set_output() {
    printf '%s=%s\n' "$1" "${2//[$'\r\n']/ }" >>"$GITHUB_OUTPUT"
}

# Ends the step with a reason of the closed list and a message; what the message repeats cannot end the annotation.
fail() {
    local message="${2//'%'/%25}"
    message="${message//$'\r'/%0D}"
    set_output failure-reason "$1"
    printf '::error title=serverless-app::%s\n' "${message//$'\n'/%0A}"
    exit 64
}

# An input that is empty was not given: then the program's own default holds.
give() {
    if [ -n "$2" ]; then export "$1=$2"; fi
}

# Where what another job has built for a stage lies.
builds_folder() {
    printf '%s/serverless-app/builds-%s\n' "$RUNNER_TEMP" "$INPUT_STAGE"
}

# Where a stage's plan and receipt lie: outside of the checkout, gone with the job.
work_folder() {
    printf '%s/serverless-app/%s\n' "$RUNNER_TEMP" "$INPUT_STAGE"
}

#!/usr/bin/env bash
# Finds the program for this runner: the one that the input `binary` names, or a release whose SHA-256 is in this very
# commit of the action. So whoever pins the action pins the program. Nothing is ever built here.
set -euo pipefail
folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$folder/words.sh"

way_out="use a released tag of the action, such as v1, or pass a program that was built before as 'binary'"

given() {
    local path="$INPUT_BINARY"
    case "$path" in
    /*) ;;
    *) path="$GITHUB_WORKSPACE/$path" ;;
    esac
    if [ ! -f "$path" ] || [ ! -x "$path" ]; then
        fail binary "the input 'binary' names $path, which is no file that can be run"
    fi
    set_output path "$path"
}

platform() {
    case "$RUNNER_OS/$RUNNER_ARCH" in
    Linux/X64) echo linux-x64 ;;
    Linux/ARM64) echo linux-arm64 ;;
    macOS/ARM64) echo macos-arm64 ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# The line of the wanted release, or of the newest: "<SHA-256> <address>".
entry() {
    local wanted="${INPUT_VERSION:-*}" found="" digest url
    while read -r digest url; do
        # shellcheck disable=SC2254 # a wanted release that is not given matches each
        case "$url" in
        */$wanted/"serverless-app-$1") found="$digest $url" ;;
        esac
    done <"$folder/checksums.txt"
    printf '%s\n' "$found"
}

download() {
    local program="$RUNNER_TEMP/serverless-app/$1/serverless-app"
    if [ ! -f "$program" ] || [ "$(sha256 "$program")" != "$1" ]; then
        mkdir -p "$(dirname "$program")"
        curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --max-time 300 \
            --output "$program.part" "$2" || fail download "cannot download $2"
        if [ "$(sha256 "$program.part")" != "$1" ]; then
            rm -f "$program.part"
            fail checksum "$2 does not have the SHA-256 $1 that this commit of the action holds; it is not run"
        fi
        chmod +x "$program.part"
        mv "$program.part" "$program"
    fi
    set_output path "$program"
}

if [ -n "$INPUT_BINARY" ]; then
    given
    exit
fi
name="$(platform)"
if [ -z "$name" ]; then
    fail unsupported-platform "there is no program for $RUNNER_OS on $RUNNER_ARCH, only for Linux on X64 and ARM64 and macOS on ARM64; build it yourself and pass its path as 'binary'"
fi
case "$INPUT_VERSION" in
*[!A-Za-z0-9.+-]*) fail unknown-version "the input 'version' is no release: write it like v1.2.3" ;;
esac
read -r digest url <<<"$(entry "$name")"
if [ -n "$digest" ]; then
    download "$digest" "$url"
elif [ -n "$INPUT_VERSION" ]; then
    fail unknown-version "this commit of the action holds no SHA-256 of the release $INPUT_VERSION; $way_out"
else
    fail no-release "this commit of the action is not a release, so it holds no program; $way_out"
fi

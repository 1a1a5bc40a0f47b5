#!/usr/bin/env bash
# Finds the program for this runner: the one that the input `binary` names, or a release whose SHA-256 is in this very
# commit of the action. So whoever pins the action pins the program. Nothing is ever built here, and nothing is unpacked
# before its own SHA-256 fits.
set -euo pipefail
folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source-path=SCRIPTDIR source=words.sh
. "$folder/words.sh"

way_out="use a released tag of the action, such as v1, or pass a program that is already built as 'binary'"

given() {
    local path="$INPUT_BINARY"
    case "$path" in
    /*) ;;
    *) path="$GITHUB_WORKSPACE/$path" ;;
    esac
    if [ ! -f "$path" ] || [ ! -x "$path" ]; then
        fail binary "the input 'binary' names $path, which is not a file that can be run"
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

# What a release is unpacked with here: the smaller archive needs a program that not every container has.
packer() {
    if xz --version >/dev/null 2>&1; then echo xz; else echo gzip; fi
}

# The line of the wanted release, or of the newest: "<SHA-256 of the archive> <SHA-256 of the program> <address>".
entry() {
    local wanted="${INPUT_VERSION:-*}" found="" archive program url
    while read -r archive program url; do
        # shellcheck disable=SC2254 # a wanted release that is not given matches each
        case "$url" in
        */$wanted/"serverless-app-$1") found="$archive $program $url" ;;
        esac
    done <"$folder/checksums.txt"
    printf '%s\n' "$found"
}

# Leaves nothing of a try that failed.
refuse() {
    rm -f "$part" "$part.packed"
    fail "$@"
}

download() {
    local digest="$1" program="$RUNNER_TEMP/serverless-app/$2/serverless-app" url="$3"
    part="$program.part"
    if [ ! -f "$program" ] || [ "$(sha256 "$program")" != "$2" ]; then
        mkdir -p "$(dirname "$program")"
        curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --max-time 300 \
            --output "$part.packed" "$url" || refuse download "cannot download $url"
        if [ "$(sha256 "$part.packed")" != "$digest" ]; then
            refuse checksum "$url does not have the SHA-256 $digest that this commit of the action holds; it is not run"
        fi
        "$packer" --decompress --stdout <"$part.packed" >"$part" || refuse download "$packer cannot unpack $url"
        if [ "$(sha256 "$part")" != "$2" ]; then
            refuse checksum "what $packer makes of $url does not have the SHA-256 $2 that this commit of the action holds; it is not run"
        fi
        rm -f "$part.packed"
        chmod +x "$part"
        mv "$part" "$program"
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
*[!A-Za-z0-9.+-]*) fail unknown-version "the input 'version' is not a release: write it like v1.2.3" ;;
esac
packer="$(packer)"
case "$packer" in
xz) suffix=xz ;;
gzip) suffix=gz ;;
esac
read -r archive program url <<<"$(entry "$name.$suffix")"
if [ -n "$archive" ]; then
    download "$archive" "$program" "$url"
elif [ -n "$INPUT_VERSION" ]; then
    fail unknown-version "this commit of the action has no SHA-256 of the release $INPUT_VERSION; $way_out"
else
    fail no-release "this commit of the action is not a release, so it holds no program; $way_out"
fi

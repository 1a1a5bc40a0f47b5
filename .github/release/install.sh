#!/bin/sh
# Installs serverless-app for whoever runs this: downloads the archive of one release for this machine, and installs the program
# in it only if both have the SHA-256 that stands in this script. A release writes its own lines into its copy.
#
#   sh install.sh [FOLDER]     FOLDER is ~/.local/bin unless given
set -eu

# SHA-256 of the archive, SHA-256 of the program in it, address; a line each.
table() {
    cat <<'EOF'
@TABLE@
EOF
}

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

platform() {
    case "$(uname -s)/$(uname -m)" in
    Linux/x86_64 | Linux/amd64) echo linux-x64 ;;
    Linux/aarch64 | Linux/arm64) echo linux-arm64 ;;
    Darwin/arm64) echo macos-arm64 ;;
    *) fail "there is no program for $(uname -s) on $(uname -m): build it with 'cargo install --git https://github.com/org/serverless-app-action'" ;;
    esac
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# All of it is read before any of it runs, so that half a script does nothing.
main() {
    folder="${1:-$HOME/.local/bin}"
    name="serverless-app-$(platform)"
    if xz --version >/dev/null 2>&1; then packer=xz suffix=xz; else packer=gzip suffix=gz; fi
    line="$(table | grep "/$name.$suffix\$" || true)"
    if [ -z "$line" ]; then
        fail "this script is not of a release: take install.sh from https://github.com/org/serverless-app-action/releases"
    fi
    archive="${line%% *}" url="${line##* }"
    program="${line#* }"
    program="${program%% *}"
    work="$(mktemp -d)"
    trap 'rm -rf "$work"' EXIT
    curl --fail --silent --show-error --location --proto '=https' --tlsv1.2 --retry 3 --output "$work/packed" "$url" ||
        fail "cannot download $url"
    [ "$(sha256 "$work/packed")" = "$archive" ] || fail "$url does not have the SHA-256 $archive; nothing is installed"
    "$packer" --decompress --stdout <"$work/packed" >"$work/program" || fail "$packer cannot unpack $url"
    [ "$(sha256 "$work/program")" = "$program" ] || fail "what is in $url does not have the SHA-256 $program; nothing is installed"
    chmod +x "$work/program"
    mkdir -p "$folder"
    mv "$work/program" "$folder/serverless-app"
    printf 'installed %s\n' "$folder/serverless-app"
    case ":$PATH:" in
    *":$folder:"*) ;;
    *) printf 'add %s to PATH\n' "$folder" ;;
    esac
}

main "$@"

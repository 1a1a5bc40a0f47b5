#!/usr/bin/env bash
# Which dependencies pip and uv install for a function whose Python is not the one that runs them.
#
# Versions   pip 26.2.1, uv 0.13.9, run by Python 3.11 or later for a function of 3.10; anyio 4.8.0, which needs exceptiongroup before 3.11
# One would  guess that --python-version says for which Python all of the answer is, and that a lock file says for which one it is, so that
#            who installs by it on another is refused.
# They do    not agree. pip chooses files for 3.10 and asks the conditions of dependencies of the Python that it runs on: exceptiongroup is left out,
#            pip ends with 0, and the function fails on its first import. "pip lock" writes what it has chosen for itself without a
#            condition, an environment or requires-python, and uv takes the file for 3.10 and leaves out the same. uv's own answer and
#            lock have it, with the condition; for that lock pip refuses --python-version altogether.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pip==26.2.1 uv==0.13.9
cd "$folder"
echo anyio==4.8.0 >wanted.txt

into() { # runs an installation into a folder, says whether it ended well and whether exceptiongroup is there
    local code=0 found=without
    "$@" --target target >/dev/null 2>err || code=$?
    [ -d target/exceptiongroup ] && found=with
    echo "exit code $code, $found exceptiongroup"
    rm -rf target
}
conditions() { grep -qE '^(environments|requires-python|marker) ' "$1" && echo conditions || echo no conditions; }
pip_install=(venv/bin/pip install --quiet --disable-pip-version-check --only-binary=:all: --python-version 3.10)
uv_install=(venv/bin/uv pip install --quiet --no-cache --only-binary :all: --python-version 3.10)
{
    echo "pip: $(into "${pip_install[@]}" -r wanted.txt)"
    echo "uv: $(into "${uv_install[@]}" -r wanted.txt)"
    venv/bin/pip lock --quiet --disable-pip-version-check -r wanted.txt -o pylock.pip.toml 2>err
    echo "pip's lock: $(conditions pylock.pip.toml)"
    echo "pip's lock, uv: $(into "${uv_install[@]}" -r pylock.pip.toml)"
    venv/bin/uv pip compile --quiet --no-cache --universal --python-version 3.10 --format pylock.toml -o pylock.uv.toml wanted.txt
    echo "uv's lock: $(conditions pylock.uv.toml)"
    echo "uv's lock, uv: $(into "${uv_install[@]}" -r pylock.uv.toml)"
    echo "uv's lock, pip: $(into "${pip_install[@]}" -r pylock.uv.toml)"
} >seen
cat seen
diff seen - <<'SEEN'
pip: exit code 0, without exceptiongroup
uv: exit code 0, with exceptiongroup
pip's lock: no conditions
pip's lock, uv: exit code 0, without exceptiongroup
uv's lock: conditions
uv's lock, uv: exit code 0, with exceptiongroup
uv's lock, pip: exit code 1, without exceptiongroup
SEEN

#!/usr/bin/env bash
# Which wheels pip and uv take for a function on Amazon Linux 2023, whose glibc is 2.34.
#
# Versions   pip 26.2.1, uv 0.13.9; the packages are bounded to what there was, so that the answer stays
# One would  guess that a wheel for an older glibc will do for a newer one, as the tag's own rule has it (PEP 600), whether the
#            platform is this machine's or one that is named; so that "--platform manylinux_2_34_x86_64", what the runtime really is, finds most.
# They do    not agree. uv takes the wheels of every older glibc. pip takes those that name 2.34 and no others: of numpy there is none
#            then, and of pydantic-core it finds the one pure wheel that there ever was, 0.0.1, an empty shell of 2022, installs it
#            and ends with 0. By the name manylinux2014 pip finds what goes up to 2.17, and so takes numpy 2.2.6, of May 2025.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pip==26.2.1 uv==0.13.9

installed() { # a list of what has been installed, or that nothing has
    find "$folder/target" -maxdepth 1 -name '*.dist-info' -printf '%f\n' 2>/dev/null | sed 's/\.dist-info$//' | grep . || echo nothing
    rm -rf "$folder/target"
}
for package in 'numpy<=2.5.5' 'orjson<=3.13.0' 'pydantic-core<=2.50.5'; do
    for platform in manylinux2014_x86_64 manylinux_2_28_x86_64 manylinux_2_34_x86_64; do
        "$folder/venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary=:all: --target "$folder/target" \
            --implementation cp --python-version 3.13 --platform "$platform" "$package" 2>/dev/null && code=0 || code=$?
        echo "$package, pip, $platform: exit code $code, $(installed)"
    done
    "$folder/venv/bin/uv" pip install --quiet --no-cache --no-deps --only-binary :all: --target "$folder/target" \
        --python-version 3.13 --python-platform x86_64-manylinux_2_34 "$package" && code=0 || code=$?
    echo "$package, uv, x86_64-manylinux_2_34: exit code $code, $(installed)"
done >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
numpy<=2.5.5, pip, manylinux2014_x86_64: exit code 0, numpy-2.2.6
numpy<=2.5.5, pip, manylinux_2_28_x86_64: exit code 0, numpy-2.5.5
numpy<=2.5.5, pip, manylinux_2_34_x86_64: exit code 1, nothing
numpy<=2.5.5, uv, x86_64-manylinux_2_34: exit code 0, numpy-2.5.5
orjson<=3.13.0, pip, manylinux2014_x86_64: exit code 0, orjson-3.13.0
orjson<=3.13.0, pip, manylinux_2_28_x86_64: exit code 1, nothing
orjson<=3.13.0, pip, manylinux_2_34_x86_64: exit code 1, nothing
orjson<=3.13.0, uv, x86_64-manylinux_2_34: exit code 0, orjson-3.13.0
pydantic-core<=2.50.5, pip, manylinux2014_x86_64: exit code 0, pydantic_core-2.50.5
pydantic-core<=2.50.5, pip, manylinux_2_28_x86_64: exit code 0, pydantic_core-0.0.1
pydantic-core<=2.50.5, pip, manylinux_2_34_x86_64: exit code 0, pydantic_core-0.0.1
pydantic-core<=2.50.5, uv, x86_64-manylinux_2_34: exit code 0, pydantic_core-2.50.5
SEEN

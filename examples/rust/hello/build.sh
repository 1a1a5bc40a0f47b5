#!/bin/sh
# Makes out/bootstrap, which needs nothing of the machine that it runs on.
set -eu
target=x86_64-unknown-linux-gnu
RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --target "$target"
mkdir out
cp "target/$target/release/hello" out/bootstrap

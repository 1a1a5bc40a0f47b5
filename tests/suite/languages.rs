//! Functions in other languages: what their builds make is checked, and what the examples make is called.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serverless_app::emulator::cache_folder;
use tempfile::TempDir;

use crate::support::command::{Cli, Ran};
use crate::support::tools::Tools;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name)
}

/// Where this machine's npm fetches from, as far as variables say it.
const NPM: [&str; 4] = ["NODE_EXTRA_CA_CERTS", "npm_config_registry", "HTTPS_PROXY", "https_proxy"];

fn run(folder: &Path, arguments: &[&str], path: &str) -> Ran {
    let cache = cache_folder().expect("a cache folder");
    let cli = Cli::new(arguments).folder(folder).env("SERVERLESS_APP_CACHE", cache).env("PATH", path);
    let said = NPM.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let cli = said.fold(cli, |cli, (name, value)| cli.env(name, value));
    cli.timeout(Duration::from_secs(300)).run()
}

/// Builds an example twice, and rehearses it; gives the rehearsal, and the folder of what was built.
fn rehearse(name: &str, path: &str) -> (Ran, TempDir) {
    let folder = TempDir::new().expect("a folder");
    let out = folder.path().join("builds").display().to_string();
    let ran = run(&example(name), &["build", "--twice", "--out", &out], path);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    let ran = run(&example(name), &["rehearse", "--builds", &out], path);
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stdout, ran.stderr);
    (ran, folder)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_javascript_is_installed_by_npm_and_answers() {
    let node = Tools::node().await;
    let (ran, _) = rehearse("node", &node.path());
    assert!(ran.stdout.contains("/hello\n  200 Hello world\n"), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exception_in_javascript_has_its_own_name() {
    let (node, folder) = (Tools::node().await, TempDir::new().expect("a folder"));
    fs::create_dir(folder.path().join("app")).expect("a folder");
    let manifest = "[app]\nname = \"named\"\nregion = \"us-west-2\"\n\n[function.f]\nsource = \"app\"\nruntime = \"nodejs22.x\"\n\
                    handler = \"index.handler\"\n";
    let code = "exports.handler = async () => { throw new RangeError('too far'); };\n";
    for (path, text) in [("serverless-app.toml", manifest), ("app/index.js", code)] {
        fs::write(folder.path().join(path), text).expect("a file");
    }
    let [kept, invoked, _] = [&["rehearse", "--keep"][..], &["invoke", "f", "--rehearsal"], &["rehearse", "--stop"]]
        .map(|arguments| run(folder.path(), arguments, &node.path()));
    assert_eq!(kept.code, Some(0), "{}\n{}", kept.stdout, kept.stderr);
    assert_eq!(invoked.code, Some(1), "{}\n{}", invoked.stdout, invoked.stderr);
    assert!(invoked.stdout.contains("\"errorType\": \"RangeError\""), "{}", invoked.stdout);
}

/// Calls the handler of a bundle as somebody whom its function does not greet.
const NOBODY: &str = "import(process.argv[1]).then(({ handler }) => handler({ pathParameters: { name: 'nobody' } }))
    .then((answer) => console.log(answer.body));";

#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_typescript_is_bundled_by_esbuild_answers_and_names_lines_of_its_source() {
    let node = Tools::node().await;
    let (ran, built) = rehearse("typescript", &node.path());
    assert!(ran.stdout.contains("/greet\n  200 Hello world from TypeScript\n"), "{}", ran.stdout);
    let zip = fs::File::open(built.path().join("builds/greet.zip")).expect("a zip");
    let mut archive = zip::ZipArchive::new(zip).expect("a zip");
    assert_eq!(archive.len(), 2, "the bundle and its map, and no module");
    for name in ["index.mjs", "index.mjs.map"] {
        let mut file = fs::File::create(built.path().join(name)).expect("a file");
        std::io::copy(&mut archive.by_name(name).expect("an entry"), &mut file).expect("its bytes");
    }
    let file = built.path().join("index.mjs").display().to_string();
    let called = Cli::of(Command::new("node"), &["--enable-source-maps", "--eval", NOBODY, &file]);
    let called = called.env("PATH", node.path()).run();
    assert!(
        called.stdout.contains("Error: nobody is there\n") && called.stdout.contains("src/greeting.ts:4:"),
        "{called:?}"
    );
}

/// Where a machine has what the example is built for.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[tokio::test(flavor = "multi_thread")]
async fn the_example_in_go_is_compiled_and_answers() {
    let go = Tools::go().await;
    let (ran, _) = rehearse("go", &go.path());
    assert!(ran.stdout.contains("/hello\n  200 Hello world from Go\n"), "{}", ran.stdout);
}

/// A `toolchain` line of `go.mod` is a minimum: a machine with a newer Go would make another binary.
#[test]
fn what_go_builds_is_built_by_one_version_of_it() {
    let module = fs::read_to_string(example("go").join("hello/go.mod")).expect("a module");
    let version = module.lines().find_map(|line| line.strip_prefix("toolchain ")).expect("a toolchain");
    let pinned = format!("GOTOOLCHAIN={version} ");
    for file in ["examples/go/serverless-app.toml", "docs/functions.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a file");
        let builds: Vec<&str> = text.lines().filter(|line| line.contains(" go build ")).collect();
        assert!(!builds.is_empty(), "{file}");
        assert!(builds.iter().all(|line| line.contains(&pinned)), "{file}: {builds:?} without {pinned}");
    }
}

/// Where a machine has what the example is built for.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn the_example_in_rust_is_compiled_and_answers() {
    let toolchain = Command::new("rustc").args(["--print", "sysroot"]).output().expect("rustc").stdout;
    let toolchain = String::from_utf8(toolchain).expect("a path");
    let path = format!("{}/bin:{}", toolchain.trim(), std::env::var("PATH").expect("a search path"));
    let (ran, _) = rehearse("rust", &path);
    assert!(ran.stdout.contains("/hello\n  200 Hello from Rust\n"), "{}", ran.stdout);
}

/// A function with this runtime and handler, whose build is a script that leaves its output in `out`.
fn built(runtime: &str, handler: &str, script: &str, output: &str) -> (TempDir, Ran) {
    let folder = TempDir::new().expect("a folder");
    fs::create_dir(folder.path().join("app")).expect("a folder");
    let manifest = format!(
        "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n\n[function.f]\nsource = \"app\"\nruntime = \"{runtime}\"\n\
         handler = \"{handler}\"\nbuild = {{ command = \"sh build.sh\", output = \"{output}\" }}\n"
    );
    for (path, text) in [("serverless-app.toml", manifest.as_str()), ("app/build.sh", script)] {
        fs::write(folder.path().join(path), text).expect("a file");
    }
    let ran = run(folder.path(), &["build", "--twice"], &std::env::var("PATH").expect("a search path"));
    (folder, ran)
}

#[test]
fn what_was_built_is_checked_as_what_is_written_by_hand() {
    for (runtime, handler, script, says) in [
        (
            "nodejs22.x",
            "index.handler",
            "mkdir out; echo 'exports.main = 1' >out/index.js",
            "8:11: function f: the handler",
        ),
        ("nodejs22.x", "index.handler", "mkdir out; echo '{}' >out/package.json", "needs the file `index.js`"),
        ("python3.13", "main.handler", "mkdir out; echo 'x = 1' >out/main.py", "defines no `handler`"),
        ("provided.al2023", "bootstrap", "mkdir out; touch out/app", "`app/out/bootstrap` does not exist"),
        ("provided.al2023", "bootstrap", "mkdir out; echo '#!/bin/sh' >out/bootstrap", "chmod +x bootstrap"),
        ("java21", "shop.Order::handle", "mkdir out; touch out/Order.class", "needs the class file `shop/Order.class`"),
        ("java21", "shop.Order::handle", "true", "9:1: function f: the build of `app` made no `out`"),
        ("java21", "shop.Order::handle", "touch out", "made no `out` that is a folder or a jar"),
        ("java21", "shop.Order::handle", "ln -s /etc out", "a link that leads out of its folder"),
    ] {
        let (_folder, ran) = built(runtime, handler, script, "out");
        assert_eq!(ran.code, Some(64), "{script}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{script}: {says}: {}", ran.stderr);
    }
}

/// Makes `out/shop.jar` of the time at which it runs, with an entry of each name.
fn jar(entries: &[&str]) -> String {
    let names: Vec<String> = entries.iter().map(|name| format!("{name:?}")).collect();
    let script = format!(
        "import time, zipfile\ntime.sleep(2.1)\nwith zipfile.ZipFile('out/shop.jar', 'w') as jar:\n    for name in [{}]:\n        \
         jar.writestr(zipfile.ZipInfo(name, time.localtime()[:6]), b'class')\n",
        names.join(", ")
    );
    format!("set -e\nmkdir out\npython3 -W ignore - <<'END'\n{script}END\n")
}

#[test]
fn of_a_jar_the_content_is_packaged_and_its_times_do_not_matter() {
    let (folder, ran) =
        built("java21", "shop.Order::handle", &jar(&["shop/Order.class", "META-INF/MANIFEST.MF"]), "out/shop.jar");
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let zip = fs::File::open(folder.path().join("serverless-app-builds/f.zip")).expect("a zip");
    let archive = zip::ZipArchive::new(zip).expect("a zip");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert_eq!(names, ["META-INF/MANIFEST.MF", "shop/Order.class"]);
}

#[test]
fn a_jar_that_leads_elsewhere_or_says_something_twice_is_refused() {
    for (entries, says) in [
        (["../up.class", "shop/Order.class"], "is not safe in a zip"),
        (["/root.class", "shop/Order.class"], "is not safe in a zip"),
        (["shop/Order.class", "shop/Order.class"], "two entries of the same name"),
    ] {
        let (_folder, ran) = built("java21", "shop.Order::handle", &jar(&entries), "out/shop.jar");
        assert_eq!(ran.code, Some(64), "{}", ran.stderr);
        assert!(ran.stderr.contains(says), "{entries:?}: {}", ran.stderr);
    }
}

//! Packaging as a whole, with wheels made on the spot.

mod hostile;
mod locks;
pub(super) mod server;
pub(super) mod wheels;
mod written;
mod zip_cache;

use super::*;
use ::zip::ZipArchive;
use server::{Answer, Server};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;
use wheels::{TestWheel, wheel};

/// Of the zip of `fixtures/package/plain`. A change of this digest deploys every function anew: it takes a note in the
/// changelog.
const PLAIN_SHA256: &str = "52e86e316771c3118f5ab93f9c0da3324cce617bfeac3b95a092fce8b622b7b4";

/// Of the zip that [`python_app`] becomes.
const PYTHON_SHA256: &str = "5edc79b0464a37db25a8b52f6accc61c86512429c628fd7c7402bf596f472bf2";

/// A manifest's folder with a function in `app`, and a cache beside it.
struct Sandbox {
    root: tempfile::TempDir,
    cache: tempfile::TempDir,
    source: FunctionSource,
}

impl Sandbox {
    fn new(runtime: &str, files: &[(&str, &str)]) -> Self {
        let (root, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let source = FunctionSource {
            root: root.path().to_owned(),
            folder: "app".into(),
            runtime: runtime.into(),
            architecture: Architecture::X86_64,
            handler: "main.handler".into(),
            exclude: Vec::new(),
            has_layers: false,
            build: None,
            layer: None,
        };
        fs::create_dir(root.path().join("app")).unwrap();
        let sandbox = Self { root, cache, source };
        for (path, text) in files {
            sandbox.write(path, text);
        }
        sandbox
    }

    fn file(&self, path: &str) -> PathBuf {
        self.root.path().join("app").join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.file(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts the wheels into the cache and into the folder's lock.
    fn vendor(&self, wheels: &[TestWheel]) {
        let cache = self.own();
        wheels.iter().for_each(|wheel| drop(wheel.keep(&cache)));
        self.lock(wheels.iter().map(TestWheel::locked).collect());
    }

    /// Writes the folder's lock of these wheels.
    fn lock(&self, locked: Vec<lock::Locked>) {
        let text = "greeting\n";
        self.write("requirements.txt", text);
        let target = runtime::Target::of(&self.source).unwrap().unwrap();
        self.write("pylock.toml", &lock::Lock::new(&self.source, text.as_bytes(), locked).to_text(target));
    }

    /// Writes the lock of an earlier release in the place of today's.
    fn vendor_by_hashes(&self) {
        let text = fs::read_to_string(self.file("pylock.toml")).unwrap();
        let lock = lock::pylock::parse("app", text.as_bytes()).unwrap();
        let requirements = hex_sha256(b"greeting\n");
        let mut old = format!(
            "# Written by `serverless-app lock`; do not edit.\n# runtime: {}\n# architecture: {}\n# requirements.txt: sha256:{requirements}\n",
            self.source.runtime, self.source.architecture
        );
        for Requirement { name, version, sha256 } in lock.requirements() {
            old.push_str(&format!("{name}=={version} \\\n    --hash=sha256:{sha256}\n"));
        }
        fs::remove_file(self.file("pylock.toml")).unwrap();
        self.write("requirements.lock", &old);
    }

    /// The cache, which nobody else writes to.
    fn own(&self) -> Cache {
        Cache::own(self.cache.path())
    }

    /// The cache where others write to it too, as in GitHub Actions.
    fn shared(&self) -> Cache {
        Cache::shared(self.cache.path(), tempfile::tempdir().unwrap())
    }

    fn build(&self) -> Result<Package, PackageError> {
        build(&self.source, &self.own())
    }

    fn error(&self) -> String {
        self.build().unwrap_err().to_string()
    }

    /// The zip's entries with their modes.
    fn entries(&self) -> BTreeMap<String, (String, u32)> {
        unzip(&self.build().unwrap().zip.bytes().unwrap())
    }

    fn names(&self) -> Vec<String> {
        self.entries().into_keys().collect()
    }
}

fn unzip(zip: &[u8]) -> BTreeMap<String, (String, u32)> {
    let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut read = |index| {
        let mut entry = archive.by_index(index).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        (entry.name().unwrap().into_owned(), (text, entry.unix_mode().unwrap()))
    };
    (0..ZipArchive::new(Cursor::new(zip)).unwrap().len()).map(&mut read).collect()
}

fn assert_says(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
}

const MAIN: (&str, &str) = ("main.py", "def handler(event, context): ...\n");

fn python_app() -> Sandbox {
    let sandbox = Sandbox::new("python3.11", &[MAIN, ("lib/util.py", "X = 1\n")]);
    let greeting = wheel("greeting", "1.0", "py3-none-any", &[("greeting/__init__.py", "HELLO = 'hello'\n")]);
    let native = wheel(
        "native",
        "2.1",
        "cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
        &[
            ("native-2.1.data/platlib/native.so", "ELF"),
            ("native-2.1.data/purelib/native_py.py", "Y = 2\n"),
            ("native-2.1.data/data/share/native.txt", "data\n"),
            ("native-2.1.data/scripts/native", "#!python\n"),
            ("native-2.1.data/headers/native.h", "#pragma once\n"),
        ],
    );
    sandbox.vendor(&[native, greeting]);
    sandbox
}

#[test]
fn the_zip_of_the_fixture_never_changes() {
    let source = FunctionSource {
        root: Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/package"),
        folder: "plain".into(),
        runtime: "ruby3.4".into(),
        handler: "index.handler".into(),
        ..FunctionSource::default()
    };
    let package = build(&source, &Cache::own("not needed")).unwrap();
    assert_eq!([package.sha256, python_app().build().unwrap().sha256], [PLAIN_SHA256, PYTHON_SHA256]);
}

#[test]
fn the_code_sha256_is_lambdas() {
    let package = Package { zip: b"abc".to_vec().into(), sha256: hex_sha256(b"abc"), requirements: Vec::new() };
    assert_eq!(package.code_sha256(), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assert_eq!(package.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn wheels_go_to_the_root_without_scripts_and_headers() {
    let names = python_app().names();
    assert_eq!(
        names,
        [
            "greeting-1.0.dist-info/METADATA",
            "greeting-1.0.dist-info/WHEEL",
            "greeting/__init__.py",
            "lib/util.py",
            "main.py",
            "native-2.1.dist-info/METADATA",
            "native-2.1.dist-info/WHEEL",
            "native.so",
            "native_py.py",
            "share/native.txt",
        ]
    );
}

#[test]
fn the_requirements_are_reported_by_name() {
    let names: Vec<String> = python_app().build().unwrap().requirements.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["greeting", "native"]);
}

#[test]
fn times_places_and_modes_other_than_executable_do_not_count() {
    let (one, two) = (python_app(), python_app());
    let old = fs::File::options().write(true).open(two.file("main.py")).unwrap();
    old.set_modified(std::time::UNIX_EPOCH).unwrap();
    fs::set_permissions(two.file("main.py"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(two.file("empty-folder")).unwrap();
    assert_eq!(one.build().unwrap().sha256, two.build().unwrap().sha256);
}

/// Neither the order in which a file system lists its files nor what it takes for one name has a say: case and the form of
/// an accent are a name's own, as git has them.
#[test]
fn files_are_in_the_order_of_their_names_bytes() {
    let names = ["nai\u{308}f.js", "ol\u{e9}.js", "a/b.js", "a.js", "a-b.js", "_.js", "B.js", "main.js"];
    let zip = |names: &[&str]| {
        let sandbox = Sandbox::new("ruby3.4", &names.iter().map(|name| (*name, "")).collect::<Vec<_>>());
        sandbox.build().unwrap().zip.bytes().unwrap()
    };
    let (one, other) = (zip(&names), zip(&names.iter().rev().copied().collect::<Vec<_>>()));
    assert_eq!(one, other);
    let mut archive = ZipArchive::new(Cursor::new(one)).unwrap();
    let listed: Vec<String> =
        (0..names.len()).map(|at| archive.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    let sorted = ["B.js", "_.js", "a-b.js", "a.js", "a/b.js", "main.js", "nai\u{308}f.js", "ol\u{e9}.js"];
    assert_eq!(listed, sorted);
}

#[test]
fn the_executable_bit_is_kept() {
    let sandbox = Sandbox::new("provided.al2023", &[("bootstrap", "#!/bin/sh\n"), ("data", "")]);
    fs::set_permissions(sandbox.file("bootstrap"), fs::Permissions::from_mode(0o700)).unwrap();
    let entries = sandbox.entries();
    assert_eq!(entries["bootstrap"].1 & 0o7777, 0o755);
    assert_eq!(entries["data"].1 & 0o7777, 0o644);
}

#[test]
fn caches_and_excluded_files_stay_out() {
    let mut sandbox = Sandbox::new(
        "ruby3.4",
        &[
            ("a.js", ""),
            ("a.test.js", ""),
            (".DS_Store", ""),
            (".git/config", ""),
            ("deep/__pycache__/x.pyc", ""),
            ("deep/b.pyc", ""),
            ("deep/b.test.js", ""),
            ("deep/docs/c.md", ""),
            ("docs/c.md", ""),
            ("requirements.txt", "only Python's are special\n"),
            ("serverless-app-plan/plan.json", "{}"),
        ],
    );
    sandbox.source.exclude = ["*.test.js", "/docs", "deep/*.none"].map(String::from).to_vec();
    assert_eq!(sandbox.names(), ["a.js", "deep/docs/c.md", "requirements.txt"]);
    sandbox.source.exclude = vec!["docs/".into(), "deep/**/*.js".into()];
    assert_eq!(sandbox.names(), ["a.js", "a.test.js", "requirements.txt"]);
}

/// A function may lie beside its manifest: what a plan, a build and a bootstrap write there is no part of it.
#[test]
fn what_is_written_beside_the_manifest_is_no_part_of_a_function_there() {
    let sandbox = Sandbox::new("ruby3.4", &[("a.js", ""), ("serverless-app.toml", "")]);
    let source = FunctionSource { root: sandbox.file(""), folder: ".".into(), ..sandbox.source.clone() };
    let before = build(&source, &sandbox.own()).unwrap();
    for folder in ["serverless-app-plan", "serverless-app-builds", "serverless-app-bootstrap"] {
        sandbox.write(&format!("{folder}/x"), "x");
    }
    assert_eq!(build(&source, &sandbox.own()).unwrap().sha256, before.sha256);
    assert_eq!(unzip(&before.zip.bytes().unwrap()).into_keys().collect::<Vec<_>>(), ["a.js", "serverless-app.toml"]);
}

#[test]
fn exclude_patterns_that_are_none_are_refused() {
    let mut sandbox = Sandbox::new("ruby3.4", &[("a.js", "")]);
    for pattern in ["[", "!a.js", "", "/"] {
        sandbox.source.exclude = vec![pattern.into()];
        assert_says(&sandbox.error(), &["exclude pattern", &format!("`{pattern}`")]);
    }
}

#[test]
fn exclude_patterns_leave_wheels_alone() {
    let mut sandbox = python_app();
    sandbox.source.exclude = vec!["greeting".into(), "lib".into()];
    let names = sandbox.names();
    assert!(names.contains(&"greeting/__init__.py".to_owned()));
    assert!(!names.contains(&"lib/util.py".to_owned()));
}

#[test]
fn the_folder_must_be_there_and_inside() {
    let mut sandbox = Sandbox::new("python3.11", &[MAIN]);
    for (folder, part) in
        [("none", "does not exist"), ("app/main.py", "does not exist"), ("..", "outside"), ("/", "outside")]
    {
        sandbox.source.folder = folder.into();
        assert_says(&sandbox.error(), &[&format!("`{folder}`"), part]);
    }
    sandbox.source.folder = "./app".into();
    assert_eq!(sandbox.names(), ["main.py"]);
}

#[test]
fn links_are_followed_inside_the_folder_only() {
    let sandbox = Sandbox::new("python3.11", &[MAIN, ("real/one.py", "1"), ("skip/x", "")]);
    symlink("real", sandbox.file("linked")).unwrap();
    symlink("real/one.py", sandbox.file("two.py")).unwrap();
    assert_eq!(sandbox.entries()["linked/one.py"].0, "1");
    assert_eq!(sandbox.entries()["two.py"].0, "1");

    symlink("/etc/hostname", sandbox.file("outside")).unwrap();
    assert_says(&sandbox.error(), &["`app/outside`", "symbolic link"]);
    fs::remove_file(sandbox.file("outside")).unwrap();
    symlink("..", sandbox.file("outside")).unwrap();
    assert_says(&sandbox.error(), &["app/outside"]);
    fs::remove_file(sandbox.file("outside")).unwrap();
    symlink(".", sandbox.file("loop")).unwrap();
    assert_says(&sandbox.error(), &["loop"]);
    fs::remove_file(sandbox.file("loop")).unwrap();
    symlink("nowhere", sandbox.file("broken")).unwrap();
    assert_says(&sandbox.error(), &["app/broken"]);
}

#[test]
fn a_function_s_folder_may_not_be_a_link_to_elsewhere() {
    let mut sandbox = Sandbox::new("python3.11", &[MAIN]);
    symlink(sandbox.cache.path(), sandbox.root.path().join("linked")).unwrap();
    sandbox.source.folder = "linked".into();
    assert_says(&sandbox.error(), &["`linked`", "outside"]);
}

#[test]
fn what_is_no_file_is_refused() {
    let sandbox = Sandbox::new("python3.11", &[MAIN, ("back\\slash", "")]);
    assert_says(&sandbox.error(), &["back\\slash", "backslash"]);
    fs::remove_file(sandbox.file("back\\slash")).unwrap();
    let socket = UnixListener::bind(sandbox.file("socket")).unwrap();
    assert_says(&sandbox.error(), &["`app/socket`", "neither a file nor a folder"]);
    drop(socket);
}

#[test]
fn a_handler_without_its_file_is_an_error() {
    let mut sandbox = Sandbox::new("python3.11", &[MAIN, ("web/__init__.py", MAIN.1), ("web/api.py", MAIN.1)]);
    for handler in ["main.handler", "web.handler", "web.api.handler", "web/api.handler"] {
        sandbox.source.handler = handler.into();
        sandbox.build().unwrap();
    }
    for (handler, file) in
        [("other.handler", "other.py"), ("web.none.handler", "web/none.py"), ("main", "main.py"), ("main.", "main.py")]
    {
        sandbox.source.handler = handler.into();
        assert_says(&sandbox.error(), &[&format!("`{handler}`"), &format!("`{file}`"), "`app`"]);
    }
    sandbox.source.handler = "main.handler".into();
    sandbox.source.exclude = vec!["main.py".into()];
    assert_says(&sandbox.error(), &["main.handler"]);
}

#[test]
fn a_cached_wheel_for_another_runtime_is_refused() {
    let sandbox = Sandbox::new("python3.11", &[MAIN]);
    sandbox.vendor(&[wheel("native", "2.1", "cp312-cp312-manylinux_2_17_x86_64", &[])]);
    assert_says(&sandbox.error(), &["native==2.1", "no wheel for python3.11 on x86_64"]);
}

#[test]
fn two_sources_of_one_path_must_agree() {
    let sandbox = Sandbox::new("python3.11", &[MAIN]);
    let one = || wheel("one", "1.0", "py3-none-any", &[("shared/__init__.py", "")]);
    sandbox.vendor(&[one(), wheel("two", "1.0", "py3-none-any", &[("shared/__init__.py", "")])]);
    sandbox.build().unwrap();
    sandbox.vendor(&[one(), wheel("two", "1.0", "py3-none-any", &[("shared/__init__.py", "x = 1")])]);
    assert_says(
        &sandbox.error(),
        &["`shared/__init__.py`", "the wheel one-1.0-py3-none-any.whl", "the wheel two-1.0-py3-none-any.whl"],
    );
    sandbox.vendor(&[one()]);
    sandbox.write("shared/__init__.py", "y = 1");
    assert_says(&sandbox.error(), &["`shared/__init__.py`", "the folder `app`", "the wheel one-1.0-py3-none-any.whl"]);
}

#[test]
fn functions_with_one_lock_are_packaged_together_and_an_error_names_its_function() {
    let sandbox = python_app();
    fs::create_dir(sandbox.root.path().join("other")).unwrap();
    for name in ["requirements.txt", "pylock.toml"] {
        fs::copy(sandbox.file(name), sandbox.root.path().join("other").join(name)).unwrap();
    }
    fs::write(sandbox.root.path().join("other/main.py"), "def handler(event, context):\n    return 1\n").unwrap();
    let other = FunctionSource { folder: "other".into(), ..sandbox.source.clone() };
    let sources = [sandbox.source.clone(), other.clone(), sandbox.source.clone()];
    let built: Vec<Package> = build_all(&sources, &sandbox.own()).into_iter().map(Result::unwrap).collect();
    let digests: Vec<&str> = built.iter().map(|package| package.sha256.as_str()).collect();
    assert_eq!(digests[0], digests[2]);
    assert_eq!(digests[0], sandbox.build().unwrap().sha256);
    assert_eq!(digests[1], build(&other, &sandbox.own()).unwrap().sha256);
    fs::remove_file(sandbox.root.path().join("other/main.py")).unwrap();
    let built = build_all(&sources, &sandbox.own());
    assert!(built[0].is_ok() && built[2].is_ok(), "they are nothing to the others");
    assert_says(&built[1].as_ref().unwrap_err().to_string(), &["main.handler", "`other`"]);
}

#[test]
fn a_wheel_that_cannot_be_fetched_is_reported_at_its_function_and_the_others_point_there() {
    let server = Server::new(|_, _, _| Answer::Says(403, "", Vec::new()));
    let sandbox = python_app();
    let other = Sandbox::new("python3.11", &[MAIN]);
    let mut locked = wheel("lib", "1.0", "py3-none-any", &[("lib.py", "x = 1\n")]).locked();
    locked.url = format!("{}/files/lib-1.0-py3-none-any.whl", server.root).parse().ok();
    other.lock(vec![locked]);
    let built = build_all(&[sandbox.source.clone(), other.source.clone()], &sandbox.own());
    let said = |number: usize| built[number].as_ref().unwrap_err().to_string();
    assert_says(&said(0), &["`app` is not packaged", "another function needs"]);
    assert_says(&said(1), &["lib-1.0-py3-none-any.whl", "403"]);
}

#[test]
fn the_size_of_all_files_is_limited() {
    let sandbox = Sandbox::new("ruby3.4", &[("a.js", &"a".repeat(1000)), ("b.js", &"b".repeat(1000))]);
    let within = |unpacked| build_within(&sandbox.source, &sandbox.own(), Limits { unpacked });
    within(2000).unwrap();
    assert_says(&within(1999).unwrap_err().to_string(), &["`app`", "b.js", "250 MB"]);
    assert_eq!(LIMITS.unpacked, 262_144_000);
}

#[test]
fn a_cached_wheel_that_was_changed_is_not_used() {
    let cache = tempfile::tempdir().unwrap();
    let root = cache.path().to_owned();
    let cache = Cache::own(&root);
    let wheel = wheel("greeting", "1.0", "py3-none-any", &[]);
    let sha256 = wheel.sha256();
    let kept = || cache.get(&sha256).unwrap().map(|(name, _)| name);
    assert_eq!(kept(), None);
    wheel.keep(&cache);
    assert_eq!(kept().as_ref(), Some(&wheel.file_name));
    fs::write(root.join("wheels").join(&sha256).join(&wheel.file_name), "changed").unwrap();
    assert_eq!(kept(), None);
    wheel.keep(&cache);
    assert_eq!(kept(), Some(wheel.file_name));
}

use super::*;
use crate::package::{Architecture, FunctionSource};

fn target(runtime: &str) -> Target {
    let source = FunctionSource { runtime: runtime.into(), architecture: Architecture::X86_64, ..Default::default() };
    Target::of(&source).unwrap().unwrap()
}

fn shown(locked: Result<Vec<Locked>, String>) -> Result<Vec<String>, String> {
    let show = |one: Locked| {
        let requirement = one.requirement;
        format!("{} {} {} {:?}", requirement.name, requirement.version, one.file_name.unwrap(), one.size)
    };
    locked.map(|all| all.into_iter().map(show).collect())
}

const UV_LOCK: &str = r#"
version = 1
revision = 3
requires-python = ">=3.10"

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "boto3" },
    { name = "native", extra = ["fast"] },
    { name = "backport", marker = "python_full_version < '3.11'" },
]

[package.optional-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "backport"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.example.org/a/backport-1.0-py3-none-any.whl", hash = "sha256:@", size = 1 }]

[[package]]
name = "boto3"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "native" }]
sdist = { url = "https://files.example.org/a/boto3-1.0.tar.gz", hash = "sha256:@", size = 3 }
wheels = [{ url = "https://files.example.org/a/boto3-1.0-py3-none-any.whl", hash = "sha256:@", size = 2 }]

[[package]]
name = "native"
version = "2.0"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://files.example.org/a/native-2.0-cp311-cp311-macosx_11_0_arm64.whl", hash = "sha256:@", size = 4 },
    { url = "https://files.example.org/a/native-2.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", hash = "sha256:@", size = 5 },
    { url = "https://files.example.org/a/native-2.0-cp310-cp310-manylinux_2_17_x86_64.whl", hash = "sha256:@", size = 6 },
]

[package.optional-dependencies]
fast = [{ name = "speed" }]

[[package]]
name = "speed"
version = "3.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://files.example.org/a/speed-3.0-py3-none-any.whl", hash = "sha256:@", size = 7 }]
"#;

fn uv_lock() -> String {
    UV_LOCK.replace('@', &"0".repeat(64))
}

#[test]
fn uv_s_lock_is_taken_for_the_target() {
    let native = "native 2.0 native-2.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl Some(5)";
    let (boto3, speed) =
        ("boto3 1.0 boto3-1.0-py3-none-any.whl Some(2)", "speed 3.0 speed-3.0-py3-none-any.whl Some(7)");
    assert_eq!(shown(uv(&uv_lock(), target("python3.11"))).unwrap(), [boto3, native, speed]);
    let older = shown(uv(&uv_lock(), target("python3.10"))).unwrap();
    assert_eq!(older[0], "backport 1.0 backport-1.0-py3-none-any.whl Some(1)");
    assert_eq!(older[2], "native 2.0 native-2.0-cp310-cp310-manylinux_2_17_x86_64.whl Some(6)");
}

#[test]
fn what_uv_s_lock_lacks_is_said() {
    for (from, to, runtime, reason) in [
        ("", "", "python3.9", "it is for Python >=3.10"),
        ("", "", "python3.12", "native has no wheel"),
        ("version = 1\n", "version = 2\n", "python3.11", "its version is 2"),
        ("virtual = \".\"", "virtual = \"elsewhere\"", "python3.11", "the project itself"),
        ("name = \"speed\"\nversion", "name = \"slow\"\nversion", "python3.11", "speed is not in it"),
        (
            "registry = \"https://pypi.org/simple\" }\ndependencies",
            "git = \"https://x\" }\ndependencies",
            "python3.11",
            "boto3 is not from an index",
        ),
        (
            "files.example.org/a/boto3-1.0-py",
            "me:secret@files.example.org/a/boto3-1.0-py",
            "python3.11",
            "contains a credential",
        ),
        ("sha256:0", "md5:0", "python3.11", "has no SHA-256"),
        ("python_full_version <", "python_full_version <<", "python3.11", "is not understood"),
        ("[[package]]", "[[package", "python3.11", ""),
    ] {
        let error = uv(&uv_lock().replace(from, to), target(runtime)).unwrap_err();
        assert!(error.contains(reason) && !error.contains("secret"), "{reason}: {error}");
    }
}

const POETRY_LOCK: &str = r#"
[[package]]
name = "Greeting.Lib"
version = "1.0"
optional = false
python-versions = ">=3.8"
groups = ["main"]
files = [
    {file = "greeting_lib-1.0-py3-none-any.whl", hash = "sha256:@"},
    {file = "greeting_lib-1.0.tar.gz", hash = "sha256:@"},
]

[[package]]
name = "backport"
version = "2.0"
optional = false
python-versions = "*"
groups = ["main", "dev"]
markers = {main = "python_version < \"3.11\"", dev = "python_version < \"4\""}
files = [{file = "backport-2.0-py3-none-any.whl", hash = "sha256:@"}]

[[package]]
name = "pytest"
version = "3.0"
optional = false
python-versions = "*"
groups = ["dev"]
files = [{file = "pytest-3.0-py3-none-any.whl", hash = "sha256:@"}]

[metadata]
lock-version = "2.1"
python-versions = ">=3.10,<4.0"
content-hash = "00"
"#;

#[test]
fn poetry_s_lock_is_taken_for_the_target_and_what_it_lacks_is_said() {
    let lock = POETRY_LOCK.replace('@', &"0".repeat(64));
    let greeting = "greeting-lib 1.0 greeting_lib-1.0-py3-none-any.whl None";
    assert_eq!(shown(poetry(&lock, target("python3.11"))).unwrap(), [greeting]);
    let backport = "backport 2.0 backport-2.0-py3-none-any.whl None";
    assert_eq!(shown(poetry(&lock, target("python3.10"))).unwrap(), [backport, greeting]);
    for (from, to, runtime, reason) in [
        ("", "", "python3.9", "it is for Python >=3.10,<4.0"),
        ("groups = [\"main\"]\n", "", "python3.11", "poetry 2"),
        ("greeting_lib-1.0-py3", "greeting_lib-1.0-py2", "python3.11", "Greeting.Lib has no wheel"),
        (
            "groups = [\"main\"]\n",
            "groups = [\"main\"]\nsource = {type = \"git\"}\n",
            "python3.11",
            "is not from an index",
        ),
    ] {
        let error = poetry(&lock.replace(from, to), target(runtime)).unwrap_err();
        assert!(error.contains(reason), "{reason}: {error}");
    }
}

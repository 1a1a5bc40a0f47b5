//! With wheels made on the spot and a server on this machine; uv itself comes from PyPI once, into the target folder.

use super::*;
use crate::package::Architecture;
use crate::package::tests::server::{Answer, Server, settings};
use crate::package::tests::wheels::{TestWheel, requiring, wheel};
use std::collections::BTreeMap;

/// An index with these wheels.
fn index(wheels: &[TestWheel]) -> Server {
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for wheel in wheels {
        let link = format!("<a href='/files/{0}#sha256={1}'>{0}</a>\n", wheel.file_name, wheel.sha256());
        pages.entry(format!("/simple/{}/", wheel.name)).or_default().push_str(&link);
        files.insert(format!("/files/{}", wheel.file_name), wheel.bytes.clone());
    }
    Server::new(move |_, path, _| match (pages.get(path), files.get(path)) {
        (Some(page), _) => {
            Answer::Says(200, "content-type: text/html\r\n", format!("<html>{page}</html>").into_bytes())
        }
        (_, Some(bytes)) => Answer::Says(200, "", bytes.clone()),
        _ => Answer::Says(404, "", Vec::new()),
    })
}

/// What uv resolves for a runtime when it knows these wheels.
fn resolved(source: &FunctionSource, requirements: &str, wheels: &[TestWheel]) -> Result<Vec<Locked>, PackageError> {
    let server = index(wheels);
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap();
    let cache = Cache::own(target.join("tmp/package"));
    let mut uv = cache.exclusively(|| Uv::set_up(source, &cache))?;
    uv.settings = settings(&format!("{}/simple", server.root.replace("://", "://me:secret@")));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("requirements.txt");
    fs::write(&file, requirements).unwrap();
    uv.resolve(source, Target::of(source)?.unwrap(), &file)
}

fn source(runtime: &str, architecture: Architecture) -> FunctionSource {
    FunctionSource { folder: "app".into(), runtime: runtime.into(), architecture, ..FunctionSource::default() }
}

#[test]
fn markers_are_the_runtimes_and_not_the_builders() {
    let any = "py3-none-any";
    let requires = [
        "old ; python_version < '3.12'",
        "new ; python_version >= '3.12'",
        "arm ; platform_machine == 'aarch64'",
        "intel ; platform_machine == 'x86_64'",
        "windows ; sys_platform == 'win32'",
        "backport ; python_full_version < '3.11.3'",
        "pypy ; implementation_name == 'pypy'",
    ];
    let mut known = vec![requiring("app", "1.0", any, &requires)];
    known
        .extend(["old", "new", "arm", "intel", "windows", "backport", "pypy"].map(|name| wheel(name, "1.0", any, &[])));
    let names = |runtime, architecture| {
        let wheels = resolved(&source(runtime, architecture), "app\nold ; os_name == 'nt'\n", &known).unwrap();
        wheels.into_iter().map(|wheel| wheel.requirement.name).collect::<Vec<_>>()
    };
    assert_eq!(names("python3.9", Architecture::X86_64), ["app", "backport", "intel", "old"]);
    assert_eq!(names("python3.11", Architecture::X86_64), ["app", "intel", "old"]);
    assert_eq!(names("python3.13", Architecture::Arm64), ["app", "arm", "new"]);
}

#[test]
fn the_best_wheel_is_locked_with_address_size_and_index_and_without_credentials() {
    let tags = [
        "py3-none-any",
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp311-cp311-manylinux_2_26_x86_64",
        "cp311-cp311-manylinux_2_28_x86_64",
        "cp312-cp312-manylinux_2_34_aarch64",
        "cp311-cp311-macosx_11_0_arm64",
    ];
    let known: Vec<TestWheel> = tags.map(|tags| wheel("native", "1.0", tags, &[])).into();
    let chosen = |runtime, architecture| {
        let [wheel] = resolved(&source(runtime, architecture), "native", &known).unwrap().try_into().unwrap();
        let (url, index) = (wheel.url.unwrap(), wheel.index.unwrap());
        assert_eq!(url.path(), format!("/files/{}", wheel.file_name.as_deref().unwrap()));
        assert!(index.starts_with("http://127.0.0.1:") && index.ends_with("/simple"), "{index}");
        assert!(!format!("{url}{index}").contains("secret"), "{url} {index}");
        wheel.file_name.unwrap()
    };
    // What is newer than 2.17 uv does not see, and the lock is none the worse for it.
    assert_eq!(chosen("python3.12", Architecture::Arm64), "native-1.0-cp312-cp312-manylinux_2_34_aarch64.whl");
    assert_eq!(chosen("python3.11", Architecture::Arm64), "native-1.0-py3-none-any.whl");
    assert!(chosen("python3.11", Architecture::X86_64).starts_with("native-1.0-cp311-cp311-manylinux_2_"));
}

#[test]
fn a_package_without_a_wheel_is_named() {
    for tags in ["cp310-cp310-manylinux_2_17_x86_64", "cp311-cp311-manylinux_2_28_x86_64"] {
        let known = [wheel("native", "1.0", tags, &[])];
        let error = resolved(&source("python3.11", Architecture::X86_64), "native>=1", &known).unwrap_err();
        assert!(matches!(&error, PackageError::NoWheel { .. }), "{tags}: {error}");
        assert!(error.to_string().contains("native"), "{error}");
    }
}

#[test]
fn requirements_that_contradict_each_other_are_an_error_in_uvs_words() {
    let any = "py3-none-any";
    let known =
        [requiring("app", "1.0", any, &["lib<2"]), wheel("lib", "2.0", any, &[]), wheel("lib", "1.0", any, &[])];
    let error = resolved(&source("python3.11", Architecture::X86_64), "app\nlib>=2", &known).unwrap_err();
    let PackageError::Resolve { lines, .. } = &error else { panic!("{error}") };
    assert!(lines.contains("depends on lib<2") && !lines.contains("secret"), "{lines}");
}

#[test]
fn what_uv_says_is_repeated_without_credentials() {
    let line = "failed: https://me:p%40ss@example.org/simple/x/ and http://u@h:1 (see https://docs.example.org)";
    let clean = "failed: https://example.org/simple/x/ and http://h:1 (see https://docs.example.org)";
    assert_eq!(without_userinfo(line), clean);
    assert_eq!(last_lines("one\n\n  two  \n"), "\n  one\n    two");
}

//! Locks that are missing, outdated or edited, and requirements that cannot be locked.

use super::*;

#[test]
fn requirements_need_an_up_to_date_lock() {
    for (lock, by_hashes) in [("app/pylock.toml", false), ("app/requirements.lock", true)] {
        let mut sandbox = python_app();
        if by_hashes {
            sandbox.vendor_by_hashes();
        }
        sandbox.write("requirements.txt", "greeting\r\n");
        sandbox.build().expect("line ends do not count");
        sandbox.write("requirements.txt", "greeting>1\n");
        assert_says(&sandbox.error(), &[lock, "outdated", "requirements.txt has changed", "serverless-app lock"]);
        sandbox.write("requirements.txt", "greeting\n");
        sandbox.source.architecture = Architecture::Arm64;
        assert_says(&sandbox.error(), &[lock, "outdated", "x86_64", "arm64"]);
        sandbox.source.architecture = Architecture::X86_64;
        sandbox.source.runtime = "python3.12".into();
        assert_says(&sandbox.error(), &[lock, "outdated", "python3.11", "python3.12"]);
        sandbox.source.runtime = "python3.11".into();

        fs::remove_file(sandbox.root.path().join(lock)).unwrap();
        assert_says(&sandbox.error(), &["app/pylock.toml", "missing", "serverless-app lock"]);
        fs::remove_file(sandbox.file("requirements.txt")).unwrap();
        sandbox.build().unwrap();
        fs::write(sandbox.root.path().join(lock), "").unwrap();
        assert_says(&sandbox.error(), &[lock, "requirements.txt that does not exist"]);
    }
}

#[test]
fn both_forms_of_the_lock_give_the_same_zip() {
    let sandbox = python_app();
    let package = sandbox.build().unwrap();
    sandbox.vendor_by_hashes();
    assert_eq!(sandbox.build().unwrap().sha256, package.sha256);
    assert_eq!(sandbox.build().unwrap().requirements, package.requirements);
}

#[test]
fn a_lock_that_was_tampered_with_is_refused_with_its_line() {
    let sandbox = python_app();
    let good = fs::read_to_string(sandbox.file("pylock.toml")).unwrap();
    for (from, to, line) in [
        ("lock-version = \"1.0\"", "lock-version = \"2.0\"", "line 2"),
        ("lock-version = \"1.0\"", "lock-version =", "line 2"),
        ("[tool.serverless-app]", "[tool.other]", "line 1"),
        ("\nruntime = ", "\nrun = ", "line 24"),
        ("name = \"greeting\"", "name = \"zebra\"", "line 16"),
        ("name = \"greeting\"", "name = \"--index-url=x\"", "line 8"),
        ("\nversion = \"1.0\"", "\nversion = \"1.0 @ https://example.com\"", "line 8"),
        ("sha256 = \"", "sha256 = \"0", "line 8"),
        ("sha256 = \"", "md5 = \"", "line 8"),
        ("http://127.0.0.1:9/files", "file:///etc", "line 8"),
        ("http://127.0.0.1:9/files", "http://me:secret@127.0.0.1:9/files", "line 8"),
        ("greeting-1.0-py3-none-any.whl\", url", "../greeting-1.0-py3-none-any.whl\", url", "line 8"),
    ] {
        assert!(good.contains(from), "{from} is not in {good}");
        sandbox.write("pylock.toml", &good.replacen(from, to, 1));
        let error = sandbox.error();
        assert_says(&error, &["app/pylock.toml", &format!("{line}:"), "serverless-app lock"]);
        assert!(!error.contains("secret"), "{error}");
    }
    sandbox.write("pylock.toml", &good.replace('\n', "\r\n"));
    sandbox.build().expect("line ends do not count");
}

#[test]
fn a_lock_of_an_earlier_release_that_was_tampered_with_is_refused_with_its_line() {
    let sandbox = python_app();
    sandbox.vendor_by_hashes();
    let good = fs::read_to_string(sandbox.file("requirements.lock")).unwrap();
    for (from, to, line) in [
        ("# Written", "# written", "line 1"),
        ("# runtime", "# run", "line 2"),
        ("# architecture", "architecture", "line 3"),
        ("greeting==1.0", "--index-url=https://example.com", "line 5"),
        ("greeting==1.0", "greeting @ https://example.com/greeting-1.0-py3-none-any.whl", "line 5"),
        ("greeting==1.0", "greeting==1.0 ; python_version > \"3\"", "line 5"),
        ("greeting==1.0", "zebra==1.0", "line 7"),
        ("    --hash=sha256:", "    --hash=sha256:0", "line 6"),
        ("    --hash=sha256:", "    --hash=md5:", "line 6"),
    ] {
        sandbox.write("requirements.lock", &good.replacen(from, to, 1));
        assert_says(&sandbox.error(), &["app/requirements.lock", line, "serverless-app lock"]);
    }
    sandbox.write("requirements.lock", &good.replace('\n', "\r\n"));
    sandbox.build().expect("line ends do not count");
}

#[test]
fn a_lock_s_hash_must_be_of_the_package_that_it_names() {
    let sandbox = python_app();
    let good = fs::read_to_string(sandbox.file("pylock.toml")).unwrap();
    sandbox.write("pylock.toml", &good.replacen("\nversion = \"1.0\"", "\nversion = \"1.1\"", 1));
    assert_says(
        &sandbox.error(),
        &["greeting==1.1", "that hash is greeting-1.0-py3-none-any.whl's", "serverless-app lock"],
    );
}

#[test]
fn what_cannot_be_locked_is_refused_with_its_line() {
    let sandbox = Sandbox::new("python3.11", &[MAIN]);
    for line in [
        "--index-url https://user:secret@example.com/simple",
        "-r more.txt",
        "greeting==1.0 --hash=sha256:00",
        "greeting @ https://example.com/greeting-1.0.tar.gz",
        "git+https://example.com/greeting",
        "./greeting-1.0-py3-none-any.whl",
        "greeting==${VERSION}",
    ] {
        sandbox.write("requirements.txt", &format!("# first\n{line}\n"));
        let error = lock(&sandbox.source, &sandbox.own()).unwrap_err().to_string();
        assert_says(&error, &["`app/requirements.txt`, line 2"]);
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn locking_nothing_needs_no_uv() {
    let sandbox = Sandbox::new("python3.11", &[MAIN]);
    let run = || lock(&sandbox.source, &sandbox.own()).unwrap();
    assert_eq!(run().outcome, LockOutcome::NothingToLock);
    sandbox.write("requirements.txt", "\n# nothing yet --really\n");
    assert_eq!(run().outcome, LockOutcome::Written);
    assert_eq!(run().outcome, LockOutcome::Unchanged);
    assert_eq!(sandbox.names(), ["main.py"]);
    fs::remove_file(sandbox.file("requirements.txt")).unwrap();
    assert_says(&lock(&sandbox.source, &sandbox.own()).unwrap_err().to_string(), &["does not exist"]);
}

/// Where each of them would be taken for no one Python, none is packaged as if it were not there.
#[test]
fn a_layer_of_no_one_python_has_no_lock_of_any_tool() {
    let all: [&[&str]; 3] = [&[], &["python3.12", "python3.13"], &["nodejs22.x"]];
    for runtimes in all {
        for lock in ["requirements.txt", "requirements.lock", "pylock.toml", "uv.lock", "poetry.lock"] {
            let mut sandbox = Sandbox::new("", &[("bin/tool", "")]);
            sandbox.source.layer = Some(runtimes.iter().map(|name| (*name).to_owned()).collect());
            sandbox.build().unwrap();
            sandbox.write(lock, "");
            let parts = [format!("`app/{lock}` asks for wheels"), "runtimes = [\"python3.13\"]".into()];
            let parts = parts.each_ref().map(String::as_str);
            assert_says(&sandbox.error(), &parts);
            assert_says(&check(&sandbox.source).unwrap_err().to_string(), &parts);
        }
    }
}

//! `install.sh`, which a release fills with its digests, with stand-ins for curl and uname.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serverless_app::canonical::Sha;
use tempfile::TempDir;

use crate::support::files;

const SCRIPT: &str = include_str!("../../.github/release/install.sh");
const RELEASE: &str = include_str!("../../.github/workflows/release.yml");
const URL: &str = "https://github.com/org/serverless-app-action/releases/download/v1.0.0";
/// Copies what the address names from the folder of releases.
const CURL: &str = "#!/bin/sh\nwhile [ $# -gt 1 ]; do\n    if [ \"$1\" = --output ]; then out=\"$2\"; fi\n    shift\ndone\n\
                    cp \"$RELEASED/${1##*/}\" \"$out\"\n";
/// Is not there.
const NO_XZ: &str = "#!/bin/sh\nexit 1\n";

struct Machine(TempDir);

impl Machine {
    fn new(uname: &str) -> Self {
        let folder = TempDir::with_prefix("serverless-app-install-").unwrap();
        for made in ["programs", "released", "home"] {
            fs::create_dir(folder.path().join(made)).unwrap();
        }
        let machine = Self(folder);
        machine.executable("curl", CURL);
        machine.executable("xz", NO_XZ);
        let (system, processor) = uname.split_once('/').unwrap();
        machine.executable(
            "uname",
            &format!("#!/bin/sh\nif [ \"$1\" = -s ]; then echo {system}; else echo {processor}; fi\n"),
        );
        machine
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn executable(&self, name: &str, text: &str) {
        files::executable(&self.path("programs").join(name), text);
    }

    /// Releases a program for a platform; gives its line.
    fn release(&self, platform: &str, program: &[u8]) -> String {
        self.release_as(&format!("serverless-app-{platform}.gz"), program)
    }

    /// The same under this name.
    fn release_as(&self, name: &str, program: &[u8]) -> String {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(program).unwrap();
        let packed = packed.finish().unwrap();
        fs::write(self.path("released").join(name), &packed).unwrap();
        format!("{} {} {URL}/{name}", Sha::of(&packed).hex(), Sha::of(program).hex())
    }

    fn run(&self, table: &str, arguments: &[&str]) -> Output {
        let script = self.path("install.sh");
        fs::write(&script, SCRIPT.replace("@TABLE@", table)).unwrap();
        let path = format!("{}:{}", self.path("programs").display(), std::env::var("PATH").unwrap());
        let mut shell = Command::new("sh");
        shell.arg(script).args(arguments).env_clear().env("PATH", path).env("HOME", self.path("home"));
        shell.env("RELEASED", self.path("released")).env("TMPDIR", self.path("home")).output().unwrap()
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_program_for_this_machine_is_installed_where_it_is_asked_for() {
    for (uname, platform) in
        [("Linux/x86_64", "linux-x64"), ("Linux/aarch64", "linux-arm64"), ("Darwin/arm64", "macos-arm64")]
    {
        let machine = Machine::new(uname);
        let lines: Vec<String> =
            ["linux-x64", "linux-arm64", "macos-arm64"].map(|name| machine.release(name, name.as_bytes())).to_vec();
        let ran = machine.run(&lines.join("\n"), &[]);
        assert!(ran.status.success() && said(&ran).contains("to PATH"), "{}", said(&ran));
        let installed = machine.path("home/.local/bin/serverless-app");
        assert_eq!(fs::read_to_string(&installed).unwrap(), platform);
        assert_ne!(fs::metadata(&installed).unwrap().permissions().mode() & 0o100, 0);
        let other = machine.path("other");
        assert!(machine.run(&lines.join("\n"), &[&other.display().to_string()]).status.success());
        assert_eq!(fs::read_to_string(other.join("serverless-app")).unwrap(), platform);
        assert_eq!(fs::read_dir(machine.path("home")).unwrap().count(), 1, "nothing else is left");
    }
}

/// It is smaller; what stands in for xz here unpacks as gzip does.
#[test]
fn a_machine_with_xz_downloads_what_xz_has_packed() {
    let machine = Machine::new("Linux/x86_64");
    machine.executable("xz", "#!/bin/sh\n[ \"$1\" = --version ] || exec gzip --decompress --stdout\n");
    let lines = [machine.release("linux-x64", b"by gzip"), machine.release_as("serverless-app-linux-x64.xz", b"by xz")];
    let ran = machine.run(&lines.join("\n"), &[]);
    assert!(ran.status.success(), "{}", said(&ran));
    assert_eq!(fs::read_to_string(machine.path("home/.local/bin/serverless-app")).unwrap(), "by xz");
}

#[test]
fn what_does_not_have_its_digest_is_not_installed() {
    let machine = Machine::new("Linux/x86_64");
    let line = machine.release("linux-x64", b"program");
    let (archive, rest) = line.split_once(' ').unwrap();
    let (program, url) = rest.split_once(' ').unwrap();
    let other = Sha::of(b"other").hex();
    for (table, says) in [
        (format!("{other} {program} {url}"), format!("does not have the SHA-256 {other}")),
        (format!("{archive} {other} {url}"), format!("does not have the SHA-256 {other}")),
        (format!("{archive} {program} {url}.absent"), "is not of a release".to_owned()),
        ("@TABLE@".to_owned(), "is not of a release".to_owned()),
    ] {
        let ran = machine.run(&table, &[]);
        assert!(!ran.status.success() && said(&ran).contains(&says), "{table}: {}", said(&ran));
        assert!(!machine.path("home/.local").exists(), "{table}");
    }
    let elsewhere = Machine::new("SunOS/sparc").run(&line, &[]);
    assert!(
        !elsewhere.status.success() && said(&elsewhere).contains("no program for SunOS on sparc"),
        "{}",
        said(&elsewhere)
    );
}

/// What the script, editors and `cargo binstall` look for is what a release has.
#[test]
fn a_release_has_all_that_is_looked_for() {
    for part in [
        "/^@TABLE@$/",
        "programs/*.xz programs/*.gz programs/*.tgz .github/release/install.sh serverless-app.schema.json",
        "schema >serverless-app.schema.json",
    ] {
        assert!(RELEASE.contains(part), "{part}");
    }
    let cargo = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let cargo: toml::Value = toml::from_str(&cargo).unwrap();
    let binstall = &cargo["package"]["metadata"]["binstall"];
    assert_eq!(binstall["pkg-fmt"].as_str(), Some("tgz"));
    for (target, one) in binstall["overrides"].as_table().unwrap() {
        let url = one["pkg-url"].as_str().unwrap();
        let platform = url.rsplit("/serverless-app-").next().unwrap().trim_end_matches(".tgz");
        assert!(RELEASE.contains(&format!("name: {platform}\n")), "{target}: {url}");
        assert!(
            url.starts_with("https://github.com/org/serverless-app-action/releases/download/v{ version }/"),
            "{url}"
        );
    }
}

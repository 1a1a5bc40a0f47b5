//! `.ci/run`, with stand-ins for what it installs and for what installs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

use crate::support::files;

/// Gives every folder of the cache the same name, and makes environments whose Python is the stand-in `pip`.
const PYTHON: &str = r#"#!/bin/sh
case "$1 $2" in
"-m venv") mkdir -p "$3/bin" && cp "$PROGRAMS/pip" "$3/bin/python3" ;;
*) cat >/dev/null && echo 0123456789 ;;
esac
"#;
/// Installs checkers that find nothing.
const PIP: &str = r#"#!/bin/sh
if [ "$1" = -c ]; then exec "$PROGRAMS/python3" "$@"; fi
for name in check-jsonschema zizmor; do
    cp "$PROGRAMS/works" "${0%/*}/$name"
done
"#;
const WORKS: &str = "#!/bin/sh\nexit 0\n";
const FAILS: &str = "#!/bin/sh\necho 'the registry cannot be reached' >&2\nexit 1\n";

struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let folder = TempDir::with_prefix("serverless-app-checks-").unwrap();
        fs::create_dir(folder.path().join("programs")).unwrap();
        let machine = Self(folder);
        for (name, text) in [("python3", PYTHON), ("pip", PIP), ("works", WORKS), ("npm", WORKS), ("node", WORKS)] {
            machine.executable(name, text);
        }
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn executable(&self, name: &str, text: &str) {
        files::executable(&self.path("programs").join(name), text);
    }

    fn run(&self, step: &str) -> Output {
        let others = std::env::var("PATH").unwrap();
        let path = format!("{}:{others}", self.path("programs").display());
        let mut command = Command::new("bash");
        command.arg(root().join(".ci/run")).arg(step).env_clear().env("PATH", path).env("HOME", self.0.path());
        command.env("PROGRAMS", self.path("programs")).env("SERVERLESS_APP_CACHE", self.path("cache"));
        command.output().unwrap()
    }

    /// What counts as installed.
    fn installed(&self) -> Vec<&'static str> {
        let complete = |name: &&str| self.path("cache").join(format!("{name}-0123456789/complete")).exists();
        ["linters", "workflows"].into_iter().filter(complete).collect()
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn an_installation_that_failed_ends_the_run_and_is_made_again_the_next_time() {
    let machine = Machine::new();
    for (broken, mended, before) in [("pip", PIP, vec![]), ("npm", WORKS, vec!["linters"])] {
        machine.executable(broken, FAILS);
        let ran = machine.run("workflows");
        let said = String::from_utf8_lossy(&ran.stderr);
        assert!(!ran.status.success() && said.contains("the registry cannot be reached"), "{broken}: {said}");
        assert_eq!(machine.installed(), before, "{broken}");
        machine.executable(broken, mended);
    }
    let ran = machine.run("workflows");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(machine.installed(), ["linters", "workflows"]);
}

/// macOS has bash 3.2.
#[test]
fn no_script_has_what_came_with_a_later_bash() {
    let later =
        ["mapfile", "readarray", "declare -A", "local -A", "local -n", "inherit_errexit", "|&", "&>>", "coproc"];
    let scripts = [".ci/run", ".github/action/install.sh", ".github/action/publish.sh", ".github/action/run.sh"];
    for script in scripts.into_iter().chain([".github/action/words.sh"]) {
        let text = fs::read_to_string(root().join(script)).unwrap();
        let found: Vec<&str> = later.into_iter().filter(|word| text.contains(word)).collect();
        assert!(text.starts_with("#!/usr/bin/env bash\n") && found.is_empty(), "{script} {found:?}");
    }
}

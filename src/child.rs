//! Starts other programs: git, gh (for the token of whoever has logged in with it), uv for `lock`, python3 and pip for
//! the emulator, the emulator, the shell that runs builds and stops a kept emulator, and ps, which says whether it
//! runs. No other place starts programs; a test checks that.
//!
//! A child gets the variables of a closed list and no others. So no other program sees a token of the job
//! (`GITHUB_TOKEN`, `ACTIONS_ID_TOKEN_REQUEST_TOKEN`, `ACTIONS_RUNTIME_TOKEN`) or credentials (`AWS_*`), and no
//! unexpected variable changes what it does. Nothing else in this program starts children: the AWS SDK is built without
//! credential processes.

#![expect(clippy::disallowed_methods, reason = "it starts the programs")]

use std::ffi::OsStr;
use std::process::Command;

use crate::environment;

/// How a system finds and starts programs, and where a user's own files and temporary ones are.
const LOCAL: &[&str] = &[
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    // A Python that GitHub's setup-python has installed finds its own library by these.
    "DYLD_LIBRARY_PATH",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "TEMP",
    "TMP",
    "TMPDIR",
];

/// Where packages come from: proxies, certificates, and those of pip's settings that say so.
const PACKAGES: &[&str] = &[
    "ALL_PROXY",
    "CURL_CA_BUNDLE",
    // A desktop's keyring, which pip may ask for an index's password.
    "DBUS_SESSION_BUS_ADDRESS",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NETRC",
    "NO_PROXY",
    "PIP_CACHE_DIR",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_CONFIG_FILE",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_KEYRING_PROVIDER",
    "PIP_NO_CACHE_DIR",
    "PIP_NO_INDEX",
    "PIP_PROXY",
    "PIP_RETRIES",
    "PIP_TRUSTED_HOST",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// Where tools that build find themselves, what they have kept, and where their packages come from.
const TOOLS: &[&str] = &[
    "CARGO_HOME",
    "DOTNET_ROOT",
    "GOCACHE",
    "GOFLAGS",
    "GOMODCACHE",
    "GOPATH",
    "GOPROXY",
    "GOROOT",
    "GOSUMDB",
    "GOTOOLCHAIN",
    "GRADLE_USER_HOME",
    "JAVA_HOME",
    "MAVEN_OPTS",
    "NODE_EXTRA_CA_CERTS",
    "NPM_CONFIG_CACHE",
    "NPM_CONFIG_REGISTRY",
    "NPM_CONFIG_USERCONFIG",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "npm_config_cache",
    "npm_config_registry",
    "npm_config_userconfig",
];

/// Where GitHub's own program keeps who has logged in: its folder, or the desktop's keyring.
const GITHUB: &[&str] = &["DBUS_SESSION_BUS_ADDRESS", "GH_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"];

/// A program that needs nothing but this machine.
pub fn local(program: impl AsRef<OsStr>) -> Command {
    given(program, &[LOCAL])
}

/// A program that may fetch packages.
pub fn fetching(program: impl AsRef<OsStr>) -> Command {
    given(program, &[LOCAL, PACKAGES])
}

/// A program that builds a function, and may start whatever it likes.
pub fn building(program: impl AsRef<OsStr>) -> Command {
    given(program, &[LOCAL, PACKAGES, TOOLS])
}

/// GitHub's own program.
pub fn github() -> Command {
    given("gh", &[LOCAL, GITHUB])
}

fn given(program: impl AsRef<OsStr>, variables: &[&[&str]]) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in variables.iter().copied().flatten() {
        if let Some(value) = environment::raw(name) {
            command.env(name, value);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_listed_variable_holds_a_secret_of_the_jobs() {
        let secret =
            ["ACTIONS_", "AWS_", "GITHUB_", "INPUT_", "RUNNER_", "SERVERLESS_APP_", "GIT_", "PYTHON", "LD_PRELOAD"];
        for name in LOCAL.iter().chain(PACKAGES).chain(TOOLS).chain(GITHUB) {
            assert!(!secret.iter().any(|start| name.to_uppercase().starts_with(start)), "{name}");
        }
    }
}

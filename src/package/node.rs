//! What Node.js functions have beyond their folder: the packages that `package.json` asks for must lie in it, and what is native
//! among them must be for Lambda ([`addon`]).

use super::files::Files;
use super::{Architecture, FunctionSource, PackageError, addon};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is read of `package.json`.
#[derive(Deserialize)]
struct PackageJson {
    #[serde(default)]
    dependencies: BTreeMap<String, serde_json::Value>,
}

/// Lambda's Node.js runtimes bring these along.
const PROVIDED: [&str; 2] = ["@aws-sdk/", "@smithy/"];

/// A package.json that asks for packages needs them in `node_modules`. Whoever leaves that folder out on purpose has a
/// bundler.
pub(super) fn check(source: &FunctionSource, files: &Files, leaves_out: bool) -> Result<(), PackageError> {
    let is_node = source.runtime.starts_with("nodejs");
    if is_node {
        addon::check(source, files, &command(source, files))?;
    }
    let installed = || files.iter().any(|(path, _)| path.starts_with("node_modules/"));
    let Some(text) = files.bytes("package.json").filter(|_| is_node && !leaves_out && !installed()) else {
        return Ok(());
    };
    // One that is no JSON is Node.js's to complain about.
    let Ok(PackageJson { dependencies }) = serde_json::from_slice(text) else { return Ok(()) };
    let missing: Vec<&str> = dependencies.keys().map(String::as_str).filter(|name| !is_provided(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let more = missing.len().saturating_sub(3);
    let names = missing.iter().take(3).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    Err(PackageError::NotInstalled {
        folder: source.folder.clone(),
        packages: if more > 0 { format!("{names} and {more} more") } else { names },
        command: command(source, files),
    })
}

fn is_provided(name: &str) -> bool {
    PROVIDED.iter().any(|scope| name.starts_with(scope))
}

/// What installs the packages for where the function runs, by the lock that there is. Nothing of the packages is run.
fn command(source: &FunctionSource, files: &Files) -> String {
    let cpu = match source.architecture {
        Architecture::X86_64 => "x64",
        Architecture::Arm64 => "arm64",
    };
    let npm = format!("--ignore-scripts --omit=dev --os=linux --cpu={cpu} --libc=glibc");
    let has = |lock: &str| files.contains(lock);
    match () {
        () if has("package-lock.json") || has("npm-shrinkwrap.json") => format!("npm ci {npm}"),
        () if has("pnpm-lock.yaml") => "pnpm install --prod --frozen-lockfile --ignore-scripts".into(),
        () if has("yarn.lock") => "yarn install --production --frozen-lockfile --ignore-scripts".into(),
        () => format!("npm install {npm}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::{Content, File};
    use super::*;

    fn checked(of: &[(&str, &str)]) -> Result<(), String> {
        let mut files = Files::new("src", 1 << 20);
        for (path, text) in of {
            let file = File { content: Content::Bytes(text.as_bytes().to_vec()), executable: false, origin: "".into() };
            files.add(path, file).unwrap();
        }
        let source = FunctionSource { runtime: "nodejs22.x".into(), folder: "src".into(), ..FunctionSource::default() };
        check(&source, &files, false).map_err(|error| error.to_string())
    }

    const ASKS: (&str, &str) =
        ("package.json", r#"{"dependencies": {"left-pad": "^1.0.0", "@aws-sdk/client-s3": "3"}}"#);

    #[test]
    fn packages_that_are_not_installed_are_an_error_with_the_command_for_the_lock() {
        let error = checked(&[ASKS, ("package-lock.json", "{}")]).unwrap_err();
        assert!(
            error.contains("\"left-pad\"")
                && error.contains("`build = \"npm ci --ignore-scripts --omit=dev --os=linux --cpu=x64"),
            "{error}"
        );
        assert!(!error.contains("@aws-sdk"), "the runtime has it: {error}");
        assert!(checked(&[ASKS]).unwrap_err().contains("\"npm install --ignore-scripts"));
        assert!(checked(&[ASKS, ("yarn.lock", "")]).unwrap_err().contains("\"yarn install"));
        let many = r#"{"dependencies": {"a": "1", "b": "1", "c": "1", "d": "1", "e": "1"}}"#;
        assert!(checked(&[("package.json", many)]).unwrap_err().contains("\"c\" and 2 more"));
    }

    #[test]
    fn what_is_installed_provided_or_bundled_is_no_error() {
        checked(&[ASKS, ("node_modules/left-pad/index.js", "")]).unwrap();
        checked(&[("package.json", r#"{"dependencies": {"@aws-sdk/client-s3": "3"}}"#)]).unwrap();
        checked(&[("package.json", r#"{"devDependencies": {"esbuild": "1"}, "type": "module"}"#)]).unwrap();
        checked(&[("package.json", "{")]).unwrap();
        checked(&[("index.js", "")]).unwrap();
    }
}

//! What layers have beyond their folder: Lambda unpacks them into `/opt`, and each runtime looks for libraries in folders of its own
//! there. Wheels of a lock go where Python looks.

use super::files::Files;
use super::folder::{Folder, LOCKS};
use super::runtime::Target;
use super::{FunctionSource, PackageError};

/// Where wheels go.
pub(super) const OF_WHEELS: &str = "python/";

/// Where runtimes of these beginnings look for libraries.
const LIBRARIES: [(&str, &str); 4] =
    [("java", "java/"), ("nodejs", "nodejs/"), ("python", OF_WHEELS), ("ruby", "ruby/")];

/// Where all of them look for something.
const OF_ALL: [&str; 3] = ["bin/", "extensions/", "lib/"];

/// Wheels are of one runtime, so a layer that has some is for one Python.
pub(super) fn check_lock(source: &FunctionSource, target: Option<Target>, folder: &Folder) -> Result<(), PackageError> {
    if source.layer.is_none() || target.is_some() {
        return Ok(());
    }
    for file in LOCKS.map(|pattern| pattern.trim_start_matches('/')) {
        if folder.read(file)?.is_some() {
            return Err(PackageError::LayerRuntime { folder: folder.name.clone(), file });
        }
    }
    Ok(())
}

/// A layer of these runtimes has something that each of them looks for.
pub(super) fn check(source: &FunctionSource, runtimes: &[String], files: &Files) -> Result<(), PackageError> {
    let folder = || source.folder.clone();
    let lies_in = |place: &str| files.iter().any(|(path, _)| path.starts_with(place));
    if files.iter().next().is_none() {
        return Err(PackageError::LayerEmpty { folder: folder() });
    }
    for runtime in runtimes.iter().filter(|_| !OF_ALL.into_iter().any(lies_in)) {
        let place = LIBRARIES.iter().find(|(start, _)| runtime.starts_with(start)).map(|(_, place)| *place);
        if let Some(place) = place.filter(|place| !lies_in(place)) {
            return Err(PackageError::LayerLayout { folder: folder(), runtime: runtime.clone(), place });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::files::{Content, File};
    use super::*;

    fn checked(runtimes: &[&str], paths: &[&str]) -> Result<(), String> {
        let mut files = Files::new("layers/shared", 1 << 20);
        for path in paths {
            let file = File { content: Content::Bytes(b"x".to_vec()), executable: false, origin: "".into() };
            files.add(path, file).unwrap();
        }
        let source = FunctionSource { folder: "layers/shared".into(), ..FunctionSource::default() };
        let runtimes: Vec<String> = runtimes.iter().map(|name| (*name).to_owned()).collect();
        check(&source, &runtimes, &files).map_err(|error| error.to_string())
    }

    #[test]
    fn what_no_runtime_of_a_layer_looks_for_is_an_error_that_says_where_it_looks() {
        for (runtimes, path, place) in [
            (&["python3.12"][..], "shared.py", "python/"),
            (&["nodejs22.x"], "node_modules/a/index.js", "nodejs/"),
            (&["python3.12", "nodejs22.x"], "python/shared.py", "nodejs/"),
            (&["java21"], "shared.jar", "java/"),
        ] {
            let told = checked(runtimes, &[path]).unwrap_err();
            assert!(told.contains(&format!("`layers/shared/{place}`")), "{runtimes:?} {path}: {told}");
        }
        assert!(checked(&[], &[]).unwrap_err().contains("no file"));
    }

    #[test]
    fn what_a_runtime_looks_for_is_no_error_and_nothing_is_known_of_others() {
        checked(&["python3.12"], &["python/shared.py"]).unwrap();
        checked(&["python3.12", "nodejs22.x"], &["bin/tool"]).unwrap();
        checked(&["python3.12"], &["extensions/agent"]).unwrap();
        checked(&["nodejs22.x"], &["nodejs/node_modules/a/index.js"]).unwrap();
        checked(&["provided.al2023"], &["anything"]).unwrap();
        checked(&[], &["anything"]).unwrap();
    }
}

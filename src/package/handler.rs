//! A handler names a file of the package and what that file defines. Both are checked before anything is sent: AWS
//! creates a function with a wrong name all the same, and it fails when it is invoked.
//!
//! What a file defines is read, and never run. What cannot be determined without that is not reported.

mod bootstrap;
mod java;
mod javascript;
mod python;

use super::files::Files;
use super::{FunctionSource, PackageError};
use std::collections::BTreeSet;

/// The largest file that is read for what it defines.
const LARGEST: usize = 4 * 1024 * 1024;

/// What a file defines.
struct Defined {
    /// The names that could be the handler: too many rather than too few.
    possible: BTreeSet<String>,
    /// Those among them that could be meant, for the message.
    likely: BTreeSet<String>,
}

/// Checks that the handler's file defines the handler and, of Node.js, that the file is there; of Java its class, and
/// of `provided` runtimes what they start.
pub(super) fn check(source: &FunctionSource, files: &Files) -> Result<(), PackageError> {
    let runs = |language: &str| source.runtime.starts_with(language);
    match () {
        () if runs("python") => check_python(source, files),
        // What stands at an absolute path comes from a layer.
        () if runs("nodejs") && !source.handler.starts_with('/') => check_node(source, files),
        () if runs("java") => java::check(source, files),
        () if runs("provided") => bootstrap::check(source, files),
        () => Ok(()),
    }
}

fn check_python(source: &FunctionSource, files: &Files) -> Result<(), PackageError> {
    let Some((module, function)) = source.handler.rsplit_once('.') else { return Ok(()) };
    let path = module.replace('.', "/");
    let names = [format!("{path}.py"), format!("{path}/__init__.py")];
    match names.iter().find_map(|name| Some((name, text(files, name)?))) {
        Some((file, text)) => look(source, file, ("defines", function, module), python::defined(text)),
        None => Ok(()),
    }
}

/// Node.js takes what stands before the first dot of the last part for the file, and the rest for the export.
fn check_node(source: &FunctionSource, files: &Files) -> Result<(), PackageError> {
    let handler = source.handler.as_str();
    let start = handler.rfind('/').map_or(0, |slash| slash + 1);
    let (module, export) = match handler[start..].find('.') {
        Some(dot) => (&handler[..start + dot], &handler[start + dot + 1..]),
        None => (handler, ""),
    };
    let names = ["js", "mjs", "cjs"].map(|ending| format!("{module}.{ending}"));
    let found = names.iter().find(|name| files.contains(name));
    let (Some(file), false) = (found, export.is_empty()) else {
        return Err(PackageError::HandlerMissing {
            handler: handler.to_owned(),
            expected: names.join("`, `"),
            folder: source.folder.clone(),
        });
    };
    let export = export.split('.').next().unwrap_or_default();
    let defined = text(files, file).and_then(|text| javascript::exported(text, export));
    look(source, file, ("exports", export, module), defined)
}

fn text<'f>(files: &'f Files, name: &str) -> Option<&'f str> {
    let bytes = files.bytes(name).filter(|bytes| bytes.len() <= LARGEST)?;
    std::str::from_utf8(bytes).ok()
}

fn look(
    source: &FunctionSource,
    file: &str,
    (verb, name, module): (&'static str, &str, &str),
    defined: Option<Defined>,
) -> Result<(), PackageError> {
    let Some(Defined { likely, .. }) = defined.filter(|defined| !defined.possible.contains(name)) else {
        return Ok(());
    };
    let near = likely.iter().map(|other| (strsim::jaro_winkler(name, other), other));
    let near = near.filter(|(score, other)| *score >= 0.7 || other.contains(name)).max_by(|a, b| a.0.total_cmp(&b.0));
    let advice = match (near, likely.len()) {
        (Some((_, near)), _) => format!("did you mean `{module}.{near}`?"),
        (None, 0) => format!("add it, or write `{module}.<name>` with a name that the file {verb}"),
        (None, _) => {
            let some: Vec<&str> = likely.iter().take(5).map(String::as_str).collect();
            format!("write `{module}.<name>` with a name that it {verb}, such as {}", some.join(", "))
        }
    };
    Err(PackageError::HandlerUndefined {
        handler: source.handler.clone(),
        file: format!("{}/{file}", source.folder),
        verb,
        name: name.to_owned(),
        advice,
    })
}

#[cfg(test)]
mod tests;

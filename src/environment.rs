//! The only place that reads the environment. As in GitHub's own actions, an empty variable counts as not set.

#![expect(clippy::disallowed_methods, reason = "everybody else asks here")]

use std::ffi::OsString;
use std::path::PathBuf;

/// A variable's text; `None` if it is not set, is empty, or is no Unicode.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A variable that names a file or folder; `None` if it is not set or is empty.
pub fn path(name: &str) -> Option<PathBuf> {
    raw(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// A variable as it is, to be handed to a program that is started.
pub fn raw(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The names of all variables that are set.
pub fn names() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// The command line that this process was started with, the program's name first.
pub fn command_line() -> Vec<String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The folder for temporary files.
pub fn temporary_folder() -> PathBuf {
    std::env::temp_dir()
}

//! Files to be, written into a folder.

#![expect(clippy::disallowed_methods, reason = "it writes files")]

use super::PackageError;
use super::files::Files;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Writes files into a folder, which need not be there yet. A wheel's are not written: nothing collects them from a folder.
pub(super) fn lay_out(files: &Files, into: &Path) -> Result<(), PackageError> {
    fs::create_dir_all(into).map_err(PackageError::io("create", into))?;
    for (path, file) in files.iter() {
        let (to, Some(bytes)) = (into.join(path), file.bytes()) else { continue };
        let above = to.parent().unwrap_or(into);
        fs::create_dir_all(above).map_err(PackageError::io("create", above))?;
        fs::write(&to, bytes).map_err(PackageError::io("write", &to))?;
        let mode = if file.executable { 0o755 } else { 0o644 };
        fs::set_permissions(&to, fs::Permissions::from_mode(mode)).map_err(PackageError::io("write", &to))?;
    }
    Ok(())
}

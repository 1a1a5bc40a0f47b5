//! `init`: something to start from, which plans and rehearses as it is.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use crate::commands::print;
use crate::error::Error;

/// The files that are written: the project's own example, so that it is always one that works.
const FILES: [(&str, &str); 6] = [
    ("serverless-app.toml", include_str!("../../serverless-app.toml")),
    ("lambda/main.py", include_str!("../../lambda/main.py")),
    ("lambda/test_main.py", include_str!("../../lambda/test_main.py")),
    ("lambda/requirements.txt", include_str!("../../lambda/requirements.txt")),
    ("lambda/requirements.lock", include_str!("../../lambda/requirements.lock")),
    ("lambda/workflow.asl.json", include_str!("../../lambda/workflow.asl.json")),
];

/// Writes the files; an existing one is never touched, and nothing is written if there is any.
pub fn init(folder: &Path) -> Result<u8, Error> {
    if let Some((name, _)) = FILES.iter().find(|(name, _)| folder.join(name).exists()) {
        let path = folder.join(name);
        return Err(Error::Usage(format!("{} exists: give another folder, or move it away", path.display())));
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        write(&path, text).map_err(|error| Error::Io { path: path.clone(), error })?;
        print(&format!("wrote {}\n", path.display()))?;
    }
    print("\nNext: serverless-app rehearse\n")?;
    Ok(0)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

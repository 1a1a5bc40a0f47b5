//! The files that a plan is made of: manifest, code, definitions, files of buckets.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::name::Name;
use crate::package::{FunctionSource, Stamps, StaticFolder};
use crate::planning::Project;

/// The files of a project, as its manifest names them.
pub struct Watched {
    manifest: PathBuf,
    root: PathBuf,
    sources: Vec<FunctionSource>,
    folders: Vec<(Name, StaticFolder)>,
    files: BTreeSet<String>,
}

impl Watched {
    /// What is read for this project.
    pub fn of(project: &Project) -> Self {
        Self {
            manifest: project.path.clone(),
            root: project.root.clone(),
            sources: project.functions().into_iter().chain(project.layers()).map(|(_, source)| source).collect(),
            folders: project.source.manifest.folders(),
            files: project.files().into_keys().collect(),
        }
    }

    /// When they were changed last.
    pub fn stamps(&self) -> Stamps {
        let mut stamps = Stamps::default();
        stamps.add_file(&self.manifest);
        self.files.iter().for_each(|file| stamps.add_file(&self.root.join(file)));
        self.sources.iter().for_each(|source| stamps.add_function(source));
        self.folders.iter().for_each(|(_, folder)| stamps.add_folder(&self.root, &folder.folder, &folder.exclude));
        stamps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_of_layers_and_of_released_functions_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        write("src/main.py", "");
        write("shared/python/words.py", "");
        let manifest = "[app]\nname = \"watched\"\nregion = \"us-west-2\"\n\
             [layer.shared]\nsource = \"shared\"\nruntimes = [\"python3.12\"]\n\
             [function.hello]\nsource = \"src\"\nruntime = \"python3.12\"\nhandler = \"main.handler\"\n\
             layers = [\"shared\"]\nrelease = {}\n";
        let manifest = write("serverless-app.toml", manifest);
        let watched = Watched::of(&Project::open(&manifest, &"test".parse().unwrap()).unwrap());
        for file in ["serverless-app.toml", "src/main.py", "shared/python/words.py", "shared/python/new.py"] {
            let before = watched.stamps();
            write(file, "other");
            assert_ne!(watched.stamps(), before, "{file}");
        }
    }
}

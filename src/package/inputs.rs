//! What a build depends on: files of the function's folder, and what its section says. Both have one digest, which
//! later shows whether a build belongs to the current source.

use super::build_error::BuildError;
use super::files::Files;
use super::folder::Folder;
use super::laid_out::lay_out;
use super::recipe::{Recipe, is_taken};
use super::{FunctionSource, PackageError};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The most that a build may depend on, in bytes.
const MOST: u64 = 1024 * 1024 * 1024;

/// The files that a build depends on.
#[derive(Debug)]
pub(super) struct Inputs {
    files: Files,
}

impl Inputs {
    pub(super) fn of(source: &FunctionSource, recipe: &Recipe) -> Result<Self, PackageError> {
        let folder = Folder::open(source)?;
        recipe.check(&folder.name)?;
        let (set, leaves_out) = (recipe.takes()?, recipe.leaves_out()?);
        let mut files = Files::new(&folder.name, MOST);
        folder.select(&leaves_out, |path| is_taken(&set, path), &mut files).map_err(too_large)?;
        if files.iter().next().is_none() {
            return Err(BuildError::NoInputs { folder: folder.name }.into());
        }
        Ok(Self { files })
    }

    /// Writes them into a folder.
    pub(super) fn write(&self, into: &Path) -> Result<(), PackageError> {
        lay_out(&self.files, into)
    }

    /// Of the files and of all that the section says which decides what becomes of them, in hex.
    pub(super) fn digest(&self, source: &FunctionSource, recipe: &Recipe) -> String {
        let mut digest = Fields(Sha256::new());
        digest.add(b"serverless-app build, 1");
        let layers = if source.has_layers { "layers" } else { "" };
        let texts = [&source.folder, &source.runtime, &source.handler, &recipe.command, &recipe.output];
        texts.into_iter().for_each(|text| digest.add(text.as_bytes()));
        digest.add(source.architecture.to_string().as_bytes());
        digest.add(layers.as_bytes());
        for list in [&source.exclude, &recipe.inputs] {
            digest.add(&(list.len() as u64).to_le_bytes());
            list.iter().for_each(|text| digest.add(text.as_bytes()));
        }
        // A function's digest is what it was before there were layers here. What was built is checked by a layer's runtimes.
        if let Some(runtimes) = &source.layer {
            digest.add(b"layer");
            digest.add(&(runtimes.len() as u64).to_le_bytes());
            runtimes.iter().for_each(|runtime| digest.add(runtime.as_bytes()));
        }
        for (path, file) in self.files.iter() {
            digest.add(path.as_bytes());
            digest.add(&[u8::from(file.executable)]);
            digest.add(file.bytes().unwrap_or_default());
        }
        crate::name::hex(&digest.0.finalize())
    }
}

/// A digest of fields, none of which runs into the next.
struct Fields(Sha256);

impl Fields {
    fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// The limit is not Lambda's.
fn too_large(error: PackageError) -> PackageError {
    match error {
        PackageError::UnpackedTooLarge { folder, path, .. } => BuildError::InputsTooLarge { folder, path }.into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_built_for_other_runtimes_is_of_another_source() {
        let inputs = Inputs { files: Files::new("app", MOST) };
        let recipe = Recipe { command: "make".into(), output: ".".into(), inputs: Vec::new() };
        let digest = |layer: Option<&[&str]>| {
            let layer = layer.map(|runtimes| runtimes.iter().map(|name| (*name).to_owned()).collect());
            inputs.digest(&FunctionSource { layer, ..FunctionSource::default() }, &recipe)
        };
        let layers: [Option<&[&str]>; 4] = [None, Some(&[]), Some(&["nodejs22.x"]), Some(&["nodejs22.x", "java21"])];
        let all: std::collections::BTreeSet<String> = layers.into_iter().map(digest).collect();
        assert_eq!(all.len(), 4, "{all:?}");
    }
}

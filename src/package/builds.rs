//! The folder that `build` writes and other commands read: a zip for each function, and `builds.json`, which says what
//! each was built from and what its bytes are.
//!
//! It may come from another job, in which others' programs ran. So it is only trusted by digests: a zip must have the
//! one in the index, and the inputs must have the one of the source here. That what was built is what was approved is
//! proved by the plan, which holds the zip's own digest.

#![expect(clippy::disallowed_methods, reason = "it is a folder of zips")]

use super::build_error::BuildError;
use super::cache::Cache;
use super::handle::Zip;
use super::inputs::Inputs;
use super::making::Made;
use super::recipe::Recipe;
use super::zip_cache::WORTH_KEEPING;
use super::{FunctionSource, Hashing, LIMITS, Package, PackageError, Requirement, is_digest};
use crate::name::Name;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// What is in the folder beside the zips.
const INDEX: &str = "builds.json";
/// No index is larger; bytes.
const LARGEST_INDEX: u64 = 64 * 1024 * 1024;
/// The most characters of what is wrong with an index that are shown: it repeats what stands there.
const SHOWN: usize = 200;
/// The form that this release writes and reads.
const FORMAT: u32 = 1;

/// Functions that were built, in a folder.
#[derive(Debug)]
pub struct Builds {
    folder: PathBuf,
    index: Index,
    /// Where the folder is this process's own, it ends with this.
    _own: Option<TempDir>,
}

/// `builds.json`
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    format: u32,
    functions: BTreeMap<Name, Entry>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    layers: BTreeMap<Name, Entry>,
}

/// A function or a layer that was built.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The digest of what it was built from, in hex.
    inputs: String,
    /// Of its zip, in hex.
    sha256: String,
    /// Of its zip, in bytes.
    size: u64,
    /// What was vendored into it.
    packages: Vec<Requirement>,
}

impl Entry {
    fn of(Made { package, inputs }: &Made) -> Self {
        Self {
            inputs: inputs.clone(),
            sha256: package.sha256.clone(),
            size: package.zip.size(),
            packages: package.requirements.clone(),
        }
    }
}

/// Where the code of functions and layers with a `build` comes from.
#[derive(Debug, Clone, Default)]
pub enum Built {
    /// Nobody has built: such a function cannot be packaged.
    #[default]
    Nowhere,
    /// These, each of exactly the source that is there.
    In(Arc<Builds>),
    /// These as far as they are of the source that is there: where nothing depends on the code itself.
    AsFar(Option<Arc<Builds>>),
}

/// The code of a function that was built.
#[derive(Debug, Clone)]
pub struct BuiltCode {
    /// Its zip; `None` where nobody has built it, and nothing depends on it.
    pub package: Option<Package>,
    /// The digest of what it is built from, in hex.
    pub inputs: String,
}

impl Index {
    fn of(&self, is_layer: bool) -> &BTreeMap<Name, Entry> {
        if is_layer { &self.layers } else { &self.functions }
    }
}

/// What a zip is called. No function's name has a dot.
fn file_name(name: &Name, is_layer: bool) -> String {
    if is_layer { format!("layer.{name}.zip") } else { format!("{name}.zip") }
}

impl Built {
    /// The code of a function or of a layer.
    pub fn code(
        &self,
        name: &Name,
        source: &FunctionSource,
        recipe: &Recipe,
        cache: &Cache,
    ) -> Result<BuiltCode, PackageError> {
        let (builds, is_needed) = match self {
            Self::Nowhere => return Err(BuildError::NotGiven.into()),
            Self::In(builds) => (Some(builds), true),
            Self::AsFar(builds) => (builds.as_ref(), false),
        };
        let inputs = Inputs::of(source, recipe)?.digest(source, recipe);
        let is_layer = source.layer.is_some();
        let entry = builds.and_then(|builds| Some((builds, builds.index.of(is_layer).get(name)?)));
        let package = match entry {
            Some((builds, entry)) if entry.inputs == inputs => {
                Some(builds.package(&file_name(name, is_layer), entry, cache)?)
            }
            _ if !is_needed => None,
            Some((_, entry)) => {
                return Err(BuildError::OtherSource { built: entry.inputs.clone(), here: inputs }.into());
            }
            None => {
                let path = builds.map(|builds| builds.folder.display().to_string()).unwrap_or_default();
                return Err(BuildError::Absent { path }.into());
            }
        };
        Ok(BuiltCode { package, inputs })
    }

    /// The same builds, where nothing depends on a function's code.
    pub fn as_far(&self) -> Self {
        match self {
            Self::Nowhere => Self::AsFar(None),
            Self::In(builds) => Self::AsFar(Some(Arc::clone(builds))),
            Self::AsFar(builds) => Self::AsFar(builds.clone()),
        }
    }
}

impl Builds {
    /// Reads the folder's index.
    pub fn open(folder: &Path) -> Result<Self, PackageError> {
        let path = folder.join(INDEX);
        let refuse =
            |reason: String| PackageError::from(BuildError::NoBuilds { path: path.display().to_string(), reason });
        let file = file(&path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => refuse("it does not exist".to_owned()),
            _ => refuse(error.to_string()),
        })?;
        let mut text = Vec::new();
        file.take(LARGEST_INDEX).read_to_end(&mut text).map_err(|error| refuse(error.to_string()))?;
        let index: Index =
            serde_json::from_slice(&text).map_err(|error| refuse(error.to_string().chars().take(SHOWN).collect()))?;
        if index.format != FORMAT {
            let reason = format!("it has the format {} of another release; this release reads {FORMAT}", index.format);
            return Err(refuse(reason));
        }
        let functions = index.functions.iter().map(|(name, entry)| ("function", name, entry));
        let layers = index.layers.iter().map(|(name, entry)| ("layer", name, entry));
        for (what, name, entry) in functions.chain(layers) {
            let digests = [("inputs", &entry.inputs), ("sha256", &entry.sha256)];
            if let Some((field, _)) = digests.iter().find(|(_, digest)| !is_digest(digest)) {
                return Err(refuse(format!(
                    "`{field}` of the {what} {name} is not a SHA-256 of 64 hexadecimal digits"
                )));
            }
        }
        Ok(Self { folder: folder.to_owned(), index, _own: None })
    }

    /// The same of a folder that ends with this.
    pub fn own(folder: TempDir) -> Result<Self, PackageError> {
        let builds = Self::open(folder.path())?;
        Ok(Self { _own: Some(folder), ..builds })
    }

    /// Writes functions and layers that were built into a folder, in the place of what it held. The index comes last.
    pub fn write(folder: &Path, functions: &[(Name, Made)], layers: &[(Name, Made)]) -> Result<(), PackageError> {
        fs::create_dir_all(folder).map_err(PackageError::io("create", folder))?;
        let path = folder.join(INDEX);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(PackageError::io("remove", path)(error)),
            _ => {}
        }
        let write = |made: &[(Name, Made)], is_layer: bool| {
            let entries = made.iter().map(|(name, made)| {
                let zip = folder.join(file_name(name, is_layer));
                made.package.zip.write(&zip).map_err(PackageError::io("write", &zip))?;
                Ok((name.clone(), Entry::of(made)))
            });
            entries.collect::<Result<BTreeMap<_, _>, PackageError>>()
        };
        let index = Index { format: FORMAT, functions: write(functions, false)?, layers: write(layers, true)? };
        let text = serde_json::to_string_pretty(&index).map_err(io::Error::from);
        let written = text.and_then(|text| fs::write(&path, text + "\n"));
        written.map_err(PackageError::io("write", path))
    }

    /// A zip, of the digest that the index says.
    fn package(&self, file_name: &str, entry: &Entry, cache: &Cache) -> Result<Package, PackageError> {
        let path = self.folder.join(file_name);
        let refuse =
            |reason: String| PackageError::from(BuildError::Changed { path: path.display().to_string(), reason });
        if entry.size > LIMITS.unpacked {
            return Err(refuse(format!("it has {} bytes, but Lambda unpacks {} at most", entry.size, LIMITS.unpacked)));
        }
        let from = file(&path).map_err(|error| refuse(error.to_string()))?.take(entry.size + 1);
        let (zip, sha256) = match entry.size < WORTH_KEEPING {
            true => in_memory(from).map_err(|error| refuse(error.to_string()))?,
            false => in_a_file(from, &path, cache)?,
        };
        if (zip.size(), sha256.as_str()) != (entry.size, entry.sha256.as_str()) {
            return Err(refuse(format!("it has the SHA-256 {sha256}, and the index says {}", entry.sha256)));
        }
        Ok(Package { zip, sha256, requirements: entry.packages.clone() })
    }
}

/// A file that is no link to one: a link may lead to what never ends.
fn file(path: &Path) -> io::Result<fs::File> {
    match path.symlink_metadata()?.is_file() {
        true => fs::File::open(path),
        false => Err(io::Error::other("it is not a file")),
    }
}

fn in_memory(mut from: impl Read) -> io::Result<(Zip, String)> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let sha256 = super::hex_sha256(&bytes);
    Ok((bytes.into(), sha256))
}

/// A copy of this process's own: the file may become another one after it was looked at.
fn in_a_file(mut from: impl Read, path: &Path, cache: &Cache) -> Result<(Zip, String), PackageError> {
    let mut file = cache.temporary()?;
    let (mut hash, mut buffer) = (Hashing::default(), vec![0; 64 * 1024]);
    loop {
        match from.read(&mut buffer).map_err(PackageError::io("read", path))? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                file.write_all(&buffer[..read]).map_err(PackageError::io("write", file.path()))?;
            }
        }
    }
    Ok((Zip::file(file.into_temp_path(), hash.size), hash.hex()))
}

//! pip.conf and uv.toml of the user and of the machine: the settings in them that say where packages come from.

#![expect(clippy::disallowed_methods, reason = "they are files of the user's")]

use super::{Named, PackageError, Variables};
use serde::Deserialize;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What the files say, uv's first.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) default: Option<Named>,
    pub(super) others: Vec<Named>,
    pub(super) proxy: Option<String>,
    pub(super) certificate: Option<PathBuf>,
}

/// What of a uv.toml counts here.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct UvToml {
    index: Vec<UvIndex>,
    index_url: Option<String>,
    extra_index_url: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct UvIndex {
    name: Option<String>,
    url: String,
    #[serde(default)]
    default: bool,
}

impl Files {
    pub(super) fn read(variable: Variables<'_>) -> Result<Self, PackageError> {
        let mut files = Self::default();
        for path in uv_tomls(variable) {
            if let Some(text) = text(&path)? {
                files.add_uv(&path, &text)?;
            }
        }
        // pip's later files win over its earlier ones.
        for path in pip_confs(variable).into_iter().rev() {
            if let Some(text) = text(&path)? {
                files.add_pip(&path, &text);
            }
        }
        Ok(files)
    }

    pub(super) fn add_uv(&mut self, path: &Path, text: &str) -> Result<(), PackageError> {
        let origin = path.display().to_string();
        let read: UvToml = toml::from_str(text).map_err(|error| PackageError::IndexSetting {
            origin: origin.clone(),
            reason: error.message().to_owned(),
        })?;
        let named = |name, url| Named { name, url, origin: origin.clone() };
        for index in read.index {
            let (is_default, index) = (index.default, named(index.name, index.url));
            if is_default {
                self.default.get_or_insert(index);
            } else {
                self.others.push(index);
            }
        }
        if let Some(url) = read.index_url {
            self.default.get_or_insert(named(None, url));
        }
        self.others.extend(read.extra_index_url.into_iter().map(|url| named(None, url)));
        Ok(())
    }

    pub(super) fn add_pip(&mut self, path: &Path, text: &str) {
        let origin = path.display().to_string();
        let named = |url: &str| Named { name: None, url: url.to_owned(), origin: origin.clone() };
        let values = ini(text);
        // A command's own section wins over the one for all of them.
        for section in ["download", "install", "global"] {
            for (_, key, value) in values.iter().filter(|(name, ..)| name == section) {
                match key.as_str() {
                    "index-url" => self.default = self.default.take().or_else(|| Some(named(value))),
                    "extra-index-url" => self.others.extend(value.split_whitespace().map(named)),
                    "proxy" => self.proxy = self.proxy.take().or_else(|| Some(value.clone())),
                    "cert" => self.certificate = self.certificate.take().or_else(|| Some(value.into())),
                    _ => {}
                }
            }
        }
    }
}

/// Sections, keys and values of a pip.conf; a value goes on in lines that are indented.
fn ini(text: &str) -> Vec<(String, String, String)> {
    let mut values: Vec<(String, String, String)> = Vec::new();
    let mut section = String::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
        } else if line.starts_with([' ', '\t']) {
            if let Some((.., value)) = values.last_mut() {
                *value = format!("{value} {trimmed}").trim().to_owned();
            }
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            let key = key.trim().to_ascii_lowercase().replace('_', "-");
            values.push((section.clone(), key, value.trim().to_owned()));
        }
    }
    values
}

/// uv's files, the first of which wins.
fn uv_tomls(variable: Variables<'_>) -> Vec<PathBuf> {
    if let Some(path) = variable("UV_CONFIG_FILE") {
        return vec![path.into()];
    }
    if variable("UV_NO_CONFIG").is_some() {
        return Vec::new();
    }
    let mut paths: Vec<PathBuf> = config_home(variable).into_iter().map(|home| home.join("uv/uv.toml")).collect();
    paths.push("/etc/uv/uv.toml".into());
    paths
}

/// pip's files, the last of which wins.
fn pip_confs(variable: Variables<'_>) -> Vec<PathBuf> {
    let named = variable("PIP_CONFIG_FILE").map(PathBuf::from);
    if named.as_deref() == Some(Path::new("/dev/null")) {
        return Vec::new();
    }
    let mut paths = Vec::new();
    let folders = variable("XDG_CONFIG_DIRS").unwrap_or_else(|| "/etc/xdg".to_owned());
    paths.extend(folders.split(':').map(|folder| Path::new(folder).join("pip/pip.conf")));
    paths.push("/etc/pip.conf".into());
    if let Some(home) = variable("HOME").map(PathBuf::from) {
        paths.push(home.join(".pip/pip.conf"));
        paths.push(home.join("Library/Application Support/pip/pip.conf"));
    }
    paths.extend(config_home(variable).map(|home| home.join("pip/pip.conf")));
    paths.extend(named);
    paths
}

fn config_home(variable: Variables<'_>) -> Option<PathBuf> {
    let home = || variable("HOME").map(|home| Path::new(&home).join(".config"));
    variable("XDG_CONFIG_HOME").map(PathBuf::from).or_else(home)
}

fn text(path: &Path) -> Result<Option<String>, PackageError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(PackageError::io("read", path)(error)),
    }
}

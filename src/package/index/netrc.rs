//! netrc: who is who on which host.

#![expect(clippy::disallowed_methods, reason = "it is a file of the user's")]

use super::{Credentials, PackageError, Variables};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

/// Hosts and their credentials; no host is the default.
#[derive(Debug, Clone, Default)]
pub(super) struct Netrc(Vec<(Option<String>, Credentials)>);

impl Netrc {
    /// The file that `NETRC` names, or the user's own.
    pub(super) fn read(variable: Variables<'_>) -> Result<Self, PackageError> {
        let home = variable("HOME").map(PathBuf::from);
        let own = home.iter().flat_map(|home| [home.join(".netrc"), home.join("_netrc")]);
        let paths: Vec<PathBuf> = variable("NETRC").map(PathBuf::from).into_iter().chain(own).collect();
        for path in paths {
            match fs::read_to_string(&path) {
                Ok(text) => return Ok(Self::parse(&text)),
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => return Err(PackageError::io("read", path)(error)),
            }
        }
        Ok(Self::default())
    }

    /// Words, some of which name the next one. What it does not know it skips, macros too.
    pub(super) fn parse(text: &str) -> Self {
        let mut hosts: Vec<(Option<String>, Credentials)> = Vec::new();
        let mut words = words(text).into_iter();
        while let Some(word) = words.next() {
            let none = || Credentials { user: String::new(), password: String::new() };
            match word.as_str() {
                "machine" => hosts.extend(words.next().map(|host| (Some(host), none()))),
                "default" => hosts.push((None, none())),
                "login" | "user" => {
                    if let (Some((_, last)), Some(user)) = (hosts.last_mut(), words.next()) {
                        last.user = user;
                    }
                }
                "password" => {
                    if let (Some((_, last)), Some(password)) = (hosts.last_mut(), words.next()) {
                        last.password = password;
                    }
                }
                "account" => drop(words.next()),
                _ => {}
            }
        }
        Self(hosts)
    }

    pub(super) fn of(&self, host: &str) -> Option<Credentials> {
        let named = self.0.iter().find(|(name, _)| name.as_deref() == Some(host));
        let found = named.or_else(|| self.0.iter().find(|(name, _)| name.is_none()));
        found.map(|(_, credentials)| credentials.clone())
    }
}

/// Words, quoted or not, without comments and macros.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut in_macro = false;
    for line in text.lines() {
        let line = line.trim();
        in_macro = !line.is_empty() && (in_macro || line.starts_with("macdef"));
        if in_macro || line.starts_with('#') {
            continue;
        }
        let mut left = line;
        while let Some(next) = left.chars().next() {
            let (word, rest) = match (next, left.get(1..).and_then(|rest| rest.split_once('"'))) {
                ('"', Some((word, rest))) => (word, rest),
                _ => left.split_once(char::is_whitespace).unwrap_or((left, "")),
            };
            words.push(word.to_owned());
            left = rest.trim_start();
        }
    }
    words
}

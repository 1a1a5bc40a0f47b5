//! Where packages come from: the indexes that pip and uv would ask, with the credentials that they would show them.
//!
//! Read are uv's and pip's variables, the user's and the machine's uv.toml and pip.conf, and netrc, in this order;
//! nothing of the project's own folder, which a pull request can change. Credentials are sent only to their own host,
//! and only over TLS unless that is this machine. Nothing here is ever written to a lock, a plan, a log or a command
//! line.

mod files;
mod netrc;
pub(super) mod simple;

use super::PackageError;
use crate::environment;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use netrc::Netrc;
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// The index of everybody who has configured none.
const PYPI: &str = "https://pypi.org/simple";

/// User and password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    user: String,
    password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Credentials(…)")
    }
}

impl Credentials {
    /// The value of an `Authorization` header.
    pub(super) fn basic(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.user, self.password)))
    }
}

/// An index, by its address without credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) url: Url,
    credentials: Option<Credentials>,
}

/// An index as some setting names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Named {
    name: Option<String>,
    url: String,
    /// Which setting.
    origin: String,
}

/// What pip and uv know.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// In the order in which they are asked; the default one is the last, as with uv.
    pub(super) indexes: Vec<Index>,
    /// Whether anybody has named one.
    pub(super) is_configured: bool,
    /// Files with certificates beside the system's.
    pub(super) certificates: Vec<PathBuf>,
    /// pip's own proxy.
    pub(super) proxy: Option<String>,
    netrc: Netrc,
}

/// A way to look up variables.
type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// What is configured on this machine.
    pub(super) fn read() -> Result<Self, PackageError> {
        let files = files::Files::read(&environment::variable)?;
        Self::from(&environment::variable, files, Netrc::read(&environment::variable)?)
    }

    /// What these variables say, on a machine without files.
    #[cfg(test)]
    pub(super) fn for_test(variable: Variables<'_>) -> Self {
        Self::from(variable, files::Files::default(), Netrc::default()).unwrap()
    }

    fn from(variable: Variables<'_>, files: files::Files, netrc: Netrc) -> Result<Self, PackageError> {
        let named = |name: &str| variable(name).map(|url| Named { name: None, url, origin: name.to_owned() });
        let default = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"].into_iter().find_map(named);
        let default = default.map(with_name).or(files.default);
        let mut others: Vec<Named> = Vec::new();
        for name in ["UV_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"] {
            let value = variable(name).unwrap_or_default();
            let urls = value.split_whitespace().map(str::to_owned);
            others.extend(urls.map(|url| with_name(Named { name: None, url, origin: name.to_owned() })));
        }
        others.extend(files.others);
        let is_configured = default.is_some() || !others.is_empty();
        let default = default.unwrap_or_else(|| Named { name: None, url: PYPI.to_owned(), origin: String::new() });
        let mut indexes: Vec<Index> = Vec::new();
        for named in others.into_iter().chain([default]) {
            let index = Index::new(&named, variable)?;
            if !indexes.iter().any(|known| known.url == index.url) {
                indexes.push(index);
            }
        }
        let certificates = ["PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].into_iter().filter_map(variable);
        let certificates = certificates.map(PathBuf::from).chain(files.certificate).collect();
        let proxy = variable("PIP_PROXY").or(files.proxy);
        Ok(Self { indexes, is_configured, certificates, proxy, netrc })
    }

    /// What an address is asked with: its index's credentials where it is on the same host, else netrc's.
    pub(super) fn credentials(&self, url: &Url) -> Option<Credentials> {
        if url.scheme() != "https" && !is_loopback(url) {
            return None;
        }
        let same = self.indexes.iter().filter(|index| index.url.origin() == url.origin());
        let index = same.filter_map(|index| index.credentials.clone()).next();
        index.or_else(|| self.netrc.of(url.host_str()?))
    }

    /// True if an index is one of those that are asked.
    pub(super) fn knows(&self, index: &str) -> bool {
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        self.indexes.iter().any(|known| plain(known.url.as_str()) == plain(index))
    }

    /// The variables by which uv asks the same, in its environment alone.
    pub(super) fn for_uv(&self) -> Vec<(&'static str, String)> {
        let full = |index: &Index| {
            let mut url = index.url.clone();
            if let Some(Credentials { user, password }) = self.credentials(&index.url) {
                // An address that has a host takes both.
                let _ = url.set_username(&user).and_then(|()| url.set_password(Some(&password)));
            }
            url.to_string()
        };
        let Some((default, others)) = self.indexes.split_last() else { return Vec::new() };
        let others: Vec<String> = others.iter().map(full).collect();
        vec![("UV_DEFAULT_INDEX", full(default)), ("UV_INDEX", others.join(" "))]
    }
}

impl Index {
    fn new(named: &Named, variable: Variables<'_>) -> Result<Self, PackageError> {
        let invalid =
            |reason: &str| PackageError::IndexSetting { origin: named.origin.clone(), reason: reason.to_owned() };
        let mut url = Url::parse(&named.url).map_err(|error| invalid(&format!("it is not an address: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(invalid("the address of an index begins with http or https"));
        }
        let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        let user = decode(url.username());
        let own = url.password().map(decode);
        let own = (!user.is_empty() || own.is_some()).then(|| Credentials { user, password: own.unwrap_or_default() });
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        url.set_query(None);
        url.set_fragment(None);
        let credentials = named.name.as_deref().and_then(|name| of_name(name, variable)).or(own);
        Ok(Self { url, credentials })
    }

    /// Where a package's files are listed.
    pub(super) fn page(&self, package: &str) -> Option<Url> {
        Url::parse(&format!("{}/{package}/", self.url.as_str().trim_end_matches('/'))).ok()
    }
}

/// uv's variables for an index that has a name.
fn of_name(name: &str, variable: Variables<'_>) -> Option<Credentials> {
    let upper = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' };
    let name: String = name.chars().map(upper).collect();
    let user = variable(&format!("UV_INDEX_{name}_USERNAME"));
    let password = variable(&format!("UV_INDEX_{name}_PASSWORD"));
    (user.is_some() || password.is_some())
        .then(|| Credentials { user: user.unwrap_or_default(), password: password.unwrap_or_default() })
}

/// uv writes `name=address` in its variables.
fn with_name(named: Named) -> Named {
    match named.url.split_once('=') {
        Some((name, url)) if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) => {
            Named { name: Some(name.to_owned()), url: url.to_owned(), ..named }
        }
        _ => named,
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// An address as messages and locks show it: without credentials, and without a query, which may hold a signature.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

/// The file name in an address.
pub(super) fn last_part(url: &Url) -> Option<String> {
    let last = url.path_segments()?.next_back()?;
    Some(percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests;

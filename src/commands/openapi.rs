//! `openapi`: an API's description, from the manifest.

use crate::aws::{Kind, State};
use crate::cli::{self, DocumentFormat};
use crate::commands::project::open;
use crate::commands::{print, print_json};
use crate::error::Error;
use crate::manifest::domain::Domain;
use crate::manifest::openapi::{self, describe};
use crate::manifest::{Manifest, api, http_api};
use crate::name::{Address, Name};
use crate::planning::offline;

/// Prints the document of one API.
pub fn openapi(name: Option<&str>, project: &cli::Project, format: DocumentFormat) -> Result<u8, Error> {
    let project = open(project)?;
    let (lowered, sources) = offline::lowered_without_code(&project)?;
    let expanded = openapi::expand(&project.source, &project.names(), &sources);
    let manifest = expanded.as_ref().map_or(&project.source.manifest, |all| &all.source.manifest);
    let chosen = choose(manifest, name)?;
    let (kind, name) = match &chosen {
        Chosen::Rest(name, _) => (Kind::RestApi, *name),
        Chosen::Http(name, _) => (Kind::HttpApi, *name),
    };
    let state = lowered.wanted.get(&Address::new(kind, name.clone())).map(|wanted| &wanted.state);
    let domain = match &chosen {
        Chosen::Rest(_, api) => &api.domain,
        Chosen::Http(_, api) => &api.domain,
    };
    let servers = domain.iter().filter_map(Domain::url).collect();
    let about = describe::About { app: project.owner.app.as_str(), name, servers };
    let document = match (chosen, state) {
        (Chosen::Rest(_, api), Some(State::RestApi(state))) => describe::rest_api(&about, api, state),
        (Chosen::Http(_, api), Some(State::HttpApi(state))) => describe::http_api(&about, api, state),
        _ => return Err(Error::Internal(format!("{name} was not lowered"))),
    };
    let internal = |error: serde_json::Error| Error::Internal(error.to_string());
    let document = document.map_err(internal)?;
    match format {
        DocumentFormat::Yaml => print(&describe::yaml(&document))?,
        DocumentFormat::Json => print_json(&describe::json(&document).map_err(internal)?)?,
    }
    Ok(0)
}

/// One API of the manifest.
enum Chosen<'m> {
    Rest(&'m Name, &'m api::Api),
    Http(&'m Name, &'m http_api::HttpApi),
}

impl Chosen<'_> {
    fn is(&self, given: &str) -> bool {
        let (section, name) = match self {
            Self::Rest(name, _) => ("api", name),
            Self::Http(name, _) => ("http_api", name),
        };
        given == name.as_str()
            || given.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')) == Some(name.as_str())
    }

    fn section(&self) -> String {
        match self {
            Self::Rest(name, _) => format!("api.{name}"),
            Self::Http(name, _) => format!("http_api.{name}"),
        }
    }
}

/// The API that is meant: the one that there is, or the one that is named.
fn choose<'m>(manifest: &'m Manifest, given: Option<&str>) -> Result<Chosen<'m>, Error> {
    let rest = manifest.api.iter().map(|(name, api)| Chosen::Rest(name, api));
    let http = manifest.http_api.iter().map(|(name, api)| Chosen::Http(name, api));
    let all: Vec<Chosen<'m>> = rest.chain(http).collect();
    let known: Vec<String> = all.iter().map(Chosen::section).collect();
    let mut meant = all.into_iter().filter(|one| given.is_none_or(|given| one.is(given)));
    match (meant.next(), meant.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(Error::Usage(format!("name one of the manifest's APIs: {}", known.join(", ")))),
        (None, _) if known.is_empty() => {
            Err(Error::Usage("the manifest has no API: add [api.<name>] or [http_api.<name>]".into()))
        }
        (None, _) => {
            let given = given.unwrap_or_default();
            Err(Error::Usage(format!("the manifest has no API {given}, only {}", known.join(", "))))
        }
    }
}

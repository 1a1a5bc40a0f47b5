//! The user's project: manifest, packages and files.

#![expect(clippy::disallowed_methods, reason = "it reads the manifest")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::aws::{self, RequiredAction};
use crate::canonical::Sha;
use crate::error::Error;
use crate::manifest::api::Api;
use crate::manifest::firewall::Firewall;
use crate::manifest::function::Function;
use crate::manifest::lower::{Lowered, Sources, lower};
use crate::manifest::problem::{KeyPath, Problem};
use crate::manifest::read::{Broken, Source, examine};
use crate::manifest::{self, Section, openapi};
use crate::name::{Account, Address, Name, Owner, Site, Stage};
use crate::package::{self, Cache, Package, PackageError, StaticFile};
use crate::planning::broken;
use crate::policy;

/// A manifest that has been read, and where it lies.
pub struct Project {
    /// The manifest's path.
    pub path: PathBuf,
    /// The folder of the manifest; everything that it names is relative to it.
    pub root: PathBuf,
    /// The manifest.
    pub source: Source,
    /// App and stage.
    pub owner: Owner,
}

impl Project {
    /// Reads the manifest at `path`, for this stage. Where it has a problem, the error says everything that is wrong with it
    /// and with what it names, as far as that can be told without AWS and without fetching packages.
    pub fn open(path: &Path, stage: &Stage) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|error| missing(path, error))?;
        let file = path.display().to_string();
        let text = String::from_utf8(bytes).map_err(|error| broken::not_utf_8(&file, &error))?;
        match examine(&file, &text, stage) {
            Ok(source) => Ok(Self::of(path, source, stage)),
            Err(Broken { problems, rest: None }) => Err(problems.into()),
            Err(Broken { problems, rest: Some(rest) }) => {
                Err(broken::all(&Self::of(path, *rest, stage), problems)?.into())
            }
        }
    }

    fn of(path: &Path, source: Source, stage: &Stage) -> Self {
        let owner = Owner { app: source.manifest.app.name.clone(), stage: stage.clone() };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        Self { path: path.into(), root: parent.into(), source, owner }
    }

    /// Why a function has no package, at its place in the manifest.
    pub fn unpackaged(&self, function: &Name, error: &PackageError) -> Problem {
        let path = KeyPath::default().at(Function::SECTION).at(function).at(error.key());
        self.source.places.problem(&path, format!("function {function}: {error}"), None)
    }

    /// Packages every function and reads every file that the manifest names.
    pub async fn sources(&self, cache: &Cache) -> Result<Sources, Error> {
        let functions = &self.source.manifest.function;
        let packaged: Vec<_> = functions.iter().filter(|(_, function)| function.is_packaged()).collect();
        let sources: Vec<_> = packaged.iter().map(|(_, function)| function.package_source(&self.root)).collect();
        let (cache, named, root) = (cache.clone(), self.source.manifest.folders(), self.root.clone());
        let work = move || (package::build_all(&sources, &cache), folders(&root, named));
        let built = tokio::task::spawn_blocking(work).await;
        let (built, folders) = built.map_err(|e| Error::Internal(format!("packaging was interrupted: {e}")))?;
        let (mut packages, mut unpackaged) = (BTreeMap::<Name, Package>::new(), BTreeMap::new());
        for ((name, _), package) in packaged.into_iter().zip(built) {
            match package {
                Ok(package) => drop(packages.insert(name.clone(), package)),
                Err(error) => drop(unpackaged.insert(name.clone(), self.unpackaged(name, &error))),
            }
        }
        Ok(Sources { packages, unpackaged, folders, files: self.files(), ..Sources::default() })
    }

    /// What lies beside the manifest but for the functions' code, which stands empty, and for buckets' files, of which each
    /// folder has one.
    pub fn sources_without_code(&self) -> Sources {
        let empty = || Package { sha256: Sha::of(b"").hex(), zip: Vec::new().into(), requirements: Vec::new() };
        let packages = self.source.manifest.function.keys().map(|name| (name.clone(), empty())).collect();
        let any = |(name, _, _)| (name, Ok(vec![StaticFile::of("index.html", b"")]));
        let folders = self.source.manifest.folders().into_iter().map(any).collect();
        Sources { packages, folders, files: self.files(), ..Sources::default() }
    }

    /// The files of each bucket that has some.
    pub(super) fn folders(&self) -> BTreeMap<Name, Result<Vec<StaticFile>, String>> {
        folders(&self.root, self.source.manifest.folders())
    }

    fn files(&self) -> BTreeMap<String, Result<String, String>> {
        let read = |file: String| {
            let text = package::text(&self.root, &file).map_err(|why| why.to_string());
            (file, text)
        };
        let files = self.source.manifest.files().into_iter().map(read).collect();
        let sources = Sources { files, ..Sources::default() };
        // What OpenAPI documents name in the manifest's words.
        let more = openapi::more_files(&self.source, &self.owner, &sources);
        sources.files.into_iter().chain(more.into_iter().map(read)).collect()
    }

    /// True if a REST API shall write logs, with the account's role.
    pub fn wants_access_logs(&self) -> bool {
        self.source.manifest.api.values().any(Api::writes_logs)
    }

    /// What the policies of its roles depend on beside its resources.
    pub fn features(&self, site: &Site) -> policy::Features {
        let boundary = self.source.manifest.app.permissions_boundary.clone();
        let ours = || aws::iam::boundary_arn(site, &self.owner);
        let boundary = if self.is_bounded_by_bootstrap() { Some(ours()) } else { boundary };
        let (access_logs, workflows) = (self.wants_access_logs(), !self.source.manifest.workflow.is_empty());
        let has_archive = self.source.manifest.bus.values().any(|bus| bus.archive.is_some());
        let patterns = has_archive || !self.source.manifest.rule.is_empty();
        let (many_roles, firewalls) = (self.has_many_roles(), self.asks_of_firewalls(site));
        let by_need = aws::Kind::ALL.iter().copied().filter(|kind| self.source.manifest.has_by_need(*kind)).collect();
        let functions = self.source.manifest.function.values();
        let function_keys = functions.filter_map(|function| function.kms_key.clone()).collect();
        let packages = self.source.manifest.app.packages_bucket(&self.owner, site);
        policy::Features {
            access_logs,
            boundary,
            patterns,
            by_need,
            function_keys,
            packages,
            workflows,
            many_roles,
            firewalls,
        }
    }

    /// What is asked about firewalls beside reading them: WAF about their rules, and about what is named by ARN.
    fn asks_of_firewalls(&self, site: &Site) -> BTreeSet<RequiredAction> {
        let firewalls = &self.source.manifest.firewall;
        let mut asks = BTreeSet::new();
        if firewalls.values().any(Firewall::is_particular) {
            asks.extend(aws::wafv2::actions_to_check_capacity());
        }
        for arn in firewalls.values().flat_map(|firewall| firewall.resources(&self.owner, site)) {
            let address =
                Address::new(aws::Kind::Association, self.owner.stage.as_str().parse().expect("a stage is a name"));
            let id = aws::Id { address, name: arn, site: site.clone(), owner: self.owner.clone() };
            asks.extend(aws::Kind::Association.actions_to_plan(&id));
        }
        asks
    }

    /// True if its roles, each with a policy, may be as many as one listing of the account is read for.
    fn has_many_roles(&self) -> bool {
        let manifest = &self.source.manifest;
        let own = manifest.function.values().filter(|function| function.role.is_none()).count();
        2 * (own + manifest.role.len()) + manifest.workflow.len() + manifest.rule.len() >= aws::iam::account::MANY
    }

    /// True if `bootstrap` makes what bounds its roles.
    pub fn is_bounded_by_bootstrap(&self) -> bool {
        self.source.manifest.app.permissions_boundary.as_deref() == Some(manifest::role::BOOTSTRAP)
    }

    /// A site without AWS behind it, and what lies beside the manifest: the account is made of zeros unless the manifest
    /// says it, and then nothing is judged by it.
    pub async fn somewhere(&self, cache: &Cache) -> Result<(Site, Sources), Error> {
        self.nowhere(self.sources(cache).await?)
    }

    /// The same with these sources.
    pub(super) fn nowhere(&self, sources: Sources) -> Result<(Site, Sources), Error> {
        let account = self.source.manifest.app.account.clone();
        let unknown = "000000000000".parse().map_err(|e: crate::name::NameError| Error::Internal(e.to_string()))?;
        let sources = Sources { without_account: account.is_none(), ..sources };
        Ok((self.site_of(account.unwrap_or(unknown)), sources))
    }

    /// AWS itself in this account, where the manifest says.
    pub fn site_of(&self, account: Account) -> Site {
        let region = self.source.manifest.app.region.clone();
        Site { account, partition: Site::partition_of(&region).into(), region, endpoint: Site::AWS.into() }
    }

    /// Everything that the manifest asks for, at a site.
    pub fn lower(&self, site: &Site, sources: &Sources) -> Result<Lowered, Error> {
        let of_packages = |problem: &Problem| sources.unpackaged.values().any(|other| other == problem);
        lower(&self.source, &self.owner, site, sources).map_err(|problems| match problems.0.iter().all(of_packages) {
            true => Error::Package(problems),
            false => Error::Manifest(problems),
        })
    }
}

/// The files of each bucket that has some.
fn folders(root: &Path, named: Vec<(Name, String, Vec<String>)>) -> BTreeMap<Name, Result<Vec<StaticFile>, String>> {
    let read =
        |(name, folder, exclude): (Name, String, Vec<String>)| (name, package::static_files(root, &folder, &exclude));
    named.into_iter().map(read).collect()
}

fn missing(path: &Path, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::Usage(format!(
            "there is no manifest {}: run `serverless-app init`, or name it with --manifest",
            path.display()
        )),
        _ => Error::Io { path: path.into(), error },
    }
}

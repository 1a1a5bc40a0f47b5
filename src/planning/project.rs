//! The user's project: manifest, packages and files.

#![expect(clippy::disallowed_methods, reason = "it reads the manifest")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::aws::{self, Kind, RequiredAction};
use crate::canonical::Sha;
use crate::error::Error;
use crate::manifest::api::Api;
use crate::manifest::firewall::Firewall;
use crate::manifest::function::Function;
use crate::manifest::layer::Layer;
use crate::manifest::lower::{LayerCode, Lowered, Sources, lower};
use crate::manifest::names::{self, Names};
use crate::manifest::problem::{KeyPath, Problem};
use crate::manifest::read::{Broken, Source, examine};
use crate::manifest::{self, Section, openapi};
use crate::name::{Account, Address, Name, Owner, Site, Stage};
use crate::package::{self, Built, BuiltCode, Cache, FunctionSource, Package, PackageError, StaticFile, StaticFolder};
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
    /// Where the code of functions with a `build` comes from.
    pub built: Built,
}

impl Project {
    /// Reads the manifest at `path`, for this stage. Where it has a problem, the error says everything that is wrong
    /// with it and with what it names, as far as that can be determined without AWS and without fetching packages.
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
        Self { path: path.into(), root: parent.into(), source, owner, built: Built::Nowhere }
    }

    /// App and stage, and what the manifest calls its resources.
    pub fn names(&self) -> Names {
        Names::of(&self.source.manifest, &self.owner)
    }

    /// Why a function has no package, at its place in the manifest.
    pub fn unpackaged(&self, function: &Name, error: &PackageError) -> Problem {
        let path = KeyPath::default().at(Function::SECTION).at(function).at(error.key());
        self.source.places.problem(&path, format!("function {function}: {error}"), None)
    }

    /// Why a layer has no package, at its place in the manifest.
    pub fn unpackaged_layer(&self, layer: &Name, error: &PackageError) -> Problem {
        let path = KeyPath::default().at(Layer::SECTION).at(layer).at(error.key());
        self.source.places.problem(&path, format!("layer {layer}: {error}"), None)
    }

    /// The functions that have a zip, each with what it is packaged from.
    pub fn functions(&self) -> Vec<(Name, FunctionSource)> {
        let functions = self.source.manifest.function.iter().filter(|(_, function)| function.is_packaged());
        functions.map(|(name, function)| (name.clone(), function.package_source(&self.root))).collect()
    }

    /// The layers, each with what it is packaged from.
    pub fn layers(&self) -> Vec<(Name, FunctionSource)> {
        let layers = self.source.manifest.layer.iter();
        layers.map(|(name, layer)| (name.clone(), layer.package_source(&self.root))).collect()
    }

    /// True if a function or a layer has a `build`.
    pub fn has_builds(&self) -> bool {
        let manifest = &self.source.manifest;
        manifest.function.values().any(|function| function.build.is_some())
            || manifest.layer.values().any(|layer| layer.build.is_some())
    }

    /// Packages every function and layer, takes those that were built, and reads every file that the manifest names.
    pub async fn sources(&self, cache: &Cache) -> Result<Sources, Error> {
        let (functions, layers, cache, built) = (self.functions(), self.layers(), cache.clone(), self.built.clone());
        let (named, root) = (self.source.manifest.folders(), self.root.clone());
        let work = move || {
            let (packaged, layers) = (package_all(&functions, &built, &cache), package_all(&layers, &built, &cache));
            let unpacked: BTreeMap<_, _> = match layers.is_empty() {
                true => BTreeMap::new(),
                false => unpacked(&packaged).chain(unpacked(&layers)).collect(),
            };
            (packaged, layers, unpacked, folders(&root, named))
        };
        let done = tokio::task::spawn_blocking(work).await;
        let (packaged, layers, unpacked, folders) =
            done.map_err(|e| Error::Internal(format!("packaging was interrupted: {e}")))?;
        let layers = layers.into_iter().map(|(name, code)| {
            let code = code.map(layer_code).map_err(|error| self.unpackaged_layer(&name, &error));
            (name, code)
        });
        let layers = layers.collect();
        let mut sources = Sources { files: self.files(), folders, layers, unpacked, ..Sources::default() };
        for (name, packaged) in packaged {
            match packaged {
                Ok(BuiltCode { package, inputs }) => {
                    if package.is_none() {
                        sources.unbuilt.insert(name.clone());
                    }
                    sources.packages.insert(name.clone(), package.unwrap_or_else(|| empty(&inputs)));
                    sources.built.extend((!inputs.is_empty()).then_some((name, inputs)));
                }
                Err(error) => {
                    let problem = self.unpackaged(&name, &error);
                    sources.unpackaged.insert(name, problem);
                }
            }
        }
        Ok(sources)
    }

    /// What lies beside the manifest but for the functions' code, which stands empty, and for buckets' files, of which
    /// each folder has one.
    pub fn sources_without_code(&self) -> Sources {
        let empty = || empty(&Sha::of(b"").hex());
        let packages = self.source.manifest.function.keys().map(|name| (name.clone(), empty())).collect();
        let layer = || LayerCode { package: empty(), built_from: None };
        let layers = self.source.manifest.layer.keys().map(|name| (name.clone(), Ok(layer()))).collect();
        let any = |(name, _)| (name, Ok(vec![StaticFile::of("index.html", b"")]));
        let folders = self.source.manifest.folders().into_iter().map(any).collect();
        Sources { packages, layers, folders, files: self.files(), ..Sources::default() }
    }

    /// The files of each bucket that has some.
    pub(super) fn folders(&self) -> BTreeMap<Name, Result<Vec<StaticFile>, String>> {
        folders(&self.root, self.source.manifest.folders())
    }

    pub(super) fn files(&self) -> BTreeMap<String, Result<String, String>> {
        let read = |file: String| {
            let text = package::text(&self.root, &file).map_err(|why| why.to_string());
            (file, text)
        };
        let files = self.source.manifest.files().into_iter().map(read).collect();
        let sources = Sources { files, ..Sources::default() };
        // What OpenAPI documents name in the manifest's words.
        let more = openapi::more_files(&self.source, &self.names(), &sources);
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
            named: self.named(site),
        }
    }

    /// What has a name of its own, and what belongs to that: a function's permissions and mappings, the rules of a bus,
    /// the files of a bucket.
    fn named(&self, site: &Site) -> Vec<aws::Id> {
        let mut called = names::called(&self.source.manifest, &self.owner);
        let prefix = self.owner.prefix();
        let has_files = self.source.manifest.bucket.values().any(|bucket| bucket.files.is_some());
        let belonging = |(kind, name): &(Kind, String)| match kind {
            Kind::Function => {
                let alias = (Kind::Permission, format!("{name}:{}", aws::lambda::LIVE));
                vec![(Kind::Permission, name.clone()), alias, (Kind::EventSourceMapping, name.clone())]
            }
            Kind::EventBus => vec![(Kind::EventRule, format!("{name}/{prefix}*"))],
            Kind::Bucket if has_files => vec![(Kind::Files, format!("{name}/"))],
            _ => Vec::new(),
        };
        let more: Vec<(Kind, String)> = called.iter().flat_map(belonging).collect();
        called.extend(more);
        let any: Name = self.owner.stage.as_str().parse().expect("a stage is a name");
        let id = |(kind, name)| aws::Id {
            address: Address::new(kind, any.clone()),
            name,
            site: site.clone(),
            owner: self.owner.clone(),
        };
        called.into_iter().map(id).collect()
    }

    /// What the role that plans may do: plan, and look at the headers of the files that the manifest has.
    pub fn actions_of_plan_role(&self, site: &Site) -> Vec<RequiredAction> {
        let mut actions = policy::to_plan(&self.owner, site, &self.features(site));
        let (name, owner) = (self.owner.stage.as_str().parse::<Name>().expect("a stage is a name"), &self.owner);
        for place in self.source.manifest.files_of_buckets(&self.names(), site) {
            let address = Address::new(aws::Kind::Files, name.clone());
            let id = aws::Id { address, name: place, site: site.clone(), owner: owner.clone() };
            actions.extend(aws::s3::files::actions_to_look(&id));
        }
        actions
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

    /// True if `bootstrap` creates the permissions boundary of its roles.
    pub fn is_bounded_by_bootstrap(&self) -> bool {
        self.source.manifest.app.permissions_boundary.as_deref() == Some(manifest::role::BOOTSTRAP)
    }

    /// A site without AWS behind it, and what lies beside the manifest. The account is 000000000000 unless the manifest
    /// names one, and then nothing is judged by it.
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
        let of_layers = || sources.layers.values().filter_map(|layer| layer.as_ref().err());
        let of_packages =
            |problem: &Problem| sources.unpackaged.values().chain(of_layers()).any(|other| other == problem);
        lower(&self.source, &self.owner, site, sources).map_err(|problems| match problems.0.iter().all(of_packages) {
            true => Error::Package(problems),
            false => Error::Manifest(problems),
        })
    }
}

/// The files of each bucket that has some.
fn folders(root: &Path, named: Vec<(Name, StaticFolder)>) -> BTreeMap<Name, Result<Vec<StaticFile>, String>> {
    let read = |(name, folder): (Name, StaticFolder)| (name, package::static_files(root, &folder));
    named.into_iter().map(read).collect()
}

/// The code of a function or of a layer.
type Packaged = (Name, Result<BuiltCode, PackageError>);

/// The code of each function or layer: built by somebody, or packaged here, where the digest of what it is built from
/// is empty.
fn package_all(functions: &[(Name, FunctionSource)], built: &Built, cache: &Cache) -> Vec<Packaged> {
    let own = |function: &&(Name, FunctionSource)| function.1.build.is_none();
    let sources: Vec<FunctionSource> = functions.iter().filter(own).map(|(_, source)| source.clone()).collect();
    let mut packaged = package::build_all(&sources, cache).into_iter();
    let mut code = |name: &Name, source: &FunctionSource| match &source.build {
        Some(recipe) => Some(built.code(name, source, recipe, cache)),
        None => Some(packaged.next()?.map(|package| BuiltCode { package: Some(package), inputs: String::new() })),
    };
    functions.iter().filter_map(|(name, source)| Some((name.clone(), code(name, source)?))).collect()
}

/// What a layer is made from; empty where nobody has built it.
fn layer_code(code: BuiltCode) -> LayerCode {
    let BuiltCode { package, inputs } = code;
    let package = package.unwrap_or_else(|| empty(&inputs));
    LayerCode { package, built_from: Some(inputs).filter(|inputs| !inputs.is_empty()) }
}

/// How many bytes the zips among these have once they are unpacked, by their digests.
fn unpacked(code: &[Packaged]) -> impl Iterator<Item = (String, u64)> {
    let packages = code.iter().filter_map(|(_, code)| code.as_ref().ok()?.package.as_ref());
    packages.filter_map(|package| Some((package.sha256.clone(), package.zip.unpacked()?)))
}

/// Stands for code that nobody has; of another digest where it would be built from something else.
fn empty(sha256: &str) -> Package {
    Package { sha256: sha256.to_owned(), zip: Vec::new().into(), requirements: Vec::new() }
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

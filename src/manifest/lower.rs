//! Manifest and site to wanted resources.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::config::RecorderOwner;
use crate::aws::{Id, Kind, State, Tags, Wanted};
use crate::manifest::problem::{Places, Problem, Problems};
use crate::manifest::read::Source;
use crate::manifest::{Manifest, OnDelete};
use crate::name::{Address, Name, Owner, Site, tag};
use crate::package::Package;
use crate::plan::Note;
use crate::text::Text;

/// What lies beside the manifest and goes into the wanted state.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Packages by the name of their function.
    pub packages: BTreeMap<Name, Package>,
    /// Whose the account's AWS Config recorder is.
    pub recorder: RecorderOwner,
    /// Whether API Gateway has a role to write logs with in this account and region; `None`: nobody has looked.
    pub api_logging: Option<bool>,
    /// Texts of the files that sections name, or why one cannot be read.
    pub files: BTreeMap<String, Result<String, String>>,
}

/// Everything that is wanted.
#[derive(Debug, Clone)]
pub struct Lowered {
    /// By address.
    pub wanted: BTreeMap<Address, Wanted>,
    /// What apply prints, by name.
    pub outputs: BTreeMap<String, Text>,
    /// What a reviewer should know.
    pub notes: Vec<Note>,
    /// What the manifest's author should look at, where it stands.
    pub warnings: Vec<Problem>,
}

/// Collects resources and problems while the sections are lowered.
pub struct Lowering<'a> {
    /// The whole manifest.
    pub manifest: &'a Manifest,
    /// App and stage.
    pub owner: &'a Owner,
    /// Where to.
    pub site: &'a Site,
    /// Packages and files.
    pub sources: &'a Sources,
    places: &'a Places,
    wanted: BTreeMap<Address, Wanted>,
    problems: Vec<Problem>,
    notes: Vec<Note>,
    warnings: Vec<Problem>,
}

/// Lowers a whole manifest, or reports every problem in it.
pub fn lower(source: &Source, owner: &Owner, site: &Site, sources: &Sources) -> Result<Lowered, Problems> {
    let manifest = &source.manifest;
    let (wanted, problems, notes, warnings) = (BTreeMap::new(), Vec::new(), Vec::new(), Vec::new());
    let places = &source.places;
    let mut to = Lowering { manifest, owner, site, sources, places, wanted, problems, notes, warnings };
    check_stage(&mut to);
    check_account(&mut to);
    manifest.lower_sections(&mut to);
    let outputs = lower_outputs(&mut to);
    check_needs(&mut to);
    if to.problems.is_empty() {
        return Ok(Lowered { wanted: to.wanted, outputs, notes: to.notes, warnings: to.warnings });
    }
    to.problems.sort();
    to.problems.dedup();
    Err(Problems(to.problems))
}

impl Lowering<'_> {
    /// Reports a problem at a path such as `table.orders.hash_key`.
    pub fn problem(&mut self, path: &str, message: impl Into<String>, help: Option<&str>) {
        self.problems.push(self.places.problem(path, message.into(), help.map(str::to_owned)));
    }

    /// Reports a problem in a file that a section names, at a line and column from 1.
    pub fn problem_in(&mut self, file: &str, place: (usize, usize), message: impl Into<String>, help: Option<&str>) {
        let ((line, column), help) = (place, help.map(str::to_owned));
        self.problems.push(Problem { file: file.to_owned(), line, column, message: message.into(), help });
    }

    /// Warns of a value at a path, in the plan too, beside its resource. The message must not repeat the value.
    pub fn warn(&mut self, path: &str, address: &Address, message: impl Into<String>, help: &str) {
        let message = message.into();
        self.note(address, format!("{message}; {help}"));
        self.warnings.push(self.places.problem(path, message, Some(help.to_owned())));
    }

    /// Tells reviewers something about a resource.
    pub fn note(&mut self, address: &Address, message: impl Into<String>) {
        self.notes.push(Note { address: address.clone(), message: message.into() });
    }

    /// Address, physical name, site and owner of a resource.
    pub fn id(&self, kind: Kind, name: &Name, physical: String) -> Id {
        let address = Address::new(kind, name.clone());
        Id { address, name: physical, site: self.site.clone(), owner: self.owner.clone() }
    }

    /// The tags of a resource: the app's, the section's, and ours.
    pub fn tags(&self, address: &Address, section: &Tags, on_delete: OnDelete) -> Tags {
        let mut tags = self.manifest.app.tags.clone();
        tags.extend(section.clone());
        tags.extend(self.owner.tags(address));
        if on_delete == OnDelete::Delete {
            tags.insert(tag::ON_DELETE.into(), "delete".into());
        }
        tags
    }

    /// Adds a resource. Two sections that ask for the same address are a problem at `path`.
    pub fn add(&mut self, path: &str, id: Id, state: impl Into<State>, needs: BTreeSet<Address>, adopt: bool) {
        let address = id.address.clone();
        let wanted = Wanted { id, state: state.into(), needs, adopt };
        if self.wanted.insert(address.clone(), wanted).is_some() {
            let help = Some("give one of the sections another name");
            self.problem(path, format!("two sections ask for the resource {address}"), help);
        }
    }

    /// The text of a file that a section names, or a problem at `path`.
    pub fn file(&mut self, path: &str, file: &str) -> Option<String> {
        match self.sources.files.get(file) {
            Some(Ok(text)) => Some(text.clone()),
            Some(Err(why)) => {
                self.problem(path, format!("cannot read {file}: {why}"), None);
                None
            }
            None => {
                self.problem(path, format!("{file} has not been read"), None);
                None
            }
        }
    }

    /// Fills in `${...}`; what it refers to is added to `needs`. `$${` stands for a literal `${`.
    pub fn text(&mut self, path: &str, raw: &str, needs: &mut BTreeSet<Address>) -> Text {
        let (mut text, mut rest) = (Text::default(), raw);
        while let Some(at) = rest.find("${") {
            if rest[..at].ends_with('$') {
                text = text.then(&rest[..at - 1]).then("${");
                rest = &rest[at + 2..];
                continue;
            }
            text = text.then(&rest[..at]);
            let Some(end) = rest[at..].find('}').map(|end| at + end) else {
                self.problem(
                    path,
                    format!("{:?} is not closed", &rest[at..]),
                    Some("write ${...}, or $${ for a literal ${"),
                );
                return text;
            };
            text = text.then(self.reference(path, &rest[at + 2..end], needs));
            rest = &rest[end + 1..];
        }
        text.then(rest)
    }

    /// Like [`Lowering::text`], for values that AWS must know before anything exists.
    pub fn literal(&mut self, path: &str, raw: &str, needs: &mut BTreeSet<Address>) -> String {
        let text = self.text(path, raw, needs);
        match text.literal() {
            Some(literal) => literal.to_owned(),
            None => {
                self.problem(path, format!("{raw:?} refers to an id that AWS makes up; it cannot be used here"), None);
                String::new()
            }
        }
    }

    fn reference(&mut self, path: &str, inner: &str, needs: &mut BTreeSet<Address>) -> Text {
        match inner {
            "stage" => return self.owner.stage.as_str().into(),
            "app" => return self.owner.app.as_str().into(),
            "account" => return self.site.account.as_str().into(),
            "region" => return self.site.region.as_str().into(),
            _ => {}
        }
        let parts: Vec<&str> = inner.splitn(3, '.').collect();
        let [section, name, attribute] = parts.as_slice() else {
            let help = "write ${stage}, ${app}, ${account}, ${region} or ${<section>.<name>.<attribute>}; $${ for a literal ${";
            self.problem(path, format!("${{{inner}}} refers to nothing"), Some(help));
            return Text::default();
        };
        match self.manifest.look_up(self, section, name, attribute) {
            Ok((address, text)) => {
                needs.insert(address);
                text
            }
            Err(message) => {
                self.problem(path, format!("${{{inner}}}: {message}"), None);
                Text::default()
            }
        }
    }
}

fn check_stage(to: &mut Lowering) {
    if *to.owner == to.owner.bootstrap() {
        let message = format!("{} is no stage: it stands for the roles that an app is deployed with", to.owner.stage);
        to.problem("stage.bootstrap", message, Some("choose another stage; those roles are `bootstrap`'s"));
    }
}

fn check_account(to: &mut Lowering) {
    let wrong = to.manifest.app.account.as_ref().filter(|account| **account != to.site.account);
    if let Some(account) = wrong.cloned() {
        let message = format!("the manifest is for account {account}, the credentials are for {}", to.site.account);
        to.problem("app.account", message, Some("use credentials of that account, or another stage"));
    }
}

/// The outputs that are asked for; where the section is absent, those of the first resource of each kind.
fn lower_outputs(to: &mut Lowering) -> BTreeMap<String, Text> {
    let outputs = to.manifest.outputs.clone().unwrap_or_else(|| default_outputs(to.manifest));
    let mut lowered = BTreeMap::new();
    for (name, raw) in outputs {
        let text = to.text(&format!("outputs.{name}"), &raw, &mut BTreeSet::new());
        lowered.insert(name, text);
    }
    lowered
}

fn default_outputs(manifest: &Manifest) -> BTreeMap<String, String> {
    fn first<T>(map: &BTreeMap<Name, T>) -> Option<&Name> {
        map.keys().next()
    }
    let outputs = [
        ("api_gateway_url", "api", first(&manifest.api), "url"),
        ("dynamodb_table_name", "table", first(&manifest.table), "name"),
        ("lambda_function_name", "function", first(&manifest.function), "name"),
        ("s3_bucket_name", "bucket", first(&manifest.bucket), "name"),
        ("sns_topic_arn", "topic", first(&manifest.topic), "arn"),
        ("step_function_arn", "workflow", first(&manifest.workflow), "arn"),
    ];
    let given = outputs.into_iter().filter_map(|(output, section, name, attribute)| {
        name.map(|name| (output.to_owned(), format!("${{{section}.{name}.{attribute}}}")))
    });
    given.collect()
}

/// What is needed exists, and nothing needs itself, however indirectly.
fn check_needs(to: &mut Lowering) {
    let needs: BTreeMap<_, _> = to.wanted.iter().map(|(a, w)| (a.clone(), w.needs.clone())).collect();
    for wanted in to.wanted.values_mut() {
        wanted.needs.retain(|need| needs.contains_key(need));
    }
    if let Some(cycle) = crate::plan::order::cycle(&needs) {
        let path: Vec<String> = cycle.iter().map(Address::to_string).collect();
        to.problem(
            "",
            format!("circular reference: {}", path.join(" needs ")),
            Some("break the circle: remove one of the references"),
        );
    }
}

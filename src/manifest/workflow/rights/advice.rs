//! The line of the manifest that gives a right.

use std::collections::BTreeSet;

use super::grant::overlap;
use super::right::On;
use crate::manifest::{Cursor, Section};
use crate::name::Name;

/// The resources of the app, as entries of `access` name them.
pub struct Owned(Vec<Resource>);

/// One of them.
struct Resource {
    section: &'static str,
    name: Name,
    /// Its ARN, and those of its parts.
    arns: Vec<String>,
    /// The verbs that are shorter than a list of actions; all verbs of what is encrypted with a customer's key, which only
    /// they give too.
    verbs: &'static [(&'static str, &'static [&'static str])],
}

/// What a right is about, and what gives it.
pub struct Advice {
    /// What it is done with, as a message says it: ` on [table.orders]`; nothing where that is not known.
    pub on: String,
    /// What gives it.
    pub way: Way,
}

/// What gives a right.
pub enum Way {
    /// A function in `invokes`.
    Invokes(Name),
    /// An entry of `access`.
    Access(String),
}

const READ: &[&str] =
    &["dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"];
const WRITE: &[&str] = &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const TABLE: &[(&str, &[&str])] = &[("read", READ), ("write", WRITE)];
const BUCKET: &[(&str, &[&str])] = &[
    ("read", &["s3:GetObject", "s3:ListBucket"]),
    ("write", &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]),
];

impl Way {
    /// The field that gives it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Invokes(_) => "invokes",
            Self::Access(_) => "access",
        }
    }
}

/// The lines of one section.
pub struct Lines {
    /// All that it invokes, with what it lacks.
    invokes: String,
    /// All that it lacks, where it has no `access`: said once.
    access: Option<String>,
}

impl Lines {
    /// Of a section that invokes some functions already, and has an `access` or none.
    pub fn new(all: &[Advice], invokes: &[Name], has_access: bool) -> Self {
        let (mut functions, mut entries): (Vec<&str>, Vec<&str>) =
            (invokes.iter().map(Name::as_str).collect(), Vec::new());
        for advice in all {
            let (list, own) = match &advice.way {
                Way::Invokes(name) => (&mut functions, name.as_str()),
                Way::Access(entry) => (&mut entries, entry.as_str()),
            };
            if !list.contains(&own) {
                list.push(own);
            }
        }
        let functions: Vec<String> = functions.iter().map(|name| format!("\"{name}\"")).collect();
        let access = (!has_access).then(|| format!("write in its section: access = [{}]", entries.join(", ")));
        Self { invokes: format!("write in its section: invokes = [{}]", functions.join(", ")), access }
    }

    /// What to write for one of them.
    pub fn next(&mut self, advice: &Advice) -> String {
        match &advice.way {
            Way::Invokes(_) => self.invokes.clone(),
            Way::Access(entry) => self.access.take().unwrap_or_else(|| format!("add to its access: {entry}")),
        }
    }
}

impl Owned {
    /// Those of a manifest.
    pub fn of(here: &Cursor) -> Self {
        let mut owned = Self(Vec::new());
        for (name, section) in &here.manifest.bucket {
            let verbs = if section.kms_key().is_some() { BUCKET } else { &[] };
            owned.add(name, section, &["", "/*"], verbs, here);
        }
        for (name, section) in &here.manifest.function {
            owned.add(name, section, &["", ":*"], &[], here);
        }
        for (name, section) in &here.manifest.queue {
            owned.add(name, section, &[""], &[("send", &["sqs:SendMessage"])], here);
        }
        for (name, section) in &here.manifest.table {
            let verbs = if section.kms_key().is_some() { TABLE } else { &[] };
            owned.add(name, section, &["", "/index/*", "/stream/*"], verbs, here);
        }
        for (name, section) in &here.manifest.topic {
            owned.add(name, section, &[""], &[("publish", &["sns:Publish"])], here);
        }
        for (name, section) in &here.manifest.workflow {
            owned.add(name, section, &[""], &[("start", &["states:StartExecution"])], here);
        }
        owned
    }

    fn add<S: Section>(
        &mut self,
        name: &Name,
        section: &S,
        parts: &[&str],
        verbs: &'static [(&'static str, &'static [&'static str])],
        here: &Cursor,
    ) {
        let arn = section.attribute(name, "arn", &here.apart());
        let Some(arn) = arn.literal() else { return };
        let mut arns: Vec<String> = parts.iter().map(|part| format!("{arn}{part}")).collect();
        if let Some((before, own)) = arn.split_once(":stateMachine:") {
            arns.extend([format!("{before}:execution:{own}:*"), format!("{before}:express:{own}:*")]);
        }
        self.0.push(Resource { section: S::SECTION, name: name.clone(), arns, verbs });
    }

    fn find(&self, on: &On) -> Option<&Resource> {
        let On::Resource(arn) = on else { return None };
        self.0.iter().find(|resource| resource.arns.iter().any(|own| overlap(own, arn)))
    }

    /// How to give these actions.
    pub fn advice(&self, on: &On, actions: &BTreeSet<String>, here: &Cursor) -> Advice {
        let found = self.find(on);
        let said = match (found, on) {
            (Some(own), _) => format!(" on [{}.{}]", own.section, own.name),
            (None, On::Everything) => " on *".into(),
            (None, On::Resource(arn)) => format!(" on {arn}"),
            (None, On::Unknown(_)) => String::new(),
        };
        let way = match found {
            Some(own) if own.section == "function" && is_invoking(actions) => Way::Invokes(own.name.clone()),
            Some(own) => {
                Way::Access(format!("{{ {} = \"{}\", actions = {} }}", own.section, own.name, own.actions(actions)))
            }
            None => {
                let resources: Vec<String> = on.patterns().iter().map(|arn| quoted(&anywhere(arn, here))).collect();
                Way::Access(format!("{{ actions = {}, resources = [{}] }}", listed(actions), resources.join(", ")))
            }
        };
        Advice { on: said, way }
    }
}

impl Resource {
    fn actions(&self, actions: &BTreeSet<String>) -> String {
        let covers = |all: &[&str]| actions.iter().all(|action| all.contains(&action.as_str()));
        if let Some((verb, _)) = self.verbs.iter().find(|(_, all)| covers(all)) {
            return format!("\"{verb}\"");
        }
        let all: Vec<&str> = self.verbs.iter().flat_map(|(_, all)| all.iter().copied()).collect();
        if self.verbs.len() > 1 && covers(&all) { "\"read-write\"".into() } else { listed(actions) }
    }
}

fn is_invoking(actions: &BTreeSet<String>) -> bool {
    actions.iter().all(|action| action == "lambda:InvokeFunction")
}

fn listed(actions: &BTreeSet<String>) -> String {
    let quoted: Vec<String> = actions.iter().map(|action| quoted(action)).collect();
    format!("[{}]", quoted.join(", "))
}

/// The ARN as it is in every account and region that the app goes to.
fn anywhere(arn: &str, here: &Cursor) -> String {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts.as_slice() else { return arn.to_owned() };
    let region = if *region == here.site.region.as_str() { "${region}" } else { region };
    let account = if *account == here.site.account.as_str() { "${account}" } else { account };
    // What a definition has filled in is not filled in again.
    let resource = resource.replace("${", "$${");
    format!("arn:{partition}:{service}:{region}:{account}:{resource}")
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

//! What a role may do: exactly the actions that `access` asks for, on exactly these resources.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::manifest::{Cursor, names, problem};
use crate::name::{Address, Name, Owner, Site};

/// The right to do something with one resource of the app.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// A `[table.<name>]`, with its indexes.
    pub table: Option<Name>,
    /// A `[topic.<name>]`.
    pub topic: Option<Name>,
    /// A `[bucket.<name>]`, with its objects.
    pub bucket: Option<Name>,
    /// A `[workflow.<name>]`.
    pub workflow: Option<Name>,
    /// `read`, `write` or `read-write` (table, bucket), `publish` (topic), `start` (workflow), or a list of IAM
    /// actions.
    pub actions: Actions,
}

/// What may be done.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected \"read\", \"write\", \"read-write\", \"publish\", \"start\" or a list of IAM actions"
)]
pub enum Actions {
    /// A set of actions by name.
    Named(String),
    /// IAM actions, one by one.
    Listed(BTreeSet<String>),
}

const TABLE_READ: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
];
const TABLE_WRITE: &[&str] =
    &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const BUCKET_READ: &[&str] = &["s3:GetObject", "s3:ListBucket"];
const BUCKET_WRITE: &[&str] = &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"];

/// What an entry grants, and on what.
struct Target<'a> {
    sid: String,
    service: &'static str,
    named: &'a [(&'static str, &'a [&'static [&'static str]])],
    resources: Vec<String>,
    address: Address,
}

impl Access {
    /// The IAM statement of an entry; what it names comes first, where that can be.
    pub fn statement(&self, here: &Cursor) -> Option<Value> {
        let target = self.target(here)?;
        let actions = self.actions(&target, &here.at("actions"))?;
        // A policy takes the ARN of what does not exist yet.
        here.name(target.address);
        Some(json!({"Sid": target.sid, "Effect": "Allow", "Action": actions, "Resource": target.resources}))
    }

    fn target(&self, here: &Cursor) -> Option<Target<'static>> {
        let given =
            [&self.table, &self.topic, &self.bucket, &self.workflow].iter().filter(|name| name.is_some()).count();
        if given != 1 {
            here.problem("an access names one resource", Some("give one of table, topic, bucket and workflow"));
            return None;
        }
        let (site, owner) = (here.site, here.owner);
        let sid = |kind: &str, name: &Name| format!("{kind}{}", camel(name));
        if let Some(name) = known(&self.table, "table", &here.manifest.table, here) {
            let arn = names::table::arn(site, owner, name);
            return Some(Target {
                sid: sid("Table", name),
                service: "dynamodb:",
                named: &[
                    ("read", &[TABLE_READ]),
                    ("write", &[TABLE_WRITE]),
                    ("read-write", &[TABLE_READ, TABLE_WRITE]),
                ],
                resources: vec![arn.clone(), format!("{arn}/index/*")],
                address: names::table::address(name),
            });
        }
        if let Some(name) = known(&self.topic, "topic", &here.manifest.topic, here) {
            let named = &[("publish", &[&["sns:Publish"] as &[_]] as &[_])];
            let fifo = here.manifest.topic.get(name).is_some_and(|topic| topic.fifo);
            let resources = vec![names::topic::arn(site, owner, name, fifo)];
            return Some(Target {
                sid: sid("Topic", name),
                service: "sns:",
                named,
                resources,
                address: names::topic::address(name),
            });
        }
        if let Some(name) = known(&self.bucket, "bucket", &here.manifest.bucket, here) {
            let arn = names::bucket::arn(site, owner, name);
            return Some(Target {
                sid: sid("Bucket", name),
                service: "s3:",
                named: &[
                    ("read", &[BUCKET_READ]),
                    ("write", &[BUCKET_WRITE]),
                    ("read-write", &[BUCKET_READ, BUCKET_WRITE]),
                ],
                resources: vec![arn.clone(), format!("{arn}/*")],
                address: names::bucket::address(name),
            });
        }
        let name = known(&self.workflow, "workflow", &here.manifest.workflow, here)?;
        let named = &[("start", &[&["states:StartExecution"] as &[_]] as &[_])];
        let resources = vec![names::workflow::arn(site, owner, name)];
        let address = names::workflow::address(name);
        Some(Target { sid: sid("Workflow", name), service: "states:", named, resources, address })
    }

    fn actions(&self, target: &Target, here: &Cursor) -> Option<BTreeSet<String>> {
        match &self.actions {
            Actions::Named(name) => {
                let found = target.named.iter().find(|(known, _)| known == name);
                if found.is_none() {
                    let known = target.named.iter().map(|(known, _)| *known);
                    here.problem(problem::unknown("set of actions", name, known), Some("or list IAM actions"));
                }
                found.map(|(_, sets)| {
                    sets.iter().flat_map(|set| set.iter()).map(|action| (*action).to_owned()).collect()
                })
            }
            Actions::Listed(actions) if actions.is_empty() => {
                here.problem("it grants nothing", Some("list at least one action, or remove the entry"));
                None
            }
            Actions::Listed(actions) => {
                for action in actions.iter().filter(|action| !is_action_of(action, target.service)) {
                    let help = format!("list actions of this service one by one, such as {}", target.example());
                    here.problem(format!("{action:?} is not an action on this resource"), Some(&help));
                }
                Some(actions.clone())
            }
        }
    }
}

impl Target<'_> {
    /// One of the actions that the named sets hold.
    fn example(&self) -> &'static str {
        self.named
            .iter()
            .flat_map(|(_, sets)| sets.iter())
            .flat_map(|set| set.iter())
            .next()
            .copied()
            .unwrap_or_default()
    }
}

/// All that entries can grant by name, on everything that bears the app's and the stage's names; and the right to invoke
/// functions, that workflows have.
pub fn everything(site: &Site, owner: &Owner) -> [(Vec<&'static str>, Vec<String>); 5] {
    let names = format!("{}*", owner.prefix());
    let table = site.arn("dynamodb", &format!("table/{names}"));
    let bucket = format!("arn:{}:s3:::{names}", site.partition);
    [
        ([TABLE_READ, TABLE_WRITE].concat(), vec![format!("{table}/index/*"), table]),
        ([BUCKET_READ, BUCKET_WRITE].concat(), vec![format!("{bucket}/*"), bucket]),
        (vec!["sns:Publish"], vec![site.arn("sns", &names)]),
        (vec!["states:StartExecution"], vec![site.arn("states", &format!("stateMachine:{names}"))]),
        (vec!["lambda:InvokeFunction"], vec![site.arn("lambda", &format!("function:{names}"))]),
    ]
}

/// `dynamodb:GetItem`, without wildcards.
fn is_action_of(action: &str, service: &str) -> bool {
    let name = action.strip_prefix(service).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The name that an entry gives for a kind of section, if there is such a section.
fn known<'n, T>(given: &'n Option<Name>, section: &str, all: &BTreeMap<Name, T>, here: &Cursor) -> Option<&'n Name> {
    let name = given.as_ref()?;
    here.at(section).known(section, name, all).map(|_| name)
}

/// `api-handler` as `ApiHandler`: a statement id has letters and digits only.
pub fn camel(name: &Name) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.as_str().split('-').map(word).collect()
}

//! The resources of the app that entries can name, and what each verb allows on them.
//!
//! A kind is its rights, a function of its section's name, and its line in [`everything`].

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Value, json};

use crate::aws::{scheduler, sqs};
use crate::manifest::{Cursor, kms, names};
use crate::name::{Address, Name, Owner, Site};

/// Actions that go together, and those on the key that a resource is encrypted with.
#[derive(Debug)]
pub struct Set {
    /// On the resource.
    actions: &'static [&'static str],
    /// On its key.
    key: &'static [&'static str],
}

/// What can be done with a kind of resource.
#[derive(Debug)]
pub struct Rights {
    /// Its service, as KMS calls it.
    service: &'static str,
    /// What each verb stands for.
    pub verbs: &'static [(&'static str, &'static [&'static Set])],
}

/// What a verb stands for.
pub struct Verb {
    /// On the resource.
    pub actions: BTreeSet<&'static str>,
    /// On its key.
    pub key: BTreeSet<&'static str>,
}

/// The resource of an entry.
pub struct Target {
    /// Of its statement.
    pub sid: String,
    /// What can be done with it.
    pub rights: &'static Rights,
    /// What verbs are about.
    pub resources: Vec<String>,
    /// What else of it a list of actions can be about.
    pub parts: Vec<String>,
    /// The key that it is encrypted with: an id, an ARN or an alias.
    key: Option<String>,
    /// The role that whoever makes or changes it hands over.
    role: Option<String>,
    /// Where it is in the app.
    pub address: Address,
}

impl Rights {
    /// What a verb stands for.
    pub fn verb(&self, name: &str) -> Option<Verb> {
        let (_, sets) = self.verbs.iter().find(|(known, _)| *known == name)?;
        Some(Verb::of(sets.iter().copied()))
    }

    /// What all of them stand for.
    fn all(&self) -> Vec<&'static str> {
        Verb::of(self.verbs.iter().flat_map(|(_, sets)| sets.iter().copied())).actions.into_iter().collect()
    }
}

impl Verb {
    fn of(sets: impl Iterator<Item = &'static Set>) -> Self {
        let (mut actions, mut key) = (BTreeSet::new(), BTreeSet::new());
        for set in sets {
            actions.extend(set.actions);
            key.extend(set.key);
        }
        Self { actions, key }
    }
}

// A table's items are read and written by DynamoDB in the caller's name.
const TABLE_READ: Set = Set {
    actions: &[
        "dynamodb:BatchGetItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
    ],
    key: &["kms:Decrypt", "kms:DescribeKey"],
};
const TABLE_WRITE: Set = Set {
    actions: &["dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
    key: &kms::WRITE,
};
const TABLE: Rights = Rights {
    service: "dynamodb",
    verbs: &[("read", &[&TABLE_READ]), ("write", &[&TABLE_WRITE]), ("read-write", &[&TABLE_READ, &TABLE_WRITE])],
};

const BUCKET_READ: Set = Set { actions: &["s3:GetObject", "s3:ListBucket"], key: &["kms:Decrypt"] };
// The parts of an upload are decrypted when they are put together.
const BUCKET_WRITE: Set = Set {
    actions: &["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"],
    key: &["kms:Decrypt", "kms:GenerateDataKey"],
};
const BUCKET: Rights = Rights {
    service: "s3",
    verbs: &[("read", &[&BUCKET_READ]), ("write", &[&BUCKET_WRITE]), ("read-write", &[&BUCKET_READ, &BUCKET_WRITE])],
};

// Clients ask for a queue's URL and attributes before they send or receive.
const QUEUE_SEND: Set = Set {
    actions: &["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
    key: &["kms:Decrypt", "kms:GenerateDataKey"],
};
const QUEUE_RECEIVE: Set = Set {
    actions: &[
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ReceiveMessage",
    ],
    key: &["kms:Decrypt"],
};
const QUEUE: Rights = Rights { service: "sqs", verbs: &[("send", &[&QUEUE_SEND]), ("receive", &[&QUEUE_RECEIVE])] };

const TOPIC_PUBLISH: Set = Set { actions: &["sns:Publish"], key: &["kms:Decrypt", "kms:GenerateDataKey"] };
const TOPIC: Rights = Rights { service: "sns", verbs: &[("publish", &[&TOPIC_PUBLISH])] };

const BUS_PUT: Set = Set { actions: &["events:PutEvents"], key: &[] };
const BUS: Rights = Rights { service: "events", verbs: &[("put", &[&BUS_PUT])] };

const FUNCTION_INVOKE: Set = Set { actions: &["lambda:InvokeFunction"], key: &[] };
const FUNCTION: Rights = Rights { service: "lambda", verbs: &[("invoke", &[&FUNCTION_INVOKE])] };

const SCHEDULE_READ: Set = Set { actions: &["scheduler:GetSchedule"], key: &["kms:Decrypt"] };
const SCHEDULE_WRITE: Set = Set {
    actions: &["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"],
    key: &["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
};
const SCHEDULE: Rights = Rights {
    service: "scheduler",
    verbs: &[
        ("read", &[&SCHEDULE_READ]),
        ("write", &[&SCHEDULE_WRITE]),
        ("read-write", &[&SCHEDULE_READ, &SCHEDULE_WRITE]),
    ],
};
/// What hands a role over.
const SCHEDULE_ROLE: &[&str] = &["scheduler:CreateSchedule", "scheduler:UpdateSchedule"];

const WORKFLOW_START: Set = Set { actions: &["states:StartExecution"], key: &[] };
const WORKFLOW: Rights = Rights { service: "states", verbs: &[("start", &[&WORKFLOW_START])] };
// AWS takes synchronous executions of express ones alone.
const EXPRESS_START: Set = Set { actions: &["states:StartExecution", "states:StartSyncExecution"], key: &[] };
const EXPRESS: Rights = Rights { service: "states", verbs: &[("start", &[&EXPRESS_START])] };

/// What can be done with the resource of a section, of a workflow by whether it is an express one; none for a section that no
/// entry can name.
pub fn rights(section: &str, is_express: bool) -> Option<&'static Rights> {
    Some(match section {
        "bucket" => &BUCKET,
        "bus" => &BUS,
        "function" => &FUNCTION,
        "queue" => &QUEUE,
        "schedule" => &SCHEDULE,
        "table" => &TABLE,
        "topic" => &TOPIC,
        "workflow" if is_express => &EXPRESS,
        "workflow" => &WORKFLOW,
        _ => return None,
    })
}

/// Every verb that an entry can say.
pub fn verbs() -> BTreeSet<&'static str> {
    let all = [&TABLE, &BUCKET, &QUEUE, &TOPIC, &BUS, &FUNCTION, &SCHEDULE, &WORKFLOW, &EXPRESS];
    all.into_iter().flat_map(|rights| rights.verbs).map(|(verb, _)| *verb).collect()
}

/// A bucket, with its objects.
pub fn bucket(name: &Name, here: &Cursor) -> Target {
    let arn = names::bucket::arn(here.site, here.owner, name);
    let key = here.manifest.bucket.get(name).and_then(|bucket| bucket.kms_key());
    Target::new("Bucket", &BUCKET, names::bucket::address(name), vec![format!("{arn}/*"), arn]).with_key(key, here)
}

/// An event bus.
pub fn bus(name: &Name, here: &Cursor) -> Target {
    Target::new("Bus", &BUS, names::bus::address(name), vec![names::bus::arn(here.site, here.owner, name)])
}

/// A function, with its versions and aliases.
pub fn function(name: &Name, here: &Cursor) -> Target {
    let arn = names::function::arn(here.site, here.owner, name);
    Target::new("Function", &FUNCTION, names::function::address(name), vec![format!("{arn}:*"), arn])
}

/// A queue.
pub fn queue(name: &Name, here: &Cursor) -> Target {
    let queue = here.manifest.queue.get(name);
    let (fifo, key) = (queue.is_some_and(|queue| queue.fifo), queue.and_then(|queue| queue.kms_key()));
    let arn = sqs::arn(here.site, &names::queue::physical(here.owner, name, fifo));
    Target::new("Queue", &QUEUE, names::queue::address(name), vec![arn]).with_key(key, here)
}

/// A schedule, and those that the app makes itself under its name, a dot and more: no section's name has a dot, so none of
/// another section's are among them. Lists of actions can be about their group.
pub fn schedule(name: &Name, here: &Cursor) -> Target {
    let arn = |physical: &str| scheduler::schedule_arn(here.site, here.owner, physical);
    let resources = vec![arn(&format!("{name}.*")), arn(&names::schedule::physical(here.owner, name))];
    let key = here.manifest.schedule.get(name).and_then(|schedule| schedule.kms_key.as_deref());
    let target = Target::new("Schedule", &SCHEDULE, names::schedule::address(name), resources);
    let target = target.with(vec![scheduler::group_arn(here.site, here.owner)]).with_key(key, here);
    Target { role: names::schedule::role_arn(here.site, here.owner, name), ..target }
}

/// A table, with its indexes; lists of actions can be about its stream.
pub fn table(name: &Name, here: &Cursor) -> Target {
    let arn = names::table::arn(here.site, here.owner, name);
    let key = here.manifest.table.get(name).and_then(|table| table.kms_key());
    let (parts, resources) = (vec![format!("{arn}/stream/*")], vec![format!("{arn}/index/*"), arn]);
    Target::new("Table", &TABLE, names::table::address(name), resources).with(parts).with_key(key, here)
}

/// A topic.
pub fn topic(name: &Name, here: &Cursor) -> Target {
    let topic = here.manifest.topic.get(name);
    let (fifo, key) = (topic.is_some_and(|topic| topic.fifo), topic.and_then(|topic| topic.kms_key.as_deref()));
    let resources = vec![names::topic::arn(here.site, here.owner, name, fifo)];
    Target::new("Topic", &TOPIC, names::topic::address(name), resources).with_key(key, here)
}

/// A workflow; lists of actions can be about its executions.
pub fn workflow(name: &Name, here: &Cursor) -> Target {
    let is_express = here.manifest.workflow.get(name).is_some_and(|workflow| workflow.is_express());
    let physical = names::workflow::physical(here.owner, name);
    let of = |kind: &str, rest: &str| here.site.arn("states", &format!("{kind}:{physical}{rest}"));
    let parts = vec![of("execution", ":*"), of("express", ":*:*")];
    let (rights, address) = (if is_express { &EXPRESS } else { &WORKFLOW }, names::workflow::address(name));
    Target::new("Workflow", rights, address, vec![names::workflow::arn(here.site, here.owner, name)]).with(parts)
}

/// Rights with all resources of a kind.
pub struct All {
    /// What can be done.
    pub actions: Vec<&'static str>,
    /// With what.
    pub resources: Vec<String>,
    /// When; null is always.
    pub condition: Value,
}

/// All that verbs can allow, on everything that bears the app's and the stage's names.
pub fn everything(site: &Site, owner: &Owner) -> Vec<All> {
    let passed = All {
        actions: vec![PASS],
        resources: vec![site.global_arn("iam", &format!("role{}*", owner.path()))],
        condition: passed_to_schedules(),
    };
    let all = every_kind(site, owner).into_iter();
    let all = all.map(|(actions, resources)| All { actions, resources, condition: Value::Null });
    all.chain([passed]).collect()
}

fn every_kind(site: &Site, owner: &Owner) -> Vec<(Vec<&'static str>, Vec<String>)> {
    let names = format!("{}*", owner.prefix());
    let table = site.arn("dynamodb", &format!("table/{names}"));
    let bucket = format!("arn:{}:s3:::{names}", site.partition);
    vec![
        (TABLE.all(), vec![format!("{table}/index/*"), table]),
        (BUCKET.all(), vec![format!("{bucket}/*"), bucket]),
        (QUEUE.all(), vec![site.arn("sqs", &names)]),
        (TOPIC.all(), vec![site.arn("sns", &names)]),
        (BUS.all(), vec![site.arn("events", &format!("event-bus/{names}"))]),
        (SCHEDULE.all(), vec![site.arn("scheduler", &format!("schedule/{names}/*"))]),
        (FUNCTION.all(), vec![site.arn("lambda", &format!("function:{names}"))]),
        (EXPRESS.all(), vec![site.arn("states", &format!("stateMachine:{names}"))]),
    ]
}

impl Target {
    fn new(kind: &str, rights: &'static Rights, address: Address, resources: Vec<String>) -> Self {
        let sid = format!("{kind}{}", camel(address.name.as_str()));
        Self { sid, rights, resources, parts: Vec::new(), key: None, role: None, address }
    }

    fn with(self, parts: Vec<String>) -> Self {
        Self { parts, ..self }
    }

    fn with_key(self, key: Option<&str>, here: &Cursor) -> Self {
        Self { key: key.map(|key| here.likely(key, "")), ..self }
    }

    /// The right to pass its role, to its service only, for those who do so by these actions.
    pub fn role_statement(&self, actions: &BTreeSet<&'static str>) -> Option<Value> {
        let role = self.role.as_ref().filter(|_| SCHEDULE_ROLE.iter().any(|action| actions.contains(action)))?;
        let mut statement = allow(&format!("{}Role", self.sid), &[PASS], &[role]);
        statement["Condition"] = passed_to_schedules();
        Some(statement)
    }

    /// What its key allows to its service on the caller's behalf. AWS's own keys admit whoever may use the resource.
    pub fn key_statement(&self, actions: &BTreeSet<&'static str>, here: &Cursor) -> Option<Value> {
        let key = self.key.as_deref().filter(|key| !key.is_empty() && !actions.is_empty())?;
        let actions: Vec<&str> = actions.iter().copied().collect();
        kms::use_of(&format!("{}Key", self.sid), key, self.rights.service, &actions, here)
    }
}

const PASS: &str = "iam:PassRole";

fn passed_to_schedules() -> Value {
    json!({"StringEquals": {"iam:PassedToService": ["scheduler.amazonaws.com"]}})
}

/// A statement that allows these actions on these resources.
pub fn allow(sid: &str, actions: &impl Serialize, resources: &impl Serialize) -> Value {
    json!({"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources})
}

/// `api-handler` as `ApiHandler`: a statement id has letters and digits only.
pub fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split('-').map(word).collect()
}

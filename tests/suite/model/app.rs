//! A random app: sections that are added, changed and removed, its manifest, and what an account must hold then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::compute::{Api, Function, Role, Workflow};
use super::data::{Bucket, Keys, Table, Topic};
use super::domain::Domain;
use super::event::{self, Schedule};
use super::events::{Bus, Rule};
use super::guard::{Alarm, Compliance, Firewall};
use super::http_api::HttpApi;
use super::keys::UsagePlan;
use super::layer::Layer;
use super::queue::Queue;
use super::random::Random;

/// A section's name.
pub type Name = &'static str;

/// The names that sections can have.
pub const NAMES: [Name; 3] = ["ada", "bea", "cyd"];
/// How each physical name begins.
pub const PREFIX: &str = "model--production-";
/// Where all of this is.
pub const REGION: &str = crate::support::emulator::REGION;
/// How many folders with code there are, and how many definitions of workflows.
pub const CODES: usize = 3;
/// How many sections an app has at most.
const LARGEST: usize = 12;

/// What a manifest says.
#[derive(Debug, Clone, Default)]
pub struct App {
    pub project: usize,
    pub table: BTreeMap<Name, Table>,
    pub topic: BTreeMap<Name, Topic>,
    pub queue: BTreeMap<Name, Queue>,
    pub bucket: BTreeMap<Name, Bucket>,
    pub bus: BTreeMap<Name, Bus>,
    pub rule: BTreeMap<Name, Rule>,
    pub role: BTreeMap<Name, Role>,
    pub layer: BTreeMap<Name, Layer>,
    pub function: BTreeMap<Name, Function>,
    pub api: BTreeMap<Name, Api>,
    pub http_api: BTreeMap<Name, HttpApi>,
    pub usage_plan: BTreeMap<Name, UsagePlan>,
    pub domain: Option<Domain>,
    pub alarm: BTreeMap<Name, Alarm>,
    pub workflow: BTreeMap<Name, Workflow>,
    pub schedule: BTreeMap<Name, Schedule>,
    pub firewall: BTreeMap<Name, Firewall>,
    pub compliance: Option<Compliance>,
    /// The folder whose files lie in a bucket, perhaps since files were asked for that are not any more.
    pub lie: BTreeMap<Name, usize>,
    /// What was let go with its data, as the reader tells it; tables with their keys.
    pub released: BTreeMap<String, Option<Keys>>,
}

/// What names depend on beside the app.
pub struct World {
    /// The account.
    pub account: String,
    /// The digest of each folder's package, as Lambda tells it.
    pub codes: Vec<String>,
}

impl World {
    /// The name of a bucket.
    pub fn bucket(&self, name: &str) -> String {
        format!("{PREFIX}{name}-{}-{REGION}", self.account)
    }

    /// The ARN of a topic.
    pub fn topic_arn(&self, name: Name) -> String {
        format!("arn:aws:sns:{REGION}:{}:{PREFIX}{name}", self.account)
    }

    /// The ARN of a queue.
    pub fn queue_arn(&self, name: Name) -> String {
        format!("arn:aws:sqs:{REGION}:{}:{PREFIX}{name}", self.account)
    }

    /// The ARN of a function.
    pub fn function_arn(&self, name: Name) -> String {
        format!("arn:aws:lambda:{REGION}:{}:function:{PREFIX}{name}", self.account)
    }
}

impl App {
    /// The next generation: some sections come, change and go.
    pub fn next(&self, random: &mut Random, world: &World) -> Self {
        let mut next = self.clone();
        next.project = if random.chance(15) { random.below(3) } else { self.project };
        for _ in 0..2 + random.below(4) {
            next.change(random);
        }
        next.mend();
        next.settle(self, world);
        next
    }

    fn size(&self) -> usize {
        let data = self.table.len() + self.topic.len() + self.queue.len() + self.bucket.len();
        let compute =
            self.role.len() + self.layer.len() + self.function.len() + self.workflow.len() + self.schedule.len();
        data + compute
            + self.bus.len()
            + self.rule.len()
            + self.api.len()
            + self.http_api.len()
            + self.usage_plan.len()
            + self.alarm.len()
            + self.firewall.len()
            + usize::from(self.compliance.is_some())
    }

    fn change(&mut self, random: &mut Random) {
        let (name, full, app) = (random.pick(&NAMES), self.size() >= LARGEST, self.clone());
        match random.below(25) {
            0 => turn(&mut self.table, name, random, full, Table::random),
            1 => turn(&mut self.topic, name, random, full, |random| Topic::random(random, &app)),
            2 => turn(&mut self.bucket, name, random, full, |random| Bucket::random(random, &app)),
            3 => turn(&mut self.role, name, random, full, |random| Role::random(random, &app)),
            4 | 5 => turn(&mut self.function, name, random, full, |random| Function::random(random, &app)),
            6 | 7 => turn(&mut self.api, name, random, full, |random| Api::random(random, &app)),
            8 => turn(&mut self.alarm, name, random, full, |random| Alarm::random(random, &app)),
            9 => turn(&mut self.workflow, name, random, full, |random| Workflow::random(random, &app)),
            10 | 11 => turn(&mut self.queue, name, random, full, |random| Queue::random(random, &app)),
            12 => turn(&mut self.firewall, name, random, full, |random| Firewall::random(random, &app)),
            13 => turn(&mut self.schedule, name, random, full, |random| Schedule::random(random, &app)),
            14 => turn(&mut self.bus, name, random, full, Bus::random),
            15 => turn(&mut self.rule, name, random, full, |random| Rule::random(random, &app)),
            16 | 17 => turn(&mut self.http_api, name, random, full, |random| HttpApi::random(random, &app)),
            18 | 19 => turn(&mut self.usage_plan, name, random, full, |random| UsagePlan::random(random, &app)),
            20 | 21 => self.domain = Domain::random(random, &app),
            22 | 23 => turn(&mut self.layer, name, random, full, Layer::random),
            _ if self.compliance.is_some() && random.chance(35) => self.compliance = None,
            _ => self.compliance = Some(Compliance::random(random)),
        }
    }

    /// Takes out what refers to nothing, and what the manifest does not allow.
    fn mend(&mut self) {
        let (tables, topics) = (names(&self.table), names(&self.topic));
        let (buckets, roles, layers) = (names(&self.bucket), self.role.clone(), self.layer.clone());
        let streams: BTreeSet<Name> =
            self.table.iter().filter(|(_, table)| table.stream.is_some()).map(|(name, _)| *name).collect();
        let known = |section: &str, name: Name| match section {
            "table" => tables.contains(name),
            "topic" => topics.contains(name),
            "bucket" => buckets.contains(name),
            _ => true,
        };
        self.role.values_mut().for_each(|role| role.access.retain(|(section, name), _| known(section, name)));
        self.workflow.values_mut().for_each(|flow| flow.access.retain(|(section, name), _| known(section, name)));
        for function in self.function.values_mut() {
            function.access.retain(|(section, name), _| known(section, name));
            function.reads = function.reads.filter(|(name, _)| streams.contains(name));
            // Those of the functions' runtime, or of none in particular.
            function.layers.retain(|name| layers.get(name).is_some_and(|layer| !layer.runtime));
            function.table = function.table.filter(|name| tables.contains(name));
            function.dead_letter = function.dead_letter.filter(|name| topics.contains(name));
            function.role = function.role.filter(|name| roles.contains_key(name));
            if let Some(role) = function.role {
                // What a shared role does not grant, its functions cannot have.
                function.tracing &= roles[role].tracing;
                (function.secret, function.dead_letter) = (false, None);
                function.access.clear();
            }
        }
        let (functions, queues) = (names(&self.function), self.queue.clone());
        for topic in self.topic.values_mut() {
            topic.function = topic.function.filter(|name| functions.contains(name));
            topic.sends = topic.sends.filter(|(name, _)| queues.contains_key(name));
        }
        for (name, queue) in &mut self.queue {
            // Of a circle nothing could come first.
            let is_open = |other: &Name| other > name && queues.get(other).is_some_and(|other| !other.closed);
            queue.dead_letter = queue.dead_letter.filter(is_open);
        }
        let (buses, workflows) = (names(&self.bus), names(&self.workflow));
        for rule in self.rule.values_mut() {
            rule.function = rule.function.filter(|name| functions.contains(name));
            rule.topic = rule.topic.filter(|name| topics.contains(name));
            rule.workflow = rule.workflow.filter(|name| workflows.contains(name));
        }
        self.rule.retain(|_, rule| rule.has_targets() && rule.bus.is_none_or(|bus| buses.contains(bus)));
        self.bucket
            .values_mut()
            .for_each(|bucket| bucket.function = bucket.function.filter(|name| functions.contains(name)));
        self.workflow.values_mut().for_each(|workflow| workflow.invokes.retain(|name| functions.contains(name)));
        let workflows = names(&self.workflow);
        self.schedule.retain(|_, schedule| match schedule.target {
            ("function", name) => functions.contains(name),
            ("topic", name) => topics.contains(name),
            (_, name) => workflows.contains(name),
        });
        let schedules = names(&self.schedule);
        let of_roles = self.role.values_mut().map(|role| &mut role.access);
        let of_functions = self.function.values_mut().map(|function| &mut function.access);
        let of_workflows = self.workflow.values_mut().map(|workflow| &mut workflow.access);
        for access in of_roles.chain(of_functions).chain(of_workflows) {
            access.retain(|(section, name), _| *section != "schedule" || schedules.contains(name));
        }
        for alarm in self.alarm.values_mut() {
            alarm.notify.retain(|name| topics.contains(name));
            alarm.function = alarm.function.filter(|name| functions.contains(name));
        }
        self.mend_apis();
    }

    /// Takes out what refers to nothing of APIs, and what of theirs is not there.
    fn mend_apis(&mut self) {
        let (functions, queues, workflows) = (names(&self.function), names(&self.queue), names(&self.workflow));
        for api in self.api.values_mut() {
            api.routes.retain(|_, (function, _)| functions.contains(function));
            api.judge = api.judge.filter(|function| functions.contains(function));
            api.jobs = api.jobs.filter(|queue| queues.contains(queue));
        }
        self.api.retain(|_, api| !api.routes.is_empty());
        for api in self.http_api.values_mut() {
            api.mend(|field, name| match field {
                "function" => functions.contains(name),
                "send" => queues.contains(name),
                _ => workflows.contains(name),
            });
        }
        self.http_api.retain(|_, api| !api.routes.is_empty());
        let (apis, mut taken) = (names(&self.api), BTreeSet::new());
        for plan in self.usage_plan.values_mut() {
            plan.apis.retain(|api| apis.contains(api));
        }
        self.usage_plan.retain(|_, plan| !plan.apis.is_empty());
        // A key is in one plan.
        self.usage_plan.values_mut().for_each(|plan| plan.keys.retain(|(key, _)| taken.insert(*key)));
        let mut open = names(&self.api);
        // One firewall for each API.
        self.firewall.values_mut().for_each(|firewall| firewall.protects.retain(|api| open.remove(api)));
    }

    /// Reckons what stays behind, and lets only those be made anew that may lose their data.
    fn settle(&mut self, before: &Self, world: &World) {
        for (name, table) in &before.table {
            if !table.delete {
                self.released.insert(format!("table {PREFIX}{name}"), Some(table.keys));
            }
        }
        let now = self.clone();
        self.domain.iter_mut().for_each(|domain| domain.mend(&now, before));
        self.domain = self.domain.take().filter(|domain| !domain.is_empty());
        // A rule stays on its bus: it is called after it.
        self.rule.retain(|name, rule| before.rule.get(name).is_none_or(|before| before.bus == rule.bus));
        let gone = before.bucket.iter().filter(|(name, bucket)| bucket.delete && !self.bucket.contains_key(*name));
        gone.for_each(|(name, _)| {
            self.lie.remove(name);
        });
        self.lie.extend(self.bucket.iter().filter_map(|(name, bucket)| Some((*name, bucket.files?))));
        let buckets = before.bucket.iter().filter(|(_, bucket)| !bucket.delete).map(|(name, _)| *name);
        let records = before.compliance.iter().filter(|compliance| !compliance.delete).map(|_| "compliance-records");
        self.released.extend(buckets.chain(records).map(|name| (format!("bucket {}", world.bucket(name)), None)));
        let queues = before.queue.iter().filter(|(_, queue)| !queue.delete);
        self.released.extend(queues.map(|(name, _)| (format!("queue {PREFIX}{name}"), None)));
        let keys = before.usage_plan.values().filter(|plan| !plan.delete).flat_map(|plan| &plan.keys);
        self.released.extend(keys.map(|(key, _)| (format!("key {PREFIX}{key}"), None)));
        let groups = before.log_groups().into_iter().filter(|(_, delete)| !delete);
        self.released.extend(groups.map(|(name, _)| (format!("log group {name}"), None)));
        for (name, table) in &mut self.table {
            let kept = self.released.remove(&format!("table {PREFIX}{name}")).flatten();
            let there = before.table.get(name).map(|table| table.keys).or(kept);
            table.delete |= there.is_some_and(|keys| keys != table.keys);
        }
        let records = self.compliance.iter().map(|_| "compliance-records");
        for name in self.bucket.keys().copied().chain(records).collect::<Vec<_>>() {
            self.released.remove(&format!("bucket {}", world.bucket(name)));
        }
        for (key, _) in self.usage_plan.values().flat_map(|plan| &plan.keys) {
            self.released.remove(&format!("key {PREFIX}{key}"));
        }
        for name in self.queue.keys() {
            self.released.remove(&format!("queue {PREFIX}{name}"));
        }
        for name in self.log_groups().into_keys() {
            self.released.remove(&format!("log group {name}"));
        }
    }

    /// Log groups, and whether they may go.
    fn log_groups(&self) -> BTreeMap<String, bool> {
        let functions = self.function.iter().map(|(name, of)| (format!("/aws/lambda/{PREFIX}{name}"), of.delete));
        let logging = self.workflow.iter().filter(|(_, workflow)| workflow.logging.is_some());
        let workflows = logging.map(|(name, workflow)| (Workflow::log_group(name), workflow.delete));
        let apis = self.http_api.iter().filter_map(|(name, api)| Some((HttpApi::log_group(name), api.logs?)));
        let firewalls = self.firewall.iter();
        let firewalls = firewalls.filter_map(|(name, firewall)| Some((Firewall::log_group(name), firewall.logs?)));
        functions.chain(workflows).chain(apis).chain(firewalls).collect()
    }

    /// The manifest.
    pub fn write(&self) -> String {
        let mut text =
            format!("[app]\nname = \"model\"\nregion = \"{REGION}\"\ntags = {{ Project = \"{}\" }}\n", self.project);
        text.extend(self.table.iter().map(|(name, section)| section.write(name)));
        text.extend(self.topic.iter().map(|(name, section)| section.write(name)));
        text.extend(self.queue.iter().map(|(name, section)| section.write(name)));
        text.extend(self.bucket.iter().map(|(name, section)| section.write(name)));
        text.extend(self.bus.iter().map(|(name, section)| section.write(name)));
        text.extend(self.rule.iter().map(|(name, section)| section.write(name)));
        text.extend(self.role.iter().map(|(name, section)| section.write(name)));
        text.extend(self.layer.iter().map(|(name, section)| section.write(name)));
        text.extend(self.function.iter().map(|(name, section)| section.write(name)));
        text.extend(self.api.iter().map(|(name, section)| section.write(name)));
        text.extend(self.http_api.iter().map(|(name, section)| section.write(name)));
        text.extend(self.usage_plan.iter().map(|(name, section)| section.write(name)));
        text.extend(self.alarm.iter().map(|(name, section)| section.write(name)));
        text.extend(self.workflow.iter().map(|(name, section)| section.write(name)));
        text.extend(self.schedule.iter().map(|(name, section)| section.write(name)));
        text.extend(self.firewall.iter().map(|(name, section)| section.write(name)));
        text.extend(self.compliance.iter().map(Compliance::write));
        match &self.domain {
            Some(domain) => domain.write(text),
            None => text,
        }
    }

    /// Everything that the account must hold, in the reader's words, sorted.
    pub fn lines(&self, world: &World) -> Vec<String> {
        let mut lines: Vec<String> = self.released.keys().map(|what| format!("released {what}")).collect();
        lines.extend(self.table.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend(self.topic.iter().flat_map(|(name, section)| section.lines(name, world, self)));
        lines.extend(self.queue.iter().flat_map(|(name, section)| section.lines(name, world, self)));
        lines.extend(self.bucket.iter().flat_map(|(name, section)| section.lines(name, world, self)));
        lines.extend(self.bus.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend(self.rule.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend(self.role.iter().flat_map(|(name, section)| section.lines(name, self)));
        lines.extend(self.layer.iter().flat_map(|(name, section)| section.lines(name, world)));
        lines.extend(self.function.iter().flat_map(|(name, section)| section.lines(name, world)));
        lines.extend(self.api.iter().flat_map(|(name, section)| section.lines(name, self)));
        lines.extend(self.http_api.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend(self.usage_plan.iter().flat_map(|(name, section)| section.lines(name, self)));
        lines.extend(self.domain.iter().flat_map(|domain| domain.lines(self)));
        lines.extend(self.alarm.iter().flat_map(|(name, section)| section.lines(name, world)));
        lines.extend(self.workflow.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend(self.schedule.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend((!self.schedule.is_empty()).then(|| event::group_line(self.project)));
        lines.extend(self.firewall.iter().flat_map(|(name, section)| section.lines(name)));
        lines.extend(self.compliance.iter().flat_map(|section| section.lines(world)));
        for (name, topic) in &self.topic {
            let function = topic.function.iter();
            lines.extend(function.map(|function| format!("function {PREFIX}{function} lets in topic {PREFIX}{name}")));
        }
        for (name, bucket) in &self.bucket {
            let function = bucket.function.iter();
            let bucket = world.bucket(name);
            lines.extend(function.map(|function| format!("function {PREFIX}{function} lets in bucket {bucket}")));
        }
        let project = format!(" project={}", self.project);
        lines.iter_mut().filter(|line| line.contains(" delete=")).for_each(|line| line.push_str(&project));
        lines.sort();
        lines
    }
}

fn names<T>(sections: &BTreeMap<Name, T>) -> BTreeSet<Name> {
    sections.keys().copied().collect()
}

/// Adds the section, changes it or takes it out.
fn turn<T>(
    sections: &mut BTreeMap<Name, T>,
    name: Name,
    random: &mut Random,
    full: bool,
    make: impl FnOnce(&mut Random) -> T,
) {
    match sections.contains_key(name) {
        true if random.chance(35) => drop(sections.remove(name)),
        false if full => {}
        _ => drop(sections.insert(name, make(random))),
    }
}

/// `[a, b]`
pub fn list<T: Display>(items: &[T]) -> String {
    format!("[{}]", items.iter().map(T::to_string).collect::<Vec<_>>().join(", "))
}

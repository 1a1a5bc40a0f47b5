//! The writers of sections: a live state becomes a table of the manifest, with the keys of [`crate::manifest`]'s types in their
//! order, and nothing that says what holds without it.
//!
//! A writer is a function in a file of its own and a line in `writers!`. It takes the resource's id, its state, and the
//! [`Scene`], which knows what else there is. A kind without a writer is a part of another section, which looks for it by
//! [`Scene::part`], or is reported.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use toml_edit::Table;

use crate::aws::{Id, Kind, Live, State, Tags};
use crate::import::Unsaid;
use crate::import::lines::Lines;
use crate::import::stands_for::{arn, made_up, own_name, values};
use crate::name::{Address, Name, Owner, Ownership, Site, tag};
use crate::plan::build::{known, symbols};
use crate::plan::tools;
use crate::text::{OutputRef, Outputs, Text};

mod access;
mod alarm;
mod api;
mod bucket;
mod bus;
pub mod compliance;
mod domain;
mod firewall;
mod function;
mod http_api;
mod layer;
mod log_group;
mod mapped;
mod queue;
mod resource_policy;
mod role;
mod rule;
mod schedule;
mod table;
mod topic;
mod usage_plan;
mod workflow;

macro_rules! writers {
    ($($kind:ident => $section:literal $writer:path;)*) => {
        /// The section whose main resource is of this kind, if there is a writer for it.
        pub fn of(kind: Kind) -> Option<&'static str> {
            match kind {
                $(Kind::$kind => Some($section),)*
                _ => None,
            }
        }

        /// The lines of a section, if there is a writer for it.
        pub fn write(live: &Live, scene: &Scene) -> Option<Table> {
            match &live.observed.state {
                $(State::$kind(state) => Some($writer(&live.id, state, scene)),)*
                _ => None,
            }
        }
    };
}

writers! {
    Alarm => "alarm" alarm::write;
    Bucket => "bucket" bucket::write;
    EventBus => "bus" bus::write;
    EventRule => "rule" rule::write;
    Function => "function" function::write;
    HttpApi => "http_api" http_api::write;
    LayerVersion => "layer" layer::write;
    LogGroup => "log_group" log_group::write;
    Queue => "queue" queue::write;
    RestApi => "api" api::write;
    Role => "role" role::write;
    Rule => "compliance.rule" compliance::write;
    Schedule => "schedule" schedule::write;
    StateMachine => "workflow" workflow::write;
    Table => "table" table::write;
    Topic => "topic" topic::write;
    UsagePlan => "usage_plan" usage_plan::write;
    WebAcl => "firewall" firewall::write;
}

/// Why no section stands for it, although sections stand for others of its kind.
pub fn lacks(live: &Live) -> Option<&'static str> {
    match &live.observed.state {
        State::EventRule(rule) if rule.event_pattern == Text::default() => Some(
            "a rule with a schedule has no section: write a [schedule.<name>] in its place, and delete the rule once \
             that runs; a function that the rule calls will no longer allow that",
        ),
        State::Alarm(alarm) if !alarm::is_of_one_metric(alarm) => Some(
            "an alarm with a section has one metric and a threshold, but this one is on metric math or anomalies: it \
             stays as it is",
        ),
        State::Role(role) if !role::is_for_functions(role) => Some(
            "a role with a section is for functions, but Lambda may not assume this one: it stays as it is, and a \
             section that needs a role for another service creates its own",
        ),
        _ => None,
    }
}

/// A section, such as `table.orders`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// `table`
    pub section: &'static str,
    /// `orders`
    pub name: Name,
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.section, self.name)
    }
}

/// The folder of the code of a function or a layer, as `source` of its section has it.
pub fn code_folder(named: &Named) -> String {
    if named.section == "layer" { layer::folder(named.name.as_str()) } else { named.name.to_string() }
}

/// All that there is while sections are written.
#[derive(Debug)]
pub struct Scene {
    /// Account, region, partition.
    pub site: Site,
    /// App and stage.
    pub owner: Owner,
    /// By address, with references in the place of the ids that AWS has made up.
    live: BTreeMap<Address, Live>,
    sections: BTreeMap<Address, Named>,
    known: Outputs,
    /// What stands for a section's attribute, the longest first, and the reference to it.
    values: Vec<(String, String)>,
    /// What `[app]` says of tags.
    app_tags: Tags,
    unsaid: RefCell<BTreeSet<Unsaid>>,
    files: RefCell<BTreeMap<String, String>>,
}

impl Scene {
    /// Of what has been read, and the sections that are to be written; whatever is in none of them is a part of one.
    pub fn new(
        site: &Site,
        owner: &Owner,
        mut live: BTreeMap<Address, Live>,
        sections: BTreeMap<Address, Named>,
    ) -> Self {
        let known = known(&live);
        let ids = symbols(&known);
        live.values_mut().for_each(|live| live.observed.state.symbolise(&ids));
        let of = |(address, named): (&Address, &Named)| {
            let values = live.get(address).map(values).unwrap_or_default();
            values
                .into_iter()
                .map(|(attribute, value)| (value, format!("${{{named}.{attribute}}}")))
                .collect::<Vec<_>>()
        };
        let mut values: Vec<(String, String)> = sections.iter().flat_map(of).collect();
        values.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then(one.cmp(other)));
        let (app_tags, unsaid, files) = Default::default();
        Self { site: site.clone(), owner: owner.clone(), live, sections, known, values, app_tags, unsaid, files }
    }

    /// The same with tags that `[app]` has for everything: those that all have that is this app's already. Parts without a section
    /// of their own get them from nowhere else.
    pub fn with_app_tags(mut self) -> Self {
        let all = self.live.values().filter_map(|live| live.observed.state.tags());
        let own = all.filter(|tags| !self.is_foreign(tags));
        let shared =
            own.map(|tags| tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<BTreeSet<_>>());
        let shared = shared.reduce(|shared, tags| shared.intersection(&tags).cloned().collect()).unwrap_or_default();
        let is_said = |(key, value): &(String, String)| !is_kept(key, false) && is_taken(key) && is_taken(value);
        self.app_tags = shared.into_iter().filter(is_said).collect();
        self
    }

    /// What `[app]` says of tags.
    pub fn app_tags(&self) -> &Tags {
        &self.app_tags
    }

    /// The sections that are to be written, by the address of their main resource.
    pub fn sections(&self) -> impl Iterator<Item = (&Address, &Named)> {
        self.sections.iter()
    }

    /// True for the main resource of a section that is to be written.
    pub fn is_section(&self, address: &Address) -> bool {
        self.sections.contains_key(address)
    }

    /// What has this address.
    pub fn live(&self, address: &Address) -> Option<&Live> {
        self.live.get(address)
    }

    /// Everything of a kind, whether a section is written for it or not.
    pub fn all(&self, kind: Kind) -> impl Iterator<Item = &Live> {
        self.live.values().filter(move |live| live.id.address.kind == kind)
    }

    /// What has this physical name.
    pub fn part(&self, kind: Kind, physical: &str) -> Option<&Live> {
        self.all(kind).find(|live| live.id.name == physical)
    }

    /// The name of the section that is written for what is called so: by its physical name, a role's without its path and a
    /// rule's without its bus, or by its ARN, that of a function with an alias or a version too.
    pub fn section_of(&self, kind: Kind, called: &str) -> Option<&Name> {
        let is = |id: &Id| {
            let arn = arn(id);
            let with_more = || arn.as_deref().is_some_and(|arn| called.strip_prefix(arn).is_some_and(is_qualifier));
            id.name == called || own_name(id) == called || arn.as_deref() == Some(called) || with_more()
        };
        let mut all = self.sections.iter().filter(|(address, _)| address.kind == kind);
        all.find(|(address, _)| self.live.get(address).is_some_and(|live| is(&live.id))).map(|(_, named)| &named.name)
    }

    /// A text as a manifest says it: references to sections in the place of their names, ARNs and ids, and `$${` where AWS has
    /// `${`. For fields that take references.
    pub fn text(&self, text: &Text) -> String {
        text.written(|literal| self.string(literal), |output| self.output(output))
    }

    /// The same of a text that holds no reference yet.
    pub fn string(&self, literal: &str) -> String {
        let known = self.values.iter().find(|(value, _)| value == literal);
        known.map_or_else(|| self.arns(&literal.replace("${", "$${")), |(_, reference)| reference.clone())
    }

    /// A text with references in the place of ARNs and URLs alone, as in files.
    pub fn arns(&self, text: &str) -> String {
        let unique = self.values.iter().filter(|(value, _)| is_unique(value));
        unique.fold(text.to_owned(), |text, (value, reference)| replaced(&text, value, reference))
    }

    /// A text without references, as AWS has it: for fields that take none.
    pub fn plain(&self, text: &Text) -> String {
        text.resolve(&self.known).to_string()
    }

    fn output(&self, output: &OutputRef) -> String {
        match self.sections.get(&output.address) {
            Some(named) => format!("${{{named}.{}}}", output.attribute),
            None => self.known.get(output).cloned().unwrap_or_default(),
        }
    }

    /// A section's first lines: `name`, and of a role `path`, where it is not called what it would be without.
    pub fn start(&self, id: &Id) -> Lines {
        let mut lines = Lines::new();
        let section = self.sections.get(&id.address).map(|named| &named.name);
        let made = section.and_then(|name| made_up(id, name));
        let path = id.name.rsplit_once('/').filter(|_| id.address.kind == Kind::Role);
        if made.is_some_and(|made| own_name(id) != made || path.is_some()) {
            lines.set("name", own_name(id));
            lines.set_some("path", path.map(|(path, _)| format!("{path}/")));
        }
        lines
    }

    /// A section's last lines: `tags`, `on_delete`, and `adopt` for what is not this app's yet.
    pub fn end(&self, id: &Id, tags: &Tags, mut lines: Lines) -> Table {
        self.tags(id, tags, &mut lines);
        if tags.get(tag::ON_DELETE).is_some_and(|value| value == "delete") {
            lines.set("on_delete", "delete");
        }
        if self.is_foreign(tags) {
            lines.set("adopt", true);
            if let (Some(app), Some(stage)) = (tags.get(tag::APP), tags.get(tag::STAGE)) {
                let why = format!(
                    "its tags say that it belongs to the app {app} at the stage {stage}: a plan would take it from \
                     there"
                );
                self.unsaid(id, "adopt", &why);
            }
        }
        lines.into_table()
    }

    /// True for what is not this app's by its tags.
    pub fn is_foreign(&self, tags: &Tags) -> bool {
        !matches!(self.owner.of(tags), Ownership::Owned(_))
    }

    /// The tags that are somebody's, but for those that AWS keeps for itself, and those of the tool that it is taken over from.
    pub fn tags(&self, id: &Id, tags: &Tags, lines: &mut Lines) {
        let mut all = Lines::new();
        let is_foreign = self.is_foreign(tags);
        let is_of_app = |key: &String, value: &String| self.app_tags.get(key) == Some(value);
        let tags = tags.iter().filter(|(key, value)| !is_kept(key, is_foreign) && !is_of_app(key, value));
        for (key, value) in tags {
            if is_taken(key) && is_taken(value) {
                all.set(key, value.as_str());
            } else {
                self.unsaid(
                    id,
                    &format!("the tag {key:?}"),
                    "it has characters that a tag in a manifest cannot have; it stays as it is",
                );
            }
        }
        if !all.is_empty() {
            lines.set("tags", all.inline());
        }
    }

    /// Reports what no manifest can say of a resource; `why` says what becomes of it too.
    pub fn unsaid(&self, id: &Id, attribute: &str, why: &str) {
        let of = self.sections.get(&id.address).map_or_else(|| id.address.to_string(), Named::to_string);
        let what = format!("{of} ({}): {attribute}", id.name);
        self.unsaid.borrow_mut().insert(Unsaid { what, why: why.to_owned() });
    }

    /// A file that a section names: its path, relative to the manifest. `name` is that of a file alone; it gets a number where
    /// another file is called so.
    pub fn file(&self, name: &str, text: String) -> String {
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let numbered = (2..).map(|number| format!("{FOLDER}/{stem}-{number}.{ending}"));
        let mut paths = std::iter::once(format!("{FOLDER}/{name}")).chain(numbered);
        paths.find(|path| self.file_at(path, &text)).unwrap_or_default()
    }

    /// The same at a path that says more than where the file is; false where another text is there.
    pub fn file_at(&self, path: &str, text: &str) -> bool {
        let mut files = self.files.borrow_mut();
        files.entry(path.to_owned()).or_insert_with(|| text.to_owned()).as_str() == text
    }

    /// What has been reported, and the files that sections name.
    pub fn finish(self) -> (BTreeSet<Unsaid>, BTreeMap<String, String>) {
        (self.unsaid.into_inner(), self.files.into_inner())
    }
}

/// The folder of the files that sections name, beside the manifest.
const FOLDER: &str = "imported";

/// What may follow a function's ARN: an alias or a version.
fn is_qualifier(rest: &str) -> bool {
    rest.strip_prefix(':').is_some_and(|rest| !rest.contains([':', '/']))
}

/// True for what means its resource wherever it stands: an ARN or a URL. A name may be a word like any other.
fn is_unique(value: &str) -> bool {
    value.starts_with("arn:") || value.contains("://")
}

/// The text with a reference wherever the value stands as a whole.
fn replaced(text: &str, value: &str, reference: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let (mut done, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(value) {
        let (before, after) = (&rest[..at], &rest[at + value.len()..]);
        let alone = !before.ends_with(is_word) && !after.starts_with(is_word);
        done.push_str(before);
        done.push_str(if alone { reference } else { value });
        rest = after;
    }
    done + rest
}

/// True for a tag that AWS keeps for itself, or that says whose the resource is: this app's, or that of a tool that wrote it. Written
/// again by a plan, it would tell that tool that the resource is still its own: CDK empties buckets by such a tag.
fn is_kept(key: &str, is_foreign: bool) -> bool {
    let lower = key.to_lowercase();
    let is_reserved = ["aws:", "serverless-app:"].iter().any(|start| lower.starts_with(start));
    is_reserved || is_foreign && tools::is_own_tag(key)
}

/// True for what a manifest's tags may say.
fn is_taken(text: &str) -> bool {
    text.chars().all(|c| c.is_alphanumeric() || " _.:/=+-@".contains(c))
}

#[cfg(test)]
mod survives;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::{Observed, cloudwatch, iam, sqs};

    #[test]
    fn a_value_is_replaced_where_it_stands_as_a_whole() {
        let arn = "arn:aws:dynamodb:us-west-2:123456789012:table/Orders";
        let text = format!("{arn} {arn}/index/* {arn}-2 {arn}.x x{arn}");
        let expected = format!("R R/index/* {arn}-2 {arn}.x x{arn}");
        assert_eq!(replaced(&text, arn, "R"), expected);
    }

    #[test]
    fn tags_that_all_have_are_the_apps_and_stand_there_alone() {
        let own = [(tag::APP, "shop"), (tag::STAGE, "test"), ("team", "a"), ("cost", "1")];
        let tags = |more: &[(&str, &str)]| -> Tags {
            own.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let live = |name: &str, tags: Tags| {
            let mut id = crate::aws::test_support::test_id(Kind::Queue, name);
            id.address = Address::new(Kind::Queue, name.parse().unwrap());
            let address = id.address.to_string();
            let tags = tags.into_iter().chain([(tag::ADDRESS.to_owned(), address)]).collect();
            let queue = sqs::Queue { tags, ..sqs::Queue::default() };
            (id.address.clone(), Live { id, observed: Observed::of(queue.into()) })
        };
        let all = [live("a", tags(&[("own", "x")])), live("b", tags(&[("cost", "2")]))];
        let (id, state) = (all[0].1.id.clone(), all[0].1.observed.state.tags().unwrap().clone());
        let scene = Scene::new(&id.site, &id.owner, all.into(), BTreeMap::new()).with_app_tags();
        assert_eq!(scene.app_tags(), &Tags::from([("team".to_owned(), "a".to_owned())]));
        let mut lines = Lines::new();
        scene.tags(&id, &state, &mut lines);
        assert_eq!(lines.into_table().to_string(), "tags = { cost = \"1\", own = \"x\" }\n");
    }

    #[test]
    fn two_files_of_one_name_are_two_unless_they_say_the_same() {
        let id = crate::aws::test_support::test_id(Kind::RestApi, "api");
        let scene = Scene::new(&id.site, &id.owner, BTreeMap::new(), BTreeMap::new());
        let file = |text: &str| scene.file("api-get-a.vtl", text.to_owned());
        let paths = [file("one"), file("two"), file("one"), file("three")];
        let expected = ["a", "a-2", "a", "a-3"].map(|name| format!("imported/api-get-{name}.vtl"));
        assert_eq!(paths, expected);
        assert!(scene.file_at("schemas/order.json", "{}") && !scene.file_at("schemas/order.json", "[]"));
        let (_, files) = scene.finish();
        assert_eq!(files["imported/api-get-a-2.vtl"], "two");
        assert_eq!((files["schemas/order.json"].as_str(), files.len()), ("{}", 4));
    }

    #[test]
    fn a_role_that_lambda_cannot_assume_is_no_section() {
        let role = |service: &str| {
            let id = crate::aws::test_support::test_id(Kind::Role, "/r");
            let role = iam::Role::for_service(service, BTreeSet::new(), BTreeMap::new(), Tags::new());
            Live { id, observed: crate::aws::Observed::of(role.into()) }
        };
        assert_eq!(lacks(&role("lambda.amazonaws.com")), None);
        assert!(lacks(&role("states.amazonaws.com")).is_some_and(|why| why.contains("Lambda")));
    }

    #[test]
    fn an_alarm_on_anything_but_a_metric_is_no_section() {
        let alarm = |metric: Option<&str>, threshold: Option<f64>| {
            let alarm = cloudwatch::Alarm {
                alarm_description: None,
                actions_enabled: true,
                alarm_actions: BTreeSet::new(),
                ok_actions: BTreeSet::new(),
                insufficient_data_actions: BTreeSet::new(),
                namespace: Some("AWS/Lambda".into()),
                metric_name: metric.map(str::to_owned),
                dimensions: BTreeMap::new(),
                statistic: Some("Sum".into()),
                extended_statistic: None,
                unit: None,
                period: Some(300),
                evaluation_periods: 1,
                datapoints_to_alarm: None,
                threshold,
                comparison_operator: "GreaterThanThreshold".into(),
                treat_missing_data: "missing".into(),
                tags: Tags::new(),
            };
            let id = crate::aws::test_support::test_id(Kind::Alarm, "Errors");
            lacks(&Live { id, observed: crate::aws::Observed::of(alarm.into()) })
        };
        assert_eq!(alarm(Some("Errors"), Some(1.0)), None);
        assert!(alarm(None, Some(1.0)).is_some() && alarm(Some("Errors"), None).is_some());
    }

    #[test]
    fn tags_of_aws_of_ours_and_of_the_former_tool_are_nobodys() {
        for key in ["aws:cloudformation:stack-name", "AWS:x", "serverless-app:app"] {
            assert!(is_kept(key, true) && is_kept(key, false), "{key}");
        }
        for key in ["sst:app", "sst:stage", "aws-cdk:auto-delete-objects", "lambda:createdBy"] {
            assert!(is_kept(key, true) && !is_kept(key, false), "{key}");
        }
        for key in ["awskey", "team", "sstage", "aws-team"] {
            assert!(!is_kept(key, true) && !is_kept(key, false), "{key}");
        }
        assert!(is_taken("a b_.:/=+-@é") && !is_taken("a,b"));
    }
}

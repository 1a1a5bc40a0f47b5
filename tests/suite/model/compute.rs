//! Roles, functions, APIs, alarms and workflows: what is written about them, and what must be there then.

use std::collections::{BTreeMap, BTreeSet};

use super::app::{App, Name, PREFIX, World, list};
use super::data::on_delete;
use super::random::Random;

/// What roles and functions may do: the actions on a section's resource.
pub type Access = BTreeMap<(&'static str, Name), &'static str>;

/// Access to some of what the app has.
fn random_access(random: &mut Random, app: &App) -> Access {
    let of = |section: &'static str, names: Vec<Name>| names.into_iter().map(move |name| (section, name));
    let all: Vec<(&str, Name)> = of("table", app.table.keys().copied().collect())
        .chain(of("bucket", app.bucket.keys().copied().collect()))
        .chain(of("topic", app.topic.keys().copied().collect()))
        .chain(of("schedule", app.schedule.keys().copied().collect()))
        .collect();
    let mut actions =
        |section: &str| if section == "topic" { "publish" } else { random.pick(&["read", "write", "read-write"]) };
    let given: Vec<_> = all.iter().map(|(section, name)| ((*section, *name), actions(section))).collect();
    random.some(&given).into_iter().collect()
}

fn write_access(access: &Access) -> String {
    let entry = |((section, name), actions): (&(&str, Name), &&str)| {
        format!("{{ {section} = \"{name}\", actions = \"{actions}\" }}")
    };
    format!("access = [{}]\n", access.iter().map(entry).collect::<Vec<_>>().join(", "))
}

/// Each statement with those of its actions that tell reads from writes.
fn grants(access: &Access) -> Vec<String> {
    // Whoever makes schedules hands over their role.
    let hands_over = |((section, _), actions): &(&(&str, Name), &&str)| *section == "schedule" && **actions != "read";
    let passed =
        access.iter().filter(hands_over).map(|((_, name), _)| format!("Schedule{}Role:iam:PassRole", capital(name)));
    let grant = |((section, name), actions): (&(&'static str, Name), &&'static str)| {
        let told = match (*section, *actions) {
            ("table", "read") => "dynamodb:GetItem",
            ("table", "write") => "dynamodb:PutItem",
            ("table", _) => "dynamodb:GetItem+dynamodb:PutItem",
            ("bucket", "read") => "s3:GetObject",
            ("bucket", "write") => "s3:PutObject",
            ("bucket", _) => "s3:GetObject+s3:PutObject",
            ("schedule", "read") => "scheduler:GetSchedule",
            ("schedule", "write") => "scheduler:CreateSchedule",
            ("schedule", _) => "scheduler:CreateSchedule+scheduler:GetSchedule",
            _ => "sns:Publish",
        };
        format!("{}{}:{told}", capital(section), capital(name))
    };
    access.iter().map(grant).chain(passed).collect()
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// The role of functions and the policy of what it grants.
fn role_lines(name: &str, mut grants: Vec<String>, tracing: bool) -> Vec<String> {
    let (name, mut has, mut lines) = (format!("{PREFIX}{name}"), vec!["AWSLambdaBasicExecutionRole"], Vec::new());
    if tracing {
        has.push("AWSXRayDaemonWriteAccess");
    }
    if !grants.is_empty() {
        grants.sort();
        lines.push(format!("policy {name} grants {}", list(&grants)));
        has.push(&name);
    }
    lines.push(format!("role {name} has {} holds []", list(&has)));
    lines
}

/// `[role.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    pub access: Access,
    pub tracing: bool,
}

impl Role {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self { access: random_access(random, app), tracing: random.chance(50) }
    }

    pub fn write(&self, name: Name) -> String {
        format!("[role.{name}]\ntracing = {}\n{}", self.tracing, write_access(&self.access))
    }

    pub fn lines(&self, name: Name, app: &App) -> Vec<String> {
        let shared = app.function.values().filter(|function| function.role == Some(name));
        let of_streams: BTreeSet<String> = shared.flat_map(Function::stream_grants).collect();
        let all = grants(&self.access).into_iter().chain(of_streams);
        role_lines(name, all.collect(), self.tracing)
    }
}

/// `[function.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Function {
    pub code: usize,
    pub memory: i32,
    pub timeout: i32,
    pub tracing: bool,
    pub table: Option<Name>,
    pub secret: bool,
    pub access: Access,
    pub role: Option<Name>,
    pub dead_letter: Option<Name>,
    /// A table whose stream it reads, and from where on.
    pub reads: Option<(Name, &'static str)>,
    /// Whether anybody may call its URL, where it has one.
    pub url: Option<bool>,
    pub retries: Option<i32>,
    /// The least that it logs in JSON; text without.
    pub json: Option<&'static str>,
    /// Whether it may call itself for ever.
    pub loops: bool,
    pub layers: Vec<Name>,
    pub retention: i32,
    pub delete: bool,
}

impl Function {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self {
            code: random.below(super::app::CODES),
            memory: random.pick(&[128, 256, 512]),
            timeout: random.pick(&[5, 10]),
            tracing: random.chance(40),
            table: random.maybe(&app.table.keys().copied().collect::<Vec<_>>()),
            secret: random.chance(25),
            access: random_access(random, app),
            role: random.maybe(&app.role.keys().copied().collect::<Vec<_>>()),
            dead_letter: random.maybe(&app.topic.keys().copied().collect::<Vec<_>>()),
            reads: random
                .maybe(&app.table.keys().copied().collect::<Vec<_>>())
                .map(|table| (table, random.pick(&["latest", "latest", "trim-horizon"]))),
            url: random.maybe(&[false, true]),
            retries: random.maybe(&[0, 1]),
            json: random.maybe(&["debug", "info", "error"]),
            loops: random.chance(25),
            layers: random.some(&app.layer.keys().copied().collect::<Vec<_>>()),
            retention: random.pick(&[0, 1, 14, 30]),
            delete: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let mut text = format!("[function.{name}]\nsource = \"code-{}\"\nruntime = \"python3.12\"\n", self.code);
        text += &format!("handler = \"main.handler\"\nmemory = {}\ntimeout = {}\n", self.memory, self.timeout);
        text += &format!("tracing = \"{}\"\n", if self.tracing { "active" } else { "pass-through" });
        text += &format!("log_retention_days = {}\n{}", self.retention, on_delete(self.delete));
        let table = self.table.map(|table| format!("TABLE = \"${{table.{table}.name}}\""));
        let secret = self.secret.then(|| "KEY = { ssm = \"/model/key\" }".to_owned());
        let environment: Vec<String> = table.into_iter().chain(secret).collect();
        text += &format!("environment = {{ {} }}\n", environment.join(", "));
        if let Some(topic) = self.dead_letter {
            text += &format!("dead_letter = {{ topic = \"{topic}\" }}\n");
        }
        if let Some((table, from)) = self.reads {
            text += &format!("on_stream = [{{ table = \"{table}\", starting_position = \"{from}\" }}]\n");
        }
        if let Some(open) = self.url {
            text += &format!("url = {{ auth = \"{}\" }}\n", if open { "none" } else { "iam" });
        }
        if let Some(retries) = self.retries {
            text += &format!("max_retries = {retries}\n");
        }
        if let Some(level) = self.json {
            text += &format!("logging = {{ format = \"json\", application_level = \"{level}\" }}\n");
        }
        if self.loops {
            text += "recursive_loops = \"allow\"\n";
        }
        if !self.layers.is_empty() {
            text += &format!("layers = {:?}\n", self.layers);
        }
        match self.role {
            Some(role) => text + &format!("role = \"{role}\"\n"),
            None => text + &write_access(&self.access),
        }
    }

    pub fn lines(&self, name: Name, world: &World) -> Vec<String> {
        let role = self.role.map_or(format!("{PREFIX}{name}-function"), |role| format!("{PREFIX}{role}"));
        let mut environment: Vec<String> = self.table.iter().map(|table| format!("TABLE={PREFIX}{table}")).collect();
        environment.extend(self.secret.then(|| "KEY=/model/key".to_owned()));
        environment.sort();
        let dead = self.dead_letter.map_or("-".to_owned(), |topic| world.topic_arn(topic));
        let mut lines = vec![format!(
            "function {PREFIX}{name} {} memory={} timeout={} {} {role} environment={} dead-letter={dead}",
            world.codes[self.code],
            self.memory,
            self.timeout,
            if self.tracing { "Active" } else { "PassThrough" },
            list(&environment)
        )];
        lines.push(log_group(&format!("/aws/lambda/{PREFIX}{name}"), self.retention, self.delete));
        if let Some((table, from)) = self.reads {
            let from = from.to_uppercase().replace('-', "_");
            lines.push(format!("mapping of {PREFIX}{table} to {PREFIX}{name} from {from} Enabled 100"));
        }
        if let Some(open) = self.url {
            lines.push(format!("function {PREFIX}{name} has a URL {}", if open { "NONE" } else { "AWS_IAM" }));
        }
        if self.url == Some(true) {
            let by = |action: &str| format!("function {PREFIX}{name} lets in everybody by {action}");
            lines.extend(["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"].map(by));
        }
        let logs = self.json.map_or("Text".to_owned(), |level| format!("JSON from {}", level.to_uppercase()));
        lines.push(format!("function {PREFIX}{name} logs {logs}"));
        lines.extend(self.loops.then(|| format!("function {PREFIX}{name} may call itself for ever")));
        lines.extend(self.retries.map(|retries| format!("function {PREFIX}{name} tries again {retries} times")));
        let layers: Vec<String> = self.layers.iter().map(|layer| format!("{PREFIX}{layer}")).collect();
        lines.extend((!layers.is_empty()).then(|| format!("function {PREFIX}{name} has layers {}", list(&layers))));
        if self.role.is_none() {
            let mut grants = grants(&self.access);
            grants.extend(self.secret.then(|| "Parameters:ssm:GetParameter".to_owned()));
            grants.extend(self.dead_letter.map(|_| "DeadLetter:sns:Publish".to_owned()));
            grants.extend(self.stream_grants());
            lines.extend(role_lines(&format!("{name}-function"), grants, self.tracing));
        }
        lines
    }
}

impl Function {
    /// What reading a stream takes.
    fn stream_grants(&self) -> Vec<String> {
        let of = |(table, _): (Name, &str)| [format!("OnTable{}:", capital(table)), "ListTableStreams:".to_owned()];
        self.reads.map(of).into_iter().flatten().collect()
    }
}

/// What is told of a log group.
pub fn log_group(name: &str, days: i32, delete: bool) -> String {
    format!("log group {name} days={days} delete={delete}")
}

/// `[api.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Api {
    pub stage: &'static str,
    pub description: usize,
    pub routes: BTreeMap<(&'static str, &'static str), (Name, bool)>,
    pub cors: bool,
    pub throttle: Option<i32>,
    pub limited: bool,
    pub tracing: bool,
    /// The function that judges who may call the routes that are not signed.
    pub judge: Option<Name>,
    /// True if `GET` requests have to say which page.
    pub pages: bool,
    /// The queue that gets what is posted to `/jobs`.
    pub jobs: Option<Name>,
    /// True for `/ping`, which the API answers by itself; the answer is kept where this is `Some(true)`.
    pub ping: Option<bool>,
}

const PATHS: [&str; 4] = ["/", "/items", "/items/{id}", "/files/{path+}"];

impl Api {
    pub fn random(random: &mut Random, app: &App) -> Self {
        let functions: Vec<Name> = app.function.keys().copied().collect();
        let route = |random: &mut Random| {
            let key = (random.pick(&["GET", "POST", "ANY"]), random.pick(&PATHS));
            (key, (random.pick(&functions), random.chance(25)))
        };
        let count = if functions.is_empty() { 0 } else { 1 + random.below(3) };
        Self {
            stage: random.pick(&["v1", "v1", "live"]),
            description: random.below(3),
            routes: (0..count).map(|_| route(random)).collect(),
            cors: random.chance(35),
            throttle: random.maybe(&[5, 50]),
            limited: random.chance(35),
            tracing: random.chance(35),
            judge: random.maybe(&functions),
            pages: random.chance(35),
            jobs: random.maybe(&app.queue.keys().copied().collect::<Vec<_>>()),
            ping: random.maybe(&[true, false]),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let route = |((method, path), (function, signed)): (&(&str, &str), &(Name, bool))| {
            let auth = match (*signed, self.judge) {
                (true, _) => ", auth = \"iam\"",
                (false, Some(_)) => ", auth = \"judge\"",
                (false, None) => "",
            };
            let page = if self.pages && *method == "GET" { ", require = [\"querystring.page\"]" } else { "" };
            format!("{{ method = \"{method}\", path = \"{path}\", function = \"{function}\"{auth}{page} }}")
        };
        let mut routes: Vec<String> = self.routes.iter().map(route).collect();
        routes.extend(self.jobs.map(|queue| format!("{{ method = \"POST\", path = \"/jobs\", send = \"{queue}\" }}")));
        routes.extend(self.ping.map(|kept| {
            let cache = if kept { ", cache = { ttl = 60 }" } else { "" };
            format!("{{ method = \"GET\", path = \"/ping\", respond = {{ body = \"{{}}\" }}{cache} }}")
        }));
        let mut text =
            format!("[api.{name}]\nstage = \"{}\"\ndescription = \"API {}\"\n", self.stage, self.description);
        text += &format!("tracing = {}\nroutes = [{}]\n", self.tracing, routes.join(", "));
        text += if self.ping == Some(true) { "cache = {}\n" } else { "" };
        if self.cors {
            text += "cors = { origin = \"https://example.com\" }\n";
        }
        if let Some(rate) = self.throttle {
            text += &format!("throttle = {{ rate = {rate}, burst = {rate} }}\n");
        }
        if self.limited {
            text += "allow_ips = [\"192.0.2.0/24\"]\n";
        }
        if let Some(function) = self.judge {
            text += &format!("authorizer.judge = {{ function = \"{function}\", ttl = 0 }}\n");
        }
        text
    }

    pub fn lines(&self, name: Name, app: &App) -> Vec<String> {
        let wall = app.firewall.iter().find(|(_, firewall)| firewall.protects.contains(&name));
        let wall = wall.map_or("-".to_owned(), |(firewall, _)| format!("{PREFIX}{firewall}"));
        let throttle = self.throttle.map_or("-".to_owned(), |rate| format!("{rate}/{rate}"));
        let cache = if self.ping == Some(true) { "0.5" } else { "-" };
        let mut lines = vec![
            format!("api {PREFIX}{name} API {} limited={} deployments=1", self.description, self.limited),
            format!(
                "api {PREFIX}{name} stage {} tracing={} throttle={throttle} cache={cache} firewall={wall}",
                self.stage, self.tracing
            ),
        ];
        let more = [self.jobs.map(|_| "/jobs"), self.ping.map(|_| "/ping")];
        let paths: BTreeSet<&str> =
            self.routes.keys().map(|(_, path)| *path).chain(more.into_iter().flatten()).collect();
        let mut resources: BTreeSet<&str> = paths.iter().copied().chain(["/"]).collect();
        resources.extend(paths.contains("/items/{id}").then_some("/items"));
        resources.extend(paths.contains("/files/{path+}").then_some("/files"));
        lines.push(format!("api {PREFIX}{name} paths {}", list(&resources.into_iter().collect::<Vec<_>>())));
        for ((method, path), (function, signed)) in &self.routes {
            let auth = match (*signed, self.judge) {
                (true, _) => "AWS_IAM",
                (false, Some(_)) => "CUSTOM",
                (false, None) => "NONE",
            };
            lines.push(format!("api {PREFIX}{name} {method} {path} calls {PREFIX}{function} {auth}"));
            let verb = if *method == "ANY" { "*" } else { method };
            let source = path.replace("{id}", "*").replace("{path+}", "*");
            lines.push(format!("function {PREFIX}{function} lets in API {PREFIX}{name} by /*/{verb}{source}"));
        }
        if let Some(queue) = self.jobs {
            lines.push(format!("api {PREFIX}{name} POST /jobs asks {PREFIX}{queue} NONE"));
            lines.push(format!("role {PREFIX}{name}-api has [] holds [api]"));
        }
        lines.extend(self.ping.map(|_| format!("api {PREFIX}{name} GET /ping is mocked NONE")));
        if let Some(function) = self.judge {
            lines.push(format!("api {PREFIX}{name} authorizer judge TOKEN asks {PREFIX}{function} ttl=0"));
            lines.push(format!("function {PREFIX}{function} lets in API {PREFIX}{name} by /authorizers/*"));
        }
        if self.pages && self.routes.keys().any(|(method, _)| *method == "GET") {
            lines.push(format!("api {PREFIX}{name} validator parameters body=false parameters=true"));
        }
        if self.cors {
            let errors = ["DEFAULT_4XX", "DEFAULT_5XX"];
            lines.extend(errors.map(|of| format!("api {PREFIX}{name} answers {of} with 1 header")));
        }
        let open = paths.iter().filter(|path| self.cors && !self.routes.contains_key(&("ANY", path)));
        lines.extend(open.map(|path| format!("api {PREFIX}{name} OPTIONS {path} is mocked NONE")));
        lines
    }
}

/// `[workflow.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Workflow {
    pub express: bool,
    pub flow: usize,
    pub invokes: Vec<Name>,
    pub access: Access,
    pub tracing: bool,
    pub logging: Option<&'static str>,
    pub delete: bool,
}

impl Workflow {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self {
            express: random.chance(25),
            flow: random.below(super::app::CODES),
            invokes: random.some(&app.function.keys().copied().collect::<Vec<_>>()),
            access: random_access(random, app),
            tracing: random.chance(35),
            logging: random.maybe(&["ALL", "ERROR"]),
            delete: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let invokes: Vec<String> = self.invokes.iter().map(|name| format!("\"{name}\"")).collect();
        let mut text = format!("[workflow.{name}]\ndefinition = \"flow-{}.asl.json\"\n", self.flow);
        text += &format!("invokes = [{}]\ntracing = {}\n", invokes.join(", "), self.tracing);
        text += &write_access(&self.access);
        text += if self.express { "type = \"EXPRESS\"\n" } else { "" };
        if let Some(level) = self.logging {
            text += &format!("logging = {{ level = \"{level}\" }}\n");
        }
        text + on_delete(self.delete)
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let of = if self.express { "EXPRESS" } else { "STANDARD" };
        let grants = !self.invokes.is_empty() || !self.access.is_empty() || self.tracing || self.logging.is_some();
        let holds: &[&str] = if grants { &["workflow"] } else { &[] };
        let mut lines = vec![
            format!(
                "state machine {PREFIX}{name} {of} Flow{} {PREFIX}{name}-workflow tracing={} logging={}",
                self.flow,
                self.tracing,
                self.logging.unwrap_or("-")
            ),
            format!("role {PREFIX}{name}-workflow has [] holds {}", list(holds)),
        ];
        lines.extend(self.logging.map(|_| log_group(&Self::log_group(name), 14, self.delete)));
        lines
    }

    pub fn log_group(name: Name) -> String {
        format!("/aws/vendedlogs/states/{PREFIX}{name}")
    }
}

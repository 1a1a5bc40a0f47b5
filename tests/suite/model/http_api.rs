//! HTTP APIs: what is written about them, and what must be there then.

use std::collections::{BTreeMap, BTreeSet};

use super::app::{App, Name, PREFIX};
use super::compute::log_group;
use super::data::on_delete;
use super::random::Random;

/// `[http_api.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct HttpApi {
    pub stage: &'static str,
    pub description: usize,
    /// What each route calls, and who may call it.
    pub routes: BTreeMap<&'static str, (Target, &'static str)>,
    pub tokens: bool,
    /// A function that judges.
    pub judge: Option<Name>,
    pub cors: bool,
    pub throttle: Option<i32>,
    /// Access logs, and whether they may go.
    pub logs: Option<bool>,
}

/// The field and the name of what a route calls.
type Target = (&'static str, Name);

const ROUTES: [&str; 5] = ["GET /", "POST /items", "GET /items/{id}", "ANY /files/{path+}", "$default"];

impl HttpApi {
    pub fn random(random: &mut Random, app: &App) -> Self {
        let of = |field: &'static str, names: Vec<Name>| names.into_iter().map(move |name| (field, name));
        let functions: Vec<Name> = app.function.keys().copied().collect();
        let targets: Vec<Target> = of("function", functions.clone())
            .chain(of("send", app.queue.keys().copied().collect()))
            .chain(of("start", app.workflow.keys().copied().collect()))
            .collect();
        let (tokens, judge) = (random.chance(50), random.maybe(&functions));
        let count = if targets.is_empty() { 0 } else { 1 + random.below(4) };
        let route = |random: &mut Random| {
            (random.pick(&ROUTES), (random.pick(&targets), random.pick(&["none", "none", "iam", "users", "own"])))
        };
        Self {
            stage: random.pick(&["$default", "$default", "live"]),
            description: random.below(3),
            routes: (0..count).map(|_| route(random)).collect(),
            tokens,
            judge,
            cors: random.chance(35),
            throttle: random.maybe(&[5, 50]),
            logs: random.maybe(&[true, false]),
        }
    }

    /// Takes out what refers to nothing.
    pub fn mend(&mut self, is_known: impl Fn(&str, Name) -> bool) {
        self.judge = self.judge.filter(|name| is_known("function", name));
        self.routes.retain(|_, ((field, name), _)| is_known(field, name));
        for (_, auth) in self.routes.values_mut() {
            let is_there = match *auth {
                "users" => self.tokens,
                "own" => self.judge.is_some(),
                _ => true,
            };
            *auth = if is_there { *auth } else { "none" };
        }
    }

    pub fn write(&self, name: Name) -> String {
        let route = |(key, ((field, target), auth)): (&&str, &(Target, &str))| {
            format!("{{ route = \"{key}\", {field} = \"{target}\", auth = \"{auth}\" }}")
        };
        let routes: Vec<String> = self.routes.iter().map(route).collect();
        let mut text = format!("[http_api.{name}]\nstage = \"{}\"\n", self.stage);
        text += &format!("description = \"API {}\"\nroutes = [{}]\n", self.description, routes.join(", "));
        text += on_delete(self.logs == Some(true));
        if self.cors {
            text += "cors = { origins = [\"https://example.com\"], credentials = true }\n";
        }
        if let Some(rate) = self.throttle {
            text += &format!("throttle = {{ rate = {rate}, burst = {rate} }}\n");
        }
        text += self.logs.map_or("", |_| "access_logs = {}\n");
        if self.tokens {
            let authorizer = "issuer = \"https://issuer.example.com\"\naudience = [\"model\"]\n";
            text += &format!("[http_api.{name}.authorizer.users]\n{authorizer}");
        }
        let judge = |judge| format!("[http_api.{name}.authorizer.own]\nfunction = \"{judge}\"\nttl = 60\n");
        text + &self.judge.map(judge).unwrap_or_default()
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let api = format!("http api {PREFIX}{name}");
        let throttle = self.throttle.map_or("-".to_owned(), |rate| format!("{rate}/{rate}"));
        let mut lines = vec![
            format!("{api} API {} cors={} deployments=1", self.description, self.cors),
            format!("{api} stage {} throttle={throttle} logs={}", self.stage, self.logs.is_some()),
        ];
        for (key, ((_, target), auth)) in &self.routes {
            let auth = match *auth {
                "none" => "NONE -".to_owned(),
                "iam" => "AWS_IAM -".to_owned(),
                "users" => "JWT users".to_owned(),
                own => format!("CUSTOM {own}"),
            };
            lines.push(format!("{api} {key} calls {PREFIX}{target} {auth}"));
        }
        lines.extend(self.tokens.then(|| format!("{api} authorizer users https://issuer.example.com for model")));
        lines.extend(self.judge.map(|judge| format!("{api} authorizer own {PREFIX}{judge} for 60 s")));
        let lets_in = |function, by| format!("function {PREFIX}{function} lets in API {PREFIX}{name} by {by}");
        let functions: BTreeSet<Name> = self.named("function").collect();
        lines.extend(functions.into_iter().map(|function| lets_in(function, "/*/*")));
        lines.extend(self.judge.map(|judge| lets_in(judge, "/authorizers/*")));
        let asks = self.named("send").chain(self.named("start")).next().is_some();
        lines.extend(asks.then(|| format!("role {PREFIX}{name}-http has [] holds [http-api]")));
        lines.extend(self.logs.map(|delete| log_group(&Self::log_group(name), 14, delete)));
        lines
    }

    fn named(&self, field: &str) -> impl Iterator<Item = Name> {
        self.routes.values().filter(move |((of, _), _)| *of == field).map(|((_, name), _)| *name)
    }

    pub fn log_group(name: Name) -> String {
        format!("/aws/vendedlogs/apigateway/{PREFIX}{name}")
    }
}

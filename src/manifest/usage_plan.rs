//! `[usage_plan.<name>]`: a usage plan of REST APIs, and the API keys in it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::apigateway_keys::{self, ApiKey, ApiStage, Method};
use crate::aws::{Kind, Tags};
use crate::manifest::api::{Api, Limits, Route};
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name};
use crate::text::{OutputRef, Text};

mod check;
#[cfg(test)]
mod tests;

pub use check::advise_of_apis;

/// A usage plan: which REST APIs its keys give access to, and how often. Callers send their key in the header
/// `x-api-key` to routes with `api_key = true`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsagePlan {
    /// The plan's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// The `[api.<name>]` sections that its keys give access to: a name, or `{ api = "...", throttle = {...}, routes =
    /// {...} }`.
    pub apis: Vec<PlanApi>,
    /// How often each of its keys may call in a day, a week or a month. Default: no limit.
    pub quota: Option<Quota>,
    /// How often each of its keys may call. Default: only the API's own limits apply.
    pub throttle: Option<Limits>,
    /// The names of its keys. AWS generates their values, which appear nowhere in the manifest or the plan.
    #[serde(default)]
    pub keys: Vec<Name>,
    /// Further settings of its keys; a key with a section here need not be in `keys`.
    #[serde(default)]
    pub key: BTreeMap<Name, Key>,
    /// Tags of the plan and its keys, in addition to the app's.
    #[serde(default)]
    pub tags: Tags,
    /// What happens to a key when it is no longer in the manifest. A key that is kept gives access to nothing any more,
    /// and can be adopted again with its value. The plan itself holds no data and is deleted.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing plan and existing keys of these names that do not belong to this app yet.
    #[serde(default)]
    pub adopt: bool,
}

/// An API of a usage plan.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected the name of an API, or { api, throttle, routes }")]
pub enum PlanApi {
    /// Its name.
    Named(Name),
    /// Its name, and limits on single routes.
    Limited(LimitedApi),
}

/// An API of a usage plan, with limits on individual routes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitedApi {
    /// The name of an `[api.<name>]` section.
    pub api: Name,
    /// How often each key may call each of its routes with `api_key = true`, counted for each route.
    pub throttle: Option<Limits>,
    /// How often each key may call individual routes, such as `"GET /items"`.
    #[serde(default)]
    pub routes: BTreeMap<String, Limits>,
}

/// How often a key may call in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Requests in the period.
    pub limit: i32,
    /// The period.
    pub period: Period,
    /// The day on which the period begins: of a week, from 0 (Sunday) to 6; of a month, from 0 (the first) to 27.
    #[serde(default)]
    pub offset: i32,
}

/// The time of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
}

/// An API key.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "ApiKey")]
pub struct Key {
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// False: requests with this key are refused.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// An error: AWS generates the value of a key, and a value does not belong in a manifest.
    pub value: Option<String>,
    /// Tags in addition to the plan's.
    #[serde(default)]
    pub tags: Tags,
    /// What happens to it when it is no longer in the manifest. Default: the plan's `on_delete`.
    pub on_delete: Option<OnDelete>,
}

fn yes() -> bool {
    true
}

impl Default for Key {
    fn default() -> Self {
        Self { description: String::new(), enabled: true, value: None, tags: Tags::new(), on_delete: None }
    }
}

impl Period {
    fn as_str(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
        }
    }
}

impl PlanApi {
    /// The API's name.
    pub fn name(&self) -> &Name {
        match self {
            Self::Named(name) | Self::Limited(LimitedApi { api: name, .. }) => name,
        }
    }
}

impl Section for UsagePlan {
    const SECTION: &'static str = "usage_plan";
    const ATTRIBUTES: &'static [&'static str] = &["name", "id"];

    fn address(name: &Name) -> Address {
        names::usage_plan::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "id" => OutputRef::new(&Self::address(name), "id").into(),
            _ => names::usage_plan::physical(here.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        check::check(self, name, here);
        let keys = self.lower_keys(name, here);
        let id = here.id(Kind::UsagePlan, name, names::usage_plan::physical(here.owner, name));
        let at = here.at("apis");
        let apis: Vec<Stage> = at.each(&self.apis).filter_map(|(here, api)| Stage::of(api, &here)).collect();
        let state = apigateway_keys::UsagePlan {
            description: self.description.clone(),
            method_throttle: apis.iter().flat_map(|api| api.limits.clone()).collect(),
            api_stages: apis.into_iter().map(|api| api.stage).collect(),
            throttle: self.throttle.map(limits),
            quota: self.quota.map(|quota| apigateway_keys::Quota {
                limit: quota.limit,
                offset: quota.offset,
                period: quota.period.as_str().into(),
            }),
            keys,
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, state, self.adopt);
    }
}

impl UsagePlan {
    /// True if it names this API.
    pub fn opens(&self, api: &Name) -> bool {
        self.apis.iter().any(|named| named.name() == api)
    }

    /// The names of its keys.
    pub fn key_names(&self) -> BTreeSet<&Name> {
        self.keys.iter().chain(self.key.keys()).collect()
    }

    /// Adds the keys, which come before the plan, and gives their ids.
    fn lower_keys(&self, plan: &Name, here: &Cursor) -> BTreeSet<Text> {
        let (mut ids, plain) = (BTreeSet::new(), Key::default());
        for name in self.key_names() {
            // It is another plan's, and that has been said.
            if check::other_plan(plan, name, here).is_some() {
                continue;
            }
            let (key, here) = match self.key.get(name) {
                Some(key) => (key, here.at("key").at(name)),
                None => (&plain, here.at("keys")),
            };
            let id = here.id(Kind::ApiKey, name, names::api_key::physical(here.owner, name));
            here.need(id.address.clone());
            ids.insert(OutputRef::new(&id.address, "id").into());
            let mut tags = self.tags.clone();
            tags.extend(key.tags.clone());
            let tags = here.tags(&id.address, &tags, key.on_delete.unwrap_or(self.on_delete));
            let state = ApiKey { description: key.description.clone(), enabled: key.enabled, tags };
            here.apart().add(id, state, self.adopt);
        }
        ids
    }
}

/// A stage of a plan, and the limits on its methods.
struct Stage {
    stage: ApiStage,
    limits: BTreeMap<Method, apigateway_keys::Limits>,
}

impl Stage {
    /// The API comes before the plan, with its stage.
    fn of(named: &PlanApi, here: &Cursor) -> Option<Self> {
        let name = named.name();
        let api = here.manifest.api.get(name)?;
        let address = names::api::address(name);
        let stage = ApiStage { api_id: OutputRef::new(&address, "id").into(), stage: api.stage.clone() };
        here.need(address);
        let limits = match named {
            PlanApi::Named(_) => BTreeMap::new(),
            PlanApi::Limited(limited) => limited.limits(api, &stage),
        };
        Some(Self { stage, limits })
    }
}

impl LimitedApi {
    fn limits(&self, api: &Api, stage: &ApiStage) -> BTreeMap<Method, apigateway_keys::Limits> {
        let method = |route: &Route| Method { of: stage.clone(), path: method_path(route) };
        let all = api.routes.iter().filter(|route| route.api_key);
        let all = all.filter_map(|route| Some((method(route), limits(self.throttle?))));
        let single =
            api.routes.iter().filter_map(|route| Some((method(route), limits(*self.routes.get(&route_key(route))?))));
        all.chain(single).collect()
    }
}

/// `GET /items`
fn route_key(route: &Route) -> String {
    format!("{} {}", route.method.as_str(), route.path)
}

/// `/items/GET`, as AWS writes it in a usage plan.
fn method_path(route: &Route) -> String {
    format!("{}/{}", route.path, route.method.as_str())
}

fn limits(limits: Limits) -> apigateway_keys::Limits {
    apigateway_keys::Limits { rate_limit: limits.rate, burst_limit: limits.burst }
}

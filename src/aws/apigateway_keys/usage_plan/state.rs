//! What a usage plan is.

use super::*;

/// A usage plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UsagePlan {
    /// What it is for.
    pub description: String,
    /// The stages that its keys open.
    pub api_stages: BTreeSet<ApiStage>,
    /// Limits on individual methods, each for one key. AWS accepts them only together with `throttle`.
    #[serde(serialize_with = "by_method")]
    pub method_throttle: BTreeMap<Method, Limits>,
    /// How often one key may call; `None`: as often as the stage lets anybody.
    pub throttle: Option<Limits>,
    /// How often one key may call in a day, a week or a month; `None`: no limit.
    pub quota: Option<Quota>,
    /// The ids of its keys.
    pub keys: BTreeSet<Text>,
    pub tags: Tags,
}

/// A stage of an API.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiStage {
    /// The id that AWS made up for the API.
    pub api_id: Text,
    /// The stage's name.
    pub stage: String,
}

/// A method of a stage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Method {
    /// The stage.
    pub of: ApiStage,
    /// Path and HTTP method as AWS writes them here: `/items/{id}/GET`.
    pub path: String,
}

/// Limits on requests.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Requests a second.
    pub rate_limit: f64,
    /// Requests at once.
    pub burst_limit: i32,
}

/// A limit on the requests of some time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Quota {
    /// Requests in the period.
    pub limit: i32,
    /// The day on which it begins: of a week from 0, a Sunday; of a month from 0, the first.
    pub offset: i32,
    /// `DAY`, `WEEK` or `MONTH`.
    pub period: String,
}

impl ApiStage {
    /// `<API id>:<stage>`, as patches name it.
    pub fn text(&self) -> Text {
        self.api_id.clone().then(format!(":{}", self.stage))
    }

    /// The stage that such a text names.
    pub(super) fn read(text: &Text) -> Option<Self> {
        let shown = text.to_string();
        let (api, stage) = shown.rsplit_once(':')?;
        let api_id = text.references().next().map_or_else(|| api.into(), |reference| Text::output(reference.clone()));
        Some(Self { api_id, stage: stage.to_owned() })
    }
}

impl Serialize for ApiStage {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        self.text().serialize(output)
    }
}

/// By `<path>/<method> <API>:<stage>`: what AWS makes up is no part of a name, so an API of ours is its address.
fn by_method<S: Serializer>(limits: &BTreeMap<Method, Limits>, output: S) -> Result<S::Ok, S::Error> {
    output.collect_map(limits.iter().map(|(Method { of, path }, limits)| {
        let id = &of.api_id;
        let api = id.references().next().map_or_else(|| id.to_string(), |reference| reference.address.to_string());
        (format!("{path} {api}:{}", of.stage), limits)
    }))
}

impl UsagePlan {
    /// Visits every id that AWS has made up.
    pub(super) fn visit(&mut self, visit: &mut dyn FnMut(&mut Text)) {
        self.api_stages = std::mem::take(&mut self.api_stages)
            .into_iter()
            .map(|mut stage| {
                visit(&mut stage.api_id);
                stage
            })
            .collect();
        self.method_throttle = std::mem::take(&mut self.method_throttle)
            .into_iter()
            .map(|(mut method, limits)| {
                visit(&mut method.of.api_id);
                (method, limits)
            })
            .collect();
        self.keys = std::mem::take(&mut self.keys)
            .into_iter()
            .map(|mut key| {
                visit(&mut key);
                key
            })
            .collect();
    }

    /// The limits on methods of one stage, by path.
    pub(super) fn limits_of(&self, stage: &ApiStage) -> BTreeMap<String, Limits> {
        let of = self.method_throttle.iter().filter(|(method, _)| method.of == *stage);
        of.map(|(method, limits)| (method.path.clone(), *limits)).collect()
    }
}

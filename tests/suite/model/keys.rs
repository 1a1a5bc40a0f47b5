//! Usage plans and API keys: what is written about them, and what must be there then.

use super::app::{App, Name, PREFIX, list};
use super::data::on_delete;
use super::random::Random;

/// The names that keys can have, whichever plan they are in.
pub const KEYS: [Name; 3] = ["kim", "lou", "max"];

/// `[usage_plan.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct UsagePlan {
    pub apis: Vec<Name>,
    pub throttle: Option<i32>,
    pub quota: Option<(i32, &'static str)>,
    pub keys: Vec<(Name, bool)>,
    pub delete: bool,
}

impl UsagePlan {
    pub fn random(random: &mut Random, app: &App) -> Self {
        let apis: Vec<Name> = app.api.keys().copied().collect();
        let one = random.maybe(&apis).into_iter().chain(random.some(&apis)).collect::<std::collections::BTreeSet<_>>();
        Self {
            apis: one.into_iter().collect(),
            throttle: random.maybe(&[5, 50]),
            quota: random.maybe(&[(100, "day"), (1000, "month")]),
            keys: random.some(&KEYS).into_iter().map(|key| (key, random.chance(75))).collect(),
            delete: random.chance(50),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let apis: Vec<String> = self.apis.iter().map(|api| format!("\"{api}\"")).collect();
        let mut text = format!("[usage_plan.{name}]\napis = [{}]\n{}", apis.join(", "), on_delete(self.delete));
        if let Some(rate) = self.throttle {
            text += &format!("throttle = {{ rate = {rate}, burst = {rate} }}\n");
        }
        if let Some((limit, period)) = self.quota {
            text += &format!("quota = {{ limit = {limit}, period = \"{period}\" }}\n");
        }
        for (key, enabled) in &self.keys {
            text += &format!("key.{key} = {{ enabled = {enabled} }}\n");
        }
        text
    }

    pub fn lines(&self, name: Name, app: &App) -> Vec<String> {
        let apis: Vec<String> = self.apis.iter().map(|api| format!("{PREFIX}{api}:{}", app.api[api].stage)).collect();
        let keys: Vec<String> = self.keys.iter().map(|(key, _)| format!("{PREFIX}{key}")).collect();
        let throttle = self.throttle.map_or("-".to_owned(), |rate| format!("{rate}/{rate}"));
        let quota = self.quota.map_or("-".to_owned(), |(limit, period)| format!("{limit}/{}", period.to_uppercase()));
        let (apis, keys_) = (list(&apis), list(&keys));
        let mut lines =
            vec![format!("usage plan {PREFIX}{name} opens {apis} throttle={throttle} quota={quota} keys={keys_}")];
        let key = |(key, enabled): &(Name, bool)| format!("key {PREFIX}{key} enabled={enabled} delete={}", self.delete);
        lines.extend(self.keys.iter().map(key));
        lines
    }
}

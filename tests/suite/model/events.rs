//! Buses and rules: what is written about them, and what must be there then.

use super::app::{App, Name, PREFIX};
use super::random::Random;

/// `[bus.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Bus {
    pub description: Option<usize>,
    pub open: bool,
    pub archive: Option<(i32, bool)>,
}

const PATTERN: &str = "{ source = [\"shop\"] }";

impl Bus {
    pub fn random(random: &mut Random) -> Self {
        let archive = random.maybe(&[0, 1, 30]).map(|days| (days, random.chance(50)));
        Self { description: random.maybe(&[1, 2]), open: random.chance(35), archive }
    }

    pub fn write(&self, name: Name) -> String {
        let mut text = format!("[bus.{name}]\n");
        if let Some(number) = self.description {
            text += &format!("description = \"Bus {number}\"\n");
        }
        if self.open {
            text += "accounts = [\"210987654321\"]\n";
        }
        if let Some((days, chosen)) = self.archive {
            let pattern = if chosen { format!(", pattern = {PATTERN}") } else { String::new() };
            text += &format!("archive = {{ days = {days}{pattern} }}\n");
        }
        text
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let description = self.description.map_or("-".to_owned(), |number| format!("Bus {number}"));
        let mut lines = vec![format!("bus {PREFIX}{name} description={description} open={}", self.open)];
        let archive = |(days, chosen): (i32, bool)| format!("archive {PREFIX}{name} days={days} chosen={chosen}");
        lines.extend(self.archive.map(archive));
        lines
    }
}

/// `[rule.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub bus: Option<Name>,
    pub source: &'static str,
    pub enabled: bool,
    pub function: Option<Name>,
    pub topic: Option<Name>,
    pub workflow: Option<Name>,
    pub detail: bool,
    pub retries: Option<i32>,
}

impl Rule {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self {
            bus: random.maybe(&app.bus.keys().copied().collect::<Vec<_>>()),
            source: random.pick(&["shop", "bank"]),
            enabled: random.chance(75),
            function: random.maybe(&app.function.keys().copied().collect::<Vec<_>>()),
            topic: random.maybe(&app.topic.keys().copied().collect::<Vec<_>>()),
            workflow: random.maybe(&app.workflow.keys().copied().collect::<Vec<_>>()),
            detail: random.chance(50),
            retries: random.maybe(&[0, 7]),
        }
    }

    /// What AWS and the manifest call its targets.
    fn targets(&self) -> Vec<(&'static str, Name)> {
        let all = [("function", self.function), ("topic", self.topic), ("workflow", self.workflow)];
        all.into_iter().filter_map(|(section, name)| Some((section, name?))).collect()
    }

    pub fn has_targets(&self) -> bool {
        !self.targets().is_empty()
    }

    pub fn write(&self, name: Name) -> String {
        let more = if self.detail { ", input_path = \"$.detail\"" } else { "" };
        let more = format!("{more}{}", self.retries.map(|n| format!(", retries = {n}")).unwrap_or_default());
        let targets = self.targets();
        let targets = targets.iter().map(|(section, name)| format!("{{ {section} = \"{name}\"{more} }}"));
        let targets: Vec<String> = targets.collect();
        let bus = self.bus.map(|bus| format!("bus = \"{bus}\"\n")).unwrap_or_default();
        format!(
            "[rule.{name}]\n{bus}enabled = {}\npattern = {{ source = [\"{}\"] }}\ntargets = [{}]\n",
            self.enabled,
            self.source,
            targets.join(", ")
        )
    }

    /// How AWS calls it beside its bus.
    pub fn path(&self, name: Name) -> String {
        match self.bus {
            Some(bus) => format!("{PREFIX}{bus}/{PREFIX}{name}"),
            None => format!("{PREFIX}{name}"),
        }
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let path = self.path(name);
        let state = if self.enabled { "ENABLED" } else { "DISABLED" };
        let mut lines = vec![format!("rule {path} {{\"source\":[\"{}\"]}} {state}", self.source)];
        for (section, target) in self.targets() {
            let of = if self.detail { "$.detail" } else { "-" };
            let role = if section == "workflow" { format!("{PREFIX}{name}-rule") } else { "-".into() };
            let retries = self.retries.map_or("-".to_owned(), |retries| retries.to_string());
            lines.push(format!(
                "rule {path} sends {of} to {section}-{target} {PREFIX}{target} {role} retries={retries}"
            ));
        }
        lines.extend(self.function.map(|function| format!("function {PREFIX}{function} lets in rule {path}")));
        lines.extend(self.workflow.map(|_| format!("role {PREFIX}{name}-rule has [] holds [rule]")));
        lines
    }
}

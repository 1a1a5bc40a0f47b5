//! Alarms, firewalls and AWS Config: what is written about them, and what must be there then.

use std::collections::BTreeMap;

use super::app::{App, NAMES, Name, PREFIX, World, list};
use super::compute::log_group;
use super::data::on_delete;
use super::random::Random;

/// `[alarm.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    pub threshold: i32,
    pub comparison: (&'static str, &'static str),
    pub statistic: &'static str,
    pub period: i32,
    pub notify: Vec<Name>,
    pub function: Option<Name>,
}

impl Alarm {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self {
            threshold: random.pick(&[1, 10, 100]),
            comparison: random.pick(&[(">", "GreaterThanThreshold"), ("<=", "LessThanOrEqualToThreshold")]),
            statistic: random.pick(&["Sum", "Maximum", "p99"]),
            period: random.pick(&[60, 300]),
            notify: random.some(&app.topic.keys().copied().collect::<Vec<_>>()),
            function: random.maybe(&app.function.keys().copied().collect::<Vec<_>>()),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let function = self.function.map(|name| format!(", function = \"{name}\"")).unwrap_or_default();
        let notify: Vec<String> = self.notify.iter().map(|name| format!("\"{name}\"")).collect();
        format!(
            "[alarm.{name}]\nmetric = {{ namespace = \"AWS/Lambda\", name = \"Errors\"{function} }}\n\
             statistic = \"{}\"\nperiod = {}\nthreshold = {}\ncomparison = \"{}\"\nnotify = [{}]\n",
            self.statistic,
            self.period,
            self.threshold,
            self.comparison.0,
            notify.join(", ")
        )
    }

    pub fn lines(&self, name: Name, world: &World) -> Vec<String> {
        let of: Vec<String> = self.function.iter().map(|name| format!("FunctionName={PREFIX}{name}")).collect();
        let notifies: Vec<String> = self.notify.iter().map(|topic| world.topic_arn(topic)).collect();
        vec![format!(
            "alarm {PREFIX}{name} {} of {} over {} {} {} notifies {}",
            self.statistic,
            list(&of),
            self.period,
            self.comparison.1,
            self.threshold,
            list(&notifies)
        )]
    }
}

/// The user pool that a firewall of this name may stand in front of.
pub fn pool(name: Name, account: &str) -> String {
    format!("arn:aws:cognito-idp:us-west-2:{account}:userpool/pool-{name}")
}

/// `[firewall.<name>]`
#[derive(Debug, Clone, PartialEq)]
pub struct Firewall {
    pub protects: Vec<Name>,
    pub limit: Option<i64>,
    pub managed: bool,
    pub blocked: Vec<&'static str>,
    pub closed: bool,
    /// The country that a rule of one's own stops.
    pub country: Option<&'static str>,
    pub by_header: bool,
    /// Whether a log's group may go with it.
    pub logs: Option<bool>,
    pub pool: bool,
}

impl Firewall {
    pub fn random(random: &mut Random, app: &App) -> Self {
        Self {
            protects: random.some(&app.api.keys().copied().collect::<Vec<_>>()),
            limit: random.maybe(&[100, 2000]),
            managed: random.chance(50),
            blocked: random.some(&["192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"]),
            closed: random.chance(25),
            country: random.maybe(&["AQ", "BV"]),
            by_header: random.chance(30),
            logs: random.maybe(&[true, false]),
            pool: random.chance(30),
        }
    }

    pub fn write(&self, name: Name) -> String {
        let quoted = |texts: &[&str]| texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(", ");
        let mut text = format!("[firewall.{name}]\nprotects = [{}]\n", quoted(&self.protects));
        text += &format!("block_ips = [{}]\n", quoted(&self.blocked));
        text += if self.closed { "default = \"block\"\n" } else { "" };
        text += if self.managed { "managed_rules = [\"AWSManagedRulesCommonRuleSet\"]\n" } else { "" };
        text += &self.limit.map(|limit| format!("rate_limit = {limit}\n")).unwrap_or_default();
        if self.limit.is_some() && self.by_header {
            text += "rate_keys = [\"ip\", { header = \"x-api-key\" }]\n";
        }
        if let Some(country) = self.country {
            let statement = format!("{{ GeoMatchStatement = {{ CountryCodes = [\"{country}\"] }} }}");
            text += &format!(
                "rules = [{{ Name = \"far\", Priority = 90, Action = {{ Block = {{}} }}, Statement = {statement} }}]\n"
            );
        }
        if self.pool {
            text += &format!("resource_arns = [\"{}\"]\n", pool(name, "${account}"));
        }
        text + &self.logs.map(|delete| format!("[firewall.{name}.logging]\n{}", on_delete(delete))).unwrap_or_default()
    }

    pub fn log_group(name: Name) -> String {
        format!("aws-waf-logs-firewall/{PREFIX}{name}")
    }

    pub fn lines(&self, name: Name) -> Vec<String> {
        let (new, old): (Vec<&str>, Vec<&str>) = self.blocked.iter().copied().partition(|range| range.contains("::"));
        let (mut rules, mut lines) = (Vec::new(), Vec::new());
        for (version, ranges) in [("v4", old), ("v6", new)] {
            if !ranges.is_empty() {
                rules.push(format!("block-{version}"));
                lines.push(format!("IP set {PREFIX}{name}-block-{version} {}", list(&ranges)));
            }
        }
        rules.extend(self.managed.then(|| "AWSManagedRulesCommonRuleSet".to_owned()));
        let key = if self.by_header { "CUSTOM_KEYS" } else { "IP" };
        rules.extend(self.limit.map(|limit| format!("rate-limit={limit} by {key}")));
        rules.extend(self.country.map(|country| format!("far={country}")));
        lines.extend(self.logs.map(|delete| log_group(&Self::log_group(name), 14, delete)));
        lines.extend(self.logs.map(|_| format!("log of {PREFIX}{name} to {}", Self::log_group(name))));
        lines.extend(self.pool.then(|| format!("pool-{name} behind {PREFIX}{name}")));
        let default = if self.closed { "Block" } else { "Allow" };
        lines.push(format!("web ACL {PREFIX}{name} {default} {}", list(&rules)));
        lines
    }
}

/// `[compliance]`
#[derive(Debug, Clone, PartialEq)]
pub struct Compliance {
    pub rules: BTreeMap<Name, (&'static str, usize)>,
    pub delete: bool,
}

impl Compliance {
    pub fn random(random: &mut Random) -> Self {
        let managed = ["S3_BUCKET_VERSIONING_ENABLED", "LAMBDA_INSIDE_VPC", "IAM_ROLE_MANAGED_POLICY_CHECK"];
        let names = random.some(&NAMES);
        let rule = |name| (name, (random.pick(&managed), random.below(3)));
        let rules = names.into_iter().map(rule).collect();
        Self { rules, delete: random.chance(50) }
    }

    pub fn write(&self) -> String {
        let mut text = format!("[compliance]\nrecorder = \"managed\"\n{}", on_delete(self.delete));
        for (name, (managed, number)) in &self.rules {
            text +=
                &format!("[compliance.rule.{name}]\nmanaged_rule = \"{managed}\"\ndescription = \"Rule {number}\"\n");
            if managed.starts_with("IAM") {
                text += "parameters = { managedPolicyArns = \"arn:aws:iam::aws:policy/ReadOnlyAccess\" }\n";
            }
        }
        text
    }

    pub fn lines(&self, world: &World) -> Vec<String> {
        let bucket = world.bucket("compliance-records");
        let mut lines = vec![
            format!(
                "bucket {bucket} versioned=false BucketOwnerEnforced rules=[] cors=[] tls=false notifies=[] bridge=false \
                 files=[] delete={}",
                self.delete
            ),
            format!("role {PREFIX}compliance-recorder has [AWS_ConfigRole] holds [deliver]"),
            format!("recorder {PREFIX}recorder recording=true"),
            format!("channel {PREFIX}channel to {bucket}"),
        ];
        let rule =
            |(name, (managed, number)): (&Name, &(&str, usize))| format!("rule {PREFIX}{name} {managed} Rule {number}");
        lines.extend(self.rules.iter().map(rule));
        lines
    }
}

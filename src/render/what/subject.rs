//! Which section a resource belongs to, in the manifest's words.

use super::super::words::Sentence;
use crate::aws::lambda::layer_of;
use crate::kind::Kind;
use crate::name::Address;
use crate::plan::Change;

/// The section of the manifest that a resource stems from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Such as `function`.
    pub section: &'static str,
    /// Its name; none in the section `compliance`.
    pub name: Option<String>,
    /// What the resource is to the section, such as `role`; empty for its main one.
    pub part: &'static str,
}

impl Section {
    fn new(section: &'static str, name: &str, part: &'static str) -> Self {
        Self { section, name: Some(name.to_owned()), part }
    }

    fn compliance(part: &'static str) -> Self {
        Self { section: "compliance", name: None, part }
    }

    /// Where it stands in the manifest, such as `function.orders`.
    pub fn path(&self) -> String {
        match &self.name {
            Some(name) => format!("{}.{name}", self.section),
            None => self.section.to_owned(),
        }
    }
}

/// The section that a resource stems from. Roles and policies with a section of their own are taken for a function's
/// where their names end as those do.
pub fn section(address: &Address) -> Option<Section> {
    let name = address.name.as_str();
    let of = |section, suffix: &str, part| name.strip_suffix(suffix).map(|name| Section::new(section, name, part));
    let main = |section| Some(Section::new(section, name, ""));
    match address.kind {
        Kind::ApiAccount | Kind::ApiKey | Kind::Certificate | Kind::DomainName | Kind::Record => None,
        Kind::RestApi => main("api"),
        Kind::HttpApi => main("http_api"),
        Kind::UsagePlan => main("usage_plan"),
        Kind::Alarm => main("alarm"),
        Kind::DeliveryChannel => Some(Section::compliance("delivery channel")),
        Kind::Recorder => Some(Section::compliance("recorder")),
        Kind::Rule => Some(Section::new("compliance.rule", name, "")),
        Kind::Table => main("table"),
        Kind::EventArchive => Some(Section::new("bus", name, "archive")),
        Kind::EventBus => main("bus"),
        Kind::EventRule => main("rule"),
        Kind::OidcProvider | Kind::EventSourceMapping => None,
        Kind::Policy => of("function", "-function", "policy").or_else(|| Some(Section::new("role", name, "policy"))),
        Kind::Role if name == "compliance-recorder" => Some(Section::compliance("recorder's role")),
        Kind::Role => of("function", "-function", "role")
            .or_else(|| of("workflow", "-workflow", "role"))
            .or_else(|| of("rule", "-rule", "role"))
            .or_else(|| of("schedule", "-schedule", "role"))
            .or_else(|| of("http_api", "-http", "role"))
            .or_else(|| of("api", "-api", "role"))
            .or_else(|| main("role")),
        Kind::Function => main("function"),
        Kind::LayerVersion => Some(Section::new("layer", layer_of(name), "version")),
        Kind::Permission => Some(Section::new("function", name, "permission to invoke")),
        Kind::LogGroup => of("function", "-function", "logs")
            .or_else(|| of("workflow", "-workflow", "logs"))
            .or_else(|| of("firewall", "-firewall", "logs"))
            .or_else(|| of("api", "-api", "access logs"))
            .or_else(|| of("http_api", "-http", "access logs"))
            .or_else(|| main("log_group")),
        Kind::Bucket if name == "compliance-records" => Some(Section::compliance("records' bucket")),
        Kind::Bucket => main("bucket"),
        Kind::Files => Some(Section::new("bucket", name, "files")),
        Kind::Topic => main("topic"),
        Kind::Queue => main("queue"),
        Kind::Schedule => main("schedule"),
        Kind::ScheduleGroup => None,
        Kind::StateMachine => main("workflow"),
        Kind::Association => None,
        Kind::IpSet => [
            ("-allow-v4", "allow_ips (IPv4)"),
            ("-allow-v6", "allow_ips (IPv6)"),
            ("-block-v4", "block_ips (IPv4)"),
            ("-block-v6", "block_ips (IPv6)"),
        ]
        .into_iter()
        .find_map(|(suffix, part)| of("firewall", suffix, part)),
        Kind::WebAcl => main("firewall"),
    }
}

/// What a change is about: ``function `orders` ``, ``role of function `orders` ``.
pub fn subject(change: &Change) -> Sentence {
    of(&change.address, &change.name)
}

/// As [`subject`], by address and physical name. What no section has is called by its address.
pub fn of(address: &Address, physical: &str) -> Sentence {
    let sentence = Sentence::default();
    match (address.kind, section(address)) {
        (Kind::ScheduleGroup, _) => sentence.words("schedule group ").value(physical),
        (Kind::ApiAccount, _) => sentence.words("API Gateway account setting ").value(&address.name),
        (Kind::ApiKey, _) => sentence.words("API key ").value(&address.name),
        (Kind::Certificate, _) => sentence.words("certificate of ").value(physical),
        (Kind::DomainName, _) => sentence.words("domain name ").value(physical),
        (Kind::Record, _) => sentence.words("alias ").value(physical.rsplit('/').next().unwrap_or(physical)),
        (Kind::OidcProvider, _) => sentence.words("identity provider ").value(&address.name),
        (Kind::EventSourceMapping, _) => sentence.words("event source mapping ").value(&address.name),
        // Roles that an app is deployed with have several policies each.
        (Kind::Policy, _) if physical.contains("--bootstrap-") => sentence.words("policy ").value(&address.name),
        (Kind::LayerVersion, Some(Section { name: Some(layer), .. })) => {
            let version = address.name.as_str().strip_prefix(&format!("{layer}-")).unwrap_or_default();
            sentence.words("version ").value(version).words(" of layer ").value(layer)
        }
        (Kind::Association, _) => sentence.words("firewall association ").value(&address.name),
        (_, Some(Section { section: "compliance.rule", name: Some(name), .. })) => {
            sentence.words("compliance rule ").value(name)
        }
        (_, Some(Section { section, name: Some(name), part: "" })) => sentence.words(format!("{section} ")).value(name),
        (_, Some(Section { section, name: Some(name), part: part @ "permission to invoke" })) => {
            sentence.words(format!("{part} {section} ")).value(name)
        }
        (_, Some(Section { section, name: Some(name), part })) => {
            sentence.words(format!("{part} of {section} ")).value(name)
        }
        (_, Some(Section { section, name: None, part })) => sentence.words(format!("{section} {part}")),
        (_, None) => sentence.value(address),
    }
}

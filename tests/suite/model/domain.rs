//! The domain name of APIs and its alias: what is written about them, and what must be there then.

use std::collections::BTreeMap;

use super::app::{App, Name, PREFIX, list};
use super::random::Random;

/// The hosted zone that there is in each account.
pub const ZONE: &str = "example.org";
const DOMAIN: &str = "api.example.org";

/// `domain = { … }` of some APIs.
#[derive(Debug, Clone, PartialEq)]
pub struct Domain {
    /// One of those that there are by hand; none where one is requested, which needs a zone.
    certificate: Option<usize>,
    ipv6: bool,
    tls: bool,
    alias: bool,
    /// Which part of each API's path may change, by section and name.
    members: BTreeMap<(&'static str, Name), &'static str>,
}

impl Domain {
    pub fn random(random: &mut Random, app: &App) -> Option<Self> {
        let rest = app.api.keys().map(|name| ("api", *name));
        let all: Vec<_> = rest.chain(app.http_api.keys().map(|name| ("http_api", *name))).collect();
        let members = random.some(&all).into_iter().map(|member| (member, random.pick(&["one", "two"]))).collect();
        let alias = random.chance(60);
        (!all.is_empty()).then(|| Self {
            certificate: Some(random.below(4)).filter(|number| !alias || *number < 3),
            ipv6: random.chance(50),
            tls: random.chance(25),
            alias,
            members,
        })
    }

    /// Takes out APIs that are not there, and of those that were there already the ones whose stage has another name now: AWS
    /// deletes none that is mapped.
    pub fn mend(&mut self, app: &App, before: &App) {
        let stage = |app: &App, section: &str, name: Name| match section {
            "api" => app.api.get(name).map(|api| api.stage),
            _ => app.http_api.get(name).map(|api| api.stage),
        };
        self.members.retain(|(section, name), _| {
            let (now, old) = (stage(app, section, name), stage(before, section, name));
            let was_mapped =
                before.domain.as_ref().is_some_and(|domain| domain.members.contains_key(&(*section, *name)));
            now.is_some() && !(was_mapped && old.is_some() && old != now)
        });
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    fn path(section: &str, name: Name, part: &str) -> String {
        let (name, part) = if section == "api" { (name.to_owned(), part) } else { (format!("{name}/v1"), part) };
        format!("{part}-{name}")
    }

    /// The manifest with the line of each API.
    pub fn write(&self, mut text: String) -> String {
        for ((section, name), part) in &self.members {
            let mut line = format!("name = \"{DOMAIN}\", path = \"{}\", ", Self::path(section, name, part));
            line += &format!("ipv6 = {}", self.ipv6);
            if let Some(number) = self.certificate {
                line += &format!(", certificate = \"arn:aws:acm:${{region}}:${{account}}:certificate/{number}\"");
            }
            line += if self.alias { ", zone = \"example.org\"" } else { "" };
            line += if self.tls { ", mutual_tls = { truststore = \"s3://trust/clients.pem\" }" } else { "" };
            let header = format!("[{section}.{name}]\n");
            text = text.replacen(&header, &format!("{header}domain = {{ {line} }}\n"), 1);
        }
        text
    }

    pub fn lines(&self, app: &App) -> Vec<String> {
        let of = |((section, name), part): (&(&str, Name), &&str)| {
            let stage = if *section == "api" { app.api[name].stage } else { app.http_api[name].stage };
            format!("{} {PREFIX}{name}/{stage}", Self::path(section, name, part))
        };
        let mut paths: Vec<String> = self.members.iter().map(of).collect();
        paths.sort();
        let addresses = if self.ipv6 { "dualstack" } else { "ipv4" };
        let certificate = self.certificate.map_or_else(|| "requested".to_owned(), |number| number.to_string());
        let mut lines = vec![format!(
            "domain name {DOMAIN} certificate {certificate} {addresses} tls={} project={} leads to {}",
            self.tls,
            app.project,
            list(&paths)
        )];
        let families = ["A", "AAAA"].into_iter().filter(|family| self.alias && (self.ipv6 || *family == "A"));
        lines.extend(families.map(|family| format!("alias {family} {DOMAIN} leads to it")));
        if self.certificate.is_none() {
            lines.push(format!("certificate of {DOMAIN} is ISSUED project={}", app.project));
            lines.push(format!("alias CNAME of {DOMAIN} validates"));
        }
        lines
    }
}

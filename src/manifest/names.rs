//! The resource of each section: its address, its physical name, and its ARN if that contains no id that AWS generates.
//! Sections refer to each other through this module, so they need not know each other.
//!
//! # Physical names
//!
//! Only this module determines what an address is called in AWS. Without a `name` in the section, that is a function of
//! the app, the stage and the section's name, which no other app and stage can have
//! ([`Owner::prefix`](crate::name::Owner::prefix)); with a `name`, it is that ([`Names`]). Everything else follows from
//! it: references, policies, boundaries, a plan's calls, and where a plan looks.
//!
//! - [`given`]: what sections say, filled in.
//! - [`form`]: what AWS takes as a name, kind by kind.
//! - [`check`]: what is wrong with a name: its form, an owner's pattern that it lies in, a stage that it does not tell, another
//!   resource that has it.
//!
//! A resource with a name of its own cannot be found by a prefix. It is read because the manifest names it, or, once it
//! is no longer in the manifest, because the tagging index or the base branch's manifest names it; then its tags decide
//! ([`observe`](crate::aws::observe)).

use crate::canonical::Sha;
use crate::kind::Kind;
use crate::manifest::Manifest;
use crate::name::{Address, Name, Owner, Site};

pub mod check;
pub mod form;
pub mod given;

pub use given::{Called, Names, OwnName};

macro_rules! address {
    ($kind:ident) => {
        /// The address.
        pub fn address(name: &Name) -> Address {
            Address::new(Kind::$kind, name.clone())
        }
    };
}

macro_rules! named {
    ($kind:ident, at most $limit:literal characters) => {
        address!($kind);

        /// The physical name.
        pub fn physical(names: &Names, name: &Name) -> String {
            names.call(&address(name), || names.physical(name.as_str(), $limit))
        }
    };
    ($kind:ident, at most $limit:literal characters, $service:literal: $resource:literal) => {
        named!($kind, at most $limit characters);

        /// The ARN.
        pub fn arn(site: &Site, names: &Names, name: &Name) -> String {
            site.arn($service, &format!(concat!($resource, "{}"), physical(names, name)))
        }
    };
}

/// `[table.<name>]`
pub mod table {
    use super::*;
    named!(Table, at most 255 characters, "dynamodb": "table/");
}

/// `[topic.<name>]`
pub mod topic {
    use super::*;
    address!(Topic);

    /// The physical name, which says whether it is a FIFO topic.
    pub fn physical(names: &Names, name: &Name, fifo: bool) -> String {
        names.call(&address(name), || match fifo {
            true => format!("{}.fifo", names.physical(name.as_str(), 251)),
            false => names.physical(name.as_str(), 256),
        })
    }

    /// The ARN.
    pub fn arn(site: &Site, names: &Names, name: &Name, fifo: bool) -> String {
        site.arn("sns", &physical(names, name, fifo))
    }
}

/// `[function.<name>]`
pub mod function {
    use super::*;
    named!(Function, at most 64 characters, "lambda": "function:");
}

/// `[layer.<name>]`
pub mod layer {
    use super::*;

    /// What a name in an address has room for beside the digest of a version's content.
    const ROOM: usize = 53;

    /// The layer's physical name, of 64 characters at most.
    pub fn physical(names: &Names, name: &Name) -> String {
        names.physical(name.as_str(), 64.min(names.prefix().len() + ROOM))
    }

    /// The layer's ARN, without a version.
    pub fn arn(site: &Site, names: &Names, name: &Name) -> String {
        site.arn("lambda", &format!("layer:{}", physical(names, name)))
    }
}

/// `[log_group.<name>]`
pub mod log_group {
    use super::*;
    address!(LogGroup);

    /// The physical name, at most 512 characters.
    pub fn physical(names: &Names, name: &Name) -> String {
        let made = || format!("{}{}", crate::aws::logs::OF_SECTIONS, names.physical(name.as_str(), 256));
        names.call(&address(name), made)
    }

    /// The ARN.
    pub fn arn(site: &Site, names: &Names, name: &Name) -> String {
        site.arn("logs", &format!("log-group:{}", physical(names, name)))
    }
}

/// `[alarm.<name>]`
pub mod alarm {
    use super::*;
    named!(Alarm, at most 255 characters, "cloudwatch": "alarm:");
}

/// `[workflow.<name>]`
pub mod workflow {
    use super::*;
    named!(StateMachine, at most 80 characters, "states": "stateMachine:");
}

/// `[schedule.<name>]`
pub mod schedule {
    use super::*;
    named!(Schedule, at most 64 characters);

    /// The ARN of the role with which it calls its target; none if the name is too long for one.
    pub fn role_arn(site: &Site, names: &Names, name: &Name) -> Option<String> {
        own_part(name, "schedule").map(|own| role::arn(site, names, &own))
    }
}

/// `[api.<name>]`
pub mod api {
    use super::*;
    named!(RestApi, at most 128 characters);
}

/// `[http_api.<name>]`
pub mod http_api {
    use super::*;
    named!(HttpApi, at most 128 characters);
}

/// `domain = { name = "..." }` of an API: the domain name, and its records.
pub mod domain {
    use super::*;

    /// The name in addresses, such as `api-example-org`. One that others could have too ends with a digest.
    pub fn name(domain: &str) -> Name {
        let words = |text: &str| {
            let plain = text.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
        };
        let is_plain = domain.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.');
        let digest = || Sha::of(domain.as_bytes()).hex().chars().take(10).collect::<String>();
        let plain = words(domain).parse().ok().filter(|_| is_plain);
        plain.unwrap_or_else(|| {
            let start = format!("domain-{}", words(domain)).chars().take(50).collect::<String>();
            let named = format!("{}-{}", start.trim_end_matches('-'), digest());
            named.parse().expect("words of letters and digits joined by single hyphens are a name")
        })
    }
}

/// `[usage_plan.<name>]`
pub mod usage_plan {
    use super::*;
    named!(UsagePlan, at most 128 characters);
}

/// A key of a usage plan, whichever that is: a key that changes plans stays the same.
pub mod api_key {
    use super::*;
    named!(ApiKey, at most 128 characters);
}

/// `[firewall.<name>]`
pub mod firewall {
    use super::*;
    named!(WebAcl, at most 128 characters);
}

/// `[role.<name>]`, and roles that other sections need. With a path of its own the physical name begins with that:
/// `/service-role/handler`.
pub mod role {
    use super::*;
    use crate::aws::iam;
    named!(Role, at most 64 characters);

    /// What IAM calls it, without its path.
    pub fn role_name(names: &Names, name: &Name) -> String {
        iam::role::name_of(&physical(names, name)).to_owned()
    }

    /// The ARN.
    pub fn arn(site: &Site, names: &Names, name: &Name) -> String {
        iam::role::arn(site, names, &physical(names, name))
    }
}

/// `[compliance.rule.<name>]`
pub mod compliance_rule {
    use super::*;
    named!(Rule, at most 128 characters);
}

/// `[bucket.<name>]`
pub mod bucket {
    use super::*;
    address!(Bucket);

    /// The physical name: account and region make it globally unique.
    pub fn physical(names: &Names, site: &Site, name: &Name) -> String {
        let made = || names.physical(&format!("{name}-{}-{}", site.account, site.region), 63);
        names.call(&address(name), made)
    }

    /// The ARN.
    pub fn arn(site: &Site, names: &Names, name: &Name) -> String {
        format!("arn:{}:s3:::{}", site.partition, physical(names, site, name))
    }
}

/// `files` of a bucket.
pub mod files {
    use super::*;
    address!(Files);

    /// The physical name: where they lie.
    pub fn physical(names: &Names, site: &Site, name: &Name, prefix: &str) -> String {
        format!("{}/{prefix}", bucket::physical(names, site, name))
    }
}

/// `[queue.<name>]`
pub mod queue {
    use super::*;
    address!(Queue);

    /// The physical name, which tells whether it is a FIFO queue.
    pub fn physical(names: &Names, name: &Name, fifo: bool) -> String {
        names.call(&address(name), || match fifo {
            true => format!("{}.fifo", names.physical(name.as_str(), 75)),
            false => names.physical(name.as_str(), 80),
        })
    }
}

/// What Lambda fetches for a function from a queue or a stream.
pub mod mapping {
    use super::*;

    /// The name, such as `worker-queue-jobs`: `section` is what the source is, and `source` its name. One that is too long
    /// ends with a digest, and so does one of a source that is not in the manifest and has this ARN.
    pub fn name(function: &Name, section: &str, source: &str, arn: Option<&str>) -> Name {
        let digest = |text: &str| Sha::of(text.as_bytes()).hex().chars().take(10).collect::<String>();
        let words = |text: &str| {
            let plain = text.to_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-");
            plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
        };
        let more = arn.map(|arn| format!("-{}", digest(arn))).unwrap_or_default();
        let whole = format!("{function}-{section}-{}{more}", words(source));
        whole.parse().unwrap_or_else(|_| {
            let start = whole.chars().take(50).collect::<String>();
            format!("{}-{}", start.trim_end_matches('-'), digest(&whole)).parse().unwrap_or_else(|_| function.clone())
        })
    }
}

/// `[bus.<name>]`
pub mod bus {
    use super::*;
    named!(EventBus, at most 256 characters, "events": "event-bus/");

    /// The address of its archive.
    pub fn archive(name: &Name) -> Address {
        Address::new(Kind::EventArchive, name.clone())
    }
}

/// `[rule.<name>]`
pub mod rule {
    use super::*;
    address!(EventRule);

    /// The physical name, which tells its bus unless that is the account's default one: `<bus>/<rule>`.
    pub fn physical(names: &Names, name: &Name, bus: Option<&Name>) -> String {
        let rule = names.call(&address(name), || names.physical(name.as_str(), 64));
        match bus {
            Some(bus) => format!("{}/{rule}", super::bus::physical(names, bus)),
            None => rule,
        }
    }

    /// The ARN.
    pub fn arn(site: &Site, names: &Names, name: &Name, bus: Option<&Name>) -> String {
        site.arn("events", &format!("rule/{}", physical(names, name, bus)))
    }
}

/// What a manifest calls by a `name`: what has one, and what follows from one. A rule is called by its bus too.
pub fn called(manifest: &Manifest, owner: &Owner) -> Called {
    let names = Names::of(manifest, owner);
    let rules = manifest.rule.iter().filter_map(|(name, section)| {
        let on = section.own_bus();
        let has_one = |address: Address| names.given(&address).is_some();
        let is_called = has_one(rule::address(name)) || on.is_some_and(|on| has_one(bus::address(on)));
        is_called.then(|| (Kind::EventRule, rule::physical(&names, name, on)))
    });
    names.called().into_iter().chain(rules).collect()
}

/// The name of a resource that a section needs beside its main one: `api-handler-function`.
pub fn own_part(name: &Name, part: &str) -> Option<Name> {
    format!("{name}-{part}").parse().ok()
}

#[cfg(test)]
mod tests;

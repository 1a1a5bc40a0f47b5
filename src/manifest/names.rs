//! The resource of each section: its address, its physical name, and its ARN where that does not hold an id which AWS
//! makes up. Sections refer to each other by what stands here, and need not know each other for it.

use crate::kind::Kind;
use crate::name::{Address, Name, Owner, Site};

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
        pub fn physical(owner: &Owner, name: &Name) -> String {
            owner.physical(name.as_str(), $limit)
        }
    };
    ($kind:ident, at most $limit:literal characters, $service:literal: $resource:literal) => {
        named!($kind, at most $limit characters);

        /// The ARN.
        pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
            site.arn($service, &format!(concat!($resource, "{}"), physical(owner, name)))
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
    named!(Topic, at most 256 characters, "sns": "");
}

/// `[function.<name>]`
pub mod function {
    use super::*;
    named!(Function, at most 64 characters, "lambda": "function:");
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

/// `[api.<name>]`
pub mod api {
    use super::*;
    named!(RestApi, at most 128 characters);
}

/// `[firewall.<name>]`
pub mod firewall {
    use super::*;
    named!(WebAcl, at most 128 characters);
}

/// `[role.<name>]`, and roles that other sections need.
pub mod role {
    use super::*;
    named!(Role, at most 64 characters);

    /// The ARN.
    pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
        site.global_arn("iam", &format!("role{}{}", owner.path(), physical(owner, name)))
    }
}

/// `[bucket.<name>]`
pub mod bucket {
    use super::*;
    address!(Bucket);

    /// The physical name: account and region make it globally unique.
    pub fn physical(owner: &Owner, site: &Site, name: &Name) -> String {
        owner.physical(&format!("{name}-{}-{}", site.account, site.region), 63)
    }

    /// The ARN.
    pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
        format!("arn:{}:s3:::{}", site.partition, physical(owner, site, name))
    }
}

/// `[queue.<name>]`
pub mod queue {
    use super::*;
    address!(Queue);

    /// The physical name, which tells whether it is a FIFO queue.
    pub fn physical(owner: &Owner, name: &Name, fifo: bool) -> String {
        match fifo {
            true => format!("{}.fifo", owner.physical(name.as_str(), 75)),
            false => owner.physical(name.as_str(), 80),
        }
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
    pub fn physical(owner: &Owner, name: &Name, bus: Option<&Name>) -> String {
        let rule = owner.physical(name.as_str(), 64);
        match bus {
            Some(bus) => format!("{}/{rule}", super::bus::physical(owner, bus)),
            None => rule,
        }
    }

    /// The ARN.
    pub fn arn(site: &Site, owner: &Owner, name: &Name, bus: Option<&Name>) -> String {
        site.arn("events", &format!("rule/{}", physical(owner, name, bus)))
    }
}

/// The name of a resource that a section needs beside its main one: `api-handler-function`.
pub fn own_part(name: &Name, part: &str) -> Option<Name> {
    format!("{name}-{part}").parse().ok()
}

//! What an app of ours has already. All of it is written, whether a source names it or not: a plan would take what the manifest
//! lacks for something that has left it.

use std::collections::BTreeMap;

use crate::aws::observe::{self, ReadErrors};
use crate::aws::{Kind, Live, PlanReader};
use crate::manifest::compliance::{RECORDER, RECORDS};
use crate::manifest::names::own_part;
use crate::name::{Address, Owner, Site};

/// What ends the names of roles and log groups that are made for one section alone, and what that is of.
const PARTS: [(&str, Kind); 7] = [
    ("api", Kind::RestApi),
    ("firewall", Kind::WebAcl),
    ("function", Kind::Function),
    ("http", Kind::HttpApi),
    ("rule", Kind::EventRule),
    ("schedule", Kind::Schedule),
    ("workflow", Kind::StateMachine),
];

/// What belongs to another resource and is read with it, and layers, of which one version is written.
const FOLLOWS: [Kind; 6] = [
    Kind::Association,
    Kind::EventArchive,
    Kind::EventSourceMapping,
    Kind::LayerVersion,
    Kind::Permission,
    Kind::Policy,
];

/// Everything of it, by address.
pub async fn own(reader: &PlanReader, owner: &Owner, site: &Site) -> Result<BTreeMap<Address, Live>, ReadErrors> {
    let mut listing = observe::list(reader, owner).await?;
    listing.leave_out(|_| false, false);
    let mut live = observe::survey(reader, owner, site, &BTreeMap::new(), &listing).await?.live;
    live.retain(|address, _| !FOLLOWS.contains(&address.kind));
    Ok(live)
}

/// True for what is a part of one of the sections that there are.
pub fn is_part<'a>(address: &Address, mut sections: impl Iterator<Item = &'a Address>) -> bool {
    match address.kind {
        Kind::Bucket => address.name.as_str() == RECORDS,
        Kind::Role if address.name.as_str() == RECORDER => true,
        Kind::LogGroup | Kind::Role => sections.any(|section| {
            let is_own = |(part, kind): &(&str, Kind)| {
                section.kind == *kind && own_part(&section.name, part).as_ref() == Some(&address.name)
            };
            PARTS.iter().any(is_own)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_for_a_section_alone_is_a_part_of_it() {
        let address = |kind, name: &str| Address::new(kind, name.parse().unwrap());
        let sections = [address(Kind::Function, "orders"), address(Kind::StateMachine, "flow")];
        let is_part = |kind, name| is_part(&address(kind, name), sections.iter());
        for (kind, name) in [
            (Kind::Role, "orders-function"),
            (Kind::LogGroup, "orders-function"),
            (Kind::Role, "flow-workflow"),
            (Kind::Role, "compliance-recorder"),
            (Kind::Bucket, "compliance-records"),
        ] {
            assert!(is_part(kind, name), "{name}");
        }
        for (kind, name) in [
            (Kind::Role, "orders"),
            (Kind::Role, "flow-function"),
            (Kind::Table, "orders-function"),
            (Kind::Bucket, "records"),
        ] {
            assert!(!is_part(kind, name), "{name}");
        }
    }
}

//! Whether the app has created an alias for a domain name, and in which hosted zone.
//!
//! Records have no tags, and a record that points to a domain name of ours may still be somebody else's: if a manifest
//! names no zone, DNS is managed elsewhere. So a tag of the domain name ([`tag::PARTS`]) says in which zone an apply
//! has created one: `alias Z0123456789`. It is set before the record is created, and removed after the record has been
//! deleted ([`Resource::REMEMBERS`](crate::aws::Resource::REMEMBERS)): so an apply that is stopped in between forgets
//! none.

use super::*;

/// The word of [`tag::PARTS`] that zones follow.
const ALIAS: &str = "alias";

impl DomainName {
    /// The same domain name, with the tag that says that it has an alias in this hosted zone.
    pub fn with_alias(mut self, zone: &str) -> Self {
        self.tags.insert(tag::PARTS.into(), said(&[zone].into()));
        self
    }
}

fn said(zones: &BTreeSet<&str>) -> String {
    [ALIAS].into_iter().chain(zones.iter().copied()).collect::<Vec<_>>().join(" ")
}

/// The hosted zones in which these tags say that there is an alias of ours.
pub(super) fn zones(tags: &Tags) -> BTreeSet<&str> {
    let words = tags.get(tag::PARTS).map(|words| words.split(' ').filter(|word| !word.is_empty()));
    let mut words = words.into_iter().flatten();
    if words.next() == Some(ALIAS) { words.collect() } else { BTreeSet::new() }
}

/// The wanted tags, with all zones that the live ones name.
pub(super) fn early_tags(want: &Tags, live: &Tags) -> Tags {
    let zones: BTreeSet<&str> = zones(want).union(&zones(live)).copied().collect();
    let mut tags = want.clone();
    if !zones.is_empty() {
        tags.insert(tag::PARTS.into(), said(&zones));
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_name_the_zones_of_aliases_and_forget_one_last() {
        let of = |zone: &str| DomainName::default().with_alias(zone).tags;
        assert_eq!(of("Z2")[tag::PARTS], "alias Z2");
        assert_eq!(zones(&of("Z2")), ["Z2"].into());
        assert_eq!(early_tags(&of("Z1"), &of("Z2"))[tag::PARTS], "alias Z1 Z2");
        assert_eq!(early_tags(&Tags::new(), &of("Z2")), of("Z2"));
        assert_eq!(early_tags(&Tags::new(), &Tags::new()), Tags::new());
        let other = Tags::from([(tag::PARTS.to_owned(), "url Z2".to_owned())]);
        assert_eq!(zones(&other), BTreeSet::new(), "no word of ours");
        assert_eq!(zones(&Tags::from([(tag::PARTS.to_owned(), String::new())])), BTreeSet::new());
    }
}

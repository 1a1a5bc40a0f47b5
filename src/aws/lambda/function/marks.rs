//! The words of the tag that says which parts a function has.

use crate::aws::Tags;
use crate::name::tag;

/// The words of [`tag::PARTS`].
pub(super) const URL: &str = "url";
pub(super) const INVOKE_CONFIG: &str = "invoke-config";
pub(super) const RECURSION: &str = "recursion";
pub(super) const RUNTIME: &str = "runtime-management";
/// That there is an alias, with versions.
pub(super) const VERSIONS: &str = "versions";
/// That the alias and its versions are deleted by the next plan.
pub(super) const LEAVING: &str = "versions-leave";
/// That environments are kept ready for the alias.
pub(super) const PROVISIONED: &str = "provisioned";
/// The same two of the alias.
pub(super) const LIVE_URL: &str = "live-url";
pub(super) const LIVE_INVOKE_CONFIG: &str = "live-invoke-config";
/// That there are mappings to it, which are resources of their own: then they are listed.
pub(super) const MAPPINGS: &str = "mappings";

/// True if these tags say a word.
pub(super) fn says(tags: &Tags, word: &str) -> bool {
    tags.get(tag::PARTS).is_some_and(|words| words.split(' ').any(|one| one == word))
}

/// True if a function with these tags has had mappings.
pub fn has_mappings(tags: &Tags) -> bool {
    says(tags, MAPPINGS)
}

/// True if a function with these tags has an alias.
pub fn has_versions(tags: &Tags) -> bool {
    says(tags, VERSIONS) || is_leaving(tags)
}

/// True if the alias of a function with these tags goes with this plan.
pub(super) fn is_leaving(tags: &Tags) -> bool {
    says(tags, LEAVING)
}

/// Says in the tags that the alias goes with the next plan.
pub(super) fn mark_leaving(tags: &mut Tags) {
    let said = tags.get(tag::PARTS).map(String::as_str).unwrap_or_default();
    let mut words: Vec<&str> = said.split(' ').filter(|word| !word.is_empty()).chain([LEAVING]).collect();
    words.sort_unstable();
    let words = words.join(" ");
    tags.insert(tag::PARTS.into(), words);
}

//! What makes a change of a domain name impossible: mappings of somebody else, and stages that are to be deleted while
//! they are mapped.

use super::*;

/// A mapping to an API that is not ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    pub(super) path: String,
    /// True if the API is a REST API of the account, beside which API Gateway maps less.
    pub(super) is_rest: bool,
    /// `<id>/<stage>`
    pub(super) api: String,
}

const OF_REST: &str = " a mapping to a REST API of another owner: ";
const OF_ANY: &str = " a mapping to an API of another owner: ";

impl Foreign {
    /// In a plan's words.
    pub(super) fn said(&self) -> String {
        let what = if self.is_rest { OF_REST } else { OF_ANY };
        format!("at {}{what}{}", shown(&self.path), self.api)
    }

    /// What [`Foreign::said`] says; `None` for other words.
    pub(super) fn heard(text: &str) -> Option<Self> {
        let of = |what: &str| text.strip_prefix("at ")?.split_once(what);
        let (is_rest, (place, api)) = of(OF_REST).map(|found| (true, found)).or_else(|| Some((false, of(OF_ANY)?)))?;
        let path = place.strip_prefix('/').unwrap_or_default().to_owned();
        Some(Self { path, is_rest, api: api.to_owned() })
    }
}

fn shown(path: &str) -> String {
    if path.is_empty() { "its root".into() } else { format!("/{path}") }
}

pub(super) fn obstacle(want: &DomainName, live: Option<&DomainName>, unmodelled: &[Unmodelled]) -> Option<String> {
    let foreign: Vec<Foreign> = unmodelled.iter().filter_map(|one| Foreign::heard(&one.attribute)).collect();
    let taken = || {
        let there = foreign.iter().find(|one| want.maps(&one.path, true) || want.maps(&one.path, false))?;
        Some(format!("it has {}; delete that by hand, or choose another path", there.said()))
    };
    taken().or_else(|| beside_a_root(want, live, &foreign)).or_else(|| stage_that_goes(want, live?))
}

/// Where a REST API is one of the two, AWS maps nothing beside an empty path: neither it nor what comes later. What is mapped
/// already is not asked about.
fn beside_a_root(want: &DomainName, live: Option<&DomainName>, foreign: &[Foreign]) -> Option<String> {
    let paths = want.base_path_mappings.keys().map(|path| (path, true));
    let paths = paths.chain(want.api_mappings.keys().map(|path| (path, false)));
    let mut new = paths.filter(|(path, is_rest)| live.is_none_or(|live| !live.maps(path, *is_rest)));
    new.find_map(|(path, is_rest)| {
        let rules_out = |other: &&Foreign| (path.is_empty() || other.path.is_empty()) && (is_rest || other.is_rest);
        let there = foreign.iter().find(rules_out)?;
        let way_out = if path.is_empty() { "give the API a path" } else { "give the API a domain name of its own" };
        let way_out = if path.is_empty() && there.path.is_empty() { "choose another domain name" } else { way_out };
        Some(format!(
            "it has {}, and API Gateway maps no other API beside a REST API without a path: delete that by hand, or \
             {way_out}",
            there.said()
        ))
    })
}

/// AWS deletes no stage that is mapped, and the API deletes its own in the very change that makes the next one, which comes first.
fn stage_that_goes(want: &DomainName, live: &DomainName) -> Option<String> {
    let pairs = [(&want.base_path_mappings, &live.base_path_mappings), (&want.api_mappings, &live.api_mappings)];
    pairs.into_iter().find_map(|(wanted, lived)| {
        lived.iter().find_map(|(path, before)| {
            let of_api = |mapping: &&Mapping| mapping.api_id == before.api_id && mapping.stage != before.stage;
            let after = wanted.values().find(of_api)?;
            // The stage that is wanted answers already, so this one was made by hand beside it.
            let is_there = lived.values().any(|mapping| mapping == after);
            let start = format!("{} leads to the stage {}", shown(path), before.stage);
            Some(match is_there && wanted.get(path) != Some(after) {
                true => format!("{start} of the API, which will be deleted: delete that mapping by hand"),
                false => {
                    format!("{start}, and AWS deletes no stage that has a mapping: {}", renamed(want, before, after))
                }
            })
        })
    })
}

/// How a stage gets another name.
fn renamed(want: &DomainName, before: &Mapping, after: &Mapping) -> String {
    let mut all = want.base_path_mappings.values().chain(want.api_mappings.values());
    let stays = all.any(|mapping| mapping.api_id != after.api_id);
    let known = match alias::zones(&want.tags).is_empty() {
        true => "records that were created by hand have to be changed then",
        false => "the alias is updated",
    };
    let cut_off = match stays {
        true => "requests fail until then".to_owned(),
        false => format!(
            "requests fail until then, and because no other API uses the domain name, it gets another target in AWS: \
             {known}"
        ),
    };
    format!(
        "rename the API's section, so that a new API takes over the path without a gap; or remove `domain` from the \
         section while the stage becomes {to}, and put it back afterwards ({cut_off}); if the mapping to {from} was \
         created by hand, change it to {to} by hand instead",
        to = after.stage,
        from = before.stage
    )
}

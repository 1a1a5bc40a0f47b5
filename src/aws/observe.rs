//! Reading what exists: everything that can be asked at once is asked at once.
//!
//! 1. Listings by prefix, path or name find everything that may be ours. They need no account, so they run
//!    beside the question who we are.
//! 2. What is wanted and what was found is read, all of it concurrently.
//!    What the account's tagging index says is taken for a resource's tags only where it says what is wanted.
//! 3. Tags decide: a found resource counts only if it carries our ownership tags, never by its name alone.
//!
//! No listing finds resources with names of their own. Such a resource is read because it is wanted, and later because
//! the tagging index or an earlier manifest names it ([`Listing::called`]): it is a candidate like any other. A
//! resource with an address that is wanted under another name gets another address ([`Address::formerly`]): it is
//! deleted, and the other is created.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{join_all, try_join_all};

use crate::aws::tag_index::tag_index;
use crate::aws::{AwsError, Found, Id, Kind, Live, PlanReader, Seed, State, Tags, Wanted, lambda, logs};
use crate::canonical::Sha;
use crate::name::{Address, Name, Owner, Ownership, Site, tag};

mod called;

pub use called::is_made_up;

/// What listings found: kind and physical name.
pub type Names = BTreeMap<(Kind, String), Seed>;

/// What there is before anything is read.
#[derive(Debug, Default)]
pub struct Listing {
    /// Everything that may be ours, but for kinds that are listed beside the reads.
    pub names: Names,
    /// See [`tag_index`].
    pub tags: BTreeMap<String, Tags>,
    /// What is listed beside the reads.
    pub later: Vec<Kind>,
    /// Those of them that are left out where the role may not list them.
    pub if_allowed: BTreeSet<Kind>,
    /// What the names of log groups begin with that are, too; see [`logs::LATE`].
    pub log_folders: Vec<&'static str>,
    /// What the manifest, or one before it, has other names for: no listing finds it.
    pub called: BTreeSet<(Kind, String)>,
}

/// What there is.
#[derive(Debug, Default)]
pub struct Survey {
    /// By address.
    pub live: BTreeMap<Address, Live>,
    /// What the tagging index names and may not be read; why, for people.
    pub unread: Vec<String>,
}

impl Listing {
    /// Leaves out the listings of kinds of which nothing indicates a resource; see
    /// [`Resource::INDEXED`](crate::aws::Resource::INDEXED). None are left out if the index lags.
    pub fn narrow(&mut self, wanted: &BTreeMap<Address, Wanted>) {
        if self.is_behind(wanted) {
            return;
        }
        let asked_for = |kind: &Kind| wanted.keys().any(|address| address.kind == *kind);
        let tags = &self.tags;
        let is_named = |parts: (&str, &str)| tags.keys().any(|arn| is_of(arn, parts));
        let is_told = |kind: &Kind| tags.values().any(|tags| kind.is_told_by(tags));
        self.later.retain(|kind| asked_for(kind) || kind.indexed().is_none_or(is_named) || is_told(kind));
        let is_wanted = |folder: &str| wanted.values().any(|wanted| wanted.id.name.starts_with(folder));
        let is_found = |folder: &str| is_named(("logs", &format!("log-group:{folder}")));
        self.log_folders.retain(|folder| is_wanted(folder) || is_found(folder));
    }

    /// Leaves out the listings of kinds that are listed by need alone ([`Kind::is_listed_by_need`]) where neither the manifest
    /// (`has`) nor the index names any: a role that plans an app without them may not list them. Where the whole app goes, nothing
    /// may stay behind because the index has yet to follow, so that they are left out there only for a role that may not list them,
    /// which could not delete them either.
    pub fn leave_out(&mut self, has: impl Fn(Kind) -> bool, all_goes: bool) {
        let tags = &self.tags;
        let is_named = |kind: &Kind| kind.indexed().is_some_and(|parts| tags.keys().any(|arn| is_of(arn, parts)));
        let is_doubtful = |kind: &Kind| kind.is_listed_by_need() && !has(*kind) && !is_named(kind);
        if all_goes {
            self.if_allowed = self.later.iter().copied().filter(is_doubtful).collect();
        } else {
            self.later.retain(|kind| !is_doubtful(kind));
        }
        // No index names layers, so they are listed whatever the manifest has; but a role whose policy knows none has made none.
        if self.later.contains(&Kind::LayerVersion) && !has(Kind::LayerVersion) {
            self.if_allowed.insert(Kind::LayerVersion);
        }
    }

    /// True if the index does not know a function yet that is wanted and has been found.
    fn is_behind(&self, wanted: &BTreeMap<Address, Wanted>) -> bool {
        let known: BTreeSet<&str> = self.tags.keys().filter_map(|arn| Some(arn.split_once(":function:")?.1)).collect();
        let functions = wanted.values().map(|wanted| &wanted.id).filter(|id| id.address.kind == Kind::Function);
        let mut found = functions.filter(|id| self.names.contains_key(&(Kind::Function, id.name.clone())));
        found.any(|id| !known.contains(id.name.as_str()))
    }
}

/// True for what is listed beside the reads, by its kind and its physical name.
fn is_late(listing: &Listing, kind: Kind, name: &str) -> bool {
    match kind {
        Kind::LogGroup => listing.log_folders.iter().any(|folder| name.starts_with(folder)),
        kind => listing.later.contains(&kind),
    }
}

/// True for an ARN of this service whose resource begins so.
fn is_of(arn: &str, (service, resource): (&str, &str)) -> bool {
    let mut parts = arn.splitn(6, ':').skip(2);
    parts.next() == Some(service) && parts.nth(2).is_some_and(|rest| rest.starts_with(resource))
}

/// All reads that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadErrors(pub Vec<AwsError>);

impl std::fmt::Display for ReadErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lines: BTreeSet<String> = self.0.iter().map(AwsError::to_string).collect();
        f.write_str(&lines.into_iter().collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for ReadErrors {}

/// Everything that may be ours, of every kind that is not listed beside the reads.
pub async fn list(reader: &PlanReader, owner: &Owner) -> Result<Listing, ReadErrors> {
    let is_late = |kind: &&Kind| kind.lists_with_reads() || kind.indexed().is_some();
    let (later, now): (Vec<Kind>, Vec<Kind>) = Kind::ALL.iter().partition(is_late);
    let all_allowed = BTreeSet::new();
    let (names, tags) = tokio::join!(names(reader, owner, now.into_iter(), &all_allowed), tag_index(reader, owner));
    match (names, tags) {
        (Ok(mut names), Ok(tags)) => {
            let policies = lambda::policies_of_aliases(tags.iter());
            names.extend(policies.map(|name| ((Kind::Permission, name), Seed::Permission(()))));
            Ok(Listing { names, tags, later, log_folders: logs::LATE.to_vec(), ..Listing::default() })
        }
        (names, tags) => Err(ReadErrors(names.err().into_iter().flat_map(|e| e.0).chain(tags.err()).collect())),
    }
}

/// Everything that may be ours of these kinds, where nothing of others is.
pub async fn list_of(reader: &PlanReader, owner: &Owner, kinds: &[Kind]) -> Result<Listing, ReadErrors> {
    let names = names(reader, owner, kinds.iter().copied(), &BTreeSet::new()).await?;
    Ok(Listing { names, ..Listing::default() })
}

/// Codes that say that a role may not ask.
const DENIED: [&str; 2] = ["AccessDenied", "AccessDeniedException"];

/// Everything of these kinds that may be ours; nothing of those that are listed if that is allowed, where it is not.
async fn names(
    reader: &PlanReader,
    owner: &Owner,
    kinds: impl Iterator<Item = Kind>,
    if_allowed: &BTreeSet<Kind>,
) -> Result<Names, ReadErrors> {
    let lists = join_all(kinds.map(async |kind| (kind, kind.find(reader, owner).await))).await;
    let (mut names, mut errors) = (Names::new(), Vec::new());
    for (kind, found) in lists {
        match found {
            Ok(found) => names.extend(found.into_iter().map(|Found { name, seed }| ((kind, name), seed))),
            Err(error) if if_allowed.contains(&kind) && error.is(&DENIED) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(names) } else { Err(ReadErrors(errors)) }
}

/// Everything that may be ours of what is listed beside the reads.
async fn late_names(reader: &PlanReader, owner: &Owner, listing: &Listing) -> Result<Names, ReadErrors> {
    let groups = listing.log_folders.iter().map(async |folder| logs::found_in(reader, folder, owner).await);
    let names = names(reader, owner, listing.later.iter().copied(), &listing.if_allowed);
    let (names, groups) = tokio::join!(names, try_join_all(groups));
    match (names, groups) {
        (Ok(mut names), Ok(groups)) => {
            let groups = groups.into_iter().flatten();
            names.extend(groups.map(|found| ((Kind::LogGroup, found.name), Seed::LogGroup(found.seed))));
            Ok(names)
        }
        (names, groups) => Err(ReadErrors(names.err().into_iter().flat_map(|e| e.0).chain(groups.err()).collect())),
    }
}

/// Reads what is wanted and what was found.
pub async fn survey(
    reader: &PlanReader,
    owner: &Owner,
    site: &Site,
    wanted: &BTreeMap<Address, Wanted>,
    listing: &Listing,
) -> Result<Survey, ReadErrors> {
    let reader = &reader.trusting(trusted(wanted, &listing.tags)).expecting(counts(wanted, &listing.names));
    let reader = &reader.wanting(parts(wanted)).hinted(listing.tags.clone());
    let late_reads = async {
        match late_names(reader, owner, listing).await {
            Ok(names) => {
                let is_late = |kind, name: &str| is_late(listing, kind, name);
                read(reader, owner, targets(owner, site, wanted, &names, &is_late)).await
            }
            Err(errors) => errors.0.into_iter().map(Err).collect(),
        }
    };
    let is_early = |kind, name: &str| !is_late(listing, kind, name);
    let early_reads = read(reader, owner, targets(owner, site, wanted, &listing.names, &is_early));
    let called = called::read(reader, owner, site, called::called(owner, wanted, listing));
    let (mut reads, more, called) = tokio::join!(early_reads, late_reads, called);
    reads.extend(more);
    let (called, unread) = called;
    reads.extend(called);
    Ok(Survey { live: collect(owner, wanted, reads)?, unread })
}

/// The tags of the index that say what is wanted, by ARN. Others are read, and so are those of what is not wanted,
/// where tags decide whose it is.
fn trusted(wanted: &BTreeMap<Address, Wanted>, index: &BTreeMap<String, Tags>) -> BTreeMap<String, Tags> {
    let by_address: BTreeMap<String, &Tags> =
        wanted.iter().filter_map(|(address, wanted)| Some((address.to_string(), wanted.state.tags()?))).collect();
    let says = |tags: &Tags| {
        let wanted = tags.get(tag::ADDRESS).and_then(|address| by_address.get(address));
        wanted.is_some_and(|wanted| wanted.iter().all(|(key, value)| tags.get(key) == Some(value)))
            && !tags.contains_key(tag::RELEASED)
            // What is no longer wanted of a function is read from what its tags say.
            && tags.get(tag::PARTS) == wanted.and_then(|wanted| wanted.get(tag::PARTS))
    };
    index.iter().filter(|(_, tags)| says(tags)).map(|(arn, tags)| (arn.clone(), tags.clone())).collect()
}

/// How many resources there are to read: by kind, and whether a listing has named them.
fn counts(wanted: &BTreeMap<Address, Wanted>, names: &Names) -> BTreeMap<(Kind, bool), usize> {
    let ids = wanted.values().map(|wanted| (wanted.id.address.kind, wanted.id.name.clone()));
    let unlisted = ids.filter(|key| !names.contains_key(key)).map(|(kind, _)| (kind, false));
    let listed = names.keys().map(|(kind, _)| (*kind, true));
    unlisted.chain(listed).fold(BTreeMap::new(), |mut counts, key| {
        *counts.entry(key).or_default() += 1;
        counts
    })
}

/// Which parts are wanted of each resource that has some.
fn parts(wanted: &BTreeMap<Address, Wanted>) -> BTreeMap<(Kind, String), Vec<&'static str>> {
    let of = |wanted: &Wanted| match &wanted.state {
        State::Function(function) => function.parts(),
        State::LayerVersion(version) => version.parts(),
        State::RestApi(api) => api.parts.words(),
        State::WebAcl(acl) => acl.parts(),
        _ => Vec::new(),
    };
    let named = wanted.values().map(|wanted| ((wanted.id.address.kind, wanted.id.name.clone()), of(wanted)));
    named.filter(|(_, parts)| !parts.is_empty()).collect()
}

type Read = Result<Option<Live>, AwsError>;

async fn read(reader: &PlanReader, owner: &Owner, targets: Vec<Target<'_>>) -> Vec<Read> {
    let reads = targets.into_iter().map(async |(id, seed, is_wanted)| {
        let read = id.address.kind.observe_for_plan(reader, &id, seed).await;
        read.map(|observed| observed.and_then(|observed| keep(owner, Live { id, observed }, is_wanted)))
    });
    join_all(reads).await
}

fn collect(
    owner: &Owner,
    wanted: &BTreeMap<Address, Wanted>,
    reads: Vec<Read>,
) -> Result<BTreeMap<Address, Live>, ReadErrors> {
    let (mut live, mut errors) = (BTreeMap::<Address, Live>::new(), Vec::new());
    for read in reads {
        match read.map(|one| one.map(|one| called::renamed(owner, wanted, one))) {
            Ok(Some(one)) => match live.get(&one.id.address) {
                // A listing and the index may both name it.
                Some(other) if other.id.name == one.id.name => {}
                Some(other) => errors.push(twice(other, &one)),
                None => drop(live.insert(one.id.address.clone(), one)),
            },
            Ok(None) => {}
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(live) } else { Err(ReadErrors(errors)) }
}

/// Two resources of one address: a plan could mean either.
fn twice(one: &Live, other: &Live) -> AwsError {
    let (address, one, other) = (&one.id.address, &one.id.name, &other.id.name);
    AwsError::malformed(
        "reading",
        format!("{one} and {other} both have the tags of {address}: delete one, or its tags"),
    )
}

type Target<'a> = (Id, Option<&'a Seed>, bool);

/// The wanted resources, and the found ones of other names, of those that are read with this listing.
fn targets<'a>(
    owner: &Owner,
    site: &Site,
    wanted: &BTreeMap<Address, Wanted>,
    listing: &'a Names,
    is_read: &dyn Fn(Kind, &str) -> bool,
) -> Vec<Target<'a>> {
    let wanted = || wanted.values().filter(|wanted| is_read(wanted.id.address.kind, &wanted.id.name));
    let names: BTreeSet<(Kind, &str)> = wanted().map(|w| called::told_by(w.id.address.kind, &w.id.name)).collect();
    let found = listing.iter().filter(|((kind, name), _)| !names.contains(&called::told_by(*kind, name)));
    let found = found.map(|((kind, name), seed)| {
        let address = Address::new(*kind, guess(owner, name));
        (Id { address, name: name.clone(), site: site.clone(), owner: owner.clone() }, Some(seed), false)
    });
    let wanted = wanted().filter_map(|wanted| {
        let kind = wanted.id.address.kind;
        let seed = listing.get(&(kind, wanted.id.name.clone()));
        let may_be = seed.is_some() || !kind.lists_all() || !is_made_up(&wanted.id);
        may_be.then(|| (wanted.id.clone(), seed, true))
    });
    wanted.chain(found).collect()
}

/// A wanted resource counts whoever owns it, so that the planner can refuse; a found one only if it is ours.
/// The address in its tags is the true one; kinds without tags belong to the resource whose name they bear, and get a name that
/// no other of theirs has.
fn keep(owner: &Owner, mut live: Live, is_wanted: bool) -> Option<Live> {
    if is_wanted {
        return Some(live);
    }
    match live.observed.state.tags() {
        None => {
            live.id.address = Address::new(live.id.address.kind, apart(owner, &live.id.name));
            Some(live)
        }
        Some(tags) => match owner.of(tags) {
            Ownership::Owned(address) if address.kind == live.id.address.kind => {
                live.id.address = address;
                Some(live)
            }
            _ => None,
        },
    }
}

/// A name for something found, until its tags are read.
fn guess(owner: &Owner, physical: &str) -> Name {
    let prefix = owner.prefix();
    let own = physical.split(&prefix).last().unwrap_or(physical);
    // Of an ARN, what it says of the resource itself.
    let rest = if own.starts_with("arn:") { own.splitn(6, ':').last().unwrap_or(own) } else { own };
    let plain: String = rest.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let tidy: String = format!("found-{}", words.join("-")).chars().take(64).collect();
    let named = words.join("-").parse().or_else(|_| tidy.trim_end_matches('-').parse());
    named.or_else(|_| "found".parse()).expect("found- and lower-case words joined by single hyphens are a name")
}

/// A name for something found that has no tags to say it. Where its words alone would not tell it from another one
/// (`Z1/a.b.org` and `Z1/a-b.org`), a digest does: a function of the physical name, so that it is the same once the other has gone.
fn apart(owner: &Owner, physical: &str) -> Name {
    let named = guess(owner, physical);
    if physical.strip_prefix(&owner.prefix()).unwrap_or(physical) == named.as_str() {
        return named;
    }
    let digest: String = Sha::of(physical.as_bytes()).hex().chars().take(10).collect();
    let start: String = named.as_str().chars().take(50).collect();
    format!("{}-{digest}", start.trim_end_matches('-')).parse().unwrap_or(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is listed beside the reads of a plan that asks for nothing, where the index names these ARNs.
    fn listed(arns: &[&str]) -> Vec<Kind> {
        let tags = arns.iter().map(|arn| ((*arn).to_owned(), Tags::new())).collect();
        let later = vec![Kind::Association, Kind::EventSourceMapping, Kind::Queue];
        let mut listing = Listing { tags, later, ..Listing::default() };
        listing.narrow(&BTreeMap::new());
        listing.later
    }

    #[test]
    fn a_kind_that_neither_the_manifest_nor_the_index_names_is_not_listed() {
        assert_eq!(listed(&[]), [Kind::Association]);
        assert_eq!(listed(&["arn:aws:sns:us-west-2:123456789012:sqs"]), [Kind::Association]);
        assert_eq!(listed(&["arn:aws:sqs:us-west-2:123456789012:jobs"]), [Kind::Association, Kind::Queue]);
        let mapping = "arn:aws:lambda:us-west-2:123456789012:event-source-mapping:0a1b";
        assert_eq!(listed(&[mapping]), [Kind::Association, Kind::EventSourceMapping]);
        assert_eq!(listed(&["arn:aws:lambda:us-west-2:123456789012:function:f"]), [Kind::Association]);
        assert!(is_of("arn:aws:events:us-west-2:123456789012:rule/a/b", ("events", "rule/")));
        assert!(!is_of("arn:aws:events:us-west-2:123456789012:event-bus/a", ("events", "rule/")));
        assert!(!is_of("text", ("events", "")));
    }

    #[test]
    fn keys_and_certificates_that_nothing_names_are_left_out_unless_the_whole_app_goes() {
        let left = |has_plans: bool, all_goes: bool, arns: &[&str]| {
            let tags = arns.iter().map(|arn| ((*arn).to_owned(), Tags::new())).collect();
            let later = vec![Kind::Certificate, Kind::ApiKey, Kind::Queue, Kind::UsagePlan];
            let mut listing = Listing { tags, later, ..Listing::default() };
            listing.leave_out(|kind| has_plans && kind.is_about_keys(), all_goes);
            (listing.later, listing.if_allowed)
        };
        let all = vec![Kind::Certificate, Kind::ApiKey, Kind::Queue, Kind::UsagePlan];
        let (key, certificate) =
            ("arn:aws:apigateway:us-west-2::/apikeys/a1b2", "arn:aws:acm:us-west-2:123456789012:certificate/1");
        assert_eq!(left(false, false, &[]), (vec![Kind::Queue], BTreeSet::new()));
        assert_eq!(left(false, false, &[key]), (vec![Kind::ApiKey, Kind::Queue], BTreeSet::new()));
        assert_eq!(left(false, false, &[certificate]), (vec![Kind::Certificate, Kind::Queue], BTreeSet::new()));
        assert_eq!(left(true, false, &[]), (all[1..].to_vec(), BTreeSet::new()));
        assert_eq!(left(true, true, &[certificate]), (all.clone(), BTreeSet::new()), "a refusal is an error");
        assert_eq!(left(false, true, &[key]), (all.clone(), [Kind::Certificate, Kind::UsagePlan].into()));
        assert_eq!(left(false, true, &[]), (all, [Kind::Certificate, Kind::ApiKey, Kind::UsagePlan].into()));
    }

    #[test]
    fn a_function_s_tags_tell_of_mappings_and_an_index_that_is_behind_of_anything() {
        let function = "arn:aws:lambda:us-west-2:123456789012:function:shop--test-thing";
        let later = || vec![Kind::EventSourceMapping, Kind::Queue];
        let listing = |tags: &[(&str, &str)], is_known: bool| {
            let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            let tags = if is_known { BTreeMap::from([(function.to_owned(), tags)]) } else { BTreeMap::new() };
            let names = [((Kind::Function, "shop--test-thing".to_owned()), Seed::Function(()))];
            Listing { names: names.into(), tags, later: later(), ..Listing::default() }
        };
        let id = crate::aws::test_support::test_id(Kind::Function, "shop--test-thing");
        let state = crate::aws::lambda::Function::default().into();
        let wanted = Wanted { id: id.clone(), state, needs: BTreeSet::new(), adopt: false, named: false };
        let wanted = BTreeMap::from([(id.address, wanted)]);
        let narrowed = |mut listing: Listing| {
            listing.narrow(&wanted);
            listing.later
        };
        assert_eq!(narrowed(listing(&[(tag::PARTS, "mappings url")], true)), [Kind::EventSourceMapping]);
        assert_eq!(narrowed(listing(&[(tag::PARTS, "url")], true)), [] as [Kind; 0]);
        assert_eq!(narrowed(listing(&[], false)), later(), "the index does not know the function yet");
    }

    #[test]
    fn any_physical_name_gives_an_address() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        for (physical, name) in [
            ("shop--test-orders", "orders"),
            ("/aws/lambda/shop--test-api", "api"),
            ("shop--test-api/v1", "api-v1"),
            ("shop--test-", "found"),
            ("Ünï 1", "n-1"),
            ("1", "found-1"),
            (&"x".repeat(100), &format!("found-{}", "x".repeat(58))),
        ] {
            assert_eq!(guess(&owner, physical).as_str(), name, "{physical}");
        }
    }
    #[test]
    fn what_is_found_without_tags_has_a_name_of_its_own() {
        let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        assert_eq!(apart(&owner, "shop--test-orders").as_str(), "orders");
        let all = [
            "Z1/example.org",
            "Z1/*.example.org",
            "Z1/a.b.org",
            "Z1/a-b.org",
            "z1-example-org",
            "shop--test-a-b/c",
            "shop--test-a/b-c",
            &format!("Z1/{}.org", "x".repeat(63)),
            &format!("Z1/{}.com", "x".repeat(63)),
            "Z1/*",
            "/",
        ];
        let named: BTreeSet<Name> = all.iter().map(|physical| apart(&owner, physical)).collect();
        assert_eq!(named.len(), all.len(), "{named:?}");
        assert!(named.iter().any(|name| name.as_str().starts_with("z1-a-b-org-")), "{named:?}");
    }

    #[test]
    fn the_records_of_a_domain_and_of_all_below_it_are_two() {
        let found = |physical: &str| {
            let id = crate::aws::test_support::test_id(Kind::Record, physical);
            let alias = crate::aws::route53::Alias {
                dns_name: "d-1.example.org".into(),
                evaluate_target_health: false,
                hosted_zone_id: "Z2".into(),
            };
            let record = crate::aws::route53::Record { a: Some(alias), aaaa: None };
            let address = Address::new(Kind::Record, guess(&id.owner, physical));
            let owner = id.owner.clone();
            keep(&owner, Live { id: Id { address, ..id }, observed: crate::aws::Observed::of(record.into()) }, false)
        };
        let owner = crate::aws::test_support::test_id(Kind::Record, "x").owner;
        let found = vec![Ok(found("Z1/example.org")), Ok(found("Z1/*.example.org"))];
        let live = collect(&owner, &BTreeMap::new(), found).expect("two");
        assert_eq!(live.len(), 2, "{:?}", live.keys());
    }
}

//! Reading what a source names, and what follows from that: all of it as a plan reads it.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;

use crate::aws::observe::ReadErrors;
use crate::aws::{AwsError, Id, Kind, Live, Observed, PlanReader, State, iam, lambda};
use crate::import::follow::{Follower, follow};
use crate::import::naming::{self, without_section};
use crate::import::protected::associations;
use crate::import::source::SCHEDULE;
use crate::import::{Found, Inventory, Named, Unsaid, own, section};
use crate::manifest::names::own_part;
use crate::name::{Address, Name, Owner, Ownership, Site};

/// What there is.
#[derive(Debug, Default)]
pub struct Reading {
    /// By address: of a section's main resource the section's name, of others one that follows from that.
    pub live: BTreeMap<Address, Live>,
    /// The sections that are to be written.
    pub sections: BTreeMap<Address, Named>,
    /// What is not there, or not looked at.
    pub unsaid: BTreeSet<Unsaid>,
    /// What there is and cannot be read, or not yet.
    pub unread: BTreeSet<Unsaid>,
}

/// Something to read.
struct Target {
    id: Id,
    /// Where a source has it, or whose it is.
    origin: String,
    /// True if it is named by the source.
    is_named: bool,
    is_section: bool,
}

/// Reads everything, and what belongs to it, until nothing more follows.
pub async fn read(
    reader: &PlanReader,
    owner: &Owner,
    site: &Site,
    inventory: Inventory,
) -> Result<Reading, ReadErrors> {
    let (unsaid, unread) = (inventory.unsaid.into_iter().collect(), inventory.unread.into_iter().collect());
    let mut reading = Reading { unsaid, unread, ..Reading::default() };
    let (policies, inventory) = inventory.found.into_iter().partition(|one| one.kind == Kind::Policy);
    reading.unsaid.extend(Vec::into_iter(policies).map(policy));
    let mut targets = targets(owner, site, &inventory);
    targets.extend(reading.own_layers(reader, owner, site, &inventory).await);
    let mut seen = Seen::new();
    read_all(reader, &mut reading, &mut seen, targets).await?;
    if !reading.sections.is_empty() {
        let added = reading.own(reader, owner, site, &mut seen).await;
        let targets = followers(reader, &mut reading, &added).await;
        read_all(reader, &mut reading, &mut seen, targets).await?;
    }
    Ok(reading)
}

/// What has been read, as [`key`] tells it.
type Seen = BTreeSet<(Kind, String)>;

async fn read_all(
    reader: &PlanReader,
    reading: &mut Reading,
    seen: &mut Seen,
    mut targets: Vec<Target>,
) -> Result<(), ReadErrors> {
    while !targets.is_empty() {
        targets.retain(|target| seen.insert(key(&target.id)));
        let reads = join_all(targets.into_iter().map(async |target| {
            let read = target.id.address.kind.observe_for_plan(reader, &target.id, None).await;
            (target, read)
        }));
        let found = reading.there(reads.await)?;
        let added = found.into_iter().map(|(live, target)| reading.add(live, &target)).collect::<Vec<_>>();
        targets = followers(reader, reading, &added).await;
    }
    Ok(())
}

type Read = (Target, Result<Option<Observed<State>>, AwsError>);

/// A role names a managed policy that is not ours by its ARN.
fn policy(found: Found) -> Unsaid {
    let why = "roles name managed policies by their ARN: it stays as it is, and has no section".to_owned();
    Unsaid { what: found.origin, why }
}

/// What distinguishes one resource from another: of roles, which IAM knows without their paths, the bare name.
fn key(id: &Id) -> (Kind, String) {
    let kind = id.address.kind;
    let name = if kind == Kind::Role { iam::role::name_of(&id.name) } else { &id.name };
    (kind, name.to_owned())
}

fn targets(owner: &Owner, site: &Site, found: &[Found]) -> Vec<Target> {
    let functions: BTreeSet<&str> =
        found.iter().filter(|one| one.kind == Kind::Function).map(|one| one.name.as_str()).collect();
    let of_function = |one: &Found| one.name.strip_prefix("/aws/lambda/").is_some_and(|name| functions.contains(name));
    let is_part = |one: &Found| one.kind == Kind::LogGroup && of_function(one);
    let (parts, sections): (Vec<Found>, Vec<Found>) =
        found.iter().cloned().partition(|one| section::of(one.kind).is_none() || is_part(one));
    let names = naming::names(&sections, owner);
    let target = |one: Found, name: Name, is_section| Target {
        id: Id { address: Address::new(one.kind, name), name: one.name, site: site.clone(), owner: owner.clone() },
        origin: one.origin,
        is_named: true,
        is_section,
    };
    let named = sections.into_iter().filter_map(|one| {
        let name = names.get(&(one.kind, one.name.clone()))?.clone();
        Some(target(one, name, true))
    });
    // The log group of a function follows from it, under the name that it has there.
    let others = parts.into_iter().filter(|one| !is_part(one)).map(|one| {
        let name = without_section(&one.name);
        target(one, name, false)
    });
    named.chain(others).collect()
}

impl Reading {
    /// Adds what is this app's already and has not been read; gives its addresses.
    async fn own(&mut self, reader: &PlanReader, owner: &Owner, site: &Site, seen: &mut Seen) -> Vec<Address> {
        let own = match own::own(reader, owner, site).await {
            Ok(own) => own,
            Err(errors) => {
                let what = format!("what {} at the stage {} has already", owner.app, owner.stage);
                let why = format!("it cannot be read, so a plan may delete what is not written:\n{errors}");
                self.unread.insert(Unsaid { what, why });
                return Vec::new();
            }
        };
        let all: Vec<Address> = own.keys().cloned().collect();
        let live = &self.live;
        let is_part = |address: &Address| own::is_part(address, all.iter()) && live.get(address).is_some_and(is_own);
        self.sections.retain(|address, _| !is_part(address));
        let new =
            own.into_iter().filter(|(address, live)| !self.live.contains_key(address) && seen.insert(key(&live.id)));
        let new: Vec<(Address, Live)> = new.collect();
        new.into_iter().map(|(address, live)| self.add_own(address, live, &all)).collect()
    }

    fn add_own(&mut self, address: Address, mut live: Live, all: &[Address]) -> Address {
        with_path(&mut live);
        let section = section::of(address.kind).filter(|_| !own::is_part(&address, all.iter()));
        if let Some(section) = section.filter(|_| section::lacks(&live).is_none()) {
            self.sections.insert(address.clone(), Named { section, name: address.name.clone() });
        }
        self.live.insert(address.clone(), live);
        address
    }

    /// The layers of an app that is ours already. They have no tags: their names say whose they are.
    async fn own_layers(&mut self, reader: &PlanReader, owner: &Owner, site: &Site, found: &[Found]) -> Vec<Target> {
        let prefix = owner.prefix();
        if !found.iter().any(|one| one.name.starts_with(&prefix)) {
            return Vec::new();
        }
        let names = match lambda::newest_layers(reader.aws(), owner).await {
            Ok(names) => names,
            Err(error) => {
                let what = format!("the layers {prefix}*");
                self.unread.insert(Unsaid { what, why: format!("{}: nothing is written of them", unread(&error)) });
                return Vec::new();
            }
        };
        let target = |name: String| {
            let address = Address::new(Kind::LayerVersion, name.strip_prefix(&prefix)?.parse().ok()?);
            let id = Id { address, name: name.clone(), site: site.clone(), owner: owner.clone() };
            Some(Target { id, origin: name, is_named: true, is_section: true })
        };
        names.into_iter().filter_map(target).collect()
    }

    /// What there is of what has been read. What cannot be read is a line of the report, and everything else is written without
    /// it; where nothing can be read at all, no report would help.
    fn there(&mut self, reads: Vec<Read>) -> Result<Vec<(Live, Target)>, ReadErrors> {
        let (mut found, mut errors) = (Vec::new(), Vec::new());
        for (target, read) in reads {
            match read {
                Ok(Some(observed)) if is_going(&observed) => self.left_out(&target, GOING.into()),
                Ok(Some(observed)) => found.push((Live { id: target.id.clone(), observed }, target)),
                Ok(None) => self.absent(&target),
                Err(error) => errors.push((target, error)),
            }
        }
        if found.is_empty() && self.live.is_empty() && !errors.is_empty() {
            return Err(ReadErrors(errors.into_iter().map(|(_, error)| error).collect()));
        }
        errors.iter().for_each(|(target, error)| self.left_out(target, unread(error)));
        Ok(found)
    }

    fn left_out(&mut self, target: &Target, why: String) {
        let what = match target.is_named {
            true => target.origin.clone(),
            false => format!("{} ({})", target.id.address, target.id.name),
        };
        self.unread.insert(Unsaid { what, why: format!("{why}: no section is written for it") });
    }

    fn absent(&mut self, target: &Target) {
        if target.is_named {
            let why = match target.id.address.kind {
                // In the group of another app.
                Kind::Schedule => SCHEDULE,
                _ => "it does not exist in this account and region: no section is written for it",
            };
            self.unsaid.insert(Unsaid { what: target.origin.clone(), why: why.to_owned() });
        }
    }

    /// Adds it under the address that it has by its tags, if it is this app's already. Gives that address.
    fn add(&mut self, mut live: Live, target: &Target) -> Address {
        with_path(&mut live);
        if let Some(Ownership::Owned(address)) = live.observed.state.tags().map(|tags| live.id.owner.of(tags))
            && address.kind == live.id.address.kind
            && !self.live.contains_key(&address)
        {
            live.id.address = address;
        }
        if self.live.contains_key(&live.id.address) {
            let taken = self.live.keys().collect();
            let name = free(live.id.address.kind, &live.id.address.name, &taken);
            live.id.address = Address::new(live.id.address.kind, name);
        }
        let address = live.id.address.clone();
        let lacks = section::lacks(&live).filter(|_| target.is_section);
        if let Some(why) = lacks.filter(|_| !is_own(&live)) {
            self.unsaid.insert(Unsaid { what: format!("{address} ({})", live.id.name), why: why.to_owned() });
        }
        if let Some(section) = section::of(address.kind).filter(|_| target.is_section && lacks.is_none()) {
            if !target.is_named {
                let why = format!(
                    "the source does not name it, but it is the role of {}: make sure that no other app uses it",
                    target.origin
                );
                self.unsaid.insert(Unsaid { what: format!("{section}.{} ({})", address.name, live.id.name), why });
            }
            self.sections.insert(address.clone(), Named { section, name: section_name(&address) });
        }
        self.live.insert(address.clone(), live);
        address
    }
}

/// True for what is this app's by its tags.
fn is_own(live: &Live) -> bool {
    live.observed.state.tags().is_some_and(|tags| matches!(live.id.owner.of(tags), Ownership::Owned(_)))
}

/// A layer's versions are called by what is in them, too.
fn section_name(address: &Address) -> Name {
    let layer = lambda::layer_of(address.name.as_str()).parse().ok().filter(|_| address.kind == Kind::LayerVersion);
    layer.unwrap_or_else(|| address.name.clone())
}

/// A role is called with its path here, where that is not the one that it would have.
fn with_path(live: &mut Live) {
    let State::Role(role) = &mut live.observed.state else { return };
    if let Some(path) = role.path.take() {
        live.id.name = format!("{path}{}", iam::role::name_of(&live.id.name));
    }
    let own = live.id.name.strip_prefix(&live.id.owner.path()).filter(|name| !name.contains('/'));
    if let Some(own) = own.map(str::to_owned) {
        live.id.name = own;
    }
}

/// Of a table it may be an index that goes.
const GOING: &str = "it is being deleted, or a part of it is, so import it once that is done";

/// True for what will soon be gone, or a part of it.
fn is_going(observed: &Observed<State>) -> bool {
    observed.pending.as_deref().is_some_and(|pending| pending.eq_ignore_ascii_case("deleting"))
}

fn unread(error: &AwsError) -> String {
    format!("it cannot be read ({error})")
}

/// What belongs to what has been added.
async fn followers(reader: &PlanReader, reading: &mut Reading, added: &[Address]) -> Vec<Target> {
    let (mut targets, mut behind, mut unread_all) = (Vec::new(), Vec::new(), Vec::new());
    for live in added.iter().filter_map(|address| reading.live.get(address)) {
        let taken: BTreeSet<&Address> = reading.live.keys().collect();
        targets.extend(follow(live).into_iter().map(|follower| target(live, follower, &taken)));
        let name = &live.id.name;
        let mut lacks = |what: &str, error: &AwsError, lost: &str| {
            let why = format!("{}: {lost} are not written", unread(error));
            unread_all.push(Unsaid { what: format!("{what} {name}"), why });
        };
        match live.id.address.kind {
            Kind::Function => match lambda::mappings_of(reader.aws(), name).await {
                Ok(names) => targets.extend(names.into_iter().map(|name| mapping(live, name))),
                Err(error) => lacks("the event source mappings of", &error, "`on_queue` and `on_stream`"),
            },
            Kind::WebAcl => match associations(reader.aws(), live).await {
                Ok(all) => behind.extend(all),
                Err(error) => lacks("the resources behind", &error, "`protects` and `resource_arns`"),
            },
            _ => {}
        }
    }
    reading.live.extend(behind.into_iter().map(|live| (live.id.address.clone(), live)));
    reading.unread.extend(unread_all);
    targets
}

fn mapping(of: &Live, name: String) -> Target {
    let address = Address::new(Kind::EventSourceMapping, without_section(&name));
    let id = Id { address, name, ..of.id.clone() };
    Target { id, origin: of.id.name.clone(), is_named: false, is_section: false }
}

fn target(of: &Live, follower: Follower, taken: &BTreeSet<&Address>) -> Target {
    let section = &of.id.address.name;
    let name = match follower.part {
        Some("") => section.clone(),
        Some(part) => own_part(section, part).unwrap_or_else(|| without_section(&follower.name)),
        None => free(follower.kind, &naming::of_physical(follower.kind, &follower.name, &of.id.owner), taken),
    };
    let address = Address::new(follower.kind, name);
    let id = Id { address, name: follower.name, ..of.id.clone() };
    Target { id, origin: of.id.name.clone(), is_named: false, is_section: follower.part.is_none() }
}

/// The name, or one with a number that no other thing of the kind has.
fn free(kind: Kind, name: &Name, taken: &BTreeSet<&Address>) -> Name {
    let taken =
        taken.iter().filter(|address| address.kind == kind).map(|address| (kind, address.name.clone())).collect();
    naming::free(kind, name.clone(), &taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::logs::LogGroup;
    use crate::aws::test_support::test_id;

    fn target(name: &str) -> Target {
        Target {
            id: test_id(Kind::LogGroup, name),
            origin: format!("{name} of the source"),
            is_named: true,
            is_section: true,
        }
    }

    fn observed(pending: Option<&str>) -> Observed<State> {
        Observed { pending: pending.map(str::to_owned), ..Observed::of(LogGroup::default().into()) }
    }

    #[test]
    fn a_role_is_called_with_its_path_unless_that_is_the_stages_own() {
        let called = |name: &str, path: Option<&str>| {
            let none = iam::Role::for_service("x", BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
            let role = iam::Role { path: path.map(str::to_owned), ..none };
            let mut live = Live { id: test_id(Kind::Role, name), observed: Observed::of(role.into()) };
            with_path(&mut live);
            live.id.name
        };
        assert_eq!(called("/shop/test/shop--test-a", None), "shop--test-a");
        assert_eq!(called("shop--test-a", None), "shop--test-a");
        assert_eq!(called("a", Some("/shop/test/")), "a");
        assert_eq!(called("a", Some("/service-role/")), "/service-role/a");
        assert_eq!(called("/service-role/a", None), "/service-role/a");
    }

    #[test]
    fn what_cannot_be_read_or_is_going_is_reported_and_the_rest_is_there() {
        let denied = || AwsError::malformed("logs:DescribeLogGroups", "no");
        let mut reading = Reading::default();
        let reads = vec![
            (target("/there"), Ok(Some(observed(Some("UPDATING"))))),
            (target("/going"), Ok(Some(observed(Some("DELETING"))))),
            (target("/denied"), Err(denied())),
            (target("/gone"), Ok(None)),
        ];
        let there = reading.there(reads).expect("one of them");
        assert_eq!(there.iter().map(|(live, _)| live.id.name.as_str()).collect::<Vec<_>>(), ["/there"]);
        let lines: Vec<String> = reading.unread.iter().map(|one| format!("{}: {}", one.what, one.why)).collect();
        assert_eq!((lines.len(), reading.unsaid.len()), (2, 1), "{lines:?}");
        assert!(
            lines[0].starts_with("/denied of the source: it cannot be read (logs:DescribeLogGroups: no)"),
            "{lines:?}"
        );
        assert!(lines[1].starts_with("/going of the source: it is being deleted, or a part of it is"), "{lines:?}");
        let nothing = Reading::default().there(vec![(target("/gone"), Ok(None)), (target("/denied"), Err(denied()))]);
        assert_eq!(nothing.map(|_| ()), Err(ReadErrors(vec![denied()])));
    }
}

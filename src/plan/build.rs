//! Wanted and live state to a plan. Pure.
//!
//! 1. Live states are brought into the form of wanted ones: foreign tags forgotten, known ids made references, and
//!    values that may be secrets left out, unless they are wanted just so.
//! 2. For each address: who owns what is there, what happens to it, and by which calls.
//! 3. Everything that must not be planned is refused, with all reasons at once.
//! 4. The changes are put in order: makers before users, users' changes before deletes.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::steps::{Planned, steps};
use crate::aws::{Id, Kind, Live, State, Tags, Wanted, lambda, logs};
use crate::canonical::Fingerprint;
use crate::name::{Address, Owner, Ownership, Site, tag};
use crate::plan::diff::{attributes, diff};
use crate::plan::goal::{Goal, Goals, scope};
pub use crate::plan::refusal::{Refusal, Refusals};
use crate::plan::remark;
use crate::plan::{Action, Blob, Change, FORMAT, Mode, Note, Plan, Step, Watch, order};
use crate::text::{OutputRef, Outputs, Text};

mod waits;

/// Everything that a plan is a function of.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// App and stage.
    pub owner: &'a Owner,
    pub site: &'a Site,
    /// What the manifest asks for.
    pub wanted: &'a BTreeMap<Address, Wanted>,
    /// What exists: everything of ours, and whatever has a name that we want.
    pub live: &'a BTreeMap<Address, Live>,
    /// What is asked for. If the app is to be removed, nothing may be wanted.
    pub mode: Mode,
    /// Addresses that may be taken over.
    pub adopt: &'a BTreeSet<Address>,
    /// The functions' zips.
    pub blobs: BTreeMap<String, Blob>,
    /// What apply prints.
    pub outputs: &'a BTreeMap<String, Text>,
}

/// What becomes of one resource, before ids are filled in.
struct Draft {
    id: Id,
    action: Action,
    tags: BTreeSet<String>,
    live: Option<State>,
    want: Option<State>,
    identity: Option<String>,
    planned: Vec<Planned>,
}

/// Plans, or refuses with every reason.
pub fn plan(request: &Request) -> Result<Plan, Refusals> {
    decide(request).map(|(plan, _)| plan)
}

/// The plan, and where everything that is wanted or exists is to be.
pub fn decide(request: &Request) -> Result<(Plan, Goals), Refusals> {
    let known = known(request.live);
    let Drafts { mut drafts, mut notes, mut refusals, lasting } = draft_all(request, &known);
    let settled: BTreeMap<_, _> = drafts.extract_if(.., |_, draft| draft.planned.is_empty()).collect();
    refusals.extend(drafts.values().filter_map(|draft| refuse(request, draft)));
    if !refusals.is_empty() {
        return Err(Refusals(refusals));
    }
    let changes = changes(request, &drafts, &lasting, &known).map_err(|refusal| Refusals(vec![refusal]))?;
    notes.sort();
    let plan = Plan {
        format: FORMAT,
        app: request.owner.app.clone(),
        stage: request.owner.stage.clone(),
        site: request.site.clone(),
        mode: request.mode,
        unchanged: settled.len(),
        known: symbols(&lasting),
        blobs: request.blobs.clone(),
        outputs: request.outputs.iter().map(|(name, text)| (name.clone(), text.resolve(&lasting))).collect(),
        notes,
        changes,
    };
    let goals = settled.into_iter().chain(drafts).map(|(address, draft)| (address, draft.goal()));
    Ok((plan, goals.collect()))
}

/// What AWS has made up so far, except for what is volatile.
pub fn known(live: &BTreeMap<Address, Live>) -> Outputs {
    let outputs = live.iter().flat_map(|(address, live)| {
        live.observed.outputs.iter().map(move |(name, value)| (OutputRef::new(address, name.as_str()), value.clone()))
    });
    outputs.filter(|(reference, _)| !reference.attribute.starts_with('@')).collect()
}

/// Those among them that texts refer to: what live state is made comparable with.
pub fn symbols(known: &Outputs) -> Outputs {
    let is_symbol = |reference: &OutputRef| reference.address.kind.symbols().contains(&reference.attribute.as_str());
    known.iter().filter(|(reference, _)| is_symbol(reference)).map(|(r, v)| (r.clone(), v.clone())).collect()
}

/// What becomes of every resource, as far as each is looked at alone.
struct Drafts {
    drafts: BTreeMap<Address, Draft>,
    notes: Vec<Note>,
    refusals: Vec<Refusal>,
    /// What AWS has generated and will not generate again.
    lasting: Outputs,
}

/// Live state refers to what lasts alone: what goes, or is made again under another id, stands there literally, before
/// its change and after it, so that whatever names it is brought up to date.
fn draft_all(request: &Request, known: &Outputs) -> Drafts {
    let addresses: BTreeSet<&Address> = request.wanted.keys().chain(request.live.keys()).collect();
    let mut lasting = known.clone();
    lasting.retain(|reference, _| request.wanted.contains_key(&reference.address));
    loop {
        let named = symbols(&lasting);
        let mut all = Drafts { drafts: BTreeMap::new(), notes: Vec::new(), refusals: Vec::new(), lasting };
        for address in &addresses {
            match draft(request, address, &named, &mut all.notes) {
                Ok(draft) => drop(all.drafts.insert((*address).clone(), draft)),
                Err(refusal) => all.refusals.push(refusal),
            }
        }
        let before = all.lasting.len();
        all.lasting
            .retain(|reference, _| all.drafts.get(&reference.address).is_none_or(|draft| draft.leaves(reference)));
        if all.lasting.len() == before {
            return all;
        }
        // Another one fewer is symbolic, so this ends.
        lasting = all.lasting;
    }
}

impl Draft {
    /// True if AWS will not generate this attribute again.
    fn leaves(&self, reference: &OutputRef) -> bool {
        match (&self.live, &self.want) {
            (Some(live), Some(want)) => self.action != Action::Replace && !live.remakes(want, &reference.attribute),
            _ => false,
        }
    }

    /// Where the resource is to be.
    fn goal(self) -> Goal {
        Goal { id: self.id, tags: self.tags, identity: self.identity, state: self.want }
    }
}

fn draft(request: &Request, address: &Address, ids: &Outputs, notes: &mut Vec<Note>) -> Result<Draft, Refusal> {
    let (wanted, live) = (request.wanted.get(address), request.live.get(address));
    same_name(wanted, live)?;
    let tags = scope(wanted.map(|w| &w.state));
    let state = live.map(|live| {
        let mut state = live.observed.state.clone();
        state.scope(&tags);
        state.symbolise(ids);
        state
    });
    let taken = live.map_or(Ok(false), |live| taken_over(request, wanted, live))?;
    keeps_data(request, live)?;
    keeps_path(taken, address, live)?;
    let needed = live.filter(|_| wanted.is_none()).and_then(|live| needed_by(request, live));
    let want = match (wanted, &state) {
        (Some(wanted), Some(live)) => {
            let mut want = wanted.state.clone();
            want.keep(live);
            let later = wanted.state.later(live);
            notes.extend(
                later.map(|rest| Note { address: address.clone(), message: remark::later(&wanted.id.name, &rest) }),
            );
            Some(want)
        }
        (Some(wanted), None) => Some(wanted.state.clone()),
        (None, Some(state)) => live.and_then(|live| released(request, live, state, needed.is_some())),
        (None, None) => None,
    };
    let id = wanted.map(|w| w.id.clone()).or_else(|| live.map(|l| l.id.clone()));
    let id = id.ok_or_else(|| Refusal::Unwritable(address.clone(), "neither wanted nor live".into()))?;
    let state = state.map(|mut state| {
        state.veil(want.as_ref());
        state
    });
    let planned = steps(&id, want.as_ref(), state.as_ref())?;
    if let Some(live) = live {
        notes.extend(remarks(live, wanted.is_some(), needed.as_deref()));
    }
    let action = action(wanted.is_some(), taken, state.as_ref(), want.as_ref(), &planned);
    let identity = live.and_then(|live| live.observed.identity.clone());
    Ok(Draft { id, action, tags, live: state, want, identity, planned })
}

/// A call would name what the manifest asks for, and mean what there is.
fn same_name(wanted: Option<&Wanted>, live: Option<&Live>) -> Result<(), Refusal> {
    match (wanted.map(|wanted| &wanted.id), live.map(|live| &live.id)) {
        (Some(wanted), Some(live)) if wanted.name != live.name => Err(Refusal::OtherName {
            address: live.address.clone(),
            live: live.name.clone(),
            wanted: wanted.name.clone(),
        }),
        _ => Ok(()),
    }
}

/// True if the live resource becomes ours by this plan. Refuses what must not be touched.
fn taken_over(request: &Request, wanted: Option<&Wanted>, live: &Live) -> Result<bool, Refusal> {
    let (address, name) = (live.id.address.clone(), live.id.name.clone());
    let Some(tags) = live.observed.state.tags() else { return Ok(false) };
    match request.owner.of(tags) {
        Ownership::Owned(owner) if owner == address || owner.formerly(&name) == address => Ok(false),
        Ownership::Released(owner) if owner == address => Ok(true),
        Ownership::Owned(other) if wanted.is_some_and(|w| w.named) && !is_wanted(request, &other, &name) => Ok(true),
        Ownership::Owned(other) | Ownership::Released(other) => Err(Refusal::OtherAddress { address, name, other }),
        Ownership::Foreign if wanted.is_some_and(|w| w.adopt) || request.adopt.contains(&address) => Ok(true),
        Ownership::Foreign => Err(Refusal::Foreign { address, name, whose: whose(tags) }),
    }
}

/// True if the manifest asks for this address under this name.
fn is_wanted(request: &Request, address: &Address, name: &str) -> bool {
    request.wanted.get(address).is_some_and(|wanted| wanted.id.name == name)
}

/// What is wanted in the place of a resource whose `name` has changed.
fn successor<'r>(request: &Request<'r>, live: &Live) -> Option<&'r Wanted> {
    let Ownership::Owned(address) = request.owner.of(live.observed.state.tags()?) else { return None };
    request.wanted.get(&address).filter(|_| address.formerly(&live.id.name) == live.id.address)
}

/// A table under another name is an empty one: what holds data is not replaced by it but where the section says that it
/// may go. A function's log group, which follows its name, is kept for its events.
fn keeps_data(request: &Request, live: Option<&Live>) -> Result<(), Refusal> {
    let Some((live, wanted)) = live.and_then(|live| Some((live, successor(request, live)?))) else { return Ok(()) };
    let (address, name) = (wanted.id.address.clone(), live.id.name.clone());
    let follows = address.kind == Kind::LogGroup && logs::is_of_function(&name);
    if !address.kind.holds_data() || follows || is_deleted_with_its_data(&wanted.state) {
        return Ok(());
    }
    Err(Refusal::ReplacesData { address, name, attributes: "name".into() })
}

/// A role that is taken over stays where it is: under another path than it is looked for it would have to be recreated.
fn keeps_path(taken: bool, address: &Address, live: Option<&Live>) -> Result<(), Refusal> {
    let Some((live, State::Role(role))) = live.filter(|_| taken).map(|live| (live, &live.observed.state)) else {
        return Ok(());
    };
    let Some(path) = &role.path else { return Ok(()) };
    let why = format!(
        "it is a role under the path {path}: write name and path = \"{path}\" in its section, so that it stays"
    );
    Err(Refusal::InTheWay { address: address.clone(), name: live.id.name.clone(), why })
}

/// What tags say of whose something is that is not ours.
fn whose(tags: &Tags) -> String {
    match (tags.get(tag::APP), tags.get(tag::STAGE)) {
        (Some(app), Some(stage)) => format!("its tags say that it belongs to the app {app} at the stage {stage}"),
        _ => "it lacks our ownership tags".into(),
    }
}

/// Who else needs what nobody here asks for. The oldest version of a content of a layer stays as long as another one
/// does, which would be called as it is.
fn needed_by(request: &Request, live: &Live) -> Option<String> {
    let is_later = |other: &&Live| {
        let kinds = (live.id.address.kind, other.id.address.kind);
        let is_called_after = || lambda::oldest_of(&other.id.name).is_some_and(|oldest| oldest == live.id.name);
        kinds == (Kind::LayerVersion, Kind::LayerVersion) && is_called_after()
    };
    let needs = |live: &Live| live.observed.state.is_needed_by();
    needs(live).or_else(|| request.live.values().filter(is_later).find_map(needs))
}

/// What an unwanted resource becomes: absent, or kept because somebody else needs it, or without our tags because it
/// holds data.
fn released(request: &Request, live: &Live, state: &State, is_needed: bool) -> Option<State> {
    if is_needed {
        return Some(state.clone());
    }
    let successor = successor(request, live);
    let goes_with = successor.map_or(state, |wanted| &wanted.state);
    let may_go = request.mode == Mode::DestroyData || is_deleted_with_its_data(goes_with);
    if !live.id.address.kind.holds_data() || may_go {
        return None;
    }
    let address = successor.map_or(&live.id.address, |wanted| &wanted.id.address);
    let mut kept = state.clone();
    kept.release();
    if let Some(tags) = kept.tags_mut() {
        tags.retain(|key, _| !tag::OURS.contains(&key.as_str()));
        tags.insert(tag::RELEASED.into(), request.owner.released(address));
    }
    Some(kept)
}

/// True if its tags say that it may be deleted with all that it holds.
fn is_deleted_with_its_data(state: &State) -> bool {
    state.tags().and_then(|tags| tags.get(tag::ON_DELETE)).is_some_and(|value| value == "delete")
}

fn action(wanted: bool, taken: bool, live: Option<&State>, want: Option<&State>, planned: &[Planned]) -> Action {
    match (live, want) {
        (None, _) => Action::Create,
        (Some(_), None) => Action::Delete,
        _ if !wanted => Action::Release,
        _ if planned.iter().any(|step| step.leads_to == Fingerprint::Absent) => Action::Replace,
        _ if taken => Action::Adopt,
        _ => Action::Update,
    }
}

fn remarks(live: &Live, wanted: bool, needed: Option<&str>) -> Vec<Note> {
    let note = |message: String| Note { address: live.id.address.clone(), message };
    let mut notes = Vec::new();
    if wanted {
        let name = &live.id.name;
        notes.extend(live.observed.unmodelled.iter().map(|unmodelled| note(remark::unmodelled(name, unmodelled))));
    }
    notes.extend(needed.map(|who| note(remark::needed(&live.id.name, who))));
    let left = live.observed.state.stays().filter(|_| !wanted);
    notes.extend(left.map(|what| note(remark::stays(&live.id.name, &what))));
    if let Some(pending) = &live.observed.pending {
        notes.push(note(remark::pending(&live.id.name, pending)));
    }
    notes
}

fn refuse(request: &Request, draft: &Draft) -> Option<Refusal> {
    let (address, name) = (draft.id.address.clone(), draft.id.name.clone());
    let calls: BTreeSet<&str> = draft.planned.iter().map(|step| step.call.api()).collect();
    let unmodelled = request.live.get(&address).map_or(&[][..], |live| &live.observed.unmodelled);
    let erased = unmodelled.iter().find_map(|u| u.erased_by.filter(|call| calls.contains(*call)).map(|call| (u, call)));
    if let (Some((attribute, call)), Some(_)) = (erased, &draft.want) {
        return Some(Refusal::WouldErase { address, name, attribute: attribute.attribute.clone(), call: call.into() });
    }
    let forbidden =
        unmodelled.iter().find_map(|u| u.forbids.filter(|call| calls.contains(*call)).map(|call| (u, call)));
    if let Some((attribute, call)) = forbidden {
        return Some(Refusal::Forbidden { address, name, attribute: attribute.attribute.clone(), call: call.into() });
    }
    if let Some(why) = draft.want.as_ref().and_then(|want| want.obstacle(draft.live.as_ref(), unmodelled)) {
        return Some(Refusal::InTheWay { address, name, why });
    }
    let allowed = draft.want.as_ref().is_some_and(is_deleted_with_its_data);
    if draft.action != Action::Replace || !address.kind.holds_data() || allowed {
        return None;
    }
    let differing = diff(address.kind, draft.want.as_ref(), draft.live.as_ref()).unwrap_or_default();
    let attributes: Vec<String> = differing.into_iter().map(|d| d.path).collect();
    Some(Refusal::ReplacesData { address, name, attributes: attributes.join(", ") })
}

fn changes(
    request: &Request,
    drafts: &BTreeMap<Address, Draft>,
    usable: &Outputs,
    known: &Outputs,
) -> Result<Vec<Change>, Refusal> {
    let waits = waits::waits(request, drafts);
    let sorted = order::sort(&waits).map_err(|circle| {
        Refusal::Circle(circle.iter().map(Address::to_string).collect::<Vec<_>>().join(" waits for "))
    })?;
    sorted
        .iter()
        .map(|address| {
            let draft = &drafts[address];
            change(draft, waits[address].clone(), usable, known)
        })
        .collect()
}

/// Fills in the ids that will still hold when the call is sent, and takes the fingerprints.
fn change(draft: &Draft, waits_for: BTreeSet<Address>, usable: &Outputs, known: &Outputs) -> Result<Change, Refusal> {
    let address = &draft.id.address;
    let unwritable = |e: serde_json::Error| Refusal::Unwritable(address.clone(), e.to_string());
    // What lasts is among the usable ones already.
    let goes = matches!(draft.action, Action::Replace | Action::Delete | Action::Release);
    let with_own = goes.then(|| own_and(usable, known, address));
    let (mut steps, mut here) = (Vec::new(), true);
    for planned in &draft.planned {
        let outputs = with_own.as_ref().filter(|_| here).unwrap_or(usable);
        let call = planned.call.resolve(address.kind, outputs).map_err(unwritable)?;
        here = here && planned.leads_to != Fingerprint::Absent;
        let watch = planned.watch.as_ref().map(|watch| {
            let otherwise = watch.otherwise.resolve(address.kind, outputs).map_err(unwritable)?;
            let (minutes, alarms, leads_back_to) = (watch.minutes, watch.alarms.clone(), watch.leads_back_to);
            Ok::<_, Refusal>(Watch { minutes, alarms, otherwise, leads_back_to })
        });
        steps.push(Step { call, leads_to: planned.leads_to, watch: watch.transpose()? });
    }
    Ok(Change {
        address: address.clone(),
        name: draft.id.name.clone(),
        action: draft.action,
        lane: address.kind.lane(&draft.id),
        waits_for,
        tags: draft.tags.clone(),
        before: Fingerprint::of(draft.live.as_ref()).map_err(unwritable)?,
        identity: draft.identity.clone(),
        was: attributes(address.kind, draft.live.as_ref()).map_err(unwritable)?,
        diff: diff(address.kind, draft.want.as_ref(), draft.live.as_ref()).map_err(unwritable)?,
        steps,
    })
}

/// What others know, and what the resource itself is called until it is gone.
fn own_and(usable: &Outputs, known: &Outputs, address: &Address) -> Outputs {
    let own = known.iter().filter(|(reference, _)| reference.address == *address);
    usable.iter().chain(own).map(|(r, v)| (r.clone(), v.clone())).collect()
}

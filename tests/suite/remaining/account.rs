//! An account in memory: what is there, what a plan makes of it, and what is read of it then.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serverless_app::aws::{Id, Live, Observed, State};
use serverless_app::canonical::Fingerprint;
use serverless_app::kind::Kind;
use serverless_app::manifest::lower::Lowered;
use serverless_app::name::{Address, Owner, Ownership};
use serverless_app::plan::build::{Refusals, Request, decide, known};
use serverless_app::plan::goal::Goals;
use serverless_app::plan::remaining::{self, Apart, Beyond, Start, Today};
use serverless_app::plan::{Blob, Change, Mode, Plan, Whose};
use serverless_app::planning::finished;
use serverless_app::text::{OutputRef, Outputs};

use crate::model::random::Random;
use crate::planner::{lowered, owner, site, sources};

/// What a manifest asks for.
pub struct Asked {
    pub owner: Owner,
    pub lowered: Lowered,
    pub blobs: BTreeMap<String, Blob>,
    pub mode: Mode,
}

impl Asked {
    pub fn of(folder: &Path, text: &str) -> Self {
        let owner = owner(text);
        let sources = sources(folder, text, &owner);
        let functions = sources.packages.into_iter().map(|(name, package)| (Whose::Function(name), package));
        let layers =
            sources.layers.into_iter().filter_map(|(name, layer)| Some((Whose::Layer(name), layer.ok()?.package)));
        let blobs = functions.chain(layers).map(|(whose, package)| {
            let built_from = Some("a".repeat(64));
            let blob = Blob { whose, size: package.zip.size(), packages: package.requirements, built_from };
            (package.sha256, blob)
        });
        Self { blobs: blobs.collect(), lowered: lowered(folder, text), owner, mode: Mode::Deploy }
    }

    /// That nothing is left of this manifest's app.
    pub fn nothing(folder: &Path, text: &str) -> Self {
        let mut asked = Self { mode: Mode::Destroy, ..Self::of(folder, text) };
        asked.lowered.wanted.clear();
        asked.lowered.outputs.clear();
        asked.lowered.notes.clear();
        asked
    }
}

/// What is there, by kind and physical name.
#[derive(Debug, Clone, Default)]
pub struct Account {
    there: BTreeMap<(Kind, String), (Id, State, Option<String>)>,
    made: usize,
}

/// What AWS makes up of a kind's resources that have an id.
fn made_up(kind: Kind) -> &'static [&'static str] {
    if kind == Kind::LayerVersion { &["arn", "version"] } else { &["id"] }
}

impl Account {
    /// What an earlier apply has made of a manifest.
    pub fn of(asked: &Asked) -> Self {
        let mut account = Self::default();
        for wanted in asked.lowered.wanted.values() {
            account.put(&wanted.id, Some(wanted.state.clone()));
        }
        account
    }

    fn put(&mut self, id: &Id, state: Option<State>) {
        let key = (id.address.kind, id.name.clone());
        let Some(state) = state else { return drop(self.there.remove(&key)) };
        let kept = self.there.get(&key).and_then(|(_, _, made)| made.clone());
        let makes_id =
            matches!(id.address.kind, Kind::HttpApi | Kind::LayerVersion | Kind::RestApi | Kind::WebAcl | Kind::IpSet);
        let made = kept.or_else(|| {
            self.made += 1;
            makes_id.then(|| format!("made{}up{}", self.made, id.address.name))
        });
        self.there.insert(key, (id.clone(), state, made));
    }

    pub fn addresses(&self) -> Vec<String> {
        self.there.keys().map(|(kind, name)| format!("{kind} {name}")).collect()
    }

    /// What reads find: everything of ours, and what has a wanted name. The latter has the wanted address, whatever it was
    /// before: so does the association of an API that moves to another firewall.
    fn live(&self, asked: &Asked) -> BTreeMap<Address, Live> {
        let ids = asked.lowered.wanted.values().map(|wanted| &wanted.id);
        let wanted: BTreeMap<(Kind, &str), &Id> = ids.map(|id| ((id.address.kind, id.name.as_str()), id)).collect();
        let live = self.there.values().filter_map(|(id, state, made)| {
            let owned = |tags| matches!(asked.owner.of(tags), Ownership::Owned(_));
            let is_ours = || state.tags().is_none_or(owned);
            let wanted = wanted.get(&(id.address.kind, id.name.as_str())).copied();
            let id = wanted.or_else(|| is_ours().then_some(id))?;
            let mut observed = Observed::of(state.clone());
            observed.identity = made.clone();
            let names = made_up(id.address.kind);
            let named = made.iter().flat_map(|made| names.iter().map(move |name| ((*name).to_owned(), made.clone())));
            observed.outputs = named.collect();
            Some((id.address.clone(), Live { id: id.clone(), observed }))
        });
        live.collect()
    }

    /// The ids of everything that is there.
    pub fn known(&self) -> Outputs {
        let made = self.there.values().filter_map(|(id, _, made)| Some((id, made.clone()?)));
        let of = |(id, made): (&Id, String)| {
            let named = made_up(id.address.kind).iter();
            named.map(|name| (OutputRef::new(&id.address, *name), made.clone())).collect::<Vec<_>>()
        };
        made.flat_map(of).collect()
    }

    pub fn plan(&self, asked: &Asked) -> Result<(Plan, Goals), Refusals> {
        let (plan, goals) = decide(&Request {
            owner: &asked.owner,
            site: &site(),
            wanted: &asked.lowered.wanted,
            live: &self.live(asked),
            mode: asked.mode,
            adopt: &BTreeSet::new(),
            blobs: asked.blobs.clone(),
            outputs: &asked.lowered.outputs,
        })?;
        Ok((finished(plan, asked.lowered.notes.clone()), goals))
    }

    /// Applies a plan as far as chance has it: nothing (0), some of it (1, 2), all (3).
    pub fn advance(&mut self, plan: &Plan, random: &mut Random, way: usize) {
        let mut done: BTreeSet<&Address> = BTreeSet::new();
        for change in &plan.changes {
            let ready = change.waits_for.iter().all(|other| done.contains(other));
            let steps = match random.below(10) {
                _ if !ready || way == 0 => 0,
                _ if way == 3 => change.steps.len(),
                0..5 => change.steps.len(),
                5..8 => random.below(change.steps.len() + 1),
                _ => 0,
            };
            self.go(plan, change, steps);
            if steps == change.steps.len() {
                done.insert(&change.address);
            }
        }
    }

    fn go(&mut self, plan: &Plan, change: &Change, steps: usize) {
        let id = plan.id(change);
        for step in &change.steps[..steps] {
            // AWS has ids on both sides; what is kept here are symbols.
            let known = self.known();
            let found = self.there.get(&(id.address.kind, id.name.clone())).map(|(_, state, _)| state.clone());
            let found = found.map(|mut state| {
                state.scope(&change.tags);
                state.texts(&mut |text| *text = text.resolve(&known));
                state
            });
            let call = step.call.resolve(id.address.kind, &known).expect("a call");
            self.put(
                &id,
                call.effect(found).map(|mut state| {
                    state.symbolise(&known);
                    state
                }),
            );
        }
    }

    /// What `verify` does: reads what has to be read apart, and compares.
    pub fn prove(&self, approved: &Plan, fresh: &Plan, goals: &Goals, asked: &Asked) -> Result<Start, Beyond> {
        let read = known(&self.live(asked));
        let apart = remaining::apart(approved, goals).into_iter().map(|change| {
            let found = self.there.get(&(change.address.kind, change.name.clone())).map(|(_, state, _)| state.clone());
            let owner = found.as_ref().and_then(State::tags).map(|tags| approved.owner().of(tags));
            let state = found.map(|mut state| {
                state.scope(&change.tags);
                state.symbolise(&fresh.known);
                state
            });
            let fingerprint = Fingerprint::of(state.as_ref()).expect("a state");
            (change.address.clone(), Apart { fingerprint, owner })
        });
        let apart = apart.collect();
        remaining::check(approved, &Today { plan: fresh, known: &read, goals, blobs: &asked.blobs, apart: &apart })
    }
}

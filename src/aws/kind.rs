//! Values of any kind: a state, a call, what a listing found.
//!
//! A new kind is a type that implements [`Resource`] and a line in [`crate::kind`]; everything here follows from that, by
//! static dispatch.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::*;
use crate::aws::kit::calls::{Calls, Sweep};
use crate::kind::Kind;
use crate::name::{Owner, Site};
use crate::text::{OutputRef, Text};

macro_rules! resources {
    ($($name:literal => $kind:ident($type:ty);)*) => {
        impl Kind {
            /// See [`Resource::HOLDS_DATA`].
            pub fn holds_data(self) -> bool {
                match self { $(Kind::$kind => <$type>::HOLDS_DATA),* }
            }

            /// See [`Resource::FIXED`].
            pub fn fixed(self) -> &'static [&'static str] {
                match self { $(Kind::$kind => <$type>::FIXED),* }
            }

            /// See [`Resource::TOO_LATE`].
            pub fn too_late(self) -> Option<&'static str> {
                match self { $(Kind::$kind => <$type>::TOO_LATE),* }
            }

            /// See [`Resource::PATIENCE`].
            pub fn patience(self) -> Duration {
                match self { $(Kind::$kind => <$type>::PATIENCE),* }
            }

            /// What a plan waits for if [`Observed::pending`] contains this word; see [`Resource::SETTLES`].
            pub fn settles(self, pending: &str) -> Option<&'static str> {
                let all = match self { $(Kind::$kind => <$type>::SETTLES),* };
                all.iter().find(|(word, _)| *word == pending).map(|(_, wanted)| *wanted)
            }

            /// See [`Resource::HEALS`].
            pub fn heals(self) -> &'static [settle::Rule] {
                match self { $(Kind::$kind => <$type>::HEALS),* }
            }

            /// See [`Resource::MAKES_ANOTHER`].
            pub fn makes_another(self) -> &'static [&'static str] {
                match self { $(Kind::$kind => <$type>::MAKES_ANOTHER),* }
            }

            /// See [`Resource::SYMBOLS`].
            pub fn symbols(self) -> &'static [&'static str] {
                match self { $(Kind::$kind => <$type>::SYMBOLS),* }
            }

            /// See [`Resource::LIMITS`].
            pub fn limits(self) -> &'static [rate::Limit] {
                match self { $(Kind::$kind => <$type>::LIMITS),* }
            }

            /// See [`Resource::LISTS_ALL`].
            pub fn lists_all(self) -> bool {
                match self { $(Kind::$kind => <$type>::LISTS_ALL),* }
            }

            /// See [`Resource::LISTS_WITH_READS`].
            pub fn lists_with_reads(self) -> bool {
                match self { $(Kind::$kind => <$type>::LISTS_WITH_READS),* }
            }

            /// See [`Resource::INDEXED`].
            pub fn indexed(self) -> Option<(&'static str, &'static str)> {
                match self { $(Kind::$kind => <$type>::INDEXED),* }
            }

            /// See [`Resource::is_told_by`].
            pub fn is_told_by(self, tags: &Tags) -> bool {
                match self { $(Kind::$kind => <$type>::is_told_by(tags)),* }
            }

            /// See [`Resource::OF_THE_ACCOUNT`].
            pub fn of_the_account(self) -> bool {
                match self { $(Kind::$kind => <$type>::OF_THE_ACCOUNT),* }
            }

            /// See [`Resource::IN_PARTS`].
            pub fn in_parts(self) -> bool {
                match self { $(Kind::$kind => <$type>::IN_PARTS),* }
            }

            /// See [`Resource::HIDES`].
            pub fn hides(self) -> bool {
                match self { $(Kind::$kind => <$type>::HIDES),* }
            }

            /// See [`Resource::USED_BY`].
            pub fn used_by(self) -> &'static [Kind] {
                match self { $(Kind::$kind => <$type>::USED_BY),* }
            }

            /// See [`Resource::REMEMBERS`].
            pub fn remembers(self) -> &'static [Kind] {
                match self { $(Kind::$kind => <$type>::REMEMBERS),* }
            }

            /// See [`Resource::HELD_BY`].
            pub fn held_by(self) -> &'static [(&'static str, Kind)] {
                match self { $(Kind::$kind => <$type>::HELD_BY),* }
            }

            /// See [`Resource::is_used_by`].
            pub fn is_used_by(self, id: &Id, user: &Id) -> bool {
                match self { $(Kind::$kind => <$type>::is_used_by(id, user)),* }
            }

            /// See [`Resource::lane`].
            pub fn lane(self, id: &Id) -> String {
                match self { $(Kind::$kind => <$type>::lane(id)),* }
            }

            /// See [`Resource::hidden`].
            pub fn hidden(self, path: &str) -> bool {
                match self { $(Kind::$kind => <$type>::hidden(path)),* }
            }

            /// See [`Resource::list`].
            pub async fn find(self, reader: &PlanReader, owner: &Owner) -> Result<Vec<Found<Seed>>, AwsError> {
                match self { $(Kind::$kind => {
                    let found = Box::pin(<$type>::list(reader, owner)).await?;
                    Ok(found.into_iter().map(|f| Found { name: f.name, seed: Seed::$kind(f.seed) }).collect())
                }),* }
            }

            async fn read(self, reader: Reader<'_>, id: &Id, seed: Option<&Seed>) -> Result<Option<Observed<State>>, AwsError> {
                match self { $(Kind::$kind => {
                    let seed = match seed { Some(Seed::$kind(seed)) => Some(seed), _ => None };
                    let observed = Box::pin(<$type>::observe(reader, id, seed)).await?;
                    Ok(observed.map(|o| o.map(State::$kind)))
                }),* }
            }

            /// See [`Resource::next_call`]. `None` too if the states are of other kinds.
            pub fn next_call(self, id: &Id, want: Option<&State>, live: Option<&State>) -> Option<Call> {
                match self { $(Kind::$kind => {
                    let want = match want { Some(State::$kind(s)) => Some(s), None => None, _ => return None };
                    let live = match live { Some(State::$kind(s)) => Some(s), None => None, _ => return None };
                    <$type>::next_call(id, want, live).map(Call::$kind)
                }),* }
            }

            /// See [`Resource::condition`]. `None` too where call or state is of another kind.
            pub fn condition(self, id: &Id, want: Option<&State>, call: &Call) -> Option<Condition<Call>> {
                match (self, call) {
                    $((Kind::$kind, Call::$kind(call)) => {
                        let want = match want { Some(State::$kind(s)) => Some(s), _ => None };
                        let Condition { minutes, alarms, otherwise } = <$type>::condition(id, want, call)?;
                        Some(Condition { minutes, alarms, otherwise: Call::$kind(otherwise) })
                    })*
                    _ => None,
                }
            }

            /// See [`Resource::count_swept`].
            pub async fn count_swept(self, aws: &Aws, id: &Id) -> Result<u64, AwsError> {
                match self { $(Kind::$kind => <$type>::count_swept(aws, id).await),* }
            }

            /// See [`RequiredActions::actions_of_all_calls`].
            pub fn actions_of_all_calls(self, id: &Id) -> Vec<RequiredAction> {
                match self { $(Kind::$kind => <$type>::actions_of_all_calls(id)),* }
            }

            /// See [`RequiredActions::actions_to_adopt`].
            pub fn actions_to_adopt(self, id: &Id) -> Vec<RequiredAction> {
                match self { $(Kind::$kind => <$type>::actions_to_adopt(id)),* }
            }

            /// See [`RequiredActions::actions_to_read`].
            pub fn actions_to_read(self, id: &Id) -> Vec<RequiredAction> {
                match self { $(Kind::$kind => <$type>::actions_to_read(id)),* }
            }

            /// See [`RequiredActions::actions_to_plan`].
            pub fn actions_to_plan(self, id: &Id) -> Vec<RequiredAction> {
                match self { $(Kind::$kind => <$type>::actions_to_plan(id)),* }
            }

            /// See [`RequiredActions::actions_to_list`].
            pub fn actions_to_list(self, site: &Site, owner: &Owner) -> Vec<RequiredAction> {
                match self { $(Kind::$kind => <$type>::actions_to_list(site, owner)),* }
            }

            /// See [`RequiredActions::names`].
            pub fn names(self, owner: &Owner) -> String {
                match self { $(Kind::$kind => <$type>::names(owner)),* }
            }

            /// The names of its calls, `service:Operation`.
            pub fn apis(self) -> &'static [&'static str] {
                match self { $(Kind::$kind => <$type as Resource>::Call::APIS),* }
            }

            /// Reads a call of this kind from JSON; a call of another kind and an unknown field are errors.
            pub fn parse_call(self, json: &str) -> serde_json::Result<Call> {
                match self { $(Kind::$kind => serde_json::from_str(json).map(Call::$kind)),* }
            }
        }

        /// What a listing told, of any kind.
        #[derive(Debug, Clone)]
        pub enum Seed { $(#[doc = $name] $kind(<$type as Resource>::Seed)),* }

        /// A state of any kind.
        #[derive(Debug, Clone, PartialEq)]
        #[expect(clippy::large_enum_variant, reason = "a function has the most settings, and a plan some hundreds of states")]
        pub enum State { $(#[doc = $name] $kind($type)),* }

        $(impl From<$type> for State {
            fn from(state: $type) -> Self { State::$kind(state) }
        })*

        impl State {
            /// Which kind it is of.
            pub fn kind(&self) -> Kind {
                match self { $(State::$kind(_) => Kind::$kind),* }
            }

            /// See [`Resource::keep`].
            pub fn keep(&mut self, live: &State) {
                match (self, live) { $((State::$kind(s), State::$kind(l)) => s.keep(l),)* _ => {} }
            }

            /// See [`Resource::release`].
            pub fn release(&mut self) {
                match self { $(State::$kind(s) => s.release(),)* }
            }

            /// See [`Resource::later`].
            pub fn later(&self, live: &State) -> Option<String> {
                match (self, live) { $((State::$kind(s), State::$kind(l)) => s.later(l),)* _ => None }
            }

            /// See [`Resource::is_needed_by`].
            pub fn is_needed_by(&self) -> Option<String> {
                match self { $(State::$kind(s) => s.is_needed_by()),* }
            }

            /// See [`Resource::stays`].
            pub fn stays(&self) -> Option<String> {
                match self { $(State::$kind(s) => s.stays()),* }
            }

            /// See [`Resource::obstacle`].
            pub fn obstacle(&self, live: Option<&State>, unmodelled: &[Unmodelled]) -> Option<String> {
                match self { $(State::$kind(s) => {
                    let live = match live { Some(State::$kind(live)) => Some(live), _ => None };
                    s.obstacle(live, unmodelled)
                }),* }
            }

            /// See [`Resource::halfway`].
            pub fn halfway(&self) -> Option<State> {
                match self { $(State::$kind(s) => s.halfway().map(State::$kind)),* }
            }

            /// See [`Resource::remakes`].
            pub fn remakes(&self, want: &State, attribute: &str) -> bool {
                match (self, want) {
                    $((State::$kind(live), State::$kind(want)) => live.remakes(want, attribute),)*
                    _ => false,
                }
            }

            /// See [`Resource::scope`].
            pub fn scope(&mut self, keys: &BTreeSet<String>) {
                match self { $(State::$kind(s) => s.scope(keys)),* }
            }

            /// See [`Resource::veil`].
            pub fn veil(&mut self, goal: Option<&State>) {
                match self { $(State::$kind(s) => s.veil(match goal { Some(State::$kind(goal)) => Some(goal), _ => None })),* }
            }

            /// See [`Resource::texts`].
            pub fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
                match self { $(State::$kind(s) => s.texts(visit)),* }
            }

            /// See [`Resource::tags`].
            pub fn tags(&self) -> Option<&Tags> {
                match self { $(State::$kind(s) => s.tags()),* }
            }

            /// See [`Resource::tags_mut`].
            pub fn tags_mut(&mut self) -> Option<&mut Tags> {
                match self { $(State::$kind(s) => s.tags_mut()),* }
            }
        }

        impl Serialize for State {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                match self { $(State::$kind(s) => s.serialize(output)),* }
            }
        }

        /// A call of any kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Call { $(#[doc = $name] $kind(<$type as Resource>::Call)),* }

        impl Call {
            /// Its name, `service:Operation`.
            pub fn api(&self) -> &'static str {
                match self { $(Call::$kind(call) => call.api()),* }
            }

            /// See [`Resource::effect`].
            pub fn effect(&self, state: Option<State>) -> Option<State> {
                match self { $(Call::$kind(call) => {
                    let state = match state { Some(State::$kind(s)) => Some(s), _ => None };
                    <$type>::effect(call, state).map(State::$kind)
                }),* }
            }

            /// See [`Resource::flows_into`].
            pub fn flows_into(&self, next: &Call) -> bool {
                match (self, next) { $((Call::$kind(call), Call::$kind(next)) => <$type>::flows_into(call, next),)* _ => false }
            }

            /// See [`Resource::sweep`].
            pub fn sweep(&self) -> Option<Sweep> {
                match self { $(Call::$kind(call) => <$type>::sweep(call)),* }
            }

            /// See [`Resource::blob`].
            pub fn blob(&self) -> Option<&lambda::Blob> {
                match self { $(Call::$kind(call) => <$type>::blob(call)),* }
            }

            /// See [`Resource::bodies`].
            pub fn bodies(&self) -> Vec<&s3::Body> {
                match self { $(Call::$kind(call) => <$type>::bodies(call)),* }
            }

            /// See [`Resource::is_rest`].
            pub fn is_rest_of(&self, whole: &Call, id: &Id, goal: Option<&State>) -> bool {
                match (self, whole) {
                    $((Call::$kind(rest), Call::$kind(whole)) => {
                        let goal = match goal { Some(State::$kind(s)) => Some(s), _ => None };
                        <$type>::is_rest(id, goal, rest, whole)
                    })*
                    _ => false,
                }
            }

            /// See [`RequiredActions::required_actions`].
            pub fn required_actions(&self, id: &Id) -> Vec<RequiredAction> {
                match self { $(Call::$kind(call) => <$type>::required_actions(id, call)),* }
            }

            /// See [`Resource::send`].
            pub async fn send(&self, aws: &Aws, id: &Id) -> Result<(), AwsError> {
                match self { $(Call::$kind(call) => Box::pin(<$type>::send(aws, id, call)).await),* }
            }
        }

        impl Serialize for Call {
            fn serialize<S: serde::Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
                match self { $(Call::$kind(call) => call.serialize(output)),* }
            }
        }
    };
}

crate::kind::kinds!(resources);

impl Kind {
    /// Reads one resource by its physical name, by questions that are asked now: what an apply compares and waits for.
    pub async fn observe(self, aws: &Aws, id: &Id) -> Result<Option<Observed<State>>, AwsError> {
        self.read(aws.into(), id, None).await
    }

    /// Reads one resource for a plan; with a seed, asks only for what the seed does not tell. See [`Resource::observe`].
    pub async fn observe_for_plan(
        self,
        reader: &PlanReader,
        id: &Id,
        seed: Option<&Seed>,
    ) -> Result<Option<Observed<State>>, AwsError> {
        self.read(reader.into(), id, seed).await
    }
}

impl State {
    /// Turns known ids into references.
    pub fn symbolise(&mut self, known: &crate::text::Outputs) {
        self.texts(&mut |text| *text = text.symbolise(known));
    }
}

impl Call {
    /// The call as JSON, `{"api": ..., "input": ...}`.
    pub fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Every reference to an id that AWS makes up.
    pub fn references(&self) -> Vec<OutputRef> {
        let mut found = Vec::new();
        crate::text::references_json(&self.json(), &mut found);
        found
    }

    /// The same call with every known reference filled in.
    pub fn resolve(&self, kind: Kind, known: &crate::text::Outputs) -> serde_json::Result<Call> {
        let mut json = self.json();
        crate::text::resolve_json(&mut json, known);
        kind.parse_call(&json.to_string())
    }
}

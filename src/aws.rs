//! The services: one file each, one shape for all of them.
//!
//! A kind is a type that implements [`Resource`] and a line in `resources!`. Wanted and live state are that
//! same type: `observe` normalises what AWS reports, so that everything inside compares with `==`.
//!
//! The planner asks a kind one question only, [`Resource::next`]: which call comes next on the way from a state
//! to the wanted one? It applies the call's [`Resource::effect`] and asks again. So planning from any point that
//! an apply may have stopped at gives exactly the steps that remain, by construction.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::name::{Address, Owner, Site};
use crate::text::Text;

pub mod client;
pub mod document;
pub mod error;
pub mod http;
pub mod need;
pub mod observe;
pub mod rate;
pub mod request_id;
pub mod settle;
pub mod shared;
pub mod tags;
pub mod whole;

pub mod apigateway;
pub mod cloudwatch;
pub mod config;
pub mod dynamodb;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sns;
pub mod stepfunctions;
pub mod wafv2;

pub use client::Aws;
pub use error::{Answer, AwsError};
pub use need::{Need, Needs};
pub use tags::Tags;

/// One resource in one place: all that its calls need to know besides its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id {
    /// Kind and manifest name.
    pub address: Address,
    /// The physical name in AWS.
    pub name: String,
    /// Account, region, partition, endpoint.
    pub site: Site,
    /// App and stage.
    pub owner: Owner,
}

/// A live attribute that no kind's state holds and that is not AWS's default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmodelled {
    /// Its name, in AWS's spelling.
    pub attribute: String,
    /// The call that would erase it, if one would.
    pub erased_by: Option<&'static str>,
}

/// What a read of one resource found.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed<S> {
    /// Its normalised state.
    pub state: S,
    /// What tells a recreated resource from this one.
    pub identity: Option<String>,
    /// What AWS made up, by attribute. An attribute whose name starts with `@` (a lock token) is never written
    /// into a plan: it is taken from the read right before the call.
    pub outputs: BTreeMap<String, String>,
    /// Why its state is still on the move, such as `UPDATING`.
    pub pending: Option<String>,
    /// What it has that we do not model.
    pub unmodelled: Vec<Unmodelled>,
}

impl<S> Observed<S> {
    /// A settled state with nothing beside it.
    pub fn of(state: S) -> Self {
        Self { state, identity: None, outputs: BTreeMap::new(), pending: None, unmodelled: Vec::new() }
    }

    fn map<T>(self, into: impl FnOnce(S) -> T) -> Observed<T> {
        Observed {
            state: into(self.state),
            identity: self.identity,
            outputs: self.outputs,
            pending: self.pending,
            unmodelled: self.unmodelled,
        }
    }
}

/// Something that may be ours: its tags decide when it is observed.
#[derive(Debug, Clone)]
pub struct Found<T> {
    /// The physical name.
    pub name: String,
    /// What the listing already told about it, so that `observe` need not ask again.
    pub seed: T,
}

/// One kind of resource. See the module's text for how the parts work together.
pub trait Resource: Clone + PartialEq + fmt::Debug + Serialize + Send + Sync + Sized + 'static {
    /// The calls that change it: a closed enum, adjacently tagged (`api`, `input`), in AWS's spelling.
    type Call: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync;
    /// What a listing tells beyond the name.
    type Seed: Clone + fmt::Debug + Send + Sync;
    /// True if deleting it loses data that no plan can bring back.
    const HOLDS_DATA: bool = false;
    /// Kinds that may refer to this one: a delete waits for every change of theirs.
    const USED_BY: &'static [Kind] = &[];
    /// True if its tags can only be written as a whole, so that foreign ones belong to its state.
    const WHOLE_TAGS: bool = false;
    /// True if its listing asks what reading one would ask, and names every one whoever owns it: what the listing does
    /// not name is absent.
    const LISTS_ALL: bool = false;
    /// True if its listing asks only what reading other kinds asks anyway: it runs beside those reads.
    const LISTS_WITH_READS: bool = false;
    /// True for what an account has once, for whatever needs it: no app's plan makes it, and nothing deletes it.
    const OF_THE_ACCOUNT: bool = false;

    /// What must not be written to in parallel.
    fn lane(id: &Id) -> String {
        id.address.to_string()
    }

    /// The next call on the way from `live` to `want`, or `None` when they are equal. Pure.
    /// `want` is `None` to delete, `live` is `None` to create; both present and irreconcilable: delete first.
    fn next(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Self::Call>;

    /// What a call does to the state. Pure, and total: a call that makes no sense changes nothing.
    fn effect(call: &Self::Call, state: Option<Self>) -> Option<Self>;

    /// Carries into the wanted state what must survive of the live one (rules that AWS itself adds).
    fn keep(&mut self, _live: &Self) {}

    /// Visits every text that may hold an id made up by AWS.
    fn texts(&mut self, _visit: &mut dyn FnMut(&mut Text)) {}

    /// The tags, where the kind can carry any.
    fn tags(&mut self) -> Option<&mut Tags> {
        None
    }

    /// Forgets every tag that is not in `keys`: tags that an organisation adds are not ours to compare.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        if let Some(tags) = self.tags().filter(|_| !Self::WHOLE_TAGS) {
            tags.retain(|key, _| keys.contains(key));
        }
    }

    /// True if the old value at this path (`environment.KEY`) must never be shown.
    fn hidden(_path: &str) -> bool {
        false
    }

    /// Everything that may be ours, by prefix, path or listing. Needs no account.
    fn list(aws: &Aws, owner: &Owner) -> impl Future<Output = Result<Vec<Found<Self::Seed>>, AwsError>> + Send;

    /// Reads one resource by its physical name; with a seed, asks only for what the seed does not tell.
    fn observe(
        aws: &Aws,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> impl Future<Output = Result<Option<Observed<Self>>, AwsError>> + Send;

    /// Sends one call, once. Every reference in it has been filled in.
    fn send(aws: &Aws, id: &Id, call: &Self::Call) -> impl Future<Output = Result<(), AwsError>> + Send;
}

macro_rules! resources {
    ($($name:literal => $kind:ident($type:ty);)*) => {
        /// The type of a resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $(#[doc = $name] $kind),* }

        impl Kind {
            /// Every kind there is.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// Its name, `service.noun`.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name),* }
            }

            /// See [`Resource::HOLDS_DATA`].
            pub fn holds_data(self) -> bool {
                match self { $(Kind::$kind => <$type>::HOLDS_DATA),* }
            }

            /// See [`Resource::LISTS_ALL`].
            pub fn lists_all(self) -> bool {
                match self { $(Kind::$kind => <$type>::LISTS_ALL),* }
            }

            /// See [`Resource::LISTS_WITH_READS`].
            pub fn lists_with_reads(self) -> bool {
                match self { $(Kind::$kind => <$type>::LISTS_WITH_READS),* }
            }

            /// See [`Resource::OF_THE_ACCOUNT`].
            pub fn of_the_account(self) -> bool {
                match self { $(Kind::$kind => <$type>::OF_THE_ACCOUNT),* }
            }

            /// See [`Resource::USED_BY`].
            pub fn used_by(self) -> &'static [Kind] {
                match self { $(Kind::$kind => <$type>::USED_BY),* }
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
            pub async fn find(self, aws: &Aws, owner: &Owner) -> Result<Vec<Found<Seed>>, AwsError> {
                match self { $(Kind::$kind => {
                    let found = Box::pin(<$type>::list(aws, owner)).await?;
                    Ok(found.into_iter().map(|f| Found { name: f.name, seed: Seed::$kind(f.seed) }).collect())
                }),* }
            }

            /// See [`Resource::observe`].
            pub async fn observe(self, aws: &Aws, id: &Id, seed: Option<&Seed>) -> Result<Option<Observed<State>>, AwsError> {
                match self { $(Kind::$kind => {
                    let seed = match seed { Some(Seed::$kind(seed)) => Some(seed), _ => None };
                    let observed = Box::pin(<$type>::observe(aws, id, seed)).await?;
                    Ok(observed.map(|o| o.map(State::$kind)))
                }),* }
            }

            /// See [`Resource::next`]. `None` too if the states are of other kinds.
            pub fn next(self, id: &Id, want: Option<&State>, live: Option<&State>) -> Option<Call> {
                match self { $(Kind::$kind => {
                    let want = match want { Some(State::$kind(s)) => Some(s), None => None, _ => return None };
                    let live = match live { Some(State::$kind(s)) => Some(s), None => None, _ => return None };
                    <$type>::next(id, want, live).map(Call::$kind)
                }),* }
            }

            /// See [`Needs::needs_ever`].
            pub fn needs_ever(self, id: &Id) -> Vec<Need> {
                match self { $(Kind::$kind => <$type>::needs_ever(id)),* }
            }

            /// See [`Needs::needs_to_read`].
            pub fn needs_to_read(self, id: &Id) -> Vec<Need> {
                match self { $(Kind::$kind => <$type>::needs_to_read(id)),* }
            }

            /// See [`Needs::needs_to_list`].
            pub fn needs_to_list(self, site: &Site, owner: &Owner) -> Vec<Need> {
                match self { $(Kind::$kind => <$type>::needs_to_list(site, owner)),* }
            }

            /// See [`Needs::names`].
            pub fn names(self, owner: &Owner) -> String {
                match self { $(Kind::$kind => <$type>::names(owner)),* }
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

            /// See [`Resource::scope`].
            pub fn scope(&mut self, keys: &BTreeSet<String>) {
                match self { $(State::$kind(s) => s.scope(keys)),* }
            }

            /// See [`Resource::texts`].
            pub fn texts(&mut self, visit: &mut dyn FnMut(&mut Text)) {
                match self { $(State::$kind(s) => s.texts(visit)),* }
            }

            /// See [`Resource::tags`].
            pub fn tags_mut(&mut self) -> Option<&mut Tags> {
                match self { $(State::$kind(s) => s.tags()),* }
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
            /// See [`Resource::effect`].
            pub fn effect(&self, state: Option<State>) -> Option<State> {
                match self { $(Call::$kind(call) => {
                    let state = match state { Some(State::$kind(s)) => Some(s), _ => None };
                    <$type>::effect(call, state).map(State::$kind)
                }),* }
            }

            /// See [`Needs::needs`].
            pub fn needs(&self, id: &Id) -> Vec<Need> {
                match self { $(Call::$kind(call) => <$type>::needs(id, call)),* }
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

resources! {
    "apigateway.rest-api" => RestApi(apigateway::RestApi);
    "cloudwatch.alarm" => Alarm(cloudwatch::Alarm);
    "config.delivery-channel" => DeliveryChannel(config::DeliveryChannel);
    "config.recorder" => Recorder(config::Recorder);
    "config.rule" => Rule(config::Rule);
    "dynamodb.table" => Table(dynamodb::Table);
    "iam.oidc-provider" => OidcProvider(iam::OidcProvider);
    "iam.policy" => Policy(iam::Policy);
    "iam.role" => Role(iam::Role);
    "lambda.function" => Function(lambda::Function);
    "lambda.permission" => Permission(lambda::Permission);
    "logs.log-group" => LogGroup(logs::LogGroup);
    "s3.bucket" => Bucket(s3::Bucket);
    "sns.topic" => Topic(sns::Topic);
    "stepfunctions.state-machine" => StateMachine(stepfunctions::StateMachine);
    "wafv2.association" => Association(wafv2::Association);
    "wafv2.ip-set" => IpSet(wafv2::IpSet);
    "wafv2.web-acl" => WebAcl(wafv2::WebAcl);
}

impl Kind {
    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// All names, for messages.
    pub fn list() -> String {
        Kind::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl State {
    /// The tags, read only.
    pub fn tags(&self) -> Option<Tags> {
        self.clone().tags_mut().map(|tags| tags.clone())
    }

    /// Turns known ids into references.
    pub fn symbolise(&mut self, known: &crate::text::Outputs) {
        self.texts(&mut |text| *text = text.symbolise(known));
    }
}

impl Call {
    /// `service:Operation`.
    pub fn api(&self) -> String {
        self.json().get("api").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The call as JSON, `{"api": ..., "input": ...}`.
    pub fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The blob that it sends, if any.
    pub fn blob(&self) -> Option<&lambda::Blob> {
        match self {
            Call::Function(lambda::FunctionCall::Create(input)) => Some(&input.code.zip_file),
            Call::Function(lambda::FunctionCall::UpdateCode(input)) => Some(&input.zip_file),
            _ => None,
        }
    }

    /// The same call with every known reference filled in.
    pub fn resolve(&self, kind: Kind, known: &crate::text::Outputs) -> serde_json::Result<Call> {
        let mut json = self.json();
        crate::text::resolve_json(&mut json, known);
        kind.parse_call(&json.to_string())
    }
}

/// The text that a call sends: by then every reference in it has been filled in.
pub fn literal<'t>(api: &'static str, text: &'t Text) -> Result<&'t str, AwsError> {
    text.literal().ok_or_else(|| AwsError::not_sent(api, format!("{text} is not known")))
}

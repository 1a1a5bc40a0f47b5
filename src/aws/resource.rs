//! What a resource is: the trait that each kind implements, and the types of its questions and answers.
//!
//! Wanted and live state are one type. The planner asks a kind one question only, [`Resource::next_call`]: which call comes next
//! on the way from a state to the wanted one? It applies the call's [`Resource::effect`] and asks again. So planning from
//! any point that an apply may have stopped at gives exactly the steps that remain, by construction.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::aws::kit::calls::{Calls, Sweep};
use crate::aws::kit::unmodelled::Unmodelled;
use crate::aws::{Aws, AwsError, PlanReader, Reader, State, Tags, lambda, rate, s3, settle};
use crate::kind::Kind;
use crate::name::{Address, Owner, Site};
use crate::text::Text;

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

/// A resource that the manifest asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Address, physical name, site and owner.
    pub id: Id,
    /// The state that it shall have.
    pub state: State,
    /// What must exist before it.
    pub needs: BTreeSet<Address>,
    /// True if a live one that is not ours yet may be taken over.
    pub adopt: bool,
    /// True if its physical name is the manifest's word, or follows from that: what bears it with our tags of another address that
    /// is wanted no more is this one, whose section has got another name.
    pub named: bool,
}

/// A resource that exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Address, physical name, site and owner.
    pub id: Id,
    /// What the read found.
    pub observed: Observed<State>,
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

    /// The same with another type of state.
    pub fn map<T>(self, into: impl FnOnce(S) -> T) -> Observed<T> {
        Observed {
            state: into(self.state),
            identity: self.identity,
            outputs: self.outputs,
            pending: self.pending,
            unmodelled: self.unmodelled,
        }
    }
}

/// What must hold for a while before a call is sent, and the call in its place where it does not.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition<C> {
    /// How long.
    pub minutes: u32,
    /// The physical names of the alarms of which none may be raised.
    pub alarms: BTreeSet<String>,
    /// The call that leads back.
    pub otherwise: C,
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
    type Call: Calls + Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send + Sync;
    /// What a listing tells beyond the name.
    type Seed: Clone + fmt::Debug + Send + Sync;
    /// True if deleting it loses data that no plan can bring back.
    const HOLDS_DATA: bool = false;
    /// Attributes that no call changes: another value means another resource.
    const FIXED: &'static [&'static str] = &[];
    /// Kinds that may refer to this one: a delete waits for every change of theirs.
    const USED_BY: &'static [Kind] = &[];
    /// Those of them without tags, of which the tags of this one say whether there are any. Where this one stays, it waits for their
    /// deletes: its tags forget them last.
    const REMEMBERS: &'static [Kind] = &[];
    /// Its calls that AWS refuses while something of another kind refers to what they delete, and that kind: a change with such a
    /// call waits for all changes of that kind that do not wait for it.
    const HELD_BY: &'static [(&'static str, Kind)] = &[];
    /// True if its tags can only be written as a whole, so that foreign ones belong to its state.
    const WHOLE_TAGS: bool = false;
    /// True if its listing asks what reading one would ask, and names every one whoever owns it: what the listing does
    /// not name is absent.
    const LISTS_ALL: bool = false;
    /// True if its listing asks only what reading other kinds asks anyway: it runs beside those reads.
    const LISTS_WITH_READS: bool = false;
    /// Service and start of the resource in the ARNs by which the tagging index names what this kind cannot be without: the
    /// resource itself, or what holds it. Such a kind is listed beside the reads, and only where the manifest asks for one,
    /// where that index names one, or where everything is to be deleted.
    const INDEXED: Option<(&'static str, &'static str)> = None;
    /// True if a call of its may be many requests, which AWS does one by one: one that was stopped or refused halfway has done
    /// some of them, and leads to where it was to lead when it is sent again.
    const IN_PARTS: bool = false;
    /// True if it has values that may be secrets; see [`Resource::veil`].
    const HIDES: bool = false;
    /// True for what an account has once, for whatever needs it: no app's plan makes it, and nothing deletes it.
    const OF_THE_ACCOUNT: bool = false;

    /// How long it may take to reach the state that a call leads to.
    const PATIENCE: Duration = Duration::from_secs(300);
    /// What to do where AWS has not led to a state in all that time; by itself, to look for whoever has changed it.
    const TOO_LATE: Option<&'static str> = None;
    /// What an apply waits for while a read finds it on the move: each word of [`Observed::pending`], and what has to be
    /// there in its place.
    const SETTLES: &'static [(&'static str, &'static str)] = &[];
    /// The refusals of its calls that time heals, beside those of every call.
    const HEALS: &'static [settle::Rule] = &[];
    /// Its calls that AWS takes twice, and of which the second makes another of what the first has made.
    const MAKES_ANOTHER: &'static [&'static str] = &[];
    /// What AWS makes up for it and texts refer to: its outputs in the manifest that are not known beforehand.
    const SYMBOLS: &'static [&'static str] = &["id"];
    /// The request rates that AWS publishes for it.
    const LIMITS: &'static [rate::Limit] = &[];

    /// True for tags of another resource that say that there are some of this kind: it is listed then as it is where the index
    /// names one; see [`Resource::INDEXED`].
    fn is_told_by(_tags: &Tags) -> bool {
        false
    }

    /// False for one of [`Resource::USED_BY`] whose name says that it refers to another one.
    fn is_used_by(_id: &Id, _user: &Id) -> bool {
        true
    }

    /// What must not be written to in parallel.
    fn lane(id: &Id) -> String {
        id.address.to_string()
    }

    /// The next call on the way from `live` to `want`, or `None` when they are equal. Pure.
    /// `want` is `None` to delete, `live` is `None` to create; both present and irreconcilable: delete first.
    fn next_call(id: &Id, want: Option<&Self>, live: Option<&Self>) -> Option<Self::Call>;

    /// What a call does to the state. Pure, and total: a call that makes no sense changes nothing.
    fn effect(call: &Self::Call, state: Option<Self>) -> Option<Self>;

    /// True if `next` may follow without a look at what `call` did: AWS answers `call` once it is done, and refuses `next`
    /// where it is not.
    fn flows_into(_call: &Self::Call, _next: &Self::Call) -> bool {
        false
    }

    /// What must hold for a while before a call that leads to `want` is sent. Pure.
    fn condition(_id: &Id, _want: Option<&Self>, _call: &Self::Call) -> Option<Condition<Self::Call>> {
        None
    }

    /// What a call deletes without naming it, if it does.
    fn sweep(_call: &Self::Call) -> Option<Sweep> {
        None
    }

    /// The blob that a call sends, if any.
    fn blob(_call: &Self::Call) -> Option<&lambda::Blob> {
        None
    }

    /// The bytes that a call sends beside the zip.
    fn bodies(_call: &Self::Call) -> Vec<&s3::Body> {
        Vec::new()
    }

    /// True if the call `rest` is what the call `whole` has left to do that was stopped halfway, and `whole` does nothing
    /// but lead to this goal; see [`Resource::IN_PARTS`].
    fn is_rest(_id: &Id, _goal: Option<&Self>, _rest: &Self::Call, _whole: &Self::Call) -> bool {
        false
    }

    /// Carries into the wanted state what must survive of the live one (rules that AWS itself adds).
    fn keep(&mut self, _live: &Self) {}

    /// Takes out of a live state what it shall not have any more once it has left the app and is kept for its data.
    fn release(&mut self) {}

    /// What [`Resource::keep`] leaves to a later plan, for people: where AWS makes two changes wait for each other longer
    /// than an apply should.
    fn later(&self, _live: &Self) -> Option<String> {
        None
    }

    /// What stands in the way of this state for good, for people, where there are calls to make: nothing is planned then.
    fn obstacle(&self, _live: Option<&Self>, _unmodelled: &[Unmodelled]) -> Option<String> {
        None
    }

    /// Who else needs it where nobody here asks for it any more, for people: it is left as it is then.
    fn is_needed_by(&self) -> Option<String> {
        None
    }

    /// What of it stays where it is deleted, for people.
    fn stays(&self) -> Option<String> {
        None
    }

    /// True if AWS makes up this one of its [`Resource::SYMBOLS`] anew on the way from this state to `want`.
    fn remakes(&self, _want: &Self, _attribute: &str) -> bool {
        false
    }

    /// Where a plan may leave a resource that is to be in this state, because the rest comes [`Resource::later`].
    fn halfway(&self) -> Option<Self> {
        None
    }

    /// Visits every text that may hold an id made up by AWS.
    fn texts(&mut self, _visit: &mut dyn FnMut(&mut Text)) {}

    /// The tags, where the kind can carry any.
    fn tags(&self) -> Option<&Tags> {
        None
    }

    /// The same, to change them.
    fn tags_mut(&mut self) -> Option<&mut Tags> {
        None
    }

    /// Forgets every tag that is not in `keys`: tags that an organisation adds are not ours to compare.
    fn scope(&mut self, keys: &BTreeSet<String>) {
        if let Some(tags) = self.tags_mut().filter(|_| !Self::WHOLE_TAGS) {
            tags.retain(|key, _| keys.contains(key));
        }
    }

    /// True if the old value at this path (`environment.KEY`) must never be shown.
    fn hidden(_path: &str) -> bool {
        false
    }

    /// Forgets the values that [`Resource::hidden`] is about, but keeps their names, so that nobody who reads a fingerprint
    /// can guess them; those that `goal` has as well, which a plan shows anyway, stay.
    fn veil(&mut self, _goal: Option<&Self>) {}

    /// Everything that may be ours, by prefix, path or listing. Needs no account.
    fn list(
        reader: &PlanReader,
        owner: &Owner,
    ) -> impl Future<Output = Result<Vec<Found<Self::Seed>>, AwsError>> + Send;

    /// Reads one resource by its physical name; with a seed, asks only for what the seed does not tell.
    fn observe(
        reader: Reader<'_>,
        id: &Id,
        seed: Option<&Self::Seed>,
    ) -> impl Future<Output = Result<Option<Observed<Self>>, AwsError>> + Send;

    /// How much a sweeping call would delete now.
    fn count_swept(_aws: &Aws, _id: &Id) -> impl Future<Output = Result<u64, AwsError>> + Send {
        std::future::ready(Ok(0))
    }

    /// Sends one call, once. Every reference in it has been filled in.
    fn send(aws: &Aws, id: &Id, call: &Self::Call) -> impl Future<Output = Result<(), AwsError>> + Send;
}

/// The text that a call sends: by then every reference in it has been filled in.
pub fn literal<'t>(api: &'static str, text: &'t Text) -> Result<&'t str, AwsError> {
    text.literal().ok_or_else(|| AwsError::not_sent(api, format!("{text} is not known")))
}

//! A place in the manifest, while what stands there is lowered.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::rc::Rc;

use crate::aws::lambda::LIVE;
use crate::aws::observe;
use crate::aws::{Id, Kind, State, Tags, Wanted};
use crate::manifest::names::Names;
use crate::manifest::problem::{KeyPath, Places, Problem, unknown};
use crate::manifest::read::Source;
use crate::manifest::sources::Sources;
use crate::manifest::{Delivery, Manifest, OnDelete, names, tags};
use crate::name::{Address, Name, Owner, Site, tag};
use crate::plan::Note;
use crate::position::line_and_column;
use crate::text::Text;

/// A place in the manifest: a section, a field of it, an entry of a list.
///
/// A cursor is made from the one above it (`section.at("routes").nth(0)`), so no path is written by hand. What is wrong
/// there is reported with [`Cursor::problem`]. What the texts there refer to is collected, for the resource that the
/// section is lowered to: a cursor and those made from it share that set; [`Cursor::apart`] begins another one.
///
/// Cursors share what they report too, so that several can be held at once; no borrow of it outlives a method.
#[derive(Clone)]
pub struct Cursor<'a> {
    /// The whole manifest.
    pub manifest: &'a Manifest,
    /// App and stage, and what sections call their resources.
    pub owner: &'a Names,
    /// The storage class to move to.
    pub site: &'a Site,
    /// Packages and files.
    pub sources: &'a Sources,
    places: &'a Places,
    reported: &'a RefCell<Reported>,
    path: KeyPath,
    needs: Rc<RefCell<Needs>>,
}

/// What a resource needs, and why.
pub(super) type Needs = BTreeMap<Address, Need>;

/// Why a resource needs another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    /// True if the values that it uses are known before the other resource exists, so that it could come first.
    pub is_known: bool,
    /// True for a `${...}`.
    pub is_reference: bool,
    path: KeyPath,
}

/// What is found while a manifest is lowered.
#[derive(Default)]
pub(super) struct Reported {
    pub wanted: BTreeMap<Address, Wanted>,
    /// Why each resource needs what it needs.
    pub needs: BTreeMap<Address, Needs>,
    pub problems: Vec<Problem>,
    pub notes: Vec<Note>,
    pub warnings: Vec<Problem>,
    /// What is brought to each resource, once somebody has asked.
    deliveries: Option<Rc<BTreeMap<Address, Vec<Delivery>>>>,
}

impl<'a> Cursor<'a> {
    /// A cursor at the top of a manifest.
    pub(super) fn new(
        source: &'a Source,
        owner: &'a Names,
        site: &'a Site,
        sources: &'a Sources,
        reported: &'a RefCell<Reported>,
    ) -> Self {
        let (manifest, places) = (&source.manifest, &source.places);
        let (path, needs) = (KeyPath::default(), Rc::default());
        Self { manifest, owner, site, sources, places, reported, path, needs }
    }

    fn moved(&self, path: KeyPath) -> Self {
        Self { path, needs: Rc::clone(&self.needs), ..*self }
    }

    /// The value of a key.
    pub fn at(&self, key: impl Display) -> Self {
        self.moved(self.path.at(key))
    }

    /// An entry of a list, from 0.
    pub fn nth(&self, index: usize) -> Self {
        self.moved(self.path.nth(index))
    }

    /// Every entry of a list, each with its place.
    pub fn each<T>(&self, list: impl IntoIterator<Item = T>) -> impl Iterator<Item = (Self, T)> {
        list.into_iter().enumerate().map(|(index, entry)| (self.nth(index), entry))
    }

    /// The top of the manifest.
    pub fn top(&self) -> Self {
        self.moved(KeyPath::default())
    }

    /// The same place, for another resource: one that needs nothing yet.
    pub fn apart(&self) -> Self {
        Self { path: self.path.clone(), needs: Rc::default(), ..*self }
    }

    /// The resource that is lowered here needs another one, which must exist first.
    pub fn need(&self, address: Address) {
        self.needs_for(address, false, false);
    }

    /// The resource that is lowered here refers to another one by a value that is known before that exists, such as its
    /// ARN: it comes after it, unless they refer to each other.
    pub fn name(&self, address: Address) {
        self.needs_for(address, true, false);
    }

    /// What must exist first stands for what is only named, and where it was said.
    fn needs_for(&self, address: Address, is_known: bool, is_reference: bool) {
        let need = Need { is_known, is_reference, path: self.path.clone() };
        let mut needs = self.needs.borrow_mut();
        let known = needs.entry(address).or_insert_with(|| need.clone());
        if known.is_known && !is_known {
            *known = need;
        }
    }

    /// What the resource that is lowered here needs or names, as far as it is known.
    pub fn needs(&self) -> BTreeSet<Address> {
        self.needs.borrow().keys().cloned().collect()
    }

    /// The place where a need was said.
    pub(super) fn of_need(&self, need: &Need) -> Self {
        self.moved(need.path.clone())
    }

    /// The alias by which a function of the manifest is invoked, if it has one.
    pub fn alias_of(&self, function: &Name) -> Option<String> {
        let is_released = self.manifest.function.get(function).is_some_and(|function| function.release.is_some());
        is_released.then(|| LIVE.to_owned())
    }

    /// The ARN by which a function is invoked: that of its alias, if it has one.
    pub fn invoked(&self, function: &Name) -> String {
        let arn = names::function::arn(self.site, self.owner, function);
        self.alias_of(function).map_or_else(|| arn.clone(), |alias| format!("{arn}:{alias}"))
    }

    /// The policy that lets others invoke a function, or its alias.
    pub fn policy_of(&self, function: &Name) -> Address {
        let own = self.alias_of(function).and_then(|alias| names::own_part(function, &alias));
        Address::new(Kind::Permission, own.unwrap_or_else(|| function.clone()))
    }

    /// What AWS services deliver to a resource from other sections.
    pub fn deliveries(&self, to: &Address) -> Vec<Delivery> {
        let known = self.reported.borrow().deliveries.clone();
        let all = known.unwrap_or_else(|| {
            let mut all: BTreeMap<Address, Vec<Delivery>> = BTreeMap::new();
            for delivery in self.manifest.deliveries(&self.apart()) {
                all.entry(delivery.to.clone()).or_default().push(delivery);
            }
            let all = Rc::new(all);
            self.reported.borrow_mut().deliveries = Some(Rc::clone(&all));
            all
        });
        all.get(to).cloned().unwrap_or_default()
    }

    /// The section that a name here stands for, or a problem.
    pub fn known<'m, T>(&self, section: &str, name: &Name, all: &'m BTreeMap<Name, T>) -> Option<&'m T> {
        let found = all.get(name);
        if found.is_none() && !self.may_exist(section, name.as_str()) {
            let known = all.keys().map(Name::as_str);
            self.problem(unknown(&format!("{section} section"), name.as_str(), known), None);
        }
        found
    }

    /// True for a section that is missing because it could not be read.
    pub fn may_exist(&self, section: &str, name: &str) -> bool {
        self.places.doubts.hide(section, name)
    }

    /// True if an apparent problem here may result from what could not be read.
    pub fn is_in_doubt(&self) -> bool {
        self.places.are_in_doubt(&self.path)
    }

    /// Reports a problem, and what to do about it, unless it may result from what could not be read.
    pub fn problem(&self, message: impl Into<String>, help: Option<&str>) {
        if self.places.are_in_doubt(&self.path) {
            return;
        }
        let problem = self.places.problem(&self.path, message.into(), help.map(str::to_owned));
        self.reported.borrow_mut().problems.push(problem);
    }

    /// Reports a problem with a value that must not be repeated.
    pub fn problem_with_secret(&self, message: impl Into<String>, help: &str) {
        let problem = self.places.problem(&self.path, message.into(), Some(help.to_owned())).without_excerpt();
        self.reported.borrow_mut().problems.push(problem);
    }

    /// Reports a number of a field here that AWS does not accept; no number is in range.
    pub fn check_range(&self, field: &str, value: impl Into<Option<i32>>, range: RangeInclusive<i32>) {
        if let Some(value) = value.into().filter(|value| !range.contains(value)) {
            let help = format!("write a number from {} to {}", range.start(), range.end());
            self.at(field).problem(format!("{value} is out of range"), Some(&help));
        }
    }

    /// Reports a problem in a file that is named here, at a line and column from 1.
    pub fn problem_in(&self, file: &str, place: (usize, usize), message: impl Into<String>, help: Option<&str>) {
        let text = self.sources.files.get(file).and_then(|read| read.as_deref().ok()).unwrap_or_default();
        let problem = Problem::at(file, text, place, message.into(), help.map(str::to_owned));
        self.reported.borrow_mut().problems.push(problem);
    }

    /// Warns of the value, in the plan too, beside its resource. The message must not repeat the value.
    pub fn warn(&self, address: &Address, message: impl Into<String>, help: &str) {
        let message = message.into();
        self.note(address, format!("{message}; {help}"));
        let warning = self.places.problem(&self.path, message, Some(help.to_owned())).without_excerpt();
        self.reported.borrow_mut().warnings.push(warning);
    }

    /// Warns of a value that belongs to no resource, or that says nothing to reviewers: the plan does not repeat it.
    pub fn advise(&self, message: impl Into<String>, help: &str) {
        let warning = self.places.problem(&self.path, message.into(), Some(help.to_owned())).without_excerpt();
        self.reported.borrow_mut().warnings.push(warning);
    }

    /// Leaves a remark on a resource for reviewers.
    pub fn note(&self, address: &Address, message: impl Into<String>) {
        let note = Note { address: address.clone(), message: message.into() };
        self.reported.borrow_mut().notes.push(note);
    }

    /// Address, physical name, site and owner of a resource.
    pub fn id(&self, kind: Kind, name: &Name, physical: String) -> Id {
        let address = Address::new(kind, name.clone());
        Id { address, name: physical, site: self.site.clone(), owner: Owner::clone(self.owner) }
    }

    /// The tags of a resource: the app's, the section's, and ours; and what AWS would refuse of them, as a problem.
    pub fn tags(&self, address: &Address, section: &Tags, on_delete: OnDelete) -> Tags {
        let mut tags = self.manifest.app.tags.clone();
        tags.extend(section.clone());
        tags.extend(self.owner.tags(address));
        if on_delete == OnDelete::Delete {
            tags.insert(tag::ON_DELETE.into(), "delete".into());
        }
        tags::check(section, &self.at("tags"));
        tags::check_together(&tags, section, self);
        tags
    }

    /// Adds the resource that is lowered here, with what it needs. Two sections that ask for the same one are a problem.
    pub fn add(&self, id: Id, state: impl Into<State>, adopt: bool) {
        let address = id.address.clone();
        let named = self.owner.says(&id.name) || !observe::is_made_up(&id);
        let wanted = Wanted { id, state: state.into(), needs: self.needs(), adopt, named };
        let needs = self.needs.borrow().clone();
        self.reported.borrow_mut().needs.insert(address.clone(), needs);
        let other = self.reported.borrow_mut().wanted.insert(address.clone(), wanted);
        if other.is_some() {
            let help = Some("give one of the sections another name");
            self.problem(format!("two sections create the resource {address}"), help);
        }
    }

    /// The text of a file that is named here.
    pub fn file(&self, file: &str) -> Option<&'a str> {
        match self.sources.files.get(file) {
            Some(Ok(text)) => return Some(text),
            Some(Err(why)) => self.problem(format!("cannot read {file}: {why}"), None),
            None => self.problem(format!("{file} has not been read"), None),
        }
        None
    }

    /// Fills in `${...}`; the resource that is lowered here needs what it refers to. `$${` stands for a literal `${`.
    pub fn text(&self, raw: &str) -> Text {
        self.fill(raw, &|_, unclear| {
            self.problem(unclear.message, unclear.help);
            Text::default()
        })
    }

    /// Looks at each `${...}` of a file that is named here. True if all of them refer to something; what does not is reported
    /// where it stands in the file.
    pub fn are_references_clear(&self, file: &str, raw: &str) -> bool {
        let clear = Cell::new(true);
        self.fill(raw, &|at, unclear| {
            clear.set(false);
            self.problem_in(file, line_and_column(raw, at), unclear.message, unclear.help);
            Text::default()
        });
        clear.get()
    }

    /// The text as it may become, for checks: `stand_in` stands for what AWS has yet to generate, and for what is
    /// unclear.
    pub fn likely(&self, raw: &str, stand_in: &str) -> String {
        let text = self.fill(raw, &|_, _| stand_in.into());
        let outputs = text.references().map(|reference| (reference.clone(), stand_in.to_owned())).collect();
        text.resolve(&outputs).literal().unwrap_or(stand_in).to_owned()
    }

    /// Fills in `${...}`. For a reference that refers to nothing, `unclear` says what stands there; it gets the byte where
    /// the reference begins, and why.
    fn fill(&self, raw: &str, unclear: &dyn Fn(usize, Unclear) -> Text) -> Text {
        let (mut text, mut rest) = (Text::default(), raw);
        while let Some(at) = rest.find("${") {
            if rest[..at].ends_with('$') {
                text = text.then(&rest[..at - 1]).then("${");
                rest = &rest[at + 2..];
                continue;
            }
            text = text.then(&rest[..at]);
            let begin = raw.len() - rest.len() + at;
            // No reference holds a quote or a line's end, so one that is not closed does not swallow what follows.
            let end = rest[at..].find(['}', '"', '\n']).map_or(rest.len(), |end| at + end);
            let (reference, after) = rest.split_at(end);
            let (filled, after) = match after.strip_prefix('}') {
                Some(after) => (self.reference(&reference[at + 2..]), after),
                None => (Err(Unclear::open(&reference[at..])), after),
            };
            text = text.then(filled.unwrap_or_else(|why| unclear(begin, why)));
            rest = after;
        }
        text.then(rest)
    }

    /// Like [`Cursor::text`], for values that AWS must know before anything exists.
    pub fn literal(&self, raw: &str) -> String {
        let text = self.text(raw);
        match text.literal() {
            Some(literal) => literal.to_owned(),
            None => {
                self.problem(format!("{raw:?} refers to an id that AWS generates; it cannot be used here"), None);
                String::new()
            }
        }
    }

    fn reference(&self, inner: &str) -> Result<Text, Unclear> {
        match inner {
            "stage" => return Ok(self.owner.stage.as_str().into()),
            "app" => return Ok(self.owner.app.as_str().into()),
            "account" => return Ok(self.site.account.as_str().into()),
            "region" => return Ok(self.site.region.as_str().into()),
            "decide" => return Err(Unclear::undecided()),
            _ => {}
        }
        let parts: Vec<&str> = inner.splitn(3, '.').collect();
        let [section, name, attribute] = parts.as_slice() else {
            let help = "write ${stage}, ${app}, ${account}, ${region} or ${<section>.<name>.<attribute>}; write $${ \
                        for a literal ${";
            return Err(Unclear { message: format!("${{{inner}}} refers to nothing"), help: Some(help) });
        };
        match self.manifest.look_up(self, section, name, attribute) {
            Ok((address, text)) => {
                self.needs_for(address, text.literal().is_some(), true);
                Ok(text)
            }
            Err(_) if self.may_exist(section, name) => Ok(Text::default()),
            Err(message) => Err(Unclear { message: format!("${{{inner}}}: {message}"), help: None }),
        }
    }
}

/// A reference that refers to nothing.
struct Unclear {
    message: String,
    help: Option<&'static str>,
}

impl Unclear {
    /// What `import` writes in the place of a value that may be secret.
    fn undecided() -> Self {
        let help = "write { ssm = \"/name\" } or { secret = \"arn:...\" } if it is a secret that is stored there, \
                    otherwise the value";
        Self { message: "it still has to be decided whether this value is a secret".into(), help: Some(help) }
    }

    fn open(reference: &str) -> Self {
        let help = "write ${...}, or $${ for a literal ${";
        Self { message: format!("{reference:?} is not closed"), help: Some(help) }
    }
}

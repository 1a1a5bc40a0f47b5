//! Members of AWS's answers that nothing here reads.
//!
//! The SDK's types follow the services after days or weeks, and silently leave out what they do not know yet. A call
//! that replaces everything would erase it. So a kind with such a call declares every member of the answer that it
//! models, judges or knows to be AWS's own, in a [`Shape`]. Any other member that is set is [`Unmodelled`]: the plan
//! notes it, and is refused if it contains such a call. There is one comparison for JSON, XML and CBOR (`body`), made
//! where every answer is checked ([`complete_body`](crate::aws::complete_body)).
//!
//! A new release of the SDK changes nothing here: a member that it then knows counts once the kind's `observe` judges
//! it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::future::Future;

use serde_json::Value;

use crate::aws::kit::unmodelled::Unmodelled;

mod body;

pub use body::{Form, Unreadable, value};

/// A member of an answer.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it may hold.
    pub inside: Inside,
}

/// What a member may hold.
#[derive(Debug)]
pub enum Inside {
    /// Anything: it is read or judged in full.
    Anything,
    /// A structure, or a list of structures, with these members.
    These(&'static [Member]),
}

/// The members of a resource in the answer of one operation.
#[derive(Debug)]
pub struct Shape {
    /// Where the resource is in the answer, or the list that it is in: the members that lead there.
    pub at: &'static [&'static str],
    /// The member that names it in a list; empty where an answer is about one.
    pub named_by: &'static str,
    /// All that are modelled, judged or AWS's own.
    pub members: &'static [Member],
    /// The call that erases any other.
    pub erased_by: &'static str,
}

/// `Name, List { Item, Other }` as [`Member`]s.
macro_rules! members {
    ($($name:ident $({ $($inside:tt)* })?),* $(,)?) => {
        &[$($crate::aws::kit::members::Member {
            name: stringify!($name),
            inside: $crate::aws::kit::members::members!(@inside $({ $($inside)* })?),
        }),*]
    };
    (@inside) => { $crate::aws::kit::members::Inside::Anything };
    (@inside { $($inside:tt)* }) => {
        $crate::aws::kit::members::Inside::These($crate::aws::kit::members::members!($($inside)*))
    };
}
pub(in crate::aws) use members;

tokio::task_local! {
    static ASKED: Asked;
}

/// What is being asked for, and what answers have shown so far.
struct Asked {
    shape: &'static Shape,
    found: RefCell<Unread>,
}

/// What answers hold that nothing here reads: the resource's name, empty where there is one alone, and the path to the member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unread {
    found: BTreeSet<(String, String)>,
    erased_by: &'static str,
}

impl Unread {
    /// Of the resource with this name in a list.
    pub fn of(&self, name: &str) -> Vec<Unmodelled> {
        let its = self.found.iter().filter(|(of, _)| of == name);
        its.map(|(_, path)| Unmodelled::erased(path, self.erased_by)).collect()
    }

    /// Of the only resource.
    pub fn all(&self) -> Vec<Unmodelled> {
        self.found.iter().map(|(_, path)| Unmodelled::erased(path, self.erased_by)).collect()
    }
}

/// Something that an answer described, with what of it nothing here reads.
#[derive(Debug, Clone)]
pub struct Described<T> {
    /// As the SDK's type has it.
    pub known: T,
    /// What that type, or we, do not know.
    pub unread: Vec<Unmodelled>,
}

/// What a request gives, and what its answers hold besides. A request of many pages is one.
pub async fn unread<T>(shape: &'static Shape, request: impl Future<Output = T>) -> (T, Unread) {
    let noted = async {
        let given = request.await;
        (given, ASKED.with(|asked| asked.found.take()))
    };
    ASKED
        .scope(Asked { shape, found: RefCell::new(Unread { erased_by: shape.erased_by, ..Unread::default() }) }, noted)
        .await
}

/// Compares an answer with what is asked for, if it is of a request within [`unread`].
pub fn note(form: Form, body: &[u8]) -> Result<(), Unreadable> {
    let look = |asked: &Asked| {
        let answer = body::value(form, body)?;
        let resources = asked.shape.at.iter().try_fold(&answer, |within, member| within.get(member));
        asked.found.borrow_mut().found.extend(resources.map(|found| compare(asked.shape, found)).unwrap_or_default());
        Ok(())
    };
    ASKED.try_with(look).unwrap_or(Ok(()))
}

/// Every member of these resources that is set and not in their shape.
fn compare(shape: &Shape, answer: &Value) -> BTreeSet<(String, String)> {
    let resources = match answer {
        Value::Array(resources) => resources.as_slice(),
        resource => std::slice::from_ref(resource),
    };
    let mut all = BTreeSet::new();
    for resource in resources {
        let name = resource.get(shape.named_by).and_then(Value::as_str).unwrap_or_default();
        let mut found = BTreeSet::new();
        collect(resource, shape.members, "", &mut found);
        all.extend(found.into_iter().map(|path| (name.to_owned(), path)));
    }
    all
}

/// How deep this goes is said by `members`.
fn collect(value: &Value, members: &[Member], path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                let label = ["ID", "Name"].iter().find_map(|name| item.get(name)?.as_str());
                collect(item, members, &label.map_or_else(|| path.to_owned(), |label| join(path, label)), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                match members.iter().find(|member| member.name == name).map(|member| &member.inside) {
                    None if is_set(field) => drop(found.insert(join(path, name))),
                    Some(Inside::These(members)) => collect(field, members, &join(path, name), found),
                    None | Some(Inside::Anything) => {}
                }
            }
        }
        _ => {}
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// False for what says no more than its absence does, in every protocol.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.values().any(is_set),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests;

//! What exists in an account, whoever created it: by prefix ([`named`]), by a tag ([`tagged`]), and the name of
//! something of which only an id is known ([`call`]). For resources that an app may take over; what is ours is found by
//! [`observe`](super::observe).

use futures_util::future::join_all;

use crate::aws::{Aws, AwsError, Kind};

mod by_id;
mod by_prefix;
mod by_tag;

pub use by_id::{Called, call};
pub use by_tag::tagged;

/// Kind and physical name of something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// Its kind.
    pub kind: Kind,
    /// As [`Id::name`](crate::aws::Id::name) has it.
    pub name: String,
    /// The id or ARN that AWS has made up for it.
    pub id: Option<String>,
}

impl Listed {
    fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), id: None }
    }

    fn with_id(self, id: Option<String>) -> Self {
        Self { id, ..self }
    }
}

/// Everything with this prefix, of every kind that has names; and the listings that failed, whose results are unknown.
pub async fn named(aws: &Aws, prefix: &str) -> (Vec<Listed>, Vec<AwsError>) {
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for listing in join_all(by_prefix::listings(aws, prefix)).await {
        match listing {
            Ok(listed) => found.extend(listed),
            Err(error) => failed.push(error),
        }
    }
    found.sort();
    found.dedup();
    (found, failed)
}

//! The permissions boundary of the app's roles, as it is in AWS.

use std::collections::BTreeMap;

use crate::aws::document::Document;
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, Wanted, iam};
use crate::bootstrap::lacking::{self, InForce};
use crate::error::Error;
use crate::name::{Address, Owner, Site};
use crate::plan::{Mode, Note};
use crate::planning::Project;

/// A boundary, and what it says.
pub struct Boundary {
    arn: String,
    document: Document,
}

impl Boundary {
    /// Which of the wanted rights it does not allow.
    pub fn notes(&self, owner: &Owner, site: &Site, wanted: &BTreeMap<Address, Wanted>) -> Vec<Note> {
        lacking::notes(owner, site, wanted, &InForce { arn: &self.arn, document: &self.document })
    }
}

/// Reads the app's boundary, where it has one: two calls. One that does not exist would fail every role's first call.
/// Its content is read only for remarks: without an answer there are none, and that is reported instead.
pub async fn look(
    project: &Project,
    aws: &Aws,
    site: &Site,
    mode: Mode,
) -> Result<Option<Result<Boundary, String>>, Error> {
    let Some(arn) = project.features(site).boundary.filter(|_| mode.is_deploy()) else { return Ok(None) };
    let version = match iam::version_in_force(aws, &arn).await {
        Ok(Some(version)) => version,
        Ok(None) => return Err(Error::NoBoundary(arn)),
        Err(error) => return Err(ReadErrors(vec![error]).into()),
    };
    let document = iam::document(aws, &arn, &version).await;
    let why = |error| format!("it is not known whether the boundary allows everything: {error}");
    Ok(Some(document.map(|document| Boundary { arn, document }).map_err(why)))
}

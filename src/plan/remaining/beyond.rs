//! How an approved plan differs from what is asked for.

use crate::name::Address;
use crate::reason::failures;

/// How an approved plan differs from what the merged source and live AWS ask for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Beyond {
    /// The plans are for different places.
    #[error("the approved plan is for {approved}, the fresh one for {fresh}")]
    Place {
        /// Of the approved plan.
        approved: String,
        /// Of the fresh plan.
        fresh: String,
    },
    /// A change that was not approved.
    #[error("{0} needs a change that was not approved")]
    Unapproved(Address),
    /// A change with other steps than the approved ones.
    #[error("{0} needs other calls than the approved ones")]
    OtherSteps(Address),
    /// A change that the merged source does not ask for, now or before it was done.
    #[error("the merged source does not ask for the approved change of {0}")]
    NotAsked(Address),
    /// A change that people were shown otherwise.
    #[error("the approved change of {address} differs in {field:?} from what the merged source and live AWS give")]
    Field {
        /// Which change.
        address: Address,
        /// The field of the plan file.
        field: &'static str,
    },
    /// A part of the plan that people were shown otherwise.
    #[error("the approved plan differs in {field:?} from what the merged source and live AWS give: {what}")]
    Fact {
        /// The field of the plan file.
        field: &'static str,
        /// What in it.
        what: String,
    },
    /// Another id than AWS has made up.
    #[error("the approved plan has {approved:?} for {reference}, which is {found} in AWS")]
    Known {
        /// Whose id, as `address.attribute`.
        reference: String,
        /// By the approved plan.
        approved: String,
        /// By live AWS.
        found: String,
    },
    /// Other outputs.
    #[error("the output {0} differs from the approved one")]
    Output(String),
    /// A state that cannot be written as JSON, so that it cannot be compared.
    #[error("{0}: its state cannot be written, and so not compared: {1}")]
    Unwritable(Address, String),
    /// The fresh plan is not what would be read of its file.
    #[error("the fresh plan cannot be written and read back: {0}")]
    Unread(String),
}

impl Beyond {
    failures! {
        Self::NotAsked(_) => NotInSource, NotApproved;
        Self::Field { .. } | Self::Fact { .. } => PlanDiffers, NotApproved;
        Self::Known { .. } => OtherIds, NotApproved;
        Self::Place { .. } | Self::Unapproved(_) | Self::OtherSteps(_) | Self::Output(_) => BeyondApproval, NotApproved;
        Self::Unwritable(..) | Self::Unread(_) => BeyondApproval, NotApproved;
    }

    /// True if live state that has moved since the plan would look like this as well.
    pub fn may_be_drift(&self) -> bool {
        match self {
            Self::Unapproved(_) | Self::OtherSteps(_) | Self::Output(_) | Self::Known { .. } => true,
            Self::Field { field, .. } => ["before", "was", "diff", "action", "identity"].contains(field),
            Self::Fact { field, .. } => *field == "unchanged",
            Self::Place { .. } | Self::NotAsked(_) | Self::Unwritable(..) | Self::Unread(_) => false,
        }
    }
}

//! Deliveries: what AWS services carry from one section of a manifest to another.
//!
//! A topic calls the functions that subscribe to it, a rule sends to its targets: the receiver's policy has to let that
//! service in. The sending section says so ([`Section::deliveries`](crate::manifest::Section::deliveries)), the receiving
//! one writes its policy from what all sections say ([`Cursor::deliveries`](crate::manifest::Cursor::deliveries)), so that
//! neither knows the other.

use crate::name::Address;
use crate::text::Text;

/// What one section delivers to another, through a service that the receiver's own policy must admit. Deliveries with a
/// role of the sender need no such statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The resource that receives it: a function, a queue, a topic.
    pub to: Address,
    /// The id of the statement that admits it; no other delivery to this resource has the same.
    pub sid: String,
    /// The service that brings it, such as `sns.amazonaws.com`.
    pub service: &'static str,
    /// The ARN of the resource for which the service acts; a pattern if it contains an id that AWS generates.
    pub source_arn: Text,
    /// True if the statement has a condition on the app's account too, as it must if the ARN does not contain it.
    pub source_account: bool,
}

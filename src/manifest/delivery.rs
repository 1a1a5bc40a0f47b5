//! Deliveries: what AWS services carry from one section of a manifest to another.
//!
//! A topic calls the functions that subscribe to it, a rule sends to its targets: the receiver's policy has to let that
//! service in. The sending section says so ([`Section::deliveries`](crate::manifest::Section::deliveries)), the receiving
//! one writes its policy from what all sections say ([`Cursor::deliveries`](crate::manifest::Cursor::deliveries)), so that
//! neither knows the other.

use crate::name::Address;
use crate::text::Text;

/// What one section brings to another, by a service that the receiver's own policy must let in. What is brought with a role
/// of the sender's needs none.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The resource that receives it: a function, a queue, a topic.
    pub to: Address,
    /// The id of the statement that lets it in; no other delivery to this resource has it.
    pub sid: String,
    /// The service that brings it, such as `sns.amazonaws.com`.
    pub service: &'static str,
    /// The ARN of the resource for which the service acts; a pattern where that has an id which AWS makes up.
    pub source_arn: Text,
    /// True if the statement asks for the app's account too, as it must where the ARN does not hold it.
    pub source_account: bool,
}

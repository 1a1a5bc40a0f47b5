//! What a role is.

use super::*;

/// The longest session that AWS allows where nobody asked for another, in seconds.
pub const DEFAULT_SESSION: i32 = 3600;

/// A role, with everything that hangs on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    /// Its path where that is not the one that it is to have. Never wanted.
    pub path: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// The longest session, in seconds.
    pub max_session_duration: i32,
    /// Who may assume it.
    pub assume_role_policy_document: Document,
    /// The managed policies that are attached to it, by ARN.
    pub managed_policy_arns: BTreeSet<String>,
    /// The policies that it holds itself, by name.
    pub inline_policies: BTreeMap<String, Document>,
    /// The ARN of the policy that bounds what it can be allowed.
    pub permissions_boundary: Option<String>,
    pub tags: Tags,
}

impl Role {
    /// A role that a service (`lambda.amazonaws.com`) may assume, with managed policies by ARN and inline
    /// policies by name.
    pub fn for_service(
        service: &str,
        managed: BTreeSet<String>,
        inline: BTreeMap<String, Document>,
        tags: Tags,
    ) -> Self {
        let trust = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
        Self {
            path: None,
            description: Some(format!("Assumed by {service}")),
            max_session_duration: DEFAULT_SESSION,
            assume_role_policy_document: Document::new(vec![trust]),
            managed_policy_arns: managed,
            inline_policies: inline,
            permissions_boundary: None,
            tags,
        }
    }
}

impl Role {
    /// The effect of a call on a role that exists.
    pub(super) fn apply(&mut self, call: &Call) {
        match call {
            Call::Create(_) | Call::Delete(_) => {}
            Call::UpdateTrust(input) => self.assume_role_policy_document = input.policy_document.clone(),
            Call::Update(input) => {
                self.max_session_duration = DEFAULT_SESSION;
                input.parts().apply(self);
            }
            Call::PutBoundary(input) => self.permissions_boundary = Some(input.permissions_boundary.clone()),
            Call::DeleteBoundary(_) => self.permissions_boundary = None,
            Call::Attach(input) => drop(self.managed_policy_arns.insert(input.policy_arn.clone())),
            Call::Detach(input) => drop(self.managed_policy_arns.remove(&input.policy_arn)),
            Call::PutInline(input) => {
                self.inline_policies.insert(input.policy_name.clone(), input.policy_document.clone());
            }
            Call::DeleteInline(input) => drop(self.inline_policies.remove(&input.policy_name)),
            Call::Tag(input) => input.apply(&mut self.tags),
            Call::Untag(input) => input.apply(&mut self.tags),
        }
    }
}

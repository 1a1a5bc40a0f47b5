//! `[role.<name>]`: a role that several functions share; and the role that a function gets for itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::{Kind, iam};
use crate::manifest::function::access::Access;
use crate::manifest::function::check::is_policy_arn;
use crate::manifest::{Lowering, Section};
use crate::name::{Address, Name, Owner, Site};
use crate::text::Text;

/// A role for functions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// What its functions may do.
    #[serde(default)]
    pub access: Vec<Access>,
    /// Lets its functions send traces to X-Ray.
    #[serde(default)]
    pub tracing: bool,
    /// Further managed policies, by ARN.
    #[serde(default)]
    pub managed: BTreeSet<String>,
    /// The ARN of the policy that bounds what it can be allowed; the app's where it is left out.
    pub permissions_boundary: Option<String>,
    /// Tags beside the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Take over an existing role of this name.
    #[serde(default)]
    pub adopt: bool,
}

impl Section for Role {
    const SECTION: &'static str = "role";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        Address::new(Kind::Role, name.clone())
    }

    fn attribute(&self, name: &Name, attribute: &str, to: &Lowering) -> Text {
        match attribute {
            "name" => physical(to.owner, name).into(),
            _ => arn(to.site, to.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, to: &mut Lowering) {
        let path = format!("role.{name}");
        let mut needs = BTreeSet::new();
        let statements = statements(&self.access, &format!("{path}.access"), to, &mut needs);
        for (place, policy) in self.managed.iter().enumerate() {
            is_policy_arn(policy, &format!("{path}.managed[{place}]"), to);
        }
        let permissions_boundary = boundary(self.permissions_boundary.as_ref(), &path, to);
        let role = FunctionRole {
            name: name.clone(),
            statements,
            needs,
            tracing: self.tracing,
            managed: self.managed.clone(),
            permissions_boundary,
            tags: self.tags.clone(),
            adopt: self.adopt,
        };
        role.lower(&path, to);
    }
}

/// A role that functions run with, and its policy if it grants anything.
pub struct FunctionRole {
    /// The name of role and policy.
    pub name: Name,
    /// What it grants.
    pub statements: Vec<Value>,
    /// What must exist before its policy.
    pub needs: BTreeSet<Address>,
    /// True to let traces out.
    pub tracing: bool,
    /// Further managed policies.
    pub managed: BTreeSet<String>,
    /// What bounds it.
    pub permissions_boundary: Option<String>,
    /// Tags beside the app's.
    pub tags: BTreeMap<String, String>,
    /// Take over what exists.
    pub adopt: bool,
}

impl FunctionRole {
    /// Adds role and policy to what is wanted. Gives the addresses that a function has to wait for.
    pub fn lower(self, path: &str, to: &mut Lowering) -> BTreeSet<Address> {
        let mut managed = self.managed.clone();
        managed.insert(to.site.managed_policy_arn("service-role/AWSLambdaBasicExecutionRole"));
        if self.tracing {
            managed.insert(to.site.managed_policy_arn("AWSXRayDaemonWriteAccess"));
        }
        let mut needs = BTreeSet::new();
        if !self.statements.is_empty() {
            let id = to.id(Kind::Policy, &self.name, to.owner.physical(self.name.as_str(), 128));
            managed.insert(iam::policy_arn(to.site, to.owner, &id.name));
            needs.insert(id.address.clone());
            let tags = to.tags(&id.address, &self.tags, Default::default());
            let document = Document::new(with_unique_ids(self.statements));
            check_size(&document, path, to);
            let policy = iam::Policy::new(document, tags);
            to.add(path, id, policy, BTreeSet::new(), self.adopt);
        }
        let id = to.id(Kind::Role, &self.name, physical(to.owner, &self.name));
        let address = id.address.clone();
        let tags = to.tags(&address, &self.tags, Default::default());
        let mut role = iam::Role::for_service("lambda.amazonaws.com", managed, BTreeMap::new(), tags);
        role.permissions_boundary = self.permissions_boundary;
        to.add(path, id, role, needs.clone(), self.adopt);
        needs.insert(address);
        needs.extend(self.needs);
        needs
    }
}

/// The statements of an access list.
pub fn statements(access: &[Access], path: &str, to: &mut Lowering, needs: &mut BTreeSet<Address>) -> Vec<Value> {
    let entries = access.iter().enumerate();
    entries.filter_map(|(place, access)| access.statement(&format!("{path}[{place}]"), to, needs)).collect()
}

/// IAM refuses a policy in which two statements have the same id: a later one gets a number.
fn with_unique_ids(mut statements: Vec<Value>) -> Vec<Value> {
    let mut taken = BTreeSet::new();
    for statement in &mut statements {
        let sid = statement["Sid"].as_str().unwrap_or_default().to_owned();
        let numbered = (2..).map(|number| format!("{sid}N{number}"));
        let free = std::iter::once(sid.clone()).chain(numbered).find(|sid| !taken.contains(sid)).unwrap_or(sid);
        statement["Sid"] = free.as_str().into();
        taken.insert(free);
    }
    statements
}

/// The longest document of a customer-managed policy, in characters.
const POLICY_LENGTH: usize = 6144;

fn check_size(document: &Document, path: &str, to: &mut Lowering) {
    let length = document.to_string().len();
    if length > POLICY_LENGTH {
        let help = Some("grant fewer resources one by one, or share the work between functions");
        to.problem(&format!("{path}.access"), format!("its policy has {length} characters of 6144"), help);
    }
}

/// `[app]` permissions_boundary: the policy that `bootstrap` makes.
pub const BOOTSTRAP: &str = "bootstrap";

/// What bounds a role of the section at this path: its own boundary, or the app's.
pub fn boundary(own: Option<&String>, path: &str, to: &mut Lowering) -> Option<String> {
    let (boundary, path) = match (own, &to.manifest.app.permissions_boundary) {
        (Some(own), _) => (own.clone(), path),
        (None, Some(of_app)) => (of_app.clone(), "app"),
        (None, None) => return None,
    };
    if boundary == BOOTSTRAP {
        return Some(iam::boundary_arn(to.site, to.owner));
    }
    is_policy_arn(&boundary, &format!("{path}.permissions_boundary"), to);
    Some(boundary)
}

/// True if the app's roles have the boundary that `bootstrap` makes.
pub fn is_bounded_by_bootstrap(to: &Lowering) -> bool {
    to.manifest.app.permissions_boundary.as_deref() == Some(BOOTSTRAP)
}

/// The physical name of a role, from the manifest or derived from another section.
pub fn physical(owner: &Owner, name: &Name) -> String {
    owner.physical(name.as_str(), 64)
}

/// Its ARN.
pub fn arn(site: &Site, owner: &Owner, name: &Name) -> String {
    site.global_arn("iam", &format!("role{}{}", owner.path(), physical(owner, name)))
}

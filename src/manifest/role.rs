//! `[role.<name>]`: a role that several functions share; and the role that a function gets for itself.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::aws::document::Document;
use crate::aws::{Kind, iam};
use crate::manifest::{Cursor, Section, names};
use crate::name::{Address, Name};
use crate::text::{Text, references_json};

pub mod access;

use access::Access;

/// A role for functions.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// The role's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// The path of a role that has a name, such as `/service-role/`. Default: `/<app>/<stage>/`.
    pub path: Option<String>,
    /// What its functions may do.
    #[serde(default)]
    pub access: Vec<Access>,
    /// Allows its functions to send traces to X-Ray.
    #[serde(default)]
    pub tracing: bool,
    /// Additional managed policies, by ARN.
    #[serde(default)]
    pub managed: BTreeSet<String>,
    /// The ARN of its permissions boundary. Default: the app's.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Takes over an existing role of this name.
    #[serde(default)]
    pub adopt: bool,
}

impl Section for Role {
    const SECTION: &'static str = "role";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::role::address(name)
    }

    fn own_name(&self) -> Option<String> {
        let name = self.name.as_ref()?;
        Some(format!("{}{name}", self.path.as_deref().unwrap_or_default()))
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::role::role_name(here.owner, name).into(),
            _ => names::role::arn(here.site, here.owner, name).into(),
        }
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        if self.path.is_some() && self.name.is_none() {
            here.at("path")
                .problem("a role has a path only if it has a name", Some("add name = \"...\", or remove path"));
        }
        let mut statements = statements(&self.access, &here.at("access"));
        statements.extend(of_functions(name, here));
        for (here, policy) in here.at("managed").each(&self.managed) {
            is_policy_arn(policy, &here);
        }
        let permissions_boundary = boundary(self.permissions_boundary.as_ref(), here);
        let role = FunctionRole {
            name: name.clone(),
            statements,
            tracing: self.tracing,
            managed: self.managed.clone(),
            permissions_boundary,
            tags: self.tags.clone(),
            adopt: self.adopt,
        };
        role.lower(here);
    }
}

/// A role that functions run with, and its policy if it grants anything.
pub struct FunctionRole {
    /// The name of role and policy.
    pub name: Name,
    /// What it grants.
    pub statements: Vec<Value>,
    /// True to let traces out.
    pub tracing: bool,
    /// Further managed policies.
    pub managed: BTreeSet<String>,
    /// What bounds it.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    pub tags: BTreeMap<String, String>,
    /// Take over what exists.
    pub adopt: bool,
}

impl FunctionRole {
    /// Adds role and policy to what is wanted. What is lowered here needs both. What names something that AWS has yet to
    /// make up hangs on the role itself: a policy's versions are known by what they say.
    pub fn lower(self, here: &Cursor) {
        let mut managed = self.managed.clone();
        managed.insert(here.site.managed_policy_arn("service-role/AWSLambdaBasicExecutionRole"));
        if self.tracing {
            managed.insert(here.site.managed_policy_arn("AWSXRayDaemonWriteAccess"));
        }
        let of_role = here.apart();
        let (symbolic, literal): (Vec<Value>, Vec<Value>) =
            with_unique_ids(self.statements).into_iter().partition(is_symbolic);
        let inline = inline("access", symbolic, &of_role);
        if !literal.is_empty() {
            let id = here.id(Kind::Policy, &self.name, here.owner.physical(self.name.as_str(), 128));
            managed.insert(iam::policy_arn(here.site, here.owner, &id.name));
            of_role.need(id.address.clone());
            here.need(id.address.clone());
            let tags = here.tags(&id.address, &self.tags, Default::default());
            let document = Document::new(literal);
            check_size(&document, POLICY_LENGTH, here);
            here.apart().add(id, iam::Policy::new(document, tags), self.adopt);
        }
        let id = here.id(Kind::Role, &self.name, names::role::physical(here.owner, &self.name));
        let tags = here.tags(&id.address, &self.tags, Default::default());
        check_attachments(managed.len(), &id.address, &here.at("managed"));
        inline.values().for_each(|document| check_size(document, INLINE_LENGTH, here));
        let mut role = iam::Role::for_service("lambda.amazonaws.com", managed, inline, tags);
        role.permissions_boundary = self.permissions_boundary;
        here.need(id.address.clone());
        of_role.add(id, role, self.adopt);
    }
}

/// What the functions that share a role need for their dead letters, their events, their subnets and their file systems.
fn of_functions(role: &Name, here: &Cursor) -> Vec<Value> {
    let functions = here.manifest.function.iter().filter(|(_, function)| function.role.as_ref() == Some(role));
    let grants = functions.map(|(name, function)| {
        let events = function.events(name).grants(here);
        [function.dead_letter_grants(here), events, function.network_grants(here)].concat()
    });
    let mut all: Vec<Value> = Vec::new();
    for statement in grants.flatten() {
        if !all.contains(&statement) {
            all.push(statement);
        }
    }
    all
}

/// The statements of an access list.
pub fn statements(access: &[Access], here: &Cursor) -> Vec<Value> {
    here.each(access).flat_map(|(here, access)| access.statements(&here)).collect()
}

/// True for a statement about something that AWS has yet to make up.
fn is_symbolic(statement: &Value) -> bool {
    let mut found = Vec::new();
    references_json(statement, &mut found);
    !found.is_empty()
}

/// A role's inline policy: these statements, if there are any, under a name. The role that is lowered here comes after
/// everything that they name.
pub fn inline(name: &str, statements: Vec<Value>, here: &Cursor) -> BTreeMap<String, Document> {
    let mut found = Vec::new();
    statements.iter().for_each(|statement| references_json(statement, &mut found));
    found.iter().for_each(|reference| here.need(reference.address.clone()));
    let policies = (!statements.is_empty()).then(|| (name.to_owned(), Document::new(statements)));
    policies.into_iter().collect()
}

/// IAM refuses a policy in which two statements have the same id: a later one gets a number.
pub fn with_unique_ids(mut statements: Vec<Value>) -> Vec<Value> {
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
/// The greatest total length of a role's inline policies, in characters.
pub const INLINE_LENGTH: usize = 10_240;

/// Reports a document that is longer than it may be, in characters.
pub fn check_size(document: &Document, limit: usize, here: &Cursor) {
    let length = document.to_string().len();
    if length > limit {
        let help = Some("grant rights on fewer individual resources, or split the work between functions");
        here.at("access").problem(format!("its policy has {length} characters; AWS allows {limit}"), help);
    }
}

/// Managed policies of a role where no quota has been raised.
const ATTACHED: usize = 10;
/// As many as AWS raises that quota to.
const MOST_ATTACHED: usize = 25;

/// Reports a role with more managed policies than any can have; warns of one that needs a raised quota.
fn check_attachments(count: usize, role: &Address, here: &Cursor) {
    let message = format!("the role would have {count} managed policies, including those for logs, traces and access");
    match count {
        0..=ATTACHED => {}
        _ if count <= MOST_ATTACHED => {
            let help = format!("attach {ATTACHED} at most, unless AWS has raised the account's quota for it");
            here.warn(role, message, &help);
        }
        _ => here.problem(message, Some("attach fewer: AWS raises this quota to 25 at most")),
    }
}

/// `[app]` permissions_boundary: the policy that `bootstrap` makes.
pub const BOOTSTRAP: &str = "bootstrap";

/// The permissions boundary of a role of this section: its own, or the app's.
pub fn boundary(own: Option<&String>, here: &Cursor) -> Option<String> {
    let (boundary, section) = match (own, &here.manifest.app.permissions_boundary) {
        (Some(own), _) => (own.clone(), here.clone()),
        (None, Some(of_app)) => (of_app.clone(), here.top().at("app")),
        (None, None) => return None,
    };
    if boundary == BOOTSTRAP {
        return Some(iam::boundary_arn(here.site, here.owner));
    }
    is_policy_arn(&boundary, &section.at("permissions_boundary"));
    Some(boundary)
}

/// True if the app's roles have the boundary that `bootstrap` makes.
pub fn is_bounded_by_bootstrap(here: &Cursor) -> bool {
    here.manifest.app.permissions_boundary.as_deref() == Some(BOOTSTRAP)
}

/// Reports what is not the ARN of a policy.
fn is_policy_arn(arn: &str, here: &Cursor) {
    if !(arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":policy/")) {
        let help = Some("write its ARN, such as arn:aws:iam::aws:policy/...");
        here.problem(format!("{arn:?} is not the ARN of a policy"), help);
    }
}

#[cfg(test)]
mod tests {
    use crate::manifest::function::tests::{lowered, problems};

    /// A role to which so many policies are attached beside the one for logs.
    fn manifest(count: usize) -> String {
        let arns: Vec<String> = (0..count).map(|number| format!("\"arn:aws:iam::aws:policy/P{number}\"")).collect();
        format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[role.r]\nmanaged = [{}]\n", arns.join(", "))
    }

    #[test]
    fn ten_policies_are_attached_as_they_are_more_with_a_warning_and_none_beyond_the_highest_quota() {
        let warnings = |count| lowered(&manifest(count), &[]).unwrap().warnings.len();
        assert_eq!((warnings(9), warnings(10), warnings(24)), (0, 1, 1));
        let said = "the role would have 26 managed policies, including those for logs, traces and access";
        assert_eq!(problems(&manifest(25), &[]), [format!("5:11: {said}")]);
    }
}

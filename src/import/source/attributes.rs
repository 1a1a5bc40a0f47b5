//! The attributes of a resource in a state file. They are kept as they stand there, and none is read but the few that name something. A
//! secret is none of them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// An object whose members nobody has looked at.
pub type Members<'a> = BTreeMap<String, &'a RawValue>;

/// A member's text, if it is one.
fn text(members: &Members<'_>, name: &str) -> Option<String> {
    members.get(name).and_then(|value| text_of(value))
}

/// A value's text, if it is one.
pub fn text_of(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

/// The attributes of a resource, by the names that Terraform has for them.
#[derive(Debug)]
pub struct Attributes<'a> {
    members: Members<'a>,
    id: Option<String>,
    /// True if the file writes `domainName` for `domain_name`.
    in_camel_case: bool,
}

impl<'a> Attributes<'a> {
    /// As Terraform writes them.
    pub fn of_terraform(members: Members<'a>) -> Self {
        Self { id: text(&members, "id"), members, in_camel_case: false }
    }

    /// As Pulumi writes them, with the id beside them.
    pub fn of_pulumi(members: Members<'a>, id: Option<String>) -> Self {
        Self { members, id, in_camel_case: true }
    }

    /// The resource's id.
    pub fn id(&self) -> Option<String> {
        self.id.clone()
    }

    /// An attribute that is a text; what is encrypted, or marked as a secret, is none.
    pub fn text(&self, name: &str) -> Option<String> {
        if self.in_camel_case { text(&self.members, &camel_case(name)) } else { text(&self.members, name) }
    }
}

/// `domainName` for `domain_name`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (start, rest) = word.split_at(word.len().min(1));
        format!("{all}{}{rest}", start.to_uppercase())
    })
}

//! A right that a state machine needs.

use std::collections::BTreeSet;

/// What IAM must allow a state machine to do.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Right {
    /// IAM actions.
    pub actions: BTreeSet<String>,
    /// True if one of the actions is enough: which one, only the call itself shows.
    pub any: bool,
    /// What they are done with.
    pub on: On,
}

/// What an action is done with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum On {
    /// IAM knows no resource of the action: it is allowed on `*`, or nowhere.
    Everything,
    /// A resource, by ARN; a `*` stands for a part that the definition does not say.
    Resource(String),
    /// One that is known when the state machine runs; ARNs that such resources fit.
    Unknown(Vec<String>),
}

impl Right {
    /// All of some actions.
    pub fn new(actions: impl IntoIterator<Item = impl Into<String>>, on: On) -> Self {
        Self { actions: actions.into_iter().map(Into::into).collect(), any: false, on }
    }

    /// One of some actions.
    pub fn any(actions: impl IntoIterator<Item = impl Into<String>>, on: On) -> Self {
        Self { any: true, ..Self::new(actions, on) }
    }
}

impl On {
    /// What a statement names to allow it.
    pub fn patterns(&self) -> Vec<String> {
        match self {
            Self::Everything => vec!["*".into()],
            Self::Resource(arn) => vec![arn.clone()],
            Self::Unknown(arns) => arns.clone(),
        }
    }
}

//! The services, and one shape for every kind of resource.
//!
//! A kind is a type that implements [`Resource`] and a line in [`crate::kind`]. Wanted and live state are that
//! same type: `observe` normalises what AWS reports, so that everything inside compares with `==`.
//!
//! A kind's own file (`sns.rs`; `iam/role.rs` if a service has several) contains its facts: what it holds, what may
//! refer to it, how long it takes, which refusals disappear with time, which limits AWS publishes. Beside it are
//! `state`, `call`, `next_call`, `observe`, `send` and `required_actions`; all of them are built from [`kit`].
//!
//! The planner asks a kind only one question, [`Resource::next_call`]: which call comes next on the way from a state to
//! the wanted one? It applies the call's [`Resource::effect`] and asks again ([`steps`]). So planning from any point at
//! which an apply may have stopped gives exactly the steps that remain, by construction.
//!
//! An apply reads with an [`Aws`], which caches no answer, a plan with a [`PlanReader`]; see [`reader`].

pub mod client;
pub mod coalesced;
pub mod complete_body;
pub mod connect_error;
pub mod document;
pub mod endpoint;
pub mod error;
pub mod http;
mod identity;
pub mod indexed;
pub mod key_value;
pub mod kind;
pub mod kit;
pub mod listing;
pub mod nulls;
pub mod observe;
pub mod plan_cache;
pub mod profile;
pub mod rate;
pub mod reader;
pub mod request_id;
pub mod required_actions;
pub mod resource;
pub mod settle;
pub mod stack;
pub mod steps;
pub mod tag_index;
#[cfg(test)]
pub(crate) mod test_support;

pub mod acm;
pub mod apigateway;
pub mod apigateway_account;
pub mod apigateway_domain;
pub mod apigateway_keys;
pub mod apigatewayv2;
pub mod cloudwatch;
pub mod config;
pub mod dynamodb;
pub mod events;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod route53;
pub mod s3;
pub mod scheduler;
pub mod sns;
pub mod sqs;
pub mod stepfunctions;
pub mod wafv2;

pub use client::Aws;
pub use error::{Answer, AwsError};
pub use kind::{Call, Seed, State};
pub use kit::tags;
pub use kit::unmodelled::Unmodelled;
pub use reader::{PlanReader, Reader};
pub use required_actions::{RequiredAction, RequiredActions};
pub use resource::{Condition, Found, Id, Live, Observed, Resource, Wanted, literal};
pub use tags::Tags;

pub use crate::kind::Kind;

//! The services: one file each, one shape for all of them.
//!
//! A kind is a type that implements [`Resource`] and a line in [`kind`]. Wanted and live state are that
//! same type: `observe` normalises what AWS reports, so that everything inside compares with `==`.
//!
//! The planner asks a kind one question only, [`Resource::next`]: which call comes next on the way from a state
//! to the wanted one? It applies the call's [`Resource::effect`] and asks again. So planning from any point that
//! an apply may have stopped at gives exactly the steps that remain, by construction.

pub mod batch;
pub mod client;
pub mod document;
pub mod endpoint;
pub mod error;
pub mod http;
pub mod kind;
pub mod kit;
pub mod need;
pub mod observe;
pub mod rate;
pub mod request_id;
pub mod resource;
pub mod settle;
pub mod shared;
pub mod together;
pub mod whole;

pub mod apigateway;
pub mod cloudwatch;
pub mod config;
pub mod dynamodb;
pub mod iam;
pub mod lambda;
pub mod logs;
pub mod s3;
pub mod sns;
pub mod stepfunctions;
pub mod wafv2;

pub use client::Aws;
pub use error::{Answer, AwsError};
pub use kind::{Call, Seed, State};
pub use kit::tags;
pub use kit::unmodelled::Unmodelled;
pub use need::{Need, Needs};
pub use resource::{Found, Id, Live, Observed, Resource, Wanted, literal};
pub use tags::Tags;

pub use crate::kind::Kind;

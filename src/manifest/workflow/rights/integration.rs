//! What the integrations that Step Functions optimises need.
//!
//! From "IAM Policies for integrated services" of the Step Functions developer guide
//! (<https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html> and the page of each
//! service), held against the service authorization reference for the resources. What cannot be derived from a definition
//! is left out: the data that a query reads, the role that a task definition of ECS names, roles that services make for
//! themselves.

mod app;
mod emr;
mod entry;
mod job;
mod sagemaker;

pub use entry::{EXECUTIONS, Integration, Need};

/// The tables.
const TABLES: [&[Integration]; 4] = [app::INTEGRATIONS, emr::INTEGRATIONS, job::INTEGRATIONS, sagemaker::INTEGRATIONS];

/// All of them.
pub fn integrations() -> impl Iterator<Item = &'static Integration> {
    TABLES.into_iter().flatten()
}

/// One of them; none for one that AWS has added since.
pub fn integration(name: &str) -> Option<&'static Integration> {
    integrations().find(|integration| integration.name == name)
}

//! Placeholder of this branch.
pub mod package;

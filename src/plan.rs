//! The plan.
pub mod order;
pub mod steps;

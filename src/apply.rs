//! Applies a plan: sends its calls and no others.

pub mod report;

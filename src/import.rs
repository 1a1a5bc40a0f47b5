//! Writes a manifest for what exists in AWS.
//!
//! 1. A source ([`source`]) lists what exists: kinds and physical names, and the names that the source has for them.
//! 2. All of it is read, as a plan reads it, and each resource gets a section's name.
//! 3. A [`section::Scene`] knows which section and attribute each name, ARN and id stands for. A writer for each
//!    section ([`section`]) turns a live state into a table of the manifest. What a manifest cannot express becomes a
//!    line of the report.
//!
//! Nothing here changes anything in AWS.

pub mod document;
mod follow;
pub mod found;
pub mod lines;
mod naming;
pub mod only;
mod own;
pub mod proof;
mod protected;
pub mod reading;
pub mod report;
pub mod secret;
pub mod section;
pub mod source;
mod stands_for;

pub use found::{Found, Inventory, Unsaid};
pub use section::{Named, Scene};
pub use source::Source;

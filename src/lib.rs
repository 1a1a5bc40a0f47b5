//! Deploys a serverless app to AWS from GitHub: what was reviewed is what runs.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod apply;
pub mod aws;
pub mod canonical;
pub mod manifest;
pub mod name;
pub mod package;
pub mod plan;
pub mod render;
pub mod text;

//! How documents are printed.

/// How an OpenAPI document is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DocumentFormat {
    /// YAML, for people
    Yaml,
    /// JSON, for programs
    Json,
}

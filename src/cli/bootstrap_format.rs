//! What `bootstrap` prints.

/// What `bootstrap` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BootstrapFormat {
    /// The plan, for people at a terminal
    Text,
    /// The plan, for GitHub
    Markdown,
    /// The calls that create everything from scratch; no plan, and AWS is not asked
    Json,
    /// A CloudFormation template; no plan, and AWS is not asked
    Cloudformation,
    /// The workflows with the roles in them; no plan, and AWS is not asked
    Workflows,
}

//! `build` of a function: the command that makes what is packaged.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::package::Recipe;

/// What makes of a function's folder what is packaged.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "expected a command, or { command = \"...\", output = \"dist\", inputs = [\"src/**\", \"package-lock.json\"] }"
)]
pub enum Build {
    /// A command that leaves it in the folder itself.
    Command(String),
    /// With where it leaves it, and what it depends on.
    Particular(BuildCommand),
}

/// `{ command = "npm run build", output = "dist" }`
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BuildCommand {
    /// A command for `sh`, run in a copy of the function's folder.
    pub command: String,
    /// The folder or jar that it creates and that is packaged, relative to the function's folder. Default: the folder
    /// itself.
    pub output: Option<String>,
    /// What it depends on: patterns as in `.gitignore` for files in the function's folder. Default: all of them except
    /// `node_modules` and what it creates.
    #[serde(default)]
    pub inputs: Vec<String>,
}

impl Build {
    /// As packaging takes it.
    pub fn recipe(&self) -> Recipe {
        const ITSELF: &str = ".";
        match self {
            Self::Command(command) => Recipe { command: command.clone(), output: ITSELF.into(), inputs: Vec::new() },
            Self::Particular(BuildCommand { command, output, inputs }) => Recipe {
                command: command.clone(),
                output: output.clone().unwrap_or_else(|| ITSELF.into()),
                inputs: inputs.clone(),
            },
        }
    }
}

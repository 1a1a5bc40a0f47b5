//! `[workflow.<name>]`: Step Functions state machines.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::aws::{Kind, logs, stepfunctions};
use crate::manifest::log_group::check_retention;
use crate::manifest::names::own_part;
use crate::manifest::role::access::Access;
use crate::manifest::{Cursor, OnDelete, Section, names};
use crate::name::{Address, Name};
use crate::text::Text;

pub(super) mod definition;
mod execution_role;
mod rights;
pub use definition::place;
#[cfg(test)]
mod tests;

/// A state machine.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workflow {
    /// The state machine's name in AWS. Default: made of the app, the stage and the section's name.
    pub name: Option<String>,
    /// The file with its definition in Amazon States Language, relative to the manifest; `${...}` is filled in.
    pub definition: String,
    /// Standard executions last up to a year, express ones five minutes.
    #[serde(default, rename = "type")]
    pub workflow_type: Type,
    /// The functions that it may invoke.
    #[serde(default)]
    pub invokes: Vec<Name>,
    /// What else it may do, which must include everything that its definition does.
    #[serde(default)]
    pub access: Vec<Access>,
    /// Which events it logs.
    pub logging: Option<Logging>,
    /// X-Ray tracing.
    #[serde(default)]
    pub tracing: bool,
    /// The ARN of its role's permissions boundary.
    pub permissions_boundary: Option<String>,
    /// Tags in addition to the app's.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// What happens to its logs when it is no longer in the manifest.
    #[serde(default)]
    pub on_delete: OnDelete,
    /// Takes over an existing state machine of this name.
    #[serde(default)]
    pub adopt: bool,
}

/// The type of a state machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Type {
    /// Exactly once, up to a year.
    #[default]
    Standard,
    /// At least once, up to five minutes.
    Express,
}

/// What a state machine logs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Logging {
    /// Which events.
    pub level: Level,
    /// Also logs inputs and outputs.
    #[serde(default)]
    pub include_execution_data: bool,
    /// Days for which its logs are kept; 0: for ever.
    #[serde(default = "default_retention")]
    pub retention_days: i32,
}

/// Which events are logged.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Level {
    /// All of them.
    All,
    /// Errors.
    Error,
    /// Errors that end an execution.
    Fatal,
}

fn default_retention() -> i32 {
    14
}

/// Stands for values that AWS has yet to generate while a definition is checked: an ARN, like most references.
pub const STAND_IN: &str = "arn:aws:unknown:::unknown";

impl Section for Workflow {
    const SECTION: &'static str = "workflow";
    const ATTRIBUTES: &'static [&'static str] = &["name", "arn"];

    fn address(name: &Name) -> Address {
        names::workflow::address(name)
    }

    fn own_name(&self) -> Option<String> {
        self.name.clone()
    }

    fn attribute(&self, name: &Name, attribute: &str, here: &Cursor) -> Text {
        match attribute {
            "name" => names::workflow::physical(here.owner, name).into(),
            _ => names::workflow::arn(here.site, here.owner, name).into(),
        }
    }

    fn files(&self) -> Vec<String> {
        vec![self.definition.clone()]
    }

    fn lower(&self, name: &Name, here: &Cursor) {
        let definition = self.lower_definition(&here.at("definition"));
        // What the definition names, and nothing else so far.
        let named = here.needs();
        let statements = self.role_statements(name, definition.is_some(), &named, here);
        let role_arn = self.lower_role(name, statements, here);
        let logging = self.logging.as_ref().map(|logging| self.lower_logging(logging, name, here));
        let (Some(definition), Some(role_arn)) = (definition, role_arn) else { return };
        let id = here.id(Kind::StateMachine, name, names::workflow::physical(here.owner, name));
        let state = stepfunctions::StateMachine {
            definition,
            role_arn,
            machine_type: if self.workflow_type == Type::Express { "EXPRESS" } else { "STANDARD" }.into(),
            logging,
            tracing: self.tracing,
            tags: here.tags(&id.address, &self.tags, OnDelete::Retain),
        };
        here.add(id, state, self.adopt);
    }
}

impl Workflow {
    /// True for one that can be executed synchronously.
    pub fn is_express(&self) -> bool {
        self.workflow_type == Type::Express
    }

    fn lower_definition(&self, here: &Cursor) -> Option<Text> {
        let text = here.file(&self.definition)?;
        let clear = here.are_references_clear(&self.definition, text);
        let faults = definition::faults(text, self.workflow_type == Type::Express, &|raw| here.likely(raw, STAND_IN));
        for fault in &faults {
            let place = (fault.line, fault.column);
            here.problem_in(&self.definition, place, &fault.message, Some("correct the definition"));
        }
        // The canonical form first: references are inside strings, and stay where they are.
        let canonical = stepfunctions::canonical(text).ok().filter(|_| clear && faults.is_empty())?;
        let text = here.text(&canonical);
        check_size(&text, here);
        Some(text)
    }

    fn lower_logging(&self, logging: &Logging, name: &Name, here: &Cursor) -> stepfunctions::Logging {
        let days = logging.retention_days;
        check_retention(days, &here.at("logging").at("retention_days"));
        let own = own_part(name, "workflow").unwrap_or_else(|| name.clone());
        let group = format!("/aws/vendedlogs/states/{}", here.owner.physical(name.as_str(), 80));
        let log_group_arn = here.site.arn("logs", &format!("log-group:{group}:*"));
        let id = here.id(Kind::LogGroup, &own, group);
        let tags = here.tags(&id.address, &self.tags, self.on_delete);
        here.need(id.address.clone());
        let state =
            logs::LogGroup { retention_in_days: Some(days).filter(|days| *days != 0), tags, ..Default::default() };
        here.apart().add(id, state, self.adopt);
        let level = match logging.level {
            Level::All => "ALL",
            Level::Error => "ERROR",
            Level::Fatal => "FATAL",
        };
        let include_execution_data = logging.include_execution_data;
        stepfunctions::Logging { level: level.into(), include_execution_data, log_group_arn }
    }
}

/// The longest definition, in bytes.
const DEFINITION: usize = 1 << 20;

/// Reports a definition that is too long as it is sent: without the file's spaces, and with its references filled in.
fn check_size(definition: &Text, here: &Cursor) {
    let bytes = definition.shortest().len();
    if bytes > DEFINITION {
        let message = format!("the definition has {bytes} bytes; AWS allows {DEFINITION}");
        here.problem(message, Some("move parts of it to other state machines"));
    }
}

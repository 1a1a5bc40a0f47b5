//! The fields of each type of state, and what they may contain.

use super::check::{At, Check, Language};
use super::form::Form;
use crate::manifest::problem::nearest;

/// In which language a field is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum In {
    /// In both.
    Both,
    /// In one.
    Only(Language),
}

/// A field's name, its language, and what may stand in it.
pub type Field = (&'static str, In, Form);

const BOTH: In = In::Both;
const PATH: In = In::Only(Language::JsonPath);
const ATA: In = In::Only(Language::Jsonata);
/// The longest time, in seconds, and the highest number of attempts.
const MOST: f64 = 99_999_999.0;
const SECONDS: Form = Form::Whole { least: 1.0, most: MOST };

/// A state machine.
pub const MACHINE: &[Field] = &[
    ("Comment", BOTH, Form::Text),
    ("QueryLanguage", BOTH, Form::Elsewhere),
    ("StartAt", BOTH, Form::Text),
    ("States", BOTH, Form::Elsewhere),
    ("TimeoutSeconds", BOTH, Form::Fixed { least: 1.0, most: MOST }),
    ("Version", BOTH, Form::Text),
];

/// A branch of a parallel state.
pub const BRANCH: &[Field] =
    &[("Comment", BOTH, Form::Text), ("StartAt", BOTH, Form::Text), ("States", BOTH, Form::Elsewhere)];

/// What a map does with each item.
pub const PROCESSOR: &[Field] = &[
    ("Comment", BOTH, Form::Text),
    ("ProcessorConfig", BOTH, Form::Elsewhere),
    ("StartAt", BOTH, Form::Text),
    ("States", BOTH, Form::Elsewhere),
];

/// Every state.
const STATE: &[Field] =
    &[("Type", BOTH, Form::Text), ("Comment", BOTH, Form::Text), ("QueryLanguage", BOTH, Form::Elsewhere)];

/// States that another one follows.
const FOLLOWED: &[Field] = &[("Next", BOTH, Form::Text), ("End", BOTH, Form::Bool)];

/// States that read their input and give an output.
const FLOW: &[Field] =
    &[("InputPath", PATH, Form::PathOrNull), ("OutputPath", PATH, Form::PathOrNull), ("Output", ATA, Form::Template)];

const ASSIGN: &[Field] = &[("Assign", BOTH, Form::Assign)];

/// States that give a result.
const RESULT: &[Field] = &[("ResultPath", PATH, Form::ResultPath), ("Parameters", PATH, Form::Template)];

/// States whose work may fail.
const WORK: &[Field] =
    &[("ResultSelector", PATH, Form::Template), ("Retry", BOTH, Form::Elsewhere), ("Catch", BOTH, Form::Elsewhere)];

const ARGUMENTS: &[Field] = &[("Arguments", ATA, Form::Template)];

const TASK: &[Field] = &[
    ("Resource", BOTH, Form::Elsewhere),
    ("Credentials", BOTH, Form::Elsewhere),
    ("TimeoutSeconds", BOTH, SECONDS),
    ("TimeoutSecondsPath", PATH, Form::Path),
    ("HeartbeatSeconds", BOTH, SECONDS),
    ("HeartbeatSecondsPath", PATH, Form::Path),
];

const PASS: &[Field] = &[("Result", PATH, Form::Any)];

const WAIT: &[Field] = &[
    ("Seconds", BOTH, Form::Whole { least: 0.0, most: MOST }),
    ("SecondsPath", PATH, Form::Path),
    ("Timestamp", BOTH, Form::Timestamp),
    ("TimestampPath", PATH, Form::Path),
];

const FAIL: &[Field] = &[
    ("Error", BOTH, Form::Said),
    ("ErrorPath", PATH, Form::PathOrCall),
    ("Cause", BOTH, Form::Said),
    ("CausePath", PATH, Form::PathOrCall),
];

const CHOICE: &[Field] = &[("Choices", BOTH, Form::Elsewhere), ("Default", BOTH, Form::Text)];

const PARALLEL: &[Field] = &[("Branches", BOTH, Form::Elsewhere)];

const MAP: &[Field] = &[
    ("ItemProcessor", BOTH, Form::Elsewhere),
    ("Iterator", BOTH, Form::Elsewhere),
    ("Items", ATA, Form::Items),
    ("ItemsPath", PATH, Form::Path),
    ("ItemSelector", BOTH, Form::Template),
    ("ItemReader", BOTH, Form::Elsewhere),
    ("ItemBatcher", BOTH, Form::Elsewhere),
    ("ResultWriter", BOTH, Form::Elsewhere),
    ("Label", BOTH, Form::Elsewhere),
    ("MaxConcurrency", BOTH, Form::Whole { least: 0.0, most: f64::MAX }),
    ("MaxConcurrencyPath", PATH, Form::Path),
    ("ToleratedFailureCount", BOTH, Form::Whole { least: 0.0, most: f64::MAX }),
    ("ToleratedFailureCountPath", PATH, Form::Path),
    ("ToleratedFailurePercentage", BOTH, Form::Number { least: 0.0, most: 100.0 }),
    ("ToleratedFailurePercentagePath", PATH, Form::Path),
];

/// The types of states, and the fields of each.
pub const TYPES: [(&str, &[&[Field]]); 8] = [
    ("Task", &[STATE, FOLLOWED, FLOW, ASSIGN, RESULT, WORK, ARGUMENTS, TASK]),
    ("Pass", &[STATE, FOLLOWED, FLOW, ASSIGN, RESULT, PASS]),
    ("Choice", &[STATE, FLOW, ASSIGN, CHOICE]),
    ("Wait", &[STATE, FOLLOWED, FLOW, ASSIGN, WAIT]),
    ("Succeed", &[STATE, FLOW]),
    ("Fail", &[STATE, FAIL]),
    ("Parallel", &[STATE, FOLLOWED, FLOW, ASSIGN, RESULT, WORK, ARGUMENTS, PARALLEL]),
    ("Map", &[STATE, FOLLOWED, FLOW, ASSIGN, RESULT, WORK, MAP]),
];

/// Fields that exclude each other; true if one of them is required.
pub const PAIRS: [(&str, &[&str], bool); 13] = [
    ("Task", &["TimeoutSeconds", "TimeoutSecondsPath"], false),
    ("Task", &["HeartbeatSeconds", "HeartbeatSecondsPath"], false),
    ("Task", &["Resource"], true),
    ("Wait", &["Seconds", "SecondsPath", "Timestamp", "TimestampPath"], true),
    ("Fail", &["Error", "ErrorPath"], false),
    ("Fail", &["Cause", "CausePath"], false),
    ("Choice", &["Choices"], true),
    ("Parallel", &["Branches"], true),
    ("Map", &["ItemProcessor", "Iterator"], true),
    ("Map", &["ItemSelector", "Parameters"], false),
    ("Map", &["MaxConcurrency", "MaxConcurrencyPath"], false),
    ("Map", &["ToleratedFailureCount", "ToleratedFailureCountPath"], false),
    ("Map", &["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"], false),
];

/// An entry of `Retry`.
pub const RETRIER: &[Field] = &[
    ("ErrorEquals", BOTH, Form::Elsewhere),
    ("IntervalSeconds", BOTH, Form::Fixed { least: 1.0, most: MOST }),
    ("MaxAttempts", BOTH, Form::Fixed { least: 0.0, most: MOST }),
    ("BackoffRate", BOTH, Form::Number { least: 1.0, most: f64::MAX }),
    ("MaxDelaySeconds", BOTH, Form::Fixed { least: 1.0, most: 31_622_400.0 }),
    ("JitterStrategy", BOTH, Form::Word(&["FULL", "NONE"])),
    ("Comment", BOTH, Form::Text),
];

/// An entry of `Catch`.
pub const CATCHER: &[Field] = &[
    ("ErrorEquals", BOTH, Form::Elsewhere),
    ("Next", BOTH, Form::Text),
    ("ResultPath", PATH, Form::ResultPath),
    ("Assign", BOTH, Form::Caught),
    ("Output", ATA, Form::Caught),
    ("Comment", BOTH, Form::Text),
];

/// `ProcessorConfig`.
pub const PROCESSOR_CONFIG: &[Field] = &[
    ("Mode", BOTH, Form::Word(&["INLINE", "DISTRIBUTED"])),
    ("ExecutionType", BOTH, Form::Word(&["STANDARD", "EXPRESS"])),
];

/// `ItemReader`.
pub const READER: &[Field] = &[
    ("Resource", BOTH, Form::Text),
    ("Parameters", PATH, Form::Template),
    ("Arguments", ATA, Form::Template),
    ("ReaderConfig", BOTH, Form::Elsewhere),
];

/// The fields of `ReaderConfig` that exclude each other; the service adds others to it.
pub const READER_CONFIG: &[Field] =
    &[("MaxItems", BOTH, Form::Whole { least: 0.0, most: f64::MAX }), ("MaxItemsPath", PATH, Form::Path)];

/// `ItemBatcher`.
pub const BATCHER: &[Field] = &[
    ("BatchInput", BOTH, Form::Template),
    ("MaxItemsPerBatch", BOTH, Form::Whole { least: 1.0, most: f64::MAX }),
    ("MaxItemsPerBatchPath", PATH, Form::Path),
    ("MaxInputBytesPerBatch", BOTH, Form::Whole { least: 1.0, most: f64::MAX }),
    ("MaxInputBytesPerBatchPath", PATH, Form::Path),
];

/// `ResultWriter`.
pub const WRITER: &[Field] = &[
    ("Resource", BOTH, Form::Text),
    ("Parameters", PATH, Form::Template),
    ("Arguments", ATA, Form::Template),
    ("WriterConfig", BOTH, Form::Elsewhere),
];

impl Check {
    /// Each field is one of the tables', belongs to the language, and holds what it may.
    pub fn fields(&self, at: &At<'_>, what: &str, tables: &[&[Field]], language: Language) {
        for (name, key, value) in at.members() {
            let known = || tables.iter().copied().flatten();
            match known().find(|(field, ..)| *field == name) {
                Some((_, In::Only(only), _)) if *only != language => {
                    let message =
                        format!("this field is only for {}, and this state uses {}", only.word(), language.word());
                    self.fault(&key, message);
                }
                Some((.., form)) => self.form(&value, form, language),
                None => {
                    let fields: Vec<&str> = known().map(|(field, ..)| *field).collect();
                    let near = nearest(name, &fields).map(|near| format!("; did you mean {near:?}?"));
                    self.fault(&key, format!("{what} has no field {name:?}{}", near.unwrap_or_default()));
                }
            }
        }
    }

    /// Those of some fields that are there hold what they may.
    pub fn known_fields(&self, at: &At<'_>, table: &[Field], language: Language) {
        for (name, there, form) in table {
            if let Some(value) = at.get(name).filter(|_| *there == In::Both || *there == In::Only(language)) {
                self.form(&value, form, language);
            }
        }
    }
}

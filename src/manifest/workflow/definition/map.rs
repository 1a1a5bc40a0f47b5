//! What is specific to a map.

use super::check::{At, Check, Language};
use super::field::{BATCHER, Field, PROCESSOR_CONFIG, READER, READER_CONFIG, WRITER};

/// The longest label, in characters.
const LABEL: usize = 40;

impl Check {
    /// The parts of a map beside what it does with each item.
    pub fn map(&self, state: &At<'_>, language: Language) {
        self.part(state, "ItemReader", READER, language);
        self.part(state, "ItemBatcher", BATCHER, language);
        self.part(state, "ResultWriter", WRITER, language);
        if let Some(reader) = state.get("ItemReader").filter(|reader| reader.node.members().is_some()) {
            self.reader(&reader, language);
        }
        if let Some(batcher) = state.get("ItemBatcher") {
            self.only_one(&batcher, &["MaxItemsPerBatch", "MaxItemsPerBatchPath"], false);
            self.only_one(&batcher, &["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"], false);
        }
        if let Some(label) = state.get("Label") {
            self.label(&label);
        }
    }

    fn part(&self, state: &At<'_>, name: &str, table: &[Field], language: Language) {
        if let Some(part) = state.get(name).filter(|part| self.object(part)) {
            self.fields(&part, name, &[table], language);
        }
    }

    fn reader(&self, reader: &At<'_>, language: Language) {
        if !reader.has("Resource") {
            self.fault(reader, "it needs Resource");
        }
        if let Some(config) = reader.get("ReaderConfig").filter(|config| self.object(config)) {
            self.known_fields(&config, READER_CONFIG, language);
            self.only_one(&config, &["MaxItems", "MaxItemsPath"], false);
        }
    }

    fn label(&self, at: &At<'_>) {
        let Some(label) = at.text() else { return self.fault(at, "expected a string") };
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || "?*<>{}[]\"#%\\^|~`$&,;:/".contains(c);
        if label.is_empty() || label.chars().count() > LABEL || label.contains(forbidden) {
            self.fault(
                at,
                format!("a label has 1 to {LABEL} characters, without spaces and characters such as {{ or ?"),
            );
        }
        if !self.labels.borrow_mut().insert(label.to_owned()) {
            self.fault(at, "another map of this state machine has the same label");
        }
    }

    /// How a map's items are worked on.
    pub fn processor_config(&self, processor: &At<'_>) {
        let Some(config) = processor.get("ProcessorConfig").filter(|config| self.object(config)) else { return };
        self.fields(&config, "ProcessorConfig", &[PROCESSOR_CONFIG], Language::JsonPath);
        let mode = config.get("Mode").filter(|mode| self.express && mode.text() == Some("DISTRIBUTED"));
        if let Some(mode) = mode {
            self.fault(&mode, "an express workflow cannot have distributed maps");
        }
    }
}

//! What a workflow was started by.

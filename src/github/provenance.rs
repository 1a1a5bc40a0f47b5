//! From a merged commit back to the plan that was approved.

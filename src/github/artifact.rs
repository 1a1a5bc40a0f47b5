//! Artifacts: found by name within one run, checked and unpacked.

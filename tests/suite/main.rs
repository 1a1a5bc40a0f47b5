//! The integration tests, one binary.

mod example;

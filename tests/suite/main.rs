//! Everything that needs more than one module: real clients against real emulators.

#[path = "../support/support.rs"]
mod support;

mod command;
mod dynamodb;
mod emulator;
mod example;
mod iam;
mod lifecycle;
mod logs;
mod planner;
mod proxy;
mod s3;
mod sns;

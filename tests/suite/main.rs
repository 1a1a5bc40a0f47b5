//! Everything that needs more than one module: real clients against real emulators.

mod dynamodb;
mod lifecycle;
mod logs;
mod s3;

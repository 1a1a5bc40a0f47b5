//! Everything that needs more than one module: real clients against real emulators.

mod iam;
mod lifecycle;
mod logs;
mod sns;

//! What the tests stand on: emulators, a recording proxy before them, and the built binary.

pub mod act;
pub mod command;
pub mod emulator;
pub mod files;
pub mod forge;
pub mod github;
pub mod permissions;
pub mod project;
pub mod proxy;
pub mod synthetic;
pub mod terminal;
pub mod tools;

//! What every kind is built from, so that a kind's own files say only what is its own.
//!
//! - [`attributes`]: attributes that AWS reports as texts.
//! - [`calls`]: a kind's closed set of calls, each with its name.
//! - [`members`]: what an answer holds that nothing here reads.
//! - [`pages`]: listings, page after page.
//! - [`settings`]: what a create and an update say of the same attributes, in one table.
//! - [`tags`]: the inputs of the calls on tags, the next of them, and the tags of the SDK's crates.
//! - [`text`]: texts of answers, of which an empty one is none.
//! - [`unmodelled`]: what a live resource has that no state holds.

pub mod attributes;
pub mod calls;
pub mod members;
pub mod pages;
pub mod settings;
pub mod tags;
pub mod text;
pub mod unmodelled;

/// The state after a change of it, where there is one.
pub(in crate::aws) fn changed<S>(mut state: Option<S>, change: impl FnOnce(&mut S)) -> Option<S> {
    if let Some(state) = &mut state {
        change(state);
    }
    state
}

//! What an apply is doing, on stderr, a line an event.

use crate::apply::Event;

/// A sink for events.
pub fn show() -> impl Fn(&Event) + Sync {
    |event: &Event| {
        if let Some(line) = line(event) {
            eprintln!("{line}");
        }
    }
}

fn line(event: &Event) -> Option<String> {
    match event {
        Event::Begun(_) => None,
        Event::Calling(address, api) => Some(format!("{address}: {api}")),
        Event::Waiting(address, api, reason) => Some(format!("{address}: {api} waits for {reason}")),
        Event::Settling(address, Some(pending)) => Some(format!("{address}: {pending}")),
        Event::Settling(_, None) => None,
        Event::Ended(result) if result.calls == 0 => None,
        Event::Ended(result) => Some(format!(
            "{}: {} in {:.1} s",
            result.address,
            if result.outcome.is_reached() { "done" } else { "not done" },
            result.duration.as_secs_f64()
        )),
    }
}

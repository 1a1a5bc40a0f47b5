//! Colours. They only repeat what signs and words say.

use anstyle::{AnsiColor, Style};

use crate::plan::Action;

const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
pub(super) const GREEN: Style = AnsiColor::Green.on_default();
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default();
pub(super) const RED: Style = AnsiColor::Red.on_default();
const CYAN: Style = AnsiColor::Cyan.on_default();
const ALARM: Style = AnsiColor::Red.on_default().bold();

/// Colours, or none.
#[derive(Clone, Copy)]
pub(in crate::render) struct Paint(pub bool);

impl Paint {
    pub(in crate::render) fn bold(self, text: &str) -> String {
        self.put(BOLD, text)
    }

    pub(in crate::render) fn faint(self, text: &str) -> String {
        self.put(FAINT, text)
    }

    pub(in crate::render) fn good(self, text: &str) -> String {
        self.put(GREEN, text)
    }

    pub(in crate::render) fn bad(self, text: &str) -> String {
        self.put(ALARM, text)
    }

    pub(in crate::render) fn doubtful(self, text: &str) -> String {
        self.put(YELLOW, text)
    }

    pub(super) fn put(self, style: Style, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// An action's sign and colour.
pub(super) fn sign(action: Action) -> (&'static str, Style) {
    match action {
        Action::Create => ("+", GREEN),
        Action::Update => ("~", YELLOW),
        Action::Replace => ("-/+", ALARM),
        Action::Delete => ("-", RED),
        Action::Release => ("<", CYAN),
        Action::Adopt => (">", CYAN),
    }
}

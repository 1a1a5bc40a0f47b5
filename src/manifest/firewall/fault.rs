//! What is wrong with AWS's JSON, and where.

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where: from the outermost value on.
    pub at: Vec<Step>,
    /// What.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The member of this name.
    Key(String),
    /// The item of a list, from 0.
    Nth(usize),
}

/// The faults of one value, and where the check is.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Everything so far.
    pub found: Vec<Fault>,
    at: Vec<Step>,
    /// How many statements it is within.
    pub depth: usize,
}

impl Faults {
    /// None yet, of what is within so many statements.
    pub(super) fn at_depth(depth: usize) -> Self {
        Self { depth, ..Self::default() }
    }

    /// Something is wrong here.
    pub(super) fn add(&mut self, message: impl Into<String>, help: Option<&str>) {
        self.found.push(Fault { at: self.at.clone(), message: message.into(), help: help.map(str::to_owned) });
    }

    /// Something is wrong with a member.
    pub(super) fn add_at(&mut self, member: &str, message: impl Into<String>, help: Option<&str>) {
        self.within(Step::Key(member.to_owned()), |faults| faults.add(message, help));
    }

    /// Checks what is a step further in.
    pub(super) fn within(&mut self, step: Step, check: impl FnOnce(&mut Self)) {
        self.at.push(step);
        check(self);
        self.at.pop();
    }
}

//! What is aimed at, and how near the measured figures come.

use std::process::ExitCode;

/// A figure and what it must not exceed.
struct Aim {
    what: String,
    unit: &'static str,
    measured: f64,
    bound: f64,
    /// Whether the benchmark fails with it. Others show how near it comes where no aim is set or none can be reached.
    counts: bool,
}

/// All aims, in the order in which they were measured.
#[derive(Default)]
pub struct Aims(Vec<Aim>);

impl Aims {
    /// The benchmark fails unless this holds.
    pub fn at_most(&mut self, what: impl Into<String>, unit: &'static str, measured: f64, bound: f64) {
        self.0.push(Aim { what: what.into(), unit, measured, bound, counts: true });
    }

    /// Shows how near this comes.
    pub fn near(&mut self, what: impl Into<String>, unit: &'static str, measured: f64, bound: f64) {
        self.0.push(Aim { what: what.into(), unit, measured, bound, counts: false });
    }

    /// Prints all of them, and fails where one that counts is missed.
    pub fn end(self) -> ExitCode {
        println!("\n## Aims\n");
        println!("| aim | unit | measured | at most | measured / at most | |");
        println!("| --- | --- | ---: | ---: | ---: | --- |");
        let mut missed = false;
        for Aim { what, unit, measured, bound, counts } in self.0 {
            let holds = measured <= bound;
            missed |= !holds && counts;
            let ratio = if bound > 0.0 { format!("{:.2}", measured / bound) } else { "–".into() };
            let word = match (holds, counts) {
                (true, _) => "holds",
                (false, true) => "**missed**",
                (false, false) => "above, does not count",
            };
            println!("| {what} | {unit} | {} | {} | {ratio} | {word} |", figure(measured), figure(bound));
        }
        if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}

/// Whole where that says enough.
fn figure(value: f64) -> String {
    if value >= 10.0 || value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

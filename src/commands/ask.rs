//! Questions to whoever sits at the terminal. Where nobody does, nothing is asked, and nothing waits.

use crate::github::runner::print;

/// An answer; `None` where nobody can be asked, and where the answer is empty.
pub fn line(question: &str) -> Option<String> {
    if !print::is_interactive() {
        return None;
    }
    print::prompt(&format!("{question}: "));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).ok()?;
    let answer = answer.trim().to_owned();
    (!answer.is_empty()).then_some(answer)
}

/// True if the answer is yes; anything else, and nobody, is no.
pub fn yes(question: &str) -> bool {
    line(&format!("{question} [y/N]")).is_some_and(|answer| matches!(answer.to_lowercase().as_str(), "y" | "yes"))
}

//! When a schedule fires, checked as EventBridge Scheduler does.
//!
//! AWS answers every wrong expression with "Invalid Schedule Expression" and nothing else, and only when it is sent.
//! What AWS refuses is refused here, with the field and its column. If neither AWS's documentation nor a recorded
//! answer says whether a form is valid (`FRIL`, `22-2`, `/5`), it is refused too, and the help gives the documented
//! form with the same meaning.

mod cron;
mod time;

pub use cron::cron;
pub use time::{at, instant};

/// What is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field that it is in, such as `day of the week`.
    pub field: &'static str,
    /// The column in the expression, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Fault {
    fn new(field: &'static str, column: usize, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { field, column, message: message.into(), help: help.into() }
    }
}

/// The units of a rate, one of them and several.
const UNITS: [(&str, &str); 3] = [("minute", "minutes"), ("hour", "hours"), ("day", "days")];

/// Checks a rate, such as `5 minutes`: what stands between the parentheses of `rate(5 minutes)`.
pub fn rate(text: &str) -> Result<(), Fault> {
    const EXAMPLE: &str = "write a number and a unit, such as 1 hour or 5 minutes";
    check_blanks(text, EXAMPLE)?;
    let Some((value, unit)) = text.split_once(' ') else {
        return Err(Fault::new("rate", 1, format!("{text:?} is not a number and a unit"), EXAMPLE));
    };
    let number = value.bytes().all(|b| b.is_ascii_digit()).then(|| value.parse::<u32>().ok()).flatten();
    let Some(number) = number.filter(|number| *number > 0 && !value.starts_with('0')) else {
        return Err(Fault::new("value", 1, format!("the value {value:?} is not a whole number above 0"), EXAMPLE));
    };
    let column = value.chars().count() + 2;
    let known = UNITS.iter().find(|(one, many)| unit == *one || unit == *many);
    match known {
        None => {
            let help = "write minutes, hours or days, or in the singular with 1";
            Err(Fault::new("unit", column, format!("there is no unit {unit:?}"), help))
        }
        Some((one, many)) if (number == 1) != (unit == *one) => {
            let right = if number == 1 { one } else { many };
            let message = format!("the unit {unit:?} does not agree with {number}");
            Err(Fault::new("unit", column, message, format!("write {number} {right}")))
        }
        Some(_) => Ok(()),
    }
}

/// AWS takes no blank but the one between two parts.
fn check_blanks(text: &str, help: &str) -> Result<(), Fault> {
    let is_wrong = |(at, c): &(usize, char)| {
        c.is_whitespace() && (*c != ' ' || *at == 0 || *at + 1 == text.len() || text[..*at].ends_with(' '))
    };
    match text.char_indices().find(is_wrong) {
        Some((at, _)) => {
            let column = text[..at].chars().count() + 1;
            Err(Fault::new("blanks", column, "there is a superfluous space", help))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_of_one_has_the_singular_and_others_the_plural() {
        for taken in ["1 minute", "1 hour", "1 day", "2 minutes", "10 minutes", "24 hours", "365 days"] {
            assert_eq!(rate(taken), Ok(()), "{taken}");
        }
        for (refused, field, column) in [
            ("1 minutes", "unit", 3),
            ("5 minute", "unit", 3),
            ("2 day", "unit", 3),
            ("10 seconds", "unit", 4),
            ("10 years", "unit", 4),
            ("10 minutess", "unit", 4),
            ("10 Minutes", "unit", 4),
            ("", "rate", 1),
            ("10", "rate", 1),
            ("foo minutes", "value", 1),
            ("-10 minutes", "value", 1),
            ("+5 minutes", "value", 1),
            ("0 minutes", "value", 1),
            ("05 minutes", "value", 1),
            ("1.5 hours", "value", 1),
            ("99999999999 days", "value", 1),
            (" 10 minutes", "blanks", 1),
            ("10 minutes ", "blanks", 11),
            ("10  minutes", "blanks", 4),
            ("10\tminutes", "blanks", 3),
        ] {
            let fault = rate(refused).expect_err(refused);
            assert_eq!((fault.field, fault.column), (field, column), "{refused}: {fault:?}");
        }
    }
}

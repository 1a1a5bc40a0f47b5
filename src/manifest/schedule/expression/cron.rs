//! Cron expressions of six fields.
//!
//! - Exactly one of day of the month and day of the week is `?`.
//! - A field is `*`, or a list of values, ranges (`9-17`) and either with a step (`0/15`, `8-18/2`, `*/5`).
//! - A day of the month may be `L` (the last), `LW` (the last weekday) or `15W` (the weekday closest to the 15th); a day of the
//!   week `L` (Saturday), `6L` (the last Friday) or `3#2` (the second Tuesday); each of these alone.
//! - Weeks begin with Sunday, which is 1. Names are of any case.

use super::{Fault, check_blanks};

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
/// How many weeks a month may have begun.
const WEEKS: u32 = 5;

/// One of the six.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    /// Names of its values, from the least on.
    names: &'static [&'static str],
    /// The longest step.
    step: u32,
}

const FIELDS: [Field; 6] = [
    Field { name: "minute", least: 0, most: 59, names: &[], step: 59 },
    Field { name: "hour", least: 0, most: 23, names: &[], step: 23 },
    Field { name: DAY_OF_MONTH, least: 1, most: 31, names: &[], step: 31 },
    Field { name: "month", least: 1, most: 12, names: MONTHS, step: 12 },
    Field { name: DAY_OF_WEEK, least: 1, most: 7, names: DAYS, step: 7 },
    Field { name: "year", least: 1970, most: 2199, names: &[], step: 229 },
];
const DAY_OF_MONTH: &str = "day of the month";
const DAY_OF_WEEK: &str = "day of the week";

const ORDER: &str = "write minute, hour, day of the month, month, day of the week and year, separated by single \
                     spaces, such as 0 3 * * ? *";

/// Checks the fields of a cron expression: what stands between the parentheses of `cron(0 3 * * ? *)`.
pub fn cron(text: &str) -> Result<(), Fault> {
    check_blanks(text, ORDER)?;
    let texts: Vec<(usize, &str)> = columns(text, ' ', 1).filter(|(_, text)| !text.is_empty()).collect();
    let count = texts.len();
    if count != FIELDS.len() {
        let help = match count {
            5 => format!("the year is missing, which Unix cron does not have; {ORDER}"),
            _ => ORDER.to_owned(),
        };
        return Err(Fault::new("fields", 1, format!("there are {count} fields instead of 6"), help));
    }
    for (field, (column, text)) in FIELDS.iter().zip(&texts) {
        field.check(text, *column)?;
    }
    check_days(texts[2].1, texts[4])
}

/// One of the two is `?`, and the other is not.
fn check_days(day_of_month: &str, (column, day_of_week): (usize, &str)) -> Result<(), Fault> {
    let message = match (day_of_month, day_of_week) {
        ("?", "?") => "neither the day of the month nor the day of the week is given: both are ?",
        ("?", _) | (_, "?") => return Ok(()),
        _ => "both the day of the month and the day of the week are given",
    };
    let help = "write ? for one of them, and * or days for the other";
    Err(Fault::new(DAY_OF_WEEK, column, message, help))
}

/// The parts between separators, each with its column.
fn columns(text: &str, separator: char, first: usize) -> impl Iterator<Item = (usize, &str)> {
    text.split(separator).scan(first, |next, part| {
        let column = *next;
        *next += part.chars().count() + 1;
        Some((column, part))
    })
}

impl Field {
    fn check(&self, text: &str, column: usize) -> Result<(), Fault> {
        match text {
            "*" => return Ok(()),
            "?" if self.is_day() => return Ok(()),
            _ => {}
        }
        if self.is_special(text, column)? {
            return Ok(());
        }
        columns(text, ',', column).try_for_each(|(column, entry)| self.check_entry(entry, column))
    }

    fn is_day(&self) -> bool {
        [DAY_OF_MONTH, DAY_OF_WEEK].contains(&self.name)
    }

    /// True for the forms that only days have, and that stand alone; false for any other.
    fn is_special(&self, text: &str, column: usize) -> Result<bool, Fault> {
        let is_number = |text: &str| self.number(text).is_some();
        match self.name {
            DAY_OF_MONTH => Ok(["L", "LW"].contains(&text) || text.strip_suffix('W').is_some_and(is_number)),
            DAY_OF_WEEK if text.contains('#') => self.check_week(text, column).map(|()| true),
            DAY_OF_WEEK => Ok(text == "L" || text.strip_suffix('L').is_some_and(is_number)),
            _ => Ok(false),
        }
    }

    /// `3#2`, `TUE#2`.
    fn check_week(&self, text: &str, column: usize) -> Result<(), Fault> {
        let (day, week) = text.split_once('#').unwrap_or((text, ""));
        self.value(day, column)?;
        let number = week.parse().ok().filter(|_| week.len() == 1);
        match number.filter(|week| (1..=WEEKS).contains(week)) {
            Some(_) => Ok(()),
            None => {
                let column = column + day.chars().count() + 1;
                let help = format!("write a day and a number from 1 to {WEEKS}, such as 3#2 for the second Tuesday");
                Err(Fault::new(self.name, column, format!("{week:?} is not the number of a week in a month"), help))
            }
        }
    }

    fn check_entry(&self, entry: &str, column: usize) -> Result<(), Fault> {
        let (values, step) = match entry.split_once('/') {
            Some((values, step)) => (values, Some(step)),
            None => (entry, None),
        };
        let has_names = match values.split_once('-') {
            _ if values == "*" && step.is_some() => false,
            Some((from, to)) => self.check_range((from, to), column)?,
            None => self.value(values, column)?.1,
        };
        match step {
            Some(step) => self.check_step(step, has_names, column + values.chars().count() + 1),
            None => Ok(()),
        }
    }

    /// True if its ends are names.
    fn check_range(&self, (from, to): (&str, &str), column: usize) -> Result<bool, Fault> {
        let end = column + from.chars().count() + 1;
        let ((first, is_name), (last, is_other_name)) = (self.value(from, column)?, self.value(to, end)?);
        if is_name != is_other_name {
            let message = format!("the {} ranges from {from} to {to}, a name and a number", self.name);
            return Err(Fault::new(self.name, end, message, "write two names or two numbers"));
        }
        if first > last {
            let message = format!("the {} ranges from {from} down to {to}", self.name);
            let begin = self.names.first().map_or(self.least.to_string(), |name| (*name).to_owned());
            let end_of_all = self.names.last().map_or(self.most.to_string(), |name| (*name).to_owned());
            let help = format!("write two ranges, such as {from}-{end_of_all},{begin}-{to}");
            return Err(Fault::new(self.name, column, message, help));
        }
        Ok(is_name)
    }

    fn check_step(&self, step: &str, has_names: bool, column: usize) -> Result<(), Fault> {
        if has_names {
            let message = format!("the {} has names before a step", self.name);
            return Err(Fault::new(self.name, column, message, "write numbers before the step"));
        }
        match digits(step, 3).filter(|step| (1..=self.step).contains(step)) {
            Some(_) => Ok(()),
            None => {
                let message = format!("the {}'s step {step:?} is not from 1 to {}", self.name, self.step);
                Err(Fault::new(self.name, column, message, format!("write a step such as {}/2", self.least)))
            }
        }
    }

    /// A value as a number, and whether it is written as a name.
    fn value(&self, text: &str, column: usize) -> Result<(u32, bool), Fault> {
        let by_name = || (self.least..).zip(self.names).find(|(_, name)| text.eq_ignore_ascii_case(name));
        match self.number(text) {
            Some(number) => Ok((number, false)),
            None => by_name().map(|(number, _)| (number, true)).ok_or_else(|| self.refused(text, column)),
        }
    }

    fn number(&self, text: &str) -> Option<u32> {
        digits(text, self.most.to_string().len()).filter(|number| (self.least..=self.most).contains(number))
    }

    fn refused(&self, text: &str, column: usize) -> Fault {
        let name = self.name;
        let range = match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => format!("from {} to {} or {first} to {last}", self.least, self.most),
            _ => format!("from {} to {}", self.least, self.most),
        };
        let message = match text {
            "" => format!("the {name} has an empty entry"),
            _ => format!("the {name} {text:?} is not {range}"),
        };
        Fault::new(name, column, message, self.help(text, &range))
    }

    fn help(&self, text: &str, range: &str) -> String {
        match text {
            "?" if self.is_day() => "write ? alone".into(),
            "?" => "? is only for the day of the month and the day of the week; write *".into(),
            "*" => "write * alone, or with a step, such as */2".into(),
            _ if text.ends_with(['L', 'l', 'W', 'w']) && self.is_day() => {
                "write L and W in upper case and alone: L, LW or 15W for a day of the month, L or 6L of the week".into()
            }
            _ => format!("write a number {range}"),
        }
    }
}

/// A number of so many digits at most, and nothing but digits.
fn digits(text: &str, most: usize) -> Option<u32> {
    let is_short = !text.is_empty() && text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    is_short.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;

//! A point in time: of a one-time schedule, or the start or end of a schedule.

use super::Fault;

const AT: &str = "write date and time without a zone, such as 2026-12-24T18:00:00; the time zone is set by `timezone`";
const INSTANT: &str = "write date and time in UTC, such as 2026-12-24T18:00:00Z";

/// The parts of `2026-12-24T18:00:00`: where each begins, how long it is, what stands before it and what it is called.
const PARTS: [(usize, usize, &str, &str); 6] = [
    (0, 4, "", "year"),
    (5, 2, "-", "month"),
    (8, 2, "-", "day"),
    (11, 2, "T", "hour"),
    (14, 2, ":", "minute"),
    (17, 2, ":", "second"),
];
const LENGTH: usize = 19;

/// Checks the moment of a one-time schedule: what stands between the parentheses of `at(2026-12-24T18:00:00)`.
pub fn at(text: &str) -> Result<(), Fault> {
    parts(text, AT)?;
    match text.len() {
        LENGTH => Ok(()),
        _ => Err(Fault::new("zone", LENGTH + 1, format!("there is {:?} after the time", &text[LENGTH..]), AT)),
    }
}

/// Checks a moment in UTC, such as `2026-12-24T18:00:00Z`. Two of them are in the order of their texts.
pub fn instant(text: &str) -> Result<(), Fault> {
    parts(text, INSTANT)?;
    match &text[LENGTH..] {
        "Z" => Ok(()),
        rest => {
            Err(Fault::new("zone", LENGTH + 1, format!("the time zone must be Z, which is UTC, not {rest:?}"), INSTANT))
        }
    }
}

/// Checks date and time, whatever follows them.
fn parts(text: &str, help: &str) -> Result<(), Fault> {
    let mut numbers = [0; 6];
    for (index, (begin, length, before, name)) in PARTS.into_iter().enumerate() {
        let found = text.get(begin..begin + length).filter(|part| part.bytes().all(|b| b.is_ascii_digit()));
        let is_led = text.get(begin - before.len()..begin) == Some(before);
        let Some(number) = found.filter(|_| is_led).and_then(|part| part.parse::<u32>().ok()) else {
            let column = text.len().min(begin) + 1;
            return Err(Fault::new(
                name,
                column,
                format!("in {text:?}, the {name} must be {length} digits here"),
                help,
            ));
        };
        numbers[index] = number;
        let (least, most) = range(index, numbers);
        if !(least..=most).contains(&number) {
            let message = format!("the {name} {number} is not from {least} to {most}");
            return Err(Fault::new(name, begin + 1, message, help));
        }
    }
    Ok(())
}

/// What a part may be, given those before it.
fn range(part: usize, [year, month, ..]: [u32; 6]) -> (u32, u32) {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match part {
        0 => (1970, 2199),
        1 => (1, 12),
        2 => match month {
            2 if is_leap => (1, 29),
            2 => (1, 28),
            4 | 6 | 9 | 11 => (1, 30),
            _ => (1, 31),
        },
        3 => (0, 23),
        _ => (0, 59),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_date_that_exists_with_a_time_and_no_zone() {
        for taken in ["2026-12-24T18:00:00", "2028-02-29T00:00:00", "2000-02-29T23:59:59", "2199-12-31T23:59:59"] {
            assert_eq!(at(taken), Ok(()), "{taken}");
        }
        for (refused, field, column) in [
            ("2021-12-31T23:59:59Z", "zone", 20),
            ("2021-12-31T23:59:59+01:00", "zone", 20),
            ("2021-12-31T23:59:59.5", "zone", 20),
            ("2021-12-31", "hour", 11),
            ("2021-12-31T23:59", "second", 17),
            ("2021-12-31 23:59:59", "hour", 12),
            ("2021-12-31t23:59:59", "hour", 12),
            ("2026-13-01T00:00:00", "month", 6),
            ("2026-02-29T00:00:00", "day", 9),
            ("2100-02-29T00:00:00", "day", 9),
            ("2026-04-31T00:00:00", "day", 9),
            ("2026-04-00T00:00:00", "day", 9),
            ("2026-04-01T24:00:00", "hour", 12),
            ("2026-04-01T00:60:00", "minute", 15),
            ("2026-04-01T00:00:60", "second", 18),
            ("1969-04-01T00:00:00", "year", 1),
            ("26-04-01T00:00:00", "year", 1),
            (" 2026-04-01T00:00:00", "year", 1),
            ("", "year", 1),
            ("2026-04-01T00:00:0é", "second", 18),
        ] {
            let fault = at(refused).expect_err(refused);
            assert_eq!((fault.field, fault.column), (field, column), "{refused}: {fault:?}");
        }
    }

    #[test]
    fn begin_and_end_are_in_utc() {
        assert_eq!(instant("2026-12-24T18:00:00Z"), Ok(()));
        for (refused, field) in [
            ("2026-12-24T18:00:00", "zone"),
            ("2026-12-24T18:00:00+01:00", "zone"),
            ("2026-12-24T18:00:00z", "zone"),
            ("2026-12-24", "hour"),
            ("tomorrow", "year"),
        ] {
            assert_eq!(instant(refused).expect_err(refused).field, field, "{refused}");
        }
    }
}

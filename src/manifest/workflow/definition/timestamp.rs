//! Points in time, as RFC 3339 writes them: `2026-01-31T12:00:00.5Z`.

/// True if the text is one.
pub fn is_timestamp(text: &str) -> bool {
    let Some((date, rest)) = text.split_once('T') else { return false };
    let zone = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone);
    is_date(date) && is_time(time) && is_zone(zone)
}

/// Numbers of the given numbers of digits, between separators.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut found = [0; N];
    let mut parts = text.split(separator);
    for (number, digits) in found.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(found)
}

fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let fits = numbers(whole, ':', [2, 2, 2]).is_some_and(|[h, m, s]| h < 24 && m < 60 && s <= 60);
    fits && !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit())
}

fn is_zone(text: &str) -> bool {
    let offset = text.strip_prefix(['+', '-']).and_then(|rest| numbers(rest, ':', [2, 2]));
    text == "Z" || offset.is_some_and(|[h, m]| h < 24 && m < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_points_in_time_are_taken() {
        for text in ["2016-08-18T17:33:00Z", "2024-02-29T00:00:00.123456789Z", "2016-03-14T01:59:00+02:00"] {
            assert!(is_timestamp(text), "{text}");
        }
        let none = [
            "",
            "2016-08-18",
            "2016-08-18 17:33:00Z",
            "2016-08-18T17:33:00",
            "2023-02-29T00:00:00Z",
            "2016-13-01T00:00:00Z",
            "2016-08-18T24:00:00Z",
            "2016-08-18T17:33Z",
            "16-08-18T17:33:00Z",
            "2016-08-18T17:33:00.Z",
            "2016-08-18T17:33:00+2",
            "{% $now() %}",
            "2016-08-18T+1:33:00Z",
        ];
        for text in none {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}

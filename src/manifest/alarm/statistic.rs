//! The statistics that CloudWatch knows.

/// A statistic, in the form that `PutMetricAlarm` wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// One with a name of its own.
    Plain,
    /// One with a number or a range in it.
    Extended,
}

/// Which form of statistic this is, if it is any.
pub fn statistic(text: &str) -> Option<Statistic> {
    match text {
        "SampleCount" | "Average" | "Sum" | "Minimum" | "Maximum" => Some(Statistic::Plain),
        "IQM" => Some(Statistic::Extended),
        _ => (is_percentile(text) || is_range(text)).then_some(Statistic::Extended),
    }
}

/// `p99.9`, `tm90` and their kin.
fn is_percentile(text: &str) -> bool {
    ["p", "tm", "wm", "tc", "ts"].iter().any(|name| text.strip_prefix(name).is_some_and(is_percent))
}

/// `TM(10%:90%)`, `PR(1:5)` and their kin; one end may be left out.
fn is_range(text: &str) -> bool {
    let Some((name, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) else { return false };
    let Some((from, to)) = inner.split_once(':') else { return false };
    let is_end = |end: &str, is_valid: fn(&str) -> bool| end.is_empty() || is_valid(end);
    let are_ends = |is_valid| !(from.is_empty() && to.is_empty()) && is_end(from, is_valid) && is_end(to, is_valid);
    match name {
        "TM" | "WM" | "TC" | "TS" => {
            are_ends(|end| end.strip_suffix('%').is_some_and(is_percent)) || are_ends(is_number)
        }
        "PR" => are_ends(is_number),
        _ => false,
    }
}

fn is_percent(text: &str) -> bool {
    is_number(text) && text.parse().is_ok_and(|value: f64| value <= 100.0)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_told_from_other_words() {
        for plain in ["Sum", "SampleCount"] {
            assert_eq!(statistic(plain), Some(Statistic::Plain), "{plain}");
        }
        for extended in ["p99", "p99.9", "tm90", "IQM", "TM(10%:90%)", "WM(:90%)", "TC(0.5:1.5)", "PR(2:)"] {
            assert_eq!(statistic(extended), Some(Statistic::Extended), "{extended}");
        }
        for neither in
            ["", "sum", "p", "p101", "p-1", "pinf", "p1e1", "TM(:)", "TM(10%:90)", "PR(1%:2%)", "XX(1:2)", "TM(1:2"]
        {
            assert_eq!(statistic(neither), None, "{neither}");
        }
    }
}

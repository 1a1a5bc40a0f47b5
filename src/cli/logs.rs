//! `logs`.

use std::time::Duration;

use clap::Args;

use super::Place;

/// `logs`
#[derive(Debug, Args)]
pub struct Logs {
    /// The function, workflow, API or log group, by its section's name, such as hello or http_api.web
    pub name: String,
    /// Print what is logged from now on too, until Ctrl-C
    #[arg(short, long)]
    pub follow: bool,
    /// How far back: 30s, 10m, 2h, 1d
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = time)]
    pub since: Duration,
    /// Where it is
    #[command(flatten)]
    pub place: Place,
}

/// The longest time that can be looked back: CloudWatch keeps nothing longer.
const MOST_DAYS: u64 = 3653;

/// A number with its unit.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "write a number and its unit: s, m, h or d, such as 10m".to_owned();
    let (last, _) = text.char_indices().next_back().ok_or_else(wrong)?;
    let (number, unit) = text.split_at(last);
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return Err(wrong()),
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = number.parse::<u64>().ok().filter(|_| is_number).and_then(|number| number.checked_mul(unit));
    let seconds = seconds.filter(|seconds| *seconds > 0).ok_or_else(wrong)?;
    match seconds <= MOST_DAYS * 24 * 60 * 60 {
        true => Ok(Duration::from_secs(seconds)),
        false => Err(format!("no log is kept longer than {MOST_DAYS}d")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_number_and_a_unit() {
        for (text, seconds) in [("1s", 1), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("3653d", 315_619_200)] {
            assert_eq!(time(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in
            ["", "m", "10", "0m", "-1m", "+1m", "1.5h", "1w", "10 m", "9m9s", "1µ", "99999999999999999999s", "3654d"]
        {
            assert!(time(text).is_err(), "{text:?}");
        }
    }
}

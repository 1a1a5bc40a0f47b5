//! Whether one list of address ranges lets in more than another.

use std::net::IpAddr;

use ipnet::IpNet;

/// Those of the new ranges that reach beyond the old ones taken together.
pub fn beyond(new: &[String], old: &[String]) -> Vec<String> {
    let known = IpNet::aggregate(&old.iter().filter_map(|text| parse(text)).collect());
    let inside = |text: &String| match parse(text) {
        // What is in the old ranges together is in one of them, once neighbours are joined.
        Some(net) => known.iter().any(|known| known.contains(&net)),
        None => old.contains(text),
    };
    new.iter().filter(|text| !inside(text)).cloned().collect()
}

/// True for a range that is everything.
pub fn is_all(text: &str) -> bool {
    parse(text).is_some_and(|net| net.prefix_len() == 0)
}

fn parse(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widened(old: &[&str], new: &[&str]) -> Vec<String> {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        beyond(&owned(new), &owned(old))
    }

    #[test]
    fn ranges_within_others_let_nobody_new_in() {
        assert_eq!(widened(&["10.0.0.0/8"], &["10.1.0.0/16", "10.2.3.4"]), [""; 0]);
        assert_eq!(widened(&["10.1.0.0/16"], &["10.0.0.0/8"]), ["10.0.0.0/8"]);
        assert_eq!(widened(&["10.0.0.0/9", "10.128.0.0/9"], &["10.0.0.0/8"]), [""; 0]);
        assert_eq!(widened(&["10.0.0.0/8"], &["10.0.0.0/8", "2001:db8::/32"]), ["2001:db8::/32"]);
        assert_eq!(widened(&["no range"], &["no range", "another"]), ["another"]);
        assert!(is_all("0.0.0.0/0") && is_all("::/0") && !is_all("0.0.0.0/1"));
    }
}

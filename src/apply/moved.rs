//! An attribute that is not as it should be, in words: what it was or has to be, and what it is.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::aws::lambda::Blob;
use crate::plan::{Shown, diff};

/// Longer values are cut after so many characters.
const LONGEST: usize = 80;

/// An attribute with another value than it was planned with, or is waited for.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Where in the state.
    pub path: String,
    /// What it was, or has to be.
    pub planned: Shown,
    /// What it is.
    pub now: Shown,
}

/// The attributes that differ, by path.
pub fn moved(planned: &BTreeMap<String, Shown>, now: &BTreeMap<String, Shown>) -> Vec<Moved> {
    let side = |of: &BTreeMap<String, Shown>, path: &String| of.get(path).cloned().unwrap_or_default();
    let one = |path: String| Moved { planned: side(planned, &path), now: side(now, &path), path };
    diff::moved(planned, now).into_iter().map(one).collect()
}

impl Moved {
    /// `MemorySize 512 when planned, 1024 now`
    pub fn since_the_plan(&self) -> String {
        format!("{} {} when planned, {} now", self.path, self.shown(&self.planned), self.shown(&self.now))
    }

    /// `MemorySize 1024, is 512`
    pub fn awaited(&self) -> String {
        format!("{} {}, is {}", self.path, self.shown(&self.planned), self.shown(&self.now))
    }

    fn shown(&self, side: &Shown) -> String {
        match side {
            Shown::Absent => "absent".into(),
            Shown::Hidden => "(hidden)".into(),
            Shown::Value(Value::String(text)) if self.path == "CodeSha256" => {
                Blob::short(text).unwrap_or_else(|| cut(text))
            }
            Shown::Value(Value::String(text)) if is_plain(text) => cut(text),
            Shown::Value(value) => cut(&value.to_string()),
        }
    }
}

/// True for text that cannot be taken for anything but a value.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/:@+=*".contains(c))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn states(pairs: &[(&str, Shown)]) -> BTreeMap<String, Shown> {
        pairs.iter().map(|(path, shown)| ((*path).to_owned(), shown.clone())).collect()
    }

    fn value(value: Value) -> Shown {
        Shown::Value(value)
    }

    #[test]
    fn drift_names_the_attribute_what_was_planned_and_what_is_now() {
        let digests = ["AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=", "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="];
        let planned = states(&[
            ("CodeSha256", value(json!(digests[0]))),
            ("Description", value(json!("of orders"))),
            ("Environment.TABLE", Shown::Hidden),
            ("MemorySize", value(json!(512))),
            ("Runtime", value(json!("python3.12"))),
            ("Timeout", value(json!(3))),
        ]);
        let now = states(&[
            ("CodeSha256", value(json!(digests[1]))),
            ("Description", value(json!("x".repeat(100)))),
            ("Layers", value(json!(["arn"]))),
            ("MemorySize", value(json!(1024))),
            ("Runtime", value(json!("python3.13"))),
            ("Timeout", value(json!(3))),
        ]);
        let told: Vec<String> = moved(&planned, &now).iter().map(Moved::since_the_plan).collect();
        assert_eq!(
            told,
            [
                "CodeSha256 sha256:010101010101… when planned, sha256:020202020202… now",
                &format!("Description \"of orders\" when planned, {}… now", "x".repeat(80)),
                "Environment.TABLE (hidden) when planned, absent now",
                "Layers absent when planned, [\"arn\"] now",
                "MemorySize 512 when planned, 1024 now",
                "Runtime python3.12 when planned, python3.13 now",
            ]
        );
        assert_eq!(moved(&planned, &now)[4].awaited(), "MemorySize 512, is 1024");
    }
}

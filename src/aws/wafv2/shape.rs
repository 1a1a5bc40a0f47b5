//! The shapes of rules and logging configurations, from the service's model.
//!
//! A rule is stored and sent as AWS's own JSON, since the SDK's types follow the service only after weeks. What a
//! release knows is in one table, `shapes.txt`, which `fixtures/aws/wafv2.py` writes: the manifest is checked by it,
//! and only members that it contains are compared with what AWS reports ([`unknown`]).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// An object.
    Structure {
        /// What it may hold.
        members: Vec<Member>,
        /// True if it holds exactly one of them.
        is_choice: bool,
    },
    /// A list.
    List {
        /// The shape of an item.
        of: &'static str,
        /// The fewest items.
        least: usize,
        /// The most items.
        most: Option<usize>,
    },
    /// A text.
    Text {
        /// The fewest characters.
        least: usize,
        /// The most characters.
        most: Option<usize>,
        /// Which characters.
        form: Form,
    },
    /// One of these texts.
    Choice(Vec<&'static str>),
    /// A whole number.
    Number {
        /// The least one.
        least: Option<i64>,
        /// The greatest one.
        most: Option<i64>,
    },
    /// True or false.
    Flag,
    /// Bytes, in base64.
    Blob,
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Its shape's name.
    pub of: &'static str,
    /// True if it must be there.
    pub is_required: bool,
}

/// Which characters a text may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any.
    Any,
    /// Any, but not spaces alone.
    NotBlank,
    /// Letters and digits of ASCII, and these.
    Of(&'static str),
}

static SHAPES: LazyLock<BTreeMap<&'static str, Shape>> =
    LazyLock::new(|| include_str!("shapes.txt").lines().filter_map(read).collect());

/// The shape of this name, such as `Rule`.
pub fn shape(name: &str) -> Option<&'static Shape> {
    SHAPES.get(name)
}

fn read(line: &'static str) -> Option<(&'static str, Shape)> {
    let mut words = line.split(' ');
    let (name, kind) = (words.next()?, words.next()?);
    let words: Vec<&'static str> = words.collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<i64>().ok());
    let size = |at: usize| words.get(at).and_then(|word| word.parse::<usize>().ok());
    let shape = match kind {
        "structure" | "one" => {
            let members = words.iter().copied().filter_map(member).collect();
            Shape::Structure { members, is_choice: kind == "one" }
        }
        "list" => Shape::List { of: words.first().copied()?, least: size(1).unwrap_or_default(), most: size(2) },
        "text" => {
            let form = match *words.get(2)? {
                "-" => Form::Any,
                "?" => Form::NotBlank,
                set => Form::Of(set),
            };
            Shape::Text { least: size(0).unwrap_or_default(), most: size(1), form }
        }
        "choice" => Shape::Choice(words),
        "number" => Shape::Number { least: number(0), most: number(1) },
        "flag" => Shape::Flag,
        "blob" => Shape::Blob,
        _ => return None,
    };
    Some((name, shape))
}

fn member(word: &'static str) -> Option<Member> {
    let (name, of) = word.split_once(':')?;
    let required = name.strip_suffix('!');
    Some(Member { name: required.unwrap_or(name), of, is_required: required.is_some() })
}

/// Removes from a value of this shape every member that the table does not know, and adds the path of each that is set.
/// An item of a list is identified by its name.
pub fn unknown(of: &str, value: &mut Value, path: &str, found: &mut Vec<String>) {
    match (shape(of), value) {
        (Some(Shape::Structure { members, .. }), Value::Object(fields)) => {
            fields.retain(|name, field| {
                let member = members.iter().find(|member| member.name == name);
                match member {
                    Some(member) => unknown(member.of, field, &format!("{path}.{name}"), found),
                    None if is_set(field) => found.push(format!("{path}.{name}")),
                    None => {}
                }
                member.is_some()
            });
        }
        (Some(Shape::List { of, .. }), Value::Array(items)) => {
            for item in items {
                let name = item.get("Name").and_then(Value::as_str).map(|name| format!("{path}.{name}"));
                unknown(of, item, &name.unwrap_or_else(|| path.to_owned()), found);
            }
        }
        _ => {}
    }
}

/// False for what says no more than its absence does.
fn is_set(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => fields.values().any(is_set),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_line_of_the_table_is_read_and_names_shapes_that_it_has() {
        assert_eq!(SHAPES.len(), include_str!("shapes.txt").lines().count());
        let named = |shape: &'static Shape| match shape {
            Shape::Structure { members, .. } => members.iter().map(|member| member.of).collect(),
            Shape::List { of, .. } => vec![*of],
            _ => Vec::new(),
        };
        let missing: Vec<_> = SHAPES.values().flat_map(named).filter(|name| shape(name).is_none()).collect();
        assert_eq!(missing, [""; 0]);
        let Some(Shape::Structure { members, is_choice: false }) = shape("Rule") else { panic!("a rule") };
        let required: Vec<_> = members.iter().filter(|member| member.is_required).map(|member| member.name).collect();
        assert_eq!(required, ["Name", "Priority", "Statement", "VisibilityConfig"]);
    }

    #[test]
    fn members_that_the_table_does_not_know_are_taken_out_and_named() {
        let mut rules = json!([{"Name": "a", "Priority": 1, "New": {"On": true}, "Statement": {
            "NotStatement": {"Statement": {"GeoMatchStatement": {"CountryCodes": ["AQ"], "Empty": "", "Deep": 1}}}}}]);
        let mut found = Vec::new();
        for rule in rules.as_array_mut().unwrap() {
            unknown("Rule", rule, "Rules.a", &mut found);
        }
        found.sort();
        let deep = "Rules.a.Statement.NotStatement.Statement.GeoMatchStatement.Deep";
        assert_eq!(found, ["Rules.a.New", deep]);
        let statement = &rules[0]["Statement"]["NotStatement"]["Statement"]["GeoMatchStatement"];
        assert_eq!(statement, &json!({"CountryCodes": ["AQ"]}));
    }
}

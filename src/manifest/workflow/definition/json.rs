//! JSON whose values know their position in the text.

use std::collections::BTreeMap;

use serde_json::Number;

/// A value, and the byte of the text that it begins at.
#[derive(Debug)]
pub struct Node {
    /// Byte of the text.
    pub at: usize,
    /// What stands there.
    pub value: Value,
}

/// What a value is.
#[derive(Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string, unescaped.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object's members, in the order of the text.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// Byte of the text that the name begins at.
    pub at: usize,
    /// Its value.
    pub value: Node,
}

/// Reads a text. `fill` is applied to each string and each name, after unescaping.
pub fn read(text: &str, fill: &dyn Fn(&str) -> String) -> Result<Node, serde_json::Error> {
    // serde_json decides whether it is JSON, and bounds its depth; what follows only finds the places.
    serde_json::from_str::<serde_json::Value>(text)?;
    Ok(Scan { text, at: 0, fill }.node())
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    fill: &'t dyn Fn(&str) -> String,
}

impl Scan<'_> {
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn node(&mut self) -> Node {
        let first = self.peek();
        let at = self.at;
        let value = match first {
            Some(b'{') => Value::Object(self.members()),
            Some(b'[') => Value::List(self.items()),
            Some(b'"') => Value::Text(self.string()),
            _ => self.word(),
        };
        Node { at, value }
    }

    fn members(&mut self) -> Vec<Member> {
        self.at += 1;
        let mut members = Vec::new();
        while self.peek() == Some(b'"') {
            let at = self.at;
            let name = self.string();
            self.skip(b':');
            members.push(Member { name, at, value: self.node() });
            self.skip(b',');
        }
        self.skip(b'}');
        members
    }

    fn items(&mut self) -> Vec<Node> {
        self.at += 1;
        let mut items = Vec::new();
        while !matches!(self.peek(), Some(b']') | None) {
            items.push(self.node());
            self.skip(b',');
        }
        self.skip(b']');
        items
    }

    fn skip(&mut self, byte: u8) {
        if self.peek() == Some(byte) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> String {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        self.at += 1;
        while bytes.get(self.at).is_some_and(|byte| *byte != b'"') {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at = (self.at + 1).min(self.text.len());
        let token = self.text.get(start..self.at).unwrap_or_default();
        (self.fill)(&serde_json::from_str::<String>(token).unwrap_or_default())
    }

    fn word(&mut self) -> Value {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.find([',', ']', '}', ' ', '\t', '\r', '\n']).unwrap_or(rest.len()).max(1);
        let word = rest.get(..length).unwrap_or(rest);
        self.at += length;
        match serde_json::from_str(word) {
            Ok(serde_json::Value::Bool(is)) => Value::Bool(is),
            Ok(serde_json::Value::Number(number)) => Value::Number(number),
            _ => Value::Null,
        }
    }
}

impl Node {
    /// The members, if it is an object.
    pub fn members(&self) -> Option<&[Member]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The value of a member; of several with one name the last, as in every reader of JSON.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.members()?.iter().rev().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The first member with the same name as an earlier one of its object: that one, and this. Readers use one or the
    /// other, so neither is reliable.
    pub fn twice(&self) -> Option<(&Member, &Member)> {
        match &self.value {
            Value::List(items) => items.iter().find_map(Self::twice),
            Value::Object(members) => {
                let mut seen = BTreeMap::new();
                members.iter().find_map(|member| match seen.insert(member.name.as_str(), member) {
                    Some(first) => Some((first, member)),
                    None => member.value.twice(),
                })
            }
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value that a location such as `/States/A/Choices[0]/Next` stands for, or the innermost that it goes through.
    pub fn find(&self, location: &str) -> &Node {
        if let Some(rest) = location.strip_prefix('[') {
            let Some((index, rest)) = rest.split_once(']') else { return self };
            let Value::List(items) = &self.value else { return self };
            let item = index.parse().ok().and_then(|index: usize| items.get(index));
            return item.map_or(self, |item| item.find(rest));
        }
        let Some(rest) = location.strip_prefix('/') else { return self };
        // A name may hold a slash itself, so the longest one that fits is meant.
        let fits = |member: &&Member| {
            let rest = rest.strip_prefix(member.name.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '[']))
        };
        let named = self.members().into_iter().flatten().filter(fits).max_by_key(|member| member.name.len());
        named.map_or(self, |member| member.value.find(&rest[member.name.len()..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_plain(text: &str) -> Node {
        read(text, &str::to_owned).unwrap()
    }

    #[test]
    fn each_value_knows_its_place() {
        let text = " {\"a\": [1, \"x\\\"y\", null],\n \"b\" :{\"c/d\":true}}";
        let root = read_plain(text);
        let at = |location: &str| &text[root.find(location).at..];
        assert!(at("").starts_with("{\"a\""));
        assert!(at("/a[1]").starts_with("\"x"));
        assert!(at("/b/c/d").starts_with("true"));
        assert_eq!(root.find("/a[1]").text(), Some("x\"y"));
        assert!(at("/a[7]/x").starts_with("[1"));
        assert!(at("/b/z").starts_with("{\"c/d"));
        assert!(at("/a[").starts_with("[1"));
        assert!(at("nonsense").starts_with("{\"a\""));
    }

    #[test]
    fn the_first_member_that_comes_twice_is_found_at_whatever_depth() {
        let text = "{\"a\": [{\"b\": 1, \"c\": {}, \"b\": 2}], \"d\": {\"b\": 1}, \"d\": 1}";
        let root = read_plain(text);
        let (first, again) = root.twice().expect("b");
        assert_eq!((&text[first.at..first.at + 6], &text[again.at..again.at + 6]), ("\"b\": 1", "\"b\": 2"));
        assert!(read_plain("{\"a\": {\"b\": 1}, \"b\": [{\"b\": 1}, {\"b\": 1}]}").twice().is_none());
    }

    #[test]
    fn the_last_of_members_with_one_name_counts() {
        assert!(matches!(read_plain("{\"a\":1,\"a\":true}").get("a").unwrap().value, Value::Bool(true)));
    }
}

//! Canonical JSON (RFC 8785) in one pass and one buffer.
//!
//! A map's entries are written one after another. Of most maps they are in order then; if not, they are brought into
//! order where they lie, once the map has ended. What is no number in JSON, and a key that is no text or is there twice,
//! are errors.

use serde::ser::{Error as _, Serialize};

mod serializer;

type Error = serde_json::Error;
type Result<T = ()> = serde_json::Result<T>;

/// The canonical bytes of a value.
pub fn bytes<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(128);
    value.serialize(&mut Writer(&mut out))?;
    Ok(out)
}

struct Writer<'a>(&'a mut Vec<u8>);

/// An array that is being written; `closing` stands behind its last item.
struct Items<'a> {
    out: &'a mut Vec<u8>,
    is_first: bool,
    closing: &'static str,
}

/// An object that is being written; `closing` stands behind its last entry.
struct Fields<'a> {
    out: &'a mut Vec<u8>,
    entries: Vec<Entry>,
    closing: &'static str,
}

/// Where an entry begins, and where its key and the whole of it end.
struct Entry {
    start: usize,
    key: usize,
    end: usize,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) -> Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn items(&mut self, closing: &'static str) -> Items<'_> {
        self.0.push(b'[');
        Items { out: self.0, is_first: true, closing }
    }

    fn fields(&mut self, closing: &'static str) -> Fields<'_> {
        self.0.push(b'{');
        Fields { out: self.0, entries: Vec::new(), closing }
    }

    /// `{"<name>":`, before what a variant holds.
    fn variant(&mut self, name: &str) -> Result {
        self.put("{")?;
        name.serialize(&mut *self)?;
        self.put(":")
    }
}

impl Items<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        value.serialize(&mut Writer(self.out))
    }

    fn close(self) -> Result {
        Writer(self.out).put(self.closing)
    }
}

impl Fields<'_> {
    fn name<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        if !self.entries.is_empty() {
            self.out.push(b',');
        }
        let start = self.out.len();
        key.serialize(&mut Writer(self.out))?;
        if self.out.get(start) != Some(&b'"') {
            return Err(Error::custom("a key of an object is not a string"));
        }
        self.entries.push(Entry { start, key: self.out.len(), end: self.out.len() });
        self.out.push(b':');
        Ok(())
    }

    fn content<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(&mut Writer(self.out))?;
        if let Some(entry) = self.entries.last_mut() {
            entry.end = self.out.len();
        }
        Ok(())
    }

    fn close(mut self) -> Result {
        if !self.entries.windows(2).all(|pair| self.is_before(&pair[0], &pair[1])) {
            self.arrange()?;
        }
        Writer(self.out).put(self.closing)
    }

    /// True if the one key surely comes before the other. RFC 8785 compares keys as UTF-16, which is the same for ASCII.
    fn is_before(&self, one: &Entry, other: &Entry) -> bool {
        match (plain(&self.out[one.start..one.key]), plain(&self.out[other.start..other.key])) {
            (Some(one), Some(other)) => one < other,
            _ => false,
        }
    }

    /// Brings the entries into the order of their keys.
    fn arrange(&mut self) -> Result {
        let Some(start) = self.entries.first().map(|entry| entry.start) else { return Ok(()) };
        let written = self.out.split_off(start);
        let key = |entry: &Entry| serde_json::from_slice::<String>(&written[entry.start - start..entry.key - start]);
        let keys = self.entries.iter().map(key).collect::<Result<Vec<_>>>()?;
        let mut entries: Vec<(&String, &Entry)> = keys.iter().zip(&self.entries).collect();
        entries.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
        if entries.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::custom("an object has the same key twice"));
        }
        for (place, (_, entry)) in entries.into_iter().enumerate() {
            if place > 0 {
                self.out.push(b',');
            }
            self.out.extend_from_slice(&written[entry.start - start..entry.end - start]);
        }
        Ok(())
    }
}

/// What stands between a written key's quotes, if that is the key: ASCII of which nothing is escaped.
fn plain(written: &[u8]) -> Option<&[u8]> {
    written.get(1..written.len() - 1).filter(|text| text.is_ascii() && !text.contains(&b'\\'))
}

#[cfg(test)]
mod tests;

//! Canonical JSON (RFC 8785) and the digests taken over it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use crate::name::hex;

mod write;

/// The canonical bytes of a value: sorted keys, no insignificant space, no newline at the end.
pub fn bytes<T: Serialize>(value: &T) -> serde_json::Result<Vec<u8>> {
    write::bytes(value)
}

/// A SHA-256, written `sha256:<64 hex digits>`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha([u8; 32]);

impl Sha {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of a value's canonical JSON.
    pub fn of_json<T: Serialize>(value: &T) -> serde_json::Result<Self> {
        Ok(Self::of(&bytes(value)?))
    }

    /// A digest as people write it: as [`Sha::from_str`] takes it, or the 64 hex digits alone, as `sha256sum` prints them.
    pub fn given(text: &str) -> Result<Self, ShaError> {
        let parsed = if text.len() == 64 { format!("sha256:{text}").parse() } else { text.parse() };
        parsed.map_err(|_: ShaError| ShaError(text.to_owned()))
    }

    /// The 64 hex digits alone.
    pub fn hex(&self) -> String {
        hex(&self.0)
    }

    /// As much of it as distinguishes two, for people: `sha256:0123456789ab…`.
    pub fn short(&self) -> String {
        let hex = self.hex();
        format!("sha256:{}…", hex.get(..12).unwrap_or(&hex))
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha {
    /// A digest that was taken elsewhere.
    fn from(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl fmt::Display for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl fmt::Debug for Sha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A digest that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a digest: write sha256: and 64 lower-case hex digits, or the digits alone")]
pub struct ShaError(String);

impl FromStr for Sha {
    type Err = ShaError;
    fn from_str(text: &str) -> Result<Self, ShaError> {
        let error = || ShaError(text.to_owned());
        let digits = text.strip_prefix("sha256:").ok_or_else(error)?;
        if digits.len() != 64 || !digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(error());
        }
        let mut sha = [0; 32];
        for (byte, pair) in sha.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| error())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| error())?;
        }
        Ok(Self(sha))
    }
}

impl Serialize for Sha {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Sha {
    fn deserialize<D: de::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        String::deserialize(input)?.parse().map_err(de::Error::custom)
    }
}

/// What a resource looks like, in 32 bytes; or that it does not exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fingerprint {
    /// There is no such resource.
    Absent,
    /// The digest of its normalised symbolic state.
    Of(Sha),
}

impl Fingerprint {
    /// The fingerprint of a state, or of its absence.
    pub fn of<T: Serialize>(state: Option<&T>) -> serde_json::Result<Self> {
        Ok(match state {
            Some(state) => Self::Of(Sha::of_json(state)?),
            None => Self::Absent,
        })
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Of(sha) => sha.fmt(f),
        }
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, output: S) -> Result<S::Ok, S::Error> {
        output.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Fingerprint {
    fn deserialize<D: de::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        match String::deserialize(input)?.as_str() {
            "absent" => Ok(Self::Absent),
            other => other.parse().map(Self::Of).map_err(de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_read_back_and_bad_ones_refused() {
        let sha = Sha::of(b"x");
        assert_eq!(sha.to_string().parse::<Sha>().unwrap(), sha);
        assert_eq!(sha.hex(), "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
        for bad in ["", "sha256:", &sha.hex(), &sha.to_string().to_uppercase(), "sha256:zz"] {
            assert!(bad.parse::<Sha>().is_err(), "{bad}");
        }
        assert_eq!(Sha::given(&sha.hex()), Ok(sha), "as sha256sum prints it");
        assert_eq!(Sha::given(&sha.to_string()), Ok(sha));
        for bad in ["", "sha256:", "zz", &"g".repeat(64), &sha.hex().to_uppercase(), &format!("{sha} ")] {
            assert_eq!(Sha::given(bad), Err(ShaError(bad.to_owned())));
        }
    }
}

//! What a version is called here: `shop--production-shared-0a1b2c3d4e`, its layer and the digest of all that it is. Of several
//! versions of one content all but the oldest say their number besides: `shop--production-shared-0a1b2c3d4e-v7`.

use super::LayerVersion;

/// Hex digits of the digest.
const DIGITS: usize = 10;

/// A name, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'n> {
    /// The layer's name.
    pub(super) layer: &'n str,
    /// Of its content; empty where the name stands for all of them, as `shop--production-*` does.
    pub(super) digest: &'n str,
    /// Of one that is not the oldest of its content.
    pub(super) number: Option<i64>,
}

impl<'n> Place<'n> {
    /// What a name says.
    pub(super) fn of(name: &'n str) -> Self {
        let number = |text: &str| text.strip_prefix('v')?.parse().ok();
        let last = name.rsplit_once('-').and_then(|(start, end)| Some((start, number(end)?)));
        let numbered = last.and_then(|(start, number)| {
            let (layer, digest) = content(start)?;
            Some(Self { layer, digest, number: Some(number) })
        });
        let oldest = || content(name).map(|(layer, digest)| Self { layer, digest, number: None });
        numbered.or_else(oldest).unwrap_or(Self { layer: name, digest: "", number: None })
    }
}

/// The layer of a version by the version's name, or by that of its address.
pub fn layer_of(name: &str) -> &str {
    Place::of(name).layer
}

/// The name of the oldest version with the same contents; `None` for that name itself. Once it has been deleted,
/// another version has that name.
pub fn oldest_of(name: &str) -> Option<String> {
    let Place { layer, digest, number } = Place::of(name);
    number.map(|_| format!("{layer}-{digest}"))
}

/// A layer and a digest.
fn content(name: &str) -> Option<(&str, &str)> {
    let is_digest =
        |text: &str| text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    name.rsplit_once('-').filter(|(_, digest)| is_digest(digest))
}

impl LayerVersion {
    /// What it is called as a version of this layer.
    pub fn name(&self, layer: &str) -> String {
        format!("{layer}-{}", self.digest())
    }

    /// What it is called where it is not the oldest of its content.
    pub(super) fn later_name(&self, layer: &str, number: i64) -> String {
        format!("{}-v{number}", self.name(layer))
    }

    /// The digest of all that it is.
    pub fn digest(&self) -> String {
        self.fingerprint().chars().take(DIGITS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_layer_the_content_and_which_of_several() {
        let version = LayerVersion { code_sha256: "c2hh".into(), ..LayerVersion::default() };
        let digest = version.digest();
        for layer in ["shop--test-shared", "shop--test-v2", "shop--test-0123456789", "shop--test-0123456789-v3"] {
            let named = version.name(layer);
            assert_eq!(Place::of(&named), Place { layer, digest: &digest, number: None }, "{named}");
            let later = version.later_name(layer, 7);
            assert_eq!(Place::of(&later), Place { layer, digest: &digest, number: Some(7) }, "{later}");
            assert_eq!((oldest_of(&later), oldest_of(&named)), (Some(named), None), "{later}");
        }
        let all = "shop--test-*";
        assert_eq!(Place::of(all), Place { layer: all, digest: "", number: None });
    }

    #[test]
    fn all_that_a_version_is_makes_its_name() {
        let base = LayerVersion { code_sha256: "c2hh".into(), ..LayerVersion::default() };
        let other = [
            LayerVersion { code_sha256: "c2hb".into(), ..base.clone() },
            LayerVersion { description: "d".into(), ..base.clone() },
            LayerVersion { license_info: "d".into(), ..base.clone() },
            LayerVersion { compatible_runtimes: ["d".to_owned()].into(), ..base.clone() },
            LayerVersion { compatible_architectures: ["d".to_owned()].into(), ..base.clone() },
        ];
        let names: std::collections::BTreeSet<String> =
            other.iter().chain([&base]).map(|version| version.name("l")).collect();
        assert_eq!(names.len(), 6, "{names:?}");
        let users = LayerVersion { used_by: ["f".to_owned()].into(), ..base.clone() };
        assert_eq!(users.name("l"), base.name("l"), "who uses it is no part of it");
    }
}

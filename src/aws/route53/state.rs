//! What the records of a domain are.

use super::*;

/// The alias records of a domain in a hosted zone. Its physical name is `<zone>/<domain>`.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Record {
    /// The IPv4 addresses.
    pub a: Option<Alias>,
    /// The IPv6 addresses.
    pub aaaa: Option<Alias>,
}

/// What a record stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Alias {
    /// The name, without a dot at its end.
    #[serde(rename = "DNSName")]
    pub dns_name: Text,
    /// False: it is given to whoever asks, whether it answers or not.
    pub evaluate_target_health: bool,
    /// The hosted zone of that name, which is AWS's own.
    pub hosted_zone_id: Text,
}

impl Record {
    pub(super) fn get(&self, family: Family) -> Option<&Alias> {
        match family {
            Family::A => self.a.as_ref(),
            Family::Aaaa => self.aaaa.as_ref(),
        }
    }

    pub(super) fn set(&mut self, family: Family, alias: Option<Alias>) {
        match family {
            Family::A => self.a = alias,
            Family::Aaaa => self.aaaa = alias,
        }
    }
}

/// The type of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Family {
    /// IPv4.
    A,
    /// IPv6.
    Aaaa,
}

impl Family {
    pub(super) const ALL: [Family; 2] = [Family::A, Family::Aaaa];

    /// As Route 53 writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Aaaa => "AAAA",
        }
    }
}

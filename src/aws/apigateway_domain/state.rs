//! What a domain name is.

use super::*;

/// Where IPv4 alone reaches it, which is what AWS gives one that asks for nothing.
pub const IPV4: &str = "ipv4";
/// Where IPv6 does, too.
pub const DUALSTACK: &str = "dualstack";
/// The security policy of one that asks for none.
pub const TLS_1_2: &str = "TLS_1_2";
/// The policies whose names begin so need an endpoint access mode; the others have none.
const ENHANCED: &str = "SecurityPolicy_";

/// A regional domain name.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DomainName {
    /// The ARN of its certificate, which is in its region and may be an ARN that AWS has yet to generate.
    pub regional_certificate_arn: Text,
    /// Which versions of TLS and which ciphers it takes.
    pub security_policy: String,
    /// `BASIC` or `STRICT` with an enhanced security policy; `None` with the others.
    pub endpoint_access_mode: Option<String>,
    /// `ipv4` or `dualstack`.
    pub ip_address_type: String,
    /// The certificates that callers must have; `None`: callers need none.
    pub mutual_tls_authentication: Option<MutualTls>,
    /// Its REST APIs, by base path. Empty: all that has no other.
    #[serde(serialize_with = "by_path")]
    pub base_path_mappings: BTreeMap<String, Mapping>,
    /// Its HTTP APIs, by key: a path of one or several parts. Empty: all that has no other.
    #[serde(serialize_with = "by_path")]
    pub api_mappings: BTreeMap<String, Mapping>,
    pub tags: Tags,
}

/// An API below a domain name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mapping {
    /// The id that AWS made up for the API.
    pub api_id: Text,
    /// The stage's name.
    pub stage: String,
}

/// Which certificates callers must have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MutualTls {
    /// The object with the CA certificates that sign callers' certificates: `s3://<bucket>/<key>`.
    pub truststore_uri: String,
    /// Which version of it; `None`: the one that there was when it was set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truststore_version: Option<String>,
}

/// By paths as API Gateway writes them for REST APIs, so that an empty one is seen.
fn by_path<S: Serializer>(mappings: &BTreeMap<String, Mapping>, output: S) -> Result<S::Ok, S::Error> {
    output.collect_map(mappings.iter().map(|(path, mapping)| (super::call::base_path(path), mapping)))
}

impl Default for DomainName {
    fn default() -> Self {
        Self {
            regional_certificate_arn: Text::default(),
            security_policy: TLS_1_2.into(),
            endpoint_access_mode: None,
            ip_address_type: IPV4.into(),
            mutual_tls_authentication: None,
            base_path_mappings: BTreeMap::new(),
            api_mappings: BTreeMap::new(),
            tags: Tags::new(),
        }
    }
}

/// True for a security policy that needs an endpoint access mode.
pub fn is_enhanced(policy: &str) -> bool {
    policy.starts_with(ENHANCED)
}

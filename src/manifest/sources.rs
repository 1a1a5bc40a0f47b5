//! What is known besides the manifest when it is lowered.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::config::RecorderOwner;
use crate::aws::route53::Zone;
use crate::manifest::problem::Problem;
use crate::name::Name;
use crate::package::{Package, StaticFile};

/// What lies beside the manifest and goes into the wanted state.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Packages by the name of their function.
    pub packages: BTreeMap<Name, Package>,
    /// Why a function has none.
    pub unpackaged: BTreeMap<Name, Problem>,
    /// For functions with a `build`: the digest of what they are built from, in hex.
    pub built: BTreeMap<Name, String>,
    /// Those of them that have not been built: their packages are empty.
    pub unbuilt: BTreeSet<Name>,
    /// The code of layers by their names, or why one has none.
    pub layers: BTreeMap<Name, Result<LayerCode, Problem>>,
    /// If there are layers: the unpacked size of zips in bytes, by their SHA-256 in hex.
    pub unpacked: BTreeMap<String, u64>,
    /// Whose the account's AWS Config recorder is.
    pub recorder: RecorderOwner,
    /// Whether API Gateway has a role for writing logs in this account and region; `None`: not read.
    pub api_logging: Option<bool>,
    /// The account's hosted zones; `None`: nobody has looked.
    pub zones: Option<Vec<Zone>>,
    /// The names of AWS's managed rule groups; `None`: not read.
    pub rule_groups: Option<BTreeSet<String>>,
    /// True if it is not known which account it is for: nothing is checked against it.
    pub without_account: bool,
    /// Texts of the files that sections name, or why one cannot be read.
    pub files: BTreeMap<String, Result<String, String>>,
    /// The files of buckets by the buckets' names, or why there are none.
    pub folders: BTreeMap<Name, Result<Vec<StaticFile>, String>>,
}

/// What a layer is made from.
#[derive(Debug, Clone)]
pub struct LayerCode {
    /// Its zip.
    pub package: Package,
    /// The digest of what it is built from, in hex, where it has a `build`.
    pub built_from: Option<String>,
}

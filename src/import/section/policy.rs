//! Policies that sections have in files.

use crate::aws::document::Document;
use crate::import::Scene;

/// A file with a policy, with references in the place of what sections stand for: its path.
pub fn file(name: &str, policy: &Document, scene: &Scene) -> String {
    let pretty = serde_json::to_string_pretty(policy.value()).unwrap_or_default();
    scene.file(name, scene.string(&pretty) + "\n")
}

//! Values that look like secrets. They are not written: a person decides, and until then `check` refuses the line.

use toml_edit::Value;

use crate::aws::Id;
use crate::import::Scene;
use crate::manifest::secret::suspicion;
use crate::text::Text;

/// Stands in the manifest for a value that nobody has decided about.
pub const UNDECIDED: &str = "${decide}";
/// Stands for it while the rest of the manifest is proved.
pub const STAND_IN: &str = "not-decided-yet";

/// The value of an environment variable, unless it looks like a secret.
pub fn variable(id: &Id, name: &str, text: &Text, scene: &Scene) -> Value {
    let Some(why) = suspicion(name, &scene.plain(text)) else { return scene.text(text).into() };
    let said = format!(
        "it looks like {why}, and is not written: put it into SSM or Secrets Manager and write {{ ssm = \"/name\" }} or {{ secret = \
         \"arn:...\" }} in the place of {UNDECIDED}, or the value itself if it is none"
    );
    scene.unsaid(id, &format!("the value of the variable {name}"), &said);
    UNDECIDED.into()
}

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
    let written = scene.text(text);
    let Some(why) = why(name, &scene.plain(text)).filter(|_| !is_reference(&written)) else { return written.into() };
    let said = format!(
        "it looks like {why}, and is not written: put it into SSM or Secrets Manager and write {{ ssm = \"/name\" }} or {{ secret = \
         \"arn:...\" }} in place of {UNDECIDED}, or the value itself if it is not a secret"
    );
    scene.unsaid(id, &format!("the value of the variable {name}"), &said);
    UNDECIDED.into()
}

/// The value of a stage variable, which is `written` unless it looks like a secret.
pub fn of_stage(id: &Id, name: &str, value: &str, written: String, scene: &Scene) -> Value {
    let Some(why) = why(name, value).filter(|_| !is_reference(&written)) else { return written.into() };
    let said = format!(
        "it looks like {why}, and is not written: anyone who can see the API can see its stage variables, so let what \
         is called read it from elsewhere and remove the line, or write the value itself in place of {UNDECIDED} if it \
         is not a secret"
    );
    scene.unsaid(id, &format!("the value of the stage variable {name}"), &said);
    UNDECIDED.into()
}

/// What AWS has refers to nothing: a `${` in it is a part of the value.
fn why(name: &str, value: &str) -> Option<&'static str> {
    suspicion(name, &value.replace("${", "$"))
}

/// True for a reference and nothing else; what only looks like one has been escaped.
fn is_reference(written: &str) -> bool {
    written.starts_with("${") && written.ends_with('}') && written.matches("${").count() == 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::aws::test_support::test_id;
    use crate::aws::{Kind, Live, Observed, sqs};
    use crate::import::Named;

    #[test]
    fn a_secret_is_one_with_braces_in_it_too_and_the_name_of_a_section_is_none() {
        let id = test_id(Kind::Queue, "Tokens-1a2b");
        let address = id.address.clone();
        let named = Named { section: "queue", name: address.name.clone() };
        let live = Live { id: id.clone(), observed: Observed::of(sqs::Queue::default().into()) };
        let (live, sections) = (BTreeMap::from([(address.clone(), live)]), BTreeMap::from([(address, named)]));
        let scene = Scene::new(&id.site, &id.owner, live, sections);
        let of = |name: &str, value: &str| variable(&id, name, &value.into(), &scene).as_str().map(str::to_owned);
        let stage = |name: &str, value: &str| {
            of_stage(&id, name, value, scene.string(value), &scene).as_str().map(str::to_owned)
        };
        let is = |text: &str| Some(text.to_owned());
        assert_eq!(of("DB_PASSWORD", "hunter${2}"), is(UNDECIDED));
        assert_eq!(of("TEMPLATE", "hello ${name}"), is("hello $${name}"));
        assert_eq!(of("TOKEN_QUEUE", "Tokens-1a2b"), is("${queue.thing.name}"));
        assert_eq!(of("TOKEN_QUEUE", "Tokens-3c4d"), is(UNDECIDED));
        assert_eq!((stage("apiToken", "hunter-hunter"), stage("table", "orders")), (is(UNDECIDED), is("orders")));
        let (unsaid, _) = scene.finish();
        assert_eq!(unsaid.len(), 3, "{unsaid:?}");
        assert!(!format!("{unsaid:?}").contains("hunter"), "{unsaid:?}");
    }
}

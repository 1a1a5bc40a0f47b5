//! Texts in which API Gateway fills in something itself: `${request.path.id}` is its own, and no reference of the manifest.

use crate::import::Scene;
use crate::manifest::Manifest;

/// How what API Gateway fills in begins.
const FILLED: [&str; 3] = ["request.", "context.", "stageVariables."];

/// A value that a parameter is mapped to, or a URL.
pub fn value(text: &str, scene: &Scene) -> String {
    unescaped(&scene.string(text), &|inner| FILLED.iter().any(|start| inner.starts_with(start)))
}

/// A template, in which everything but what the manifest fills in is the template's own.
pub fn template(text: &str, scene: &Scene) -> String {
    unescaped(&scene.string(text), &|inner| !Manifest::fills_in(inner))
}

/// The text without the `$` that escapes what needs no escape.
fn unescaped(text: &str, is_own: &dyn Fn(&str) -> bool) -> String {
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("$${") {
        let inner = after.split('}').next().unwrap_or_default();
        done.push_str(before);
        done.push_str(if is_own(inner) && !before.ends_with('$') { "${" } else { "$${" });
        rest = after;
    }
    done + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_api_gateway_fills_in_is_not_escaped() {
        let own = |inner: &str| inner.starts_with("request.");
        assert_eq!(
            unescaped("a $${request.path.id} $${stage} $$${request.body}", &own),
            "a ${request.path.id} $${stage} $$${request.body}"
        );
    }

    #[test]
    fn a_template_escapes_what_looks_like_a_reference_alone() {
        let own = |inner: &str| !Manifest::fills_in(inner);
        let written = unescaped("$${x} $${a.b.c} $${table.a.name} $${stage}", &own);
        assert_eq!(written, "${x} ${a.b.c} $${table.a.name} $${stage}");
    }
}

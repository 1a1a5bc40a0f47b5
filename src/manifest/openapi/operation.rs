//! The operations of a document: the methods of its paths, with what is set around them.

use std::collections::BTreeSet;

use super::document::Document;
use super::form;
use super::node::{Member, Node, Place};
use super::report::{Report, Wrong};
use super::words::{self, OPERATION, PATH, PATHS};

/// The path of the route for all that no other one is for, as API Gateway exports it.
pub(super) const DEFAULT_PATH: &str = "/$default";
/// The word for all methods, as API Gateway exports it.
pub(super) const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
/// Operations that are read: more than any API has routes, so that reading ends.
const OPERATIONS: usize = 1000;
/// Parameters of an operation that are read, and as many of its path.
const PARAMETERS: usize = 200;
const METHODS: &[(&str, &str)] = &[
    ("delete", "DELETE"),
    ("get", "GET"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
    ("patch", "PATCH"),
    ("post", "POST"),
    ("put", "PUT"),
    (ANY_METHOD, "ANY"),
];
/// What says nothing to API Gateway, so that it may stand beside the `$ref` of a path.
const SAYS_NOTHING: &[&str] = &["description", "servers", "summary"];

/// One method of one path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation<'d> {
    /// As manifests write it: `GET`, or `ANY`.
    pub method: &'static str,
    pub path: &'d str,
    /// Where the path stands.
    pub path_place: Place,
    /// Where the method stands.
    pub place: Place,
    pub node: &'d Node,
    /// What stands around it: the path's own words.
    pub item: &'d Node,
}

impl<'d> Operation<'d> {
    /// The value of a key for the operation: at the operation itself, otherwise at its path, otherwise at the top.
    pub fn word(&self, name: &str, document: &'d Document) -> Option<&'d Member> {
        self.node.member(name).or_else(|| self.item.member(name)).or_else(|| document.root.member(name))
    }

    /// Its parameters, resolved, and those of its path unless it has one with the same name and place.
    pub fn parameters(&self, document: &'d Document, report: &Report) -> Vec<&'d Node> {
        let of = |node: &'d Node| -> Vec<&'d Node> {
            let Some(said) = node.get("parameters") else { return Vec::new() };
            let all = report.ok(form::list(said, "parameters")).unwrap_or_default();
            if let Some(more) = all.get(PARAMETERS) {
                let message = format!("there are {} parameters; at most {PARAMETERS} are supported", all.len());
                report.add(Wrong::at(more.place, message).help("describe the data in the body instead"));
                return Vec::new();
            }
            all.iter().filter_map(|one| report.ok(document.resolved(one))).collect()
        };
        let mut all = of(self.node);
        let key = |one: &'d Node| (one.text_of("name"), one.text_of("in"));
        let own: BTreeSet<_> = all.iter().copied().map(key).collect();
        all.extend(of(self.item).into_iter().filter(|&one| !own.contains(&key(one))));
        all
    }
}

/// All operations of a document, in its order.
pub(super) fn all<'d>(document: &'d Document, report: &Report) -> Vec<Operation<'d>> {
    let help = "write paths: with /items: and get: below it";
    let Some(paths) = document.root.member("paths") else {
        report.add(Wrong::at(document.root.place, "the document has no paths").help(help));
        return Vec::new();
    };
    if !paths.node.is_table() {
        let message = format!("paths must be a table of paths, but this is {}", paths.node.noun());
        report.add(Wrong::at(paths.place, message).help(help));
        return Vec::new();
    }
    let (own, paths): (Vec<&Member>, Vec<&Member>) =
        paths.node.members().iter().partition(|member| member.name.starts_with("x-"));
    own.into_iter().filter_map(|member| PATHS.of_aws(member)).for_each(|wrong| report.add(wrong));
    let mut all = Vec::new();
    for path in paths {
        if let Some(item) = report.ok(words::referred(&path.node, document, SAYS_NOTHING)) {
            of_path(path, item, report, &mut all);
        }
        if all.len() > OPERATIONS {
            let message = format!("there are more than {OPERATIONS} operations");
            report.add(Wrong::at(path.place, message).help("split it into several APIs, each with a file of its own"));
            return Vec::new();
        }
    }
    all
}

fn of_path<'d>(path: &'d Member, item: &'d Node, report: &Report, all: &mut Vec<Operation<'d>>) {
    if !item.is_table() {
        let message = format!("a path must have a table of methods, but this is {}", item.noun());
        return report.add(Wrong::at(path.place, message).help("write get: or another method below it"));
    }
    for member in item.members() {
        let method = METHODS.iter().find(|(name, _)| *name == member.name).map(|(_, method)| *method);
        let Some(method) = method else {
            if member.name.starts_with("x-") {
                if let Some(wrong) = PATH.of_aws(member) {
                    report.add(wrong);
                }
            } else if !PATH.own.contains(&member.name.as_str()) {
                let message = format!("API Gateway has no method {:?}", member.name);
                let names: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
                report.add(Wrong::at(member.place, message).help(format!("write one of {}", names.join(", "))));
            }
            continue;
        };
        if !member.node.is_table() {
            let message = format!("an operation must be a table, but this is {}", member.node.noun());
            report.add(Wrong::at(member.place, message).help("write x-function: and responses: below it"));
            continue;
        }
        OPERATION.check(&member.node, report);
        let (name, path_place) = (path.name.as_str(), path.place);
        all.push(Operation { method, path: name, path_place, place: member.place, node: &member.node, item });
    }
}

//! What Lambda would refuse, reported before anything is sent.

use crate::aws::Tags;
use crate::aws::lambda::{POLICY_BYTES, Permission};
use crate::aws::logs::RETENTIONS;
use crate::manifest::event::Destination;
use crate::manifest::function::{Function, Tracing, environment, image, runtime};
use crate::manifest::{Cursor, Section};
use crate::name::{Name, tag};

/// Reports everything about a function that Lambda would refuse.
pub fn check(function: &Function, name: &Name, here: &Cursor) {
    image::check(function, here);
    if function.is_packaged() {
        check_runtime_and_handler(function, name, here);
    }
    check_sizes(function, name, here);
    check_texts(function, here);
    environment::check(function, here);
}

/// Reports a runtime and a handler that are none.
fn check_runtime_and_handler(function: &Function, name: &Name, here: &Cursor) {
    runtime::check(&function.runtime, name, &here.at("runtime"));
    if function.handler.len() > 128 || function.handler.contains(char::is_whitespace) {
        let help = Some("write it as main.handler, 128 characters at most");
        here.at("handler").problem(format!("{:?} is not a handler", function.handler), help);
    }
}

/// A size that Lambda takes of every function up to `most`, and of some up to `beyond`.
struct Size {
    key: &'static str,
    value: i32,
    least: i32,
    most: i32,
    beyond: i32,
    unit: &'static str,
}

/// Beyond what AWS takes of every function it takes more of some, such as those on managed instances: a warning. What its
/// API's model takes of none is a problem.
fn check_sizes(function: &Function, name: &Name, here: &Cursor) {
    let concurrency = function.reserved_concurrency.unwrap_or(0);
    let size = |key, value, [least, most, beyond]: [i32; 3], unit| Size { key, value, least, most, beyond, unit };
    for Size { key, value, least, most, beyond, unit } in [
        size("memory", function.memory, [128, 10_240, 32_768], "MB"),
        size("timeout", function.timeout, [1, 900, 5400], "seconds"),
        size("ephemeral_storage", function.ephemeral_storage, [512, 10_240, 32_768], "MB"),
        size("reserved_concurrency", concurrency, [0, i32::MAX, i32::MAX], "executions"),
    ] {
        let here = here.at(key);
        if value < least || value > beyond {
            here.problem(format!("{value} is out of range"), Some(&format!("write {least} to {most} {unit}")));
        } else if value > most {
            let message = format!("{value} {unit} are more than Lambda allows by default");
            let help = format!("write {most} at most, unless AWS allows this function more");
            here.warn(&Function::address(name), message, &help);
        }
    }
}

/// Reports settings of asynchronous invocations that Lambda would refuse.
pub fn asynchronous(function: &Function, here: &Cursor) {
    here.check_range("max_retries", function.max_retries, 0..=2);
    here.check_range("max_event_age", function.max_event_age, 60..=21_600);
    if let Some(Destination::Bucket(_)) = &function.on_success {
        here.at("on_success")
            .problem("a bucket can receive only failures", Some("write queue, topic, bus or function"));
    }
}

/// Reports tags that leave no room for those that say which parts a function has, and where its image is from.
pub fn tags_of_ours(tags: &Tags, here: &Cursor) {
    if [tag::PARTS, tag::IMAGE].iter().any(|ours| tags.contains_key(*ours)) && tags.len() > 50 {
        let help = Some("use one tag less: image needs one, and so do url, on_failure and the like");
        here.at("tags").problem(format!("with the program's own there are {} tags", tags.len()), help);
    }
}

fn check_texts(function: &Function, here: &Cursor) {
    if function.description.chars().count() > 256 {
        let help = Some("use 256 characters at most");
        here.at("description").problem("the description is too long", help);
    }
    let days = function.log_retention_days;
    if days != 0 && !RETENTIONS.contains(&days) {
        let known: Vec<String> = RETENTIONS.iter().map(i32::to_string).collect();
        let help = format!("choose one of 0 (for ever), {}", known.join(", "));
        here.at("log_retention_days").problem(format!("logs cannot be kept for {days} days"), Some(&help));
    }
}

/// Reports a dead-letter queue that is neither one of this manifest nor an ARN.
pub(super) fn queue_arn(queue: &str, here: &Cursor) {
    if !(queue.starts_with("arn:") && queue.contains(":sqs:")) {
        let help = Some("name a [queue.<name>] of this manifest, or give a queue's ARN, arn:aws:sqs:...");
        here.problem(format!("{queue:?} is neither the name nor the ARN of a queue"), help);
    }
}

/// Reports a FIFO queue or topic where Lambda sends without a message group.
pub(super) fn is_standard(what: &str, name: &Name, fifo: bool, here: &Cursor) {
    if fifo {
        let help = format!("name a standard {what}");
        here.problem(format!("Lambda cannot send failed invocations to a FIFO {what}, and {name} is one"), Some(&help));
    }
}

/// Reports what is not the ARN of a policy.
pub fn is_policy_arn(arn: &str, here: &Cursor) {
    if !(arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":policy/")) {
        let help = Some("write its ARN, such as arn:aws:iam::aws:policy/...");
        here.problem(format!("{arn:?} is not the ARN of a policy"), help);
    }
}

/// Reports a resource policy that is too long, as AWS would write it.
pub fn policy_size(policy: &Permission, function: &str, here: &Cursor) {
    let (bytes, count) = (policy.bytes(function), policy.statements.len());
    if bytes > POLICY_BYTES {
        let message = format!("its resource policy would have {bytes} bytes in {count} statements");
        let help = format!("Lambda allows {POLICY_BYTES}: let fewer resources invoke it, or use more functions");
        here.problem(message, Some(&help));
    }
}

/// A function with a shared role grants nothing itself.
pub fn shared_role(function: &Function, name: &Name, here: &Cursor, grants: bool) {
    let Some(role) = here.known("role", name, &here.manifest.role) else { return };
    let own = !function.access.is_empty() || grants || function.permissions_boundary.is_some();
    let traces = function.tracing == Tracing::Active && !role.tracing;
    if own || traces {
        let help = format!("move access, secrets, tracing and boundary to [role.{name}]");
        here.problem("a function with a shared role cannot have rights of its own", Some(&help));
    }
}

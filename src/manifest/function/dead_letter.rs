//! `dead_letter` of a function: where failed asynchronous invocations go.

use serde_json::{Value, json};

use super::{DeadLetter, Function, check};
use crate::manifest::{Cursor, kms, names};
use crate::name::Name;

impl Function {
    /// Its ARN. It comes before the function.
    pub(super) fn lower_dead_letter(&self, here: &Cursor) -> Option<String> {
        match self.dead_letter.as_ref()? {
            DeadLetter::Queue(queue) => dead_letter_queue(queue, &here.at("queue")),
            DeadLetter::Topic(name) => {
                let topic = here.known("topic", name, &here.manifest.topic)?;
                check::is_standard("topic", name, topic.fifo, &here.at("topic"));
                here.need(names::topic::address(name));
                Some(topic.arn(name, here))
            }
        }
    }

    /// The rights that its role, even if it is shared, needs for its dead letters. Reports nothing.
    pub fn dead_letter_grants(&self, here: &Cursor) -> Vec<Value> {
        let found = match &self.dead_letter {
            Some(DeadLetter::Queue(arn)) if arn.starts_with("arn:") => {
                Some((arn.clone(), "sqs", "sqs:SendMessage", None))
            }
            Some(DeadLetter::Queue(queue)) => here
                .manifest
                .queue
                .get_key_value(queue.as_str())
                .map(|(name, queue)| (queue.arn(name, here), "sqs", "sqs:SendMessage", queue.kms_key())),
            Some(DeadLetter::Topic(name)) => here
                .manifest
                .topic
                .get(name)
                .map(|topic| (topic.arn(name, here), "sns", "sns:Publish", topic.kms_key.as_deref())),
            None => None,
        };
        let Some((arn, service, action, key)) = found else { return Vec::new() };
        let own = json!({"Sid": "DeadLetter", "Effect": "Allow", "Action": action, "Resource": arn});
        let key = key.and_then(|key| kms::use_of("DeadLetterKey", key, service, &kms::SEND, here));
        std::iter::once(own).chain(key).collect()
    }
}

/// The ARN of a dead-letter queue, one of this manifest by its name or any by its ARN.
fn dead_letter_queue(queue: &str, here: &Cursor) -> Option<String> {
    if queue.starts_with("arn:") {
        check::queue_arn(queue, here);
        return Some(queue.to_owned());
    }
    let Ok(name) = queue.parse::<Name>() else {
        check::queue_arn(queue, here);
        return None;
    };
    let known = here.known("queue", &name, &here.manifest.queue)?;
    check::is_standard("queue", &name, known.fifo, here);
    here.need(names::queue::address(&name));
    Some(known.arn(&name, here))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::manifest::function::tests::{lowered, state};

    #[test]
    fn a_shared_role_may_send_the_dead_letters_of_each_of_its_functions() {
        let function = |name: &str, to: &str| {
            format!(
                "[function.{name}]\nsource = \"src\"\nruntime = \"python3.12\"\nhandler = \"main.handler\"\nrole = \"r\"\n\
                 dead_letter = {to}\n"
            )
        };
        let text = format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n[role.r]\n[queue.late]\n[topic.lost]\nkms_key = \"k\"\n{}{}{}",
            function("a", "{ queue = \"late\" }"),
            function("b", "{ topic = \"lost\" }"),
            function("c", "{ queue = \"late\" }"),
        );
        let policy = state(&lowered(&text, &[]).unwrap(), "iam.policy/r");
        let said = policy["PolicyDocument"]["Statement"].as_array().unwrap();
        let said: Vec<_> = said.iter().map(|one| (&one["Sid"], &one["Action"])).collect();
        let expected = [
            (&json!("DeadLetter"), &json!(["sqs:SendMessage"])),
            (&json!("DeadLetterN2"), &json!(["sns:Publish"])),
            (&json!("DeadLetterKey"), &json!(["kms:Decrypt", "kms:GenerateDataKey"])),
        ];
        assert_eq!(said, expected);
    }
}

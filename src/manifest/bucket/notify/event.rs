//! Events about objects: S3's event types, and our names for them.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::manifest::problem::unknown;

macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $word:literal, $aws:literal;)*) => {
        /// What happens to an object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
        pub enum Event { $($(#[$doc])* #[serde(rename = $word)] $event),* }

        impl Event {
            /// S3's name, such as `s3:ObjectCreated:Put`.
            pub fn aws(&self) -> &'static str {
                match self { $(Self::$event => $aws),* }
            }

            /// The word for it in the manifest.
            pub fn word(&self) -> &'static str {
                match self { $(Self::$event => $word),* }
            }

            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$event),*];
        }
    };
}

events! {
    /// An object is written, in whichever way.
    ObjectCreated = "object-created", "s3:ObjectCreated:*";
    /// By a put.
    ObjectCreatedPut = "object-created:put", "s3:ObjectCreated:Put";
    /// By a form.
    ObjectCreatedPost = "object-created:post", "s3:ObjectCreated:Post";
    /// By a copy.
    ObjectCreatedCopy = "object-created:copy", "s3:ObjectCreated:Copy";
    /// By an upload in parts.
    ObjectCreatedCompleteMultipartUpload = "object-created:complete-multipart-upload", "s3:ObjectCreated:CompleteMultipartUpload";
    /// An object is deleted by somebody, in whichever way.
    ObjectRemoved = "object-removed", "s3:ObjectRemoved:*";
    /// For good.
    ObjectRemovedDelete = "object-removed:delete", "s3:ObjectRemoved:Delete";
    /// By a delete marker.
    ObjectRemovedDeleteMarkerCreated = "object-removed:delete-marker-created", "s3:ObjectRemoved:DeleteMarkerCreated";
    /// An object is fetched from an archive.
    ObjectRestore = "object-restore", "s3:ObjectRestore:*";
    /// It is asked for.
    ObjectRestorePost = "object-restore:post", "s3:ObjectRestore:Post";
    /// It is there.
    ObjectRestoreCompleted = "object-restore:completed", "s3:ObjectRestore:Completed";
    /// Its copy is gone again.
    ObjectRestoreDelete = "object-restore:delete", "s3:ObjectRestore:Delete";
    /// An object's replication is late, or fails.
    Replication = "replication", "s3:Replication:*";
    /// It fails.
    ReplicationOperationFailedReplication = "replication:operation-failed-replication", "s3:Replication:OperationFailedReplication";
    /// It takes more than 15 minutes.
    ReplicationOperationMissedThreshold = "replication:operation-missed-threshold", "s3:Replication:OperationMissedThreshold";
    /// It is done after more than 15 minutes.
    ReplicationOperationReplicatedAfterThreshold = "replication:operation-replicated-after-threshold", "s3:Replication:OperationReplicatedAfterThreshold";
    /// It is no longer tracked.
    ReplicationOperationNotTracked = "replication:operation-not-tracked", "s3:Replication:OperationNotTracked";
    /// A lifecycle rule deletes an object.
    LifecycleExpiration = "lifecycle-expiration", "s3:LifecycleExpiration:*";
    /// For good.
    LifecycleExpirationDelete = "lifecycle-expiration:delete", "s3:LifecycleExpiration:Delete";
    /// By a delete marker.
    LifecycleExpirationDeleteMarkerCreated = "lifecycle-expiration:delete-marker-created", "s3:LifecycleExpiration:DeleteMarkerCreated";
    /// A lifecycle rule moves an object.
    LifecycleTransition = "lifecycle-transition", "s3:LifecycleTransition";
    /// Intelligent tiering moves an object into an archive.
    IntelligentTiering = "intelligent-tiering", "s3:IntelligentTiering";
    /// An object's tags change.
    ObjectTagging = "object-tagging", "s3:ObjectTagging:*";
    /// They are set.
    ObjectTaggingPut = "object-tagging:put", "s3:ObjectTagging:Put";
    /// They are removed.
    ObjectTaggingDelete = "object-tagging:delete", "s3:ObjectTagging:Delete";
    /// An object's access control list changes.
    ObjectAclPut = "object-acl:put", "s3:ObjectAcl:Put";
    /// An object's annotations change.
    ObjectAnnotation = "object-annotation", "s3:ObjectAnnotation:*";
    /// They are set.
    ObjectAnnotationPut = "object-annotation:put", "s3:ObjectAnnotation:Put";
    /// They are removed.
    ObjectAnnotationDelete = "object-annotation:delete", "s3:ObjectAnnotation:Delete";
    /// An object's retention changes.
    ObjectRetentionPut = "object-retention:put", "s3:ObjectRetention:Put";
    /// An object of reduced redundancy is lost.
    ReducedRedundancyLostObject = "reduced-redundancy-lost-object", "s3:ReducedRedundancyLostObject";
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let given = String::deserialize(input)?;
        if let Some(event) = Self::ALL.iter().find(|event| event.word() == given) {
            return Ok(*event);
        }
        let same = Self::ALL.iter().find(|event| event.aws() == given);
        Err(serde::de::Error::custom(match same {
            Some(event) => format!("{given:?} is S3's name for {:?}; write that", event.word()),
            None => unknown("event", &given, Self::ALL.iter().map(Self::word)),
        }))
    }
}

impl Event {
    /// True if it stands for every way in which something happens.
    pub fn is_family(self) -> bool {
        self.aws().ends_with(":*")
    }

    /// True if something may happen that is both.
    pub fn overlaps(self, other: Self) -> bool {
        let within = |one: Self, family: Self| {
            family.aws().strip_suffix('*').is_some_and(|family| one.aws().starts_with(family))
        };
        self == other || within(self, other) || within(other, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_s3::types::Event as Sdk;

    /// `s3:ObjectCreated:CompleteMultipartUpload` as `object-created:complete-multipart-upload`.
    fn kebab(aws: &str) -> String {
        let mut word = String::new();
        for letter in aws.trim_start_matches("s3:").trim_end_matches(":*").chars() {
            if letter.is_ascii_uppercase() && !word.is_empty() && !word.ends_with(':') {
                word.push('-');
            }
            word.push(letter.to_ascii_lowercase());
        }
        word
    }

    #[test]
    fn every_event_of_s3_has_the_word_that_follows_from_its_name() {
        let ours: Vec<&str> = Event::ALL.iter().map(Event::aws).collect();
        for name in Sdk::values() {
            assert!(ours.contains(name), "{name} has no word");
        }
        assert_eq!(ours.len(), Sdk::values().len());
        for event in Event::ALL {
            assert_eq!(event.word(), kebab(event.aws()));
        }
    }

    #[test]
    fn a_family_overlaps_each_of_its_events_and_no_other() {
        assert!(
            Event::ObjectCreated.overlaps(Event::ObjectCreatedPut)
                && Event::ObjectCreatedPut.overlaps(Event::ObjectCreated)
        );
        assert!(!Event::ObjectCreatedPut.overlaps(Event::ObjectCreatedCopy));
        assert!(!Event::ObjectCreated.overlaps(Event::ObjectRemoved));
    }
}

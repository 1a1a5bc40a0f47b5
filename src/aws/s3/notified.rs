//! The notifications of a bucket on the way from one state to another.

use super::{Bucket, Notifications};
use crate::name::tag;

impl Bucket {
    /// True if its tags say that it has notifications of ours.
    pub(super) fn notifies(&self) -> bool {
        self.tags.contains_key(tag::PARTS)
    }

    /// What it is to report on the way from `live` to this state. Where the tag goes, ours go before it.
    pub(super) fn next_notifications(&self, live: &Self) -> Notifications {
        match (self.notifies(), live.notifies()) {
            (true, _) => self.notification_configuration.clone(),
            (false, true) => live.notification_configuration.foreign(),
            (false, false) => live.notification_configuration.clone(),
        }
    }

    /// Carries the entries of others along, but for those that say what one of ours says: S3 takes no two of them.
    pub(super) fn keep_notifications(&mut self, live: &Self) {
        if self.notifies() {
            let mut foreign = live.notification_configuration.foreign().entries;
            foreign
                .retain(|_, entry| !self.notification_configuration.entries.values().any(|ours| ours.asks_for(entry)));
            self.notification_configuration.entries.extend(foreign);
        }
    }

    /// Forgets what is not looked at without the tag.
    pub(super) fn without_unseen_notifications(self) -> Self {
        match self.notifies() {
            true => self,
            false => Self { notification_configuration: Notifications::default(), ..self },
        }
    }
}

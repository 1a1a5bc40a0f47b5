//! Tables, buckets, topics and alarms.

use futures_util::future::try_join_all;
use serverless_app::aws::Id;

use super::{Read, Reader, together};

impl Reader<'_> {
    pub(super) async fn table(&self, id: &Id) -> Read {
        let (db, name) = (&self.clients.dynamodb, &id.name);
        let arn = id.site.arn("dynamodb", &format!("table/{name}"));
        together!(self,
            "dynamodb:DescribeTable" => db.describe_table().table_name(name),
            "dynamodb:DescribeTimeToLive" => db.describe_time_to_live().table_name(name),
            "dynamodb:DescribeContinuousBackups" => db.describe_continuous_backups().table_name(name),
            "dynamodb:ListTagsOfResource" => db.list_tags_of_resource().resource_arn(&arn),
        )
        .map(drop)
    }

    pub(super) async fn bucket(&self, id: &Id) -> Read {
        let (s3, name) = (&self.clients.s3, &id.name);
        together!(self,
            "s3:GetBucketVersioning" => s3.get_bucket_versioning().bucket(name),
            "s3:GetBucketEncryption" => s3.get_bucket_encryption().bucket(name),
            "s3:GetPublicAccessBlock" => s3.get_public_access_block().bucket(name),
            "s3:GetBucketOwnershipControls" => s3.get_bucket_ownership_controls().bucket(name),
            "s3:GetBucketLifecycleConfiguration" => s3.get_bucket_lifecycle_configuration().bucket(name),
            "s3:GetBucketCors" => s3.get_bucket_cors().bucket(name),
            "s3:GetBucketNotificationConfiguration" => s3.get_bucket_notification_configuration().bucket(name),
            "s3:GetBucketPolicy" => s3.get_bucket_policy().bucket(name),
            "s3:GetBucketTagging" => s3.get_bucket_tagging().bucket(name),
        )
        .map(drop)
    }

    pub(super) async fn topic(&self, id: &Id) -> Read {
        let (sns, arn) = (&self.clients.sns, id.site.arn("sns", &id.name));
        let subscriptions = async {
            let request = sns.list_subscriptions_by_topic().topic_arn(&arn);
            let listed = self.ask("sns:ListSubscriptionsByTopic", request.send()).await?;
            let subscriptions = listed.and_then(|listed| listed.subscriptions).unwrap_or_default();
            let confirmed = subscriptions.into_iter().filter_map(|one| one.subscription_arn);
            let each = confirmed.filter(|arn| arn.starts_with("arn:")).map(|arn| {
                let request = sns.get_subscription_attributes().subscription_arn(arn);
                self.ask("sns:GetSubscriptionAttributes", request.send())
            });
            try_join_all(each).await.map(drop)
        };
        let others = async {
            together!(self,
                "sns:GetTopicAttributes" => sns.get_topic_attributes().topic_arn(&arn),
                "sns:ListTagsForResource" => sns.list_tags_for_resource().resource_arn(&arn),
            )
        };
        tokio::try_join!(subscriptions, others).map(drop)
    }

    pub(super) async fn alarm(&self, id: &Id) -> Read {
        let (cloudwatch, arn) = (&self.clients.cloudwatch, id.site.arn("cloudwatch", &format!("alarm:{}", id.name)));
        together!(self,
            "cloudwatch:DescribeAlarms" => cloudwatch.describe_alarms().alarm_names(&id.name),
            "cloudwatch:ListTagsForResource" => cloudwatch.list_tags_for_resource().resource_arn(&arn),
        )
        .map(drop)
    }
}

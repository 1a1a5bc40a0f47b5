//! What a tool puts into a stack for its own use, by the logical ids that it always gives.

/// How logical ids begin, the tool that gives them, and what becomes of it.
const HELPERS: &[(&str, &str)] = &[
    ("AWS679f53fac002430cb0da5b7982bd2287", CUSTOM),
    ("BucketNotificationsHandler050a0587b7544547bf325f094a3db834", NOTIFICATIONS),
    ("CustomCDKBucketDeployment", DEPLOYMENT),
    ("CustomCrossRegionExport", CUSTOM),
    ("CustomDynamoDBReplica", CUSTOM),
    ("CustomS3AutoDeleteObjects", EMPTIES),
    ("CustomVpcRestrictDefaultSG", CUSTOM),
    ("LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a", RETENTION),
    ("CustomDashresource", CUSTOM),
    ("IamRoleCustomResourcesLambdaExecution", CUSTOM),
    ("ServerlessDeploymentBucket", UPLOADS),
];

const CUSTOM: &str = "it runs a custom resource of the stack: nothing to take over, it is deleted with the stack";
const NOTIFICATIONS: &str = "CDK uses it to set notifications of buckets, and removes them when the stack is deleted: \
the manifest has them as `notify` in the bucket's section; see docs/handover.md before the stack is deleted";
const DEPLOYMENT: &str = "CDK uses it to copy files into a bucket: put them into a folder, and name that in `files` \
of the bucket's section; see docs/handover.md before the stack is deleted";
const EMPTIES: &str =
    "CDK uses it to empty buckets, and would do so when the stack is deleted: see docs/handover.md before that";
const RETENTION: &str = "CDK uses it to set the retention of log groups: the manifest has that itself; nothing to \
take over, it is deleted with the stack";
const UPLOADS: &str = "the Serverless Framework uploads code to it: nothing to take over, it is deleted with the stack";

/// Why something of this logical id is not taken over, if it is a tool's own.
pub fn why(logical_id: &str) -> Option<&'static str> {
    HELPERS.iter().find(|(start, _)| logical_id.starts_with(start)).map(|(_, why)| *why)
}

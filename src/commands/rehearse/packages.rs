//! The bucket by way of which large zips of a rehearsal go to Lambda: on AWS it is there already, whoever made it.

use crate::aws::Aws;
use crate::aws::error::Answer;
use crate::aws::observe::ReadErrors;
use crate::error::Error;
use crate::planning::Project;

/// Makes the bucket that the manifest names, unless it is there. One of the app's own comes with its roles.
pub(super) async fn make(project: &Project, aws: &Aws) -> Result<(), Error> {
    let app = &project.source.manifest.app;
    if let Some(bucket) = app.packages.as_ref().filter(|_| !app.has_packages_by_bootstrap()) {
        let place = aws_sdk_s3::types::CreateBucketConfiguration::builder()
            .location_constraint(aws.region().as_str().into())
            .build();
        let place = Some(place).filter(|_| aws.region().as_str() != "us-east-1");
        let request = aws.write.s3.create_bucket().bucket(bucket).set_create_bucket_configuration(place);
        let made = request.send().await.found("s3:CreateBucket", &["BucketAlreadyOwnedByYou"]);
        made.map_err(|error| ReadErrors(vec![error]))?;
    }
    Ok(())
}

//! Settings of an AWS profile's files besides credentials.

use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;

/// The region of the profile that `AWS_PROFILE` names, or of the default one. Sends nothing.
pub async fn region() -> Option<String> {
    ProfileFileRegionProvider::builder().build().region().await.map(|region| region.to_string())
}

//! Hosted zones for the domains of a rehearsal: on AWS they are there already, whoever made them.

use crate::aws::Aws;
use crate::aws::error::Answer;
use crate::aws::observe::ReadErrors;
use crate::error::Error;
use crate::manifest::domain;
use crate::planning::Project;

/// Makes every zone that the manifest names, unless it is there. The emulator gives one the id that its reference asks for.
pub(super) async fn make(project: &Project, aws: &Aws) -> Result<(), Error> {
    for (zone, name) in domain::named_zones(&project.source.manifest) {
        let request = aws.write.route53.create_hosted_zone().name(name).caller_reference(format!("zone:{zone}"));
        let made = request.send().await.found("route53:CreateHostedZone", &["HostedZoneAlreadyExists"]);
        made.map_err(|error| ReadErrors(vec![error]))?;
    }
    Ok(())
}

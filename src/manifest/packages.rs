//! `[app] packages`: the bucket through which zips are uploaded to Lambda that are too large for a request.

use crate::aws::lambda::{IN_A_REQUEST, Way};
use crate::aws::{Tags, s3};
use crate::manifest::bucket::policy;
use crate::manifest::names::{self, Names};
use crate::manifest::role::BOOTSTRAP;
use crate::manifest::{App, Cursor};
use crate::name::{Name, Owner, Site, tag};
use crate::package::Package;

/// Lambda copies code, so what no plan names any more is of no use; what is needed again is put again.
const KEPT_DAYS: i32 = 30;

/// What the bucket is called in the bootstrap of an app.
pub fn name() -> Name {
    "packages".parse().expect("the literal is a name")
}

/// The physical name of the bucket that `bootstrap` makes: one for each account and region.
fn made_by_bootstrap(owner: &Owner, site: &Site) -> String {
    names::bucket::physical(&Names::plain(owner.bootstrap()), site, &name())
}

/// The bucket that `bootstrap` creates: nothing in it is kept.
pub fn bucket(owner: &Owner, site: &Site, tags: Tags) -> (String, s3::Bucket) {
    let physical = made_by_bootstrap(owner, site);
    let mut bucket = s3::Bucket::private(tags);
    bucket.tags.insert(tag::ON_DELETE.into(), "delete".into());
    bucket.policy = Some(policy::of_tls(&names::bucket::arn(site, &Names::plain(owner.bootstrap()), &name())));
    let rule = s3::LifecycleRule {
        id: "expire".into(),
        status: "Enabled".into(),
        expiration: Some(s3::Expiration { days: Some(KEPT_DAYS), ..s3::Expiration::default() }),
        abort_incomplete_multipart_upload: Some(s3::AbortIncompleteMultipartUpload { days_after_initiation: 1 }),
        ..s3::LifecycleRule::default()
    };
    bucket.lifecycle_rules.insert(rule.id.clone(), rule);
    (physical, bucket)
}

impl App {
    /// True if `bootstrap` makes the bucket.
    pub fn has_packages_by_bootstrap(&self) -> bool {
        self.packages.as_deref() == Some(BOOTSTRAP)
    }

    /// The bucket by way of which large zips go.
    pub fn packages_bucket(&self, owner: &Owner, site: &Site) -> Option<String> {
        match self.has_packages_by_bootstrap() {
            true => Some(made_by_bootstrap(owner, site)),
            false => self.packages.clone(),
        }
    }
}

/// Reports what is no bucket's name.
pub(super) fn check(top: &Cursor) {
    let Some(bucket) = &top.manifest.app.packages else { return };
    let is_outer = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_name = (3..=63).contains(&bucket.len())
        && bucket.chars().all(|c| is_outer(c) || matches!(c, '-' | '.'))
        && bucket.starts_with(is_outer)
        && bucket.ends_with(is_outer)
        && !bucket.contains("..");
    if !is_name {
        let help = "name a bucket in the app's account and region, or write \"bootstrap\" for the one that \
                    `serverless-app bootstrap` creates";
        top.at("app").at("packages").problem(format!("{bucket:?} is not the name of a bucket"), Some(help));
    }
}

/// How this package gets to Lambda. `here` is the place of its source.
pub(super) fn way(package: &Package, here: &Cursor) -> Way {
    let size = package.zip.size();
    if size <= IN_A_REQUEST {
        return Way::default();
    }
    let Some(bucket) = here.manifest.app.packages_bucket(here.owner, here.site) else {
        let message = format!("the zip has {size} bytes, and a request to Lambda can contain {IN_A_REQUEST} (50 MB)");
        let help = "exclude files, remove packages, or upload it through a bucket: write packages = \"bootstrap\" in \
                    [app] and run `serverless-app bootstrap`, or name a bucket there";
        here.problem(message, Some(help));
        return Way::default();
    };
    Way::through(bucket, size)
}

#[cfg(test)]
mod tests {
    use crate::aws::State;
    use crate::aws::lambda::{IN_A_REQUEST, Through};
    use crate::manifest::function::tests::{lowered_with, problems};

    fn manifest(app: &str) -> String {
        format!(
            "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{app}\n[function.api]\nsource = \"lambda\"\n\
             runtime = \"python3.11\"\nhandler = \"main.handler\"\n"
        )
    }

    fn through(app: &str, size: u64) -> Result<Option<Through>, String> {
        let zip = vec![0; usize::try_from(size).unwrap()];
        let lowered = lowered_with(&manifest(app), &[], zip).map_err(|problems| problems.to_string())?;
        let wanted = &lowered.wanted[&"lambda.function/api".parse().unwrap()];
        let State::Function(function) = &wanted.state else { panic!("{wanted:?}") };
        Ok(function.way.through.clone())
    }

    #[test]
    fn only_what_is_too_large_for_a_request_goes_by_way_of_the_bucket() {
        let own = "shop--bootstrap-packages-123456789012-us-west-2";
        for (app, bucket) in [("packages = \"bootstrap\"", own), ("packages = \"zips.example\"", "zips.example")] {
            assert_eq!(through(app, IN_A_REQUEST).unwrap(), None, "{app}");
            let size = IN_A_REQUEST + 1;
            assert_eq!(through(app, size).unwrap(), Some(Through { bucket: bucket.into(), size }), "{app}");
        }
        assert_eq!(through("", IN_A_REQUEST).unwrap(), None);
        let told = through("", IN_A_REQUEST + 1).unwrap_err();
        let message = "serverless-app.toml:6:10: the zip has 52428801 bytes, and a request to Lambda can contain \
                       52428800 (50 MB)";
        assert!(told.starts_with(message) && told.contains("packages = \"bootstrap\""), "{told}");
    }

    #[test]
    fn what_is_no_bucket_is_reported_at_its_place() {
        for name in ["Zips", "zi", "-zips", "zips.", "z..s", "zips/a", "arn:aws:s3:::zips"] {
            let told = problems(&manifest(&format!("packages = \"{name}\"")), &[]);
            assert_eq!(told, [format!("4:12: \"{name}\" is not the name of a bucket")]);
        }
    }
}

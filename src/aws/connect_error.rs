//! Why there are no clients.

use std::fmt;

use crate::aws::AwsError;

/// Credentials that are not there, or no longer good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The profile that `AWS_PROFILE` names.
    pub profile: Option<String>,
    /// True in GitHub Actions.
    pub in_actions: bool,
    /// What AWS or the SDK says, unless it is that there are none.
    pub why: Option<String>,
}

impl Missing {
    /// Which profile's they are.
    fn whose(&self) -> String {
        self.profile.as_ref().map(|profile| format!(" of the profile {profile:?} (AWS_PROFILE)")).unwrap_or_default()
    }

    fn says(&self) -> String {
        self.why.as_ref().map(|why| format!(" ({why})")).unwrap_or_default()
    }

    /// True if the profile's credentials come from where this program does not go by itself.
    fn is_indirect(&self) -> bool {
        self.why
            .as_ref()
            .is_some_and(|why| why.contains("feature(s) enabled: sso") || why.contains("credentials-process"))
    }

    /// What to do once they have expired.
    fn anew(&self) -> String {
        match self.in_actions {
            true => "run the job again; `role-duration` sets how long credentials are valid".into(),
            false => format!("get new ones; {}", self.advice()),
        }
    }

    /// What gets new ones.
    fn advice(&self) -> String {
        if self.in_actions {
            return "set the action's input `role-to-assume` to a role's ARN, and give the job the permission \
                    `id-token: write` (`serverless-app bootstrap` creates the roles)"
                .into();
        }
        let is_plain = |name: &&String| name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.@+".contains(c));
        let profile =
            self.profile.as_ref().filter(is_plain).map(|name| format!(" --profile {name}")).unwrap_or_default();
        format!(
            "with IAM Identity Center run `aws sso login{profile}`, then \
             `eval \"$(aws configure export-credentials{profile} --format env)\"`"
        )
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.profile {
            _ if self.in_actions => write!(f, "there are no AWS credentials{}: {}", self.says(), self.advice()),
            Some(profile) if self.is_indirect() => write!(
                f,
                "the profile {profile:?} (AWS_PROFILE) gets its credentials from IAM Identity Center or from a \
                 program, which are not supported here: {}",
                self.advice()
            ),
            Some(profile) => write!(
                f,
                "there are no AWS credentials: the profile {profile:?} (AWS_PROFILE) does not exist or has none{}; \
                 `aws configure list-profiles` lists the profiles; {}",
                self.says(),
                self.advice()
            ),
            None => write!(
                f,
                "there are no AWS credentials{}: run `aws configure`, or name a profile in AWS_PROFILE; {}",
                self.says(),
                self.advice()
            ),
        }
    }
}

/// AWS cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A variable would send one service's calls elsewhere, which the site in a plan cannot express.
    #[error("{0} is set: set AWS_ENDPOINT_URL for all services, or none")]
    OneServiceEndpoint(String),
    /// A profile would do the same.
    #[error(
        "the AWS profile sends {service} to {one}, and everything else to {all}: remove that endpoint_url from the \
         section that `services` of the profile names, or set AWS_ENDPOINT_URL for all services"
    )]
    ServiceEndpoint {
        /// Which service.
        service: &'static str,
        /// Its endpoint.
        one: String,
        /// The endpoint of all.
        all: String,
    },
    /// The endpoint is not a URL that calls can go to.
    #[error("the endpoint {0:?} is not an http or https URL")]
    Endpoint(String),
    /// The time that an answer may take is no such number.
    #[error("SERVERLESS_APP_REQUEST_TIMEOUT is {0:?}: set it to whole seconds from 1 to 900")]
    RequestTimeout(String),
    /// There are no credentials.
    #[error("{0}")]
    NoCredentials(Missing),
    /// They have expired.
    #[error("the AWS credentials{} have expired{}: {}", .0.whose(), .0.says(), .0.anew())]
    Expired(Missing),
    /// AWS does not know them.
    #[error(
        "AWS does not accept the credentials{}{}: check the keys and the machine's clock; {}",
        .0.whose(), .0.says(), .0.advice()
    )]
    UnknownCredentials(Missing),
    /// Nothing answers.
    #[error("{place} cannot be reached: {why}; {advice}")]
    Unreachable {
        /// What was to be reached.
        place: String,
        /// Why not.
        why: String,
        /// What to do.
        advice: String,
    },
    /// STS did not say who we are.
    #[error("cannot determine which AWS account the credentials belong to: {0}")]
    Identity(#[from] AwsError),
    /// STS answered with something that is not an account.
    #[error("cannot determine which AWS account the credentials belong to: {0}")]
    Account(#[from] crate::name::NameError),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(profile: Option<&str>, in_actions: bool, why: Option<&str>) -> Missing {
        Missing { profile: profile.map(str::to_owned), in_actions, why: why.map(str::to_owned) }
    }

    #[test]
    fn the_advice_fits_the_place_and_names_the_profile() {
        let laptop = ConnectError::NoCredentials(missing(None, false, None)).to_string();
        assert!(laptop.contains("`aws configure`") && laptop.contains("`aws sso login`"), "{laptop}");
        let profile = ConnectError::NoCredentials(missing(Some("dev"), false, None)).to_string();
        assert!(profile.contains("\"dev\" (AWS_PROFILE)") && profile.contains("--profile dev"), "{profile}");
        let job = ConnectError::NoCredentials(missing(Some("dev"), true, None)).to_string();
        assert!(job.contains("`role-to-assume`") && job.contains("id-token: write") && !job.contains("sso"), "{job}");
    }

    #[test]
    fn a_profile_that_is_not_read_here_is_no_missing_one() {
        let why =
            "ProfileFile provider could not be built: This behavior requires following cargo feature(s) enabled: sso";
        let text = ConnectError::NoCredentials(missing(Some("dev"), false, Some(why))).to_string();
        assert!(text.contains("IAM Identity Center") && !text.contains("cargo"), "{text}");
    }

    #[test]
    fn credentials_that_were_good_once_are_to_be_renewed() {
        let expired =
            |in_actions| ConnectError::Expired(missing(Some("dev"), in_actions, Some("ExpiredToken"))).to_string();
        let laptop = expired(false);
        assert!(laptop.contains("\"dev\" (AWS_PROFILE) have expired (ExpiredToken)"), "{laptop}");
        assert!(laptop.contains("aws sso login --profile dev"), "{laptop}");
        assert!(expired(true).contains("run the job again"));
    }

    #[test]
    fn a_profile_of_another_name_is_put_into_no_command() {
        let text = missing(Some("a b; rm -r ."), false, None).advice();
        assert!(!text.contains("rm -r") && text.contains("`aws sso login`"), "{text}");
    }
}

//! App names that AWS keeps for itself.
//!
//! A physical name begins with `<app>--`, a path is `/<app>/<stage>/`. Refused for every app, whether it has a bucket or
//! not: an app that gets its first bucket later could not change its name any more.

/// How no bucket's name may begin, and where no role of ours may live; with what is said of it.
const RESERVED: [(&str, &str); 5] = [
    ("xn--", "S3 reserves bucket names that begin with xn--; choose another name"),
    ("sthree-", "S3 reserves bucket names that begin with sthree-; choose another name"),
    ("amzn-s3-demo-", "S3 reserves bucket names that begin with amzn-s3-demo-; choose another name"),
    ("aws-reserved--", "IAM keeps the path /aws-reserved/ for AWS; choose another name"),
    ("aws-service-role--", "IAM keeps the path /aws-service-role/ for roles of AWS; choose another name"),
];

/// Why no app can have this name, if so.
pub(super) fn of_aws(app: &str) -> Option<&'static str> {
    let begins = format!("{app}--");
    RESERVED.iter().find(|(prefix, _)| begins.starts_with(prefix)).map(|(_, why)| *why)
}

#[cfg(test)]
mod tests {
    use crate::name::AppName;

    #[test]
    fn no_app_is_called_what_aws_keeps_for_itself() {
        for (name, why) in [
            ("xn", "begin with xn--"),
            ("sthree", "begin with sthree-"),
            ("sthree-configurator", "begin with sthree-"),
            ("amzn-s3-demo", "begin with amzn-s3-demo-"),
            ("amzn-s3-demo-shop", "begin with amzn-s3-demo-"),
            ("aws-reserved", "/aws-reserved/"),
            ("aws-service-role", "/aws-service-role/"),
        ] {
            let told = name.parse::<AppName>().unwrap_err().to_string();
            assert!(told.contains(why) && told.contains("choose another name"), "{told}");
        }
        for name in ["xn1", "xn-shop", "sthrees", "amzn-s3-demos", "amzn", "aws-reserved-1", "service-role"] {
            assert!(name.parse::<AppName>().is_ok(), "{name}");
        }
    }
}

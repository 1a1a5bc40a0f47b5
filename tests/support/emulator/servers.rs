//! The emulators that the tests run: the program's own, and those that it does not carry.

use serverless_app::emulator::{MINISTACK, Package, Patches, RECORDED, Server};

macro_rules! patches {
    ($package:literal: $($name:literal),* $(,)?) => {
        Patches { name: $package, files: &[$(($name, include_str!(concat!($package, "/", $name)))),*] }
    };
}

/// moto: knows AWS Config in full.
pub const MOTO: Server = Server {
    package: Package { name: "moto", version: "5.2.5", requirements: include_str!("requirements-moto.txt") },
    patches: &[
        patches!("moto_gaps":
            "__init__.py", "absent.py", "account.py", "answers.py", "apigateway.py", "cloudwatch.py", "compute.py", "data.py",
            "domains.py", "downloads.py", "events.py", "guard.py", "http_apis.py", "identity.py", "keys.py", "mappings.py", "messages.py", "notifications.py", "objects.py", "records.py", "schedules.py",
            "serve.py", "tools.py", "versions.py",
        ),
        RECORDED,
    ],
    settings: |_, account, region| {
        vec![
            ("MOTO_ACCOUNT_ID", account.into()),
            ("MOTO_IAM_LOAD_MANAGED_POLICIES", "true".into()),
            ("AWS_DEFAULT_REGION", region.into()),
        ]
    },
};

/// ministack where every request must be allowed by IAM, but for those whose access key is an account.
pub const ASKING_IAM: Server = Server {
    patches: &[
        MINISTACK.patches[0],
        RECORDED,
        patches!("iam_gaps": "__init__.py", "apis.py", "authorization.py", "events.py", "functions.py", "owned.py", "questions.py"),
    ],
    settings: |port, account, region| {
        let mut settings = (MINISTACK.settings)(port, account, region);
        settings.push(("AUTH", "true".into()));
        settings
    },
    ..MINISTACK
};

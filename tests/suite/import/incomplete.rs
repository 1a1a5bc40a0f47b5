//! What an import cannot get, before both emulators: a line of the report, an exit code of its own, and all the rest is written.

use std::time::Duration;

use serde_json::Value;

use super::{INCOMPLETE, empty, import, lines, manifest};
use crate::support::emulator::{MAKES, REGION, endpoint};
use crate::support::project::{Project, changes};
use crate::support::proxy::Proxy;
use crate::support::proxy::fault::Fault;

/// The one line that begins so.
fn line(report: &Value, list: &str, start: &str) -> String {
    let found: Vec<String> = lines(report, list).into_iter().filter(|line| line.starts_with(start)).collect();
    assert_eq!(found.len(), 1, "{start}: {report:#}");
    found.concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn code_lies_where_its_section_says_and_what_cannot_be_had_is_told() {
    for make in MAKES {
        let project = Project::new(make, "").await;
        let image = format!("{}.dkr.ecr.{REGION}.amazonaws.com/shop@sha256:{}", project.account(), "1".repeat(64));
        let function = "runtime = \"python3.12\"\nhandler = \"main.handler\"\nsource =";
        project.write(&format!(
            "[app]\nname = \"shop\"\nregion = \"{REGION}\"\n\n[layer.shared]\nsource = \"common\"\n\n[function.orders]\n\
             layers = [\"shared\"]\n{function} \"code\"\n\n[function.picture]\nimage = \"{image}\"\n"
        ));
        let (code, shared) = ("def handler(event, context): pass\n", "names = []\n");
        project.file("code/main.py", code);
        project.file("code/lib/more.py", "");
        project.file("common/python/shared.py", shared);
        project.deploy(&[]);

        let mut folder = project.beside();
        let arguments = ["prefix:shop--production-", "--app", "shop", "--code"];
        let report = import(&folder, &arguments, 0);
        let read = |path: &str| std::fs::read_to_string(folder.folder().join(path)).expect("code");
        assert_eq!((read("orders/main.py"), read("orders/lib/more.py")), (code.to_owned(), String::new()));
        assert_eq!(read("layers/shared/python/shared.py"), shared, "{}", make.name());
        let text = manifest(&folder);
        assert!(text.contains("[function.orders]\nsource = \"orders\"\n"), "{text}");
        assert!(text.contains("[layer.shared]\nsource = \"layers/shared\"\n"), "{text}");
        line(&report, "unsaid", "the code of function.picture: it is an image, which stays in its repository");
        assert_eq!(changes(&folder.plan(&[])), [""; 0], "{}: {text}", make.name());

        folder = project.beside();
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        folder.reach(&proxy.endpoint());
        proxy.arm_at("GetFunction", Fault::Denied("lambda:GetFunction", "shop--production-orders"));
        let report = import(&folder, &arguments, INCOMPLETE);
        let told = line(&report, "unread", "the code of function.orders: ");
        assert!(told.contains("lambda:GetFunction") && told.ends_with("put it into orders/ by hand"), "{told}");
        assert!(!folder.folder().join("orders").exists() && manifest(&folder) == text, "{}", make.name());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_and_the_rest_is_written() {
    for make in MAKES {
        let mut project = empty(make).await;
        let gateway = project.aws().await.write.apigateway.clone();
        for name in ["Orders", "Users"] {
            gateway.create_rest_api().name(name).tags("Project", "gate").send().await.expect("an API");
        }
        let proxy = Proxy::start(&endpoint(make).await, Duration::ZERO);
        project.reach(&proxy.endpoint());
        proxy.arm_at("GetRestApi", Fault::Denied("apigateway:GET", "arn:aws:apigateway:us-west-2::/restapis/0a"));
        let report = import(&project, &["tags:Project=gate", "--app", "gate"], INCOMPLETE);
        let told = lines(&report, "unread");
        let refused = "its name cannot be read (apigateway:GetRestApi";
        assert!(told.len() == 1 && told[0].contains(refused), "{}: {told:#?}", make.name());
        let sections = report["sections"].as_array().expect("sections");
        assert!(sections.len() == 1, "{}: {report:#}", make.name());
        assert!(manifest(&project).contains(&format!("[{}]\n", sections[0].as_str().expect("a section"))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_apis_of_one_name_are_told_and_left_out() {
    for make in MAKES {
        let project = empty(make).await;
        let gateway = project.aws().await.write.apigateway.clone();
        for name in ["gate-orders", "gate-twins", "gate-twins"] {
            gateway.create_rest_api().name(name).send().await.expect("an API");
        }
        let report = import(&project, &["prefix:gate-", "--app", "gate"], INCOMPLETE);
        let told = lines(&report, "unread").concat();
        assert!(told.contains("several APIs are called gate-twins"), "{}: {told}", make.name());
        assert_eq!(report["sections"], serde_json::json!(["api.orders"]), "{}", make.name());
    }
}

//! Names that sections give: what comes of them, and what is wrong with them.

use proptest::prelude::*;

use super::form::{Fault, Form};
use crate::kind::Kind;
use crate::manifest::function::tests::{lowered, problems, state};
use crate::manifest::lower::Lowered;
use crate::manifest::problem::Problems;
use crate::name::{Address, Owner};

const APP: &str = "[app]\nname = \"shop\"\nregion = \"us-west-2\"\n";
const FUNCTION: &str = "source = \"lambda\"\nruntime = \"python3.11\"\nhandler = \"main.handler\"\n";
const KEY: &str = "hash_key = { name = \"id\", type = \"S\" }\n";

fn name_of(lowered: &Lowered, address: &str) -> String {
    lowered.wanted[&address.parse::<Address>().unwrap()].id.name.clone()
}

fn all(text: &str) -> Lowered {
    lowered(&format!("{APP}{text}"), &[]).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The problems of sections, each with its place below the app's and what to do.
fn told(text: &str) -> Vec<String> {
    let Problems(problems) = lowered(&format!("{APP}{text}"), &[]).expect_err("the manifest has problems");
    let one = |p: &crate::manifest::Problem| {
        format!("{}:{} {}; {}", p.line - 3, p.column, p.message, p.help.clone().unwrap_or_default())
    };
    problems.iter().map(one).collect()
}

#[test]
fn variables_of_a_name_stand_for_what_the_manifest_says() {
    let table = |app: &str, name: &str| {
        let text = format!("[app]\nname = \"shop\"\nregion = \"us-west-2\"\n{app}[table.t]\nname = \"{name}\"\n{KEY}");
        name_of(&lowered(&text, &[]).unwrap(), "dynamodb.table/t")
    };
    assert_eq!(table("", "${app}_${stage}.${region}"), "shop_test.us-west-2");
    assert_eq!(table("account = \"123456789012\"\n", "t-${account}"), "t-123456789012");
    assert_eq!(
        told(
            "[table.t]\nname = \"t-${account}\"\nhash_key = { name = \"id\", type = \"S\" }\n[topic.t]\nname = \"${topic.x.name}\"\n[queue.q]\nname = \"${\"\n"
        ),
        [
            "2:8 ${account} can be used in a name only if [app] sets account; write account = \"...\" in [app], or \
             the account's digits here",
            "5:8 ${topic.x.name} cannot be used in a name; write ${stage}, ${app}, ${region} or ${account}",
            "7:8 ${ cannot be used in a name; write ${stage}, ${app}, ${region} or ${account}",
        ]
    );
}

#[test]
fn what_follows_from_a_name_is_called_by_it_and_what_has_none_as_ever() {
    let text = format!(
        "[function.f]\nname = \"Handler\"\n{FUNCTION}role = \"r\"\n[function.g]\n{FUNCTION}[role.r]\nname = \"Role\"\npath = \"/\"\n\
         access = [{{ function = \"g\", actions = \"invoke\" }}, {{ topic = \"t\", actions = \"publish\" }}]\n[topic.t]\nname = \"News\"\n\
         [http_api.h]\nname = \"The API\"\naccess_logs = {{}}\nroutes = [{{ route = \"GET /\", function = \"f\" }}]\n"
    );
    let all = all(&text);
    assert_eq!(name_of(&all, "lambda.function/f"), "Handler");
    assert_eq!(name_of(&all, "lambda.permission/f"), "Handler");
    assert_eq!(name_of(&all, "logs.log-group/f-function"), "/aws/lambda/Handler");
    assert_eq!(name_of(&all, "lambda.function/g"), "shop--test-g");
    assert_eq!(name_of(&all, "logs.log-group/g-function"), "/aws/lambda/shop--test-g");
    assert_eq!(name_of(&all, "iam.role/r"), "/Role");
    assert_eq!(state(&all, "lambda.function/f")["Role"], "arn:aws:iam::123456789012:role/Role");
    assert_eq!(name_of(&all, "apigatewayv2.api/h"), "The API");
    assert_eq!(name_of(&all, "logs.log-group/h-http"), "/aws/vendedlogs/apigateway/shop--test-h");
    let policy = state(&all, "iam.policy/r").to_string();
    assert!(policy.contains(":123456789012:News") && policy.contains(":function:shop--test-g"), "{policy}");
}

#[test]
fn only_what_has_a_name_of_its_own_may_be_taken_over_by_another_section() {
    let all = all(&format!(
        "[function.f]\nname = \"Handler\"\n{FUNCTION}[function.g]\nname = \"shop--test-h\"\n{FUNCTION}[function.i]\n{FUNCTION}\
         [topic.t]\nname = \"shop--test-news\"\n[topic.u]\n"
    ));
    let named = |address: &str| all.wanted[&address.parse::<Address>().unwrap()].named;
    assert!(named("lambda.function/f") && named("logs.log-group/f-function") && named("sns.topic/t"));
    assert!(named("logs.log-group/g-function"), "it follows from a name that is like a made-up one");
    assert!(!named("sns.topic/u") && !named("iam.role/f-function") && !named("logs.log-group/i-function"));
}

#[test]
fn a_rule_is_called_by_its_bus_whichever_of_the_two_has_a_name() {
    let text = format!(
        "{APP}[bus.named]\nname = \"Events\"\n[bus.own]\n[rule.a]\nname = \"Paid\"\nbus = \"own\"\n[rule.b]\nbus = \"named\"\n\
         [rule.c]\nname = \"Sent\"\nbus = \"default\"\n[rule.d]\nbus = \"own\"\n[rule.e]\n"
    );
    let owner = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
    let called = crate::manifest::read::called("serverless-app.toml", &text, &owner);
    let rules: Vec<&str> =
        called.iter().filter(|(kind, _)| *kind == Kind::EventRule).map(|(_, name)| name.as_str()).collect();
    assert_eq!(rules, ["Events/shop--test-b", "Sent", "shop--test-own/Paid"]);
}

#[test]
fn a_name_that_aws_would_refuse_is_a_problem_where_it_stands() {
    assert_eq!(
        told(&format!("[table.t]\nname = \"a b\"\n{KEY}[table.u]\nname = \"ab\"\n{KEY}")),
        [
            "2:8 the name of a table cannot contain ' '; use letters, digits, hyphens, underscores and dots",
            "5:8 \"ab\" has 2 characters, and the name of a table can have 3 to 255; shorten or lengthen it",
        ]
    );
    assert_eq!(
        told("[bucket.b]\nname = \"Files\"\n[bucket.c]\nname = \"xn--files\"\n[bucket.d]\nname = \"192.0.2.1\"\n"),
        [
            "2:8 the name of a bucket cannot contain 'F'; use lower-case letters, digits, hyphens and dots",
            "4:8 AWS reserves \"xn--\" in the name of a bucket; choose another name",
            "6:8 \"192.0.2.1\" is not a name for a bucket; it has the form of an IP address",
        ]
    );
    assert_eq!(
        told("[queue.q]\nname = \"Jobs.fifo\"\n[queue.r]\nname = \"Jobs\"\nfifo = true\n[topic.t]\nname = \"a.b\"\n"),
        [
            "2:8 \"Jobs.fifo\" is not a name for a queue; a name ends with .fifo only if the section has fifo = true",
            "4:8 \"Jobs\" is not a name for a queue; the name must end with .fifo, because the section has fifo = true",
            "7:8 \"a.b\" is not a name for a topic; it contains a dot, which is allowed only in .fifo at the end",
        ]
    );
    assert_eq!(
        told(
            "[role.r]\npath = \"/x/\"\n[role.s]\nname = \"R\"\npath = \"x/\"\n[role.t]\nname = \"T\"\npath = \"/shop/test/\"\n"
        ),
        [
            "2:8 a role has a path only if it has a name; add name = \"...\", or remove path",
            "5:8 \"x/\" is not an IAM path; begin and end it with a slash, and do not repeat slashes: write `/` or \
             `/service-role/`",
            "8:8 /shop/test/ is this stage's default path for roles; leave path out",
        ]
    );
}

#[test]
fn the_path_of_a_role_never_runs_into_its_name() {
    assert_eq!(
        told(
            "[role.r]\nname = \"R\"\npath = \"/service-role\"\n[role.s]\nname = \"S\"\npath = \"\"\n[role.t]\nname = \"x/T\"\npath = \"/\"\n"
        ),
        [
            "3:8 \"/service-role\" is not an IAM path; begin and end it with a slash, and do not repeat slashes: \
             write `/` or `/service-role/`",
            "6:8 \"\" is not an IAM path; begin and end it with a slash, and do not repeat slashes: write `/` or \
             `/service-role/`",
            "8:8 the name of a role cannot contain '/'; write the part before it in path",
        ]
    );
}

#[test]
fn a_name_or_a_path_among_another_apps_is_refused_and_one_of_ours_is_not() {
    assert_eq!(
        told(
            "[topic.t]\nname = \"shop--prod-news\"\n[topic.u]\nname = \"a--b-c\"\n[log_group.l]\nname = \"/aws/lambda/shop--bootstrap-x\"\n"
        ),
        [
            "2:8 \"shop--prod-news\" has the form of the names of the app shop at the stage prod; choose a name \
             without `--`: that app's roles would have every right to this resource",
            "4:8 \"a--b-c\" has the form of the names of the app a at the stage b; choose a name without `--`: that \
             app's roles would have every right to this resource",
            "6:8 \"/aws/lambda/shop--bootstrap-x\" has the form of the names of the app shop at the stage bootstrap; \
             choose a name without `--`: that app's roles would have every right to this resource",
        ]
    );
    assert_eq!(
        told("[role.r]\nname = \"R\"\npath = \"/other/prod/\"\n"),
        ["3:8 /other/prod/ is the path of the roles of the app other at the stage prod; that app could change a role \
          there: choose another path, or move the section to that app"]
    );
    let all = all("[topic.t]\nname = \"${app}--${stage}-news\"\n[topic.u]\nname = \"A--b\"\n");
    assert_eq!(name_of(&all, "sns.topic/t"), "shop--test-news");
}

#[test]
fn two_resources_never_have_one_name() {
    assert_eq!(
        problems(
            &format!("{APP}[topic.t]\nname = \"shop--test-u\"\n[topic.u]\n[queue.u]\nname = \"shop--test-u\"\n"),
            &[]
        ),
        ["5:8: \"shop--test-u\" is also the name of sns.topic/u"]
    );
    assert_eq!(
        problems(&format!("{APP}[role.r]\nname = \"Worker\"\n[role.s]\nname = \"WORKER\"\npath = \"/x/\"\n"), &[]),
        ["5:8: \"Worker\" is also the name of iam.role/s", "7:8: \"/x/WORKER\" is also the name of iam.role/r"],
        "IAM takes them for one"
    );
    let logs = format!("{APP}[function.f]\nname = \"F\"\n{FUNCTION}[log_group.l]\nname = \"/aws/lambda/F\"\n");
    assert_eq!(problems(&logs, &[]), ["10:8: \"/aws/lambda/F\" is also the name of logs.log-group/f-function"]);
}

#[test]
fn where_there_are_several_stages_a_name_tells_its_own() {
    let stages = "[stage.test]\nregion = \"us-west-2\"\n[stage.prod]\nregion = \"us-west-2\"\n";
    assert_eq!(
        told(&format!("[topic.t]\nname = \"News\"\n{stages}")),
        ["2:8 every stage would use this name; write ${stage} in it, or a name for each stage, in \
          [stage.test.topic.t]"]
    );
    assert_eq!(
        told(&format!("[role.r]\nname = \"Worker\"\npath = \"/${{stage}}/\"\n{stages}")),
        ["2:8 every stage would use this name; write ${stage} in it, or a name for each stage, in [stage.test.role.r]"],
        "an account has a role of a name once, whatever its path"
    );
    all(&format!("[topic.t]\nname = \"News-${{stage}}\"\n{stages}"));
    let own = all(&format!("[topic.t]\nname = \"News-${{stage}}\"\n{stages}[stage.test.topic.t]\nname = \"Own\"\n"));
    assert_eq!(name_of(&own, "sns.topic/t"), "Own");
    all("[topic.t]\nname = \"News\"\n[stage.test]\nregion = \"us-west-2\"\n");
}

#[test]
fn each_kind_that_a_section_can_name_has_a_form() {
    let named = Kind::ALL.iter().filter(|kind| Form::of(**kind).is_some()).count();
    assert_eq!(named, 16);
    let fault = |kind: Kind, name: &str| Form::of(kind).unwrap().fault(kind, name, false);
    assert_eq!(fault(Kind::EventBus, "default"), Some(Fault::Form("default is the name of the account's own bus")));
    assert_eq!(fault(Kind::EventBus, "AWS.partner"), Some(Fault::Kept("aws.")));
    assert_eq!(fault(Kind::LogGroup, "aws/x"), Some(Fault::Kept("aws/")));
    assert_eq!(fault(Kind::Role, "awsservicerolefor-x"), Some(Fault::Kept("AWSServiceRoleFor")));
    assert_eq!(fault(Kind::Alarm, " x"), Some(Fault::Form("it begins or ends with a space")));
    assert_eq!(fault(Kind::Alarm, "a*"), Some(Fault::Character('*')));
    assert_eq!(fault(Kind::Function, &"x".repeat(65)), Some(Fault::Length));
    for (kind, name) in [
        (Kind::Bucket, "a.b-c"),
        (Kind::RestApi, "Orders API (1)"),
        (Kind::StateMachine, "Order_Flow-1"),
        (Kind::WebAcl, "Wall"),
        (Kind::Rule, "roles as they should be"),
    ] {
        assert_eq!(fault(kind, name), None, "{name}");
    }
}

/// Names that mislead: of our own pattern, of others', and plain ones.
fn given() -> impl Strategy<Value = String> {
    let part = "[a-b]{1,2}";
    prop_oneof![
        2 => (part, part, part).prop_map(|(app, stage, rest)| format!("{app}--{stage}-{rest}")),
        2 => part.prop_map(|name| format!("shop--test-{name}")),
        1 => "[a-bA-B-]{1,6}",
        1 => Just("${app}--${stage}-a".to_owned()),
    ]
}

proptest! {
    #[test]
    fn what_lowers_has_no_name_twice_and_none_in_the_pattern_of_another(
        names in proptest::collection::btree_map("[a-b]{1,2}", proptest::option::of(given()), 1..5)
    ) {
        let section = |(topic, name): (&String, &Option<String>)| {
            let name = name.as_ref().map(|name| format!("name = \"{name}\"\n")).unwrap_or_default();
            format!("[topic.{topic}]\n{name}")
        };
        let text = format!("{APP}{}", names.iter().map(section).collect::<String>());
        let Ok(all) = lowered(&text, &[]) else { return Ok(()) };
        let called: std::collections::BTreeSet<&str> = all.wanted.values().map(|one| one.id.name.as_str()).collect();
        prop_assert_eq!(called.len(), all.wanted.len(), "{:?}", called);
        let ours = Owner { app: "shop".parse().unwrap(), stage: "test".parse().unwrap() };
        for app in ["a", "b", "ab", "shop"] {
            for stage in ["a", "b", "test"] {
                let other = Owner { app: app.parse().unwrap(), stage: stage.parse().unwrap() };
                let taken = called.iter().find(|name| name.starts_with(&other.prefix()));
                prop_assert!(other == ours || taken.is_none(), "{taken:?}");
            }
        }
    }
}

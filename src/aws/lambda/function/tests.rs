use super::*;
use crate::aws::State;
use crate::aws::test_support::{assert_properties, test_id};
use proptest::prelude::*;

prop_compose! {
    fn url()(
        auth_type in prop_oneof![Just("AWS_IAM"), Just("NONE")],
        invoke_mode in prop_oneof![Just("BUFFERED"), Just("RESPONSE_STREAM")],
        (allow_credentials, max_age) in (any::<bool>(), 0..2i32),
        sets in proptest::collection::vec(proptest::collection::btree_set("[a-b]", 0..2), 4),
    ) -> FunctionUrl {
        let [allow_headers, allow_methods, allow_origins, expose_headers] = sets.try_into().expect("four");
        let cors =
            Cors { allow_credentials, allow_headers, allow_methods, allow_origins, expose_headers, max_age };
        let cors = Some(cors).filter(|cors| *cors != Cors::default());
        FunctionUrl { qualifier: None, auth_type: auth_type.into(), cors, invoke_mode: invoke_mode.into() }
    }
}

prop_compose! {
    fn invoke_config()(
        maximum_retry_attempts in 0..3i32,
        maximum_event_age_in_seconds in 60..62i32,
        on_failure in proptest::option::of("[a-b]"),
        on_success in proptest::option::of("[a-b]"),
    ) -> InvokeConfig {
        InvokeConfig { qualifier: None, maximum_retry_attempts, maximum_event_age_in_seconds, on_failure, on_success }
    }
}

prop_compose! {
    fn logging()(
        levels in proptest::option::of((prop_oneof![Just("DEBUG"), Just("INFO")], prop_oneof![Just("INFO"), Just("WARN")])),
        log_group in proptest::option::of("[a-b]"),
    ) -> LoggingConfig {
        let (application_log_level, system_log_level) = levels.map(|(one, other)| (one.into(), other.into())).unzip();
        let log_format = if levels.is_some() { "JSON" } else { "Text" }.into();
        LoggingConfig { log_format, application_log_level, system_log_level, log_group }
    }
}

prop_compose! {
    fn vpc()(
        subnet_ids in proptest::collection::btree_set("[a-b]", 0..3),
        security_group_ids in proptest::collection::btree_set("[a-b]", 1..3),
        ipv6_allowed_for_dual_stack in any::<bool>(),
    ) -> VpcConfig {
        let vpc = VpcConfig { subnet_ids, security_group_ids, ipv6_allowed_for_dual_stack };
        if vpc.is_none() { VpcConfig::default() } else { vpc }
    }
}

prop_compose! {
    fn file_system()(arn in "[a-b]", local_mount_path in "[a-b]") -> FileSystemConfig {
        FileSystemConfig { arn, local_mount_path }
    }
}

prop_compose! {
    fn runtime()(on in proptest::option::of((prop_oneof![Just("FunctionUpdate"), Just("Manual")], "[a-b]"))) -> Option<RuntimeManagementConfig> {
        on.map(|(on, arn)| RuntimeManagementConfig {
            update_runtime_on: on.into(),
            runtime_version_arn: (on == "Manual").then_some(arn),
        })
    }
}

prop_compose! {
    fn function()(
        code in "[a-b]",
        text in ("[a-b]", "[a-b]", "[a-b]", "[a-b]?"),
        sizes in (128..130i32, 1..3i32, 512..514i32),
        architecture in prop_oneof![Just("x86_64"), Just("arm64")],
        environment in proptest::collection::btree_map("[A-B]", "[x-y]", 0..3),
        tracing in prop_oneof![Just("Active"), Just("PassThrough")],
        layers in proptest::collection::vec("[a-b]", 0..3),
        target in proptest::option::of("[a-b]"),
        reserved in proptest::option::of(0..2i32),
        (logging_config, vpc_config, file_system_config) in (logging(), vpc(), proptest::option::of(file_system())),
        kms_key_arn in proptest::option::of("[a-b]"),
        (runtime_management_config, recursive_loop) in (runtime(), proptest::option::of(Just("Allow".to_owned()))),
        (url, invoke_config) in (proptest::option::of(url()), proptest::option::of(invoke_config())),
        (alias, snap_start, released) in (any::<bool>(), any::<bool>(), any::<bool>()),
        tags in proptest::collection::btree_map("[a-c]", "[x-z]", 0..3),
        image in proptest::option::of(("[a-b]{2}", proptest::option::of("[a-b]"))),
    ) -> State {
        Function {
            code_sha256: Blob::of(&crate::canonical::Sha::of(code.as_bytes())).code_sha256(),
            runtime: text.0, handler: text.1, role: text.2, description: text.3,
            memory_size: sizes.0, timeout: sizes.1, ephemeral_storage_size: sizes.2,
            architecture: architecture.into(),
            environment: environment.into_iter().map(|(k, v)| (k, v.into())).collect(),
            tracing_mode: tracing.into(), layers: layers.into_iter().map(Text::from).collect(), dead_letter_target_arn: target,
            reserved_concurrent_executions: reserved, logging_config, kms_key_arn, vpc_config, file_system_config,
            runtime_management_config, recursive_loop, url, invoke_config, tags, way: Way::default(),
            snap_start: snap_start.then(|| "PublishedVersions".to_owned()), release: None,
            package_type: PackageType::Zip, image_config: None,
        }.imaged(image).released(released, alias).into()
    }
}

impl Function {
    /// The same with an alias, which its URL and its settings are of.
    fn released(mut self, released: bool, alias: bool) -> Self {
        if released {
            self.release = Some(Box::new(Release::of(&self, 3, None, None)));
        }
        let alias = (released && alias).then(|| LIVE.to_owned());
        self.url.iter_mut().for_each(|url| url.qualifier.clone_from(&alias));
        self.invoke_config.iter_mut().for_each(|config| config.qualifier.clone_from(&alias));
        self
    }

    /// The same from an image of this repository, if there is one, with this command.
    fn imaged(mut self, image: Option<(String, Option<String>)>) -> Self {
        let Some((repository, command)) = image else { return self };
        self.tags.insert(tag::IMAGE.into(), format!("123456789012.dkr.ecr.us-west-2.amazonaws.com/{repository}"));
        (self.runtime, self.handler, self.package_type) = (String::new(), String::new(), PackageType::Image);
        self.code_sha256 = Blob::of_code(&self.code_sha256).digest.hex();
        self.image_config = command.map(|word| ImageConfig { command: vec![word], ..ImageConfig::default() });
        self
    }
}

/// A function with these variables, to be told from others by nothing else.
fn with(variables: &[(&str, &str)]) -> Function {
    Function {
        code_sha256: Blob::of(&crate::canonical::Sha::of(b"code")).code_sha256(),
        runtime: "python3.11".into(),
        handler: "main.handler".into(),
        package_type: PackageType::Zip,
        image_config: None,
        role: "role".into(),
        description: String::new(),
        memory_size: 128,
        timeout: 3,
        architecture: "x86_64".into(),
        environment: variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        tracing_mode: "PassThrough".into(),
        layers: Vec::new(),
        dead_letter_target_arn: None,
        ephemeral_storage_size: 512,
        reserved_concurrent_executions: None,
        logging_config: LoggingConfig::default(),
        kms_key_arn: None,
        vpc_config: VpcConfig::default(),
        file_system_config: None,
        runtime_management_config: None,
        recursive_loop: None,
        snap_start: None,
        release: None,
        url: None,
        invoke_config: None,
        tags: Tags::new(),
        way: Way::default(),
    }
}

fn veiled(live: &[(&str, &str)], goal: Option<&[(&str, &str)]>) -> State {
    let (mut state, goal) = (State::from(with(live)), goal.map(|goal| State::from(with(goal))));
    state.veil(goal.as_ref());
    state
}

#[test]
fn a_hidden_value_leaves_no_trace_and_its_name_stays() {
    let goal: &[(&str, &str)] = &[("TABLE", "orders")];
    let one = veiled(&[("API_KEY", "1234"), ("TABLE", "orders")], Some(goal));
    assert_eq!(one, veiled(&[("API_KEY", "9876"), ("TABLE", "orders")], Some(goal)));
    assert_ne!(one, veiled(&[("API_KEYS", "1234"), ("TABLE", "orders")], Some(goal)), "names count");
    assert_ne!(one, veiled(&[("API_KEY", "1234"), ("TABLE", "others")], Some(goal)), "so does what the plan shows");
    assert_eq!(veiled(goal, Some(goal)), with(goal).into());
    assert_eq!(veiled(&[("A", "1")], None), veiled(&[("A", "2")], None), "of what is deleted nothing is shown");
    // No manifest can write what stands for a hidden value.
    let text = serde_json::to_string(&hidden_value()).expect("a text is JSON");
    assert_eq!(text, r#"{"$output":"lambda.function/hidden.@value"}"#);
}

proptest! {
    #[test]
    fn the_three_properties_hold_with_hidden_values(want in function(), live in function()) {
        let mut live = live;
        live.veil(Some(&want));
        assert_properties(&test_id(Kind::Function, "shop-test-thing"), Some(&want), Some(&live));
    }

    #[test]
    fn the_three_properties_hold(want in proptest::option::of(function()), live in proptest::option::of(function())) {
        assert_properties(&test_id(Kind::Function, "shop--test-thing"), want.as_ref(), live.as_ref());
    }
}

/// The names of the calls from one function to another.
fn calls(live: Option<&Function>, want: &Function) -> Vec<&'static str> {
    let id = test_id(Kind::Function, "shop--test-thing");
    let (want, live) = (State::from(want.clone()), live.cloned().map(State::from));
    let all = crate::aws::steps::steps(&id, Some(&want), live.as_ref()).expect("a plan");
    all.iter().map(|step| step.call.api()).collect()
}

#[test]
fn what_nothing_deletes_is_put_back_before_its_tag_goes_and_set_after_it() {
    let bare = with(&[]).marked(false);
    let kept = RuntimeManagementConfig { update_runtime_on: "Manual".into(), runtime_version_arn: Some("arn".into()) };
    let set = Function { runtime_management_config: Some(kept), recursive_loop: Some("Allow".into()), ..with(&[]) };
    let set = set.marked(false);
    assert_eq!(set.tags[tag::PARTS], "recursion runtime-management");
    let puts = ["lambda:PutRuntimeManagementConfig", "lambda:PutFunctionRecursionConfig"];
    assert_eq!(calls(None, &set)[1..], puts);
    assert_eq!(calls(Some(&bare), &set), [["lambda:TagResource"].as_slice(), &puts].concat());
    assert_eq!(calls(Some(&set), &bare), [puts.as_slice(), &["lambda:UntagResource"]].concat());
    let id = test_id(Kind::Function, "f");
    let call = next_call::next_call(&id, Some(&bare), Some(&set)).expect("a call");
    let back = serde_json::json!({"FunctionName": "f", "UpdateRuntimeOn": "Auto"});
    assert_eq!(serde_json::to_value(&call).expect("a call is JSON")["input"], back);
}

fn with_parts() -> Function {
    let url = FunctionUrl { qualifier: None, auth_type: "NONE".into(), cors: None, invoke_mode: "BUFFERED".into() };
    let config = InvokeConfig { maximum_retry_attempts: 0, ..InvokeConfig::default() };
    Function { url: Some(url), invoke_config: Some(config), ..with(&[]) }.marked(false)
}

#[test]
fn the_tag_that_says_which_parts_there_are_comes_before_them_and_goes_after_them() {
    let (bare, full) = (with(&[]).marked(false), with_parts());
    assert_eq!(full.tags[tag::PARTS], "invoke-config url");
    assert!(!bare.tags.contains_key(tag::PARTS));
    let url_alone = Function { invoke_config: None, ..full.clone() }.marked(false);
    assert_eq!(url_alone.tags[tag::PARTS], "url");
    let all = full.clone().marked(true);
    assert!(
        all.tags[tag::PARTS] == "invoke-config mappings url" && has_mappings(&all.tags) && !has_mappings(&full.tags)
    );
    let made = ["lambda:CreateFunctionUrlConfig", "lambda:PutFunctionEventInvokeConfig"];
    assert_eq!(calls(None, &full)[1..], made, "the tag is set by the function's own creation");
    assert_eq!(calls(Some(&bare), &full), [["lambda:TagResource"].as_slice(), &made].concat());
    let gone = ["lambda:DeleteFunctionUrlConfig", "lambda:DeleteFunctionEventInvokeConfig", "lambda:UntagResource"];
    assert_eq!(calls(Some(&full), &bare), gone);
    assert_eq!(calls(Some(&full), &url_alone), ["lambda:DeleteFunctionEventInvokeConfig", "lambda:TagResource"]);
}

#[test]
fn the_tag_of_parts_counts_even_where_none_is_wanted() {
    let mut live = with_parts();
    live.tags.insert("team".into(), "theirs".into());
    live.scope(&BTreeSet::new());
    assert_eq!(live.tags.keys().collect::<Vec<_>>(), [tag::PARTS]);
}

#[test]
fn a_put_says_everything_and_an_empty_cors_clears_it() {
    let live = with_parts();
    let cors = Cors { allow_origins: ["*".to_owned()].into(), ..Cors::default() };
    let with_cors =
        Function { url: live.url.clone().map(|url| FunctionUrl { cors: Some(cors), ..url }), ..live.clone() };
    let id = test_id(Kind::Function, "f");
    let call = next_call::next_call(&id, Some(&live), Some(&with_cors)).expect("a call");
    let input = serde_json::to_value(&call).expect("a call is JSON");
    let expected =
        serde_json::json!({"api": "lambda:UpdateFunctionUrlConfig", "input": {"FunctionName": "f", "Cors": {}}});
    assert_eq!(input, expected);
    let other = InvokeConfig { on_failure: Some("arn".into()), ..InvokeConfig::default() };
    let want = Function { invoke_config: Some(other), ..live.clone() };
    let call = next_call::next_call(&id, Some(&want), Some(&live)).expect("a call");
    let input = serde_json::to_value(&call).expect("a call is JSON");
    let expected = serde_json::json!({"api": "lambda:PutFunctionEventInvokeConfig", "input": {
        "FunctionName": "f", "MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600,
        "DestinationConfig": {"OnFailure": {"Destination": "arn"}},
    }});
    assert_eq!(input, expected);
}

#[test]
fn an_update_says_all_of_how_logs_are_written_and_clears_what_a_function_was_connected_to() {
    let bare = with(&[]);
    let logging = LoggingConfig {
        log_format: "JSON".into(),
        application_log_level: Some("INFO".into()),
        system_log_level: Some("WARN".into()),
        log_group: Some("/shop".into()),
    };
    let subnets = VpcConfig { subnet_ids: ["subnet-1".to_owned()].into(), ..VpcConfig::default() };
    let mounted = FileSystemConfig { arn: "arn".into(), local_mount_path: "/mnt/a".into() };
    let full =
        Function { logging_config: logging, vpc_config: subnets, file_system_config: Some(mounted), ..bare.clone() };
    let id = test_id(Kind::Function, "f");
    let input = |want: &Function, live: Option<&Function>| {
        let call = next_call::next_call(&id, Some(want), live).expect("a call");
        serde_json::to_value(&call).expect("a call is JSON")["input"].clone()
    };
    let made = input(&bare, None);
    assert!(["LoggingConfig", "VpcConfig", "FileSystemConfigs"].iter().all(|key| made.get(key).is_none()), "{made}");
    let cleared = input(&bare, Some(&full));
    assert_eq!(cleared["LoggingConfig"], serde_json::json!({"LogFormat": "Text", "LogGroup": "/aws/lambda/f"}));
    let none = serde_json::json!({"SubnetIds": [], "SecurityGroupIds": [], "Ipv6AllowedForDualStack": false});
    assert_eq!((&cleared["VpcConfig"], &cleared["FileSystemConfigs"]), (&none, &serde_json::json!([])));
}

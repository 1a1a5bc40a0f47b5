//! Reads functions: for an apply with one call, `GetFunction`; for a plan with three concurrent ones, none of which
//! returns a link to the code. AWS allows 100 calls of `GetFunction` a second and 15 of the others, so an apply, which
//! reads a function after each call, uses only that.

use aws_sdk_lambda::types::FunctionConfiguration;

use crate::aws::error::{Answer, AwsError, Reach};
use crate::aws::kit::unmodelled::{self, Unmodelled};
use crate::aws::lambda::absent;
use crate::aws::lambda::function::configured::{complete, configured, pending};
use crate::aws::lambda::function::parts::{self, Parts};
use crate::aws::lambda::function::{Function, Version};
use crate::aws::settle::has_failed;
use crate::aws::{Aws, Id, Observed, PlanReader, Reader, Tags, tags};

const API: &str = "lambda:GetFunction";
const NOT_FOUND: &[&str] = &["ResourceNotFoundException"];

/// What stands beside a function's configuration.
struct Beside {
    tags: Tags,
    reserved: Option<i32>,
    parts: Parts,
}

/// Reads one function. That it is there is asked first where a listing has not named it.
pub async fn observe(reader: Reader<'_>, id: &Id, listed: bool) -> Result<Option<Observed<Function>>, AwsError> {
    match reader {
        Reader::Direct(aws) => for_an_apply(aws, id).await,
        Reader::Plan(reader) if !listed && absent::is_absent(reader, &id.name).await? => Ok(None),
        Reader::Plan(reader) => for_a_plan(reader, id, listed).await,
    }
}

async fn for_a_plan(reader: &PlanReader, id: &Id, listed: bool) -> Result<Option<Observed<Function>>, AwsError> {
    let (config, beside) = match listed {
        true => tokio::try_join!(absent::get(reader, &id.name), beside(reader, id))?,
        false => match absent::get(reader, &id.name).await? {
            Some(config) => (Some(config), beside(reader, id).await?),
            None => return Ok(None),
        },
    };
    let (Some(config), Some(beside)) = (config, beside) else { return Ok(None) };
    complete("lambda:GetFunctionConfiguration", config.environment())?;
    Ok(Some(assemble(id, &config, beside)))
}

/// Tags and concurrency; `None` if there is no such function.
async fn beside(reader: &PlanReader, id: &Id) -> Result<Option<Beside>, AwsError> {
    let (lambda, arn) = (&reader.aws().read.lambda, id.site.arn("lambda", &format!("function:{}", id.name)));
    let listed = async {
        let answer = lambda.list_tags().resource(&arn).send().await;
        let found = answer.found("lambda:ListTags", NOT_FOUND)?;
        Ok(tags::collect(found.and_then(|answer| answer.tags).unwrap_or_default()))
    };
    let reserved = async {
        let answer = lambda.get_function_concurrency().function_name(&id.name).send().await;
        answer.found("lambda:GetFunctionConcurrency", NOT_FOUND)
    };
    let marked = async {
        let tags = Reader::from(reader).tags_or(&arn, listed).await?;
        let parts = parts::read(reader.into(), id, &tags).await?;
        Ok((tags, parts))
    };
    let ((tags, parts), reserved) = tokio::try_join!(marked, reserved)?;
    Ok(reserved.map(|reserved| Beside { tags, reserved: reserved.reserved_concurrent_executions, parts }))
}

/// Where the zip of a function lies for some minutes, by a URL that AWS has signed; `None` for an image.
pub async fn code_location(aws: &Aws, name: &str) -> Result<Option<String>, AwsError> {
    let answer = aws.read.lambda.get_function().function_name(name).send().await.found(API, NOT_FOUND)?;
    Ok(answer.and_then(|answer| answer.code).and_then(|code| code.location))
}

async fn for_an_apply(aws: &Aws, id: &Id) -> Result<Option<Observed<Function>>, AwsError> {
    let answer = aws.read.lambda.get_function().function_name(&id.name).send().await;
    let Some(answer) = answer.found(API, NOT_FOUND)? else { return Ok(None) };
    with_tags(&answer)?;
    let Some(config) = AwsError::held(API, Some(answer.configuration.as_ref()))? else { return Ok(None) };
    complete(API, config.environment())?;
    let reserved = answer.concurrency().and_then(|concurrency| concurrency.reserved_concurrent_executions());
    let tags = tags::collect(answer.tags().cloned().unwrap_or_default());
    let parts = parts::read(aws.into(), id, &tags).await?;
    Ok(Some(assemble(id, config, Beside { tags, reserved, parts })))
}

/// `GetFunction` succeeds even where it could not read the tags. Without this, such a function would look like somebody
/// else's.
fn with_tags(answer: &aws_sdk_lambda::operation::get_function::GetFunctionOutput) -> Result<(), AwsError> {
    let Some(error) = answer.tags_error() else { return Ok(()) };
    let (code, message) = (error.error_code().to_owned(), format!("the tags cannot be read: {}", error.message()));
    Err(AwsError { code: Some(code), reach: Reach::Refused, ..AwsError::malformed(API, message) })
}

fn assemble(id: &Id, config: &FunctionConfiguration, beside: Beside) -> Observed<Function> {
    let Beside { tags, reserved, parts } = beside;
    let state = Function {
        reserved_concurrent_executions: reserved,
        runtime_management_config: parts.runtime_management_config,
        recursive_loop: parts.recursive_loop,
        release: parts.release,
        url: parts.url,
        invoke_config: parts.invoke_config,
        tags,
        ..configured(id, config)
    };
    let moving = moving(&parts.pending, &state);
    let revision = config.revision_id().map(|revision| ("@revision".to_owned(), revision.to_owned()));
    let url = parts.at.map(|at| ("url".to_owned(), at));
    Observed {
        outputs: revision.into_iter().chain(url).chain(parts.numbers).collect(),
        pending: pending(config).or(moving),
        unmodelled: [others(config), parts.unmodelled].concat(),
        ..Observed::of(state)
    }
}

/// Why a version is still on the move. One that has failed counts only as long as it holds what the function is: what mends it is
/// another one.
fn moving(pending: &[(Version, String)], function: &Function) -> Option<String> {
    let counts = |(version, why): &&(Version, String)| !has_failed(why) || *version == Version::of(function);
    pending.iter().find(counts).map(|(_, why)| why.clone())
}

fn others(config: &FunctionConfiguration) -> Vec<Unmodelled> {
    unmodelled::kept([
        ("TenancyConfig", config.tenancy_config().is_some()),
        ("CapacityProviderConfig", config.capacity_provider_config().is_some()),
        ("DurableConfig", config.durable_config().is_some()),
    ])
}

#[cfg(test)]
mod tests {
    use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
    use aws_sdk_lambda::types;
    use serde_json::json;

    use super::*;
    use crate::aws::Kind;
    use crate::aws::test_support::test_id;

    fn read(config: FunctionConfiguration) -> Observed<Function> {
        complete(API, config.environment()).expect("nothing is missing");
        let beside = Beside { tags: Tags::new(), reserved: None, parts: Parts::default() };
        assemble(&test_id(Kind::Function, "shop--test-api"), &config, beside)
    }

    /// A function of which only code, runtime, handler and role were given, as AWS reports it.
    fn plain() -> types::builders::FunctionConfigurationBuilder {
        let logging = types::LoggingConfig::builder().log_format(types::LogFormat::Text);
        FunctionConfiguration::builder()
            .runtime(types::Runtime::Python311)
            .handler("main.handler")
            .role("arn:aws:iam::123456789012:role/r")
            .code_sha256("c2hh")
            .description("")
            .memory_size(128)
            .timeout(3)
            .architectures(types::Architecture::X8664)
            .ephemeral_storage(types::EphemeralStorage::builder().size(512).build().expect("a size"))
            .tracing_config(types::TracingConfigResponse::builder().mode(types::TracingMode::PassThrough).build())
            .vpc_config(types::VpcConfigResponse::builder().set_subnet_ids(Some(Vec::new())).build())
            .snap_start(types::SnapStartResponse::builder().apply_on(types::SnapStartApplyOn::None).build())
            .package_type(types::PackageType::Zip)
            .logging_config(logging.log_group("/aws/lambda/shop--test-api").build())
            .revision_id("7")
            .state(types::State::Active)
            .last_update_status(types::LastUpdateStatus::Successful)
    }

    #[test]
    fn defaults_that_aws_fills_in_are_what_an_unset_attribute_is() {
        let filled = read(plain().build());
        assert_eq!((filled.pending.as_deref(), filled.unmodelled.as_slice()), (None, &[][..]));
        assert_eq!(filled.outputs["@revision"], "7");
        let bare = FunctionConfiguration::builder()
            .runtime(types::Runtime::Python311)
            .handler("main.handler")
            .role("arn:aws:iam::123456789012:role/r")
            .code_sha256("c2hh");
        let empty = types::EnvironmentResponse::builder().set_variables(Some(Default::default())).build();
        let none = types::DeadLetterConfig::builder().target_arn("").build();
        assert_eq!(read(bare.clone().build()).state, filled.state);
        assert_eq!(read(bare.environment(empty).dead_letter_config(none).build()).state, filled.state);
    }

    #[test]
    fn what_is_not_modelled_is_named() {
        let config = plain().durable_config(types::DurableConfig::builder().build()).kms_key_arn("").build();
        let named: Vec<_> = read(config).unmodelled.into_iter().map(|one| one.attribute).collect();
        assert_eq!(named, ["DurableConfig"]);
    }

    #[test]
    fn an_image_has_its_settings_where_some_are_replaced_and_neither_runtime_nor_handler() {
        let digest = "a".repeat(64);
        let bare = FunctionConfiguration::builder().package_type(types::PackageType::Image).code_sha256(&digest);
        let of = |config: types::ImageConfig| {
            let response = types::ImageConfigResponse::builder().image_config(config).build();
            serde_json::to_value(read(bare.clone().image_config_response(response).build()).state).expect("JSON")
        };
        let none = of(types::ImageConfig::builder().working_directory("").build());
        assert_eq!((&none["PackageType"], &none["CodeSha256"]), (&json!("Image"), &json!(digest)));
        assert_eq!((none.get("ImageConfig"), &none["Runtime"]), (None, &json!("")));
        let some = of(types::ImageConfig::builder().command("app.handler").working_directory("/app").build());
        assert_eq!(some["ImageConfig"], json!({"Command": ["app.handler"], "WorkingDirectory": "/app"}));
    }

    #[test]
    fn logs_subnets_and_file_system_are_read_and_nothing_is_what_nobody_asked_for() {
        let bare = read(plain().build()).state;
        assert!(bare.logging_config.is_default() && bare.vpc_config.is_none() && bare.file_system_config.is_none());
        let logging = types::LoggingConfig::builder()
            .log_format(types::LogFormat::Json)
            .application_log_level(types::ApplicationLogLevel::Debug)
            .system_log_level(types::SystemLogLevel::Warn);
        let vpc = types::VpcConfigResponse::builder().vpc_id("vpc-1").subnet_ids("subnet-2").subnet_ids("subnet-1");
        let vpc = vpc.security_group_ids("sg-1").ipv6_allowed_for_dual_stack(true).build();
        let mounted = types::FileSystemConfig::builder().arn("arn").local_mount_path("/mnt/data").build();
        let config = plain().kms_key_arn("key").vpc_config(vpc).file_system_configs(mounted.expect("both members"));
        let of = |group: &str| read(config.clone().logging_config(logging.clone().log_group(group).build()).build());
        let state = serde_json::to_value(of("/shop").state).expect("a state is JSON");
        let said =
            json!({"LogFormat": "JSON", "ApplicationLogLevel": "DEBUG", "SystemLogLevel": "WARN", "LogGroup": "/shop"});
        assert_eq!(state["LoggingConfig"], said);
        let connected = json!({"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"], "Ipv6AllowedForDualStack": true});
        assert_eq!(state["VpcConfig"], connected);
        assert_eq!((&state["KMSKeyArn"], &bare.kms_key_arn), (&json!("key"), &None));
        assert_eq!(state["FileSystemConfig"], json!({"Arn": "arn", "LocalMountPath": "/mnt/data"}));
        assert_eq!(of("/aws/lambda/shop--test-api").state.logging_config.log_group, None, "its own");
        assert_eq!(of("/shop").unmodelled, []);
    }

    #[test]
    fn a_failure_tells_its_reason_and_what_moves_is_pending() {
        let failed = plain().state(types::State::Failed).state_reason("no such image").build();
        assert_eq!(read(failed).pending.as_deref(), Some("Failed: no such image"));
        let update = plain().last_update_status(types::LastUpdateStatus::Failed).last_update_status_reason("role");
        assert_eq!(read(update.build()).pending.as_deref(), Some("Failed to update: role"));
        let moving = plain().last_update_status(types::LastUpdateStatus::InProgress).build();
        assert_eq!(read(moving).pending.as_deref(), Some("InProgress"));
        assert_eq!(read(plain().state(types::State::Pending).build()).pending.as_deref(), Some("Pending"));
        assert_eq!(read(plain().state(types::State::Inactive).build()).pending, None);
    }

    #[test]
    fn a_version_that_has_failed_counts_as_long_as_the_function_is_what_it_holds() {
        let id = test_id(Kind::Function, "shop--test-api");
        let of = |memory: i32, why: &str| {
            let version = Version::of(&configured(&id, &plain().memory_size(memory).build()));
            let parts = Parts { pending: vec![(version, why.to_owned())], ..Parts::default() };
            assemble(&id, &plain().build(), Beside { tags: Tags::new(), reserved: None, parts }).pending
        };
        for failed in ["Failed: no snapshot", "Failed to keep environments ready: no role"] {
            assert_eq!(of(128, failed).as_deref(), Some(failed));
            assert_eq!(of(256, failed), None, "its correction is on its way");
        }
        assert_eq!(of(256, "InProgress").as_deref(), Some("InProgress"));
    }

    #[test]
    fn an_answer_without_tags_or_environment_is_an_error_and_no_state() {
        let denied = types::TagsError::builder().error_code("AccessDeniedException").message("no").build();
        let answer = GetFunctionOutput::builder().tags_error(denied.expect("code and message")).build();
        assert!(with_tags(&answer).is_err_and(|e| e.message.contains("tags") && e.is(&["AccessDeniedException"])));
        let key = types::EnvironmentError::builder().error_code("KMSAccessDeniedException").build();
        let environment = types::EnvironmentResponse::builder().error(key).build();
        let config = plain().environment(environment).build();
        assert!(complete(API, config.environment()).is_err_and(|e| e.message.contains("environment")));
    }

    #[test]
    fn the_states_attributes_bear_their_names() {
        let state = serde_json::to_value(read(plain().build()).state).expect("a state is JSON");
        assert_eq!(state["CodeSha256"], json!("c2hh"));
        assert_eq!(state["ReservedConcurrentExecutions"], json!(null));
        assert!(state.get("DeadLetterTargetArn").is_some() && state.get("EphemeralStorageSize").is_some());
    }
}

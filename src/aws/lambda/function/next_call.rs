//! Which call comes next.

use super::*;

pub(super) fn next_call(id: &Id, want: Option<&Function>, live: Option<&Function>) -> Option<Call> {
    let function_name = id.name.clone();
    match (want, live) {
        (None, None) => None,
        (None, Some(_)) => Some(Call::Delete(FunctionName { function_name, qualifier: None })),
        (Some(want), None) => Some(create(id, want)),
        (Some(want), Some(live)) if want.package_type != live.package_type => {
            Some(Call::Delete(FunctionName { function_name, qualifier: None }))
        }
        (Some(want), Some(live)) => release::next_unready(id, want, live)
            .or_else(|| next_repository(id, want, live))
            .or_else(|| next_code(id, want, live))
            .or_else(|| next_configuration(id, want, live))
            .or_else(|| next_concurrency(id, want, live))
            .or_else(|| next_removal(id, want, live))
            .or_else(|| release::next_removal(id, want, live))
            .or_else(|| tags::next_call(arn(id), &want.tags, &live.tags))
            .or_else(|| release::next_release(id, want, live))
            .or_else(|| next_url(id, want, live))
            .or_else(|| next_invoke_config(id, want, live))
            .or_else(|| next_runtime_or_recursion(id, want, live)),
    }
}

fn create(id: &Id, want: &Function) -> Call {
    let code = Code::of(id, want);
    let architectures = vec![want.architecture.clone()];
    let (name, tags) = (id.name.clone(), want.tags.clone());
    Call::Create(Box::new(CreateFunction::of(want, name, code, architectures, want.package_type, tags)))
}

/// Another image tells by itself that it was taken, so its repository is named before: an apply that is stopped in between is the
/// rest of the plan. The same image of another repository does not, and is named after it.
fn next_repository(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let repository = want.tags.get(tag::IMAGE)?;
    let is_first = want.code_sha256 != live.code_sha256 && live.tags.get(tag::IMAGE) != Some(repository);
    let tags = Tags::from([(tag::IMAGE.to_owned(), repository.clone())]);
    is_first.then(|| Call::Tag(TagResource { resource: arn(id), tags }))
}

fn next_code(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let moved = want.architecture != live.architecture;
    let taken = live.way.taken_from.as_ref().or(live.tags.get(tag::IMAGE));
    let elsewhere = !want.package_type.is_zip() && want.tags.get(tag::IMAGE) != taken;
    (moved || elsewhere || want.code_sha256 != live.code_sha256).then(|| {
        Call::UpdateCode(UpdateFunctionCode {
            function_name: id.name.clone(),
            code: Code::of(id, want),
            architectures: vec![want.architecture.clone()],
            revision_id: revision(id),
        })
    })
}

fn next_configuration(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let mut update = UpdateFunctionConfiguration::between(want, live, id.name.clone(), revision(id))?;
    update.logging_config = update.logging_config.map(|config| config.naming_its_group(&id.name));
    update.kms_key_arn = update.kms_key_arn.or_else(|| want.kms_key_arn.clone());
    Some(Call::UpdateConfiguration(Box::new(update)))
}

fn next_concurrency(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let function_name = id.name.clone();
    match want.reserved_concurrent_executions {
        same if same == live.reserved_concurrent_executions => None,
        Some(reserved_concurrent_executions) => {
            Some(Call::PutConcurrency(PutFunctionConcurrency { function_name, reserved_concurrent_executions }))
        }
        None => Some(Call::DeleteConcurrency(FunctionName { function_name, qualifier: None })),
    }
}

/// A part goes before the tag that says that it is there.
fn next_removal(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let function_name = id.name.clone();
    if let Some(url) =
        live.url.as_ref().filter(|url| want.url.as_ref().map(|url| &url.qualifier) != Some(&url.qualifier))
    {
        return Some(Call::DeleteUrl(FunctionName { function_name, qualifier: url.qualifier.clone() }));
    }
    let wanted = want.invoke_config.as_ref().map(|config| &config.qualifier);
    if let Some(config) = live.invoke_config.as_ref().filter(|config| wanted != Some(&config.qualifier)) {
        return Some(Call::DeleteInvokeConfig(FunctionName { function_name, qualifier: config.qualifier.clone() }));
    }
    if want.runtime_management_config.is_none() && live.runtime_management_config.is_some() {
        return Some(Call::PutRuntime(PutRuntimeManagementConfig::of(function_name, None)));
    }
    let is_default = want.recursive_loop.is_none() && live.recursive_loop.is_some();
    is_default.then(|| Call::PutRecursion(PutFunctionRecursionConfig::of(function_name, None)))
}

/// Set after the tag that names them.
fn next_runtime_or_recursion(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let name = id.name.clone();
    if want.runtime_management_config != live.runtime_management_config {
        let put = PutRuntimeManagementConfig::of(name, want.runtime_management_config.as_ref());
        return Some(Call::PutRuntime(put));
    }
    let differs = want.recursive_loop != live.recursive_loop;
    differs.then(|| Call::PutRecursion(PutFunctionRecursionConfig::of(name, want.recursive_loop.as_deref())))
}

fn next_url(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let want = want.url.as_ref()?;
    match &live.url {
        None => Some(Call::CreateUrl(CreateFunctionUrlConfig::of(want, id.name.clone(), want.qualifier.clone()))),
        Some(live) => {
            UpdateFunctionUrlConfig::between(want, live, id.name.clone(), want.qualifier.clone()).map(Call::UpdateUrl)
        }
    }
}

fn next_invoke_config(id: &Id, want: &Function, live: &Function) -> Option<Call> {
    let wanted = want.invoke_config.as_ref()?;
    (want.invoke_config != live.invoke_config)
        .then(|| Call::PutInvokeConfig(PutFunctionEventInvokeConfig::of(id.name.clone(), wanted)))
}

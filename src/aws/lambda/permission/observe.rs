//! What AWS reports of a function's resource policy.

use super::*;
use crate::aws::lambda::absent;

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&()>,
) -> Result<Option<Observed<Permission>>, AwsError> {
    if let (Reader::Plan(reader), None) = (reader, seed)
        && absent::is_absent(reader, qualified(&id.name).0).await?
    {
        return Ok(None);
    }
    let (function, alias) = qualified(&id.name);
    let ask = reader.aws().read.lambda.get_policy().function_name(function).set_qualifier(alias.map(str::to_owned));
    let answer = ask.send().await;
    let answer = answer.found("lambda:GetPolicy", &["ResourceNotFoundException"])?;
    let policy = AwsError::held("lambda:GetPolicy", answer.map(|answer| answer.policy))?;
    let Some(text) = policy else { return Ok(None) };
    let document = Document::parse(&text).map_err(|e| AwsError::malformed("lambda:GetPolicy", e.to_string()))?;
    let statements: BTreeMap<_, _> = document.statements().iter().enumerate().map(read).collect();
    Ok((!statements.is_empty()).then(|| Observed::of(Permission { statements })))
}

/// A statement by its id, or by its place where it has none.
pub(super) fn read((place, statement): (usize, &Value)) -> (String, Statement) {
    let sid = statement["Sid"].as_str().map_or_else(|| place.to_string(), str::to_owned);
    let one = |value: &Value| {
        value.as_array().filter(|all| all.len() == 1).and_then(|all| all[0].as_str().map(str::to_owned))
    };
    let condition = |operators: &[&str], key: &str| {
        operators.iter().find_map(|operator| {
            let keys = statement["Condition"][*operator].as_object()?;
            keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).and_then(|(_, value)| one(value))
        })
    };
    let source_arn = condition(&["ArnLike", "ArnEquals"], "AWS:SourceArn");
    let source_account = condition(&["StringEquals", "StringLike"], "AWS:SourceAccount");
    let auth_type = condition(&["StringEquals"], "lambda:FunctionUrlAuthType");
    let via_url = condition(&["Bool"], "lambda:InvokedViaFunctionUrl").filter(|value| value == "true");
    let understood = [&source_arn, &source_account, &auth_type, &via_url].iter().filter(|is| is.is_some()).count();
    let conditions = statement["Condition"]
        .as_object()
        .map_or(0, |all| all.values().filter_map(Value::as_object).map(|keys| keys.len()).sum());
    let action = one(&statement["Action"]).unwrap_or_default();
    let is_of_url = auth_type.is_some() && action == INVOKE_URL || via_url.is_some() && action == INVOKE;
    let is_anybody = statement["Principal"] == "*" || one(&statement["Principal"]["AWS"]).is_some_and(|who| who == "*");
    let anybody = || (is_anybody && is_of_url).then(|| "*".to_owned());
    let principal = one(&statement["Principal"]["Service"]).or_else(anybody);
    let ours = principal.is_some()
        && conditions == understood
        && (action == INVOKE || is_of_url)
        && statement["Effect"] == "Allow";
    let foreign = (!ours).then(|| statement.clone());
    let statement = Statement {
        principal: principal.unwrap_or_default(),
        action: if ours { action } else { invoke() },
        source_arn: source_arn.map(Text::from),
        source_account,
        function_url_auth_type: auth_type,
        invoked_via_function_url: via_url.is_some(),
        foreign,
    };
    (sid, statement)
}

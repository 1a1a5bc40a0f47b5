//! What AWS reports of a function's resource policy.

use super::*;
use crate::aws::lambda::absent;

pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&()>,
) -> Result<Option<Observed<Permission>>, AwsError> {
    if let (Reader::Plan(reader), None) = (reader, seed)
        && absent::is_absent(reader, &id.name).await?
    {
        return Ok(None);
    }
    let answer = reader.aws().read.lambda.get_policy().function_name(&id.name).send().await;
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
    let principal = one(&statement["Principal"]["Service"]);
    let condition = |operators: [&str; 2], key: &str| {
        operators.iter().find_map(|operator| {
            let keys = statement["Condition"][*operator].as_object()?;
            keys.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).and_then(|(_, value)| one(value))
        })
    };
    let source_arn = condition(["ArnLike", "ArnEquals"], "AWS:SourceArn");
    let source_account = condition(["StringEquals", "StringLike"], "AWS:SourceAccount");
    let understood = [source_arn.is_some(), source_account.is_some()].iter().filter(|is| **is).count();
    let conditions = statement["Condition"]
        .as_object()
        .map_or(0, |all| all.values().filter_map(Value::as_object).map(|keys| keys.len()).sum());
    let ours = principal.is_some()
        && conditions == understood
        && one(&statement["Action"]).as_deref() == Some("lambda:InvokeFunction")
        && statement["Effect"] == "Allow";
    let foreign = (!ours).then(|| statement.clone());
    let statement = Statement {
        principal: principal.unwrap_or_default(),
        source_arn: source_arn.map(Text::from),
        source_account,
        foreign,
    };
    (sid, statement)
}

//! What versions there are: one listing of the account's layers, and one of each of ours. What a version is made from is read of each
//! that counts.

use futures_util::future::try_join_all;

use super::name::Place;
use super::*;
use crate::aws::Live;
use crate::aws::error::Answer;

const LIST_LAYERS: &str = "lambda:ListLayers";
const LIST: &str = "lambda:ListLayerVersions";
const GET: &str = "lambda:GetLayerVersion";
const ABSENT: &[&str] = &["ResourceNotFoundException"];
/// The most that a page has.
const PAGE: i32 = 50;
/// The one part of a version: that the manifest asks for it. Who uses such a one is nobody's question.
pub(super) const ASKED_FOR: &str = "version";

type Listed = LayerVersionsListItem;

/// The versions of ours, of all layers whose names begin with our prefix.
pub(super) async fn list(aws: &Aws, owner: &Owner) -> Result<Vec<Found<Box<Listed>>>, AwsError> {
    let prefix = owner.prefix();
    let layers = aws.read.lambda.list_layers().max_items(PAGE).into_paginator().items().send();
    let layers = layers.collect::<Result<Vec<_>, _>>().await.answer(LIST_LAYERS)?;
    let names = layers.into_iter().filter_map(|layer| layer.layer_name).filter(|name| name.starts_with(&prefix));
    let named = try_join_all(names.map(async |layer| {
        let versions = versions(aws, &layer).await?;
        Ok::<_, AwsError>(named(&layer, versions))
    }));
    let found = named.await?.into_iter().flatten();
    Ok(found.map(|(name, listed)| Found { name, seed: Box::new(listed) }).collect())
}

/// The newest version of each layer of ours, by its name.
pub async fn newest(aws: &Aws, owner: &Owner) -> Result<Vec<String>, AwsError> {
    let mut newest: BTreeMap<String, (i64, String)> = BTreeMap::new();
    for Found { name, seed } in list(aws, owner).await? {
        let known = newest.entry(Place::of(&name).layer.to_owned()).or_default();
        *known = std::mem::take(known).max((seed.version, name));
    }
    Ok(newest.into_values().map(|(_, name)| name).collect())
}

/// Where the zip of a version can be downloaded from for some minutes.
pub async fn location(aws: &Aws, live: &Live) -> Result<Option<String>, AwsError> {
    let version = live.observed.outputs.get("version").and_then(|number| number.parse().ok());
    let request = aws.read.lambda.get_layer_version().layer_name(Place::of(&live.id.name).layer);
    let answer = request.set_version_number(version).send().await.found(GET, ABSENT)?;
    Ok(answer.and_then(|answer| answer.content).and_then(|content| content.location))
}

/// All versions of a layer; none where there is no such layer.
async fn versions(aws: &Aws, layer: &str) -> Result<Vec<Listed>, AwsError> {
    let request = aws.read.lambda.list_layer_versions().layer_name(layer).max_items(PAGE);
    let pages = request.into_paginator().items().send();
    Ok(pages.collect::<Result<Vec<_>, _>>().await.found(LIST, ABSENT)?.unwrap_or_default())
}

/// Those of ours by their names, the oldest of each content first.
pub(super) fn named(layer: &str, mut versions: Vec<Listed>) -> BTreeMap<String, Listed> {
    versions.sort_by_key(|listed| listed.version);
    let mut named = BTreeMap::new();
    for listed in versions {
        let Some(version) = read(&listed) else { continue };
        let name = version.name(layer);
        let name = if named.contains_key(&name) { version.later_name(layer, listed.version) } else { name };
        named.insert(name, listed);
    }
    named
}

/// What a listing tells of a version of ours; the digest is the mark's.
fn read(listed: &Listed) -> Option<LayerVersion> {
    let (description, code_sha256) = mark::read(listed.description()?)?;
    Some(LayerVersion {
        code_sha256: code_sha256.to_owned(),
        compatible_architectures: listed.compatible_architectures().iter().map(|one| one.as_str().to_owned()).collect(),
        compatible_runtimes: listed.compatible_runtimes().iter().map(|one| one.as_str().to_owned()).collect(),
        description: description.to_owned(),
        license_info: listed.license_info().unwrap_or_default().to_owned(),
        ..LayerVersion::default()
    })
}

/// Reads one version.
pub(super) async fn observe(
    reader: Reader<'_>,
    id: &Id,
    seed: Option<&Listed>,
) -> Result<Option<Observed<LayerVersion>>, AwsError> {
    let layer = Place::of(&id.name).layer;
    let listed = match seed {
        Some(seed) => Some(seed.clone()),
        None => named(layer, versions(reader.aws(), layer).await?).remove(&id.name),
    };
    let Some((listed, state)) = listed.and_then(|listed| read(&listed).map(|state| (listed, state))) else {
        return Ok(None);
    };
    let arn = id.site.arn("lambda", &format!("layer:{layer}:{}", listed.version));
    let (made_from, used_by) =
        tokio::try_join!(made_from(reader.aws(), layer, listed.version), users(reader, id, &arn))?;
    let Some(made_from) = made_from else { return Ok(None) };
    if made_from != state.code_sha256 {
        return Err(forged(&arn, &state.code_sha256, &made_from));
    }
    let outputs = [("arn".to_owned(), arn.clone()), ("version".to_owned(), listed.version.to_string())];
    let state = LayerVersion { used_by, ..state };
    Ok(Some(Observed { identity: Some(arn), outputs: outputs.into(), ..Observed::of(state) }))
}

/// The `CodeSha256` of a version; `None` if there is none.
async fn made_from(aws: &Aws, layer: &str, number: i64) -> Result<Option<String>, AwsError> {
    let answer = aws.read.lambda.get_layer_version().layer_name(layer).version_number(number).send().await;
    let Some(answer) = answer.found(GET, ABSENT)? else { return Ok(None) };
    AwsError::held(GET, Some(answer.content.and_then(|content| content.code_sha256)))
}

/// Who uses a version that is to go, and is not ours. An apply asks right before it deletes.
async fn users(reader: Reader<'_>, id: &Id, arn: &str) -> Result<BTreeSet<String>, AwsError> {
    let Reader::Plan(plan) = reader else { return Ok(BTreeSet::new()) };
    if reader.wants_part(Kind::LayerVersion, &id.name, ASKED_FOR) {
        return Ok(BTreeSet::new());
    }
    let all = async { users::all(plan.aws()).await.map(std::sync::Arc::new) };
    let all = plan.once(|cache| &cache.layer_users, "", all).await?;
    Ok(users::unknown(users::foreign(&all, &id.owner, arn), &id.site, plan.hints()))
}

fn forged(arn: &str, says: &str, is: &str) -> AwsError {
    let message = format!(
        "the description of {arn} says that it was made from {says}, but it was made from {is}, so this program has \
         not made it; delete it if nothing uses it"
    );
    AwsError::malformed(GET, message)
}

impl LayerVersion {
    /// What a plan is told of a version that its manifest asks for.
    pub fn parts(&self) -> Vec<&'static str> {
        vec![ASKED_FOR]
    }
}

//! `rehearse`: the whole way, against an emulator that runs on this machine and nowhere else.
//!
//! 1. Build the functions that have a `build`; install and start the emulator.
//! 2. Plan, apply, plan again: nothing may be left.
//! 3. Send a request to each route that needs no credentials, and to those that need a token one with a token of an issuer on
//!    this machine; put an object, a message, an event or an item wherever one is to reach a function, and say whether it did
//!    ([`reach`]); read the tables back.
//! 4. Print the outputs.

use std::collections::BTreeSet;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::aws::error::Answer;
use crate::aws::observe::ReadErrors;
use crate::aws::{Aws, Kind, State};
use crate::bundle::Bundle;
use crate::cli::{self, OutputFormat};
use crate::commands::build::attach;
use crate::commands::plan::{show_as, write};
use crate::commands::project::{cache, open};
use crate::commands::{apply, bootstrap, next, print, print_outputs};
use crate::emulator::{Emulator, MINISTACK};
use crate::environment;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::manifest::{api, http_api, openapi};
use crate::name::{Address, Name};
use crate::package::Cache;
use crate::plan::Mode;
use crate::planning::{LivePlan, Project, live_plan};
use crate::render::Format;
use crate::text::OutputRef;

mod deliveries;
mod example_event;
mod issuer;
mod packages;
mod reach;
mod token;
mod zones;

use issuer::Issuer;
use token::Call;

/// The account that the emulator pretends to be where the manifest names none.
const ACCOUNT: &str = "123456789012";
/// How long one route may take to answer.
const ROUTE_TIMEOUT: Duration = Duration::from_secs(60);

/// Deploys to the emulator and tries the app there.
pub async fn rehearse(args: &cli::Project, builds: &cli::Builds) -> Result<u8, Error> {
    let project = attach(open(args)?, builds, true).await?;
    let app = &project.source.manifest.app;
    let account = app.account.as_ref().map_or(ACCOUNT, |account| account.as_str());
    say("Starting a local AWS emulator ...");
    let cache = cache()?;
    let emulator = Emulator::start(&MINISTACK, cache.trusted(), account, app.region.as_str()).await?;
    let aws = Aws::emulator(&app.region, emulator.endpoint(), account).await?;
    let result = run(&project, &cache, &aws).await;
    emulator.stop().await;
    result?;
    next::say(&next::plan(args));
    Ok(0)
}

async fn run(project: &Project, cache: &Cache, aws: &Aws) -> Result<(), Error> {
    let folder = tempfile::tempdir().map_err(|error| Error::Io { path: environment::temporary_folder(), error })?;
    if project.is_bounded_by_bootstrap() || project.source.manifest.app.has_packages_by_bootstrap() {
        bootstrap::rehearse(project, aws, &folder.path().join("bootstrap")).await?;
    }
    packages::make(project, aws).await?;
    zones::make(project, aws).await?;
    let bundle_folder = folder.path().join("plan");
    let first = live_plan(project, cache, aws, Mode::Deploy, &BTreeSet::new(), &BTreeSet::new()).await?;
    let id = write(&first, &bundle_folder, &Default::default())?;
    show_as(&first.plan, &id, &first.extra, Format::Text)?;
    let bundle = Bundle::open(&bundle_folder, Some(id))?;
    let report = apply::rehearse(&aws.clone().with_blobs(bundle.blobs()), &bundle).await?;
    let second = live_plan(project, cache, aws, Mode::Deploy, &BTreeSet::new(), &BTreeSet::new()).await?;
    if !second.plan.is_empty() {
        show_as(&second.plan, &id, &second.extra, Format::Text)?;
        return Err(Error::Rehearsal("planning again after the apply finds changes; they are shown above".into()));
    }
    print("\nPlanned again: no changes.\n")?;
    if let Some(told) = without_images(project) {
        print(&told)?;
    } else {
        call_routes(project, &second).await?;
        reach::try_all(&deliveries::deliveries(&second.wanted), aws).await?;
    }
    read_tables(project, aws).await?;
    print("\n")?;
    print_outputs(&report.outputs, OutputFormat::Text)
}

/// Why nothing is sent to the app: the emulator runs no images. Nothing else would tell a function that does not answer from one
/// that cannot.
fn without_images(project: &Project) -> Option<String> {
    let images = project.source.manifest.function.iter().filter(|(_, function)| function.image.is_some());
    let names: Vec<&str> = images.map(|(name, _)| name.as_str()).collect();
    let listed = names.join(", ");
    (!names.is_empty()).then(|| {
        format!("The emulator runs no images, and there are some ({listed}): no route is called, and nothing is delivered.\n")
    })
}

/// Sends a request to each route without variables and credentials; an answer of 500 or above fails the rehearsal.
async fn call_routes(project: &Project, plan: &LivePlan) -> Result<(), Error> {
    let expanded = openapi::expand(&project.source, &project.names(), &plan.sources);
    let (manifest, site) =
        (expanded.as_ref().map_or(&project.source.manifest, |all| &all.source.manifest), &plan.plan.site);
    let id = |kind, name: &Name| plan.known.get(&OutputRef::new(&Address::new(kind, name.clone()), "id"));
    for (name, section) in &manifest.api {
        let Some(id) = id(Kind::RestApi, name) else { continue };
        let base = api::url(site, id, &section.stage);
        for route in section.routes.iter().filter(|route| route.is_open()) {
            call_route(&base, route.method.example(), &route.path, None).await?;
        }
    }
    for (name, section) in &manifest.http_api {
        let Some(id) = id(Kind::HttpApi, name) else { continue };
        let base = http_api::url(site, id, &section.stage);
        for (method, path) in section.open_calls() {
            call_route(&base, &method, &path, None).await?;
        }
        let wanted = plan.wanted.get(&Address::new(Kind::HttpApi, name.clone()));
        if let Some(State::HttpApi(api)) = wanted.map(|wanted| &wanted.state)
            && token::are_asked_for(api)
        {
            let issuer = Issuer::start().await?;
            for Call { method, path, header } in token::calls(api, &issuer)? {
                call_route(&base, &method, &path, header).await?;
            }
        }
    }
    Ok(())
}

/// Sends a request, perhaps with a header that bears a token, and says what it answers.
async fn call_route(base: &str, method: &str, path: &str, header: Option<(String, String)>) -> Result<(), Error> {
    let with = if header.is_some() || path.contains('?') { " with a token" } else { "" };
    let (status, body) = call(method, &format!("{base}{path}"), header).await?;
    let path = path.split('?').next().unwrap_or(path);
    print(&format!("{method} {base}{path}{with}\n  {status} {body}\n"))?;
    match status {
        500.. => Err(Error::Rehearsal(format!("{method} {path} answers {status}"))),
        _ => Ok(()),
    }
}

async fn call(method: &str, url: &str, header: Option<(String, String)>) -> Result<(u16, String), Error> {
    let shown = url.split('?').next().unwrap_or(url);
    let failed = |why: String| Error::Rehearsal(format!("{method} {shown}: {why}"));
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let body = r#"{"id":"rehearsal","data":"written by serverless-app rehearse"}"#;
    let method_ = Method::from_bytes(method.as_bytes()).map_err(|e| failed(e.to_string()))?;
    let request = Request::builder().method(method_).uri(url).header("content-type", "application/json");
    let request = header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    let request = request.body(Full::from(body)).map_err(|e| failed(e.to_string()))?;
    let answer = tokio::time::timeout(ROUTE_TIMEOUT, client.request(request)).await;
    let answer = answer.map_err(|_| failed(format!("no answer within {} s", ROUTE_TIMEOUT.as_secs())))?;
    let answer = answer.map_err(|e| failed(e.to_string()))?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.map_err(|e| failed(e.to_string()))?.to_bytes();
    Ok((status, String::from_utf8_lossy(&body).escape_debug().to_string().replace("\\\"", "\"")))
}

/// Shows what the calls have written into each table.
async fn read_tables(project: &Project, aws: &Aws) -> Result<(), Error> {
    for name in project.source.manifest.table.keys() {
        let table = crate::manifest::names::table::physical(&project.names(), name);
        let scan = aws.read.dynamodb.scan().table_name(&table).limit(5).send().await;
        let scan = scan.answer("dynamodb:Scan").map_err(|e| ReadErrors(vec![e]))?;
        print(&format!("{table}: {} item(s)\n", scan.count()))?;
        for item in scan.items() {
            let mut values: Vec<_> = item.iter().map(|(key, value)| format!("{key} = {}", plain(value))).collect();
            values.sort();
            print(&format!("  {}\n", values.join(", ")))?;
        }
    }
    Ok(())
}

fn plain(value: &aws_sdk_dynamodb::types::AttributeValue) -> String {
    let text = value.as_s().or_else(|_| value.as_n()).cloned();
    text.map_or_else(|other| format!("{other:?}"), |text| format!("{text:?}"))
}

//! Requests to the routes of the app's APIs.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::failure;
use super::issuer::Issuer;
use super::token::{self, Call};
use crate::aws::{Aws, Kind, State};
use crate::commands::log_events::now;
use crate::commands::log_groups::of_functions;
use crate::commands::print;
use crate::error::Error;
use crate::manifest::{api, http_api, openapi};
use crate::name::{Address, Name};
use crate::planning::{LivePlan, Project};
use crate::text::OutputRef;

/// How long one route may take to answer.
const ROUTE_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends a request to each route without variables and credentials; an answer of 500 or above fails the rehearsal.
pub(super) async fn call_all(project: &Project, plan: &LivePlan, aws: &Aws) -> Result<(), Error> {
    let caller = &Caller { aws, plan };
    let expanded = openapi::expand(&project.source, &project.names(), &plan.sources);
    let (manifest, site) =
        (expanded.as_ref().map_or(&project.source.manifest, |all| &all.source.manifest), &plan.plan.site);
    let id = |kind, name: &Name| plan.known.get(&OutputRef::new(&Address::new(kind, name.clone()), "id"));
    for (name, section) in &manifest.api {
        let Some(id) = id(Kind::RestApi, name) else { continue };
        let base = api::url(site, id, &section.stage);
        for route in section.routes.iter().filter(|route| route.is_open()) {
            caller.call_route(&base, route.method.example(), &route.path, None).await?;
        }
    }
    for (name, section) in &manifest.http_api {
        let Some(id) = id(Kind::HttpApi, name) else { continue };
        let base = http_api::url(site, id, &section.stage);
        for (method, path) in section.open_calls() {
            caller.call_route(&base, &method, &path, None).await?;
        }
        let wanted = plan.wanted.get(&Address::new(Kind::HttpApi, name.clone()));
        if let Some(State::HttpApi(api)) = wanted.map(|wanted| &wanted.state)
            && token::are_asked_for(api)
        {
            let issuer = Issuer::start().await?;
            for Call { method, path, header } in token::calls(api, &issuer)? {
                caller.call_route(&base, &method, &path, header).await?;
            }
        }
    }
    Ok(())
}

/// Who sends requests.
struct Caller<'a> {
    aws: &'a Aws,
    plan: &'a LivePlan,
}

impl Caller<'_> {
    /// Sends a request, perhaps with a header that bears a token, and says what it answers. Beside an answer that fails it shows
    /// what functions have logged.
    async fn call_route(
        &self,
        base: &str,
        method: &str,
        path: &str,
        header: Option<(String, String)>,
    ) -> Result<(), Error> {
        let with = if header.is_some() || path.contains('?') { " with a token" } else { "" };
        let before = now();
        let (status, body) = call(method, &format!("{base}{path}"), header).await?;
        let path = path.split('?').next().unwrap_or(path);
        print(&format!("{method} {base}{path}{with}\n  {status} {body}\n"))?;
        if status < 500 {
            return Ok(());
        }
        failure::show(&of_functions(&self.plan.wanted), self.aws, before).await?;
        Err(Error::Rehearsal(format!("{method} {path} answers {status}")))
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

//! Where a deployed app is, for commands that ask it something: on AWS, with which credentials, or on the emulator that
//! a rehearsal keeps.

use std::collections::BTreeMap;

use crate::aws::{Aws, Wanted};
use crate::cli;
use crate::commands::connect::connect;
use crate::commands::project::{open, stage};
use crate::commands::rehearse::kept;
use crate::error::Error;
use crate::name::Address;
use crate::planning::Project;

/// An app at a stage, and what its manifest asks for there.
pub struct Deployed {
    /// The project.
    pub project: Project,
    /// Clients for where it is.
    pub aws: Aws,
    /// All that the manifest asks for.
    pub wanted: BTreeMap<Address, Wanted>,
}

impl Deployed {
    /// Reads the manifest and asks AWS whose account it is, which has to be the manifest's.
    pub async fn find(place: &cli::Place) -> Result<Self, Error> {
        let (project, aws) = match place.rehearsal {
            true => Self::kept(place).await?,
            false => {
                let project = Self::open(place, None)?;
                let aws = connect(&project.source.manifest.app, &cli::Credentials::default()).await?;
                (project, aws)
            }
        };
        let lowered = project.lower(&aws.site().await?, &project.sources_without_code())?;
        Ok(Self { project, aws, wanted: lowered.wanted })
    }

    async fn kept(place: &cli::Place) -> Result<(Project, Aws), Error> {
        let note = kept::running(&place.manifest)?;
        let project = Self::open(place, Some(&note.stage))?;
        let aws = kept::connect(&project.source.manifest.app.region, &note).await?;
        Ok((project, aws))
    }

    fn open(place: &cli::Place, rehearsed: Option<&str>) -> Result<Project, Error> {
        let rehearsed = rehearsed.and_then(|stage| stage.parse().ok());
        let stage = stage(place.stage.as_ref().or(rehearsed.as_ref()))?;
        open(&cli::Project { manifest: place.manifest.clone(), stage })
    }
}

//! `import`: what exists in AWS as a manifest, and what a manifest cannot express.

#![expect(clippy::disallowed_methods, reason = "it writes the manifest")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::aws::lambda::{self, PackageType};
use crate::aws::{Aws, AwsError, PlanReader, State, profile};
use crate::cli::{self, OutputFormat};
use crate::commands::connect::{Destination, connect};
use crate::commands::{print, print_json};
use crate::environment;
use crate::error::Error;
use crate::github::runner::print::say;
use crate::import::document::{self, Draft};
use crate::import::only::only;
use crate::import::proof::{self, Proof};
use crate::import::reading::{self, Reading};
use crate::import::report::Report;
use crate::import::secret::UNDECIDED;
use crate::import::source::Source;
use crate::import::{Named, Unsaid, section};
use crate::name::{Address, AppName, Owner, Region};
use crate::package;
use crate::planning::Project;

/// Writes the manifest, and prints the report, from which the exit code follows.
pub async fn import(args: &cli::Import) -> Result<u8, Error> {
    match (&args.only, &args.source, &args.app) {
        (Some(address), ..) => print_only(args, address).await,
        (None, Some(source), Some(app)) => whole(args, source, app).await,
        _ => Err(Error::Usage("import: give a source and --app NAME, or --only ADDRESS".into())),
    }
}

async fn whole(args: &cli::Import, source: &Source, app: &AppName) -> Result<u8, Error> {
    refuse_existing(std::iter::once(args.out.clone()))?;
    let region = region(args).await?;
    let owner = Owner { app: app.clone(), stage: args.stage.clone() };
    let aws = connect(Destination { account: None, region: &region }, &args.credentials).await?;
    let site = aws.site().await?;
    let reader = PlanReader::new(&aws).thorough();
    let inventory = source.inventory(&aws, &site).await?;
    let mut reading = reading::read(&reader, &owner, &site, inventory).await?;
    if reading.sections.is_empty() {
        let lines = reading.unsaid.iter().chain(&reading.unread);
        lines.for_each(|one| say(format_args!("{}: {}", one.what, one.why)));
        return Err(Error::Usage(format!(
            "the source names nothing in the account {} and the region {region} that a manifest can describe: check \
             the source and --region",
            site.account
        )));
    }
    let draft = document::write(&owner, &site, &reading);
    let proof = proof::prove(&draft, &args.out.display().to_string(), &owner, &site, &reading, &aws).await;
    let proof = proof.unwrap_or_else(|errors| Proof::unread(&errors));
    let code = if args.code { code(&aws, &mut reading).await } else { Files::new() };
    let written = write_all(&args.out, &draft, &code)?;
    let report = report(written, draft, reading, proof);
    show(args.format, &report)?;
    Ok(report.ends_with().code())
}

fn report(written: Vec<String>, draft: Draft, reading: Reading, proof: Proof) -> Report {
    let Proof { changes, faults, problems } = proof;
    let sections = draft.sections.iter().map(ToString::to_string).collect();
    let unsaid = draft.unsaid.into_iter().chain(reading.unsaid).collect();
    let undecided = draft.text.matches(UNDECIDED).count();
    Report { written, sections, unsaid, unread: reading.unread, undecided, changes, faults, problems }
}

fn show(format: OutputFormat, report: &Report) -> Result<(), Error> {
    match format {
        OutputFormat::Text => print(&report.text()),
        OutputFormat::Json => print_json(&format!("{}\n", report.json().map_err(|e| Error::Internal(e.to_string()))?)),
    }
}

async fn print_only(args: &cli::Import, address: &Address) -> Result<u8, Error> {
    let project = Project::open(&args.manifest, &args.stage)?;
    let aws = connect(&project.source.manifest.app, &args.credentials).await?;
    let read = std::fs::read_to_string(&project.path);
    let text = read.map_err(|error| Error::Io { path: project.path.clone(), error })?;
    let lines = only(&project, &text, &aws, address).await?;
    print(&lines.text)?;
    for (path, text) in &lines.files {
        print(&format!("\n# {path}\n{text}"))?;
    }
    for unsaid in &lines.unsaid {
        say(format_args!("{}: {}", unsaid.what, unsaid.why));
    }
    Ok(0)
}

async fn region(args: &cli::Import) -> Result<Region, Error> {
    if let Some(region) = &args.region {
        return Ok(region.clone());
    }
    let set = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(environment::variable);
    let given = match set {
        Some(set) => Some(set),
        None => profile::region().await,
    };
    let given =
        given.ok_or_else(|| Error::Usage("no region is set: give --region, such as --region eu-central-1".into()))?;
    given.parse().map_err(|error| Error::Usage(format!("{error}; or give --region")))
}

/// The files of each zip, by their paths beside the manifest. Code that cannot be had is reported.
async fn code(aws: &Aws, reading: &mut Reading) -> Files {
    let mut files = Files::new();
    for (address, named) in &reading.sections {
        let Some(live) = reading.live.get(address) else { continue };
        let folder = section::code_folder(named);
        let folder = folder.as_str();
        let code = match &live.observed.state {
            State::Function(function) if function.package_type == PackageType::Image => {
                reading.unsaid.insert(is_image(named));
                continue;
            }
            State::Function(_) => unpacked(lambda::code_location(aws, &live.id.name).await, folder).await,
            State::LayerVersion(_) => unpacked(lambda::layer_location(aws, live).await, folder).await,
            _ => continue,
        };
        match code {
            Ok(code) => files.extend(below(folder, code)),
            Err(why) => drop(reading.unread.insert(no_code(named, folder, &why))),
        }
    }
    files
}

fn is_image(named: &Named) -> Unsaid {
    let why = "it is an image, which stays in its repository: the section names it by its digest".to_owned();
    Unsaid { what: format!("the code of {named}"), why }
}

fn below(folder: &str, code: Files) -> impl Iterator<Item = (String, Vec<u8>)> {
    code.into_iter().map(move |(path, bytes)| (format!("{folder}/{path}"), bytes))
}

fn no_code(named: &Named, folder: &str, why: &str) -> Unsaid {
    Unsaid { what: format!("the code of {named}"), why: format!("{why}: put it into {folder}/ by hand") }
}

/// Files by their paths.
type Files = BTreeMap<String, Vec<u8>>;

/// What is behind the URL that AWS gives.
async fn unpacked(location: Result<Option<String>, AwsError>, folder: &str) -> Result<Files, String> {
    let url = location.map_err(|error| error.to_string())?.ok_or("AWS does not say where it is")?;
    let zip = package::download(&url, folder).await.map_err(|error| error.to_string())?;
    package::unpack(&zip, folder).map_err(|error| error.to_string())
}

/// Nothing is written if any of it is there.
fn write_all(out: &Path, draft: &Draft, code: &Files) -> Result<Vec<String>, Error> {
    let root = out.parent().unwrap_or(Path::new(""));
    let beside = draft.files.iter().map(|(path, text)| (root.join(path), text.as_bytes()));
    let code = code.iter().map(|(path, bytes)| (root.join(path), bytes.as_slice()));
    let manifest = (out.to_owned(), draft.text.as_bytes());
    let files: Vec<(PathBuf, &[u8])> = std::iter::once(manifest).chain(beside).chain(code).collect();
    let mut paths = BTreeSet::new();
    if let Some((path, _)) = files.iter().find(|(path, _)| !paths.insert(path.clone())) {
        return Err(Error::Usage(format!("{} would be written twice: import without --code", path.display())));
    }
    refuse_existing(files.iter().map(|(path, _)| path.clone()))?;
    for (path, bytes) in &files {
        write(path, bytes).map_err(|error| Error::Io { path: path.clone(), error })?;
    }
    Ok(files.iter().map(|(path, _)| path.display().to_string()).collect())
}

fn refuse_existing(paths: impl Iterator<Item = PathBuf>) -> Result<(), Error> {
    let there: Vec<String> =
        paths.filter(|path| path.symlink_metadata().is_ok()).map(|path| path.display().to_string()).collect();
    match there.as_slice() {
        [] => Ok(()),
        [one] => Err(Error::Usage(format!("{one} exists: give another --out, or move it away"))),
        all => Err(Error::Usage(format!("{} exist: give another --out, or move them away", all.join(", ")))),
    }
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_where_two_files_are_one() {
        let draft = Draft { files: [("orders/a.json".to_owned(), "{}".to_owned())].into(), ..Draft::default() };
        let code = Files::from([("orders/a.json".to_owned(), Vec::new())]);
        let told = write_all(Path::new("no/such/folder/app.toml"), &draft, &code).unwrap_err().to_string();
        assert!(told.ends_with("orders/a.json would be written twice: import without --code"), "{told}");
    }

    #[test]
    fn code_lies_in_its_folder_or_is_told_to_be_missing() {
        let code = Files::from([("lib/a.py".to_owned(), b"pass".to_vec())]);
        assert_eq!(below("handler", code).map(|(path, _)| path).collect::<Vec<_>>(), ["handler/lib/a.py"]);
        let named = Named { section: "function", name: "handler".parse().unwrap() };
        let told = no_code(&named, "handler", "a symbolic link");
        assert_eq!(
            (told.what.as_str(), told.why.as_str()),
            ("the code of function.handler", "a symbolic link: put it into handler/ by hand")
        );
    }
}

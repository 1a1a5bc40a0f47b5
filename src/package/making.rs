//! Runs builds: each in a copy of its inputs, by a shell that sees no variable of the job's, and then packages what it
//! made.

#![expect(clippy::disallowed_methods, reason = "it looks at what a build has made")]

use super::build_error::BuildError;
use super::cache::Cache;
use super::inputs::Inputs;
use super::inside::{Outside, inside};
use super::recipe::Recipe;
use super::{Architecture, FunctionSource, LIMITS, Package, PackageError, jar, twice};
use crate::child;
use crate::name::Name;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, PipeReader, Read};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// What is set for every build, so that tools that ask for the time all get the same: the first day that a zip can
/// hold.
const FIXED: [(&str, &str); 2] = [("SOURCE_DATE_EPOCH", "315532800"), ("TZ", "UTC")];
/// How often a build is looked at while it says nothing.
const PACE: Duration = Duration::from_millis(100);
/// So many lines are taken of what a build leaves running behind it.
const LAST_LINES: usize = 10_000;
/// A longer line is cut into several; bytes.
const LINE: u64 = 16 * 1024;

/// A function that was built.
#[derive(Debug)]
pub struct Made {
    /// Its zip.
    pub package: Package,
    /// The digest of what it was built from, in hex.
    pub inputs: String,
}

/// Where functions are built.
#[derive(Clone, Copy)]
pub struct Workshop<'a> {
    /// An empty folder. Its content differs from build to build only by what was built.
    pub folder: &'a Path,
    /// Of wheels; it keeps no zips.
    pub cache: &'a Cache,
    /// Receives the output of builds, line by line.
    pub say: &'a (dyn Fn(&str) + Sync),
    /// Whether to build a second time elsewhere, and compare.
    pub twice: bool,
}

/// Functions that share these share a build.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shared<'a> {
    folder: &'a str,
    recipe: &'a Recipe,
    runtime: &'a str,
    architecture: Architecture,
}

/// Where a build's output lies: a folder in another one.
struct Output {
    root: PathBuf,
    folder: String,
}

impl Output {
    /// A function's source, had it been written as it was built.
    fn source(&self, of: &FunctionSource) -> FunctionSource {
        FunctionSource { root: self.root.clone(), folder: self.folder.clone(), build: None, ..of.clone() }
    }
}

impl Workshop<'_> {
    /// Builds those of the functions that have a `build`; the outcomes are in their order.
    pub fn make(&self, functions: &[(Name, FunctionSource)]) -> Vec<(Name, Result<Made, PackageError>)> {
        let mut works: BTreeMap<Shared, Vec<&(Name, FunctionSource)>> = BTreeMap::new();
        for function in functions {
            let FunctionSource { folder, runtime, architecture, build: Some(recipe), .. } = &function.1 else {
                continue;
            };
            let shared = Shared { folder, recipe, runtime, architecture: *architecture };
            works.entry(shared).or_default().push(function);
        }
        let mut made = BTreeMap::new();
        for (number, (shared, functions)) in works.into_iter().enumerate() {
            let outcomes = self.work(number, shared.recipe, &functions);
            made.extend(functions.iter().map(|(name, _)| name.clone()).zip(outcomes));
        }
        let order = functions.iter().filter_map(|(name, _)| made.remove_entry(name));
        order.collect()
    }

    /// Builds once for functions that share it.
    fn work(
        &self,
        number: usize,
        recipe: &Recipe,
        functions: &[&(Name, FunctionSource)],
    ) -> Vec<Result<Made, PackageError>> {
        let Some((first, source)) = functions.first() else { return Vec::new() };
        match self.run(&number.to_string(), recipe, source) {
            Ok((inputs, output, again)) => {
                let package = |(_, source): &&(Name, FunctionSource)| {
                    let package = super::build(&output.source(source), self.cache)?;
                    if let Some(again) = &again {
                        twice::compare(source, &output.source(source), &again.source(source), self.cache, &package)?;
                    }
                    Ok(Made { package, inputs: inputs.digest(source, recipe) })
                };
                functions.iter().map(package).collect()
            }
            Err(error) => {
                let others = functions.iter().skip(1);
                let shared = |_| Err(BuildError::Shared { function: first.to_string() }.into());
                [Err(error)].into_iter().chain(others.map(shared)).collect()
            }
        }
    }

    fn run(
        &self,
        number: &str,
        recipe: &Recipe,
        source: &FunctionSource,
    ) -> Result<(Inputs, Output, Option<Output>), PackageError> {
        let inputs = Inputs::of(source, recipe)?;
        let once = self.once(&self.folder.join(number), &inputs, recipe, source)?;
        let again = self.folder.join("again").join(number);
        let again = self.twice.then(|| self.once(&again, &inputs, recipe, source)).transpose()?;
        Ok((inputs, once, again))
    }

    /// Builds in a new folder.
    fn once(
        &self,
        folder: &Path,
        inputs: &Inputs,
        recipe: &Recipe,
        source: &FunctionSource,
    ) -> Result<Output, PackageError> {
        let root = folder.join("source");
        let own = root.join(&source.folder);
        inputs.write(&own)?;
        (self.say)(&format!("Building {}: {}", source.folder, recipe.command));
        let not_run = |error| PackageError::from(BuildError::NotRun { folder: source.folder.clone(), source: error });
        let status = self.command(&own, recipe, source).map_err(not_run)?;
        if !status.success() {
            let (folder, command) = (source.folder.clone(), recipe.command.clone());
            return Err(BuildError::Failed { folder, status: ended(status), command }.into());
        }
        output(folder, &root, recipe, source)
    }

    /// Runs the command to its end. What it has started may outlive it, and is not waited for.
    fn command(&self, folder: &Path, recipe: &Recipe, source: &FunctionSource) -> io::Result<ExitStatus> {
        let (reader, writer) = io::pipe()?;
        let mut command = child::building("sh");
        command.arg("-c").arg(&recipe.command).current_dir(folder).envs(FIXED);
        command.env("FUNCTION_RUNTIME", &source.runtime);
        command.env("FUNCTION_ARCHITECTURE", source.architecture.to_string());
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let mut child = command.spawn()?;
        // It holds the pipe's other end.
        drop(command);
        let lines = lines(reader);
        let status = loop {
            match lines.recv_timeout(PACE) {
                Ok(line) => (self.say)(&line),
                Err(RecvTimeoutError::Disconnected) => break child.wait()?,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(status) = child.try_wait()? {
                break status;
            }
        };
        let rest = std::iter::from_fn(|| lines.recv_timeout(PACE).ok()).take(LAST_LINES);
        rest.for_each(|line| (self.say)(&line));
        Ok(status)
    }
}

/// What is written to a pipe, line by line.
fn lines(reader: PipeReader) -> Receiver<String> {
    let (send, lines) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        loop {
            let mut line = Vec::new();
            match reader.by_ref().take(LINE).read_until(b'\n', &mut line) {
                Ok(read) if read > 0 => {}
                _ => break,
            }
            let line = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            if send.send(format!("  {line}")).is_err() {
                break;
            }
        }
    });
    lines
}

/// What a build has made in `root`, below `folder`.
fn output(folder: &Path, root: &Path, recipe: &Recipe, source: &FunctionSource) -> Result<Output, PackageError> {
    let name = match recipe.output.as_str() {
        "." => source.folder.clone(),
        output => format!("{}/{}", source.folder.trim_end_matches('/'), output.trim_start_matches("./")),
    };
    let none = |what| {
        let (folder, output) = (source.folder.clone(), recipe.output.clone());
        PackageError::from(BuildError::NoOutput { folder, output, what })
    };
    let path = inside(root, &name).map_err(|why| match why {
        Outside::Leaves => none(", but a link that leads out of its folder"),
        _ => none(""),
    })?;
    if path.is_dir() {
        return Ok(Output { root: root.to_owned(), folder: name });
    }
    let ending = path.extension().and_then(|ending| ending.to_str());
    if !path.is_file() || !matches!(ending, Some("jar" | "zip")) {
        return Err(none(" that is a folder or a jar"));
    }
    let unpacked = folder.join("unpacked");
    let own = path.file_name().and_then(|name| name.to_str()).unwrap_or("output").to_owned();
    jar::unpack(&path, &name, LIMITS.unpacked, &unpacked.join(&own))?;
    Ok(Output { root: unpacked, folder: own })
}

/// How a command has ended, and what that says by a shell's own convention.
fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(127) => format!(
            "{status}, which is how `sh` says that it did not find a program: install it, or take it from --builds"
        ),
        _ => status.to_string(),
    }
}

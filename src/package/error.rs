//! What can go wrong while packaging. Each message says what is wrong, where, and what to do.

use super::Architecture;
use super::build_error::BuildError;
use std::io;
use std::path::PathBuf;

/// Why a function's folder could not be packaged or locked.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// `source` names no folder.
    #[error("the folder `{folder}` does not exist; `source` is relative to the manifest's folder")]
    FolderMissing {
        /// As written in the manifest.
        folder: String,
    },
    /// `source` leads out of the manifest's folder.
    #[error("the folder `{folder}` is outside the manifest's folder; move the code below it")]
    FolderOutside {
        /// As written in the manifest.
        folder: String,
    },
    /// The code that a function is deployed with is not what can be unpacked.
    #[error("the code of the function {folder} cannot be downloaded from AWS: {reason}")]
    Code {
        /// The function's section.
        folder: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A symbolic link leads out of the function's folder.
    #[error(
        "the symbolic link `{path}` leads out of the function's folder; copy the file into it, or exclude the link"
    )]
    SymlinkEscapes {
        /// Relative to the manifest's folder.
        path: String,
    },
    /// Neither a file, a folder nor a link to one.
    #[error("`{path}` is neither a file nor a folder; remove it, or exclude it")]
    NotAFile {
        /// Relative to the manifest's folder.
        path: String,
    },
    /// A name that a zip cannot carry to every system alike.
    #[error("`{path}` in {origin} has a name that is not safe in a zip ({reason}); rename it, or exclude it")]
    UnsafeName {
        path: String,
        /// Whose file it is.
        origin: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An `exclude` pattern that is none.
    #[error("the exclude pattern `{pattern}` is invalid: {reason}")]
    InvalidExclude {
        /// As written in the manifest.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The handler's file is not in the package.
    #[error(
        "the handler `{handler}` needs the file `{expected}` in `{folder}`, which is not there (or is excluded); \
         a handler is written `file.function`"
    )]
    HandlerMissing {
        /// As written in the manifest.
        handler: String,
        /// The file that it stands for.
        expected: String,
        /// As written in the manifest.
        folder: String,
    },
    /// The handler's file does not define it.
    #[error("the handler `{handler}`: `{file}` {verb} no `{name}`; {advice}")]
    HandlerUndefined {
        /// As written in the manifest.
        handler: String,
        /// Relative to the manifest's folder.
        file: String,
        /// What the file does with names: it defines or exports them.
        verb: &'static str,
        /// What it was expected to define.
        name: String,
        /// What to do.
        advice: String,
    },
    /// No class file is the handler's.
    #[error(
        "the handler `{handler}` needs the class file `{expected}` in `{folder}`, or in a jar of its folder lib, and neither has \
         it; a handler is written `package.Class::method`, and a `build` compiles sources"
    )]
    ClassMissing {
        /// As written in the manifest.
        handler: String,
        /// The file that it stands for.
        expected: String,
        /// As written in the manifest.
        folder: String,
    },
    /// A runtime of one's own could not be started.
    #[error("`{folder}/bootstrap` {reason}")]
    Bootstrap {
        /// As written in the manifest.
        folder: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// It was not built, or what was built is not taken.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// `package.json` asks for packages, and there are none.
    #[error(
        "`{folder}/package.json` depends on {packages}, but `{folder}/node_modules` does not exist: have the section \
         install it, `build = \"{command}\"`, or exclude node_modules if a bundler has put the packages into the code"
    )]
    NotInstalled {
        /// As written in the manifest.
        folder: String,
        /// Some of them.
        packages: String,
        /// What installs them.
        command: String,
    },
    /// Native add-ons of Node.js, none of which runs where the function does.
    #[error(
        "`{path}` is a native add-on for {found}, and the function runs on {wanted}: have the packages installed for that by the \
         section, `build = \"{command}\"`"
    )]
    OtherAddon {
        /// One of them.
        path: String,
        /// What it runs on.
        found: &'static str,
        /// What the function runs on.
        wanted: &'static str,
        /// What installs others.
        command: String,
    },
    /// A layer without a file.
    #[error(
        "the folder `{folder}` has no files for a layer; put into it what functions share, such as `python/shared.py`"
    )]
    LayerEmpty {
        /// As written in the manifest.
        folder: String,
    },
    /// A layer in which a runtime finds nothing.
    #[error(
        "a function of the runtime `{runtime}` would find nothing in the layer: put what it shares into `{folder}/{place}` (or into \
         bin, lib or extensions), or remove the runtime from `runtimes`"
    )]
    LayerLayout {
        /// As written in the manifest.
        folder: String,
        /// As written in the manifest.
        runtime: String,
        /// Where it looks.
        place: &'static str,
    },
    /// Wheels for no runtime in particular.
    #[error(
        "`{folder}/{file}` asks for wheels, which are for one runtime and one architecture: write `runtimes = \
         [\"python3.13\"]`, with only that Python, and at most one of `architectures`"
    )]
    LayerRuntime {
        /// As written in the manifest.
        folder: String,
        /// Which file.
        file: &'static str,
    },
    /// A Python runtime that has no known wheels.
    #[error("packages cannot be chosen for the runtime `{runtime}`; write `python3.N`, with N at least 8")]
    RuntimeUnknown {
        /// As written in the manifest.
        runtime: String,
    },
    /// `requirements.txt` has no lock.
    #[error("`{folder}/pylock.toml` is missing; run `serverless-app lock` and commit the file")]
    LockMissing {
        /// As written in the manifest.
        folder: String,
    },
    /// The lock was made from something else.
    #[error("`{folder}/{file}` is outdated: {reason}; run `serverless-app lock` and commit the file")]
    LockOutdated {
        /// As written in the manifest.
        folder: String,
        /// The lock.
        file: &'static str,
        /// What has changed since.
        reason: String,
    },
    /// A lock without the file that it locks.
    #[error("`{folder}/{file}` locks a requirements.txt that does not exist; restore that, or remove the lock too")]
    LockOrphaned {
        /// As written in the manifest.
        folder: String,
        /// The lock.
        file: &'static str,
    },
    /// The lock is not as `lock` writes it.
    #[error("`{folder}/{file}`, line {line}: {reason}; run `serverless-app lock` to write it again")]
    LockInvalid {
        /// As written in the manifest.
        folder: String,
        /// The lock.
        file: &'static str,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Another tool's lock does not hold what is needed.
    #[error(
        "`{folder}/{file}` cannot be used as it is: {reason}; lock again with its own tool, or write a \
         requirements.txt and run `serverless-app lock`"
    )]
    LockUnusable {
        /// As written in the manifest.
        folder: String,
        /// The lock.
        file: &'static str,
        /// What it lacks.
        reason: String,
    },
    /// A line of `requirements.txt` whose result would not be reproducible.
    #[error("`{folder}/requirements.txt`, line {line}: {reason}")]
    RequirementUnsupported {
        /// As written in the manifest.
        folder: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// No wheel fits.
    #[error(
        "`{folder}`: {what} has no wheel for {runtime} on {architecture}; check the name, or choose another version, \
         runtime or architecture{lines}"
    )]
    NoWheel {
        /// As written in the manifest.
        folder: String,
        /// The requirement.
        what: String,
        /// The function's runtime.
        runtime: String,
        /// The function's architecture.
        architecture: Architecture,
        /// uv's own words, each on a line of its own; empty when it was not asked.
        lines: String,
    },
    /// What was found is not what the lock names.
    #[error(
        "a wheel is not the one that `{folder}/{file}` names: {what}; if the change is meant, run `serverless-app lock`, \
         else find out who changed it"
    )]
    HashMismatch {
        /// As written in the manifest.
        folder: String,
        /// The lock.
        file: &'static str,
        /// Which wheel, and what is found instead.
        what: String,
    },
    /// A setting of pip's or uv's that makes no sense.
    #[error("{origin} does not say where packages come from: {reason}; correct it")]
    IndexSetting {
        /// The variable or the file.
        origin: String,
        /// What is wrong with it; never its value, which may hold a password.
        reason: String,
    },
    /// An index or the server of its files requires credentials, or other ones.
    #[error(
        "the wheels of `{folder}`: {url} refuses access ({status}); give its credentials in netrc, in the index's \
         address (PIP_INDEX_URL, UV_DEFAULT_INDEX, pip.conf, uv.toml), or as UV_INDEX_<NAME>_USERNAME and _PASSWORD"
    )]
    IndexRefuses {
        /// As written in the manifest.
        folder: String,
        /// Of HTTP.
        status: u16,
        /// Without credentials and query.
        url: String,
    },
    /// Another function's wheels, which were fetched together with this one's, cannot be had.
    #[error("`{folder}` is not packaged, since what another function needs cannot be fetched; see there")]
    NotFetched {
        /// As written in the manifest.
        folder: String,
    },
    /// No configured index has the wheel.
    #[error(
        "the wheels of `{folder}`: {what} is on none of the indexes ({indexes}); name the index that has it \
         (PIP_INDEX_URL, UV_DEFAULT_INDEX, pip.conf, uv.toml), or run `serverless-app lock`"
    )]
    NotOnIndex {
        /// As written in the manifest.
        folder: String,
        /// Name, version and hash.
        what: String,
        /// Their addresses, without credentials.
        indexes: String,
    },
    /// A server answers with something else than the file.
    #[error(
        "the wheels of `{folder}`: {url} cannot be fetched: {reason}; if it has moved, name an index that has it \
         (PIP_INDEX_URL, UV_DEFAULT_INDEX), or run `serverless-app lock`"
    )]
    Fetch {
        /// As written in the manifest.
        folder: String,
        /// Without credentials and query.
        url: String,
        /// The server's answer.
        reason: String,
    },
    /// There is no answer, however often it is asked.
    #[error(
        "the wheels of `{folder}`: {url} cannot be reached: {reason}; check the network, the proxy (HTTPS_PROXY, NO_PROXY) \
         and the certificates (SSL_CERT_FILE)"
    )]
    Unreachable {
        /// As written in the manifest.
        folder: String,
        /// Without credentials and query.
        url: String,
        /// The network's words.
        reason: String,
    },
    /// The wheel is broken or uses something that Lambda has no place for.
    #[error("the wheel {wheel} cannot be vendored: {reason}; lock another version")]
    WheelInvalid {
        /// Its file name.
        wheel: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Two sources write one path.
    #[error(
        "`{path}` comes from {first} and, differently, from {second}; rename or exclude yours, or lock other versions"
    )]
    Conflict {
        /// Within the zip.
        path: String,
        /// One source.
        first: String,
        /// The other source.
        second: String,
    },
    /// Lambda unpacks no zip as large.
    #[error(
        "`{folder}` unpacks to more than {limit} bytes (250 MB), which Lambda refuses, at `{path}`; exclude files, or \
         drop packages"
    )]
    UnpackedTooLarge {
        /// As written in the manifest.
        folder: String,
        /// The file that was one too many.
        path: String,
        /// In bytes.
        limit: u64,
    },
    /// uv asks a Python what it is before it resolves for another one.
    #[error("uv finds no Python, which `lock` needs to resolve packages; install Python 3.8 or later{lines}")]
    PythonMissing {
        /// uv's own words, each on a line of its own.
        lines: String,
    },
    /// uv cannot be run.
    #[error("uv, which resolves packages for `lock`, cannot be set up: {reason}")]
    UvSetup {
        /// Why not.
        reason: String,
    },
    /// uv finds no solution, or nobody to ask.
    #[error(
        "the packages of `{folder}` cannot be resolved; check the names and versions, and that the index can be reached{lines}"
    )]
    Resolve {
        /// As written in the manifest.
        folder: String,
        /// uv's own words, each on a line of its own.
        lines: String,
    },
    /// The zip could not be written.
    #[error("the zip of `{folder}` could not be written: {source}")]
    Zip {
        /// As written in the manifest.
        folder: String,
        source: io::Error,
    },
    /// A file could not be read or written.
    #[error("cannot {verb} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        verb: &'static str,
        /// With what.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

impl PackageError {
    /// The key of the function's section that it is about.
    pub fn key(&self) -> &'static str {
        match self {
            Self::HandlerMissing { .. } | Self::HandlerUndefined { .. } | Self::ClassMissing { .. } => "handler",
            Self::Build(_) => "build",
            Self::RuntimeUnknown { .. } => "runtime",
            Self::LayerLayout { .. } | Self::LayerRuntime { .. } => "runtimes",
            Self::InvalidExclude { .. } => "exclude",
            _ => "source",
        }
    }

    /// For `map_err`: a failed `verb` on `path`.
    pub(super) fn io(verb: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { verb, path, source }
    }
}

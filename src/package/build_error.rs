//! What can go wrong while a function is built, and while its build is used.

use std::io;

/// Why a function was not built, or its build cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is nothing to run.
    #[error("`build` has no command; write what makes the function's code, such as \"npm ci --ignore-scripts\"")]
    NoCommand,
    /// The output leads out of the folder.
    #[error("the build's output `{output}` is not inside `{folder}`; write a path inside it, without `..`")]
    OutputOutside {
        /// As written in the manifest.
        folder: String,
        /// As written in the manifest.
        output: String,
    },
    /// A pattern that is none.
    #[error("the pattern `{pattern}` of the build's inputs is invalid: {reason}")]
    InvalidInputs {
        /// As written in the manifest.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing to build of.
    #[error("`{folder}` has no file that matches the inputs of its build; write inputs that match some")]
    NoInputs {
        /// As written in the manifest.
        folder: String,
    },
    /// There is too much to build of.
    #[error("the inputs of the build of `{folder}` are larger than 1 GB, at `{path}`; write inputs that leave it out")]
    InputsTooLarge {
        /// As written in the manifest.
        folder: String,
        /// The file that was one too many.
        path: String,
    },
    /// The shell cannot be started, or its output not be read.
    #[error("the build of `{folder}` cannot be run: {source}; it needs `sh` on the search path")]
    NotRun {
        /// As written in the manifest.
        folder: String,
        source: io::Error,
    },
    /// The command failed.
    #[error(
        "the build of `{folder}` failed ({status}): {command}; its output is above. It runs in a copy of its inputs, \
         with only the environment variables of tools and packages"
    )]
    Failed {
        /// As written in the manifest.
        folder: String,
        /// How it ended.
        status: String,
        /// As written in the manifest.
        command: String,
    },
    /// The command made something else.
    #[error("the build of `{folder}` made no `{output}`{what}; set `output` to the folder or the jar that it makes")]
    NoOutput {
        /// As written in the manifest.
        folder: String,
        /// As written in the manifest.
        output: String,
        /// What is there instead.
        what: &'static str,
    },
    /// The jar is none that can be packaged.
    #[error("the jar `{jar}` cannot be packaged: {reason}")]
    Jar {
        /// As written in the manifest.
        jar: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The function that stands for others was not built.
    #[error("it is not built, since it shares its build with the function {function}; see there")]
    Shared {
        /// Its name.
        function: String,
    },
    /// Two builds of one source differ.
    #[error("two builds of `{folder}` differ, so what was approved could never be built again:{files}")]
    TwoBuilds {
        /// As written in the manifest.
        folder: String,
        /// Each on a line of its own, with what to do.
        files: String,
    },
    /// Nobody has built it.
    #[error(
        "it has a `build`, but the result is missing: run `serverless-app build` first, and give its folder with \
         --builds; on GitHub, run the action with `command: build` in a job of its own before this one, without \
         `id-token`, environment and secrets, and set `builds: true` here"
    )]
    NotGiven,
    /// The folder holds no builds.
    #[error("{path}: {reason}; give --builds the folder that `serverless-app build` wrote")]
    NoBuilds {
        /// The folder or the file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder was written for another manifest.
    #[error("{path} has no build of it; run `serverless-app build` for this manifest and this stage")]
    Absent {
        /// The folder.
        path: String,
    },
    /// What was built was built from something else.
    #[error(
        "it was built from other source: the inputs of the build have the digest {built}, those here {here}; run \
         `serverless-app build` again, in the same checkout"
    )]
    OtherSource {
        /// What the folder says.
        built: String,
        /// What lies here.
        here: String,
    },
    /// The zip is not the one that was written.
    #[error("{path} is not what `serverless-app build` wrote there: {reason}; build again")]
    Changed {
        /// The zip.
        path: String,
        /// How it differs.
        reason: String,
    },
}

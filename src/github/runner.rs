//! The runner that a job runs on: its variables, files and commands.

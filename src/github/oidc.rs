//! Credentials from GitHub's identity token.

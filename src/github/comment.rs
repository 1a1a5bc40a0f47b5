//! Comments on the pull request.

//! Short names for parts of a request: `header.X-Id` for API Gateway's `method.request.header.X-Id`.

/// In API Gateway's words; `None` for what is nothing that a request has.
pub(super) fn mapped(short: &str) -> Option<String> {
    let (place, name) = short.split_once('.')?;
    let start = match place {
        "header" | "querystring" => "method.request.",
        "context" => "",
        "variable" => return is_word(name, b"_").then(|| format!("stageVariables.{name}")),
        _ => return None,
    };
    is_word(name, b"_-.").then(|| format!("{start}{short}"))
}

/// The same for what a route can ask of every request.
pub(in crate::manifest) fn required(short: &str) -> Option<String> {
    let is_asked = ["header.", "querystring."].iter().any(|place| short.starts_with(place));
    mapped(short).filter(|_| is_asked)
}

/// True if both are the same: names of headers have no case.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    match (one.strip_prefix("header."), other.strip_prefix("header.")) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

/// Something, of nothing but letters, digits and `more`.
pub(super) fn is_word(text: &str, more: &[u8]) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
}

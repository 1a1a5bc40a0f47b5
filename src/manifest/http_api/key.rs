//! Route keys: a method and a path, or `$default`.

/// What is called by requests that no other route is for.
pub const DEFAULT: &str = "$default";
/// The methods that a route key can have.
pub const METHODS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/// What a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteKey<'k> {
    /// All that no other route is for.
    Default,
    /// A method of a path.
    Of {
        /// Such as `GET`, or `ANY` for all of them.
        method: &'k str,
        /// The path, such as `/items/{id}`, or `/files/{path+}` for everything below it.
        path: &'k str,
    },
}

impl<'k> RouteKey<'k> {
    /// Reads a route key, or says what is wrong with it.
    pub fn parse(text: &'k str) -> Result<Self, String> {
        if text == DEFAULT {
            return Ok(Self::Default);
        }
        let (method, path) = text.split_once(' ').ok_or("is not a method and a path separated by one space")?;
        if !METHODS.contains(&method) {
            return Err(format!("does not begin with one of {}", METHODS.join(", ")));
        }
        match wrong_path(path) {
            Some(wrong) => Err(wrong.to_owned()),
            None => Ok(Self::Of { method, path }),
        }
    }

    /// The method with which its integration is called: its own, or whichever the request has.
    pub fn method(self) -> &'k str {
        match self {
            Self::Default => "ANY",
            Self::Of { method, .. } => method,
        }
    }

    /// The names of the variables in its path.
    pub fn variables(self) -> impl Iterator<Item = &'k str> {
        let path = match self {
            Self::Default => "",
            Self::Of { path, .. } => path,
        };
        path.split('/').filter_map(|part| variable(part).map(|(name, _)| name))
    }
}

/// The variable that a part of a path is, and whether it stands for all the rest.
pub fn variable(part: &str) -> Option<(&str, bool)> {
    let inner = part.strip_prefix('{')?.strip_suffix('}')?;
    Some(inner.strip_suffix('+').map_or((inner, false), |name| (name, true)))
}

fn wrong_path(path: &str) -> Option<&'static str> {
    let Some(rest) = path.strip_prefix('/') else { return Some("has a path that does not begin with /") };
    let parts: Vec<&str> = rest.split('/').collect();
    for (place, part) in parts.iter().enumerate() {
        let is_last = place + 1 == parts.len();
        match variable(part) {
            Some((name, _)) if !is_word(name, b"._-:") => return Some("has a variable without a valid name"),
            Some((_, true)) if !is_last => return Some("continues after a variable that matches the rest of the path"),
            Some(_) => {}
            // A path may end with a slash, which makes it another path.
            None if part.is_empty() && is_last => {}
            None if part.is_empty() => return Some("has an empty part in its path"),
            None if !is_word(part, b"._-:~!$&'()*,;=@%") => return Some("has invalid characters"),
            None => {}
        }
    }
    None
}

/// Something, of nothing but letters, digits and `more`.
pub(super) fn is_word(text: &str, more: &[u8]) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_key_is_a_method_and_a_path_or_the_default() {
        let of = |method, path| Ok(RouteKey::Of { method, path });
        assert_eq!(RouteKey::parse("$default"), Ok(RouteKey::Default));
        assert_eq!(RouteKey::parse("GET /"), of("GET", "/"));
        assert_eq!(RouteKey::parse("ANY /files/{path+}"), of("ANY", "/files/{path+}"));
        assert_eq!(RouteKey::parse("POST /a-b/c_d/{x.y}/"), of("POST", "/a-b/c_d/{x.y}/"));
        let variables = |text| RouteKey::parse(text).map(|key| key.variables().collect::<Vec<_>>());
        assert_eq!(variables("GET /a/{b}/c/{d+}"), Ok(vec!["b", "d"]));
        assert_eq!(variables("$default"), Ok(vec![]));
    }

    #[test]
    fn keys_that_api_gateway_would_refuse_are_reported() {
        for bad in [
            "",
            "GET",
            "/items",
            "get /items",
            "GET  /items",
            "FETCH /",
            "GET items",
            "GET //",
            "GET /a//b",
            "GET /a b",
            "GET /{}",
            "GET /{a+}/b",
            "GET /{a",
            "GET /ä",
            "GET /a?b",
            "GET /a{b}",
            "$connect",
        ] {
            assert!(RouteKey::parse(bad).is_err(), "{bad}");
        }
    }
}

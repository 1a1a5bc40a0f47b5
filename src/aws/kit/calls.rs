//! A kind's closed set of calls: an enum, adjacently tagged (`api`, `input`), that knows its names.

/// The calls of a kind.
pub trait Calls {
    /// The names of all of them, `service:Operation`.
    const APIS: &'static [&'static str];

    /// The name of this one.
    fn api(&self) -> &'static str;
}

/// What a call deletes: literal in scope, but nobody knows what is in it before it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// What is deleted: `every version of every object`.
    pub what: &'static str,
    /// What it is in: `the bucket`.
    pub place: &'static str,
    /// The physical name of that.
    pub name: String,
}

/// Declares the calls of a kind: name, variant and input of each.
macro_rules! calls {
    (
        $(#[$meta:meta])*
        pub enum $calls:ident {
            $($(#[$doc:meta])* $api:literal => $call:ident($input:ty)),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "api", content = "input")]
        pub enum $calls {
            $($(#[$doc])* #[serde(rename = $api)] $call($input),)*
        }

        impl $crate::aws::kit::calls::Calls for $calls {
            const APIS: &'static [&'static str] = &[$($api),*];

            fn api(&self) -> &'static str {
                match self {
                    $(Self::$call(_) => $api,)*
                }
            }
        }
    };
}

pub(in crate::aws) use calls;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::aws::Kind;

    #[test]
    fn a_call_is_read_back_by_the_name_that_it_has() {
        let mut seen = BTreeSet::new();
        for kind in Kind::ALL {
            for api in kind.apis() {
                let (service, operation) = api.split_once(':').expect("service:Operation");
                assert!(!service.is_empty() && operation.starts_with(char::is_uppercase), "{api}");
                let unknown = kind.parse_call(&format!(r#"{{"api": "{api}x", "input": {{}}}}"#)).unwrap_err();
                assert!(unknown.to_string().contains(&format!("`{api}`")), "{kind} {api}: {unknown}");
                seen.insert(*api);
            }
        }
        assert!(seen.contains("lambda:CreateFunction") && seen.contains("s3:DeleteObjects"), "{seen:?}");
    }
}

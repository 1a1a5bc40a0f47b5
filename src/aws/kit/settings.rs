//! The attributes that a create and an update have in common.
//!
//! A create contains everything; an update contains only what differs, and AWS keeps what it leaves out. Both are made
//! from one table: the input's field, its type, and the attribute of the state that it stands for.

/// What a call's input holds of an attribute of the state.
pub trait Part<A> {
    /// The part that asks for this value. An update that shall clear the attribute asks for its empty value.
    fn of(attribute: &A) -> Self;

    /// The value that it asks for.
    fn attribute(&self) -> A;
}

impl<A: Clone> Part<A> for A {
    fn of(attribute: &A) -> Self {
        attribute.clone()
    }

    fn attribute(&self) -> A {
        self.clone()
    }
}

/// A text that AWS takes for none where it is empty.
impl Part<Option<String>> for String {
    fn of(attribute: &Option<String>) -> Self {
        attribute.clone().unwrap_or_default()
    }

    fn attribute(&self) -> Option<String> {
        Some(self.clone()).filter(|text| !text.is_empty())
    }
}

/// Declares the inputs of a create and of an update from the attributes that both know, and what they say in a form that
/// both can be sent from.
///
/// `create` and `update` list what each has besides, in the order in which `of` and `between` take it. A field in
/// brackets is an attribute of the create's field alone, such as when it is left out.
macro_rules! settings {
    (
        $(#[$create_meta:meta])*
        create $create:ident { $($(#[$create_doc:meta])* $create_field:ident: $create_type:ty,)* }
        $(#[$update_meta:meta])*
        update $update:ident { $($(#[$update_doc:meta])* $update_field:ident: $update_type:ty,)* }
        $parts:ident of $state:ty {
            $($(#[$doc:meta])* $field:ident: $type:ty = $attribute:ident $([$($in_create:meta),*])?,)*
        }
    ) => {
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        $(#[$create_meta])*
        #[serde(deny_unknown_fields)]
        pub struct $create {
            $($(#[$create_doc])* pub(in $crate::aws) $create_field: $create_type,)*
            $($(#[$doc])* $($(#[$in_create])*)? pub(in $crate::aws) $field: $type,)*
        }

        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        $(#[$update_meta])*
        #[serde(deny_unknown_fields)]
        pub struct $update {
            $($(#[$update_doc])* pub(in $crate::aws) $update_field: $update_type,)*
            $($(#[$doc])* #[serde(default, skip_serializing_if = "Option::is_none")] pub(in $crate::aws) $field: Option<$type>,)*
        }

        /// What a create or an update says of each attribute.
        pub(in $crate::aws) struct $parts<'a> {
            $(pub(in $crate::aws) $field: Option<&'a $type>,)*
        }

        impl $create {
            /// The call that makes one with these attributes.
            pub(in $crate::aws) fn of(want: &$state, $($create_field: $create_type),*) -> Self {
                Self {
                    $($create_field,)*
                    $($field: $crate::aws::kit::settings::Part::of(&want.$attribute),)*
                }
            }

            pub(in $crate::aws) fn parts(&self) -> $parts<'_> {
                $parts { $($field: Some(&self.$field),)* }
            }
        }

        impl $update {
            /// The call that makes `live` like `want`, if it is not.
            pub(in $crate::aws) fn between(want: &$state, live: &$state, $($update_field: $update_type),*) -> Option<Self> {
                $(let differs = want.$attribute != live.$attribute;
                let $field = differs.then(|| <$type as $crate::aws::kit::settings::Part<_>>::of(&want.$attribute));)*
                let differs = [$($field.is_some()),*].contains(&true);
                differs.then_some(Self { $($update_field,)* $($field,)* })
            }

            pub(in $crate::aws) fn parts(&self) -> $parts<'_> {
                $parts { $($field: self.$field.as_ref(),)* }
            }
        }

        impl $parts<'_> {
            /// The effect on a state.
            pub(in $crate::aws) fn apply(&self, state: &mut $state) {
                $(if let Some(part) = self.$field {
                    state.$attribute = $crate::aws::kit::settings::Part::attribute(part);
                })*
            }
        }
    };
}

/// Declares a part of an input that holds nothing but one attribute, such as `TracingConfig: {"Mode": ...}`.
macro_rules! wrapper {
    ($(#[$meta:meta])* $part:ident { $(#[$doc:meta])* $field:ident: $type:ty }) => {
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        $(#[$meta])*
        #[serde(deny_unknown_fields)]
        pub struct $part {
            $(#[$doc])*
            pub(in $crate::aws) $field: $type,
        }

        impl $crate::aws::kit::settings::Part<$type> for $part {
            fn of(attribute: &$type) -> Self {
                Self { $field: attribute.clone() }
            }

            fn attribute(&self) -> $type {
                self.$field.clone()
            }
        }
    };
}

pub(in crate::aws) use {settings, wrapper};

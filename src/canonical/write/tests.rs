use std::collections::HashMap;

use proptest::collection::{hash_map, vec};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;

use super::bytes;
use super::serializer::EXACT;

/// Every shape that a type of ours may have.
#[derive(Debug, Clone, Serialize)]
enum Shape {
    Unit,
    Newtype(Option<f32>),
    Tuple(i64, u64, f64),
    Struct { z: char, a: (i8, u16), é: () },
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let object = hash_map(any::<String>(), inner.clone(), 0..6);
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            object.prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Unit),
        any::<Option<f32>>().prop_map(Shape::Newtype),
        any::<(i64, u64, f64)>().prop_map(|(i, u, f)| Shape::Tuple(i, u, f)),
        any::<(char, (i8, u16))>().prop_map(|(z, a)| Shape::Struct { z, a, é: () }),
    ]
}

/// What the library for RFC 8785 writes, which takes many times as long; or that it refuses.
fn expected<T: Serialize>(value: &T) -> Option<String> {
    serde_json_canonicalizer::to_string(value).ok()
}

fn written<T: Serialize>(value: &T) -> Option<String> {
    bytes(value).ok().map(|bytes| String::from_utf8(bytes).expect("JSON is UTF-8"))
}

proptest! {
    #[test]
    fn any_value_is_written_as_the_library_for_rfc_8785_does(
        value in json(),
        unordered in hash_map(any::<String>(), shape(), 0..6),
    ) {
        prop_assert_eq!(written(&value), expected(&value));
        prop_assert_eq!(written(&unordered), expected(&unordered));
    }
}

#[test]
fn numbers_are_written_as_64_bit_floats() {
    for number in [0, 1, EXACT - 1, EXACT, EXACT + 1, EXACT + 2, u64::MAX] {
        assert_eq!(written(&number), expected(&number), "{number}");
    }
    for number in [0.0, -0.0, 10.0, 1e21, 1e-7, 0.1, f64::MIN_POSITIVE, f64::MAX] {
        assert_eq!(written(&number), expected(&number), "{number}");
    }
    assert_eq!(written(&i64::MIN), expected(&i64::MIN));
}

#[test]
fn keys_are_in_the_order_of_utf_16() {
    let keys = HashMap::from([("\u{1f600}", 1), ("\u{fb33}", 2), ("a\"", 3), ("a", 4), ("\n", 5)]);
    let order = "{\"\\n\":5,\"a\":4,\"a\\\"\":3,\"\u{1f600}\":1,\"\u{fb33}\":2}";
    assert_eq!(written(&keys).as_deref(), Some(order));
}

#[test]
fn what_json_cannot_say_is_refused() {
    #[derive(Serialize)]
    struct Twice {
        b: u8,
        #[serde(flatten)]
        rest: HashMap<&'static str, u8>,
    }
    assert_eq!(written(&f64::NAN), None);
    assert_eq!(written(&[f64::INFINITY]), None);
    assert_eq!(written(&HashMap::from([(1, 2)])), None);
    assert_eq!(written(&Twice { b: 1, rest: HashMap::from([("b", 2)]) }), None);
    assert_eq!(written(&Twice { b: 1, rest: HashMap::from([("a", 2)]) }).as_deref(), Some("{\"a\":2,\"b\":1}"));
}

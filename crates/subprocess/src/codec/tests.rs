//! Whatever serde can carry comes back as it was.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{from_bytes, to_bytes};

fn through<T: Serialize + DeserializeOwned + 'static>(value: &T) -> T {
    from_bytes(to_bytes(value).unwrap()).unwrap()
}

fn survives<T: Serialize + DeserializeOwned + PartialEq + Debug + 'static>(value: T) {
    assert_eq!(through(&value), value);
}

/// Every shape of serde's data model, nested in itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Any {
    Nothing,
    Unit(()),
    Flag(bool),
    Small(u8, i8, u16, i16),
    Large { unsigned: u64, signed: i64, words: (u32, i32) },
    Huge(u128, i128),
    Letter(char),
    Text(String),
    Maybe(Option<Option<Box<Any>>>),
    UnitMaybe(Option<()>),
    List(Vec<Any>),
    Mixed(Vec<(bool, u64)>),
    Runs(Vec<Vec<i16>>),
    Keys(BTreeMap<(i8, Option<bool>), Any>),
    Chars(BTreeMap<char, u128>),
    Wrapped(Wrapped),
    Marker(Marker),
    Array([u16; 3]),
    Bits(Vec<bool>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Wrapped(Vec<Metres>);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Metres(u32);

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Marker;

fn any_value() -> impl Strategy<Value = Any> {
    let leaf = prop_oneof![
        Just(Any::Nothing),
        Just(Any::Unit(())),
        any::<bool>().prop_map(Any::Flag),
        any::<(u8, i8, u16, i16)>().prop_map(|(a, b, c, d)| Any::Small(a, b, c, d)),
        any::<(u64, i64, (u32, i32))>().prop_map(|(unsigned, signed, words)| Any::Large {
            unsigned,
            signed,
            words
        }),
        any::<(u128, i128)>().prop_map(|(a, b)| Any::Huge(a, b)),
        any::<char>().prop_map(Any::Letter),
        any::<String>().prop_map(Any::Text),
        any::<Option<()>>().prop_map(Any::UnitMaybe),
        any::<Vec<(bool, u64)>>().prop_map(Any::Mixed),
        any::<Vec<Vec<i16>>>().prop_map(Any::Runs),
        any::<BTreeMap<char, u128>>().prop_map(Any::Chars),
        any::<Vec<u32>>().prop_map(|all| Any::Wrapped(Wrapped(all.into_iter().map(Metres).collect()))),
        Just(Any::Marker(Marker)),
        any::<[u16; 3]>().prop_map(Any::Array),
        any::<Vec<bool>>().prop_map(Any::Bits),
    ];
    leaf.prop_recursive(4, 64, 6, |inner| {
        prop_oneof![
            proptest::option::of(proptest::option::of(inner.clone().prop_map(Box::new))).prop_map(Any::Maybe),
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Any::List),
            proptest::collection::btree_map(any::<(i8, Option<bool>)>(), inner, 0..6).prop_map(Any::Keys),
        ]
    })
}

proptest! {
    #[test]
    fn every_shape_survives(value in any_value()) {
        prop_assert_eq!(through(&value), value);
    }

    #[test]
    fn every_bit_of_a_float_survives(singles in any::<Vec<u32>>(), doubles in any::<Vec<u64>>()) {
        let floats: (Vec<f32>, Vec<f64>) =
            (singles.iter().map(|bits| f32::from_bits(*bits)).collect(), doubles.iter().map(|bits| f64::from_bits(*bits)).collect());
        let (f32s, f64s) = through(&floats);
        prop_assert_eq!(f32s.iter().map(|float| float.to_bits()).collect::<Vec<_>>(), singles);
        prop_assert_eq!(f64s.iter().map(|float| float.to_bits()).collect::<Vec<_>>(), doubles.clone());
        let alone: Vec<f64> = through(&floats.1);
        prop_assert_eq!(alone.iter().map(|float| float.to_bits()).collect::<Vec<_>>(), doubles);
    }

    #[test]
    fn bytes_survive_alone_and_inside_a_value(bytes in any::<Vec<u8>>()) {
        prop_assert_eq!(through(&bytes), bytes.clone());
        prop_assert_eq!(through(&Some(bytes.clone())), Some(bytes));
    }

    #[test]
    fn damaged_bytes_are_an_error_or_another_value(value in any_value(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = to_bytes(&value).unwrap();
        let at = at.index(bytes.len());
        let cut = bytes[..at].to_vec();
        prop_assert!(from_bytes::<Any>(cut).is_err());
        bytes[at] = byte;
        let _ = from_bytes::<Any>(bytes);
    }
}

/// The sentence that a type which cannot be carried gets, when it is written or else when it is read.
fn refused<T: Serialize + DeserializeOwned + 'static>(value: &T) -> String {
    let told = to_bytes(value).and_then(|bytes| from_bytes::<T>(bytes));
    told.err().expect("the format cannot carry it").to_string()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u64),
    Text(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    Empty,
    Point { x: i32 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Empty,
    One(u128),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    id: u32,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Skipping {
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    first: bool,
    second: u8,
    third: Vec<u8>,
}

#[test]
fn what_looks_at_the_data_is_refused_by_a_sentence() {
    for sentence in [
        refused(&serde_json::json!({"a": [1, -2, 3.5, null]})),
        refused(&Untagged::Number(7)),
        refused(&vec![Untagged::Text("x".into())]),
        refused(&Tagged::Point { x: 3 }),
        refused(&vec![Adjacent::Empty, Adjacent::One(5)]),
    ] {
        assert!(
            sentence.contains("looks at the data") && sentence.contains("send that part as text"),
            "{sentence}"
        );
    }
    assert!(refused(&Untagged::Number(7)).starts_with("a subprocess::codec::tests::Untagged cannot be read"));
}

#[test]
fn what_is_written_otherwise_than_read_is_refused_as_it_is_written() {
    let flat = to_bytes(&Flat { id: 4, rest: BTreeMap::from([("more".into(), 1)]) }).unwrap_err().to_string();
    assert!(flat.contains("#[serde(flatten)]"), "{flat}");
    // These bytes would be read back as another value, and none would be left over.
    let skipping = Skipping { first: false, second: 1, third: vec![0] };
    let sentence = to_bytes(&skipping).unwrap_err().to_string();
    assert!(sentence.contains("its field `first` is left out"), "{sentence}");
    survives(Skipping { first: true, ..skipping });
}

#[test]
fn types_of_the_standard_library() {
    survives(Duration::new(3, 999_999_999));
    survives(SystemTime::UNIX_EPOCH + Duration::from_nanos(1_234_567_891));
    survives::<Vec<IpAddr>>(vec!["::1".parse().unwrap(), "10.0.0.1".parse().unwrap()]);
    survives(HashMap::from([(vec![1u8, 2], 'a'), (vec![], 'b')]));
    survives((1u8, "two".to_string(), [3.0f32; 4], (), ((),), Some(None::<bool>)));
    survives::<Result<Vec<u8>, String>>(Ok(vec![1, 2, 3]));
    survives::<Result<Vec<u8>, String>>(Err("no".into()));
    survives(std::path::PathBuf::from("/a/b"));
    survives(0..10u64);
    survives(String::new());
    survives(Vec::<u8>::new());
}

#[test]
fn too_few_and_too_many_bytes_are_told() {
    let three = to_bytes(&(1u8, 2u8, 3u8)).unwrap();
    let sentence = from_bytes::<(u8, u8)>(three).unwrap_err().to_string();
    assert!(sentence.starts_with("a (u8, u8) leaves 1 bytes"), "{sentence}");
    let sentence = from_bytes::<u8>([]).unwrap_err().to_string();
    assert!(sentence.starts_with("these bytes are no u8"), "{sentence}");
    assert!(from_bytes::<Vec<i8>>([2, 7]).is_err());
    assert!(from_bytes::<Vec<i8>>([1, 7, 8]).is_err());
}

use super::*;
use proptest::prelude::*;
use serde_json::json;

const SHAPE: Shape = Shape {
    at: &["Result", "Things"],
    named_by: "Name",
    members: members! { Name, Rules { ID, Limit, Action { Block {}, Allow } }, Judged },
    erased_by: "x:PutThing",
};

/// What of a body nobody reads, by resource.
async fn read(form: Form, body: &[u8]) -> Vec<(String, String)> {
    let (noted, unread) = unread(&SHAPE, async { note(form, body) }).await;
    noted.expect("a body that can be read");
    unread.found.into_iter().collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned())).collect()
}

#[tokio::test]
async fn a_member_that_nobody_reads_is_found_by_its_resource_and_its_path() {
    let body = json!({"New": 1, "Result": {"New": 1, "Things": [
        {"Name": "a", "Judged": {"Anything": 1}, "Rules": [
            {"ID": "one", "Limit": 1, "Action": {"Block": {"New": {"Deep": 1}}}},
            {"ID": "two", "New": true},
        ]},
        {"Name": "b", "New": 0, "Newer": false, "Rules": []},
        {"Name": "c"},
    ]}});
    let expected = [("a", "Rules.one.Action.Block.New"), ("a", "Rules.two.New"), ("b", "New"), ("b", "Newer")];
    assert_eq!(read(Form::Json, body.to_string().as_bytes()).await, pairs(&expected));
}

#[tokio::test]
async fn what_says_no_more_than_its_absence_is_no_member() {
    let body = json!({"Result": {"Things": [{"Name": "a", "A": null, "B": "", "C": [], "D": {}, "E": {"F": null}}]}});
    assert_eq!(read(Form::Json, body.to_string().as_bytes()).await, pairs(&[]));
}

#[tokio::test]
async fn xml_is_compared_by_its_elements() {
    let one = "<?xml version=\"1.0\"?>\n<R xmlns=\"urn:r\"><Result><Things><Name>a</Name>\n<Rules><ID>one</ID><New>1</New>\
               </Rules><Other/><Judged><X/></Judged></Things></Result></R>";
    assert_eq!(read(Form::Xml, one.as_bytes()).await, pairs(&[("a", "Rules.New")]));
    let several = "<R><Result><Things><Name>a</Name><Rules><ID>one</ID></Rules><Rules><ID>two</ID><x:New>1</x:New></Rules>\
                   </Things><Things><Name>b</Name><New><![CDATA[1]]></New></Things></Result></R>";
    assert_eq!(read(Form::Xml, several.as_bytes()).await, pairs(&[("a", "Rules.two.New"), ("b", "New")]));
}

#[tokio::test]
async fn cbor_is_compared_by_its_maps() {
    // {"Result": {"Things": [{"Name": "a", "New": 1(0), "Old": null, "Judged": h'00'}]}}, the list without a length.
    let body = b"\xa1\x66Result\xa1\x66Things\x9f\xa4\x64Name\x61a\x63New\xc1\x00\x63Old\xf6\x66Judged\x41\x00\xff";
    assert_eq!(read(Form::Cbor, body).await, pairs(&[("a", "New")]));
}

#[tokio::test]
async fn only_what_was_asked_for_is_compared() {
    assert_eq!(note(Form::Json, b"no JSON"), Ok(()), "nothing was asked for");
    let (noted, found) = unread(&SHAPE, async { note(Form::Json, b"no JSON") }).await;
    let why = noted.unwrap_err().to_string();
    assert!(why.starts_with("the answer cannot be read as Json: "), "{why}");
    assert_eq!(found.all(), []);
    let asked = async { note(Form::Json, br#"{"Result": {"Things": {"Name": "a", "New": 1}}}"#) };
    let (noted, found) = unread(&SHAPE, asked).await;
    assert_eq!((noted, found.all()), (Ok(()), vec![Unmodelled::erased("New", "x:PutThing")]));
    assert_eq!((found.of("a").len(), found.of("b").len()), (1, 0));
}

#[tokio::test]
async fn what_goes_too_deep_is_refused() {
    let json = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let xml = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let cbor = [0x81].repeat(100_000);
    for (form, body) in [(Form::Json, json.as_bytes()), (Form::Xml, xml.as_bytes()), (Form::Cbor, &cbor)] {
        let (noted, _) = unread(&SHAPE, async { note(form, body) }).await;
        assert!(noted.is_err(), "{form:?}");
    }
}

#[test]
fn a_body_says_how_it_is_written() {
    assert_eq!(Form::of(Some("application/cbor"), b"<"), Form::Cbor);
    assert_eq!(Form::of(None, b"\n<A/>"), Form::Xml);
    assert_eq!(Form::of(Some("application/x-amz-json-1.1"), b"{}"), Form::Json);
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for form in [Form::Json, Form::Xml, Form::Cbor] {
            drop(body::value(form, &body));
        }
    }

    #[test]
    fn any_xml_is_read_or_refused(text in "(<[ab]>|</[ab]>|<[ab]/>|x|<!\\[CDATA\\[|\\]\\]>|&|<\\?xml ){0,30}") {
        drop(body::value(Form::Xml, text.as_bytes()));
    }
}

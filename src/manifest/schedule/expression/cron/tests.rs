use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Each form that AWS documents, that was recorded, or that people were seen to use on AWS.
const TAKEN: &[&str] = &[
    "0 3 * * ? *",
    "0 10 * * ? *",
    "15 12 * * ? *",
    "0 18 ? * MON-FRI *",
    "0 8 1 * ? *",
    "0/10 * ? * MON-FRI *",
    "0/5 8-17 ? * MON-FRI *",
    "0 9 ? * 2#1 *",
    "0 9 ? * MON#1 *",
    "15 10 ? * 6L 2022-2023",
    "0 0 L * ? *",
    "0 0 LW * ? *",
    "0 0 3W * ? *",
    "0 0 31W 1,3,5 ? *",
    "0 0 ? * L *",
    "0-15/1 8-8 ? * 2,3,4,5,6,7 *",
    "30-30 13-13 ? * 2,4,6 *",
    "1-31/30 1-1 ? * 1,7 *",
    "*/5 * * * ? *",
    "0 0 1 JAN,jul,Dec ? *",
    "0 0 ? Jan-Mar sun *",
    "0,15,30,45 0 1-7 * ? 1970,2199",
    "05 09 01 02 ? 2030-2040/2",
    "*/59 */23 */31 */12 ? *",
    "0 0 ? * 1-7/2 *",
    "5 */2,3 * * ? *",
];

#[test]
fn every_documented_form_is_taken() {
    for text in TAKEN {
        assert_eq!(cron(text), Ok(()), "{text}");
    }
}

#[test]
fn every_refused_form_names_its_field_and_column() {
    for (text, field, column) in [
        // Recorded.
        ("0 1 * * * *", DAY_OF_WEEK, 9),
        ("7 20 * * NOT *", DAY_OF_WEEK, 10),
        ("INVALID", "fields", 1),
        ("0 dummy ? * MON-FRI *", "hour", 3),
        ("71 8 1 * ? *", "minute", 1),
        ("", "fields", 1),
        // Seen on AWS.
        ("*/60 * * * ? *", "minute", 3),
        ("15 12 ? * -1 *", DAY_OF_WEEK, 11),
        ("0/5, 9-18, ?, *, MON-FRI, *", "minute", 5),
        ("7 20 * * 1-7 *", DAY_OF_WEEK, 10),
        // The days.
        ("0 9 ? * ? *", DAY_OF_WEEK, 9),
        ("0 9 1 * 2 *", DAY_OF_WEEK, 9),
        ("? 9 * * ? *", "minute", 1),
        ("0 9 * ? ? *", "month", 7),
        ("0 9 ? * 2,? *", DAY_OF_WEEK, 11),
        // Fields.
        ("0 3 * * ?", "fields", 1),
        ("0 3 * * ? * *", "fields", 1),
        (" 0 3 * * ? *", "blanks", 1),
        ("0 3 * * ? * ", "blanks", 12),
        ("0  3 * * ? *", "blanks", 3),
        ("0 3\t* * ? *", "blanks", 4),
        // Ranges of each field.
        ("60 3 * * ? *", "minute", 1),
        ("0 24 * * ? *", "hour", 3),
        ("0 3 0 * ? *", DAY_OF_MONTH, 5),
        ("0 3 32 * ? *", DAY_OF_MONTH, 5),
        ("0 3 * 0 ? *", "month", 7),
        ("0 3 * 13 ? *", "month", 7),
        ("0 3 ? * 0 *", DAY_OF_WEEK, 9),
        ("0 3 ? * 8 *", DAY_OF_WEEK, 9),
        ("0 3 * * ? 1969", "year", 11),
        ("0 3 * * ? 2200", "year", 11),
        ("000 3 * * ? *", "minute", 1),
        // Names.
        ("0 3 * JANUARY ? *", "month", 7),
        ("0 3 * MON ? *", "month", 7),
        ("0 3 ? * JAN *", DAY_OF_WEEK, 9),
        ("MON 3 ? * 1 *", "minute", 1),
        ("0 3 ? * MON-6 *", DAY_OF_WEEK, 13),
        ("0 3 ? * 2-FRI *", DAY_OF_WEEK, 11),
        ("0 3 ? * MON/2 *", DAY_OF_WEEK, 13),
        ("0 3 ? * MON-FRI/2 *", DAY_OF_WEEK, 17),
        // Lists, ranges and steps.
        ("1,,2 3 * * ? *", "minute", 3),
        ("1, 3 * * ? *", "minute", 3),
        (",1 3 * * ? *", "minute", 1),
        ("*,5 3 * * ? *", "minute", 1),
        ("5- 3 * * ? *", "minute", 3),
        ("-5 3 * * ? *", "minute", 1),
        ("1-2-3 3 * * ? *", "minute", 3),
        ("*-5 3 * * ? *", "minute", 1),
        ("0 22-2 * * ? *", "hour", 3),
        ("0 3 ? * FRI-MON *", DAY_OF_WEEK, 9),
        ("0/0 3 * * ? *", "minute", 3),
        ("0/ 3 * * ? *", "minute", 3),
        ("/5 3 * * ? *", "minute", 1),
        ("0/5/2 3 * * ? *", "minute", 3),
        ("0 0/24 * * ? *", "hour", 5),
        ("0/x 3 * * ? *", "minute", 3),
        // L, W and #.
        ("L 3 * * ? *", "minute", 1),
        ("0 3 1W,15W * ? *", DAY_OF_MONTH, 5),
        ("0 3 1-5W * ? *", DAY_OF_MONTH, 7),
        ("0 3 32W * ? *", DAY_OF_MONTH, 5),
        ("0 3 W * ? *", DAY_OF_MONTH, 5),
        ("0 3 WL * ? *", DAY_OF_MONTH, 5),
        ("0 3 1,L * ? *", DAY_OF_MONTH, 7),
        ("0 3 L-3 * ? *", DAY_OF_MONTH, 5),
        ("0 3 l * ? *", DAY_OF_MONTH, 5),
        ("0 3 6L * ? *", DAY_OF_MONTH, 5),
        ("0 3 3#2 * ? *", DAY_OF_MONTH, 5),
        ("0 3 ? * 8L *", DAY_OF_WEEK, 9),
        ("0 3 ? * FRIL *", DAY_OF_WEEK, 9),
        ("0 3 ? * 2,6L *", DAY_OF_WEEK, 11),
        ("0 3 ? * 3W *", DAY_OF_WEEK, 9),
        ("0 3 ? * 3#0 *", DAY_OF_WEEK, 11),
        ("0 3 ? * 3#6 *", DAY_OF_WEEK, 11),
        ("0 3 ? * 3# *", DAY_OF_WEEK, 11),
        ("0 3 ? * #2 *", DAY_OF_WEEK, 9),
        ("0 3 ? * 8#2 *", DAY_OF_WEEK, 9),
        ("0 3 ? * 3#1,6#3 *", DAY_OF_WEEK, 11),
        ("0 3 ? L 1 *", "month", 7),
        ("é 3 * * ? *", "minute", 1),
        ("0 3 * * ? é", "year", 11),
    ] {
        let fault = cron(text).expect_err(text);
        assert_eq!((fault.field, fault.column), (field, column), "{text}: {fault:?}");
        assert!(!fault.help.is_empty(), "{text}");
    }
}

#[test]
fn what_to_do_is_said_in_the_documented_form() {
    let help = |text| cron(text).unwrap_err().help;
    assert_eq!(help("0 22-2 * * ? *"), "write two ranges, such as 22-23,0-2");
    assert_eq!(help("0 3 ? * FRI-MON *"), "write two ranges, such as FRI-SAT,SUN-MON");
    assert!(help("0 3 * * ?").starts_with("the year is missing"));
    assert!(help("0 3 ? * FRIL *").contains("6L"));
}

/// The values of a field as people write them.
fn entry(index: usize) -> BoxedStrategy<String> {
    let Field { least, most, names, step, .. } = FIELDS[index];
    let number = (least..=most).prop_map(|number| number.to_string());
    let range = (least..=most, least..=most).prop_map(|(one, other)| format!("{}-{}", one.min(other), one.max(other)));
    let plain = prop_oneof![number, range];
    let stepped =
        (prop_oneof![plain.clone(), Just("*".to_owned())], 1..=step).prop_map(|(of, step)| format!("{of}/{step}"));
    let any = prop_oneof![plain, stepped];
    if names.is_empty() {
        return any.boxed();
    }
    let name = select(names).prop_flat_map(|name| select(vec![name.to_owned(), name.to_lowercase()]));
    let named = (0..names.len(), 0..names.len())
        .prop_map(|(one, other)| format!("{}-{}", names[one.min(other)], names[one.max(other)]));
    prop_oneof![any, name, named].boxed()
}

fn field(index: usize) -> BoxedStrategy<String> {
    let list = prop::collection::vec(entry(index), 1..4).prop_map(|entries| entries.join(","));
    let own: BoxedStrategy<String> = match FIELDS[index].name {
        DAY_OF_MONTH => {
            prop_oneof![Just("L".to_owned()), Just("LW".to_owned()), (1..=31).prop_map(|d| format!("{d}W"))].boxed()
        }
        DAY_OF_WEEK => {
            let week = (1..=7, 1..=5).prop_map(|(day, week)| format!("{day}#{week}"));
            prop_oneof![Just("L".to_owned()), (1..=7).prop_map(|day| format!("{day}L")), week].boxed()
        }
        _ => Just("*".to_owned()).boxed(),
    };
    prop_oneof![Just("*".to_owned()), list, own].boxed()
}

prop_compose! {
    fn valid()(
        (minute, hour, month, year) in (field(0), field(1), field(3), field(5)),
        (day_of_month, day_of_week, by_week) in (field(2), field(4), any::<bool>()),
    ) -> [String; 6] {
        let (day_of_month, day_of_week) = if by_week { ("?".into(), day_of_week) } else { (day_of_month, "?".into()) };
        [minute, hour, day_of_month, month, day_of_week, year]
    }
}

/// Texts that no field takes.
const SPOILT: &[&str] =
    &["99999", "1-", "/2", "*/0", "1,,2", "x", "1;2", "1-2-3", "#", "-1", "*-2", "1/", "LL", "1,*", "0x1", "é"];

proptest! {
    #[test]
    fn valid_fields_are_taken(fields in valid()) {
        prop_assert_eq!(cron(&fields.join(" ")), Ok(()));
    }

    #[test]
    fn one_spoilt_field_is_named_with_its_column(fields in valid(), index in 0..6_usize, spoilt in select(SPOILT)) {
        let mut fields = fields;
        fields[index] = spoilt.to_owned();
        let fault = cron(&fields.join(" ")).expect_err("a spoilt field");
        let begin = fields[..index].iter().map(|field| field.chars().count() + 1).sum::<usize>() + 1;
        prop_assert_eq!(fault.field, FIELDS[index].name);
        prop_assert!((begin..=begin + spoilt.chars().count()).contains(&fault.column), "{:?}", fault);
    }

    #[test]
    fn no_text_is_too_odd(text in ".{0,40}") {
        if let Err(fault) = cron(&text) {
            prop_assert!(fault.column >= 1 && fault.column <= text.chars().count() + 1);
        }
    }
}

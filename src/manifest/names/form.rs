//! What AWS accepts as a name, for each kind.

use crate::kind::Kind;

/// The names of a kind.
pub struct Form {
    /// The fewest characters.
    pub least: usize,
    /// The most.
    pub most: usize,
    /// True for a character that it may have.
    fits: fn(char) -> bool,
    /// Those characters, in words.
    pub characters: &'static str,
    /// How none begins, since AWS keeps that for itself, whatever the case.
    kept: &'static [&'static str],
    /// How none ends.
    kept_ends: &'static [&'static str],
}

/// Why AWS takes no such name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It has too few characters, or too many.
    Length,
    /// It has a character that none can have.
    Character(char),
    /// AWS keeps names that begin or end so for itself.
    Kept(&'static str),
    /// It is of another form.
    Form(&'static str),
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_".contains(c)
}

fn dotted(c: char) -> bool {
    word(c) || c == '.'
}

/// What AWS takes, but for what IAM takes for a wildcard or a variable: policies name things by these.
fn printable(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !"*?$\"\\".contains(c)
}

const WORD: &str = "letters, digits, hyphens and underscores";
const DOTTED: &str = "letters, digits, hyphens, underscores and dots";
const PRINTABLE: &str = "letters, digits, spaces and punctuation marks except * ? $ \" and \\";

impl Form {
    const fn new(least: usize, most: usize, fits: fn(char) -> bool, characters: &'static str) -> Self {
        Self { least, most, fits, characters, kept: &[], kept_ends: &[] }
    }

    /// Of a kind, if a section can say what its resource is called.
    pub fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Table => Self::new(3, 255, dotted, DOTTED),
            Kind::Topic => Self::new(1, 256, dotted, WORD),
            Kind::Queue => Self::new(1, 80, dotted, WORD),
            Kind::EventBus => Self { kept: &["aws."], ..Self::new(1, 256, dotted, DOTTED) },
            Kind::EventRule => Self::new(1, 64, dotted, DOTTED),
            Kind::Bucket => Self {
                kept: &["xn--", "sthree-", "amzn-s3-demo-"],
                kept_ends: &["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"],
                ..Self::new(3, 63, lower, "lower-case letters, digits, hyphens and dots")
            },
            Kind::Role => Self {
                kept: &["AWSServiceRoleFor", "AWSReservedSSO_"],
                ..Self::new(1, 64, of_iam, "letters, digits and _ + = , . @ -")
            },
            Kind::LogGroup => {
                let fits = |c| dotted(c) || "/#".contains(c);
                Self { kept: &["aws/"], ..Self::new(1, 512, fits, "letters, digits and _ - / . #") }
            }
            Kind::Function => Self::new(1, 64, word, WORD),
            Kind::RestApi | Kind::UsagePlan => Self::new(1, 255, printable, PRINTABLE),
            Kind::HttpApi | Kind::Rule => Self::new(1, 128, printable, PRINTABLE),
            Kind::Alarm => Self::new(1, 255, printable, PRINTABLE),
            Kind::StateMachine => Self::new(1, 80, dotted, DOTTED),
            Kind::WebAcl => Self::new(1, 128, word, WORD),
            _ => return None,
        })
    }

    /// What is wrong with a name; `is_fifo` where the resource is a FIFO queue or topic.
    pub fn fault(&self, kind: Kind, name: &str, is_fifo: bool) -> Option<Fault> {
        let begins = |start: &&&str| name.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
        let first = self.kept.iter().find(begins).or_else(|| self.kept_ends.iter().find(|end| name.ends_with(**end)));
        if let Some(wrong) = name.chars().find(|c| !(self.fits)(*c)) {
            return Some(Fault::Character(wrong));
        }
        if !(self.least..=self.most).contains(&name.chars().count()) {
            return Some(Fault::Length);
        }
        first.copied().map(Fault::Kept).or_else(|| form(kind, name, is_fifo).map(Fault::Form))
    }
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c)
}

fn of_iam(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)
}

/// What a kind asks of the whole name.
fn form(kind: Kind, name: &str, is_fifo: bool) -> Option<&'static str> {
    match kind {
        Kind::Queue | Kind::Topic => of_fifo(name, is_fifo),
        Kind::EventBus if name == "default" => Some("default is the name of the account's own bus"),
        Kind::Bucket => of_bucket(name),
        _ if name.trim() != name => Some("it begins or ends with a space"),
        _ => None,
    }
}

fn of_fifo(name: &str, is_fifo: bool) -> Option<&'static str> {
    match (is_fifo, name.strip_suffix(".fifo")) {
        (true, None) => Some("the name must end with .fifo, because the section has fifo = true"),
        (false, Some(_)) => Some("a name ends with .fifo only if the section has fifo = true"),
        (_, own) if own.unwrap_or(name).contains('.') => {
            Some("it contains a dot, which is allowed only in .fifo at the end")
        }
        (_, Some("")) => Some("there is nothing before .fifo"),
        _ => None,
    }
}

fn of_bucket(name: &str) -> Option<&'static str> {
    let outer = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !name.starts_with(outer) || !name.ends_with(outer) {
        return Some("it begins or ends with a hyphen or a dot");
    }
    if name.contains("..") {
        return Some("it has two dots in a row");
    }
    (name.split('.').count() == 4 && name.split('.').all(is_number)).then_some("it has the form of an IP address")
}

/// Why IAM takes no such path, if so.
pub fn path_fault(path: &str) -> Option<&'static str> {
    let inner = |c: char| c.is_ascii_graphic() && !"*?$\"\\".contains(c);
    if !path.starts_with('/') || !path.ends_with('/') || path.contains("//") {
        return Some("begin and end it with a slash, and do not repeat slashes: write `/` or `/service-role/`");
    }
    if path.len() > 512 || !path.chars().all(inner) {
        return Some("use at most 512 letters, digits and punctuation marks except * ? $ \" and \\");
    }
    let is_kept = ["/aws-reserved/", "/aws-service-role/"].iter().any(|kept| path.starts_with(kept));
    is_kept.then_some("IAM reserves the paths /aws-reserved/ and /aws-service-role/ for AWS's own roles")
}

/// A name as AWS compares it: for IAM, two roles that differ only in case are the same.
pub fn compared(kind: Kind, name: &str) -> String {
    match kind {
        Kind::Role => name.rsplit('/').next().unwrap_or(name).to_ascii_lowercase(),
        _ => name.to_owned(),
    }
}

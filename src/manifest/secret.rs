//! Literals that look like secrets. Everybody who can read the repository can read a manifest, and plans and comments
//! show what is in it.

/// Beginnings of well-known tokens, how long such a token is at least, and whose it is.
const TOKENS: &[(&str, usize, &str)] = &[
    ("AKIA", 20, "an AWS access key id"),
    ("ASIA", 20, "an AWS access key id"),
    ("ghp_", 36, "a GitHub token"),
    ("gho_", 36, "a GitHub token"),
    ("ghu_", 36, "a GitHub token"),
    ("ghs_", 36, "a GitHub token"),
    ("ghr_", 36, "a GitHub token"),
    ("github_pat_", 40, "a GitHub token"),
    ("glpat-", 20, "a GitLab token"),
    ("npm_", 36, "an npm token"),
    ("pypi-", 40, "a PyPI token"),
    ("xoxb-", 20, "a Slack token"),
    ("xoxp-", 20, "a Slack token"),
    ("xoxa-", 20, "a Slack token"),
    ("xapp-", 20, "a Slack token"),
    ("sk_live_", 20, "a Stripe key"),
    ("rk_live_", 20, "a Stripe key"),
    ("whsec_", 20, "a Stripe secret"),
    ("sk-", 32, "an API key"),
    ("AIza", 39, "a Google API key"),
    ("SG.", 40, "a SendGrid key"),
    ("eyJ", 60, "a JSON Web Token"),
];

/// True if a line of a manifest, or of a file that it names, may hold a secret: it gives environment variables their values,
/// or a value in it looks like one. Such a line is never repeated.
pub fn may_be_in_line(text: &str, line: usize) -> bool {
    let lines: Vec<&str> = text.split('\n').take(line).collect();
    let Some(own) = lines.last() else { return false };
    sets_variables(&lines) || has_suspicious_value(own)
}

/// True if the last of these lines belongs to a table of environment variables.
fn sets_variables(lines: &[&str]) -> bool {
    const KEY: &str = "environment";
    let is_header = |line: &str| {
        let line = line.split('#').next().unwrap_or_default();
        line.trim_start().starts_with('[') && !line.contains(['=', ','])
    };
    let header = lines.iter().rposition(|line| is_header(line)).unwrap_or(0);
    let Some((own, before)) = lines[header..].split_last() else { return false };
    if own.contains(KEY) || lines[header].contains(KEY) || is_of_api_key(lines[header], own) {
        return true;
    }
    // An inline table over several lines.
    let before = before.join("\n");
    let opened = before.rfind(KEY).map(|at| &before[at..]).unwrap_or_default();
    opened.matches('{').count() > opened.matches('}').count()
}

/// True for a line of a usage plan that says something of its keys.
fn is_of_api_key(header: &str, line: &str) -> bool {
    let is_of_keys = |line: &str| line.contains("key.") || line.contains("key =") || line.contains("key=");
    let is_of_plan = header.contains("usage_plan") || line.contains("usage_plan");
    is_of_plan && (header.contains(".key.") || header.contains(".key]") || is_of_keys(line))
}

fn has_suspicious_value(line: &str) -> bool {
    let (mut name, mut inside) = (String::new(), false);
    for part in line.split(['"', '\'']) {
        if inside && suspicion(&name, part).is_some() {
            return true;
        }
        let word = part.split(|c: char| !c.is_alphanumeric() && c != '_').rfind(|word| !word.is_empty());
        // In JSON a name is quoted as well.
        name = word.map_or(name, str::to_owned);
        inside = !inside;
    }
    line.split_whitespace().any(|word| suspicion("", word).is_some())
}

/// Words in a variable's name that say that its value is secret.
const WORDS: [&str; 8] = ["PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "PRIVATEKEY", "ACCESSKEY", "CREDENTIAL"];

/// Endings of a variable's name that say that its value only tells where the secret is.
const NOT_ITSELF: [&str; 8] = ["ARN", "NAME", "ID", "PATH", "URL", "URI", "FILE", "TTL"];

/// Why a variable's value looks like a secret, if it does. A value that is filled in from elsewhere never does.
pub fn suspicion(name: &str, value: &str) -> Option<&'static str> {
    if value.contains("${") {
        return None;
    }
    if let Some(why) = evident(value) {
        return Some(why);
    }
    let is_plain = value.starts_with("arn:") || value.contains("://") || value.contains('/') || is_uuid(value);
    if !is_plain && names_a_secret(name) && value.len() >= 6 && value.parse::<f64>().is_err() {
        return Some("a secret, judging by the variable's name");
    }
    (!is_plain && is_random(value)).then_some("a key, because it is long and random")
}

/// Why something in a text looks like a secret by its own form, whatever it is called.
pub fn evident_in(text: &str) -> Option<&'static str> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'`,;()<>[]{}=".contains(c));
    words.chain(Some(text).filter(|text| text.contains("-----BEGIN "))).find_map(evident)
}

fn evident(value: &str) -> Option<&'static str> {
    if value.contains("-----BEGIN ") && value.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    if let Some((.., whose)) = TOKENS.iter().find(|(start, length, _)| is_token(value, start, *length)) {
        return Some(whose);
    }
    has_password(value).then_some("a URL with a password in it")
}

fn is_token(value: &str, start: &str, length: usize) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    value.starts_with(start) && value.len() >= length && value.bytes().all(is_letter)
}

/// `scheme://user:password@host`
fn has_password(value: &str) -> bool {
    let authority = value.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let user = authority.and_then(|authority| authority.rsplit_once('@')).map(|(user, _)| user);
    user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| !password.is_empty())
}

fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let last = name.rsplit('_').next().unwrap_or_default();
    let joined = name.replace('_', "");
    !NOT_ITSELF.contains(&last) && WORDS.iter().any(|word| joined.contains(word))
}

fn is_uuid(value: &str) -> bool {
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// True for one long word of letters and digits mixed, whose characters repeat as little as random ones do.
fn is_random(value: &str) -> bool {
    let letters = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b));
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let hex = value.len() >= 32 && value.bytes().all(|b| b.is_ascii_hexdigit());
    let limit = if hex { 3.0 } else { 4.0 };
    letters && value.len() >= 24 && digits >= 2 && digits < value.len() && entropy(value) > limit
}

/// Shannon's, in bits a character.
fn entropy(value: &str) -> f64 {
    let total = value.len() as f64;
    let count = |byte: u8| value.bytes().filter(|b| *b == byte).count() as f64;
    let share = |byte: u8| count(byte) / total;
    (0..=u8::MAX).map(share).filter(|share| *share > 0.0).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_told_by_form_name_and_randomness() {
        for (name, value, why) in [
            ("KEY", "AKIAIOSFODNN7EXAMPLE", "an AWS access key id"),
            ("X", concat!("ghp", "_0123456789abcdefghijABCDEFGHIJ012345"), "a GitHub token"),
            ("DB", "postgres://app:hunter2@db.example:5432/app", "a URL with a password in it"),
            ("PEM", "-----BEGIN RSA PRIVATE KEY-----\nx", "a private key"),
            ("DB_PASSWORD", "hunter2!", "a secret, judging by the variable's name"),
            ("api_key", "abcdefgh", "a secret, judging by the variable's name"),
            ("STRIPE", "9f86d081884c7d659a2feaa0c55ad015", "a key, because it is long and random"),
            ("SEED", "wJalrXUtnFEMI0K7MDENGbPxRfiCYEXAMPLEKEY", "a key, because it is long and random"),
        ] {
            assert_eq!(suspicion(name, value), Some(why), "{name}={value}");
        }
    }

    #[test]
    fn a_line_that_may_hold_a_secret_is_known_whatever_is_around_it() {
        let is_hidden = |text: &str| may_be_in_line(text, text.lines().count());
        for text in [
            "[function.f.environment]\nA = \"b\"",
            "[function.f.environment] # a = b, c\nA = \"b\"",
            "[function.f]\nenvironment = { A = \"b\" }",
            "[function.f]\nenvironment = {\n  A = \"b\",\n  C = \"d\"",
            "[function.f]\nenvironmnt = { DB_PASSWORD = \"hunter2\" }",
            "[function.f]\nenvironmnt = { DB_PASSWORD = 'hunter2",
            "[usage_plan.free.key.one]\nvalues = \"plain\"",
            "[usage_plan.free.key]\none = \"plain\"",
            "[usage_plan.free]\nkey = { one = { value = \"plain\", enable = true } }",
            "[usage_plan.free]\nkey.one.value = \"plain\"",
            "[topic.t]\ndisplay_name = \"AKIAIOSFODNN7EXAMPLE\"",
            "[topic.t]\nAKIAIOSFODNN7EXAMPLE",
            "{\n  \"password\": \"hunter2\"",
        ] {
            assert!(is_hidden(text), "{text}");
        }
        for text in [
            "[function.f.environment]\nA = \"b\"\n[function.g]\nmemory = \"big\"",
            "[function.f]\nenvironment = { A = \"b\" }\nmemory = \"big\"",
            "[usage_plan.free]\nkeys = [1]",
            "[table.t]\nhash_kye = { name = \"id\", type = \"S\" }",
            "",
        ] {
            assert!(!is_hidden(text), "{text}");
        }
    }

    #[test]
    fn what_only_names_something_is_no_secret() {
        for (name, value) in [
            ("TABLE", "orders-production"),
            ("ENVIRONMENT", "production"),
            ("SECRET_ARN", "arn:aws:secretsmanager:us-west-2:123456789012:secret:app"),
            ("SECRET_NAME", "production-database"),
            ("TOKEN_TTL", "3600000"),
            ("TOKEN", "${stage}"),
            ("MAX_TOKENS", "100000"),
            ("URL", "https://api.example.com/v1/things?x=1"),
            ("TENANT", "123e4567-e89b-12d3-a456-426614174000"),
            ("NAME", "a-rather-long-name-of-something-in-words-2"),
            ("MODE", ""),
        ] {
            assert_eq!(suspicion(name, value), None, "{name}={value}");
        }
    }
}

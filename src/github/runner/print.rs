//! Everything that this program prints, and the only way to: a test keeps that.
//!
//! A runner reads standard output and standard error line by line, and takes a line that begins with `::`, or that holds
//! `##[` anywhere, for a command to itself. What is printed may come from a manifest, a path, AWS or GitHub; so in a job of
//! GitHub Actions such text is changed until it is none. Only `command` writes commands, whose values are escaped. What
//! is printed is printed as whole lines, so that no two pieces of it make a command together.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, PoisonError};

use anstream::adapter::strip_str;
use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};

use super::{data, frame, is_here, is_job, property};
use crate::environment;

/// Writes a result to stdout; colours only where they are shown. A reader that has gone away is no error.
pub fn result(text: &str) -> io::Result<()> {
    part(text).map(drop)
}

/// The same for a part of a result without an end; `false` where nobody reads any more.
pub fn part(text: &str) -> io::Result<bool> {
    write(io::stdout(), text, defused)
}

/// The same for JSON, which stays JSON of the same value.
pub fn json(text: &str) -> io::Result<()> {
    write(io::stdout(), text, |text| text.replace("##[", "#\\u0023[")).map(drop)
}

/// What stands at the end of the terminal to be drawn again.
static DRAWN: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Says something on stderr. Nothing can be done about a terminal that does not take it.
pub fn say(text: impl Display) {
    redraw(&text.to_string(), None);
}

/// Says something, if there is something to say, above lines that take the place of those before. Only where
/// [`can_redraw`] is true.
pub fn say_above(text: &str, lines: Vec<String>) {
    redraw(text, Some(lines));
}

/// True where lines may be drawn again in their place: at a terminal in front of people.
pub fn can_redraw() -> bool {
    let is_dumb = environment::variable("TERM").is_none_or(|terminal| terminal == "dumb");
    io::stderr().is_terminal() && !is_dumb && !is_job()
}

/// True where somebody can be asked: a terminal on every side, and no job of anybody's. What a question is about goes to stdout,
/// and nobody has seen it where that is a pipe or a file.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal() && io::stderr().is_terminal() && !is_job()
}

/// Says something on stderr, and leaves the cursor behind it. Only where [`is_interactive`] is true.
pub fn prompt(text: &str) {
    // See `say`.
    let _ = put(io::stderr(), text);
}

fn redraw(text: &str, lines: Option<Vec<String>>) {
    let mut drawn = DRAWN.lock().unwrap_or_else(PoisonError::into_inner);
    let stderr = io::stderr();
    let text = seen(text, AutoStream::choice(&stderr), is_here().then_some(defused));
    let before = frame::erase(drawn.len());
    if let Some(lines) = lines {
        *drawn = lines;
    }
    let all = format!("{before}{text}{}", frame::draw(&drawn));
    // See `say`.
    let _ = put(stderr, &all);
}

/// How many characters a line of the terminal has that stdout is; `None` where it is none.
pub fn width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// A command to the runner, such as `::error file=a.toml::message`.
pub(super) fn command(name: &'static str, properties: &[(&'static str, &str)], message: &str) {
    // Nothing can be done about a runner that does not read.
    let _ = writeln!(io::stderr().lock(), "{}", Command { name, properties, message });
}

/// Text in which no line is a command to the runner.
pub(super) fn defused(text: &str) -> String {
    let text = text.replace("##[", "##\\[");
    let line = |line: &str| {
        let start = line.len() - line.trim_start().len();
        if line[start..].starts_with("::") {
            format!("{}\\{}", &line[..start], &line[start..])
        } else {
            line.to_owned()
        }
    };
    text.split_inclusive(['\n', '\r']).map(line).collect()
}

fn write<S: RawStream + AsLockedWrite>(stream: S, text: &str, defuse: fn(&str) -> String) -> io::Result<bool> {
    let text = seen(text, AutoStream::choice(&stream), is_here().then_some(defuse));
    put(stream, &text)
}

/// `false` where nobody reads any more.
fn put<S: RawStream + AsLockedWrite>(stream: S, text: &str) -> io::Result<bool> {
    let mut stream = AutoStream::always(stream);
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Text as it comes out of the stream: without its colours where they are not shown, and only then made harmless, since
/// a colour's bytes could stand between those of a command.
fn seen(text: &str, colours: ColorChoice, defuse: Option<fn(&str) -> String>) -> Cow<'_, str> {
    // Text without a control character has no colours to look for.
    let is_plain = !text.bytes().any(|byte| byte.is_ascii_control() && byte != b'\n');
    let text = match colours {
        ColorChoice::Never if !is_plain => Cow::Owned(strip_str(text).to_string()),
        _ => Cow::Borrowed(text),
    };
    let text = defuse.map_or(text.clone(), |defuse| Cow::Owned(defuse(&text)));
    if text.is_empty() || text.ends_with('\n') { text } else { Cow::Owned(text.into_owned() + "\n") }
}

/// A line that the runner takes for a command.
pub(super) struct Command<'a> {
    pub(super) name: &'static str,
    pub(super) properties: &'a [(&'static str, &'a str)],
    pub(super) message: &'a str,
}

impl Display for Command<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "::{}", self.name)?;
        for (index, (name, value)) in self.properties.iter().enumerate() {
            write!(out, "{}{name}={}", if index == 0 { ' ' } else { ',' }, property(value))?;
        }
        write!(out, "::{}", data(self.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_a_job(text: &str, colours: ColorChoice) -> String {
        seen(text, colours, Some(defused)).into_owned()
    }

    #[test]
    fn no_printed_line_is_a_command() {
        let text = "a ##[set-output name=x]y\n  ::error::z\r::stop\nplain :: text\n";
        let harmless = "a ##\\[set-output name=x]y\n  \\::error::z\r\\::stop\nplain :: text\n";
        assert_eq!(in_a_job(text, ColorChoice::Never), harmless);
        // .NET takes these for space too.
        assert_eq!(in_a_job("\u{a0}\u{2003}\u{85}::stop\n", ColorChoice::Never), "\u{a0}\u{2003}\u{85}\\::stop\n");
        assert_eq!(seen(text, ColorChoice::Never, None), text, "elsewhere only colours are taken out");
    }

    #[test]
    fn a_colour_hides_no_command() {
        for text in ["\u{1b}[31m::stop\n", ":\u{1b}[0m:stop\n", "\u{1b}]0;title\u{7}::stop\n", "\u{7}::stop\n"] {
            let plain = in_a_job(text, ColorChoice::Never);
            assert!(plain.lines().all(|line| !line.trim_start().starts_with("::")), "{text:?} {plain:?}");
        }
        let plain = in_a_job("#\u{1b}[0m#\u{1b}[1m[set-output]\n", ColorChoice::Never);
        assert!(!plain.contains("##["), "{plain:?}");
        // Where colours are shown, the runner sees their bytes as well.
        assert_eq!(in_a_job("\u{1b}[31m::red\n", ColorChoice::Always), "\u{1b}[31m::red\n");
    }

    #[test]
    fn lines_are_whole() {
        assert_eq!(seen("a", ColorChoice::Never, None), "a\n");
        assert_eq!(seen("", ColorChoice::Never, None), "");
        assert_eq!(seen("a\nb\n", ColorChoice::Never, None), "a\nb\n");
    }

    #[test]
    fn json_keeps_its_value() {
        let value = serde_json::json!({"a": "##[set-output name=x]\n::error::y", "b##[": []});
        for text in [value.to_string(), format!("{value:#}")] {
            let harmless = text.replace("##[", "#\\u0023[");
            assert!(!harmless.contains("##[") && !harmless.lines().any(|line| line.trim_start().starts_with("::")));
            assert_eq!(serde_json::from_str::<serde_json::Value>(&harmless).unwrap(), value);
        }
    }

    #[test]
    fn a_command_cannot_be_broken_out_of() {
        let properties = [("file", "a,b:c"), ("line", "3"), ("title", "50% of\n::")];
        let line = Command { name: "error", properties: &properties, message: "one\ntwo::error::three" }.to_string();
        assert_eq!(line, "::error file=a%2Cb%3Ac,line=3,title=50%25 of%0A%3A%3A::one%0Atwo::error::three");
        assert_eq!(Command { name: "endgroup", properties: &[], message: "" }.to_string(), "::endgroup::");
    }
}

//! A receipt, for a terminal and for GitHub: what became of each change, every call in order, and what that proves.

use super::applied;
use super::escape::{code, prose};
use super::report;
use super::terminal::Paint;
use super::visible::plain;
use super::words;
use crate::apply::journal::ApplyRun;
use crate::apply::receipt::{Proof, Receipt};
use crate::apply::report::{Answered, Sent};

/// A receipt that fits its plan, as text.
pub fn terminal(receipt: &Receipt, proof: &Proof, colour: bool) -> String {
    let paint = Paint(colour);
    let mut out = report::terminal(&receipt.report(), colour);
    for (title, calls) in runs(receipt) {
        out.push_str(&format!("\n{}\n", paint.bold(&plain(&title))));
        calls.iter().for_each(|sent| out.push_str(&line(sent, paint)));
    }
    out.push_str(&format!("\n{}\n", proved(proof)));
    out
}

/// A receipt that fits its plan, as Markdown.
pub fn markdown(receipt: &Receipt, proof: &Proof) -> String {
    let mut out = applied::markdown(&receipt.report());
    for (title, calls) in runs(receipt) {
        out.push_str(&format!("### {}\n\n", prose(&title)));
        if !calls.is_empty() {
            out.push_str("| Time | Call | Resource | Step | Try | Answer | Request |\n");
            out.push_str("| --- | --- | --- | ---: | ---: | --- | --- |\n");
            calls.iter().for_each(|sent| out.push_str(&row(sent)));
            out.push('\n');
        }
    }
    format!("{out}{}\n", proved(proof))
}

/// `7 calls were sent; all are among the plan's 9.`
fn proved(proof: &Proof) -> String {
    let sent = words::count_of(proof.sent, "call");
    match (proof.sent, proof.planned - proof.distinct.min(proof.planned)) {
        (0, _) => "No call was sent.".into(),
        (_, 0) => format!("{sent} sent: all {} of the plan, and no other.", words::grouped(proof.planned as u64)),
        (_, left) => format!(
            "{sent} sent: {} of the plan's {}, and no other; {left} not sent.",
            words::grouped(proof.distinct as u64),
            words::grouped(proof.planned as u64)
        ),
    }
}

fn runs(receipt: &Receipt) -> impl Iterator<Item = (String, &[Sent])> {
    let earlier = receipt.earlier.iter().map(|past| (title("Earlier calls", &past.run), &past.calls[..]));
    earlier.chain([(title("Calls", &receipt.run), &receipt.calls[..])])
}

/// `Calls of the apply of 2026-01-01T00:00:00Z, version 0.1.0, run 7, attempt 1`
fn title(what: &str, run: &ApplyRun) -> String {
    let github = match (run.github.get("github_run_id"), run.github.get("github_run_attempt")) {
        (Some(id), Some(attempt)) => format!(", run {id}, attempt {attempt}"),
        _ => String::new(),
    };
    format!("{what} of the apply of {}, version {}{github}", run.started, run.tool_version)
}

fn line(sent: &Sent, paint: Paint) -> String {
    let answer = match sent.answer {
        Answered::Accepted => paint.good("accepted"),
        _ => paint.bad(word(sent.answer)),
    };
    let (time, address, api) = (plain(&sent.started), &sent.address, plain(&sent.api));
    let (step, attempt) = (sent.step.saturating_add(1), again(sent));
    let more = paint.faint(&format!(" in {} ms{}", sent.milliseconds, plain(&request(sent))));
    let error = sent.error.as_ref().map(|error| format!("      {}\n", plain(error))).unwrap_or_default();
    format!("  {time} {address} {step}. {api}{attempt}: {answer}{}{more}\n{error}", sweep(sent))
}

fn row(sent: &Sent) -> String {
    let answer = match sent.answer {
        Answered::Accepted => format!("{} in {} ms", word(sent.answer), sent.milliseconds),
        _ => format!("**{}**", word(sent.answer)),
    };
    let error = sent.error.as_ref().map(|error| format!(": {}", prose(error))).unwrap_or_default();
    format!(
        "| {} | {} | {} | {} | {} | {answer}{}{error} | {} |\n",
        code(&sent.started),
        code(&sent.api),
        code(&sent.address.to_string()),
        sent.step.saturating_add(1),
        sent.attempt,
        sweep(sent),
        sent.request_id.as_deref().map(code).unwrap_or_default(),
    )
}

fn word(answer: Answered) -> &'static str {
    match answer {
        Answered::Accepted => "accepted",
        Answered::Refused => "refused",
        Answered::Lost => "answer lost",
        Answered::NotSent => "not sent",
        Answered::Unknown => "no answer was noted",
    }
}

/// `, try 2`; nothing for the first.
fn again(sent: &Sent) -> String {
    if sent.attempt > 1 { format!(", try {}", sent.attempt) } else { String::new() }
}

/// `, request abc`; nothing where none is known.
fn request(sent: &Sent) -> String {
    sent.request_id.as_ref().map(|id| format!(", request {id}")).unwrap_or_default()
}

/// What a call of many requests took.
fn sweep(sent: &Sent) -> String {
    let told = |sweep: &crate::apply::report::Sweep| {
        let (objects, requests) = (words::grouped(sweep.objects), words::grouped(sweep.requests));
        match sweep.objects {
            0 => format!(" ({requests} requests)"),
            _ => format!(" ({objects} objects deleted with {requests} requests)"),
        }
    };
    sent.sweep.as_ref().map(told).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::report::Sweep;

    fn sent() -> Sent {
        Sent {
            address: "s3.bucket/assets".parse().expect("the literal is valid"),
            step: 1,
            api: "s3:DeleteObjects".into(),
            call: crate::canonical::Sha::of(b"call"),
            attempt: 2,
            started: "2026-01-02T03:04:05Z".into(),
            milliseconds: 1_234,
            answer: Answered::Accepted,
            request_id: Some("ABC".into()),
            error: None,
            sweep: Some(Sweep { requests: 12, objects: 11_000, request_ids: vec![] }),
        }
    }

    #[test]
    fn a_call_is_told_with_time_try_answer_and_request() {
        let told = "  2026-01-02T03:04:05Z s3.bucket/assets 2. s3:DeleteObjects, try 2: accepted \
                    (11,000 objects deleted with 12 requests) in 1234 ms, request ABC\n";
        assert_eq!(line(&sent(), Paint(false)), told);
        let put = Sent { sweep: Some(Sweep { requests: 100, objects: 0, request_ids: vec![] }), ..sent() };
        assert!(line(&put, Paint(false)).contains("accepted (100 requests) in"), "{}", line(&put, Paint(false)));
        let row = row(&sent());
        let start = "| `2026-01-02T03:04:05Z` | `s3:DeleteObjects` | `s3.bucket/assets` | 2 | 2 |";
        assert!(row.starts_with(start), "{row}");
    }

    #[test]
    fn what_a_receipt_says_in_others_words_drives_neither_terminal_nor_markdown() {
        let hostile = "\u{1b}[2J|\n# no <b>@octocat</b> `";
        let (api, request_id, error) = (hostile.to_owned(), Some(hostile.to_owned()), Some(hostile.to_owned()));
        let sent = Sent { api, request_id, error, started: hostile.into(), ..sent() };
        let (line, row) = (line(&sent, Paint(false)), row(&sent));
        assert!(!line.contains('\u{1b}') && !row.contains('\u{1b}'), "{line}{row}");
        assert_eq!((line.lines().count(), row.lines().count()), (2, 1), "{line}{row}");
        assert_eq!(row.matches('|').count(), 8, "{row}");
    }

    #[test]
    fn a_proof_says_what_was_sent_and_what_was_not() {
        let proof = |planned, sent, distinct| proved(&Proof { planned, sent, distinct });
        assert_eq!(proof(9, 0, 0), "No call was sent.");
        assert_eq!(proof(9, 10, 9), "10 calls sent: all 9 of the plan, and no other.");
        assert_eq!(proof(9, 3, 2), "3 calls sent: 2 of the plan's 9, and no other; 7 not sent.");
    }
}

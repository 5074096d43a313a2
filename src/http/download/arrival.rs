//! What arrives in answer to a request for a file.

use reqwest::StatusCode;
use reqwest::blocking::{RequestBuilder, Response};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, IF_RANGE, LAST_MODIFIED, LOCATION, RANGE, TRANSFER_ENCODING,
};

use super::super::Network;
use super::super::exchange::{self, Answered, header};
use super::{Bytes, Download, FileHead, Resume};
use crate::provider::Fault;
use crate::reason::Cause;

/// How a page begins, in small letters.
const PAGES: [&str; 2] = ["<!doctype html", "<html"];

/// As many bytes show whether it is one: a mark, and the longest of [`PAGES`].
const LONGEST_BEGIN: usize = 17;

#[derive(Debug)]
pub enum Arrival {
    File(Download),
    /// 404 and 410.
    Gone,
    /// The part that is there is of another version of the file, or cannot be resumed.
    OtherRange,
    /// No file; `to`: where a redirect leads.
    Refused {
        answered: Answered,
        to: Option<String>,
    },
}

impl Arrival {
    /// None: there is no file.
    pub fn into_download(self) -> Option<Download> {
        match self {
            Self::File(download) => Some(download),
            Self::Gone | Self::OtherRange | Self::Refused { .. } => None,
        }
    }
}

/// Asks for a file, or for what it has behind a part, and takes in how the answer begins.
pub fn arrive(
    request: RequestBuilder,
    resume: Option<&Resume>,
    network: &Network,
) -> Result<Arrival, Fault> {
    let mut request = request.header(ACCEPT_ENCODING, "identity");
    if let Some(Resume { length, validator }) = resume {
        let range = format!("bytes={length}-");
        request = request.header(RANGE, range).header(IF_RANGE, validator);
    }
    let response = exchange::sent(request, network)?;
    match (response.status(), resume) {
        (StatusCode::NOT_FOUND | StatusCode::GONE, _) => Ok(Arrival::Gone),
        (StatusCode::OK, _) => whole(response),
        (StatusCode::PARTIAL_CONTENT, Some(resume)) => rest(response, resume),
        (StatusCode::RANGE_NOT_SATISFIABLE, Some(_)) => Ok(Arrival::OtherRange),
        _ => refused(response),
    }
}

/// A file from its beginning, unless it is a page in place of it.
fn whole(response: Response) -> Result<Arrival, Fault> {
    let (head, media_type) = (exchange::head(&response), media_type(&response));
    let is_attached = header(&response, &CONTENT_DISPOSITION).is_some_and(|text| {
        text.trim_start()
            .to_ascii_lowercase()
            .starts_with("attachment")
    });
    let is_page_by_name = matches!(
        media_type.as_deref(),
        Some("text/html" | "application/xhtml+xml")
    );
    let file = file_head(&response, media_type);
    let mut rest = Bytes::of(response)?;
    let mut first = Vec::new();
    while first.len() < LONGEST_BEGIN
        && may_become_page(&first)
        && let Some(bytes) = rest.next()?
    {
        first.extend(bytes);
    }
    if !is_attached && (is_page_by_name || is_page(&first)) {
        let text = rest.text(first)?;
        let answered = Answered { text, ..head };
        return Ok(Arrival::Refused { answered, to: None });
    }
    let head = file?;
    if first.is_empty() {
        return Err(Fault::BadAnswer(Cause::EmptyFile.into()));
    }
    Ok(Arrival::File(Download {
        head,
        first: Some(first),
        rest,
    }))
}

fn file_head(response: &Response, media_type: Option<String>) -> Result<FileHead, Fault> {
    let length = header(response, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
    // Where it says no length, only chunks tell a whole file from one that was cut off.
    if length.is_none() && header(response, &TRANSFER_ENCODING).is_none() {
        return Err(Fault::BadAnswer(Cause::NoLength.into()));
    }
    if is_encoded(response) {
        return Err(Fault::BadAnswer(Cause::EncodedFile.into()));
    }
    Ok(FileHead {
        begins_at: 0,
        length,
        media_type,
        validator: validator(response),
    })
}

fn is_encoded(response: &Response) -> bool {
    header(response, &CONTENT_ENCODING).is_some_and(|name| name != "identity")
}

/// What a file has behind the part that is there: all of it, and of the same version.
fn rest(response: Response, resume: &Resume) -> Result<Arrival, Fault> {
    let length = header(&response, &CONTENT_RANGE).and_then(|range| length(range, resume.length));
    let length = length.filter(|_| !is_encoded(&response));
    let validator = validator(&response).filter(|validator| *validator == resume.validator);
    let (Some(length), Some(validator)) = (length, validator) else {
        return Ok(Arrival::OtherRange);
    };
    Ok(Arrival::File(Download {
        head: FileHead {
            begins_at: resume.length,
            length: Some(length),
            media_type: media_type(&response),
            validator: Some(validator),
        },
        first: None,
        rest: Bytes::of(response)?,
    }))
}

/// The length of a file whose rest `bytes 5-9/10` is, if it begins at `begin` and goes to the
/// end.
fn length(range: &str, begin: u64) -> Option<u64> {
    let (range, length) = range.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let length: u64 = length.trim().parse().ok()?;
    (first == begin && last.checked_add(1) == Some(length)).then_some(length)
}

fn refused(response: Response) -> Result<Arrival, Fault> {
    let head = exchange::head(&response);
    let to = header(&response, &LOCATION).map(str::to_owned);
    let text = Bytes::of(response)?.text(Vec::new())?;
    let answered = Answered { text, ..head };
    Ok(Arrival::Refused { answered, to })
}

/// A weak one does not say that all bytes are the same.
fn validator(response: &Response) -> Option<String> {
    let tag = header(response, &ETAG).filter(|tag| tag.starts_with('"'));
    let validator = tag.or_else(|| header(response, &LAST_MODIFIED));
    validator.map(str::to_owned)
}

fn media_type(response: &Response) -> Option<String> {
    let text = header(response, &CONTENT_TYPE)?;
    let name = text.split(';').next().unwrap_or_default();
    Some(name.trim().to_ascii_lowercase())
}

fn is_page(first: &[u8]) -> bool {
    let begin = begin(first);
    PAGES.iter().any(|page| begin.starts_with(page))
}

fn may_become_page(first: &[u8]) -> bool {
    let begin = begin(first);
    PAGES.iter().any(|page| page.starts_with(&begin))
}

/// How a text begins behind its marks and spaces, in small letters.
fn begin(first: &[u8]) -> String {
    let text = String::from_utf8_lossy(&first[..first.len().min(256)]);
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    text.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// What arrives from a server that answers so.
    fn arrived(answer: &'static str, resume: Option<&Resume>) -> Arrival {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            assert_ne!(stream.read(&mut [0; 4096]).unwrap(), 0);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let network = Network::default();
        let timeout = Duration::from_secs(10);
        let client = network.file_client(&url.parse().unwrap(), timeout);
        let arrival = arrive(client.unwrap().get(url), resume, &network).unwrap();
        server.join().unwrap();
        arrival
    }

    #[test]
    fn a_page_that_comes_sign_by_sign_is_no_file() {
        let answer = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\
                      Transfer-Encoding: chunked\r\n\r\n\
                      1\r\n<\r\n8\r\n!doctype\r\n6\r\n html>\r\n0\r\n\r\n";
        assert!(matches!(arrived(answer, None), Arrival::Refused { .. }));
    }

    #[test]
    fn a_rest_that_is_compressed_belongs_behind_no_part() {
        let resume = Resume {
            length: 2,
            validator: "\"v1\"".into(),
        };
        let rest = |answer| arrived(answer, Some(&resume));
        let plain = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-3/4\r\n\
                     ETag: \"v1\"\r\nContent-Length: 2\r\n\r\nab";
        assert!(matches!(rest(plain), Arrival::File(_)));
        let compressed = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-3/4\r\n\
                          ETag: \"v1\"\r\nContent-Encoding: gzip\r\n\
                          Content-Length: 2\r\n\r\nab";
        assert!(matches!(rest(compressed), Arrival::OtherRange));
    }

    #[test]
    fn only_a_range_from_the_part_to_the_end_is_the_rest() {
        assert_eq!(length("bytes 5-9/10", 5), Some(10));
        for range in [
            "bytes 4-9/10",
            "bytes 5-8/10",
            "bytes 5-9/*",
            "bytes */10",
            "bytes 5-18446744073709551615/10",
            "5-9/10",
            "",
        ] {
            assert_eq!(length(range, 5), None, "{range}");
        }
    }

    #[test]
    fn a_page_is_known_by_its_first_bytes() {
        for page in ["\u{feff}\n <!DOCTYPE html><title>", "<HTML lang=cs>"] {
            assert!(is_page(page.as_bytes()), "{page}");
        }
        for other in [&b"ID3\x04"[..], b"RIFF", b"<xml", b"", b"\xff\xfb\x90"] {
            assert!(!is_page(other), "{other:?}");
        }
        for (first, may_become) in [(&b""[..], true), (b"\n<!D", true), (b"ID3", false)] {
            assert_eq!(may_become_page(first), may_become, "{first:?}");
        }
    }
}

//! A file that can be fetched, whole or from where an earlier answer broke off.

use crate::http::{Request, Response};

#[derive(Clone, Debug)]
pub struct HostedFile {
    pub bytes: Vec<u8>,
    pub content_type: String,
    pub etag: Option<String>,
    /// Whether `Range` is understood; else the answer is always the whole.
    pub takes_ranges: bool,
}

impl HostedFile {
    /// A sound file that takes ranges.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            content_type: "audio/mpeg".into(),
            etag: Some("\"first\"".into()),
            takes_ranges: true,
        }
    }

    pub(crate) fn answer(&self, request: &Request) -> Response {
        if request.method != "GET" {
            return Response::text(405, "text/plain", "");
        }
        let response = match self.asked_from(request) {
            None => Response::text(200, &self.content_type, &self.bytes[..]),
            Some(start) if start >= self.bytes.len() => {
                let range = format!("bytes */{}", self.bytes.len());
                Response::text(416, "text/plain", "").with("Content-Range", &range)
            }
            Some(start) => self.rest(start),
        };
        match &self.etag {
            Some(etag) => response.with("ETag", etag),
            None => response,
        }
    }

    fn rest(&self, start: usize) -> Response {
        let (last, length) = (self.bytes.len() - 1, self.bytes.len());
        Response::text(206, &self.content_type, &self.bytes[start..])
            .with("Content-Range", &format!("bytes {start}-{last}/{length}"))
    }

    /// None if the whole is asked for, or the part that the client has is of another file.
    fn asked_from(&self, request: &Request) -> Option<usize> {
        let range = request.header("range").filter(|_| self.takes_ranges)?;
        let had = request.header("if-range");
        let is_same = had.is_none() || had == self.etag.as_deref();
        let start = range.strip_prefix("bytes=")?.strip_suffix('-')?;
        start.parse().ok().filter(|_| is_same)
    }
}

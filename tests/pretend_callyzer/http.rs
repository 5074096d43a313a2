//! HTTP/1.1 as far as a client of a JSON API needs it: one request a connection.

use std::io::{self, BufRead, BufReader, Read};
use std::net::TcpStream;
use std::time::Instant;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::system::System;

/// No request of an honest client is longer.
const MAX_REQUEST: u64 = 1024 * 1024;

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Below the root: `/call-log/history`.
    pub path: String,
    /// The end of the root, `v2.1` or `v2.2` of Callyzer's; empty for a path under none.
    pub version: String,
    pub(crate) system: System,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The JSON body; one that is no JSON as a string; a form as an object of strings.
    /// Without a body the query as an object, or null; of other systems than Callyzer
    /// an object of the query's strings, empty without a query.
    pub body: Value,
    pub started: Instant,
}

impl Request {
    /// None if the client left before it had said all.
    pub fn read(stream: &TcpStream) -> io::Result<Option<Self>> {
        let mut lines = BufReader::new(stream.take(MAX_REQUEST));
        let first = line(&mut lines)?;
        let mut headers = Vec::new();
        while let Some((name, value)) = line(&mut lines)?.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let [method, target, _] = first.split(' ').collect::<Vec<_>>()[..] else {
            return Ok(None);
        };
        let mut request = Self::new(method, target, headers);
        let length = request
            .header("content-length")
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        let mut body = Vec::new();
        lines.take(length).read_to_end(&mut body)?;
        let (_, query) = target.split_once('?').unwrap_or_default();
        let form = "application/x-www-form-urlencoded";
        let is_form = request.header("content-type") == Some(form);
        request.body = request.system.question(query, &body, is_form);
        Ok((body.len() as u64 == length).then_some(request))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|header| header.0 == name)
            .map(|header| header.1.as_str())
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    fn new(method: &str, target: &str, headers: Vec<(String, String)>) -> Self {
        let (path, _) = target.split_once('?').unwrap_or((target, ""));
        let (system, root) = System::of(path);
        Self {
            method: method.into(),
            path: path[root.len()..].into(),
            version: root.rsplit('/').next().unwrap_or_default().into(),
            system,
            headers,
            body: Value::Null,
            started: Instant::now(),
        }
    }
}

fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    pub fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), content_type.into())],
            body: body.into(),
        }
    }

    pub fn json_text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::text(status, "application/json", body)
    }

    pub fn json(status: u16, body: &Value) -> Self {
        Self::json_text(status, body.to_string())
    }

    pub fn too_many_requests(retry_after: &str) -> Self {
        Self::json(429, &json!({"message": "Too many requests"})).with("Retry-After", retry_after)
    }

    /// How TeleCube says that there were too many.
    pub fn limit_exceeded() -> Self {
        let message = "Request limit has been exceeded";
        Self::json(403, &json!({"success": false, "message": message}))
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same with `new` in place of each `old` in its body.
    pub fn replacing(mut self, old: &[u8], new: &[u8]) -> Self {
        let mut rest = std::mem::take(&mut self.body);
        while let Some(at) = rest.windows(old.len()).position(|bytes| bytes == old) {
            self.body.extend(&rest[..at]);
            self.body.extend(new);
            rest.drain(..at + old.len());
        }
        self.body.extend(rest);
        self
    }

    /// All before a body of that length. A `Date` of the response's own goes before `date`.
    pub fn head(&self, length: u64, date: Option<DateTime<Utc>>) -> String {
        let is_dated = self.headers.iter().any(|(name, _)| name == "Date");
        let date = date.filter(|_| !is_dated).map_or(String::new(), |date| {
            date.format("Date: %a, %d %b %Y %H:%M:%S GMT\r\n")
                .to_string()
        });
        let headers: String = self
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let status = self.status;
        format!(
            "HTTP/1.1 {status} \r\n{date}Content-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
        )
    }
}

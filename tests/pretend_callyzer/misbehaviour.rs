//! What can go wrong with an answer.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::http::Response;
use crate::system::System;

#[derive(Clone, Debug)]
pub enum Misbehaviour {
    Status {
        code: u16,
        body: String,
        headers: Vec<(String, String)>,
    },
    /// 200 with a web page.
    NotJson,
    /// 200 with `{"data": []}`.
    OtherShape,
    /// Announces the whole answer, sends half, closes.
    CutOff,
    /// Nothing, until the client gives up.
    Hang,
    /// A byte now and then, without an end.
    Drip,
    /// Closes without a byte.
    DropConnection,
    /// 307, which keeps method and body.
    Redirect(String),
    /// A well-formed JSON answer of that size.
    Huge {
        bytes: u64,
    },
    /// The same, gzipped: small on the wire.
    GzipBomb {
        bytes: u64,
    },
    /// 429 with that header.
    RetryAfter(String),
    /// TeleCube's 403 for too many requests.
    LimitExceeded,
    /// The passing 400 whose body is the text of a JDBC exception.
    DatabaseError,
    /// 400 with that message.
    Refuse(String),
    /// The normal answer, late.
    Delay(Duration),
    /// Adds to the count of all rows.
    WrongTotal(i64),
    WithoutTotal,
    /// Leaves out so many of the page's last rows; the total stays.
    LosesRows(usize),
    /// The first page, whichever was asked for.
    RepeatsPage,
    /// Puts other bytes in place of some of the answer's, also such as are no UTF-8.
    ReplaceBytes {
        old: Vec<u8>,
        new: Vec<u8>,
    },
    Edit(Editor),
}

#[derive(Clone)]
pub struct Editor(Arc<dyn Fn(&mut Value) + Send + Sync>);

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Editor")
    }
}

const DATABASE_ERROR: &str = "org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC \
     Connection; nested exception is java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not \
     available, request timed out after 30000ms.";

impl Misbehaviour {
    /// Changes the normal answer before it is sent.
    pub fn edit(edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::Edit(Editor(Arc::new(edit)))
    }

    pub fn replace_bytes(old: impl Into<Vec<u8>>, new: impl Into<Vec<u8>>) -> Self {
        Self::ReplaceBytes {
            old: old.into(),
            new: new.into(),
        }
    }

    pub fn status(code: u16, body: &str) -> Self {
        Self::Status {
            code,
            body: body.into(),
            headers: Vec::new(),
        }
    }

    /// The answer that stands in for the normal one.
    pub(crate) fn replacement(&self) -> Option<Response> {
        Some(match self {
            Self::Status {
                code,
                body,
                headers,
            } => {
                let response = Response::json_text(*code, body.as_str());
                headers.iter().fold(response, |response, (name, value)| {
                    response.with(name, value)
                })
            }
            Self::NotJson => {
                Response::text(200, "text/html", "<!doctype html><title>Callyzer</title>")
            }
            Self::OtherShape => Response::json(200, &json!({"data": []})),
            Self::Redirect(url) => Response::text(307, "text/plain", "").with("Location", url),
            Self::GzipBomb { bytes } => {
                Response::json_text(200, gzipped(*bytes)).with("Content-Encoding", "gzip")
            }
            Self::RetryAfter(value) => Response::too_many_requests(value),
            Self::LimitExceeded => Response::limit_exceeded(),
            Self::DatabaseError => Response::text(400, "text/plain", DATABASE_ERROR),
            Self::Refuse(message) => Response::json(400, &json!({"message": message})),
            _ => return None,
        })
    }

    pub(crate) fn apply(&self, system: System, answer: &mut Value) {
        match self {
            Self::WrongTotal(more) => {
                let (holder, name) = system.total(answer).expect("a total to be wrong");
                holder[name] = holder[name].as_i64().map(|total| total + more).into();
            }
            Self::WithoutTotal => {
                let (holder, name) = system.total(answer).expect("a total to leave out");
                holder
                    .as_object_mut()
                    .and_then(|holder| holder.remove(name));
            }
            Self::LosesRows(lost) => {
                let rows = system.rows(answer).expect("rows to lose");
                rows.truncate(rows.len().saturating_sub(*lost));
            }
            Self::Edit(Editor(edit)) => edit(answer),
            _ => {}
        }
    }
}

/// A JSON answer of exactly that size, made while it is read.
pub fn huge_json(bytes: u64) -> impl Read {
    const OPENING: &[u8] =
        br#"{"result":[],"total_records":0,"page_no":1,"page_size":100,"message":""#;
    const END: &[u8] = br#""}"#;
    let padding = bytes.saturating_sub((OPENING.len() + END.len()) as u64);
    OPENING.chain(io::repeat(b'a').take(padding)).chain(END)
}

fn gzipped(bytes: u64) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    io::copy(&mut huge_json(bytes), &mut encoder).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

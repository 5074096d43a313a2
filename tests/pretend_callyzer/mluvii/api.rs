//! mluvii's endpoints: what each one takes, refuses and answers.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::row::{self, Place};
use super::{Mluvii, MluviiSession, login, timeline};
use crate::http::Request;
use crate::path;
use crate::system::Answer;

/// A 400 names the field and says what is wrong with it.
type Checked<T> = Result<T, (u16, Value)>;

/// What a company in good order answers.
pub fn answer(mluvii: &mut Mluvii, request: &Request) -> Answer {
    match request.path.as_str() {
        path::MLUVII_TOKEN => login::log_in(mluvii, request).into(),
        "/login" => login::page(),
        _ if !login::is_let_in(mluvii, request) => login::refusal(mluvii),
        path => {
            mluvii.reads += 1;
            route(mluvii, request, path)
        }
    }
}

fn route(mluvii: &mut Mluvii, request: &Request, path: &str) -> Answer {
    let below = path.strip_prefix(path::MLUVII_SESSIONS);
    let id = below.and_then(|below| below.strip_prefix('/'));
    let answer = match (path, id) {
        _ if request.method != "GET" => Err((405, json!({"message": "Method Not Allowed"}))),
        (path::MLUVII_FILES, _) => return file(mluvii, request),
        (path::MLUVII_SESSIONS, _) => sessions(mluvii, request),
        (_, Some(id)) => match id.strip_suffix("/routingHistory") {
            Some(id) => session(mluvii, id).map(|session| timeline::rows(session, mluvii.zone)),
            None => {
                session(mluvii, id).map(|session| row::session(session, &place(mluvii, request)))
            }
        },
        _ => Err((404, json!({"message": "Not Found"}))),
    };
    match answer {
        Ok(answer) => (200, answer).into(),
        Err(refusal) => refusal.into(),
    }
}

/// A bare array, cut silently at the cap.
fn sessions(mluvii: &mut Mluvii, request: &Request) -> Checked<Value> {
    let (min, max) = (time(request, "Created.Min")?, time(request, "Created.Max")?);
    let (channels, states) = (texts(request, "Channel"), texts(request, "Status"));
    let limit = number(request, "limit")?.unwrap_or(mluvii.page_cap);
    let offset = number(request, "offset")?.unwrap_or(0);
    let is_one =
        |words: &[String], word: &str| words.is_empty() || words.iter().any(|it| it == word);
    let mut listed: Vec<_> = mluvii
        .sessions
        .iter()
        .filter(|session| min.is_none_or(|min| min <= session.created))
        .filter(|session| max.is_none_or(|max| session.created <= max))
        .filter(|session| is_one(&channels, &session.channel) && is_one(&states, &session.status))
        .collect();
    listed.sort_by(|a, b| (mluvii.order)(a, b));
    let page = listed
        .into_iter()
        .skip(offset)
        .take(limit.min(mluvii.page_cap));
    let place = place(mluvii, request);
    let rows = page.map(|session| row::session(session, &place)).collect();
    if let Some(work) = &mut mluvii.after_page {
        work(&mut mluvii.sessions);
    }
    Ok(rows)
}

fn session<'a>(mluvii: &'a Mluvii, id: &str) -> Checked<&'a MluviiSession> {
    let id: i64 = id
        .parse()
        .map_err(|_| refused("id", "The value is not valid."))?;
    let mut sessions = mluvii.sessions.iter();
    sessions
        .find(|session| session.id == id)
        .ok_or((404, json!({"message": "Not Found"})))
}

/// A file that was deleted is not there.
fn file(mluvii: &Mluvii, request: &Request) -> Answer {
    let files = mluvii.sessions.iter().flat_map(MluviiSession::all_files);
    let mut there = files.filter(|file| !file.is_deleted);
    match there.find(|file| request.body["id"] == file.id) {
        Some(file) => Answer::Whole(file.content.answer(request)),
        None => (404, json!({"message": "Not Found"})).into(),
    }
}

fn place(mluvii: &Mluvii, request: &Request) -> Place {
    let host = request.header("host").unwrap_or("localhost");
    Place {
        zone: mluvii.zone,
        storage: format!("http://{host}/mluvii{}", path::MLUVII_FILES),
        key: mluvii.reads,
    }
}

/// In UTC with `Z`: of another time nobody knows the zone.
fn time(request: &Request, name: &str) -> Checked<Option<DateTime<Utc>>> {
    let Some(text) = field(request, name) else {
        return Ok(None);
    };
    let time = text.as_str().filter(|text| text.ends_with('Z'));
    let time = time.and_then(|text| text.parse().ok());
    time.map(Some)
        .ok_or_else(|| refused(name, "The value is no time in UTC."))
}

fn number(request: &Request, name: &str) -> Checked<Option<usize>> {
    let Some(text) = field(request, name) else {
        return Ok(None);
    };
    let number = text.as_str().and_then(|text| text.parse().ok());
    number
        .map(Some)
        .ok_or_else(|| refused(name, "The value is no number from 0."))
}

/// None, one or several.
fn texts(request: &Request, name: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match field(request, name) {
        Some(Value::Array(several)) => several.iter().filter_map(text).collect(),
        one => one.and_then(text).into_iter().collect(),
    }
}

/// Whatever case its name is written in.
fn field<'a>(request: &'a Request, name: &str) -> Option<&'a Value> {
    let mut fields = request.body.as_object()?.iter();
    fields
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn refused(name: &str, text: &str) -> (u16, Value) {
    (400, json!({name: text}))
}

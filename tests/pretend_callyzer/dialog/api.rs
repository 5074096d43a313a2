//! Dialog's endpoints: the login, whom they let in, and who answers.

use serde_json::{Value, json};

use super::{Dialog, campaign, report};
use crate::api::Refusal;
use crate::http::Request;
use crate::path;

type Answer = Result<Value, Refusal>;

/// The status and JSON body that a platform in good order answers. A refusal of who asks
/// has a `detail`, another one a `message`.
pub fn answer(dialog: &mut Dialog, request: &Request) -> (u16, Value) {
    match route(dialog, request) {
        Ok(answer) => (200, answer),
        Err(Refusal(401, detail)) => (401, json!({"detail": detail})),
        Err(Refusal(status, message)) => (status, json!({"message": message})),
    }
}

fn route(dialog: &mut Dialog, request: &Request) -> Answer {
    let asked = request.path.as_str();
    let project = asked
        .strip_prefix("/analytics/")
        .and_then(|rest| rest.strip_suffix("/report"));
    if asked != path::DIALOG_LOGIN && asked != path::DIALOG_CAMPAIGNS && project.is_none() {
        return Err(Refusal(404, format!("No endpoint {asked}")));
    }
    if request.method != "POST" {
        return Err(Refusal(405, "Method Not Allowed".into()));
    }
    if asked == path::DIALOG_LOGIN {
        return login(dialog, request);
    }
    authorize(dialog, request)?;
    match project {
        Some(project) if project == dialog.project_id.to_string() => {
            report::answer(dialog, &request.body)
        }
        Some(_) => Err(Refusal(404, "Проект не найден".into())),
        None => campaign::create(dialog, &request.body),
    }
}

/// Each login gives a token of its own; the earlier ones go on.
fn login(dialog: &mut Dialog, request: &Request) -> Answer {
    dialog.logins += 1;
    let form = request
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let (Some(username), Some(password), true) = (
        request.body["username"].as_str(),
        request.body["password"].as_str(),
        form,
    ) else {
        let message = "username and password are required, as a form";
        return Err(Refusal(422, message.into()));
    };
    if username != dialog.login || password != dialog.password {
        let detail = "Incorrect username or password";
        return Err(Refusal(401, detail.into()));
    }
    let token = format!("pretend-issued-{:04}-9a8b7c6d", dialog.logins);
    dialog.issued.push(token.clone());
    Ok(json!({"access_token": token, "token_type": "bearer"}))
}

fn authorize(dialog: &Dialog, request: &Request) -> Result<(), Refusal> {
    let is_known = |token: &str| {
        token == dialog.token || dialog.issued.iter().any(|issued| issued.as_str() == token)
    };
    match request.bearer() {
        Some(token) if is_known(token) => Ok(()),
        _ => Err(Refusal(401, "Not authenticated".into())),
    }
}

//! Where an answer has its rows and their count: Callyzer's in `result` and
//! `total_records`, TeleCube's in `data` and `otherData.totalCount`.

use serde_json::Value;

use crate::http::Request;

pub fn rows(answer: &mut Value) -> Option<&mut Vec<Value>> {
    let name = if is_telecubes(answer) {
        "data"
    } else {
        "result"
    };
    answer[name].as_array_mut()
}

/// What holds the count, and the count's name there.
pub fn total(answer: &mut Value) -> (&mut Value, &'static str) {
    if is_telecubes(answer) {
        (&mut answer["otherData"], "totalCount")
    } else {
        (answer, "total_records")
    }
}

/// The same question about the first page.
pub fn first_page(request: &Request) -> Request {
    let mut first = request.clone();
    if request.is_telecubes() {
        first.body["page"] = "1".into();
    } else {
        first.body["page_no"] = 1.into();
    }
    first
}

fn is_telecubes(answer: &Value) -> bool {
    answer.get("otherData").is_some()
}

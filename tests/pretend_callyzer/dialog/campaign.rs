//! The request that creates a campaign, checked field by field.

use chrono::{NaiveDate, NaiveTime};
use serde_json::{Map, Value, json};

use super::body::{bad, integer, list, object, optional_text, text};
use super::{Dialog, DialogCampaign};
use crate::api::Refusal;

/// The first campaign's id is that of the documentation's sample.
const FIRST_ID: i64 = 12_345;

/// Remembers the campaign, and answers its id.
pub fn create(dialog: &mut Dialog, body: &Value) -> Result<Value, Refusal> {
    let fields = object(body, "body", &["campaign", "phones"], &[])?;
    check_campaign(dialog, &fields["campaign"])?;
    let phones = list(&fields["phones"], "phones")?;
    if phones.is_empty() {
        return Err(bad("phones must not be empty"));
    }
    let phones = phones.iter().map(phone).collect::<Result<_, _>>()?;
    let id = FIRST_ID + i64::try_from(dialog.campaigns.len()).expect("few campaigns");
    dialog.campaigns.push(DialogCampaign {
        id,
        phones,
        request: body.clone(),
    });
    Ok(json!({"campaign": {"id": id}}))
}

fn check_campaign(dialog: &Dialog, campaign: &Value) -> Result<(), Refusal> {
    let required = ["project_id", "start_block_id", "schedule", "phone_id"];
    let fields = object(campaign, "campaign", &required, &["name", "description"])?;
    if integer(fields, "project_id")? != dialog.project_id {
        return Err(bad("project_id is not known"));
    }
    integer(fields, "start_block_id")?;
    integer(fields, "phone_id")?;
    optional_text(fields, "name")?;
    optional_text(fields, "description")?;
    check_schedule(&fields["schedule"])
}

fn check_schedule(schedule: &Value) -> Result<(), Refusal> {
    let required = [
        "date",
        "start_time",
        "end_time",
        "periods",
        "attempts",
        "interval",
    ];
    let fields = object(schedule, "schedule", &required, &[])?;
    let date = text(fields, "date")?;
    let is_date = NaiveDate::parse_from_str(date, "%Y-%m-%d")
        .is_ok_and(|read| read.format("%Y-%m-%d").to_string() == date);
    if !is_date {
        return Err(bad("date must be YYYY-MM-DD"));
    }
    if time(fields, "start_time")? >= time(fields, "end_time")? {
        return Err(bad("start_time must be before end_time"));
    }
    if fields["periods"] != json!({"id": 1, "title": "Однократно"}) {
        return Err(bad("periods must be 1, Однократно"));
    }
    check_attempts(&fields["attempts"])?;
    match text(fields, "interval")?.parse::<u32>() {
        Ok(minutes) if minutes > 0 => Ok(()),
        _ => Err(bad("interval must be minutes, as a string")),
    }
}

fn time(fields: &Map<String, Value>, name: &str) -> Result<NaiveTime, Refusal> {
    let text = text(fields, name)?;
    NaiveTime::parse_from_str(text, "%H:%M")
        .ok()
        .filter(|time| time.format("%H:%M").to_string() == text)
        .ok_or_else(|| bad(format!("{name} must be HH:MM")))
}

fn check_attempts(attempts: &Value) -> Result<(), Refusal> {
    let fields = object(attempts, "attempts", &["id", "title"], &[])?;
    let id = integer(fields, "id")?;
    if !(1..=5).contains(&id) || text(fields, "title")? != id.to_string() {
        return Err(bad("attempts must be 1 to 5, the title the same as text"));
    }
    Ok(())
}

fn phone(phone: &Value) -> Result<String, Refusal> {
    let fields = object(phone, "phone", &["phone", "add_data"], &[])?;
    if !fields["add_data"].is_object() {
        return Err(bad("add_data must be an object"));
    }
    let number = text(fields, "phone")?;
    let digits = number.strip_prefix('+').unwrap_or_default();
    let is_number =
        (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        .then(|| number.into())
        .ok_or_else(|| bad("phone must be a number such as +79999999999"))
}

//! The paths of the APIs below their roots, as requests and tests name them.

pub const HISTORY: &str = "/call-log/history";
pub const CALLS_BY_ID: &str = "/call-log/get";
pub const SUMMARY: &str = "/call-log/summary";
pub const EMPLOYEE_SUMMARY: &str = "/call-log/employee-summary";
pub const EMPLOYEES: &str = "/employee/get";

pub const TELECUBE_CALLS: &str = "/callHistory";
pub const TELECUBE_NOTES: &str = "/notes";

pub const MLUVII_TOKEN: &str = "/login/connect/token";
/// A session is below it: `/api/v1/Sessions/5001`, and its `/routingHistory` below that.
pub const MLUVII_SESSIONS: &str = "/api/v1/Sessions";
/// Recordings and files, of which `?id=` chooses one.
pub const MLUVII_FILES: &str = "/Storage/Get";

pub const DIALOG_LOGIN: &str = "/login/";
/// Of the project of a new [`crate::Dialog`].
pub const DIALOG_REPORT: &str = "/analytics/1/report";
pub const DIALOG_CAMPAIGNS: &str = "/campaigns";

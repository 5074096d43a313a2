//! The systems beside Callyzer: their settings, and passes of each of them alone.

use pretend_callyzer::PretendCallyzer;

use crate::server::{self, Server};
use crate::{Bench, Row};

/// A pass of each of the other systems alone, over what the pass before it has stored.
pub fn passes(bench: &Bench, server: &mut Server) -> Vec<Row> {
    let systems = [
        ("sync: TeleCube, 500 known calls", "telecube"),
        ("sync: mluvii, 2000 known sessions", "mluvii"),
        ("sync: Dialog, 1000 known rows", "dialog"),
    ];
    let known = systems.map(|(name, system)| {
        bench.run_system(system);
        (name, bench.median(|| bench.run_system(system)))
    });
    let new = bench.median(|| {
        server.add(200, server::SESSIONS);
        bench.run_system("mluvii")
    });
    let new = ("sync: mluvii, 200 new sessions", new);
    known.into_iter().chain([new]).collect()
}

/// The settings of the other systems.
pub fn settings(server: &Server) -> Vec<(&'static str, String)> {
    let columns = "id=call_id,time=call_time,duration=call_duration,result=call_result";
    [
        ("TELECUBE_BASE_URL", server.telecube_url.as_str()),
        ("TELECUBE_TOKEN", PretendCallyzer::TELECUBE_TOKEN),
        ("TELECUBE_INTERVAL_MS", "0"),
        ("MLUVII_BASE_URL", &server.mluvii_url),
        ("MLUVII_CLIENT_ID", PretendCallyzer::MLUVII_CLIENT_ID),
        (
            "MLUVII_CLIENT_SECRET",
            PretendCallyzer::MLUVII_CLIENT_SECRET,
        ),
        ("MLUVII_INTERVAL_MS", "0"),
        ("DIALOG_BASE_URL", &server.dialog_url),
        ("DIALOG_TOKEN", PretendCallyzer::DIALOG_TOKEN),
        (
            "DIALOG_PROJECT_ID",
            &PretendCallyzer::DIALOG_PROJECT.to_string(),
        ),
        (
            "DIALOG_SCENARIO_ID",
            &PretendCallyzer::DIALOG_SCENARIO.to_string(),
        ),
        (
            "DIALOG_START_BLOCK_ID",
            &PretendCallyzer::DIALOG_START_BLOCK.to_string(),
        ),
        ("DIALOG_CAMPAIGNS", &server::DIALOG_CAMPAIGN.to_string()),
        ("DIALOG_COLUMNS", columns),
        ("DIALOG_INTERVAL_MS", "0"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

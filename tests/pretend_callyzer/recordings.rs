//! The host of Callyzer's recordings, which asks for no credentials.

use serde_json::json;

use crate::PretendCallyzer;
use crate::http::Request;
use crate::system::{Answer, System};
use crate::world::World;

pub fn answer(world: &World, request: &Request) -> Answer {
    let name = request.path.strip_prefix("/recordings/");
    let id = name.and_then(|name| name.strip_suffix(".mp3"));
    match id.and_then(|id| world.recordings.get(id)) {
        Some(file) => Answer::Whole(file.answer(request)),
        None => (404, json!({"message": "No such recording"})).into(),
    }
}

impl PretendCallyzer {
    /// The address of one of [`World::recordings`].
    pub fn recording_url(&self, id: &str) -> String {
        format!("{}/recordings/{id}.mp3", self.url(System::Recordings))
    }
}

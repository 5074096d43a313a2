//! Recordings of calls, and files that were shared in them, in a folder: one file each, under
//! a name by which it is known again. `name`, `plan`, `folder` and `part` know no system.

mod download;
pub mod fetch;
mod folder;
mod name;
mod part;
mod plan;
mod source;
mod trouble;

pub use folder::Folder;
pub use source::Sources;

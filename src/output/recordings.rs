//! The result of `recordings fetch`.

use std::io::Write;

use anyhow::Result;

use crate::recordings::fetch::FetchCounts;

pub fn write_line(out: &mut dyn Write, counts: FetchCounts, with_files: bool) -> Result<()> {
    let what = if with_files {
        "Nagrania i pliki"
    } else {
        "Nagrania"
    };
    let FetchCounts {
        fetched,
        there,
        gone,
        later,
        failed,
    } = counts;
    Ok(writeln!(
        out,
        "{what}: pobrane {fetched}, już były {there}, niedostępne {gone}, \
         do pobrania później {later}, nieudane {failed}"
    )?)
}

//! The JSON Schema of the configuration file, for editors and other programs (`nekonap check-config --schema`).

use super::file::File;
use schemars::{Schema, generate::SchemaSettings};

/// The schema, in draft 7, which the TOML plug-ins of editors read. It has the types and the names of all keys; ranges, and what
/// depends on other keys, are only in [`super::check::check`].
pub fn schema() -> Schema {
    SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<File>()
}

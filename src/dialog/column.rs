//! The columns of a report: which one is what, and how one is asked for.

use serde_json::{Value, json};

use crate::campaign::{ColumnNames, Filter, Sorting};

impl ColumnNames {
    fn typed(&self) -> impl Iterator<Item = (&str, DataType)> {
        let known = [
            (&self.id, DataType::Text),
            (&self.time, DataType::DateTime),
            (&self.duration, DataType::Number),
            (&self.result, DataType::Text),
        ];
        let known = known
            .into_iter()
            .filter_map(|(name, data_type)| Some((name.as_deref()?, data_type)));
        // A number is one of type number in the document, and its answer calls it text.
        known.chain([(self.number.as_str(), DataType::Number)])
    }

    /// A question for a column. One that is not among the names is of type text.
    pub fn query(&self, name: &str) -> ColumnQuery {
        let known = self.typed().find(|(known, _)| *known == name);
        ColumnQuery {
            name: name.to_owned(),
            data_type: known.map_or(DataType::Text, |(_, data_type)| data_type),
            filter: None,
            sorting: None,
        }
    }

    /// Questions for all of them, each once.
    pub fn queries(&self) -> Vec<ColumnQuery> {
        let mut queries: Vec<ColumnQuery> = Vec::new();
        for (name, _) in self.typed() {
            if queries.iter().all(|query| query.name != name) {
                queries.push(self.query(name));
            }
        }
        queries
    }
}

/// A column that a report is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnQuery {
    pub name: String,
    pub data_type: DataType,
    pub filter: Option<Filter>,
    pub sorting: Option<Sorting>,
}

impl ColumnQuery {
    /// As a request has it. `id`: its place, from 1.
    pub(super) fn to_json(&self, id: usize) -> Value {
        let mut column = json!({
            "id": id,
            "name": self.name,
            "display_name": self.name,
            "column_type": "field",
            "data_type": self.data_type.as_str(),
        });
        if let Some(filter) = &self.filter {
            column["filter_type"] = filter.filter_type.as_str().into();
            if let Some(value) = &filter.value {
                column["filter_value"] = value.as_str().into();
            }
        }
        if let Some(sorting) = self.sorting {
            column["sorting"] = sorting.as_str().into();
        }
        column
    }
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataType {
    Text,
    Number,
    DateTime,
}

impl DataType {
    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::DateTime => "datetime",
        }
    }
}
